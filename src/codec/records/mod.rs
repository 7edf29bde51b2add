//! Batches of messages as plain 32-bit words, for a border that is dear to cross.
//!
//! A record is its kind, then the fields of the message in the order of the wire, then, for an
//! incoming message with a payload, where the payload starts and how long it is:
//!
//! | kind | fields |
//! |---|---|
//! | 0 to 3: choke, unchoke, interested, not interested | |
//! | 4: have | index |
//! | 5: bitfield | *payload* |
//! | 6: request, 8: cancel | index, offset, length |
//! | 7: piece | index, offset, *payload* |
//! | 9: port | port |
//! | 13: suggest, 17: allowed fast | index |
//! | 14: have all, 15: have none | |
//! | 16: reject | index, offset, length |
//! | 20: extended | extension, *payload* |
//! | 21: hash request, 23: hash reject | base layer, index, length, proof layers, *payload* |
//! | 22: hashes | base layer, index, length, proof layers, *payload* |
//! | [`HANDSHAKE`] | flags, *payload*: info hash and peer id |
//! | [`KEEP_ALIVE`] | |
//! | [`UNKNOWN`] | *payload*: the whole body |
//!
//! A start of [`ASSEMBLED`] means the beginning of the assembly memory; any other is a position in
//! the chunk. An outgoing record has only the payload's length, and that of a handshake not even
//! that; the payload itself follows in the output, put there by the caller.
//!
//! The payload of an incoming hash message is all that follows the id: the root, the four numbers
//! once more, and the hashes. In an outgoing record the numbers are followed by the length of the
//! hashes, where there are any, and then by the eight words of the root, the highest byte first.

mod incoming;
mod outgoing;

pub use incoming::{End, Room, read, write};
pub use outgoing::{RecordError, encode, encoded_bound};

use crate::wire::{Reserved, id};

/// Kind of a handshake's record. Above every message id in use.
pub const HANDSHAKE: u32 = id::HANDSHAKE as u32;
/// Kind of a keep-alive's record.
pub const KEEP_ALIVE: u32 = id::KEEP_ALIVE as u32;
/// Kind of the record of a message whose id is not known.
pub const UNKNOWN: u32 = id::UNKNOWN as u32;

/// Flag of a handshake: the peer takes part in the DHT (BEP 5).
pub const FLAG_DHT: u32 = 1;
/// Flag of a handshake: the peer speaks the extension protocol (BEP 10).
pub const FLAG_EXTENDED: u32 = 2;
/// Flag of a handshake: the peer speaks the Fast extension (BEP 6).
pub const FLAG_FAST: u32 = 4;
/// Flag of a handshake: the peer speaks version 2 too (BEP 52).
pub const FLAG_V2: u32 = 8;

const FLAGS: [(u32, (usize, u8)); 4] = [
    (FLAG_DHT, Reserved::DHT),
    (FLAG_EXTENDED, Reserved::EXTENDED),
    (FLAG_FAST, Reserved::FAST),
    (FLAG_V2, Reserved::V2),
];

/// The start of a payload that lies in the assembly memory.
pub const ASSEMBLED: u32 = u32::MAX;

/// The most words an incoming record takes.
pub const MAX_RECORD: u32 = 7;
