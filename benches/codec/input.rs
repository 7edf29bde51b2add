//! What both crates read and write.

use peer_wire_protocol::wire::{Handshake, Message};

/// Messages of one kind in a row.
pub(crate) struct Batch {
    pub(crate) name: &'static str,
    pub(crate) count: usize,
    pub(crate) bytes: Vec<u8>,
}

const SMALL: usize = 1000;
const LARGE: usize = 64;
const BLOCK: u32 = 16384;

fn batch(name: &'static str, count: usize, message: impl Fn(u32) -> Message<'static>) -> Batch {
    let mut bytes = Vec::new();
    for n in 0..u32::try_from(count).expect("a small number") {
        message(n).encode(&mut bytes);
    }
    Batch { name, count, bytes }
}

/// 64 blocks of 16 KiB: 1 MiB.
pub(crate) fn blocks() -> Batch {
    let block: &'static [u8] = vec![7; BLOCK as usize].leak();
    batch("blocks", LARGE, |n| Message::Piece { index: n / 16, offset: n % 16 * BLOCK, block })
}

/// Every kind of message that both crates know.
pub(crate) fn batches() -> Vec<Batch> {
    let bits: &'static [u8] = vec![0xa5; 6250].leak();
    vec![
        blocks(),
        batch("have", SMALL, |index| Message::Have { index }),
        batch("request", SMALL, |n| Message::Request {
            index: n / 16,
            offset: n % 16 * BLOCK,
            length: BLOCK,
        }),
        batch("cancel", SMALL, |n| Message::Cancel {
            index: n / 16,
            offset: n % 16 * BLOCK,
            length: BLOCK,
        }),
        batch("choke", SMALL, |_| Message::Choke),
        batch("unchoke", SMALL, |_| Message::Unchoke),
        batch("interested", SMALL, |_| Message::Interested),
        batch("not interested", SMALL, |_| Message::NotInterested),
        batch("keep-alive", SMALL, |_| Message::KeepAlive),
        batch("bitfield of 50,000 pieces", LARGE, |_| Message::Bitfield(bits)),
    ]
}

pub(crate) fn handshake() -> [u8; 68] {
    let mut bytes = [0; 68];
    Handshake::new([7; 20], *b"-XX0001-abcdefghijkl").encode(&mut bytes.as_mut_slice());
    bytes
}
