//! One connection, as both sides see it: the program, which sends and gives orders, and the task that
//! reads and writes.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use bytes::{Buf, Bytes, BytesMut};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::failure::Failure;
use super::queue::lock;
use crate::codec::{Decoder, Limits};
use crate::mse::{Channel, Sealing};

/// Bytes of one connection that may wait for the program. Above it the connection is not read.
const MOST_DELIVERING: usize = 4 * 1024 * 1024;

/// Most pieces written in one call.
const MOST_PIECES: usize = 64;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    id: AtomicU32,
    /// Which thread serves it.
    thread: AtomicUsize,
    socket: OnceLock<TcpStream>,
    addresses: OnceLock<Addresses>,
    failure: OnceLock<Failure>,
    desk: Mutex<Desk>,
    wake: Notify,
    /// Bytes that wait for the program.
    delivering: AtomicUsize,
    has_heard: AtomicBool,
}

/// Both ends of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// Ours.
    pub local: SocketAddr,
    /// The peer's.
    pub remote: SocketAddr,
}

/// How a connection is ended by the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was sent goes out first.
    Gentle,
    /// At once.
    Abrupt,
}

/// What is to become of a connection whose first bytes the program has read itself.
#[derive(Debug)]
pub(super) struct Adoption {
    pub(super) decoder: Decoder,
    pub(super) channel: Option<Channel>,
    /// What of the bytes given to the program is still to be read.
    pub(super) rest: BytesMut,
}

/// What lies between the program and the task.
#[derive(Debug, Default)]
struct Desk {
    orders: Orders,
    /// What waits to be written, and how many bytes that and `fresh` are.
    queue: VecDeque<Bytes>,
    queued: usize,
    /// What is to be enciphered before it joins the queue.
    fresh: Vec<BytesMut>,
    is_sealed: bool,
    /// Whether the program waits for the queue to shrink, to so many bytes.
    wanted: Option<usize>,
    error: Option<io::Error>,
}

/// What the program wants done.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) limits: Option<Limits>,
    pub(super) goes_on: bool,
    pub(super) adoption: Option<Box<Adoption>>,
    pub(super) ending: Option<Ending>,
}

/// What came of sending.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Bytes that wait to be written, these and others.
    pub queued: usize,
}

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            id: AtomicU32::new(0),
            thread: AtomicUsize::new(0),
            socket: OnceLock::new(),
            addresses: OnceLock::new(),
            failure: OnceLock::new(),
            desk: Mutex::default(),
            wake: Notify::new(),
            delivering: AtomicUsize::new(0),
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
    /// is copied, and written as soon as that is possible.
    pub fn send(&self, pieces: &[&[u8]]) -> Sent {
        let mut desk = lock(&self.desk);
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if desk.is_sealed {
            desk.fresh.push(join(pieces, 0, length));
            desk.queued += length;
            drop(desk);
            self.wake.notify_one();
            return Sent { queued: lock(&self.desk).queued };
        }
        if desk.error.is_some() {
            return Sent { queued: 0 };
        }
        let written = match self.socket.get() {
            Some(socket) if desk.queue.is_empty() => match write(socket, pieces) {
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                Err(error) => {
                    desk.error = Some(error);
                    drop(desk);
                    self.wake.notify_one();
                    return Sent { queued: 0 };
                }
            },
            _ => 0,
        };
        if written < length {
            let is_first = desk.queue.is_empty();
            desk.queue.push_back(join(pieces, written, length).freeze());
            desk.queued += length - written;
            if is_first {
                self.wake.notify_one();
            }
        }
        Sent { queued: desk.queued }
    }

    /// Has the program told once no more than `most` bytes wait to be written.
    pub fn tell_room(&self, most: usize) {
        lock(&self.desk).wanted = Some(most);
        self.wake.notify_one();
    }

    /// Bytes that wait to be written.
    #[must_use]
    pub fn queued(&self) -> usize {
        lock(&self.desk).queued
    }

    /// Changes the bounds on what the peer sends, from the next bytes on that are read.
    pub fn set_limits(&self, limits: Limits) {
        self.order(|orders| orders.limits = Some(limits));
    }

    /// The program has seen the last message, which may have changed what it makes of the next; or the
    /// bytes that it reads itself.
    pub fn go_on(&self) {
        self.order(|orders| orders.goes_on = true);
    }

    /// The program has read the beginning itself: how it goes on, and with which bytes.
    pub fn adopt(&self, decoder: Decoder, channel: Option<Channel>, rest: &[u8]) {
        let mut desk = lock(&self.desk);
        // From now on what is sent is enciphered.
        let is_encrypted = channel.as_ref().is_some_and(Channel::is_sending_encrypted);
        desk.is_sealed = is_encrypted;
        desk.orders.adoption = Some(Box::new(Adoption { decoder, channel, rest: rest.into() }));
        drop(desk);
        self.wake.notify_one();
    }

    /// Ends it.
    pub fn end(&self, ending: Ending) {
        self.order(|orders| {
            if orders.ending != Some(Ending::Abrupt) {
                orders.ending = Some(ending);
            }
        });
    }

    /// Whether small messages leave at once, or wait for others (Nagle).
    ///
    /// # Errors
    /// What the system says.
    pub fn set_nodelay(&self, is_on: bool) -> io::Result<()> {
        self.socket.get().map_or(Ok(()), |socket| socket.set_nodelay(is_on))
    }

    fn order(&self, give: impl FnOnce(&mut Orders)) {
        give(&mut lock(&self.desk).orders);
        self.wake.notify_one();
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
        let _ = self.socket.set(socket);
        Ok(())
    }

    pub(super) fn socket(&self) -> Option<&TcpStream> {
        self.socket.get()
    }

    pub(super) fn fail(&self, failure: Failure) {
        let _ = self.failure.set(failure);
    }

    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub(super) fn take_orders(&self) -> Orders {
        let mut desk = lock(&self.desk);
        let ending = desk.orders.ending;
        // The end stays ordered.
        std::mem::replace(&mut desk.orders, Orders { ending, ..Orders::default() })
    }

    pub(super) fn ending(&self) -> Option<Ending> {
        lock(&self.desk).orders.ending
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
            self.wake.notify_one();
        }
    }

    /// Whether the program has so much to do with it that no more is read.
    pub(super) fn is_behind(&self) -> bool {
        self.delivering.load(Ordering::SeqCst) > MOST_DELIVERING
    }

    /// Why nothing can be written any more, if so. Told once.
    pub(super) fn take_error(&self) -> Option<io::Error> {
        lock(&self.desk).error.take()
    }

    /// Whether there is anything to write.
    pub(super) fn has_queue(&self) -> bool {
        lock(&self.desk).queued > 0
    }

    /// Whether the program waits to be told that there is room, which there is. Told once.
    pub(super) fn has_room(&self) -> bool {
        let mut desk = lock(&self.desk);
        let has_room = desk.wanted.is_some_and(|most| desk.queued <= most);
        if has_room {
            desk.wanted = None;
        }
        has_room
    }

    /// Writes what waits, as far as the system takes it. What is to be enciphered is, before.
    pub(super) fn write_queue(&self, sealing: Option<&mut Sealing>) -> io::Result<()> {
        if let Some(sealing) = sealing {
            // Not under the lock, which the program may wait for. Nobody else takes from it.
            let mut fresh = std::mem::take(&mut lock(&self.desk).fresh);
            for bytes in &mut fresh {
                sealing.seal_in_place(bytes);
            }
            lock(&self.desk).queue.extend(fresh.into_iter().map(BytesMut::freeze));
        }
        let Some(socket) = self.socket.get() else { return Ok(()) };
        let mut desk = lock(&self.desk);
        while !desk.queue.is_empty() {
            let pieces: Vec<&[u8]> = desk.queue.iter().take(MOST_PIECES).map(|b| &b[..]).collect();
            let asked: usize = pieces.iter().map(|piece| piece.len()).sum();
            let written = match write(socket, &pieces) {
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    desk.queue.clear();
                    desk.fresh.clear();
                    desk.queued = 0;
                    return Err(error);
                }
            };
            desk.queued -= written;
            let mut left = written;
            while left > 0
                && let Some(first) = desk.queue.front_mut()
            {
                let length = first.len().min(left);
                first.advance(length);
                left -= length;
                if first.is_empty() {
                    desk.queue.pop_front();
                }
            }
            if written < asked {
                break;
            }
        }
        Ok(())
    }
}

/// Writes pieces in one call. Never waits.
fn write(socket: &TcpStream, pieces: &[&[u8]]) -> io::Result<usize> {
    if let [piece] = pieces {
        return socket.try_write(piece);
    }
    let mut slices = [IoSlice::new(&[]); MOST_PIECES];
    let count = pieces.len().min(MOST_PIECES);
    for (slice, piece) in slices.iter_mut().zip(pieces) {
        *slice = IoSlice::new(piece);
    }
    socket.try_write_vectored(&slices[..count])
}

/// The bytes of `pieces` from the one at `from` on, in one piece.
fn join(pieces: &[&[u8]], from: usize, length: usize) -> BytesMut {
    let mut joined = BytesMut::with_capacity(length - from);
    let mut skip = from;
    for piece in pieces {
        let skipped = skip.min(piece.len());
        skip -= skipped;
        joined.extend_from_slice(&piece[skipped..]);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_pieces_is_joined_wherever_the_system_stopped() {
        let pieces: [&[u8]; 4] = [b"one", b"", b"two", b"three"];
        let whole = b"onetwothree";
        for from in 0..=whole.len() {
            assert_eq!(join(&pieces, from, whole.len())[..], whole[from..]);
        }
    }

    #[test]
    fn what_is_sent_before_it_stands_waits() {
        let connection = Connection::new();
        assert_eq!(connection.send(&[b"one", b"two"]).queued, 6);
        assert_eq!(connection.send(&[b"three"]).queued, 11);
        assert!(connection.has_queue());
        connection.tell_room(10);
        assert!(!connection.has_room());
        connection.tell_room(11);
        assert!(connection.has_room());
        assert!(!connection.has_room(), "told twice");
    }

    #[test]
    fn an_abrupt_end_stays_abrupt() {
        let connection = Connection::new();
        connection.end(Ending::Gentle);
        assert_eq!(connection.take_orders().ending, Some(Ending::Gentle));
        connection.end(Ending::Abrupt);
        connection.end(Ending::Gentle);
        assert_eq!(connection.ending(), Some(Ending::Abrupt));
    }
}
