//! The input: always the same, each case ending with a whole message.

use peer_wire_protocol::wire::{Handshake, Message};

const BLOCK: u32 = 16384;

pub(crate) fn handshake() -> Vec<u8> {
    let mut bytes = Vec::new();
    Handshake::new([7; 20], *b"-XX0001-abcdefghijkl").encode(&mut bytes);
    bytes
}

/// The chunks of a case, if there is one of this name.
pub(crate) fn chunks(name: &str) -> Option<Vec<Vec<u8>>> {
    let (bytes, size) = match name {
        "have" => (repeat(1000, |index| Message::Have { index }), usize::MAX),
        "request" => (repeat(1000, request), usize::MAX),
        "choke" => (repeat(1000, |_| Message::Choke), usize::MAX),
        "bitfield" => (repeat(1, |_| Message::Bitfield(&[0xa5; 6250])), usize::MAX),
        "blocks" => (repeat(64, piece), usize::MAX),
        "blocks-64k" => (repeat(64, piece), 65536),
        "blocks-1448" => (repeat(64, piece), 1448),
        "bytes" => (conversation(), 1),
        _ => return None,
    };
    Some(bytes.chunks(size).map(<[u8]>::to_vec).collect())
}

fn repeat(count: u32, message: impl Fn(u32) -> Message<'static>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..count {
        message(n).encode(&mut bytes);
    }
    bytes
}

fn request(n: u32) -> Message<'static> {
    Message::Request { index: n / 16, offset: n % 16 * BLOCK, length: BLOCK }
}

fn piece(n: u32) -> Message<'static> {
    Message::Piece { index: n / 16, offset: n % 16 * BLOCK, block: &[7; BLOCK as usize] }
}

/// A little of everything.
fn conversation() -> Vec<u8> {
    let mut bytes = Vec::new();
    for message in [
        Message::Bitfield(&[0; 125]),
        Message::Extended { extension: 1, payload: b"d1:md11:ut_metadatai1eee" },
        Message::Port { port: 6881 },
        Message::Unchoke,
        Message::Interested,
        Message::Have { index: 7 },
        request(3),
        Message::Cancel { index: 0, offset: 3 * BLOCK, length: BLOCK },
        Message::KeepAlive,
        Message::Piece { index: 1, offset: 0, block: &[9; 256] },
        Message::Unknown { body: &[99, 1, 2, 3] },
        Message::NotInterested,
        Message::Choke,
    ] {
        message.encode(&mut bytes);
    }
    bytes
}
