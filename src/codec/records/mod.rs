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
//! | 20: extended | extension, *payload* |
//! | [`HANDSHAKE`] | flags, *payload*: info hash and peer id |
//! | [`KEEP_ALIVE`] | |
//! | [`UNKNOWN`] | *payload*: the whole body |
//!
//! A start of [`ASSEMBLED`] means the beginning of the assembly memory; any other is a position in
//! the chunk. An outgoing record has only the payload's length, and that of a handshake not even
//! that; the payload itself follows the record in the output, put there by [`encode`] or by the
//! caller.

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

const FLAGS: [(u32, (usize, u8)); 2] =
    [(FLAG_DHT, Reserved::DHT), (FLAG_EXTENDED, Reserved::EXTENDED)];

/// The start of a payload that lies in the assembly memory.
pub const ASSEMBLED: u32 = u32::MAX;

/// The most words one record takes.
pub const MAX_RECORD: u32 = 5;
