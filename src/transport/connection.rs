//! One connection, as both sides see it: the program, which sends and gives orders, and the task that
//! reads and writes.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::net::TcpStream;

use super::desk::{Adoption, Desk, Ending, MOST_PIECES, Outlet};
use super::failure::Failure;
use super::sync;
use crate::codec::{Decoder, Limits};
use crate::mse::Channel;

/// Bytes of one connection that may wait for the program. Above it the connection is not read.
pub(super) const MOST_DELIVERING: usize = 4 * 1024 * 1024;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    id: AtomicU32,
    /// Which thread serves it.
    thread: AtomicUsize,
    addresses: OnceLock<Addresses>,
    failure: OnceLock<Failure>,
    pub(super) desk: Desk<TcpStream>,
    /// Bytes that wait for the program.
    delivering: sync::AtomicUsize,
    /// Whether it is on the queue's list of those that are not read. Changed under that list's lock.
    pub(super) is_stalled: sync::AtomicBool,
    has_heard: AtomicBool,
}

/// Both ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Addresses {
    /// Ours.
    pub local: SocketAddr,
    /// The peer's.
    pub remote: SocketAddr,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Bytes that wait to be written, these and others.
    pub queued: usize,
}

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            id: AtomicU32::new(0),
            thread: AtomicUsize::new(0),
            addresses: OnceLock::new(),
            failure: OnceLock::new(),
            desk: Desk::new(),
            delivering: sync::AtomicUsize::new(0),
            is_stalled: sync::AtomicBool::new(false),
            has_heard: AtomicBool::new(false),
        }
    }

    /// What the program knows it by: see [`Self::set_id`].
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id.load(Ordering::Relaxed)
    }

    /// Gives it a number. Nothing here looks at it.
    pub fn set_id(&self, id: u32) {
        self.id.store(id, Ordering::Relaxed);
    }

    /// Both ends, once it stands.
    #[must_use]
    pub fn addresses(&self) -> Option<Addresses> {
        self.addresses.get().copied()
    }

    /// Why it has failed, if it has.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.get()
    }

    /// Whether anything has come since this was asked.
    pub fn has_heard(&self) -> bool {
        self.has_heard.swap(false, Ordering::Relaxed)
    }

    /// Sends bytes: at once as far as the system takes them, from where they lie. What it does not take
    /// is copied, and written as soon as that is possible. What cannot be written any more is dropped.
    pub fn send(&self, pieces: &[&[u8]]) -> Sent {
        Sent { queued: self.desk.send(pieces) }
    }

    /// Has the program told once no more than `most` bytes wait to be written.
    pub fn tell_room(&self, most: usize) {
        self.desk.tell_room(most);
    }

    /// Bytes that wait to be written.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.desk.queued()
    }

    /// Changes the bounds on what the peer sends, from the next bytes on that are read.
    pub fn set_limits(&self, limits: Limits) {
        self.desk.order(|orders| orders.limits = Some(limits));
    }

    /// The program has seen the last message, which may have changed what it makes of the next; or the
    /// bytes that it reads itself.
    pub fn go_on(&self) {
        self.desk.order(|orders| orders.goes_on = true);
    }

    /// The program has read the beginning itself: how it goes on, and with which bytes.
    pub fn adopt(&self, decoder: Decoder, channel: Option<Channel>, rest: &[u8]) {
        self.desk.adopt(Adoption { decoder, channel, rest: rest.into() });
    }

    /// Ends it.
    pub fn end(&self, ending: Ending) {
        self.desk.end(ending);
    }

    /// Whether small messages leave at once, or wait for others (Nagle).
    ///
    /// # Errors
    /// What the system says.
    pub fn set_nodelay(&self, is_on: bool) -> io::Result<()> {
        self.desk.socket().map_or(Ok(()), |socket| socket.set_nodelay(is_on))
    }

    // For the task, and those who make it.

    pub(super) fn thread(&self) -> usize {
        self.thread.load(Ordering::Relaxed)
    }

    pub(super) fn set_thread(&self, thread: usize) {
        self.thread.store(thread, Ordering::Relaxed);
    }

    pub(super) fn opened(&self, socket: TcpStream) -> io::Result<()> {
        let addresses = Addresses { local: socket.local_addr()?, remote: socket.peer_addr()? };
        let _ = self.addresses.set(addresses);
        self.desk.open(Arc::new(socket));
        Ok(())
    }

    /// Tells whether it had not failed before.
    pub(super) fn fail(&self, failure: Failure) -> bool {
        self.failure.set(failure).is_ok()
    }

    pub(super) fn heard(&self) {
        self.has_heard.store(true, Ordering::Relaxed);
    }

    pub(super) fn delivering(&self, length: usize) {
        self.delivering.fetch_add(length, Ordering::SeqCst);
    }

    pub(super) fn delivered(&self, length: usize) {
        let before = self.delivering.fetch_sub(length, Ordering::SeqCst);
        if before > MOST_DELIVERING && before - length <= MOST_DELIVERING {
            self.desk.wake();
        }
    }

    /// Whether the program has so much to do with it that no more is read.
    pub(super) fn is_behind(&self) -> bool {
        self.delivering.load(Ordering::SeqCst) > MOST_DELIVERING
    }
}

impl Outlet for TcpStream {
    fn write(&self, pieces: &[&[u8]]) -> io::Result<usize> {
        if let [piece] = pieces {
            return self.try_write(piece);
        }
        let mut slices = [IoSlice::new(&[]); MOST_PIECES];
        let count = pieces.len().min(MOST_PIECES);
        for (slice, piece) in slices.iter_mut().zip(pieces) {
            *slice = IoSlice::new(piece);
        }
        self.try_write_vectored(&slices[..count])
    }
}
