//! A decoder with memory of its own, for Rust programs.

use super::{Decoder, Frame, Limits, Payload, Step};
use crate::wire::{Handshake, Message, PeerError};

/// Reads a peer's stream, handing over each message as it completes.
///
/// A payload inside one chunk is borrowed from the chunk; one that spans chunks is gathered here,
/// in memory that grows with what has arrived and is used again for the next.
#[derive(Clone, Debug)]
pub struct Reader {
    decoder: Decoder,
    assembly: Vec<u8>,
}

impl Reader {
    /// A reader for a stream that starts with a handshake.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { decoder: Decoder::new(limits), assembly: Vec::new() }
    }

    /// The decoder, to see or change its limits.
    pub fn decoder(&mut self) -> &mut Decoder {
        &mut self.decoder
    }

    /// Reads a chunk of any length, calling `each` for every message completed by it.
    ///
    /// # Errors
    /// What the peer did wrong. The messages before it have been handed over; nothing more can be
    /// read.
    pub fn read(
        &mut self,
        chunk: &[u8],
        mut each: impl FnMut(Message<'_>),
    ) -> Result<(), PeerError> {
        let mut at = 0;
        loop {
            match self.decoder.step(chunk, &mut at, &mut self.assembly)? {
                Step::Starved => return Ok(()),
                Step::Space(length) => self.assembly.resize(length, 0),
                Step::Frame(frame, payload) => {
                    let bytes = match payload {
                        Payload::Chunk(range) => &chunk[range],
                        Payload::Assembled(length) => &self.assembly[..length],
                    };
                    each(match frame {
                        Frame::Handshake(reserved) => {
                            Message::Handshake(Handshake::from_parts(reserved, bytes))
                        }
                        Frame::Message(head) => Message::new(head, bytes),
                    });
                }
            }
        }
    }
}
