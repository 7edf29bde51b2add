//! The targets. Each takes any bytes and panics when the crate is wrong.

mod bencode;
mod decode;
mod model;
mod mse_initiator;
mod mse_responder;
mod rc4;
mod records;
mod round_trip;
mod splits;

pub use bencode::bencode;
pub use decode::decode;
pub use model::model;
pub use mse_initiator::mse_initiator;
pub use mse_responder::mse_responder;
pub use rc4::rc4;
pub use records::records;
pub use round_trip::round_trip;
pub use splits::splits;
