//! Sockets around the codec and the encryption, on tokio.
//!
//! A connection is read, deciphered and decoded on a thread of the [`Transport`]. What comes of it goes
//! through a [`Queue`] to the program, in batches: records and the memory that their payloads lie in.
//! What the program sends is written by the thread that sends, as far as the system takes it.
//!
//! Memory is read into slabs that are used again once nobody looks at them. A program that does not
//! take what there is for it stops the reading, of one connection or of all.
//!
//! A message that may change what the program makes of the next ones, a handshake or one of an
//! extension, pauses the connection until the program says [`Connection::go_on`].

mod connection;
mod desk;
mod dial;
mod failure;
mod farewell;
#[cfg(all(test, feature = "loom"))]
mod interleavings;
mod listen;
mod moderation;
mod queue;
mod receiving;
mod runtime;
mod slabs;
mod sync;
mod task;

pub use connection::{Addresses, Connection, Sent};
pub use desk::Ending;
pub use dial::Dial;
pub use failure::{Failure, system_code};
pub use listen::{Listen, Server};
pub use queue::{Batch, Happening, Kind, Queue, Segment};
pub use runtime::Transport;
