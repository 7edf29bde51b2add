//! The `BitTorrent` peer wire protocol, without I/O.
//!
//! Layers, each knowing only those before it:
//!
//! - [`wire`]: the bytes. One message, one handshake, what makes them wrong. No state.
//! - [`codec`]: the stream. Incremental decoding of chunks cut anywhere, with limits, and encoding.
//! - [`mse`]: what may hide the stream. It knows of [`wire`] what a handshake begins with, no more.
//! - `transport` (feature `transport`): sockets around both, on tokio.
//! - `binding` (feature `binding`): the Node addon. The only code with napi and `unsafe`.
//!
//! ```
//! use peer_wire_protocol::codec::{Limits, Reader};
//! use peer_wire_protocol::wire::{Handshake, Message};
//!
//! let mut bytes = Vec::new();
//! Handshake::new([7; 20], *b"-XX0001-abcdefghijkl").encode(&mut bytes);
//! Message::Have { index: 42 }.encode(&mut bytes);
//!
//! let mut reader = Reader::new(Limits::default());
//! let mut haves = Vec::new();
//! for chunk in bytes.chunks(5) {
//!     reader.read(chunk, |message| {
//!         if let Message::Have { index } = message {
//!             haves.push(index);
//!         }
//!     })?;
//! }
//! assert_eq!(haves, [42]);
//! # Ok::<(), peer_wire_protocol::wire::PeerError>(())
//! ```

#[cfg(feature = "binding")]
// Node-API wants `pub` items, reachable or not.
#[allow(unsafe_code, unreachable_pub)]
#[cfg_attr(test, allow(dead_code))] // Nothing registers with Node in a test.
mod binding;
pub mod codec;
pub mod mse;
#[cfg(feature = "transport")]
pub mod transport;
pub mod wire;
