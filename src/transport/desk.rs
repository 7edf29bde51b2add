//! What lies between the program and the task of a connection: orders, and bytes to be written.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};

use super::sync::{Mutex, Notify, lock};
use crate::codec::{Decoder, Limits};
use crate::mse::{Channel, Sealing};

/// Most pieces written in one call.
pub(super) const MOST_PIECES: usize = 64;

/// How a connection is ended by the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// What was sent goes out first, if the connection stands.
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

/// What the program wants done.
#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) limits: Option<Limits>,
    pub(super) goes_on: bool,
    pub(super) adoption: Option<Box<Adoption>>,
    pub(super) ending: Option<Ending>,
}

/// What bytes are written to.
pub(super) trait Outlet {
    /// Writes pieces, [`MOST_PIECES`] at most, in one call. Never waits.
    fn write(&self, pieces: &[&[u8]]) -> io::Result<usize>;
}

/// The desk of one connection, with what its bytes are written to.
#[derive(Debug)]
pub(super) struct Desk<S> {
    papers: Mutex<Papers<S>>,
    wake: Notify,
}

#[derive(Debug)]
struct Papers<S> {
    orders: Orders,
    /// None before the connection stands, and after.
    socket: Option<Arc<S>>,
    /// Whether nothing is sent any more: what is given to be sent is dropped.
    is_shut: bool,
    /// What waits to be written, and how many bytes that and `fresh` are. No piece of it is empty.
    queue: VecDeque<Bytes>,
    queued: usize,
    /// What is to be enciphered before it joins the queue.
    fresh: Vec<BytesMut>,
    is_sealed: bool,
    /// Whether the program waits for the queue to shrink, to so many bytes.
    wanted: Option<usize>,
    error: Option<io::Error>,
}

impl<S> Papers<S> {
    fn shut(&mut self) {
        self.is_shut = true;
        self.queue = VecDeque::new();
        self.fresh = Vec::new();
        self.queued = 0;
    }
}

impl<S: Outlet> Desk<S> {
    pub(super) fn new() -> Self {
        let papers = Papers {
            orders: Orders::default(),
            socket: None,
            is_shut: false,
            queue: VecDeque::new(),
            queued: 0,
            fresh: Vec::new(),
            is_sealed: false,
            wanted: None,
            error: None,
        };
        Self { papers: Mutex::new(papers), wake: Notify::new() }
    }

    // For the program.

    /// Sends bytes, and tells how many wait.
    pub(super) fn send(&self, pieces: &[&[u8]]) -> usize {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        let mut papers = lock(&self.papers);
        if papers.is_shut || length == 0 {
            return papers.queued;
        }
        // Whoever finds something there need not wake the task: it has been woken for that, or waits for
        // the socket.
        let is_first = papers.queue.is_empty() && papers.fresh.is_empty();
        if papers.is_sealed {
            papers.fresh.push(join(pieces, 0, length));
            papers.queued += length;
        } else {
            let written = match &papers.socket {
                Some(socket) if is_first => match socket.write(pieces) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
                    written => written,
                },
                _ => Ok(0),
            };
            match written {
                Ok(written) if written == length => return papers.queued,
                Ok(written) => {
                    papers.queue.push_back(join(pieces, written, length).freeze());
                    papers.queued += length - written;
                }
                Err(error) => {
                    papers.error = Some(error);
                    papers.shut();
                }
            }
        }
        let queued = papers.queued;
        drop(papers);
        if is_first {
            self.wake();
        }
        queued
    }

    pub(super) fn tell_room(&self, most: usize) {
        lock(&self.papers).wanted = Some(most);
        self.wake();
    }

    pub(super) fn queued(&self) -> usize {
        lock(&self.papers).queued
    }

    pub(super) fn order(&self, give: impl FnOnce(&mut Orders)) {
        give(&mut lock(&self.papers).orders);
        self.wake();
    }

    pub(super) fn end(&self, ending: Ending) {
        self.order(|orders| {
            if orders.ending != Some(Ending::Abrupt) {
                orders.ending = Some(ending);
            }
        });
    }

    pub(super) fn adopt(&self, adoption: Adoption) {
        let mut papers = lock(&self.papers);
        // From now on what is sent is enciphered.
        papers.is_sealed = adoption.channel.as_ref().is_some_and(Channel::is_sending_encrypted);
        // The decoder has its own. Those were of none.
        papers.orders.limits = None;
        papers.orders.adoption = Some(Box::new(adoption));
        drop(papers);
        self.wake();
    }

    pub(super) fn socket(&self) -> Option<Arc<S>> {
        lock(&self.papers).socket.clone()
    }

    // For the task, and those who make it.

    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }

    pub(super) fn open(&self, socket: Arc<S>) {
        lock(&self.papers).socket = Some(socket);
    }

    /// Lets go of the socket and of all that was to be written.
    pub(super) fn close(&self) {
        let mut papers = lock(&self.papers);
        papers.shut();
        let socket = papers.socket.take();
        drop(papers);
        drop(socket);
    }

    pub(super) fn take_orders(&self) -> Orders {
        let mut papers = lock(&self.papers);
        let ending = papers.orders.ending;
        // The end stays ordered.
        std::mem::replace(&mut papers.orders, Orders { ending, ..Orders::default() })
    }

    pub(super) fn ending(&self) -> Option<Ending> {
        lock(&self.papers).orders.ending
    }

    /// Why nothing can be written any more, if whoever sent has heard of that. Told once.
    pub(super) fn take_error(&self) -> Option<io::Error> {
        lock(&self.papers).error.take()
    }

    /// Whether there is anything to write.
    pub(super) fn has_queue(&self) -> bool {
        lock(&self.papers).queued > 0
    }

    /// Whether the program waits to be told that there is room, which there is. Told once.
    pub(super) fn has_room(&self) -> bool {
        let mut papers = lock(&self.papers);
        let has_room = papers.wanted.is_some_and(|most| papers.queued <= most);
        if has_room {
            papers.wanted = None;
        }
        has_room
    }

    /// Writes what waits, as far as the system takes it. What is to be enciphered is, before.
    ///
    /// # Errors
    /// Why nothing can be written any more, to this or to whoever sent. Told once.
    pub(super) fn write_queue(&self, sealing: Option<&mut Sealing>) -> io::Result<()> {
        if let Some(sealing) = sealing {
            // Not under the lock, which the program may wait for. Nobody else takes from it.
            let mut fresh = std::mem::take(&mut lock(&self.papers).fresh);
            for bytes in &mut fresh {
                sealing.seal_in_place(bytes);
            }
            lock(&self.papers).queue.extend(fresh.into_iter().map(BytesMut::freeze));
        }
        let mut papers = lock(&self.papers);
        if let Some(error) = papers.error.take() {
            return Err(error);
        }
        while !papers.queue.is_empty() {
            let Some(socket) = &papers.socket else { break };
            let pieces: Vec<&[u8]> =
                papers.queue.iter().take(MOST_PIECES).map(|bytes| &bytes[..]).collect();
            let asked: usize = pieces.iter().map(|piece| piece.len()).sum();
            let written = match socket.write(&pieces) {
                Ok(written) => written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => {
                    papers.shut();
                    return Err(error);
                }
            };
            papers.take_off(written);
            if written < asked {
                break;
            }
        }
        Ok(())
    }
}

impl<S> Papers<S> {
    /// So much of the queue is written.
    fn take_off(&mut self, written: usize) {
        self.queued -= written;
        let mut left = written;
        while left > 0
            && let Some(first) = self.queue.front_mut()
        {
            let length = first.len().min(left);
            first.advance(length);
            left -= length;
            if first.is_empty() {
                self.queue.pop_front();
            }
        }
    }
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

#[cfg(all(test, not(feature = "loom")))]
mod tests {
    use super::*;

    /// Takes nothing: it never stands.
    struct Nothing;

    impl Outlet for Nothing {
        fn write(&self, _: &[&[u8]]) -> io::Result<usize> {
            unreachable!()
        }
    }

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
        let desk = Desk::<Nothing>::new();
        assert_eq!(desk.send(&[b"one", b"two"]), 6);
        assert_eq!(desk.send(&[b"three"]), 11);
        assert!(desk.has_queue());
        desk.tell_room(10);
        assert!(!desk.has_room());
        desk.tell_room(11);
        assert!(desk.has_room());
        assert!(!desk.has_room(), "told twice");
    }

    #[test]
    fn an_abrupt_end_stays_abrupt() {
        let desk = Desk::<Nothing>::new();
        desk.end(Ending::Gentle);
        assert_eq!(desk.take_orders().ending, Some(Ending::Gentle));
        desk.end(Ending::Abrupt);
        desk.end(Ending::Gentle);
        assert_eq!(desk.ending(), Some(Ending::Abrupt));
    }
}
