//! Incremental framing.
//!
//! The caller owns the chunk and the assembly memory; the decoder owns positions only. Invariants:
//!
//! - Bytes before `at` are consumed. A step either consumes bytes, yields a frame, or says what it
//!   lacks; so a loop over [`Decoder::step`] ends.
//! - A payload that lies whole in the chunk is never copied. One that does not is gathered in
//!   `assembly[..filled]`, each of its bytes copied once.
//! - At most [`CARRY_LEN`] bytes of a message are held before it has been judged.

use std::ops::Range;

use super::Limits;
use crate::wire::{
    HASH_LEN, Head, MAX_HEAD_LEN, PREFIX_LEN, PROTOCOL, PeerError, Reserved, be_u32, check_protocol,
};

const CARRY_LEN: usize = PREFIX_LEN + MAX_HEAD_LEN;

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

/// What one step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A frame is complete.
    Frame(Frame, Payload),
    /// The chunk is used up.
    Starved,
    /// The payload spans chunks and needs assembly memory of this many bytes in all, of which the
    /// first [`Decoder::filled`] hold what was in the memory before. Nothing was consumed.
    Space(usize),
}

/// The state of one peer's incoming stream.
#[derive(Clone, Debug)]
pub struct Decoder {
    limits: Limits,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// Inside the protocol name, of which this many bytes have matched.
    Protocol(usize),
    /// Inside the reserved bytes, of which `carried` came in earlier chunks.
    Reserved { carry: Reserved, carried: usize },
    /// Inside length prefix and head, of which `carried` bytes came in earlier chunks.
    Head { carry: [u8; CARRY_LEN], carried: usize },
    /// Inside a payload of `length` bytes, of which `filled` are in the assembly memory.
    Payload { frame: Frame, length: usize, filled: usize },
    /// The peer has broken the protocol.
    Failed(PeerError),
}

const NEXT_HEAD: Stage = Stage::Head { carry: [0; CARRY_LEN], carried: 0 };

impl Decoder {
    /// A decoder for a stream that starts with a handshake.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, stage: Stage::Protocol(0) }
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Changes the bounds, from the next message on.
    pub fn set_limits(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// How many more bytes have to come before another step can say anything: at least one. A caller
    /// may hold shorter chunks back and give them together, losing no message and no judgement by it.
    #[must_use]
    pub fn needs(&self) -> usize {
        match &self.stage {
            Stage::Reserved { carry, carried } => carry.0.len() - carried,
            Stage::Head { carry, carried } => needs_of_head(carry, *carried),
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
    /// Between two calls the caller keeps `assembly` as it is, unless the last one ended in a frame
    /// or [`Step::Space`] asked for more.
    ///
    /// # Errors
    /// What the peer did wrong, at the first byte that shows it; the same again on later calls.
    pub fn step(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, PeerError> {
        let step = self.advance(chunk, at, assembly);
        if let Err(error) = &step {
            self.stage = Stage::Failed(error.clone());
        }
        step
    }

    fn advance(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        assembly: &mut [u8],
    ) -> Result<Step, PeerError> {
        loop {
            match &mut self.stage {
                Stage::Protocol(matched) => {
                    let rest = &chunk[*at..];
                    let take = rest.len().min(PROTOCOL.len() - *matched);
                    check_protocol(*matched, &rest[..take])?;
                    *matched += take;
                    *at += take;
                    if *matched < PROTOCOL.len() {
                        return Ok(Step::Starved);
                    }
                    self.stage = Stage::Reserved { carry: Reserved::default(), carried: 0 };
                }
                Stage::Reserved { carry, carried } => {
                    let all = carry.0.len();
                    if !fill(&mut carry.0, carried, all, chunk, at) {
                        return Ok(Step::Starved);
                    }
                    let frame = Frame::Handshake(*carry);
                    self.stage = Stage::Payload { frame, length: 2 * HASH_LEN, filled: 0 };
                }
                Stage::Head { carry, carried } => {
                    let Some((head, length)) = read_head(&self.limits, carry, carried, chunk, at)?
                    else {
                        return Ok(Step::Starved);
                    };
                    self.limits.check_head(head, length)?;
                    let frame = Frame::Message(head);
                    if length == 0 {
                        *carried = 0;
                        return Ok(Step::Frame(frame, Payload::Chunk(*at..*at)));
                    }
                    self.stage = Stage::Payload { frame, length: length as usize, filled: 0 };
                }
                Stage::Payload { frame, length, filled } => {
                    let (frame, length, available) = (*frame, *length, chunk.len() - *at);
                    if *filled == 0 && available >= length {
                        let range = *at..*at + length;
                        *at = range.end;
                        return self.finish(frame, &chunk[range.clone()], Payload::Chunk(range));
                    }
                    let take = available.min(length - *filled);
                    if take == 0 {
                        return Ok(Step::Starved);
                    }
                    let end = *filled + take;
                    if assembly.len() < end {
                        return Ok(Step::Space(length.min(FIRST_SPACE.max(2 * end))));
                    }
                    assembly[*filled..end].copy_from_slice(&chunk[*at..*at + take]);
                    *filled = end;
                    *at += take;
                    if end < length {
                        return Ok(Step::Starved);
                    }
                    return self.finish(frame, &assembly[..end], Payload::Assembled(end));
                }
                Stage::Failed(error) => return Err(error.clone()),
            }
        }
    }

    fn finish(&mut self, frame: Frame, bytes: &[u8], payload: Payload) -> Result<Step, PeerError> {
        if frame == Frame::Message(Head::Bitfield) {
            // The number of pieces may have become known since the head was judged.
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            self.limits.check_head(Head::Bitfield, length)?;
            self.limits.check_bitfield(bytes)?;
        }
        self.stage = NEXT_HEAD;
        Ok(Step::Frame(frame, payload))
    }
}

/// Reads length prefix and head, judging each as soon as its bytes are there. Gives the head and the
/// payload's length, or nothing when the chunk ends first.
#[inline]
fn read_head(
    limits: &Limits,
    carry: &mut [u8; CARRY_LEN],
    carried: &mut usize,
    chunk: &[u8],
    at: &mut usize,
) -> Result<Option<(Head, u32)>, PeerError> {
    let rest = &chunk[*at..];
    if *carried == 0 && rest.len() >= CARRY_LEN {
        let length = be_u32(rest, 0);
        limits.check_length(length)?;
        if length == 0 {
            *at += PREFIX_LEN;
            return Ok(Some((Head::KeepAlive, 0)));
        }
        let head = Head::len_in(rest[PREFIX_LEN], length)?;
        *at += PREFIX_LEN + head;
        let bytes = &rest[PREFIX_LEN..PREFIX_LEN + head];
        #[allow(clippy::cast_possible_truncation)] // A head is at most 13 bytes.
        return Ok(Some((Head::read(bytes), length - head as u32)));
    }
    gather_head(limits, carry, carried, chunk, at)
}

/// The same for a head that came in several chunks, or near the end of one.
#[cold]
fn gather_head(
    limits: &Limits,
    carry: &mut [u8; CARRY_LEN],
    carried: &mut usize,
    chunk: &[u8],
    at: &mut usize,
) -> Result<Option<(Head, u32)>, PeerError> {
    if !fill(carry, carried, PREFIX_LEN, chunk, at) {
        return Ok(None);
    }
    let length = be_u32(carry, 0);
    limits.check_length(length)?;
    if length == 0 {
        *carried = 0;
        return Ok(Some((Head::KeepAlive, 0)));
    }
    // The id is looked at before it is taken: of an unknown message it is payload.
    let first = if *carried > PREFIX_LEN { Some(&carry[PREFIX_LEN]) } else { chunk.get(*at) };
    let Some(&id) = first else {
        return Ok(None);
    };
    let head = Head::len_in(id, length)?;
    if !fill(carry, carried, PREFIX_LEN + head, chunk, at) {
        return Ok(None);
    }
    *carried = 0;
    #[allow(clippy::cast_possible_truncation)] // A head is at most 13 bytes.
    Ok(Some((Head::read(&carry[PREFIX_LEN..PREFIX_LEN + head]), length - head as u32)))
}

/// How many bytes a head that has `carried` lacks before it can be judged further.
fn needs_of_head(carry: &[u8; CARRY_LEN], carried: usize) -> usize {
    if carried < PREFIX_LEN {
        return PREFIX_LEN - carried;
    }
    if carried == PREFIX_LEN {
        return 1;
    }
    // The id was judged when it was taken.
    let head = Head::len_in(carry[PREFIX_LEN], be_u32(carry, 0)).unwrap_or(0);
    (PREFIX_LEN + head).saturating_sub(carried).max(1)
}

/// Moves bytes of the chunk to `carry` until it holds `until`, and tells whether it does.
fn fill(carry: &mut [u8], carried: &mut usize, until: usize, chunk: &[u8], at: &mut usize) -> bool {
    let take = until.saturating_sub(*carried).min(chunk.len() - *at);
    carry[*carried..*carried + take].copy_from_slice(&chunk[*at..*at + take]);
    *carried += take;
    *at += take;
    *carried >= until
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Handshake, Message};

    /// A decoder past the handshake.
    fn running(limits: Limits) -> Decoder {
        Decoder { limits, stage: NEXT_HEAD }
    }

    fn bytes(messages: &[Message]) -> Vec<u8> {
        let mut out = Vec::new();
        for message in messages {
            message.encode(&mut out);
        }
        out
    }

    #[test]
    fn a_block_inside_the_chunk_is_not_copied() {
        let chunk = bytes(&[Message::Piece { index: 1, offset: 2, block: &[9; 100] }]);
        let mut at = 0;
        let step = running(Limits::default()).step(&chunk, &mut at, &mut []);
        let frame = Frame::Message(Head::Piece { index: 1, offset: 2 });
        assert_eq!(step, Ok(Step::Frame(frame, Payload::Chunk(13..113))));
        assert_eq!(at, 113);
    }

    #[test]
    fn a_block_across_chunks_is_gathered_once() {
        let stream = bytes(&[Message::Piece { index: 1, offset: 2, block: &[9; 100] }]);
        let (first, second) = stream.split_at(50);
        let mut decoder = running(Limits::default());
        let mut at = 0;
        assert_eq!(decoder.step(first, &mut at, &mut []), Ok(Step::Space(100)));
        assert_eq!(at, 13, "the head is consumed, the payload waits");
        let mut assembly = [0; 100];
        assert_eq!(decoder.step(first, &mut at, &mut assembly), Ok(Step::Starved));
        assert_eq!(decoder.filled(), 37);
        let frame = Frame::Message(Head::Piece { index: 1, offset: 2 });
        assert_eq!(
            decoder.step(second, &mut 0, &mut assembly),
            Ok(Step::Frame(frame, Payload::Assembled(100)))
        );
        assert_eq!(assembly, [9; 100]);
        assert_eq!(decoder.filled(), 0);
    }

    #[test]
    fn a_bitfield_is_judged_by_the_bounds_at_its_end() {
        let stream = bytes(&[Message::Bitfield(&[0xff, 0xff])]);
        for (pieces, good) in [(16, true), (8, false), (24, false), (10, false)] {
            let mut decoder = running(Limits::default());
            let mut assembly = [0; 2];
            assert_eq!(decoder.step(&stream[..6], &mut 0, &mut assembly), Ok(Step::Starved));
            decoder.set_limits(Limits { piece_count: Some(pieces), ..Limits::default() });
            let step = decoder.step(&stream[6..], &mut 0, &mut assembly);
            assert_eq!(step.is_ok(), good, "{pieces}");
        }
    }

    #[test]
    fn what_is_needed_can_be_held_back() {
        let stream = bytes(&[
            Message::Have { index: 1 },
            Message::Unknown { body: &[99, 1] },
            Message::Piece { index: 1, offset: 2, block: &[9; 100] },
            Message::KeepAlive,
        ]);
        let mut decoder = running(Limits::default());
        let mut assembly = [0; 100];
        let mut seen = Vec::new();
        let mut rest = &stream[..];
        let mut needs = Vec::new();
        while !rest.is_empty() {
            needs.push(decoder.needs());
            let (chunk, after) = rest.split_at(decoder.needs());
            rest = after;
            let mut at = 0;
            while let Step::Frame(frame, _) = decoder.step(chunk, &mut at, &mut assembly).unwrap() {
                seen.push(frame);
            }
        }
        assert_eq!(needs, [4, 1, 4, 4, 1, 1, 4, 1, 8, 1, 99, 4]);
        assert_eq!(seen.len(), 4);
    }

    #[test]
    fn a_caller_may_gather_a_payload_itself() {
        let mut decoder = running(Limits::default());
        assert_eq!(
            decoder.step(&[0, 0, 0, 12, 7, 0, 0, 0, 0, 0, 0, 0, 0], &mut 0, &mut []).ok(),
            Some(Step::Starved)
        );
        let mut assembly = [1, 2, 0];
        assert!(!decoder.gathered(3), "the end is the decoder's");
        assert!(decoder.gathered(2));
        let frame = Frame::Message(Head::Piece { index: 0, offset: 0 });
        assert_eq!(
            decoder.step(&[3], &mut 0, &mut assembly),
            Ok(Step::Frame(frame, Payload::Assembled(3)))
        );
        assert_eq!(assembly, [1, 2, 3]);
        assert!(!decoder.gathered(1), "no payload is under way");
        assert!(decoder.gathered(0));
    }

    #[test]
    fn memory_is_asked_for_as_bytes_arrive() {
        let mut decoder = running(Limits::default());
        let head = [0, 0x10, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0];
        let mut at = 0;
        assert_eq!(decoder.step(&head, &mut at, &mut []), Ok(Step::Starved), "a prefix takes none");
        assert_eq!(decoder.step(&[1; 10], &mut 0, &mut []), Ok(Step::Space(FIRST_SPACE)));
        let mut assembly = vec![0; FIRST_SPACE];
        assert_eq!(decoder.step(&vec![1; FIRST_SPACE], &mut 0, &mut assembly), Ok(Step::Starved));
        assert_eq!(
            decoder.step(&[1; 2], &mut 0, &mut assembly),
            Ok(Step::Space(2 * (FIRST_SPACE + 2)))
        );
    }

    #[test]
    fn a_huge_prefix_fails_at_its_fourth_byte() {
        let mut decoder = running(Limits::default());
        assert_eq!(decoder.step(&[0xff, 0xff, 0xff], &mut 0, &mut []), Ok(Step::Starved));
        let error = PeerError::MessageTooLong { length: u32::MAX, limit: 1 << 20 };
        assert_eq!(decoder.step(&[0xff], &mut 0, &mut []), Err(error.clone()));
        assert_eq!(decoder.step(&[0], &mut 0, &mut []), Err(error.clone()), "and stays failed");
        assert_eq!(decoder.error(), Some(&error));
    }

    #[test]
    fn a_wrong_length_fails_at_the_id() {
        let mut decoder = running(Limits::default());
        assert_eq!(decoder.step(&[0, 0, 0, 4], &mut 0, &mut []), Ok(Step::Starved));
        assert_eq!(
            decoder.step(&[4], &mut 0, &mut []),
            Err(PeerError::MessageLength { id: 4, length: 4 })
        );
    }

    #[test]
    fn what_is_not_bittorrent_fails_at_its_first_wrong_byte() {
        let mut decoder = Decoder::new(Limits::default());
        assert_eq!(
            decoder.step(b"GET / HTTP/1.1", &mut 0, &mut []),
            Err(PeerError::NotBitTorrent { position: 0, found: b'G' })
        );
        let mut decoder = Decoder::new(Limits::default());
        assert_eq!(decoder.step(b"\x13BitTor", &mut 0, &mut []), Ok(Step::Starved));
        assert_eq!(
            decoder.step(b"n", &mut 0, &mut []),
            Err(PeerError::NotBitTorrent { position: 7, found: b'n' })
        );
    }

    #[test]
    fn limits_hold_from_the_next_message_on() {
        let mut decoder = running(Limits::default());
        let chunk = bytes(&[Message::Have { index: 5 }, Message::Have { index: 5 }]);
        let mut at = 0;
        assert!(decoder.step(&chunk, &mut at, &mut []).is_ok());
        decoder.set_limits(Limits { piece_count: Some(5), ..decoder.limits() });
        assert_eq!(
            decoder.step(&chunk, &mut at, &mut []),
            Err(PeerError::PieceIndex { index: 5, pieces: 5, exact: true })
        );
    }

    #[test]
    fn spare_bits_are_judged_in_the_chunk_and_assembled() {
        let limits = Limits { piece_count: Some(4), ..Limits::default() };
        let chunk = [0, 0, 0, 2, 5, 0xff];
        let error = PeerError::BitfieldSpareBits { pieces: 4 };
        assert_eq!(running(limits).step(&chunk, &mut 0, &mut []), Err(error.clone()));
        let limits = Limits { piece_count: Some(12), ..limits };
        let mut decoder = running(limits);
        let mut assembly = [0; 2];
        assert_eq!(decoder.step(&[0, 0, 0, 3, 5, 0xff], &mut 0, &mut assembly), Ok(Step::Starved));
        let error = PeerError::BitfieldSpareBits { pieces: 12 };
        assert_eq!(decoder.step(&[0xff], &mut 0, &mut assembly), Err(error));
    }

    #[test]
    fn the_handshake_is_a_payload_of_40_bytes() {
        let mut stream = Vec::new();
        Handshake::new([1; 20], [2; 20]).encode(&mut stream);
        let mut at = 0;
        assert_eq!(
            Decoder::new(Limits::default()).step(&stream, &mut at, &mut []),
            Ok(Step::Frame(
                Frame::Handshake(Reserved::default().with(Reserved::EXTENDED)),
                Payload::Chunk(28..68)
            ))
        );
    }
}
