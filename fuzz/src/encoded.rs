//! What outgoing records encode to, as the table in [`records`] has it. Shares no code with the crate.

use peer_wire_protocol::codec::records;

use crate::said::{PROTOCOL, Part, Said};

/// The bytes without the payloads, or the position of the first word that starts no record.
pub fn encoded(words: &[u32]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (bytes, size) = record(&words[at..]).ok_or(at)?;
        out.extend(bytes);
        at += size;
    }
    Ok(out)
}

/// The bytes of the record at the front, and how many words it takes.
fn record(words: &[u32]) -> Option<(Vec<u8>, usize)> {
    let (said, payload, size) = match *words {
        [records::HANDSHAKE, flags, ..] => {
            let bit = |flag: u32, bit: u8| if flags & flag == 0 { 0 } else { bit };
            let last = bit(1, 0x01) | bit(4, 0x04) | bit(8, 0x10);
            let reserved = [0, 0, 0, 0, 0, bit(2, 0x10), 0, last];
            return Some(([&PROTOCOL[..], &reserved].concat(), 2));
        }
        [records::KEEP_ALIVE, ..] => (Said::KeepAlive, 0, 1),
        [0, ..] => (Said::Choke, 0, 1),
        [1, ..] => (Said::Unchoke, 0, 1),
        [2, ..] => (Said::Interested, 0, 1),
        [3, ..] => (Said::NotInterested, 0, 1),
        [4, index, ..] => (Said::Have(index), 0, 2),
        [5, payload, ..] => (Said::Bitfield(vec![]), payload, 2),
        [6, index, offset, length, ..] => (Said::Request(index, offset, length), 0, 4),
        [7, index, offset, payload, ..] => (Said::Piece(index, offset, vec![]), payload, 4),
        [8, index, offset, length, ..] => (Said::Cancel(index, offset, length), 0, 4),
        [9, port, ..] => (Said::Port(u16::try_from(port).ok()?), 0, 2),
        [13, index, ..] => (Said::Suggest(index), 0, 2),
        [14, ..] => (Said::HaveAll, 0, 1),
        [15, ..] => (Said::HaveNone, 0, 1),
        [16, index, offset, length, ..] => (Said::Reject(index, offset, length), 0, 4),
        [17, index, ..] => (Said::AllowedFast(index), 0, 2),
        [20, extension, payload, ..] => {
            (Said::Extended(u8::try_from(extension).ok()?, vec![]), payload, 3)
        }
        [21, a, b, c, d, ..] => (Said::HashRequest(Part(root(words, 5)?, [a, b, c, d])), 0, 13),
        [22, a, b, c, d, payload, ..] => {
            (Said::Hashes(Part(root(words, 6)?, [a, b, c, d]), vec![]), payload, 14)
        }
        [23, a, b, c, d, ..] => (Said::HashReject(Part(root(words, 5)?, [a, b, c, d])), 0, 13),
        [records::UNKNOWN, payload, ..] => (Said::Unknown(vec![]), payload, 2),
        _ => return None,
    };
    let body = said.body();
    // Refused for every kind alike where the longest head would not fit a length prefix; what a hash
    // message is about is not head.
    let head = if matches!(words[0], 21..=23) { 13 + 48 } else { 13 };
    payload.checked_add(head)?;
    let length = u32::try_from(body.len()).ok()? + payload;
    Some(([&length.to_be_bytes()[..], &body].concat(), size))
}

/// The root in the eight words from `at` on.
fn root(words: &[u32], at: usize) -> Option<[u8; 32]> {
    let words = words.get(at..at + 8)?;
    Some(std::array::from_fn(|byte| words[byte / 4].to_be_bytes()[byte % 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outgoing_records() {
        assert_eq!(encoded(&[4, 1, 33]), Ok(vec![0, 0, 0, 5, 4, 0, 0, 0, 1, 0, 0, 0, 0]));
        assert_eq!(encoded(&[5, 2]), Ok(vec![0, 0, 0, 3, 5]));
        assert_eq!(encoded(&[1, 6, 1, 2]), Err(1));
    }

    #[test]
    fn outgoing_handshakes() {
        for (flags, reserved) in [
            (1, [0, 0, 0, 0, 0, 0, 0, 1]),
            (2, [0, 0, 0, 0, 0, 0x10, 0, 0]),
            (4 | 8, [0, 0, 0, 0, 0, 0, 0, 0x14]),
            (!15, [0; 8]),
        ] {
            assert_eq!(encoded(&[32, flags]), Ok([&PROTOCOL[..], &reserved].concat()));
        }
    }

    #[test]
    fn outgoing_hashes() {
        let root = [0x0102_0304, 0, 0, 0, 0, 0, 0, 0x1d1e_1f20];
        let numbers = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5];
        let mut about = [0; 32];
        about[..4].copy_from_slice(&[1, 2, 3, 4]);
        about[28..].copy_from_slice(&[0x1d, 0x1e, 0x1f, 0x20]);
        for (front, prefix) in [
            (&[21, 1, 2, 4, 5][..], [0, 0, 0, 49, 21]),
            (&[22, 1, 2, 4, 5, 64], [0, 0, 0, 113, 22]),
            (&[23, 1, 2, 4, 5], [0, 0, 0, 49, 23]),
        ] {
            let words = [front, &root].concat();
            assert_eq!(encoded(&words), Ok([&prefix[..], &about, &numbers].concat()));
            assert_eq!(encoded(&words[..words.len() - 1]), Err(0));
        }
    }
}
