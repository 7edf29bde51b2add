//! What peers say.

use peer_wire_protocol::codec::{Fast, Limits};
use peer_wire_protocol::wire::{Handshake, HashRange, Message};
use proptest::collection::vec;
use proptest::prelude::*;

/// Bounds between two peers that have agreed to everything.
pub(crate) fn agreed() -> Limits {
    Limits { fast: Fast::Agreed, v2: true, ..Limits::default() }
}

pub(crate) fn encoded(message: Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

pub(crate) fn handshake() -> Vec<u8> {
    encoded(Message::Handshake(Handshake::new([1; 20], [2; 20])))
}

/// A handshake, and a block of each number.
pub(crate) fn blocks(numbers: std::ops::Range<u32>, length: usize) -> Vec<u8> {
    let mut bytes = handshake();
    for index in numbers {
        let block = vec![index.to_le_bytes()[0]; length];
        Message::Piece { index, offset: 0, block: &block }.encode(&mut bytes);
    }
    bytes
}

/// Any message, encoded.
pub(crate) fn message() -> impl Strategy<Value = Vec<u8>> {
    let fixed = prop_oneof![
        Just(Message::KeepAlive),
        Just(Message::Choke),
        Just(Message::HaveAll),
        (0..1_u32 << 21).prop_map(|index| Message::Have { index }),
        any::<[u16; 3]>().prop_map(|[index, offset, length]| Message::Request {
            index: index.into(),
            offset: offset.into(),
            length: length.into()
        }),
        any::<u16>().prop_map(|port| Message::Port { port }),
    ];
    let hashes = (any::<[u8; 32]>(), 1..200_u32).prop_map(|(root, length)| {
        let range =
            HashRange { pieces_root: &root, base_layer: 0, index: 7, length, proof_layers: 0 };
        encoded(Message::Hashes { range, hashes: &root.repeat(length as usize) })
    });
    prop_oneof![
        6 => fixed.prop_map(encoded),
        1 => vec(any::<u8>(), 0..300).prop_map(|bits| encoded(Message::Bitfield(&bits))),
        4 => (0..3000_u32, block()).prop_map(|(index, block)| {
            encoded(Message::Piece { index, offset: 1 << 14, block: &block })
        }),
        2 => (any::<u8>(), vec(any::<u8>(), 0..300)).prop_map(|(extension, payload)| {
            encoded(Message::Extended { extension, payload: &payload })
        }),
        1 => hashes,
        1 => vec(any::<u8>(), 0..300).prop_map(|mut body| {
            body.insert(0, 99);
            encoded(Message::Unknown { body: &body })
        }),
    ]
}

/// A block of which every byte is somewhere else.
fn block() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), prop_oneof![0..200_usize, 0..70_000_usize]).prop_map(|(seed, length)| {
        (0..length).map(|at| (at / 251 + at).to_le_bytes()[0] ^ seed).collect()
    })
}

/// A conversation: a handshake, messages, and perhaps what is none.
pub(crate) fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let garbage = prop_oneof![2 => Just(Vec::new()), 1 => vec(any::<u8>(), 0..40)];
    (vec(message(), 0..16), garbage)
        .prop_map(|(messages, garbage)| [handshake(), messages.concat(), garbage].concat())
}

/// The lengths of what bytes are cut into, over and over.
pub(crate) fn sizes() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![1..40_usize, 1..3000_usize, 1..100_000_usize], 1..8)
}

/// Cuts `bytes` into chunks whose lengths go round `sizes`.
pub(crate) fn cut<'a>(mut bytes: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    sizes.iter().cycle().map_while(move |&size| {
        let (chunk, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}
