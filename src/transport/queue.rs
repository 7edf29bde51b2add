//! What has happened on the connections, on its way to the program: one queue for all of them, one wake
//! for all that is in it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use super::connection::Connection;
use super::sync::{AtomicBool, AtomicUsize, Mutex, lock};

/// Bytes that may wait for a program that does not come, of all connections. Above it none is read.
pub(super) const MOST_WAITING: usize = 16 * 1024 * 1024;

/// Bytes that are worth a wake of their own. Less waits until the thread has nothing else to do, which
/// it soon has; a wake costs as much as reading some 10 KiB, and takes the core from who reads.
const WORTH_A_WAKE: usize = 2 * 1024 * 1024;

/// What has happened on a connection, or a server. The order of one connection's is kept.
#[derive(Debug)]
pub enum Happening {
    /// The connection stands.
    Opened(Arc<Connection>),
    /// Bytes were read, decoded where the connection is.
    Read(Segment),
    /// The peer has ended its side. It sends nothing more.
    Ended(Arc<Connection>),
    /// The connection is of no more use: see [`Connection::failure`].
    Failed(Arc<Connection>),
    /// So much of what was sent has left that there is room for more.
    Room(Arc<Connection>),
    /// The socket is closed. Nothing more will happen.
    Closed(Arc<Connection>),
    /// A server listens.
    Listening(u32),
    /// A server cannot listen, or not any more.
    NotListening(u32, std::io::Error),
    /// A server listens no more, as it was told to. Its port is free.
    Stopped(u32),
    /// A peer has connected to a server.
    Accepted(u32, Arc<Connection>),
}

/// Some of what a peer has sent.
#[derive(Debug)]
pub struct Segment {
    /// Who has.
    pub connection: Arc<Connection>,
    /// The records of the messages, see [`crate::codec::records`]: where they lie among those of the
    /// batch.
    pub records: std::ops::Range<usize>,
    /// The bytes that the records' payloads lie in, or those that were not decoded.
    pub memory: Bytes,
    /// What it is, and what the connection does meanwhile.
    pub kind: Kind,
}

/// What a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages. The connection goes on.
    Messages,
    /// Messages, the last of which may change how the next are judged. The connection waits for
    /// [`Connection::go_on`].
    Teaching,
    /// Bytes as they came, of a connection whose beginning the program reads itself. It waits for
    /// [`Connection::go_on`], or [`Connection::adopt`].
    Raw,
}

/// What has happened since the last time.
#[derive(Debug, Default)]
pub struct Batch {
    /// In the order it happened.
    pub happenings: Vec<Happening>,
    /// The records of all segments.
    pub records: Vec<u32>,
    weight: usize,
}

/// The queue of one program.
pub struct Queue {
    waiting: Mutex<Batch>,
    /// Whether the program was woken and has not come yet.
    is_signalled: AtomicBool,
    /// Whether there is something that it was not woken for.
    is_quiet: AtomicBool,
    weight: AtomicUsize,
    /// Those that are not read because too much waits.
    stalled: Mutex<Vec<Arc<Connection>>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Queue {
    /// A queue that calls `wake`, from any thread, when there is something in it.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            waiting: Mutex::default(),
            is_signalled: AtomicBool::new(false),
            is_quiet: AtomicBool::new(false),
            weight: AtomicUsize::new(0),
            stalled: Mutex::default(),
            wake: Box::new(wake),
        }
    }

    /// Takes all that has happened. What happens from now on brings another wake.
    #[must_use]
    pub fn take(&self) -> Batch {
        // Before looking: what comes afterwards must not go unheard.
        self.is_signalled.store(false, Ordering::SeqCst);
        std::mem::take(&mut *lock(&self.waiting))
    }

    /// What was taken has been dealt with: those may be read again that wait for it.
    pub fn release(&self, batch: &Batch) {
        for happening in &batch.happenings {
            if let Happening::Read(segment) = happening {
                segment.connection.delivered(segment.memory.len());
            }
        }
        if batch.weight == 0 {
            return;
        }
        let before = self.weight.fetch_sub(batch.weight, Ordering::SeqCst);
        if before > MOST_WAITING {
            for connection in lock(&self.stalled).drain(..) {
                connection.is_stalled.store(false, Ordering::Relaxed);
                connection.desk.wake();
            }
        }
    }

    /// Forgets everything. Nobody comes for it any more.
    pub(super) fn clear(&self) {
        drop(self.take());
        lock(&self.stalled).clear();
    }

    /// Whether too much waits to read any more. If so, the connection is woken when that changes.
    pub(super) fn is_full(&self, connection: &Arc<Connection>) -> bool {
        if self.weight.load(Ordering::SeqCst) <= MOST_WAITING {
            return false;
        }
        let mut stalled = lock(&self.stalled);
        // Once, however often it asks.
        if !connection.is_stalled.swap(true, Ordering::Relaxed) {
            stalled.push(Arc::clone(connection));
        }
        // It may have changed before the connection was on the list. Then nobody need wake it.
        if self.weight.load(Ordering::SeqCst) > MOST_WAITING {
            return true;
        }
        if connection.is_stalled.swap(false, Ordering::Relaxed) {
            stalled.retain(|other| !Arc::ptr_eq(other, connection));
        }
        false
    }

    pub(super) fn push(&self, happening: Happening) {
        lock(&self.waiting).happenings.push(happening);
        self.is_quiet.store(true, Ordering::SeqCst);
    }

    pub(super) fn push_segment(
        &self,
        connection: &Arc<Connection>,
        words: &[u32],
        memory: Bytes,
        kind: Kind,
    ) {
        let length = memory.len();
        connection.delivering(length);
        let mut batch = lock(&self.waiting);
        let start = batch.records.len();
        batch.records.extend_from_slice(words);
        let records = start..batch.records.len();
        let connection = Arc::clone(connection);
        batch.happenings.push(Happening::Read(Segment { connection, records, memory, kind }));
        // Records take memory too, and many short segments more than what they bring.
        let weight = length + size_of_val(words) + size_of::<Happening>();
        batch.weight += weight;
        let waiting = batch.weight;
        // Before anybody can take it: what was never added must not be taken off.
        self.weight.fetch_add(weight, Ordering::SeqCst);
        drop(batch);
        self.is_quiet.store(true, Ordering::SeqCst);
        if waiting >= WORTH_A_WAKE {
            self.signal();
        }
    }

    /// Wakes the program, if there is anything that it does not know of.
    pub(super) fn signal(&self) {
        if self.is_quiet.swap(false, Ordering::SeqCst)
            && !self.is_signalled.swap(true, Ordering::SeqCst)
        {
            (self.wake)();
        }
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Queue")
    }
}

#[cfg(all(test, not(feature = "loom")))]
mod tests {
    use super::*;

    #[test]
    fn short_segments_fill_it_by_the_memory_they_take() {
        let (queue, connection) = (Queue::new(|| {}), Arc::new(Connection::new()));
        let mut count = 0;
        while !queue.is_full(&connection) {
            let memory = Bytes::from_static(&[0; 4]);
            queue.push_segment(
                &connection,
                &[crate::codec::records::KEEP_ALIVE],
                memory,
                Kind::Messages,
            );
            count += 1;
        }
        assert!(count * size_of::<Happening>() <= MOST_WAITING, "{count}");
        queue.release(&queue.take());
        assert!(!queue.is_full(&connection));
    }
}
