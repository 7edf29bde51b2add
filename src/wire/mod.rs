//! The bytes: message ids and layouts, whole messages, the handshake, and what can be wrong with
//! them. Nothing here keeps state between two messages.

mod allowed_fast;
mod bencode;
mod error;
mod handshake;
mod hashes;
mod head;
pub mod id;
mod make;
mod message;

pub use allowed_fast::allowed_fast_set;
pub use bencode::dictionary_len;
pub use error::PeerError;
pub(crate) use handshake::check_protocol;
pub use handshake::{HANDSHAKE_LEN, Handshake, PROTOCOL, Reserved};
pub use hashes::{HASH_RANGE_LEN, HashRange, TREE_HASH_LEN};
pub use head::{Head, MAX_HEAD_LEN};
pub(crate) use make::{Make, MakeMessage};
pub use message::Message;

/// Length of an info hash and of a peer id, in bytes (BEP 3).
pub const HASH_LEN: usize = 20;

/// Length of the prefix before every message, in bytes: a big-endian `u32` (BEP 3).
pub const PREFIX_LEN: usize = 4;

/// Reads the big-endian `u32` at `at`.
///
/// # Panics
/// When fewer than four bytes follow `at`: callers have checked the length.
#[inline]
pub(crate) fn be_u32(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}
