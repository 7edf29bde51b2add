//! The threads that connections are served by. Each has a runtime of its own: a connection stays on one
//! of them, which has the memory it is read into, and nothing is shared but the queue.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::runtime::{Builder, EnterGuard, Handle};
use tokio::sync::Notify;

use super::connection::Connection;
use super::dial::{Dial, dial};
use super::listen::{Listen, Server, listen};
use super::queue::Queue;
use super::sync::lock;
use super::task::{Hub, serve};
use crate::codec::{Decoder, Limits};

/// Everything that has sockets, of one program.
pub struct Transport {
    threads: Arc<Threads>,
    queue: Arc<Queue>,
    running: Running,
}

/// The threads that run, until this is dropped.
#[derive(Default)]
struct Running(Vec<(Arc<Notify>, JoinHandle<()>)>);

impl Drop for Running {
    fn drop(&mut self) {
        for (stop, _) in &self.0 {
            stop.notify_one();
        }
        for (_, thread) in self.0.drain(..) {
            let _ = thread.join();
        }
    }
}

pub(super) struct Threads {
    threads: Vec<(Handle, Arc<Hub>)>,
    next: AtomicUsize,
}

impl Threads {
    /// Whose turn it is.
    pub(super) fn next(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len()
    }

    pub(super) fn is_alone(&self) -> bool {
        self.threads.len() == 1
    }

    pub(super) fn enter(&self, thread: usize) -> EnterGuard<'_> {
        self.threads[thread].0.enter()
    }
}

impl Transport {
    /// Starts `threads` threads, at least one, that tell what happens to `queue`.
    ///
    /// # Errors
    /// When the system has no more threads or file descriptors.
    pub fn start(threads: usize, queue: Queue) -> io::Result<Self> {
        let queue = Arc::new(queue);
        let mut handles = Vec::new();
        let mut running = Running::default();
        for _ in 0..threads.max(1) {
            let hub = Arc::new(Hub::new(Arc::clone(&queue)));
            let (parked, woken) = (Arc::clone(&hub), Arc::clone(&hub));
            let runtime = Builder::new_current_thread()
                .enable_all()
                .on_thread_park(move || parked.rest())
                .on_thread_unpark(move || lock(&woken.work).moderation.wakes(Instant::now()))
                .build()?;
            handles.push((runtime.handle().clone(), hub));
            let stop = Arc::new(Notify::new());
            let stopped = Arc::clone(&stop);
            let name = String::from("peer-wire-protocol");
            let thread = std::thread::Builder::new().name(name).spawn(move || {
                runtime.block_on(stopped.notified());
                // Not waiting for a name that is being looked up.
                runtime.shutdown_background();
            })?;
            running.0.push((stop, thread));
        }
        let threads = Arc::new(Threads { threads: handles, next: AtomicUsize::new(0) });
        Ok(Self { threads, queue, running })
    }

    /// What happens is taken from here.
    #[must_use]
    pub fn queue(&self) -> &Arc<Queue> {
        &self.queue
    }

    /// Begins a connection.
    #[must_use]
    pub fn connect(&self, what: Dial) -> Arc<Connection> {
        let connection = Arc::new(Connection::new());
        let thread = self.threads.next();
        connection.set_thread(thread);
        let (handle, hub) = &self.threads.threads[thread];
        handle.spawn(dial(Arc::clone(&connection), Arc::clone(hub), what));
        connection
    }

    /// Has a connection served that a server has accepted. Without limits the program reads for itself,
    /// until it has the connection adopted.
    pub fn serve(&self, connection: &Arc<Connection>, limits: Option<Limits>) {
        let (handle, hub) = &self.threads.threads[connection.thread()];
        handle.spawn(serve(Arc::clone(connection), Arc::clone(hub), limits.map(Decoder::new)));
    }

    /// Begins to listen.
    #[must_use]
    pub fn listen(&self, what: Listen) -> Arc<Server> {
        let server = Arc::new(Server::default());
        let (handle, _) = &self.threads.threads[0];
        handle.spawn(listen(
            Arc::clone(&server),
            what,
            Arc::clone(&self.queue),
            Arc::clone(&self.threads),
        ));
        server
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transport")
    }
}

impl Drop for Transport {
    /// Closes everything. When it returns, no thread is left that could say anything.
    fn drop(&mut self) {
        drop(std::mem::take(&mut self.running));
        // What has not been taken holds connections, which hold the runtimes, which hold the queue.
        self.queue.clear();
        for (_, hub) in &self.threads.threads {
            lock(&hub.work).slabs.clear();
        }
    }
}
