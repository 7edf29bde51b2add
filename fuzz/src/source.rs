//! Numbers, payloads, messages and bounds out of an input. Small inputs make large messages: a
//! payload takes a length and a seed.

use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::Limits;

use crate::said::Said;

/// The longest payload made, in bytes: the assembly memory is grown, doubled and fitted.
const MAX_PAYLOAD: u32 = 70_000;

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

/// Bytes that differ from their neighbours and from those a power of two away.
fn payload(input: &mut Unstructured) -> Result<Vec<u8>> {
    let length = number(input)? % MAX_PAYLOAD;
    let seed = u8::arbitrary(input)?;
    #[allow(clippy::cast_possible_truncation)] // The highest byte.
    Ok((0..length).map(|at| (at.wrapping_mul(0x9e37_79b1) >> 24) as u8 ^ seed).collect())
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
    Ok(match u8::arbitrary(input)? % 16 {
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
            let id = match u8::arbitrary(input)? {
                known @ (0..=9 | 20) => known + 100,
                id => id,
            };
            Said::Unknown([vec![id], payload(input)?].concat())
        }
    })
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
    Ok(limits)
}
