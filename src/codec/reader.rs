//! A decoder with memory of its own, for Rust programs.

use super::decoder::Broken;
use super::{Decoder, Frame, Limits, Payload, Step};
use crate::wire::{Handshake, MakeMessage, Message, PeerError};

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
    #[inline]
    pub fn read(
        &mut self,
        chunk: &[u8],
        mut each: impl FnMut(Message<'_>),
    ) -> Result<(), PeerError> {
        if self.decoder.gather(chunk, &mut 0, &mut self.assembly) {
            return Ok(());
        }
        let mut at = 0;
        loop {
            while let Some(message) = self.decoder.whole(chunk, &mut at, |_| MakeMessage) {
                each(message);
            }
            if let Some(message) = self.decoder.whole_rare(chunk, &mut at, |_| MakeMessage) {
                each(message);
                continue;
            }
            let mut position = at; // A copy: `at` itself stays in a register.
            match self.advance(chunk, &mut position) {
                Ok(Some(message)) => each(message),
                Ok(None) => return Ok(()),
                Err(broken) => return Err(self.decoder.explain(broken)),
            }
            at = position;
        }
    }

    /// Goes on from `at` in `chunk` to the next message, gathering what is cut. Gives nothing when
    /// the chunk ends first.
    fn advance<'a>(
        &'a mut self,
        chunk: &'a [u8],
        at: &mut usize,
    ) -> Result<Option<Message<'a>>, Broken> {
        loop {
            let (frame, payload) = match self.decoder.advance(chunk, at, &mut self.assembly)? {
                Step::Starved => return Ok(None),
                Step::Space(length) => {
                    self.assembly.resize(length, 0);
                    continue;
                }
                Step::Frame(frame, payload) => (frame, payload),
            };
            let bytes = match payload {
                Payload::Chunk(range) => &chunk[range],
                Payload::Assembled(length) => &self.assembly[..length],
            };
            return Ok(Some(match frame {
                Frame::Handshake(reserved) => {
                    Message::Handshake(Handshake::from_parts(reserved, bytes))
                }
                Frame::Message(head) => Message::new(head, bytes),
            }));
        }
    }
}
