//! The requests of one connection that have no answer yet: plain bookkeeping, without a stream.
//!
//! Always holds: requests are kept in the order in which they were written; an answer belongs to the oldest
//! of them or to none; each request is answered once.

use crate::RequestError;
use bytes::Bytes;
use std::collections::VecDeque;
use tokio::sync::oneshot;
use tribunal_env::Instant;

/// An answer's body, header taken off, or why there is none.
pub(crate) type Answer = Result<Bytes, RequestError>;

/// Where an answer goes.
pub(crate) enum ReplyTo {
    /// To one waiting caller.
    One(oneshot::Sender<Answer>),
    /// To whatever the caller wants done with it, at once and without waiting.
    Call(Box<dyn FnOnce(Answer) + Send>),
}

impl ReplyTo {
    /// Gives the answer. A caller that is gone has lost interest, which is its right.
    pub(crate) fn give(self, answer: Answer) {
        match self {
            ReplyTo::One(sender) => drop(sender.send(answer)),
            ReplyTo::Call(call) => call(answer),
        }
    }
}

/// A request that was handed to the stream, or is about to be.
pub(crate) struct Waiting {
    pub(crate) correlation_id: i32,
    /// Version of the answer's header.
    pub(crate) response_header_version: i16,
    pub(crate) deadline: Instant,
    pub(crate) reply: ReplyTo,
    /// False where the protocol has no answer: such a request is done once it has left.
    pub(crate) answered: bool,
    /// Where the request's bytes start and end, counted from the connection's first.
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// Requests without an answer, oldest first.
#[derive(Default)]
pub(crate) struct PendingRequests {
    waiting: VecDeque<Waiting>,
}

impl PendingRequests {
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn push(&mut self, request: Waiting) {
        self.waiting.push_back(request);
    }

    /// Completes the requests at the front that the peer never answers and that have left whole.
    pub(crate) fn complete_unanswered(&mut self, written: u64) {
        while self.waiting.front().is_some_and(|front| !front.answered && front.end <= written) {
            let request = self.waiting.pop_front().expect("the front was just looked at");
            request.reply.give(Ok(Bytes::new()));
        }
    }

    /// The request that an answer with this id belongs to: the oldest that is answered at all.
    pub(crate) fn take(&mut self, correlation_id: i32) -> Result<Waiting, RequestError> {
        // Requests that get no answer may still stand before it: they have left, for its answer is here.
        while self.waiting.front().is_some_and(|front| !front.answered) {
            let request = self.waiting.pop_front().expect("the front was just looked at");
            request.reply.give(Ok(Bytes::new()));
        }
        match self.waiting.front() {
            Some(front) if front.correlation_id == correlation_id => {
                Ok(self.waiting.pop_front().expect("the front was just looked at"))
            }
            Some(front) => Err(RequestError::Malformed(format!(
                "an answer to request {correlation_id} came where that to {} was due",
                front.correlation_id
            ))),
            None => Err(RequestError::Malformed(format!(
                "an answer to request {correlation_id} came, and nothing was asked"
            ))),
        }
    }

    /// The earliest deadline.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.waiting.iter().map(|request| request.deadline).min()
    }

    /// Ends every request: the overdue with a timeout, those that had not begun to leave as not sent, the
    /// others with `reason`.
    pub(crate) fn fail_all(&mut self, now: Instant, written: u64, reason: &RequestError) {
        for request in self.waiting.drain(..) {
            let error = if request.start >= written {
                if request.deadline <= now {
                    RequestError::NoTime
                } else {
                    RequestError::NotSent(reason.to_string())
                }
            } else if request.deadline <= now {
                RequestError::TimedOut
            } else {
                match reason {
                    RequestError::TimedOut => {
                        RequestError::Disconnected("closed, because an earlier request had no answer".into())
                    }
                    RequestError::Malformed(what) => {
                        RequestError::Disconnected(format!("closed, because an answer was malformed: {what}"))
                    }
                    other => other.clone(),
                }
            };
            request.reply.give(Err(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(correlation_id: i32, start: u64, answered: bool) -> (Waiting, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        let waiting = Waiting {
            correlation_id,
            response_header_version: 0,
            deadline: Instant::from_nanos(u64::try_from(correlation_id).expect("small") * 10),
            reply: ReplyTo::One(sender),
            answered,
            start,
            end: start + 10,
        };
        (waiting, receiver)
    }

    #[test]
    fn answers_come_in_order_or_not_at_all() {
        let mut pending = PendingRequests::default();
        let (first, _one) = request(1, 0, true);
        let (second, _two) = request(2, 10, true);
        pending.push(first);
        pending.push(second);
        assert!(pending.take(2).is_err());
        assert_eq!(pending.take(1).expect("the oldest").correlation_id, 1);
        assert_eq!(pending.take(2).expect("now the oldest").correlation_id, 2);
        assert!(pending.take(3).is_err());
    }

    #[test]
    fn what_did_not_begin_to_leave_was_not_sent() {
        let mut pending = PendingRequests::default();
        let mut receivers = Vec::new();
        for (id, start) in [(1, 0), (5, 10), (6, 20)] {
            let (waiting, receiver) = request(id, start, true);
            pending.push(waiting);
            receivers.push(receiver);
        }
        // Byte 15 was the last to leave: the second request left in part, the third not at all.
        pending.fail_all(Instant::from_nanos(10), 15, &RequestError::TimedOut);
        let outcomes: Vec<_> = receivers
            .iter_mut()
            .map(|receiver| receiver.try_recv().expect("answered").expect_err("failed"))
            .collect();
        assert_eq!(outcomes[0], RequestError::TimedOut);
        assert!(matches!(outcomes[1], RequestError::Disconnected(_)));
        assert!(matches!(outcomes[2], RequestError::NotSent(_)));
        assert!(pending.is_empty());
    }

    #[test]
    fn a_request_without_answer_is_done_when_it_has_left() {
        let mut pending = PendingRequests::default();
        let (silent, mut receiver) = request(1, 0, false);
        let (asking, _asking) = request(2, 10, true);
        pending.push(silent);
        pending.push(asking);
        pending.complete_unanswered(9);
        assert_eq!(pending.len(), 2);
        pending.complete_unanswered(10);
        assert_eq!(receiver.try_recv().expect("answered"), Ok(Bytes::new()));
        assert_eq!(pending.len(), 1);
    }
}
