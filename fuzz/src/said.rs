//! A message that owns its payload, and its layout as BEP 3, 5, 6, 10 and 52 give it. Shares no code
//! with the crate, so that the two can be held against each other.

use peer_wire_protocol::codec::Frame;
use peer_wire_protocol::wire::{Handshake, HashRange, Message, Reserved};

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
    Suggest(u32),
    HaveAll,
    HaveNone,
    Reject(u32, u32, u32),
    AllowedFast(u32),
    Extended(u8, Vec<u8>),
    HashRequest(Part),
    Hashes(Part, Vec<u8>),
    HashReject(Part),
    Unknown(Vec<u8>),
}

/// The part of a hash tree that a message is about: the root, then base layer, index, length and
/// proof layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part(pub [u8; 32], pub [u32; 4]);

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
        let big_endian = |integers: &[u32]| -> Vec<u8> {
            integers.iter().flat_map(|integer| integer.to_be_bytes()).collect()
        };
        let integers = |id: u8, integers: &[u32]| [vec![id], big_endian(integers)].concat();
        let hashes = |id: u8, Part(root, numbers): &Part, hashes: &[u8]| {
            [&[id], &root[..], &big_endian(numbers), hashes].concat()
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
            Self::Suggest(index) => integers(13, &[*index]),
            Self::HaveAll => vec![14],
            Self::HaveNone => vec![15],
            Self::Reject(index, offset, length) => integers(16, &[*index, *offset, *length]),
            Self::AllowedFast(index) => integers(17, &[*index]),
            Self::Extended(extension, payload) => [&[20, *extension], &payload[..]].concat(),
            Self::HashRequest(part) => hashes(21, part, &[]),
            Self::Hashes(part, payload) => hashes(22, part, payload),
            Self::HashReject(part) => hashes(23, part, &[]),
            Self::Unknown(body) => body.clone(),
        }
    }

    /// The message of a whole body between peers that speak everything, or nothing when its length
    /// is wrong.
    #[must_use]
    pub fn of_body(body: &[u8]) -> Option<Self> {
        let integer =
            |at: usize| u32::from_be_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]);
        let part = || {
            let root = body[1..33].try_into().expect("32 bytes");
            Part(root, [33, 37, 41, 45].map(integer))
        };
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
            [13, ..] if body.len() == 5 => Self::Suggest(integer(1)),
            [14] => Self::HaveAll,
            [15] => Self::HaveNone,
            [16, ..] if body.len() == 13 => Self::Reject(integer(1), integer(5), integer(9)),
            [17, ..] if body.len() == 5 => Self::AllowedFast(integer(1)),
            [20, extension, ..] => Self::Extended(extension, body[2..].to_vec()),
            [21, ..] if body.len() == 49 => Self::HashRequest(part()),
            [22, ..] if body.len() > 49 && body.len() % 32 == 49 % 32 => {
                Self::Hashes(part(), body[49..].to_vec())
            }
            [23, ..] if body.len() == 49 => Self::HashReject(part()),
            [0..=9 | 13..=17 | 20..=23, ..] => return None,
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
            Self::Suggest(index) => Message::Suggest { index },
            Self::HaveAll => Message::HaveAll,
            Self::HaveNone => Message::HaveNone,
            Self::Reject(index, offset, length) => Message::Reject { index, offset, length },
            Self::AllowedFast(index) => Message::AllowedFast { index },
            Self::Extended(extension, ref payload) => Message::Extended { extension, payload },
            Self::HashRequest(ref part) => Message::HashRequest(part.range()),
            Self::Hashes(ref part, ref hashes) => Message::Hashes { range: part.range(), hashes },
            Self::HashReject(ref part) => Message::HashReject(part.range()),
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

impl Part {
    /// The crate's range for this one.
    #[must_use]
    pub fn range(&self) -> HashRange<'_> {
        let Self(pieces_root, [base_layer, index, length, proof_layers]) = self;
        let [base_layer, index, length, proof_layers] =
            [*base_layer, *index, *length, *proof_layers];
        HashRange { pieces_root, base_layer, index, length, proof_layers }
    }
}

impl From<HashRange<'_>> for Part {
    fn from(range: HashRange<'_>) -> Self {
        let HashRange { pieces_root, base_layer, index, length, proof_layers } = range;
        Self(*pieces_root, [base_layer, index, length, proof_layers])
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
            Message::Suggest { index } => Self::Suggest(index),
            Message::HaveAll => Self::HaveAll,
            Message::HaveNone => Self::HaveNone,
            Message::Reject { index, offset, length } => Self::Reject(index, offset, length),
            Message::AllowedFast { index } => Self::AllowedFast(index),
            Message::Extended { extension, payload } => Self::Extended(extension, payload.to_vec()),
            Message::HashRequest(range) => Self::HashRequest(range.into()),
            Message::Hashes { range, hashes } => Self::Hashes(range.into(), hashes.to_vec()),
            Message::HashReject(range) => Self::HashReject(range.into()),
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
        let cases: [(Said, &[u8]); 19] = [
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
            (Said::Suggest(0x0102_0304), &[0, 0, 0, 5, 13, 1, 2, 3, 4]),
            (Said::HaveAll, &[0, 0, 0, 1, 14]),
            (Said::HaveNone, &[0, 0, 0, 1, 15]),
            (Said::Reject(1, 2, 3), &[0, 0, 0, 13, 16, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]),
            (Said::AllowedFast(0x0102_0304), &[0, 0, 0, 5, 17, 1, 2, 3, 4]),
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
    fn layouts_of_hashes() {
        let numbers = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5];
        let root = *b"the root of a tree: its 32 bytes";
        let part = Part(root, [1, 2, 4, 5]);
        for (said, prefix, hashes) in [
            (Said::HashRequest(part), [0, 0, 0, 49, 21], &[][..]),
            (Said::Hashes(part, vec![7; 64]), [0, 0, 0, 113, 22], &[7; 64]),
            (Said::HashReject(part), [0, 0, 0, 49, 23], &[]),
        ] {
            let bytes = [&prefix, &root[..], &numbers, hashes].concat();
            assert_eq!(said.bytes(), bytes);
            assert_eq!(Said::of_body(&bytes[4..]), Some(said));
        }
    }

    #[test]
    fn wrong_lengths() {
        for body in [&[0, 0][..], &[4, 0, 0, 0], &[6; 12], &[7; 8], &[8; 14], &[9, 0], &[20]] {
            assert_eq!(Said::of_body(body), None, "{body:?}");
        }
        for body in [&[13; 6][..], &[14, 0], &[15, 0], &[16; 12], &[17; 4], &[21; 48], &[23; 50]] {
            assert_eq!(Said::of_body(body), None, "{body:?}");
        }
        for body in [&[22][..], &[22; 49], &[22; 80], &[22; 82]] {
            assert_eq!(Said::of_body(body), None, "{body:?}");
        }
    }
}
