//! The stream: messages out of chunks cut anywhere, and messages into bytes.
//!
//! [`Decoder`] is the whole of the incremental framing and allocates nothing: it reports where a
//! payload lies instead of copying it, and asks for memory only for a payload that spans chunks.
//! [`Reader`] adds that memory, for Rust programs. [`records`] is the compact form in which whole
//! batches of messages travel to and from another language.
//!
//! # On tokio
//!
//! A codec for `tokio_util::codec::Framed`. Payloads are split from what the socket was read into, not
//! copied; a message is judged as soon as its head is there, so nothing is waited for that would be
//! refused:
//!
//! ```
//! use bytes::{Buf, Bytes, BytesMut};
//! use futures_util::{SinkExt, TryStreamExt};
//! use peer_wire_protocol::codec::{Decoder, Frame, Limits, Payload, Step};
//! use peer_wire_protocol::wire::{Handshake, Head, Message};
//! use tokio_util::codec::{self, Framed};
//!
//! struct PeerCodec(Decoder);
//!
//! impl codec::Decoder for PeerCodec {
//!     type Item = (Frame, Bytes);
//!     type Error = std::io::Error;
//!
//!     fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Self::Item>, Self::Error> {
//!         let mut at = 0;
//!         // Without assembly memory, a payload stays in the buffer until all of it is there.
//!         match self.0.step(buffer, &mut at, &mut []).map_err(std::io::Error::other)? {
//!             Step::Frame(frame, Payload::Chunk(range)) => {
//!                 buffer.advance(range.start);
//!                 Ok(Some((frame, buffer.split_to(range.len()).freeze())))
//!             }
//!             _ => {
//!                 buffer.advance(at);
//!                 Ok(None)
//!             }
//!         }
//!     }
//! }
//!
//! impl codec::Encoder<Message<'_>> for PeerCodec {
//!     type Error = std::io::Error;
//!
//!     fn encode(&mut self, message: Message<'_>, buffer: &mut BytesMut) -> Result<(), Self::Error> {
//!         message.encode(buffer);
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let (one, other) = tokio::io::duplex(64); // Sockets, in earnest.
//! let [mut one, mut other] =
//!     [one, other].map(|io| Framed::new(io, PeerCodec(Decoder::new(Limits::default()))));
//!
//! let send = async {
//!     let hello = Handshake::new([7; 20], *b"-XX0001-abcdefghijkl");
//!     one.send(Message::Handshake(hello)).await?;
//!     one.send(Message::Piece { index: 3, offset: 0, block: &[9; 1000] }).await
//! };
//! let receive = async {
//!     let hello = other.try_next().await?;
//!     assert!(matches!(hello, Some((Frame::Handshake(_), _))));
//!     other.try_next().await
//! };
//! let ((), received) = tokio::try_join!(send, receive)?;
//! let head = Head::Piece { index: 3, offset: 0 };
//! assert_eq!(received, Some((Frame::Message(head), Bytes::from(vec![9; 1000]))));
//! # Ok(())
//! # }
//! ```
//!
//! `examples/tokio_codec.rs` goes further: its errors tell a peer's mistake from one of the connection
//! and from an end inside a message, and two peers exchange a torrent by it.

mod carry;
mod decoder;
mod limits;
mod reader;
pub mod records;
mod whole;

pub use decoder::{Decoder, Frame, Payload, Step};
pub use limits::{Fast, Limits};
pub use reader::Reader;
