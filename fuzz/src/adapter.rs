//! The only place that knows the signatures of the decoder and of the reader.

use peer_wire_protocol::codec::{Decoder, Reader, Step};
use peer_wire_protocol::wire::PeerError;

use crate::said::Said;

/// One step of the decoder. Its error is what [`Decoder::error`] says afterwards, too.
pub fn step(
    decoder: &mut Decoder,
    chunk: &[u8],
    at: &mut usize,
    assembly: &mut [u8],
) -> Result<Step, PeerError> {
    decoder.step(chunk, at, assembly)
}

/// Gives a chunk to a reader and adds what it hands over to `said`.
pub fn read(reader: &mut Reader, chunk: &[u8], said: &mut Vec<Said>) -> Result<(), PeerError> {
    reader.read(chunk, |message| said.push(Said::from(message)))
}
