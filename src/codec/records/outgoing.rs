//! Records of what is to be sent.

use bytes::BufMut;

use crate::wire::{
    HASH_RANGE_LEN, HashRange, Head, MAX_HEAD_LEN, PROTOCOL, Reserved, TREE_HASH_LEN, id,
};

use super::{FLAGS, HANDSHAKE, KEEP_ALIVE, UNKNOWN};

/// Why outgoing records could not be encoded. The caller is to blame; nothing was sent.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
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
        at += record(&words[at..], &mut rest).ok_or(RecordError::NotARecord(at))?;
    }
    Ok(room - rest.len())
}

/// Encodes the record at the front of `words` and tells how many it takes.
#[inline]
fn record(words: &[u32], out: &mut impl BufMut) -> Option<usize> {
    match (words[0], &words[1..]) {
        (HANDSHAKE, &[flags, ..]) => {
            out.put_slice(&PROTOCOL);
            out.put_slice(&reserved_of(flags).0);
            Some(2)
        }
        (KEEP_ALIVE, _) => put(Head::KeepAlive, 0, out, 1),
        (UNKNOWN, &[payload, ..]) => put(Head::Unknown, payload, out, 2),
        (kind, fields) => match (u8::try_from(kind).ok()?, fields) {
            (id::CHOKE, _) => put(Head::Choke, 0, out, 1),
            (id::UNCHOKE, _) => put(Head::Unchoke, 0, out, 1),
            (id::INTERESTED, _) => put(Head::Interested, 0, out, 1),
            (id::NOT_INTERESTED, _) => put(Head::NotInterested, 0, out, 1),
            (id::HAVE, &[index, ..]) => put(Head::Have { index }, 0, out, 2),
            (id::BITFIELD, &[payload, ..]) => put(Head::Bitfield, payload, out, 2),
            (id::REQUEST, &[index, offset, length, ..]) => {
                put(Head::Request { index, offset, length }, 0, out, 4)
            }
            (id::PIECE, &[index, offset, payload, ..]) => {
                put(Head::Piece { index, offset }, payload, out, 4)
            }
            (id::CANCEL, &[index, offset, length, ..]) => {
                put(Head::Cancel { index, offset, length }, 0, out, 4)
            }
            (id::PORT, &[port, ..]) => put(Head::Port { port: port.try_into().ok()? }, 0, out, 2),
            (id::EXTENDED, &[extension, payload, ..]) => {
                put(Head::Extended { extension: extension.try_into().ok()? }, payload, out, 3)
            }
            (id::SUGGEST, &[index, ..]) => put(Head::Suggest { index }, 0, out, 2),
            (id::HAVE_ALL, _) => put(Head::HaveAll, 0, out, 1),
            (id::HAVE_NONE, _) => put(Head::HaveNone, 0, out, 1),
            (id::REJECT, &[index, offset, length, ..]) => {
                put(Head::Reject { index, offset, length }, 0, out, 4)
            }
            (id::ALLOWED_FAST, &[index, ..]) => put(Head::AllowedFast { index }, 0, out, 2),
            (id::HASH_REQUEST, fields) => hashes(Head::HashRequest, fields, 0, out, 1),
            (id::HASH_REJECT, fields) => hashes(Head::HashReject, fields, 0, out, 1),
            (id::HASHES, fields) => hashes(Head::Hashes, fields, *fields.get(4)?, out, 2),
            _ => None,
        },
    }
}

/// Writes the head of a record that takes `words` words.
#[allow(clippy::inline_always)] // Callers know the kind: see `Head::write`.
#[inline(always)]
fn put(head: Head, payload: u32, out: &mut impl BufMut, words: usize) -> Option<usize> {
    // A message longer than its prefix can say.
    #[allow(clippy::cast_possible_truncation)] // 13.
    payload.checked_add(MAX_HEAD_LEN as u32)?;
    head.write(payload as usize, out);
    Some(words)
}

/// Writes a hash message up to its hashes. Of its record, `other` words are neither number nor root.
fn hashes(
    head: Head,
    fields: &[u32],
    hashes: u32,
    out: &mut impl BufMut,
    other: usize,
) -> Option<usize> {
    let (&[base_layer, index, length, proof_layers], rest) = fields.split_first_chunk()?;
    let root: &[u32; TREE_HASH_LEN / 4] = rest.get(other - 1..)?.first_chunk()?;
    let mut pieces_root = [0; TREE_HASH_LEN];
    for (bytes, word) in pieces_root.chunks_exact_mut(4).zip(root) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    #[allow(clippy::cast_possible_truncation)] // 48.
    let payload = hashes.checked_add(HASH_RANGE_LEN as u32)?;
    put(head, payload, out, 0)?;
    HashRange { pieces_root: &pieces_root, base_layer, index, length, proof_layers }.encode(out);
    Some(4 + root.len() + other)
}

fn reserved_of(flags: u32) -> Reserved {
    FLAGS
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .fold(Reserved::default(), |reserved, (_, bit)| reserved.with(*bit))
}

#[cfg(test)]
mod tests {
    use super::super::{FLAG_DHT, FLAG_EXTENDED};
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
    fn messages_of_the_fast_extension_and_of_version_2() {
        let range = HashRange {
            pieces_root: &std::array::from_fn(|at| at.to_le_bytes()[0]),
            base_layer: 1,
            index: 2,
            length: 2,
            proof_layers: 0,
        };
        let mut expected = Vec::new();
        for message in [
            Message::Suggest { index: 1 },
            Message::HaveAll,
            Message::HaveNone,
            Message::Reject { index: 1, offset: 2, length: 3 },
            Message::AllowedFast { index: 4 },
            Message::HashRequest(range),
            Message::HashReject(range),
            Message::Hashes { range, hashes: &[9; 64] },
        ] {
            message.encode(&mut expected);
        }
        expected.truncate(expected.len() - 64);
        let numbers = [1, 2, 2, 0];
        let root: [u32; 8] = std::array::from_fn(|word| {
            u32::from_be_bytes(std::array::from_fn(|at| range.pieces_root[4 * word + at]))
        });
        let words = [
            &[13, 1, 14, 15, 16, 1, 2, 3, 17, 4, 21][..],
            &numbers,
            &root,
            &[23],
            &numbers,
            &root,
            &[22],
            &numbers,
            &[64],
            &root,
        ];
        assert_eq!(encoded(&words.concat()), Ok(expected));
    }

    #[test]
    fn the_bound_holds_for_a_batch_of_any_kind() {
        let hashes = &[22, 1, 2, 3, 4, 0, 7, 7, 7, 7, 7, 7, 7, 7];
        let records: [&[u32]; 9] = [
            &[0],
            &[KEEP_ALIVE],
            &[HANDSHAKE, 3],
            &[4, 1],
            &[20, 1, 0],
            &[6, 1, 2, 3],
            &[16, 1, 2, 3],
            hashes,
            &[21, 1, 2, 3, 4, 7, 7, 7, 7, 7, 7, 7, 7],
        ];
        for record in records {
            let batch = record.repeat(100);
            assert!(encoded(&batch).unwrap().len() <= encoded_bound(batch.len()), "{record:?}");
        }
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
            &[16, 1, 2],
            &[21, 1, 2, 3, 4, 7, 7, 7, 7, 7, 7, 7],
            &[22, 1, 2, 3, 4, 0, 7, 7, 7, 7, 7, 7, 7],
            &[22, 1, 2, 3, 4, u32::MAX, 7, 7, 7, 7, 7, 7, 7, 7],
            &[22],
        ] {
            assert_eq!(encoded(words), Err(RecordError::NotARecord(0)), "{words:?}");
        }
        assert_eq!(encoded(&[1, 4]), Err(RecordError::NotARecord(1)));
        assert_eq!(encode(&[1], &mut [0; 13]), Err(RecordError::OutputTooShort));
    }
}
