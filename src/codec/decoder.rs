//! Incremental framing.
//!
//! The caller owns the chunk and the assembly memory; the decoder owns positions only. Invariants:
//!
//! - Bytes before `at` are consumed. A step either consumes bytes, yields a frame, or says what it
//!   lacks; so a loop over [`Decoder::step`] ends.
//! - A payload that lies whole in the chunk is never copied. One that does not is gathered in
//!   `assembly[..filled]`, each of its bytes copied once.
//! - At most a length prefix and a head are held of a message before it has been judged.
//! - A message that lies whole in the chunk, which most do, is read straight from there and leaves
//!   the decoder as it was. What is not whole, or wrong, goes through the stages, byte by byte where
//!   it has to.

use std::ops::Range;

use super::Limits;
use super::carry::Carry;
use super::whole::MakeStep;
use crate::wire::{HASH_LEN, Head, PREFIX_LEN, PROTOCOL, PeerError, Reserved, check_protocol};

/// The first piece of memory asked for, in bytes: room for the usual 16 KiB block. More is asked for
/// as bytes arrive, so a length prefix alone reserves nothing.
const FIRST_SPACE: usize = 1 << 15;

/// What a payload belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// The handshake, with its reserved bits. Its payload is info hash and peer id, 40 bytes.
    Handshake(Reserved),
    /// A message.
    Message(Head),
}

/// Where the payload of a frame lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// In the chunk given to this step.
    Chunk(Range<usize>),
    /// In the assembly memory, from its start, this many bytes.
    Assembled(usize),
}

impl Payload {
    /// The payload's bytes, of the chunk and the assembly memory that the step was given.
    ///
    /// # Panics
    /// When they are others, and too short.
    #[must_use]
    pub fn of<'a>(&self, chunk: &'a [u8], assembly: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Chunk(range) => &chunk[range.clone()],
            Self::Assembled(length) => &assembly[..*length],
        }
    }
}

/// What one step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A frame is complete.
    Frame(Frame, Payload),
    /// The chunk is used up.
    Starved,
    /// The payload spans chunks and needs assembly memory of this many bytes in all, of which the
    /// first [`Decoder::filled`] hold what was in the memory before. Nothing of the payload was
    /// consumed; what comes before it was, and the position stands at its beginning.
    Space(usize),
}

/// The state of one peer's incoming stream.
#[derive(Clone, Debug)]
pub struct Decoder {
    limits: Limits,
    stage: Stage,
    /// What came in earlier chunks of the reserved bytes, or of the prefix and head under way.
    carry: Carry,
}

/// The peer did something wrong: the decoder's stage says what.
pub(super) struct Broken;

#[derive(Clone, Debug)]
enum Stage {
    /// Inside the protocol name, of which this many bytes have matched.
    Protocol(usize),
    /// Inside the reserved bytes.
    Reserved,
    /// Between two messages.
    Next,
    /// Inside length prefix and head, of which at least a byte came in earlier chunks.
    Head,
    /// Inside a payload of `length` bytes, of which `filled` are in the assembly memory.
    Payload { frame: Frame, length: usize, filled: usize },
    /// The peer has broken the protocol.
    Failed(PeerError),
}

impl Decoder {
    /// A decoder for a stream that starts with a handshake.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, stage: Stage::Protocol(0), carry: Carry::default() }
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The same, not copied.
    #[inline]
    pub(super) fn limits_ref(&self) -> &Limits {
        &self.limits
    }

    /// Changes the bounds. Of a message under way, the length has been judged for good once its
    /// prefix is complete, and what its id means once that is there; a piece index or a bitfield is
    /// judged by the bounds at its end.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// How many more bytes have to come before another step can say anything: at least one. A caller
    /// may hold shorter chunks back and give them together, losing no message and no judgement by it.
    #[must_use]
    pub fn needs(&self) -> usize {
        match &self.stage {
            Stage::Reserved => self.carry.lacks(Reserved::LEN),
            Stage::Next => PREFIX_LEN,
            Stage::Head => self.carry.lacks_of_head(),
            Stage::Payload { length, filled, .. } if *filled > 0 => length - filled,
            Stage::Protocol(_) | Stage::Payload { .. } | Stage::Failed(_) => 1,
        }
    }

    /// The caller has put `more` bytes of the unfinished payload into the assembly memory itself,
    /// behind the [`Decoder::filled`] ones. Tells whether that fits: short of the whole payload.
    #[must_use]
    pub fn gathered(&mut self, more: usize) -> bool {
        match &mut self.stage {
            Stage::Payload { length, filled, .. } if more < *length - *filled => {
                *filled += more;
                true
            }
            _ => more == 0,
        }
    }

    /// Whether the handshake has come whole.
    #[must_use]
    pub fn handshaken(&self) -> bool {
        !matches!(
            self.stage,
            Stage::Protocol(_)
                | Stage::Reserved
                | Stage::Payload { frame: Frame::Handshake(_), .. }
                | Stage::Failed(PeerError::NotBitTorrent { .. })
        )
    }

    /// How many bytes of an unfinished payload are in the assembly memory.
    #[must_use]
    pub fn filled(&self) -> usize {
        match self.stage {
            Stage::Payload { filled, .. } => filled,
            _ => 0,
        }
    }

    /// What the peer did wrong, if it did.
    #[must_use]
    pub fn error(&self) -> Option<&PeerError> {
        match &self.stage {
            Stage::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Goes on from `at` in `chunk` to the next frame.
    ///
    /// A caller that keeps the bytes of a payload itself, until all of them are there, gives no memory:
    /// then every payload is a [`Payload::Chunk`], of the chunk that starts with its first byte.
    ///
    /// Between two calls the caller keeps `assembly` as it is, unless the last one ended in a frame
    /// or [`Step::Space`] asked for more.
    ///
    /// # Errors
    /// What the peer did wrong, at the first byte that shows it; the same again on later calls.
    #[inline]
    pub fn step(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, PeerError> {
        let making = |body_at| MakeStep { body_at };
        if let Some(step) = self.whole(chunk, at, making) {
            return Ok(step);
        }
        if let Some(step) = self.whole_rare(chunk, at, making) {
            return Ok(step);
        }
        self.advance(chunk, at, assembly).map_err(|broken| self.explain(broken))
    }

    /// Whether no byte of the next message has come.
    #[inline]
    pub(super) fn is_between(&self) -> bool {
        matches!(self.stage, Stage::Next)
    }

    /// What the peer did wrong.
    #[cold]
    pub(super) fn explain(&self, _: Broken) -> PeerError {
        self.error().expect("a stage of failure").clone()
    }

    /// Goes on through the stages. Apart from the reading of whole messages, which so keeps its
    /// state in registers.
    #[inline(never)]
    pub(super) fn advance(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, Broken> {
        self.go_through(chunk, at, assembly).map_err(|error| {
            self.stage = Stage::Failed(error);
            Broken
        })
    }

    fn go_through(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, PeerError> {
        let step = match &self.stage {
            Stage::Protocol(_) | Stage::Reserved => self.handshake(chunk, at)?,
            Stage::Next | Stage::Head => self.head(chunk, at)?,
            Stage::Payload { .. } => None,
            Stage::Failed(error) => return Err(error.clone()),
        };
        step.map_or_else(|| self.payload(chunk, at, assembly), Ok)
    }

    /// Goes on to the info hash of the handshake. Gives a step if the chunk ends before.
    fn handshake(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Step>, PeerError> {
        if let Stage::Protocol(matched) = &mut self.stage {
            let rest = &chunk[*at..];
            let take = rest.len().min(PROTOCOL.len() - *matched);
            check_protocol(*matched, &rest[..take])?;
            *matched += take;
            *at += take;
            if *matched < PROTOCOL.len() {
                return Ok(Some(Step::Starved));
            }
            self.stage = Stage::Reserved;
        }
        let Some(reserved) = self.carry.take_up(chunk, at) else {
            return Ok(Some(Step::Starved));
        };
        let frame = Frame::Handshake(Reserved(reserved));
        self.stage = Stage::Payload { frame, length: 2 * HASH_LEN, filled: 0 };
        Ok(None)
    }

    /// Goes on to the payload of a message. Gives a step if the chunk ends before, or if there is
    /// no payload.
    fn head(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<Step>, PeerError> {
        let Some((head, length)) = self.carry.head(&self.limits, chunk, at)? else {
            self.stage = if self.carry.is_empty() { Stage::Next } else { Stage::Head };
            return Ok(Some(Step::Starved));
        };
        self.limits.check_head(head, length)?;
        let frame = Frame::Message(head);
        if length == 0 {
            self.stage = Stage::Next;
            return Ok(Some(Step::Frame(frame, Payload::Chunk(*at..*at))));
        }
        self.stage = Stage::Payload { frame, length: length as usize, filled: 0 };
        Ok(None)
    }

    /// Goes on to the end of a payload.
    fn payload(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, PeerError> {
        if self.gather(chunk, at, assembly) {
            return Ok(Step::Starved);
        }
        let Stage::Payload { frame, length, filled } = self.stage else {
            return Ok(Step::Starved);
        };
        let rest = &chunk[*at..];
        if filled == 0
            && let Some(bytes) = rest.get(..length)
        {
            let range = *at..*at + length;
            *at = range.end;
            return self.finish(frame, bytes, Payload::Chunk(range));
        }
        let taken = &rest[..rest.len().min(length - filled)];
        if taken.is_empty() {
            return Ok(Step::Starved);
        }
        let end = filled + taken.len();
        let Some(room) = assembly.get_mut(filled..end) else {
            return Ok(Step::Space(length.min(FIRST_SPACE.max(2 * end))));
        };
        room.copy_from_slice(taken);
        *at += taken.len();
        self.finish(frame, &assembly[..end], Payload::Assembled(end))
    }

    /// Takes up the rest of the chunk, if all of it belongs to the payload under way, which it does
    /// not complete, and there is memory for it. Tells whether it did.
    #[inline]
    pub(super) fn gather(&mut self, chunk: &[u8], at: &mut usize, assembly: &mut [u8]) -> bool {
        let Stage::Payload { length, filled, .. } = &mut self.stage else {
            return false;
        };
        let rest = &chunk[*at..];
        let end = *filled + rest.len();
        if end >= *length {
            return false;
        }
        let Some(room) = assembly.get_mut(*filled..end) else {
            return false;
        };
        room.copy_from_slice(rest);
        *filled = end;
        *at = chunk.len();
        true
    }

    /// Judges a message by its whole payload, and by what has become known since its head was judged.
    #[cold]
    fn judge(&self, frame: Frame, payload: &[u8]) -> Result<(), PeerError> {
        let Frame::Message(head) = frame else {
            return Ok(());
        };
        // A payload of 4 GiB is over any limit on a length prefix.
        self.limits.check_head(head, u32::try_from(payload.len()).unwrap_or(u32::MAX))?;
        self.limits.check_payload(head, payload)
    }

    #[inline]
    fn finish(&mut self, frame: Frame, bytes: &[u8], payload: Payload) -> Result<Step, PeerError> {
        self.stage = Stage::Next;
        if matches!(frame, Frame::Message(Head::Bitfield | Head::Hashes)) {
            self.judge(frame, bytes)?;
        }
        Ok(Step::Frame(frame, payload))
    }
}

#[cfg(test)]
mod tests;
