//! Where frames begin and end in a stream of Kafka's protocol, and what is done to single ones.
//!
//! A frame is a length (four bytes) and as many bytes; a request begins with api key, api version and correlation id,
//! an answer with the correlation id. A stream that cannot be this is let through untouched from then on.

use bytes::{Buf, BytesMut};
use std::collections::VecDeque;

const REQUEST_HEADER: usize = 12;
const RESPONSE_HEADER: usize = 8;
/// A longer frame is none.
const FRAME_BYTES_MAX: u32 = 1 << 28;

/// What a frame's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Zero for an answer.
    pub(crate) api_key: i16,
    pub(crate) correlation_id: i32,
}

/// What becomes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Pass,
    /// Handed on and kept for a replay.
    Keep,
    Swallow,
    /// Kept back with all that follows.
    Hold,
    /// Swallowed; the connection is reset.
    Reset,
    /// Half of it is handed on; the connection is reset then.
    Cut,
}

/// What feeding bytes led to, beyond the bytes handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// All was taken.
    None,
    /// The connection is to be reset once what was handed on has been read.
    Reset,
    /// The frame that begins here is held; the rest is to be fed again.
    Held,
}

/// One direction of a connection.
#[derive(Debug)]
pub(crate) struct Frames {
    header: [u8; REQUEST_HEADER],
    header_bytes: usize,
    have: usize,
    left: usize,
    fate: Fate,
    framed: bool,
    /// The header was handed on before anyone could choose.
    too_late: bool,
    kept: Vec<u8>,
    /// Frames that were handed on to their end.
    pub(crate) whole: u64,
    /// Frames to be replayed, finished.
    pub(crate) finished: VecDeque<Vec<u8>>,
    /// Bytes handed on and not read yet.
    pub(crate) stash: BytesMut,
    /// Bytes behind a held frame, to be fed again.
    pub(crate) backlog: Vec<u8>,
}

impl Frames {
    pub(crate) fn requests() -> Self {
        Frames::new(REQUEST_HEADER)
    }

    pub(crate) fn responses() -> Self {
        Frames::new(RESPONSE_HEADER)
    }

    fn new(header_bytes: usize) -> Self {
        Frames {
            header: [0; REQUEST_HEADER],
            header_bytes,
            have: 0,
            left: 0,
            fate: Fate::Pass,
            framed: true,
            too_late: false,
            kept: Vec::new(),
            whole: 0,
            finished: VecDeque::new(),
            stash: BytesMut::new(),
            backlog: Vec::new(),
        }
    }

    /// Whether a whole frame could be put in here.
    pub(crate) fn at_boundary(&self) -> bool {
        self.framed && self.have == 0 && self.left == 0
    }

    /// Whether bytes can be handed on without being looked at by [`Frames::feed`].
    pub(crate) fn is_plain(&self) -> bool {
        self.fate == Fate::Pass
            && self.stash.is_empty()
            && self.backlog.is_empty()
            && (self.too_late || self.have == 0)
    }

    /// Follows bytes that were handed on already.
    pub(crate) fn follow(&mut self, mut bytes: &[u8]) {
        while self.framed && !bytes.is_empty() {
            if self.left > 0 {
                let step = self.left.min(bytes.len());
                self.left -= step;
                self.whole += u64::from(self.left == 0);
                bytes.advance(step);
                continue;
            }
            let whole = self.take_header(&mut bytes);
            self.too_late = !whole;
            if whole {
                self.begin_body();
                self.whole += u64::from(self.at_boundary());
            }
        }
    }

    /// Collects the header; true when it is whole.
    fn take_header(&mut self, bytes: &mut &[u8]) -> bool {
        let step = (self.header_bytes - self.have).min(bytes.len());
        self.header[self.have..self.have + step].copy_from_slice(&bytes[..step]);
        self.have += step;
        bytes.advance(step);
        self.have == self.header_bytes
    }

    /// The header is whole: counts what is left of the frame.
    fn begin_body(&mut self) {
        let length = u32::from_be_bytes([self.header[0], self.header[1], self.header[2], self.header[3]]);
        self.have = 0;
        match usize::try_from(length).ok().and_then(|bytes| bytes.checked_sub(self.header_bytes - 4)) {
            Some(left) if length <= FRAME_BYTES_MAX => self.left = left,
            _ => self.framed = false,
        }
    }

    fn parsed(&self) -> Header {
        let number = |at: usize| {
            i32::from_be_bytes([
                self.header[at],
                self.header[at + 1],
                self.header[at + 2],
                self.header[at + 3],
            ])
        };
        if self.header_bytes == REQUEST_HEADER {
            Header {
                api_key: i16::from_be_bytes([self.header[4], self.header[5]]),
                correlation_id: number(8),
            }
        } else {
            Header { api_key: 0, correlation_id: number(4) }
        }
    }

    /// Takes bytes and hands on, into the stash, what is to be read. `choose` decides each frame's fate by its header.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], choose: &mut dyn FnMut(Header) -> Fate) -> Effect {
        while !bytes.is_empty() {
            if !self.framed {
                self.stash.extend_from_slice(bytes);
                return Effect::None;
            }
            if self.left > 0 {
                let step = self.left.min(bytes.len());
                if self.pass_on(&bytes[..step]) {
                    return Effect::Reset;
                }
                bytes.advance(step);
                continue;
            }
            if self.too_late {
                let before = bytes;
                if self.take_header(&mut bytes) {
                    self.too_late = false;
                    self.begin_body();
                    self.whole += u64::from(self.at_boundary());
                }
                self.stash.extend_from_slice(&before[..before.len() - bytes.len()]);
                continue;
            }
            if !self.take_header(&mut bytes) {
                return Effect::None;
            }
            let header = self.header;
            let parsed = self.parsed();
            self.begin_body();
            self.fate = if self.framed { choose(parsed) } else { Fate::Pass };
            match self.fate {
                Fate::Hold => {
                    self.backlog = header[..self.header_bytes].to_vec();
                    self.backlog.extend_from_slice(bytes);
                    (self.left, self.fate) = (0, Fate::Pass);
                    return Effect::Held;
                }
                Fate::Reset => return Effect::Reset,
                Fate::Cut => self.left /= 2,
                _ => {}
            }
            if self.hand_on(&header[..self.header_bytes]) {
                return Effect::Reset;
            }
        }
        Effect::None
    }

    /// Hands on a part of the body; true when the connection is to be reset.
    fn pass_on(&mut self, part: &[u8]) -> bool {
        self.left -= part.len();
        self.hand_on(part)
    }

    fn hand_on(&mut self, part: &[u8]) -> bool {
        if self.fate != Fate::Swallow {
            self.stash.extend_from_slice(part);
        }
        if self.fate == Fate::Keep {
            self.kept.extend_from_slice(part);
        }
        if self.left > 0 {
            return false;
        }
        let reset = self.fate == Fate::Cut;
        self.whole += u64::from(self.framed && matches!(self.fate, Fate::Pass | Fate::Keep));
        if self.fate == Fate::Keep {
            self.finished.push_back(std::mem::take(&mut self.kept));
        }
        self.fate = Fate::Pass;
        reset
    }
}

/// A kept request with another correlation id.
pub(crate) fn renumber(frame: &mut [u8], correlation_id: i32) {
    if let Some(number) = frame.get_mut(8..12) {
        number.copy_from_slice(&correlation_id.to_be_bytes());
    }
}
