//! The protocol once more, read from a whole stream at once: slow, and plain enough to be checked
//! against BEP 3, 5 and 10 by eye. Shares no code with the crate.

use peer_wire_protocol::codec::{Limits, records};
use peer_wire_protocol::wire::PeerError;

use crate::said::{PROTOCOL, Said};

/// What a stream says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The messages, each with the position behind its last byte.
    pub said: Vec<(usize, Said)>,
    /// What is wrong with the rest, with the position behind the first byte that shows it.
    pub broken: Option<(usize, PeerError)>,
}

/// Reads a stream. Each byte is judged by the last of `bounds` whose position is not behind it.
#[must_use]
pub fn hear(stream: &[u8], bounds: &[(usize, Limits)]) -> Heard {
    let mut heard = Heard::default();
    heard.broken = hear_all(stream, bounds, &mut heard.said).err();
    heard
}

fn hear_all(
    stream: &[u8],
    bounds: &[(usize, Limits)],
    said: &mut Vec<(usize, Said)>,
) -> Result<(), (usize, PeerError)> {
    let by = |byte: usize| {
        bounds.iter().rev().find(|(from, _)| *from <= byte).expect("bounds from the start").1
    };
    for (position, (&found, expected)) in stream.iter().zip(PROTOCOL).enumerate() {
        if found != *expected {
            return Err((position + 1, PeerError::NotBitTorrent { position, found }));
        }
    }
    if stream.len() < 68 {
        return Ok(());
    }
    let handshake = Said::Handshake {
        reserved: stream[20..28].try_into().expect("8 bytes"),
        info_hash: stream[28..48].try_into().expect("20 bytes"),
        peer_id: stream[48..68].try_into().expect("20 bytes"),
    };
    said.push((68, handshake));

    let mut start = 68;
    while let Some(prefix) = stream.get(start..start + 4) {
        let length = u32::from_be_bytes(prefix.try_into().expect("4 bytes"));
        let limit = by(start + 3).max_message_size;
        if length > limit {
            return Err((start + 4, PeerError::MessageTooLong { length, limit }));
        }
        let body = start + 4;
        let end = body + length as usize;
        if length > 0 {
            let Some(&id) = stream.get(body) else { break };
            if !is_possible(id, length) {
                return Err((body + 1, PeerError::MessageLength { id, length }));
            }
            if by(body).strict && !matches!(id, 0..=9 | 20) {
                return Err((body + 1, PeerError::UnknownMessage { id }));
            }
            if id == 5 {
                judge_bitfield(length - 1, by(body)).map_err(|error| (body + 1, error))?;
            }
        }
        if let (7, Some(head)) =
            (stream.get(body).copied().unwrap_or(0), stream.get(body..body + 9))
            && length > 0
        {
            let [index, offset] = [1, 5].map(|at| number(&head[at..at + 4]));
            judge_block(index, offset, length - 9, by(body + 8)).map_err(|e| (body + 9, e))?;
        }
        let Some(body) = stream.get(body..end) else { break };
        let message = Said::of_body(body).expect("a possible length");
        match &message {
            Said::Have(index) => judge_index(*index, by(end - 1)).map_err(|error| (end, error))?,
            // The number of pieces may have become known meanwhile.
            Said::Bitfield(bits) => {
                judge_bitfield(length - 1, by(end - 1)).map_err(|error| (end, error))?;
                judge_bits(bits, by(end - 1)).map_err(|error| (end, error))?;
            }
            Said::Request(index, offset, length) | Said::Cancel(index, offset, length) => {
                judge_block(*index, *offset, *length, by(end - 1)).map_err(|error| (end, error))?;
            }
            _ => {}
        }
        said.push((end, message));
        start = end;
    }
    Ok(())
}

fn is_possible(id: u8, length: u32) -> bool {
    match id {
        0..=3 => length == 1,
        4 => length == 5,
        6 | 8 => length == 13,
        7 => length >= 9,
        9 => length == 3,
        20 => length >= 2,
        _ => true,
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("4 bytes"))
}

fn judge_block(index: u32, offset: u32, length: u32, limits: Limits) -> Result<(), PeerError> {
    if limits.piece_count.is_some() {
        judge_index(index, limits)?;
    }
    let end = u64::from(offset) + u64::from(length);
    if end <= 1 << 32 { Ok(()) } else { Err(PeerError::BlockRange { offset, length }) }
}

fn judge_index(index: u32, limits: Limits) -> Result<(), PeerError> {
    let exact = limits.piece_count.is_some();
    let pieces = limits.piece_count.unwrap_or(limits.max_pieces);
    if index < pieces { Ok(()) } else { Err(PeerError::PieceIndex { index, pieces, exact }) }
}

fn judge_bitfield(length: u32, limits: Limits) -> Result<(), PeerError> {
    let exact = limits.piece_count.is_some();
    let pieces = limits.piece_count.unwrap_or(limits.max_pieces);
    let full = pieces.div_ceil(8);
    let fits = if exact { length == full } else { length <= full };
    if fits { Ok(()) } else { Err(PeerError::BitfieldLength { length, pieces, exact }) }
}

fn judge_bits(bits: &[u8], limits: Limits) -> Result<(), PeerError> {
    let Some(pieces) = limits.piece_count else {
        return Ok(());
    };
    let has = |piece: usize| bits[piece / 8] & (0x80 >> (piece % 8)) != 0;
    let wrong = (pieces as usize..8 * bits.len()).any(has);
    if wrong { Err(PeerError::BitfieldSpareBits { pieces }) } else { Ok(()) }
}

/// What outgoing records encode to without their payloads, as the table in [`records`] has it, or
/// the position of the first word that starts no record.
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

fn record(words: &[u32]) -> Option<(Vec<u8>, usize)> {
    let (said, payload, size) = match *words {
        [records::HANDSHAKE, flags, ..] => {
            let dht = u8::from(flags & records::FLAG_DHT != 0);
            let extended = if flags & records::FLAG_EXTENDED == 0 { 0 } else { 0x10 };
            return Some(([&PROTOCOL[..], &[0, 0, 0, 0, 0, extended, 0, dht]].concat(), 2));
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
        [20, extension, payload, ..] => {
            (Said::Extended(u8::try_from(extension).ok()?, vec![]), payload, 3)
        }
        [records::UNKNOWN, payload, ..] => (Said::Unknown(vec![]), payload, 2),
        _ => return None,
    };
    // Refused for every kind alike where the longest head would not fit a length prefix.
    payload.checked_add(13)?;
    let body = said.body();
    let length = u32::try_from(body.len()).ok()? + payload;
    Some(([&length.to_be_bytes()[..], &body].concat(), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(piece_count: Option<u32>) -> Limits {
        Limits { max_message_size: 20, max_pieces: 32, piece_count, strict: false }
    }

    /// Reads `stream` behind a handshake; positions are counted from its end.
    fn after_handshake(stream: &[u8], limits: Limits) -> Heard {
        let handshake = [&PROTOCOL[..], &[0; 48], stream].concat();
        let mut heard = hear(&handshake, &[(0, limits)]);
        heard.said.remove(0);
        heard.said.iter_mut().for_each(|(end, _)| *end -= 68);
        heard.broken.iter_mut().for_each(|(end, _)| *end -= 68);
        heard
    }

    #[test]
    fn messages_end_where_they_end() {
        let heard = after_handshake(&[0, 0, 0, 0, 0, 0, 0, 5, 4, 0, 0, 0, 31, 0], limits(None));
        assert_eq!(heard.said, [(4, Said::KeepAlive), (13, Said::Have(31))]);
        assert_eq!(heard.broken, None);
    }

    #[test]
    fn a_mistake_shows_at_its_first_byte() {
        let cases: [(&[u8], usize, &str); 6] = [
            (&[0, 0, 0, 21], 4, "ERR_PWP_MESSAGE_TOO_LONG"),
            (&[0, 0, 0, 4, 4], 5, "ERR_PWP_MESSAGE_LENGTH"),
            (&[0, 0, 0, 5, 4, 0, 0, 0, 12], 9, "ERR_PWP_PIECE_INDEX"),
            (&[0, 0, 0, 2, 5], 5, "ERR_PWP_BITFIELD_LENGTH"),
            (&[0, 0, 0, 3, 5, 0xff, 0xf1], 7, "ERR_PWP_BITFIELD_SPARE_BITS"),
            (&[0, 0, 0, 3, 5, 0xff, 0x08], 7, "ERR_PWP_BITFIELD_SPARE_BITS"),
        ];
        for (stream, at, code) in cases {
            let (position, error) = after_handshake(stream, limits(Some(12))).broken.expect(code);
            assert_eq!((position, error.code()), (at, code));
            let short = after_handshake(&stream[..at - 1], limits(Some(12)));
            assert_eq!(short.broken, None, "{code}");
        }
        let (position, error) =
            hear(b"\x13BitTorrent protocoL", &[(0, limits(None))]).broken.unwrap();
        assert_eq!((position, error.code()), (20, "ERR_PWP_NOT_BITTORRENT"));
    }

    #[test]
    fn outgoing_records() {
        assert_eq!(encoded(&[4, 1, 33]), Ok(vec![0, 0, 0, 5, 4, 0, 0, 0, 1, 0, 0, 0, 0]));
        assert_eq!(encoded(&[5, 2]), Ok(vec![0, 0, 0, 3, 5]));
        assert_eq!(encoded(&[1, 6, 1, 2]), Err(1));
    }
}
