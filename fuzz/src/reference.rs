//! The protocol once more, read from a whole stream at once: slow, and plain enough to be checked
//! against BEP 3, 5, 6, 10 and 52 by eye. Shares no code with the crate.

use peer_wire_protocol::codec::{Fast, Limits};
use peer_wire_protocol::wire::PeerError;

use crate::said::{PROTOCOL, Part, Said};

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
        let mut is_known = true;
        if length > 0 {
            let Some(&id) = stream.get(body) else { break };
            is_known = means_something(id, by(body)).map_err(|error| (body + 1, error))?;
            if is_known && !is_possible(id, length) {
                return Err((body + 1, PeerError::MessageLength { id, length }));
            }
            if !is_known && by(body).strict {
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
        let message = if is_known {
            Said::of_body(body).expect("a possible length")
        } else {
            Said::Unknown(body.to_vec())
        };
        match &message {
            Said::Have(index) => judge_index(*index, by(end - 1)).map_err(|error| (end, error))?,
            Said::Suggest(index) | Said::AllowedFast(index) => {
                judge_known_index(*index, by(end - 1)).map_err(|error| (end, error))?;
            }
            // The number of pieces may have become known meanwhile.
            Said::Bitfield(bits) => {
                judge_bitfield(length - 1, by(end - 1)).map_err(|error| (end, error))?;
                judge_bits(bits, by(end - 1)).map_err(|error| (end, error))?;
            }
            Said::Request(index, offset, length)
            | Said::Cancel(index, offset, length)
            | Said::Reject(index, offset, length) => {
                judge_block(*index, *offset, *length, by(end - 1)).map_err(|error| (end, error))?;
            }
            Said::Hashes(part, hashes) if hash_count(part) != Some(hashes.len() as u64 / 32) => {
                return Err((end, PeerError::MessageLength { id: 22, length }));
            }
            _ => {}
        }
        said.push((end, message));
        start = end;
    }
    Ok(())
}

/// Whether an id is one that the two peers have agreed to use: an error where it may not be used.
pub fn means_something(id: u8, limits: Limits) -> Result<bool, PeerError> {
    Ok(match (id, limits.fast) {
        (0..=9 | 20, _) | (13..=17, Fast::Agreed) => true,
        (13..=17, Fast::Refused) => return Err(PeerError::FastNotNegotiated { id }),
        (21..=23, _) => limits.v2,
        _ => false,
    })
}

fn is_possible(id: u8, length: u32) -> bool {
    match id {
        0..=3 | 14 | 15 => length == 1,
        4 | 13 | 17 => length == 5,
        6 | 8 | 16 => length == 13,
        7 => length >= 9,
        9 => length == 3,
        20 => length >= 2,
        21 | 23 => length == 1 + 32 + 4 * 4,
        22 => length > 49 && (length - 49).is_multiple_of(32),
        _ => true,
    }
}

/// How many hashes answer a request: those of the base layer, and for each proof layer the sibling of
/// the ancestor there, unless it follows from them. None where no hashes are asked for.
pub fn hash_count(Part(_, [_, _, length, proof_layers]): &Part) -> Option<u64> {
    let [length, proof_layers] = [*length, *proof_layers].map(u64::from);
    let layers = (0..=32).find(|layers| 1 << layers >= length)?;
    // It does up to the root over all of them, which is so many layers above.
    let proof = (proof_layers + 1).saturating_sub(layers);
    (length > 0).then_some(length + proof)
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("4 bytes"))
}

fn judge_block(index: u32, offset: u32, length: u32, limits: Limits) -> Result<(), PeerError> {
    judge_known_index(index, limits)?;
    let end = u64::from(offset) + u64::from(length);
    if end <= 1 << 32 { Ok(()) } else { Err(PeerError::BlockRange { offset, length }) }
}

/// Judges an index only where it is known how many pieces there are.
fn judge_known_index(index: u32, limits: Limits) -> Result<(), PeerError> {
    if limits.piece_count.is_some() { judge_index(index, limits) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(piece_count: Option<u32>) -> Limits {
        Limits { max_message_size: 20, max_pieces: 32, piece_count, ..Limits::default() }
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
    fn an_id_means_what_was_agreed_to() {
        let said = |stream: &[u8], limits| {
            let heard = after_handshake(stream, limits);
            (heard.said.into_iter().next(), heard.broken)
        };
        let have_all = [0, 0, 0, 1, 14];
        let unknown = Some((5, Said::Unknown(vec![14])));
        assert_eq!(said(&have_all, limits(None)), (unknown, None));
        let refused = Limits { fast: Fast::Refused, ..limits(None) };
        let error = PeerError::FastNotNegotiated { id: 14 };
        assert_eq!(said(&have_all, refused), (None, Some((5, error))));
        let agreed = Limits { fast: Fast::Agreed, v2: true, strict: true, ..limits(None) };
        assert_eq!(said(&have_all, agreed), (Some((5, Said::HaveAll)), None));
        let length = Some((5, PeerError::MessageLength { id: 21, length: 1 }));
        assert_eq!(said(&[0, 0, 0, 1, 21], agreed), (None, length));
        let strict = Limits { v2: false, ..agreed };
        let unknown = Some((5, PeerError::UnknownMessage { id: 21 }));
        assert_eq!(said(&[0, 0, 0, 1, 21], strict), (None, unknown));
    }

    #[test]
    fn an_index_of_the_fast_extension() {
        let suggest = [0, 0, 0, 5, 13, 0, 0, 0, 12];
        let agreed = |piece_count| Limits { fast: Fast::Agreed, ..limits(piece_count) };
        assert_eq!(after_handshake(&suggest, agreed(None)).broken, None);
        let error = PeerError::PieceIndex { index: 12, pieces: 12, exact: true };
        assert_eq!(after_handshake(&suggest, agreed(Some(12))).broken, Some((9, error)));
    }

    /// As `libtorrent` counts them.
    #[test]
    fn counts_of_hashes() {
        for (length, proof_layers, count) in
            [(1, 0, 2), (2, 0, 2), (2, 1, 3), (3, 2, 4), (512, 8, 512), (512, 10, 514)]
        {
            let part = Part([0; 32], [0, 0, length, proof_layers]);
            assert_eq!(hash_count(&part), Some(count), "{length} {proof_layers}");
        }
        assert_eq!(hash_count(&Part([0; 32], [0, 0, 0, 3])), None);
    }
}
