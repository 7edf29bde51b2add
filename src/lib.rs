//! The `BitTorrent` peer wire protocol, without I/O.
//!
//! Layers, each knowing only those before it:
//!
//! - [`wire`]: the bytes. One message, one handshake, what makes them wrong. No state.
//! - [`codec`]: the stream. Incremental decoding of chunks cut anywhere, with limits, and encoding.
//! - [`mse`]: what may hide the stream. It knows of [`wire`] what a handshake begins with, no more.
//! - `transport` (feature `transport`): sockets around both, on tokio.
//!
//! # Messages
//!
//! [`Message::encode`](wire::Message::encode) appends to any [`bytes::BufMut`]. A
//! [`Reader`](codec::Reader) is given what the socket brings, and hands over each message as it
//! completes, its payload borrowed:
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
//!
//! # Handshakes
//!
//! Each side sends one first, and says in it what it speaks. What both speak is told to the decoder by
//! its [`Limits`](codec::Limits), before it reads on:
//!
//! ```
//! use peer_wire_protocol::codec::{Fast, Limits};
//! use peer_wire_protocol::wire::{HANDSHAKE_LEN, Handshake, Reserved};
//!
//! let mut ours = Handshake::new([7; 20], *b"-XX0001-abcdefghijkl");
//! ours.reserved = ours.reserved.with(Reserved::FAST);
//!
//! let mut bytes = Vec::new();
//! ours.encode(&mut bytes);
//! let theirs = Handshake::parse(bytes.first_chunk::<HANDSHAKE_LEN>().expect("68 bytes"))?;
//!
//! let has_fast = theirs.reserved.has(Reserved::FAST);
//! let limits = Limits { fast: Fast::between(true, has_fast), ..Limits::default() };
//! assert_eq!(limits.fast, Fast::Agreed);
//! # Ok::<(), peer_wire_protocol::wire::PeerError>(())
//! ```
//!
//! # A peer's mistakes
//!
//! What a peer can do wrong is a [`PeerError`](wire::PeerError), found at the first byte that shows it: a
//! length prefix over the limit is refused before anything of the message is kept. After one the
//! connection is of no more use.
//!
//! ```
//! use peer_wire_protocol::codec::{Limits, Reader};
//! use peer_wire_protocol::wire::PeerError;
//!
//! let mut reader = Reader::new(Limits::default());
//! let error = reader.read(b"GET / HTTP/1.1\r\n", |_| {}).unwrap_err();
//! assert_eq!(error, PeerError::NotBitTorrent { position: 0, found: b'G' });
//! assert_eq!(error.code(), "ERR_PWP_NOT_BITTORRENT");
//! ```
//!
//! # More
//!
//! - A codec for tokio's `Framed`, to be copied: see [`codec`].
//! - Both sides of the encryption: see [`mse`].
//! - Connections that are dialled, accepted, read and closed: see `transport`.
//!
//! # Features
//!
//! None is on by default.
//!
//! - `transport`: the module of that name, and with it tokio.
//! - `binding`: the addon of the npm package `peer-wire-protocol-native`, for Node. It has the only
//!   `unsafe` code, and adds nothing to what Rust programs see.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "binding")]
// Node-API wants `pub` items, reachable or not.
#[allow(missing_debug_implementations, unsafe_code, unreachable_pub)]
#[cfg_attr(test, allow(dead_code))] // Nothing registers with Node in a test.
mod binding;
pub mod codec;
pub mod mse;
#[cfg(feature = "transport")]
pub mod transport;
pub mod wire;

/// Its examples are tests.
#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;
