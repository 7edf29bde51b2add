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
//!
//! ```
//! use std::sync::mpsc;
//!
//! use peer_wire_protocol::codec::{Limits, records};
//! use peer_wire_protocol::transport::{Dial, Ending, Happening, Listen, Queue, Transport};
//! use peer_wire_protocol::wire::Handshake;
//!
//! let (wake, woken) = mpsc::channel();
//! let queue = Queue::new(move || drop(wake.send(())));
//! let transport = Transport::start(1, queue)?;
//!
//! let host = String::from("127.0.0.1");
//! let here = Some(host.clone());
//! let server =
//!     transport.listen(Listen { id: 1, host: here, port: 0, backlog: 16, no_delay: true });
//!
//! let mut hello = Vec::new();
//! Handshake::new([7; 20], *b"-XX0001-abcdefghijkl").encode(&mut hello);
//! let mut heard = None;
//! while heard.is_none() {
//!     woken.recv()?;
//!     let batch = transport.queue().take();
//!     for happening in &batch.happenings {
//!         match happening {
//!             Happening::Listening(_) => {
//!                 let connection = transport.connect(Dial {
//!                     host: host.clone(),
//!                     port: server.address().expect("it listens").port(),
//!                     local: None,
//!                     timeout: 3000,
//!                     no_delay: true,
//!                     limits: Some(Limits::default()),
//!                 });
//!                 connection.send(&[&hello]); // Leaves once the connection stands.
//!             }
//!             Happening::Accepted(_, connection) => {
//!                 transport.serve(connection, Some(Limits::default()));
//!             }
//!             Happening::Read(segment) => {
//!                 let words = &batch.records[segment.records.clone()];
//!                 let &[records::HANDSHAKE, _flags, start, length] = words else {
//!                     panic!("nothing else was sent")
//!                 };
//!                 let (start, length) = (start as usize, length as usize);
//!                 heard = Some(segment.memory.slice(start..start + length));
//!                 segment.connection.end(Ending::Gentle);
//!             }
//!             _ => {}
//!         }
//!     }
//!     transport.queue().release(&batch); // Or nothing more is read, after a while.
//! }
//! let heard = heard.expect("a handshake's payload");
//! assert!(heard.starts_with(&[7; 20]) && heard.ends_with(b"-XX0001-abcdefghijkl"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
pub use failure::Failure;
#[doc(hidden)] // Names as Node has them: for the addon.
pub use failure::system_code;
pub use listen::{Listen, Server};
pub use queue::{Batch, Happening, Kind, Queue, Segment};
pub use runtime::Transport;
