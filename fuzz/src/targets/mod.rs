//! The targets. Each takes any bytes and panics when the crate is wrong.

mod bencode;
mod decode;
mod model;
mod records;
mod round_trip;
mod splits;

pub use bencode::bencode;
pub use decode::decode;
pub use model::model;
pub use records::records;
pub use round_trip::round_trip;
pub use splits::splits;
