//! The stream: messages out of chunks cut anywhere, and messages into bytes.
//!
//! [`Decoder`] is the whole of the incremental framing and allocates nothing: it reports where a
//! payload lies instead of copying it, and asks for memory only for a payload that spans chunks.
//! [`Reader`] adds that memory, for Rust programs. [`records`] is the compact form in which whole
//! batches of messages travel to and from another language.

mod carry;
mod decoder;
mod limits;
mod reader;
pub mod records;
mod whole;

pub use decoder::{Decoder, Frame, Payload, Step};
pub use limits::{Fast, Limits};
pub use reader::Reader;
