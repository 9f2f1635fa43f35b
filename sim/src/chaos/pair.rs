//! One connection, as both its ends and the network between them know it.
//!
//! End 0 connected, end 1 accepted; flow `e` carries what end `e` writes. All times are virtual nanoseconds.
//!
//! | event | the other end sees |
//! | --- | --- |
//! | stream dropped or shut down, all read | end of stream, after all bytes |
//! | stream dropped with bytes unread | reset |
//! | process killed | as if its streams were dropped |
//! | listener closed before it accepted | reset |
//! | power lost | nothing; a reset only when the node is back and bytes were sent to it |
//! | link cut | nothing, neither bytes nor ends, until it heals |

use super::frames::Frames;
use crate::{NodeId, chaos::rpc::RpcId};
use std::{collections::VecDeque, task::Waker};

/// One direction.
#[derive(Debug)]
pub(crate) struct Flow {
    /// Bytes that the writer was told are on their way.
    pub(crate) written: u64,
    /// Bytes that the reader's side took from the engine.
    pub(crate) taken: u64,
    /// The writer will write no more; visible from then on.
    pub(crate) fin_at: Option<u64>,
    /// Bytes before a position are visible from a moment on: (position where they begin, moment).
    pub(crate) late: VecDeque<(u64, u64)>,
    pub(crate) reader: Option<Waker>,
    pub(crate) writer: Option<Waker>,
    /// The window was full: the writer waits until a good part of it is free, or it would go on in crumbs.
    pub(crate) full: bool,
    pub(crate) frames: Frames,
    /// A rule holds the frame that is next.
    pub(crate) held: Option<RpcId>,
    /// Requests to be put in here: when, and which.
    pub(crate) replays: VecDeque<(u64, Vec<u8>)>,
}

impl Flow {
    fn new(frames: Frames) -> Self {
        Flow {
            written: 0,
            taken: 0,
            fin_at: None,
            late: VecDeque::new(),
            reader: None,
            writer: None,
            full: false,
            frames,
            held: None,
            replays: VecDeque::new(),
        }
    }

    pub(crate) fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    /// Room for the writer: none between a full window and one that is a quarter free.
    pub(crate) fn room(&mut self, window: u64) -> u64 {
        let room = window.saturating_sub(self.written - self.taken);
        self.full = if self.full { room < window / 4 } else { room == 0 };
        if self.full { 0 } else { room }
    }

    /// The reader's side took so many bytes from the engine.
    pub(crate) fn take(&mut self, bytes: usize, window: u64) {
        self.taken += bytes as u64;
        if self.room(window) > 0
            && let Some(writer) = self.writer.take()
        {
            writer.wake();
        }
    }

    /// How many bytes the reader may take now, and when there will be more.
    pub(crate) fn visible(&mut self, now: u64) -> (u64, Option<u64>) {
        while let Some((_, moment)) = self.late.front()
            && *moment <= now
        {
            self.late.pop_front();
        }
        match self.late.front() {
            Some((begin, moment)) => (begin.saturating_sub(self.taken), Some(*moment)),
            None => (self.written - self.taken, None),
        }
    }
}

/// One end.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) node: NodeId,
    /// The stream exists on this side.
    pub(crate) open: bool,
    /// The node lost its power with this end: how often it had been switched on by then.
    pub(crate) vanished: Option<u32>,
    /// This end sees a reset from then on.
    pub(crate) reset_at: Option<u64>,
    /// It spoke to a peer that is not there any more, or never was: the answer, when one can arrive, is a reset.
    pub(crate) spoke_to_nobody: bool,
}

impl End {
    fn new(node: NodeId) -> Self {
        End { node, open: false, vanished: None, reset_at: None, spoke_to_nobody: false }
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Pair {
    /// Numbered in the order of making.
    pub(crate) number: u64,
    pub(crate) ends: [End; 2],
    pub(crate) flows: [Flow; 2],
    pub(crate) window: u64,
    pub(crate) born: u64,
    /// Both ends have met, or it is known that the accepting one will never appear.
    pub(crate) joined: bool,
    /// Answers with these correlation ids meet a fate: lost with the connection, cut, or thrown away.
    pub(crate) doomed_answers: Vec<(i32, AnswerFate)>,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerFate {
    Lose,
    Cut,
    ThrowAway,
}

impl Pair {
    pub(crate) fn new(number: u64, from: NodeId, to: NodeId, window: u64, born: u64) -> Self {
        Pair {
            number,
            ends: [End::new(from), End::new(to)],
            flows: [Flow::new(Frames::requests()), Flow::new(Frames::responses())],
            window,
            born,
            joined: false,
            doomed_answers: Vec::new(),
        }
    }

    pub(crate) fn wake(&mut self) {
        for flow in &mut self.flows {
            flow.wake();
        }
    }

    /// Both ends see a reset from `moment` on.
    pub(crate) fn reset(&mut self, moment: u64) {
        for end in &mut self.ends {
            if end.open {
                end.reset_at = Some(end.reset_at.map_or(moment, |before| before.min(moment)));
            }
        }
        self.wake();
    }
}
