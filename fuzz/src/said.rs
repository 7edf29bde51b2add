//! A message that owns its payload, and its layout as BEP 3, 5 and 10 give it. Shares no code with
//! the crate, so that the two can be held against each other.

use peer_wire_protocol::codec::Frame;
use peer_wire_protocol::wire::{Handshake, Message, Reserved};

/// One thing a peer says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The fields are those of `Message`, in the order of the wire.
pub enum Said {
    Handshake { reserved: [u8; 8], info_hash: [u8; 20], peer_id: [u8; 20] },
    KeepAlive,
    Choke,
    Unchoke,
    Interested,
    NotInterested,
    Have(u32),
    Bitfield(Vec<u8>),
    Request(u32, u32, u32),
    Piece(u32, u32, Vec<u8>),
    Cancel(u32, u32, u32),
    Port(u16),
    Extended(u8, Vec<u8>),
    Unknown(Vec<u8>),
}

/// What a handshake starts with.
pub const PROTOCOL: &[u8; 20] = b"\x13BitTorrent protocol";

impl Said {
    /// The bytes of the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        if let Self::Handshake { reserved, info_hash, peer_id } = self {
            return [&PROTOCOL[..], reserved, info_hash, peer_id].concat();
        }
        let body = self.body();
        let length = u32::try_from(body.len()).expect("a message under 4 GiB");
        [&length.to_be_bytes()[..], &body].concat()
    }

    /// The bytes that the length prefix counts. A handshake has none.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let integers = |id: u8, integers: &[u32]| {
            let mut body = vec![id];
            body.extend(integers.iter().flat_map(|integer| integer.to_be_bytes()));
            body
        };
        match self {
            Self::Handshake { .. } | Self::KeepAlive => vec![],
            Self::Choke => vec![0],
            Self::Unchoke => vec![1],
            Self::Interested => vec![2],
            Self::NotInterested => vec![3],
            Self::Have(index) => integers(4, &[*index]),
            Self::Bitfield(bits) => [&[5], &bits[..]].concat(),
            Self::Request(index, offset, length) => integers(6, &[*index, *offset, *length]),
            Self::Piece(index, offset, block) => {
                [integers(7, &[*index, *offset]), block.clone()].concat()
            }
            Self::Cancel(index, offset, length) => integers(8, &[*index, *offset, *length]),
            Self::Port(port) => [&[9], &port.to_be_bytes()[..]].concat(),
            Self::Extended(extension, payload) => [&[20, *extension], &payload[..]].concat(),
            Self::Unknown(body) => body.clone(),
        }
    }

    /// The message of a whole body, or nothing when its length is wrong.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Option<Self> {
        let integer =
            |at: usize| u32::from_be_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]);
        Some(match *body {
            [] => Self::KeepAlive,
            [0] => Self::Choke,
            [1] => Self::Unchoke,
            [2] => Self::Interested,
            [3] => Self::NotInterested,
            [4, ..] if body.len() == 5 => Self::Have(integer(1)),
            [5, ..] => Self::Bitfield(body[1..].to_vec()),
            [6, ..] if body.len() == 13 => Self::Request(integer(1), integer(5), integer(9)),
            [7, ..] if body.len() >= 9 => Self::Piece(integer(1), integer(5), body[9..].to_vec()),
            [8, ..] if body.len() == 13 => Self::Cancel(integer(1), integer(5), integer(9)),
            [9, high, low] => Self::Port(u16::from_be_bytes([high, low])),
            [20, extension, ..] => Self::Extended(extension, body[2..].to_vec()),
            [0..=9 | 20, ..] => return None,
            _ => Self::Unknown(body.to_vec()),
        })
    }

    /// The crate's message for this one.
    #[must_use]
    pub fn message(&self) -> Message<'_> {
        match *self {
            Self::Handshake { reserved, info_hash, peer_id } => {
                Message::Handshake(Handshake { reserved: Reserved(reserved), info_hash, peer_id })
            }
            Self::KeepAlive => Message::KeepAlive,
            Self::Choke => Message::Choke,
            Self::Unchoke => Message::Unchoke,
            Self::Interested => Message::Interested,
            Self::NotInterested => Message::NotInterested,
            Self::Have(index) => Message::Have { index },
            Self::Bitfield(ref bits) => Message::Bitfield(bits),
            Self::Request(index, offset, length) => Message::Request { index, offset, length },
            Self::Piece(index, offset, ref block) => Message::Piece { index, offset, block },
            Self::Cancel(index, offset, length) => Message::Cancel { index, offset, length },
            Self::Port(port) => Message::Port { port },
            Self::Extended(extension, ref payload) => Message::Extended { extension, payload },
            Self::Unknown(ref body) => Message::Unknown { body },
        }
    }

    /// What a decoder's frame and its payload say.
    #[must_use]
    pub fn of_frame(frame: Frame, payload: &[u8]) -> Self {
        match frame {
            Frame::Handshake(reserved) => Self::Handshake {
                reserved: reserved.0,
                info_hash: payload[..20].try_into().expect("20 bytes"),
                peer_id: payload[20..].try_into().expect("20 bytes"),
            },
            Frame::Message(head) => Message::new(head, payload).into(),
        }
    }
}

impl From<Message<'_>> for Said {
    fn from(message: Message<'_>) -> Self {
        match message {
            Message::Handshake(Handshake { reserved: Reserved(reserved), info_hash, peer_id }) => {
                Self::Handshake { reserved, info_hash, peer_id }
            }
            Message::KeepAlive => Self::KeepAlive,
            Message::Choke => Self::Choke,
            Message::Unchoke => Self::Unchoke,
            Message::Interested => Self::Interested,
            Message::NotInterested => Self::NotInterested,
            Message::Have { index } => Self::Have(index),
            Message::Bitfield(bits) => Self::Bitfield(bits.to_vec()),
            Message::Request { index, offset, length } => Self::Request(index, offset, length),
            Message::Piece { index, offset, block } => Self::Piece(index, offset, block.to_vec()),
            Message::Cancel { index, offset, length } => Self::Cancel(index, offset, length),
            Message::Port { port } => Self::Port(port),
            Message::Extended { extension, payload } => Self::Extended(extension, payload.to_vec()),
            Message::Unknown { body } => Self::Unknown(body.to_vec()),
            message => panic!("a message the fuzzing does not know yet: {message:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Literal bytes, so that a mistake here does not meet the same mistake in the crate.
    #[test]
    fn layouts() {
        let cases: [(Said, &[u8]); 14] = [
            (Said::KeepAlive, &[0, 0, 0, 0]),
            (Said::Choke, &[0, 0, 0, 1, 0]),
            (Said::Unchoke, &[0, 0, 0, 1, 1]),
            (Said::Interested, &[0, 0, 0, 1, 2]),
            (Said::NotInterested, &[0, 0, 0, 1, 3]),
            (Said::Have(0x0102_0304), &[0, 0, 0, 5, 4, 1, 2, 3, 4]),
            (Said::Bitfield(vec![0xf0, 1]), &[0, 0, 0, 3, 5, 0xf0, 1]),
            (Said::Request(1, 2, 3), &[0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
            (Said::Piece(1, 2, vec![9]), &[0, 0, 0, 10, 7, 0, 0, 0, 1, 0, 0, 0, 2, 9]),
            (Said::Cancel(1, 2, 3), &[0, 0, 0, 13, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
            (Said::Port(6881), &[0, 0, 0, 3, 9, 0x1a, 0xe1]),
            (Said::Extended(0, vec![b'd', b'e']), &[0, 0, 0, 4, 20, 0, b'd', b'e']),
            (Said::Unknown(vec![99, 1]), &[0, 0, 0, 2, 99, 1]),
            (Said::Unknown(vec![10]), &[0, 0, 0, 1, 10]),
        ];
        for (said, bytes) in cases {
            assert_eq!(said.bytes(), bytes);
            assert_eq!(Said::of_body(&bytes[4..]), Some(said));
        }
    }

    #[test]
    fn wrong_lengths() {
        for body in [&[0, 0][..], &[4, 0, 0, 0], &[6; 12], &[7; 8], &[8; 14], &[9, 0], &[20]] {
            assert_eq!(Said::of_body(body), None, "{body:?}");
        }
    }
}
