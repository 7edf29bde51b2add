//! Records of what a peer sends.

use crate::codec::decoder::Broken;
use crate::codec::{Decoder, Frame, Payload, Step};
use crate::wire::{HashRange, Head, Make, PREFIX_LEN, Reserved, id};

use super::{ASSEMBLED, FLAGS, HANDSHAKE, KEEP_ALIVE, MAX_RECORD, UNKNOWN};

/// Where a record is written to.
pub type Room = [u32; MAX_RECORD as usize];

/// Why [`read`] came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The chunk is used up.
    Starved,
    /// There is no room for another record.
    Full,
    /// What the last record says may change how all that follows it is judged: it is to be told before
    /// more is read, of this chunk or another.
    Taught,
    /// A payload spans chunks and needs assembly memory, see [`Step::Space`].
    Space(usize),
    /// The peer did something wrong, after the records given: see [`Decoder::error`].
    Failed,
}

/// Reads `chunk` from `at` on, to records in `out`. Tells why it came to an end, and how many words
/// were written.
///
/// A payload in the assembly memory is handed out with its record: the next one that spans chunks
/// asks for memory of its own.
#[inline]
pub fn read(
    decoder: &mut Decoder,
    chunk: &[u8],
    at: &mut usize,
    assembly: &mut [u8],
    out: &mut [u32],
) -> (End, usize) {
    if decoder.gather(chunk, at, assembly) {
        return (End::Starved, 0);
    }
    read_all(decoder, chunk, at, assembly, out)
}

/// The same for a chunk in which something ends.
fn read_all(
    decoder: &mut Decoder,
    chunk: &[u8],
    at: &mut usize,
    mut assembly: &mut [u8],
    out: &mut [u32],
) -> (End, usize) {
    let mut end = 0;
    let why = loop {
        if decoder.is_between() {
            end += read_whole(decoder, chunk, at, &mut out[end..]);
            if chunk.get(*at + PREFIX_LEN).is_some_and(|id| Head::is_rare(*id)) {
                let words = read_rare(decoder, chunk, at, &mut out[end..]);
                end += words;
                if words > 0 {
                    continue;
                }
            }
        }
        let Some(room) = room(out, end) else {
            break End::Full;
        };
        // What is not whole, or may change how the rest is judged, goes one by one.
        match decoder.advance(chunk, at, assembly) {
            Ok(Step::Frame(frame, payload)) => {
                end += write(frame, &payload, chunk, assembly, room);
                if matches!(payload, Payload::Assembled(_)) {
                    assembly = &mut [];
                }
                if teaches(frame) {
                    break End::Taught;
                }
            }
            Ok(Step::Starved) => break End::Starved,
            Ok(Step::Space(length)) => break End::Space(length),
            Err(Broken) => break End::Failed,
        }
    };
    (why, end)
}

/// Reads the messages that lie whole in the chunk, up to one that [`teaches`]. Tells how many words
/// were written. Apart from `read_all`, so that its state stays in registers.
#[inline(never)]
fn read_whole(decoder: &Decoder, chunk: &[u8], at: &mut usize, out: &mut [u32]) -> usize {
    let mut position = *at; // Copies, to stay in registers.
    let mut end = 0;
    while let Some(room) = room(out, end)
        && let Some(words) =
            decoder.whole(chunk, &mut position, |body_at| MakeRecord { body_at, room })
    {
        end += words;
    }
    *at = position;
    end
}

/// The same for the messages that it leaves out.
#[inline(never)]
fn read_rare(decoder: &Decoder, chunk: &[u8], at: &mut usize, out: &mut [u32]) -> usize {
    let mut end = 0;
    while let Some(room) = room(out, end)
        && let Some(words) = decoder.whole_rare(chunk, at, |body_at| MakeRecord { body_at, room })
    {
        end += words;
    }
    end
}

#[inline]
fn room(out: &mut [u32], from: usize) -> Option<&mut Room> {
    out.get_mut(from..)?.first_chunk_mut()
}

/// Whether a program may learn from this message how many pieces the torrent has: from its info hash,
/// or from metadata. What follows is then judged by that, so it must not be decoded yet.
#[inline]
fn teaches(frame: Frame) -> bool {
    matches!(frame, Frame::Handshake(_) | Frame::Message(Head::Extended { .. }))
}

/// Makes the record of a message whose body starts at `body_at`, and tells how many words it took.
/// None of one that [`teaches`].
struct MakeRecord<'a> {
    body_at: usize,
    room: &'a mut Room,
}

impl<'a> Make<'a> for MakeRecord<'_> {
    type Made = usize;

    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made> {
        if teaches(Frame::Message(head)) {
            return None;
        }
        let start = self.body_at + head.size();
        if is_about_hashes(head) {
            return Some(hashes(head, word(start), payload, self.room));
        }
        Some(message(head, word(start), word(payload.len()), self.room))
    }
}

/// Writes the record of an incoming frame, whose payload lies in one of the two, to the front of `out`,
/// and tells how many words it took.
#[inline]
pub fn write(
    frame: Frame,
    payload: &Payload,
    chunk: &[u8],
    assembly: &[u8],
    out: &mut Room,
) -> usize {
    let (start, length) = match payload {
        Payload::Chunk(range) => (word(range.start), word(range.len())),
        Payload::Assembled(length) => (ASSEMBLED, word(*length)),
    };
    match frame {
        Frame::Handshake(reserved) => put([HANDSHAKE, flags_of(reserved), start, length], out),
        Frame::Message(head) if is_about_hashes(head) => {
            hashes(head, start, payload.of(chunk, assembly), out)
        }
        Frame::Message(head) => message(head, start, length, out),
    }
}

/// The same for a message, with where its payload starts and how long it is.
#[allow(clippy::inline_always)] // See `Make`.
#[inline(always)]
fn message(head: Head, start: u32, length: u32, out: &mut Room) -> usize {
    match head {
        Head::KeepAlive => put([KEEP_ALIVE], out),
        Head::Choke => put([id::CHOKE.into()], out),
        Head::Unchoke => put([id::UNCHOKE.into()], out),
        Head::Interested => put([id::INTERESTED.into()], out),
        Head::NotInterested => put([id::NOT_INTERESTED.into()], out),
        Head::Have { index } => put([id::HAVE.into(), index], out),
        Head::Bitfield => put([id::BITFIELD.into(), start, length], out),
        Head::Request { index, offset, length } => {
            put([id::REQUEST.into(), index, offset, length], out)
        }
        Head::Piece { index, offset } => put([id::PIECE.into(), index, offset, start, length], out),
        Head::Cancel { index, offset, length } => {
            put([id::CANCEL.into(), index, offset, length], out)
        }
        Head::Port { port } => put([id::PORT.into(), port.into()], out),
        Head::Extended { extension } => {
            put([id::EXTENDED.into(), extension.into(), start, length], out)
        }
        Head::Suggest { index } => put([id::SUGGEST.into(), index], out),
        Head::HaveAll => put([id::HAVE_ALL.into()], out),
        Head::HaveNone => put([id::HAVE_NONE.into()], out),
        Head::Reject { index, offset, length } => {
            put([id::REJECT.into(), index, offset, length], out)
        }
        Head::AllowedFast { index } => put([id::ALLOWED_FAST.into(), index], out),
        Head::Unknown | Head::HashRequest | Head::Hashes | Head::HashReject => {
            put([UNKNOWN, start, length], out)
        }
    }
}

/// Whether the record has something of the payload.
#[inline]
fn is_about_hashes(head: Head) -> bool {
    matches!(head, Head::HashRequest | Head::Hashes | Head::HashReject)
}

/// The same for a message about hashes.
#[cold]
fn hashes(head: Head, start: u32, payload: &[u8], out: &mut Room) -> usize {
    let kind = match head {
        Head::HashRequest => id::HASH_REQUEST,
        Head::Hashes => id::HASHES,
        _ => id::HASH_REJECT,
    };
    let (range, _) = HashRange::split(payload).expect("a payload of a judged length");
    let HashRange { base_layer, index, length, proof_layers, .. } = range;
    let payload = word(payload.len());
    put([kind.into(), base_layer, index, length, proof_layers, start, payload], out)
}

#[inline]
fn put<const N: usize>(words: [u32; N], out: &mut Room) -> usize {
    out[..N].copy_from_slice(&words);
    N
}

fn flags_of(reserved: Reserved) -> u32 {
    FLAGS.iter().filter(|(_, bit)| reserved.has(*bit)).map(|(flag, _)| flag).sum()
}

/// A position in a chunk, or the length of a payload, which stay below 4 GiB.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn word(number: usize) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::super::FLAG_DHT;
    use super::*;
    use crate::codec::Limits;
    use crate::wire::{Handshake, Message};

    fn bytes(messages: &[Message]) -> Vec<u8> {
        let mut out = Vec::new();
        for message in messages {
            message.encode(&mut out);
        }
        out
    }

    /// A decoder past the handshake.
    fn running() -> Decoder {
        let mut decoder = Decoder::new(Limits::default());
        let chunk = bytes(&[Message::Handshake(Handshake::new([1; 20], [2; 20]))]);
        assert_eq!(read(&mut decoder, &chunk, &mut 0, &mut [], &mut [0; 64]), (End::Taught, 4));
        decoder
    }

    #[test]
    fn flags_of_an_incoming_handshake() {
        let mut out = Room::default();
        let frame = Frame::Handshake(Reserved::default().with(Reserved::DHT));
        assert_eq!(write(frame, &Payload::Chunk(28..68), &[], &[], &mut out), 4);
        assert_eq!(out[..4], [HANDSHAKE, FLAG_DHT, 28, 40]);
        let frame = Frame::Handshake(Reserved([0xff; 8]));
        write(frame, &Payload::Assembled(40), &[], &[], &mut out);
        assert_eq!(out[..4], [HANDSHAKE, 1 | 2 | 4 | 8, ASSEMBLED, 40]);
    }

    #[test]
    fn every_kind_in_one_chunk() {
        let chunk = bytes(&[
            Message::KeepAlive,
            Message::Choke,
            Message::Unchoke,
            Message::Interested,
            Message::NotInterested,
            Message::Have { index: 9 },
            Message::Bitfield(&[0xf0]),
            Message::Request { index: 1, offset: 2, length: 3 },
            Message::Piece { index: 4, offset: 5, block: b"block" },
            Message::Cancel { index: 6, offset: 7, length: 8 },
            Message::Port { port: 6881 },
            Message::Unknown { body: &[99, 1] },
            Message::Extended { extension: 3, payload: b"de" },
        ]);
        let mut out = [0; 64];
        let (end, words) = read(&mut running(), &chunk, &mut 0, &mut [], &mut out);
        assert_eq!(end, End::Taught, "the last may change how the next chunk is judged");
        let records: &[&[u32]] = &[
            &[KEEP_ALIVE, 0, 1, 2, 3],
            &[4, 9],
            &[5, 38, 1],
            &[6, 1, 2, 3],
            &[7, 4, 5, 69, 5],
            &[8, 6, 7, 8],
            &[9, 6881],
            &[UNKNOWN, 102, 2],
            &[20, 3, 110, 2],
        ];
        assert_eq!(out[..words], records.concat());
    }

    #[test]
    fn what_teaches_is_told_before_the_rest_is_read() {
        let extended = Message::Extended { extension: 0, payload: b"de" };
        let chunk = bytes(&[Message::Choke, extended, Message::Have { index: 9 }]);
        let mut decoder = running();
        let (mut at, mut out) = (0, [0; 64]);
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Taught, 5));
        assert_eq!(at, 13);
        decoder.set_limits(Limits { piece_count: Some(9), ..decoder.limits() });
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Failed, 0));
        assert!(decoder.error().is_some());
    }

    #[test]
    fn a_full_table_is_gone_on_from() {
        let chunk = bytes(&[Message::Have { index: 9 }; 3]);
        let mut decoder = running();
        let (mut at, mut out) = (0, [0; 9]);
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Full, 4));
        assert_eq!(at, 18);
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Starved, 2));
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut [0; 4]), (End::Full, 0));
    }

    #[test]
    fn the_messages_before_a_mistake_are_told() {
        let mut chunk = bytes(&[Message::Choke, Message::Have { index: 9 }]);
        chunk.extend([0, 0, 0, 2, 4, 0]);
        let mut decoder = running();
        let (mut at, mut out) = (0, [0; 64]);
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Failed, 3));
        assert_eq!(out[..3], [0, 4, 9]);
        assert_eq!(read(&mut decoder, &chunk, &mut at, &mut [], &mut out), (End::Failed, 0));
    }

    #[test]
    fn a_cut_block_is_handed_out_with_its_memory() {
        let block = Message::Piece { index: 1, offset: 2, block: &[9; 100] };
        let stream = bytes(&[block, Message::Choke, block]);
        let (first, second) = stream.split_at(50);
        let mut decoder = running();
        let (mut at, mut memory, mut out) = (0, [0; 100], [0; 64]);
        assert_eq!(read(&mut decoder, first, &mut at, &mut [], &mut out), (End::Space(100), 0));
        assert_eq!(read(&mut decoder, first, &mut at, &mut memory, &mut out), (End::Starved, 0));
        at = 0;
        // The second block is cut too, and finds the memory gone.
        let cut = &second[..second.len() - 1];
        assert_eq!(read(&mut decoder, cut, &mut at, &mut memory, &mut out), (End::Space(100), 6));
        assert_eq!(memory, [9; 100]);
        assert_eq!(out[..6], [7, 1, 2, ASSEMBLED, 100, 0]);
    }
}
