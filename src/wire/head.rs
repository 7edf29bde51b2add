//! The head of a message: its id and fixed fields, everything but the payload.
//!
//! Every message is `length prefix, head, payload`. The head has a fixed size for each id and is at
//! most [`MAX_HEAD_LEN`] bytes, so a decoder can gather it in a small array, judge the message by
//! it, and only then think about where the payload goes.

use bytes::BufMut;

use super::{PeerError, be_u32, id};

/// The longest head, in bytes: `request` and `cancel`, an id and three integers.
pub const MAX_HEAD_LEN: usize = 13;

/// A message without its payload.
///
/// `Bitfield`, `Piece`, `Extended` and `Unknown` are followed by one, the others never are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A message of length zero, which has no id (BEP 3).
    KeepAlive,
    /// See [`id::CHOKE`].
    Choke,
    /// See [`id::UNCHOKE`].
    Unchoke,
    /// See [`id::INTERESTED`].
    Interested,
    /// See [`id::NOT_INTERESTED`].
    NotInterested,
    /// See [`id::HAVE`].
    Have {
        /// The piece completed.
        index: u32,
    },
    /// See [`id::BITFIELD`]. The payload is the bits, the highest bit of the first byte for piece 0.
    Bitfield,
    /// See [`id::REQUEST`].
    Request {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    },
    /// See [`id::PIECE`]. The payload is the block.
    Piece {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
    },
    /// See [`id::CANCEL`].
    Cancel {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    },
    /// See [`id::PORT`].
    Port {
        /// The UDP port of the sender's DHT node.
        port: u16,
    },
    /// See [`id::EXTENDED`]. The payload is what the extension defines.
    Extended {
        /// Which extension: 0 is the extension handshake, others are as the receiver named them.
        extension: u8,
    },
    /// A message of an id this crate does not know. The payload is the whole body, id included.
    Unknown,
}

impl Head {
    /// How many bytes of a body of `length` bytes that starts with `id` are head.
    ///
    /// # Errors
    /// [`PeerError::MessageLength`] when no message of this id has this length.
    pub fn len_in(id: u8, length: u32) -> Result<usize, PeerError> {
        let (head, payload) = match id {
            id::CHOKE | id::UNCHOKE | id::INTERESTED | id::NOT_INTERESTED => (1, false),
            id::HAVE => (5, false),
            id::BITFIELD => (1, true),
            id::REQUEST | id::CANCEL => (13, false),
            id::PIECE => (9, true),
            id::PORT => (3, false),
            id::EXTENDED => (2, true),
            _ => return Ok(0),
        };
        if length == head || (payload && length > head) {
            Ok(head as usize)
        } else {
            Err(PeerError::MessageLength { id, length })
        }
    }

    /// Reads a head of the length that [`Head::len_in`] gave. An empty slice is an unknown message.
    ///
    /// # Panics
    /// When `bytes` is shorter than the head its first byte announces.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let Some(&first) = bytes.first() else {
            return Self::Unknown;
        };
        match first {
            id::CHOKE => Self::Choke,
            id::UNCHOKE => Self::Unchoke,
            id::INTERESTED => Self::Interested,
            id::NOT_INTERESTED => Self::NotInterested,
            id::HAVE => Self::Have { index: be_u32(bytes, 1) },
            id::BITFIELD => Self::Bitfield,
            id::REQUEST => Self::Request {
                index: be_u32(bytes, 1),
                offset: be_u32(bytes, 5),
                length: be_u32(bytes, 9),
            },
            id::PIECE => Self::Piece { index: be_u32(bytes, 1), offset: be_u32(bytes, 5) },
            id::CANCEL => Self::Cancel {
                index: be_u32(bytes, 1),
                offset: be_u32(bytes, 5),
                length: be_u32(bytes, 9),
            },
            id::PORT => Self::Port { port: u16::from_be_bytes([bytes[1], bytes[2]]) },
            id::EXTENDED => Self::Extended { extension: bytes[1] },
            _ => Self::Unknown,
        }
    }

    /// Writes length prefix and head of a message whose payload has `payload` bytes. The payload
    /// itself is the caller's to append.
    ///
    /// # Panics
    /// When the whole message is longer than a `u32` can say.
    pub fn write(&self, payload: usize, out: &mut impl BufMut) {
        let prefix = |head: usize| u32::try_from(head + payload).expect("a message under 4 GiB");
        match *self {
            Self::KeepAlive => out.put_u32(0),
            Self::Choke => put_bare(out, id::CHOKE),
            Self::Unchoke => put_bare(out, id::UNCHOKE),
            Self::Interested => put_bare(out, id::INTERESTED),
            Self::NotInterested => put_bare(out, id::NOT_INTERESTED),
            Self::Have { index } => {
                out.put_u32(5);
                out.put_u8(id::HAVE);
                out.put_u32(index);
            }
            Self::Bitfield => {
                out.put_u32(prefix(1));
                out.put_u8(id::BITFIELD);
            }
            Self::Request { index, offset, length } => {
                put_block(out, id::REQUEST, index, offset, length);
            }
            Self::Piece { index, offset } => {
                out.put_u32(prefix(9));
                out.put_u8(id::PIECE);
                out.put_u32(index);
                out.put_u32(offset);
            }
            Self::Cancel { index, offset, length } => {
                put_block(out, id::CANCEL, index, offset, length);
            }
            Self::Port { port } => {
                out.put_u32(3);
                out.put_u8(id::PORT);
                out.put_u16(port);
            }
            Self::Extended { extension } => {
                out.put_u32(prefix(2));
                out.put_u8(id::EXTENDED);
                out.put_u8(extension);
            }
            Self::Unknown => out.put_u32(prefix(0)),
        }
    }
}

fn put_bare(out: &mut impl BufMut, id: u8) {
    out.put_u32(1);
    out.put_u8(id);
}

fn put_block(out: &mut impl BufMut, id: u8, index: u32, offset: u32, length: u32) {
    out.put_u32(13);
    out.put_u8(id);
    out.put_u32(index);
    out.put_u32(offset);
    out.put_u32(length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(head: Head, payload: usize) -> Vec<u8> {
        let mut out = Vec::new();
        head.write(payload, &mut out);
        out
    }

    /// Every layout, byte by byte, as BEP 3, 5 and 10 give it.
    #[test]
    fn layouts() {
        assert_eq!(written(Head::KeepAlive, 0), [0, 0, 0, 0]);
        assert_eq!(written(Head::Choke, 0), [0, 0, 0, 1, 0]);
        assert_eq!(written(Head::Unchoke, 0), [0, 0, 0, 1, 1]);
        assert_eq!(written(Head::Interested, 0), [0, 0, 0, 1, 2]);
        assert_eq!(written(Head::NotInterested, 0), [0, 0, 0, 1, 3]);
        assert_eq!(written(Head::Have { index: 0x0102_0304 }, 0), [0, 0, 0, 5, 4, 1, 2, 3, 4]);
        assert_eq!(written(Head::Bitfield, 3), [0, 0, 0, 4, 5]);
        assert_eq!(
            written(Head::Request { index: 1, offset: 2, length: 3 }, 0),
            [0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
        );
        assert_eq!(
            written(Head::Piece { index: 1, offset: 2 }, 16384),
            [0, 0, 0x40, 9, 7, 0, 0, 0, 1, 0, 0, 0, 2]
        );
        assert_eq!(
            written(Head::Cancel { index: 1, offset: 2, length: 3 }, 0),
            [0, 0, 0, 13, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
        );
        assert_eq!(written(Head::Port { port: 6881 }, 0), [0, 0, 0, 3, 9, 0x1a, 0xe1]);
        assert_eq!(written(Head::Extended { extension: 3 }, 5), [0, 0, 0, 7, 20, 3]);
        assert_eq!(written(Head::Unknown, 2), [0, 0, 0, 2]);
    }

    #[test]
    fn every_fixed_length_is_exact() {
        for (id, exact) in [(0, 1), (1, 1), (2, 1), (3, 1), (4, 5), (6, 13), (8, 13), (9, 3)] {
            assert_eq!(Head::len_in(id, exact), Ok(exact as usize));
            for length in [exact - 1, exact + 1, u32::MAX] {
                assert_eq!(
                    Head::len_in(id, length),
                    Err(PeerError::MessageLength { id, length }),
                    "id {id} length {length}"
                );
            }
        }
    }

    #[test]
    fn payload_messages_have_a_least_length() {
        for (id, least) in [(5, 1), (7, 9), (20, 2)] {
            assert_eq!(Head::len_in(id, least), Ok(least as usize));
            assert_eq!(Head::len_in(id, least + 1), Ok(least as usize));
            assert!(Head::len_in(id, least - 1).is_err());
        }
    }

    #[test]
    fn unknown_ids_have_no_head() {
        for id in [10, 13, 19, 21, 255] {
            assert_eq!(Head::len_in(id, 1), Ok(0));
        }
        assert_eq!(Head::read(&[]), Head::Unknown);
        assert_eq!(Head::read(&[99]), Head::Unknown);
    }
}
