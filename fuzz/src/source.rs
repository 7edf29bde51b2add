//! Numbers, payloads, messages and bounds out of an input. Small inputs make large messages: a
//! payload takes a length and a seed.

use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::{Fast, Limits};

use crate::reference::{hash_count, means_something};
use crate::said::{Part, Said};

/// The longest payload made, in bytes: the assembly memory is grown, doubled and fitted.
const MAX_PAYLOAD: u32 = 70_000;

/// The most hashes of a base layer, and of proof layers: together they stay below the longest payload.
const MAX_HASHES: u32 = 1000;

/// A number in one byte where it is small, as most are that lead anywhere.
pub fn number(input: &mut Unstructured) -> Result<u32> {
    Ok(match u8::arbitrary(input)? {
        small @ 0..=0xdf => small.into(),
        0xe0..=0xf3 => u16::arbitrary(input)?.into(),
        _ => u32::arbitrary(input)?,
    })
}

/// A number as a position or a length.
pub fn size(input: &mut Unstructured) -> Result<usize> {
    Ok(number(input)? as usize)
}

fn payload(input: &mut Unstructured) -> Result<Vec<u8>> {
    let length = number(input)? % MAX_PAYLOAD;
    Ok(bytes(length, u8::arbitrary(input)?).collect())
}

/// Bytes that differ from their neighbours and from those a power of two away.
fn bytes(length: u32, seed: u8) -> impl Iterator<Item = u8> {
    #[allow(clippy::cast_possible_truncation)] // The highest byte.
    (0..length).map(move |at| (at.wrapping_mul(0x9e37_79b1) >> 24) as u8 ^ seed)
}

/// A bitfield that these bounds take, unless it would be very long.
fn fitting_bitfield(input: &mut Unstructured, limits: Limits) -> Result<Said> {
    let pieces = limits.piece_count.unwrap_or(limits.max_pieces).min(8 * MAX_PAYLOAD);
    let mut bits = vec![u8::arbitrary(input)?; pieces.div_ceil(8) as usize];
    if let (Some(last), spare @ 1..) = (bits.last_mut(), 8 * pieces.div_ceil(8) - pieces) {
        *last &= 0xff << spare;
    }
    Ok(Said::Bitfield(bits))
}

/// A handshake with any reserved bits.
pub fn handshake(input: &mut Unstructured) -> Result<Said> {
    let mut reserved = [0; 8];
    match u8::arbitrary(input)? {
        announced @ 0..=3 => {
            reserved[7] = announced & 1;
            reserved[5] = (announced & 2) << 3;
        }
        _ => reserved = Arbitrary::arbitrary(input)?,
    }
    let seed = u8::arbitrary(input)?;
    Ok(Said::Handshake {
        reserved,
        info_hash: std::array::from_fn(|at| seed.wrapping_add(at.to_le_bytes()[0])),
        peer_id: std::array::from_fn(|at| seed.wrapping_sub(at.to_le_bytes()[0])),
    })
}

/// A well-formed message other than a handshake, more often than not within the bounds.
pub fn said(input: &mut Unstructured, limits: Limits) -> Result<Said> {
    let kind = u8::arbitrary(input)?;
    if kind >= 0xc0 {
        return said_by_agreement(kind, input, limits);
    }
    Ok(match kind % 16 {
        0 => Said::KeepAlive,
        1 => Said::Choke,
        2 => Said::Unchoke,
        3 => Said::Interested,
        4 => Said::NotInterested,
        5 => Said::Have(number(input)?),
        6 => Said::Have(number(input)? % limits.piece_count.unwrap_or(limits.max_pieces).max(1)),
        7 => Said::Bitfield(payload(input)?),
        8 => fitting_bitfield(input, limits)?,
        9 => {
            let (index, offset, length) = block(input)?;
            Said::Request(index, offset, length)
        }
        10 | 11 => Said::Piece(number(input)?, number(input)?, payload(input)?),
        12 => {
            let (index, offset, length) = block(input)?;
            Said::Cancel(index, offset, length)
        }
        13 => Said::Port(u16::arbitrary(input)?),
        14 => Said::Extended(u8::arbitrary(input)?, payload(input)?),
        _ => {
            let id = u8::arbitrary(input)?;
            let id = if means_something(id, limits) == Ok(false) { id } else { id + 100 };
            Said::Unknown([vec![id], payload(input)?].concat())
        }
    })
}

/// The same, of those that mean something only where the bounds say that both peers use them.
fn said_by_agreement(kind: u8, input: &mut Unstructured, limits: Limits) -> Result<Said> {
    Ok(match kind % 8 {
        0 => Said::Suggest(fitting_index(number(input)?, limits)),
        1 => Said::HaveAll,
        2 => Said::HaveNone,
        3 => {
            let (index, offset, length) = block(input)?;
            Said::Reject(fitting_index(index, limits), offset, length)
        }
        4 => Said::AllowedFast(fitting_index(number(input)?, limits)),
        5 => Said::HashRequest(part(input)?),
        6 => hashes(input)?,
        _ => Said::HashReject(part(input)?),
    })
}

/// An index that exists, where that is known, more often than not.
fn fitting_index(index: u32, limits: Limits) -> u32 {
    match limits.piece_count {
        Some(pieces @ 1..) if index % 16 != 15 => index % pieces,
        _ => index,
    }
}

fn part(input: &mut Unstructured) -> Result<Part> {
    let root: Vec<u8> = bytes(32, u8::arbitrary(input)?).collect();
    let root = root.try_into().expect("32 bytes");
    Ok(Part(root, [number(input)?, number(input)?, number(input)?, number(input)?]))
}

/// As many hashes as are asked for, more often than not.
fn hashes(input: &mut Unstructured) -> Result<Said> {
    let mut part = part(input)?;
    let Part(_, [_, _, length, proof_layers]) = &mut part;
    *length %= MAX_HASHES;
    *proof_layers %= MAX_HASHES;
    let count = match u8::arbitrary(input)? {
        0..=0xdf => {
            *length = 1.max(*length);
            hash_count(&part).and_then(|count| count.try_into().ok()).expect("few hashes")
        }
        wrong => 1 + u32::from(wrong % 16),
    };
    Ok(Said::Hashes(part, bytes(32 * count, u8::arbitrary(input)?).collect()))
}

/// Piece, offset and length of a block that ends where offsets do, more often than not.
fn block(input: &mut Unstructured) -> Result<(u32, u32, u32)> {
    let (index, offset, length) = (number(input)?, number(input)?, number(input)?);
    Ok((index, offset, if index % 16 == 15 { length } else { length.min(!offset) }))
}

/// Bounds: those of a real wire, or tight ones.
pub fn limits(input: &mut Unstructured) -> Result<Limits> {
    let shape = u8::arbitrary(input)?;
    let mut limits = Limits::default();
    match shape & 3 {
        0 => limits.max_message_size = number(input)?,
        1 => limits.max_message_size = u32::MAX,
        _ => {}
    }
    match shape >> 2 & 3 {
        0 => limits.max_pieces = number(input)?,
        1 => limits.max_pieces = u32::MAX,
        _ => {}
    }
    if shape >> 4 & 1 == 1 {
        limits.piece_count = Some(number(input)?);
    }
    limits.strict = shape >> 5 & 3 == 3;
    if shape >> 7 == 1 {
        let agreed = u8::arbitrary(input)?;
        limits.fast = match agreed & 3 {
            0 | 1 => Fast::Agreed,
            2 => Fast::Refused,
            _ => Fast::Unasked,
        };
        limits.v2 = agreed >> 2 & 1 == 0;
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::hear;

    #[test]
    fn most_messages_by_agreement_are_known_and_right() {
        let limits =
            Limits { piece_count: Some(3), fast: Fast::Agreed, v2: true, ..Limits::default() };
        for kind in 0xc0..0xc8 {
            for rest in [[0; 10], [7; 10], [0x5a; 10], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]] {
                let input = [&[kind], &rest[..]].concat();
                let said = said(&mut Unstructured::new(&input), limits).unwrap();
                assert!(!matches!(said, Said::Unknown(_)));
                let handshake = handshake(&mut Unstructured::new(&[])).unwrap();
                let heard = hear(&[handshake.bytes(), said.bytes()].concat(), &[(0, limits)]);
                assert_eq!(heard.broken, None, "{said:?}");
                assert_eq!(heard.said[1].1, said);
            }
        }
    }
}
