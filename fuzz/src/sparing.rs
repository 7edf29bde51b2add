//! A caller that gives the decoder nothing it could not judge: it holds parts of a head back and
//! gathers parts of a payload itself.

use peer_wire_protocol::codec::Limits;
use peer_wire_protocol::wire::PeerError;

use crate::driven::Driven;
use crate::said::Said;

/// Which of the two it does for an unfinished payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Holds everything back that is shorter than needed.
    Holds,
    /// Puts parts of payloads into the assembly memory.
    Gathers,
}

/// Such a caller.
#[derive(Clone, Debug)]
pub struct Sparing {
    caller: Driven,
    manner: Manner,
    held: Vec<u8>,
}

impl Sparing {
    /// One at the start of a stream.
    #[must_use]
    pub fn new(limits: Limits, manner: Manner) -> Self {
        Self { caller: Driven::new(limits, true), manner, held: Vec::new() }
    }

    /// Changes the bounds.
    pub fn set_limits(&mut self, limits: Limits) {
        self.caller.set_limits(limits);
    }

    /// Takes a chunk and adds what it completes to `said`.
    pub fn feed(&mut self, chunk: &[u8], said: &mut Vec<Said>) -> Result<(), PeerError> {
        if self.manner == Manner::Gathers && self.held.is_empty() && self.caller.gather(chunk) {
            return Ok(());
        }
        self.held.extend(chunk);
        if self.held.len() < self.caller.needs() {
            return Ok(());
        }
        let joined = std::mem::take(&mut self.held);
        self.caller.feed(&joined, |_, frame, _, payload, _| {
            said.push(Said::of_frame(frame, payload));
        })
    }
}
