//! Batches of messages as plain 32-bit words, for a border that is dear to cross.
//!
//! A record is its kind, then the fields of the message in the order of the wire, then, for an
//! incoming message with a payload, where the payload starts and how long it is:
//!
//! | kind | fields |
//! |---|---|
//! | 0 to 3: choke, unchoke, interested, not interested | |
//! | 4: have | index |
//! | 5: bitfield | *payload* |
//! | 6: request, 8: cancel | index, offset, length |
//! | 7: piece | index, offset, *payload* |
//! | 9: port | port |
//! | 20: extended | extension, *payload* |
//! | [`HANDSHAKE`] | flags, *payload*: info hash and peer id |
//! | [`KEEP_ALIVE`] | |
//! | [`UNKNOWN`] | *payload*: the whole body |
//!
//! A start of [`ASSEMBLED`] means the beginning of the assembly memory; any other is a position in
//! the chunk. An outgoing record has only the payload's length, and that of a handshake not even
//! that; the payload itself follows the record in the output, put there by [`encode`] or by the
//! caller.

use bytes::BufMut;

use crate::wire::{Head, MAX_HEAD_LEN, PROTOCOL, Reserved, id};

use super::{Frame, Payload};

/// Kind of a handshake's record. Above every message id in use.
pub const HANDSHAKE: u32 = 32;
/// Kind of a keep-alive's record.
pub const KEEP_ALIVE: u32 = 33;
/// Kind of the record of a message whose id is not known.
pub const UNKNOWN: u32 = 34;

/// Flag of a handshake: the peer takes part in the DHT (BEP 5).
pub const FLAG_DHT: u32 = 1;
/// Flag of a handshake: the peer speaks the extension protocol (BEP 10).
pub const FLAG_EXTENDED: u32 = 2;

const FLAGS: [(u32, (usize, u8)); 2] =
    [(FLAG_DHT, Reserved::DHT), (FLAG_EXTENDED, Reserved::EXTENDED)];

/// The start of a payload that lies in the assembly memory.
pub const ASSEMBLED: u32 = u32::MAX;

/// The most words one record takes.
pub const MAX_RECORD: u32 = 5;

/// Writes the record of an incoming frame to the front of `out`, which has room for
/// [`MAX_RECORD`] words, and tells how many it took.
///
/// # Panics
/// When `out` is too short.
#[inline]
pub fn write(frame: Frame, payload: Payload, out: &mut [u32]) -> usize {
    #[allow(clippy::cast_possible_truncation)] // Chunks and payloads stay below 4 GiB.
    let (start, length) = match payload {
        Payload::Chunk(range) => (range.start as u32, range.len() as u32),
        Payload::Assembled(length) => (ASSEMBLED, length as u32),
    };
    let mut put = |words: &[u32]| {
        out[..words.len()].copy_from_slice(words);
        words.len()
    };
    let head = match frame {
        Frame::Handshake(reserved) => {
            return put(&[HANDSHAKE, flags_of(reserved), start, length]);
        }
        Frame::Message(head) => head,
    };
    match head {
        Head::KeepAlive => put(&[KEEP_ALIVE]),
        Head::Choke => put(&[id::CHOKE.into()]),
        Head::Unchoke => put(&[id::UNCHOKE.into()]),
        Head::Interested => put(&[id::INTERESTED.into()]),
        Head::NotInterested => put(&[id::NOT_INTERESTED.into()]),
        Head::Have { index } => put(&[id::HAVE.into(), index]),
        Head::Bitfield => put(&[id::BITFIELD.into(), start, length]),
        Head::Request { index, offset, length } => {
            put(&[id::REQUEST.into(), index, offset, length])
        }
        Head::Piece { index, offset } => put(&[id::PIECE.into(), index, offset, start, length]),
        Head::Cancel { index, offset, length } => put(&[id::CANCEL.into(), index, offset, length]),
        Head::Port { port } => put(&[id::PORT.into(), port.into()]),
        Head::Extended { extension } => {
            put(&[id::EXTENDED.into(), extension.into(), start, length])
        }
        Head::Unknown => put(&[UNKNOWN, start, length]),
    }
}

fn flags_of(reserved: Reserved) -> u32 {
    FLAGS.iter().filter(|(_, bit)| reserved.has(*bit)).map(|(flag, _)| flag).sum()
}

/// Why outgoing records could not be encoded. The caller is to blame; nothing was sent.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecordError {
    /// The output has no room for the records.
    #[error("the output is too short for the records")]
    OutputTooShort,
    /// A record of no known kind, cut short, or with a field beyond its range.
    #[error("word {0} is not a record")]
    NotARecord(usize),
}

/// The most bytes that `words` words of outgoing records encode to, without payloads.
#[must_use]
pub const fn encoded_bound(words: usize) -> usize {
    // The two words of a handshake become 28 bytes; no other record makes as much of a word.
    14 * words
}

/// Encodes outgoing records to the front of `out`, without their payloads, and tells how many bytes
/// that took.
///
/// # Errors
/// [`RecordError`] when the words are not whole records or do not fit. Bytes of `out` may have been
/// written by then.
pub fn encode(words: &[u32], out: &mut [u8]) -> Result<usize, RecordError> {
    if out.len() < encoded_bound(words.len()) {
        return Err(RecordError::OutputTooShort);
    }
    let room = out.len();
    let mut rest = out;
    let mut at = 0;
    while at < words.len() {
        let (record, size) = read(&words[at..]).ok_or(RecordError::NotARecord(at))?;
        at += size;
        match record {
            Outgoing::Message(head, payload) => head.write(payload as usize, &mut rest),
            Outgoing::Handshake(reserved) => {
                rest.put_slice(&PROTOCOL);
                rest.put_slice(&reserved.0);
            }
        }
    }
    Ok(room - rest.len())
}

enum Outgoing {
    Handshake(Reserved),
    Message(Head, u32),
}

/// Reads the record at the front of `words` and tells how many it takes.
#[inline]
fn read(words: &[u32]) -> Option<(Outgoing, usize)> {
    if words[0] == HANDSHAKE {
        let flags = *words.get(1)?;
        let reserved = FLAGS
            .iter()
            .filter(|(flag, _)| flags & flag != 0)
            .fold(Reserved::default(), |reserved, (_, bit)| reserved.with(*bit));
        return Some((Outgoing::Handshake(reserved), 2));
    }
    let (head, payload, size) = match (words[0], &words[1..]) {
        (KEEP_ALIVE, _) => (Head::KeepAlive, 0, 1),
        (UNKNOWN, &[payload, ..]) => (Head::Unknown, payload, 2),
        (kind, fields) => match (u8::try_from(kind).ok()?, fields) {
            (id::CHOKE, _) => (Head::Choke, 0, 1),
            (id::UNCHOKE, _) => (Head::Unchoke, 0, 1),
            (id::INTERESTED, _) => (Head::Interested, 0, 1),
            (id::NOT_INTERESTED, _) => (Head::NotInterested, 0, 1),
            (id::HAVE, &[index, ..]) => (Head::Have { index }, 0, 2),
            (id::BITFIELD, &[payload, ..]) => (Head::Bitfield, payload, 2),
            (id::REQUEST, &[index, offset, length, ..]) => {
                (Head::Request { index, offset, length }, 0, 4)
            }
            (id::PIECE, &[index, offset, payload, ..]) => {
                (Head::Piece { index, offset }, payload, 4)
            }
            (id::CANCEL, &[index, offset, length, ..]) => {
                (Head::Cancel { index, offset, length }, 0, 4)
            }
            (id::PORT, &[port, ..]) => (Head::Port { port: port.try_into().ok()? }, 0, 2),
            (id::EXTENDED, &[extension, payload, ..]) => {
                (Head::Extended { extension: extension.try_into().ok()? }, payload, 3)
            }
            _ => return None,
        },
    };
    // A message longer than its prefix can say.
    #[allow(clippy::cast_possible_truncation)] // 13.
    payload.checked_add(MAX_HEAD_LEN as u32)?;
    Some((Outgoing::Message(head, payload), size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Message;

    fn encoded(words: &[u32]) -> Result<Vec<u8>, RecordError> {
        let mut out = vec![0; encoded_bound(words.len())];
        let length = encode(words, &mut out)?;
        out.truncate(length);
        Ok(out)
    }

    #[test]
    fn a_batch_is_its_messages_in_a_row() {
        let mut expected = Vec::new();
        Message::Choke.encode(&mut expected);
        Message::Request { index: 1, offset: 2, length: 3 }.encode(&mut expected);
        Message::Port { port: 6881 }.encode(&mut expected);
        Message::KeepAlive.encode(&mut expected);
        Message::Piece { index: 4, offset: 5, block: b"block" }.encode(&mut expected);
        expected.truncate(expected.len() - 5);
        let words = [0, 6, 1, 2, 3, 9, 6881, KEEP_ALIVE, 7, 4, 5, 5];
        assert_eq!(encoded(&words), Ok(expected));
    }

    #[test]
    fn a_handshake() {
        let bytes = encoded(&[HANDSHAKE, FLAG_DHT | FLAG_EXTENDED]).unwrap();
        assert_eq!(bytes[..20], PROTOCOL);
        assert_eq!(bytes[20..], [0, 0, 0, 0, 0, 0x10, 0, 1]);
    }

    #[test]
    fn the_bound_holds_for_a_batch_of_any_kind() {
        let records: [&[u32]; 6] =
            [&[0], &[KEEP_ALIVE], &[HANDSHAKE, 3], &[4, 1], &[20, 1, 0], &[6, 1, 2, 3]];
        for record in records {
            let batch = record.repeat(100);
            assert!(encoded(&batch).unwrap().len() <= encoded_bound(batch.len()), "{record:?}");
        }
    }

    #[test]
    fn flags_of_an_incoming_handshake() {
        let mut out = [0; MAX_RECORD as usize];
        let frame = Frame::Handshake(Reserved::default().with(Reserved::DHT));
        assert_eq!(write(frame, Payload::Chunk(28..68), &mut out), 4);
        assert_eq!(out[..4], [HANDSHAKE, FLAG_DHT, 28, 40]);
        let frame = Frame::Handshake(Reserved([0xff; 8]));
        write(frame, Payload::Assembled(40), &mut out);
        assert_eq!(out[..4], [HANDSHAKE, FLAG_DHT | FLAG_EXTENDED, ASSEMBLED, 40]);
    }

    #[test]
    fn what_is_not_a_record() {
        for words in [
            &[6, 1, 2][..],
            &[4],
            &[5],
            &[7, 1, 2],
            &[9, 65536],
            &[20, 256, 0],
            &[10],
            &[300],
            &[5, u32::MAX],
        ] {
            assert_eq!(encoded(words), Err(RecordError::NotARecord(0)), "{words:?}");
        }
        assert_eq!(encoded(&[1, 4]), Err(RecordError::NotARecord(1)));
        assert_eq!(encode(&[1], &mut [0; 13]), Err(RecordError::OutputTooShort));
    }
}
