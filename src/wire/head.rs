//! The head of a message: its id and fixed fields, everything but the payload.
//!
//! Every message is `length prefix, head, payload`. The head has a fixed size for each id and is at
//! most [`MAX_HEAD_LEN`] bytes, so a decoder can gather it in a small array, judge the message by
//! it, and only then think about where the payload goes.

use std::array;

use bytes::BufMut;

use super::make::{Make, MakePair};
use super::{HASH_RANGE_LEN, PeerError, TREE_HASH_LEN, be_u32, id};

/// The longest head, in bytes: `request` and `cancel`, an id and three integers.
pub const MAX_HEAD_LEN: usize = 13;

/// A message without its payload.
///
/// `Bitfield`, `Piece`, `Extended`, `Unknown` and the three of hashes are followed by one, the others
/// never are.
///
/// The discriminants are the ids, so that to the machine one is the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Head {
    /// A message of length zero, which has no id (BEP 3).
    KeepAlive = id::KEEP_ALIVE,
    /// See [`id::CHOKE`].
    Choke = id::CHOKE,
    /// See [`id::UNCHOKE`].
    Unchoke = id::UNCHOKE,
    /// See [`id::INTERESTED`].
    Interested = id::INTERESTED,
    /// See [`id::NOT_INTERESTED`].
    NotInterested = id::NOT_INTERESTED,
    /// See [`id::HAVE`].
    Have {
        /// The piece completed.
        index: u32,
    } = id::HAVE,
    /// See [`id::BITFIELD`]. The payload is the bits, the highest bit of the first byte for piece 0.
    Bitfield = id::BITFIELD,
    /// See [`id::REQUEST`].
    Request {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::REQUEST,
    /// See [`id::PIECE`]. The payload is the block.
    Piece {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
    } = id::PIECE,
    /// See [`id::CANCEL`].
    Cancel {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::CANCEL,
    /// See [`id::PORT`].
    Port {
        /// The UDP port of the sender's DHT node.
        port: u16,
    } = id::PORT,
    /// See [`id::SUGGEST`].
    Suggest {
        /// The piece.
        index: u32,
    } = id::SUGGEST,
    /// See [`id::HAVE_ALL`].
    HaveAll = id::HAVE_ALL,
    /// See [`id::HAVE_NONE`].
    HaveNone = id::HAVE_NONE,
    /// See [`id::REJECT`].
    Reject {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::REJECT,
    /// See [`id::ALLOWED_FAST`].
    AllowedFast {
        /// The piece.
        index: u32,
    } = id::ALLOWED_FAST,
    /// See [`id::EXTENDED`]. The payload is what the extension defines.
    Extended {
        /// Which extension: 0 is the extension handshake, others are as the receiver named them.
        extension: u8,
    } = id::EXTENDED,
    /// See [`id::HASH_REQUEST`]. The payload is a [`HashRange`](super::HashRange).
    HashRequest = id::HASH_REQUEST,
    /// See [`id::HASHES`]. The payload is a [`HashRange`](super::HashRange) and the hashes.
    Hashes = id::HASHES,
    /// See [`id::HASH_REJECT`]. The payload is a [`HashRange`](super::HashRange).
    HashReject = id::HASH_REJECT,
    /// A message of an id this crate does not know. The payload is the whole body, id included.
    Unknown = id::UNKNOWN,
}

impl Head {
    /// How many bytes of a body of `length` bytes that starts with `id` are head.
    ///
    /// # Errors
    /// [`PeerError::MessageLength`] when no message of this id has this length.
    #[inline]
    pub fn len_in(id: u8, length: u32) -> Result<usize, PeerError> {
        let (head, payload) = match id {
            id::CHOKE | id::UNCHOKE | id::INTERESTED | id::NOT_INTERESTED => (1, false),
            id::HAVE => (5, false),
            id::BITFIELD => (1, true),
            id::REQUEST | id::CANCEL => (13, false),
            id::PIECE => (9, true),
            id::PORT => (3, false),
            id::EXTENDED => (2, true),
            _ => return Self::rare_len_in(id, length),
        };
        if length == head || (payload && length > head) {
            Ok(head as usize)
        } else {
            Err(PeerError::MessageLength { id, length })
        }
    }

    /// The same for rare messages, and unknown ones.
    #[cold]
    fn rare_len_in(id: u8, length: u32) -> Result<usize, PeerError> {
        let payload = (length as usize).saturating_sub(1);
        let (head, fits) = match id {
            id::HAVE_ALL | id::HAVE_NONE => (1, length == 1),
            id::SUGGEST | id::ALLOWED_FAST => (5, length == 5),
            id::REJECT => (13, length == 13),
            id::HASH_REQUEST | id::HASH_REJECT => (1, is_hash_range(payload)),
            id::HASHES => (1, is_hashes(payload)),
            _ => return Ok(0),
        };
        if fits { Ok(head) } else { Err(PeerError::MessageLength { id, length }) }
    }

    /// How many bytes it takes, the id included.
    #[inline]
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::KeepAlive | Self::Unknown => 0,
            Self::Choke
            | Self::Unchoke
            | Self::Interested
            | Self::NotInterested
            | Self::Bitfield
            | Self::HaveAll
            | Self::HaveNone
            | Self::HashRequest
            | Self::Hashes
            | Self::HashReject => 1,
            Self::Have { .. } | Self::Suggest { .. } | Self::AllowedFast { .. } => 5,
            Self::Request { .. } | Self::Cancel { .. } | Self::Reject { .. } => 13,
            Self::Piece { .. } => 9,
            Self::Port { .. } => 3,
            Self::Extended { .. } => 2,
        }
    }

    /// Splits a whole body, which is what follows the length prefix, into head and payload.
    ///
    /// # Errors
    /// [`PeerError::MessageLength`] when no message of this id has this length.
    ///
    /// # Panics
    /// When `body` is longer than a length prefix can say.
    #[inline]
    pub fn split(body: &[u8]) -> Result<(Self, &[u8]), PeerError> {
        Self::split_into(body, MakePair).or_else(|| Self::split_rare(body, MakePair)).ok_or_else(
            || {
                let length = u32::try_from(body.len()).expect("a body under 4 GiB");
                PeerError::MessageLength { id: body[0], length }
            },
        )
    }

    /// The head whose bytes these are, of a message whose length was judged: its payload is not here.
    #[inline]
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, PeerError> {
        match Self::split_into(bytes, MakePair) {
            Some((head, _)) => Ok(head),
            None => Self::rare_of(bytes),
        }
    }

    #[cold]
    fn rare_of(bytes: &[u8]) -> Result<Self, PeerError> {
        match bytes {
            [id::HASH_REQUEST] => Ok(Self::HashRequest),
            [id::HASHES] => Ok(Self::Hashes),
            [id::HASH_REJECT] => Ok(Self::HashReject),
            _ => Ok(Self::split(bytes)?.0),
        }
    }

    /// The same as `split`, making something else of head and payload: nothing of rare messages, and when the length is not one that
    /// [`Head::len_in`] allows.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(crate) fn split_into<'a, M: Make<'a>>(body: &'a [u8], making: M) -> Option<M::Made> {
        let Some((&id, fields)) = body.split_first() else {
            return making.make(Self::KeepAlive, body);
        };
        match id {
            id::CHOKE => making.bare(Self::Choke, fields),
            id::UNCHOKE => making.bare(Self::Unchoke, fields),
            id::INTERESTED => making.bare(Self::Interested, fields),
            id::NOT_INTERESTED => making.bare(Self::NotInterested, fields),
            id::HAVE => {
                let ([index], rest) = integers(fields)?;
                making.bare(Self::Have { index }, rest)
            }
            id::BITFIELD => making.make(Self::Bitfield, fields),
            id::REQUEST => {
                let ([index, offset, length], rest) = integers(fields)?;
                making.bare(Self::Request { index, offset, length }, rest)
            }
            id::PIECE => {
                let ([index, offset], block) = integers(fields)?;
                making.make(Self::Piece { index, offset }, block)
            }
            id::CANCEL => {
                let ([index, offset, length], rest) = integers(fields)?;
                making.bare(Self::Cancel { index, offset, length }, rest)
            }
            id::PORT => {
                let (&port, rest) = fields.split_first_chunk()?;
                making.bare(Self::Port { port: u16::from_be_bytes(port) }, rest)
            }
            id::EXTENDED => {
                let (&extension, payload) = fields.split_first()?;
                making.make(Self::Extended { extension }, payload)
            }
            _ if Self::is_rare(id) => None,
            _ => making.make(Self::Unknown, body),
        }
    }

    /// Whether [`Head::split_rare`] is for this id.
    #[inline]
    pub(crate) const fn is_rare(id: u8) -> bool {
        matches!(id, id::SUGGEST..=id::ALLOWED_FAST | id::HASH_REQUEST..=id::HASH_REJECT)
    }

    /// The same as `split_into` for ids that came with BEP 6 and 52, of which it makes nothing. Apart,
    /// so that the machine's registers are there for the others.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(crate) fn split_rare<'a, M: Make<'a>>(body: &'a [u8], making: M) -> Option<M::Made> {
        let (&id, fields) = body.split_first()?;
        match id {
            id::SUGGEST => {
                let ([index], rest) = integers(fields)?;
                making.bare(Self::Suggest { index }, rest)
            }
            id::HAVE_ALL => making.bare(Self::HaveAll, fields),
            id::HAVE_NONE => making.bare(Self::HaveNone, fields),
            id::REJECT => {
                let ([index, offset, length], rest) = integers(fields)?;
                making.bare(Self::Reject { index, offset, length }, rest)
            }
            id::ALLOWED_FAST => {
                let ([index], rest) = integers(fields)?;
                making.bare(Self::AllowedFast { index }, rest)
            }
            id::HASH_REQUEST if is_hash_range(fields.len()) => {
                making.make(Self::HashRequest, fields)
            }
            id::HASHES if is_hashes(fields.len()) => making.make(Self::Hashes, fields),
            id::HASH_REJECT if is_hash_range(fields.len()) => making.make(Self::HashReject, fields),
            _ => None,
        }
    }

    /// Writes length prefix and head of a message whose payload has `payload` bytes. The payload
    /// itself is the caller's to append.
    ///
    /// # Panics
    /// When the whole message is longer than a `u32` can say.
    #[allow(clippy::inline_always)] // Callers know the kind: what is asked about it here falls away.
    #[inline(always)]
    pub fn write(&self, payload: usize, out: &mut impl BufMut) {
        let length = u32::try_from(self.size() + payload).expect("a message under 4 GiB");
        let length = length.to_be_bytes();
        // An array of a length known to the compiler becomes a check for room and a few stores.
        match *self {
            Self::KeepAlive | Self::Unknown => out.put_slice(&length),
            Self::Choke
            | Self::Unchoke
            | Self::Interested
            | Self::NotInterested
            | Self::Bitfield
            | Self::HaveAll
            | Self::HaveNone
            | Self::HashRequest
            | Self::Hashes
            | Self::HashReject => out.put_slice(&join::<5, 2>([&length, &[self.kind()]])),
            Self::Have { index } | Self::Suggest { index } | Self::AllowedFast { index } => {
                out.put_slice(&join::<9, 3>([&length, &[self.kind()], &index.to_be_bytes()]));
            }
            Self::Request { index, offset, length: block }
            | Self::Cancel { index, offset, length: block }
            | Self::Reject { index, offset, length: block } => {
                let (place, block) = (place(index, offset), block.to_be_bytes());
                out.put_slice(&join::<17, 4>([&length, &[self.kind()], &place, &block]));
            }
            Self::Piece { index, offset } => {
                let place = place(index, offset);
                out.put_slice(&join::<13, 3>([&length, &[self.kind()], &place]));
            }
            Self::Port { port } => {
                out.put_slice(&join::<7, 3>([&length, &[self.kind()], &port.to_be_bytes()]));
            }
            Self::Extended { extension } => {
                out.put_slice(&join::<6, 3>([&length, &[self.kind()], &[extension]]));
            }
        }
    }

    /// Writes the whole message.
    #[allow(clippy::inline_always)] // As `write`.
    #[inline(always)]
    pub(super) fn write_with(&self, payload: &[u8], out: &mut impl BufMut) {
        self.write(payload.len(), out);
        out.put_slice(payload);
    }

    /// The discriminant.
    #[inline]
    const fn kind(self) -> u8 {
        match self {
            Self::KeepAlive => id::KEEP_ALIVE,
            Self::Unknown => id::UNKNOWN,
            Self::Choke => id::CHOKE,
            Self::Unchoke => id::UNCHOKE,
            Self::Interested => id::INTERESTED,
            Self::NotInterested => id::NOT_INTERESTED,
            Self::Have { .. } => id::HAVE,
            Self::Bitfield => id::BITFIELD,
            Self::Request { .. } => id::REQUEST,
            Self::Piece { .. } => id::PIECE,
            Self::Cancel { .. } => id::CANCEL,
            Self::Port { .. } => id::PORT,
            Self::Suggest { .. } => id::SUGGEST,
            Self::HaveAll => id::HAVE_ALL,
            Self::HaveNone => id::HAVE_NONE,
            Self::Reject { .. } => id::REJECT,
            Self::AllowedFast { .. } => id::ALLOWED_FAST,
            Self::Extended { .. } => id::EXTENDED,
            Self::HashRequest => id::HASH_REQUEST,
            Self::Hashes => id::HASHES,
            Self::HashReject => id::HASH_REJECT,
        }
    }
}

/// Whether a payload of this length is a [`HashRange`](super::HashRange).
#[inline]
const fn is_hash_range(length: usize) -> bool {
    length == HASH_RANGE_LEN
}

/// Whether a payload of this length is a [`HashRange`](super::HashRange) and at least one hash.
#[inline]
const fn is_hashes(length: usize) -> bool {
    length > HASH_RANGE_LEN && (length - HASH_RANGE_LEN).is_multiple_of(TREE_HASH_LEN)
}

/// Reads `N` integers at the front of `bytes`.
#[inline]
fn integers<const N: usize>(bytes: &[u8]) -> Option<([u32; N], &[u8])> {
    let (front, rest) = bytes.split_at_checked(4 * N)?;
    Some((array::from_fn(|n| be_u32(front, 4 * n)), rest))
}

/// Where a block lies.
#[inline]
fn place(index: u32, offset: u32) -> [u8; 8] {
    (u64::from(index) << 32 | u64::from(offset)).to_be_bytes()
}

/// Joins parts that have `N` bytes in all.
#[inline]
fn join<const N: usize, const PARTS: usize>(parts: [&[u8]; PARTS]) -> [u8; N] {
    let mut whole = [0; N];
    let mut rest = &mut whole[..];
    for part in parts {
        let (front, behind) = rest.split_at_mut(part.len());
        front.copy_from_slice(part);
        rest = behind;
    }
    whole
}

#[cfg(test)]
mod tests;
