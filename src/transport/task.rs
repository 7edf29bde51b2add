//! The task of one connection, on the thread it is served by.

use std::future::poll_fn;
use std::io;
use std::net::Shutdown;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;

use super::connection::Connection;
use super::desk::Ending;
use super::failure::Failure;
use super::farewell::linger;
use super::queue::{Happening, Queue};
use super::receiving::{Came, Receiving, Workspace};
use super::sync::{Mutex, lock};
use crate::codec::Decoder;
use crate::mse::Sealing;
use crate::wire::PeerError;

/// What the tasks of one thread share.
pub(super) struct Hub {
    pub(super) queue: Arc<Queue>,
    /// Of one thread: nobody waits for it. Not even who is woken, which may be under this lock.
    pub(super) work: Mutex<Workspace>,
    /// How many connections there are.
    served: AtomicUsize,
}

impl Hub {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self { queue, work: Mutex::default(), served: AtomicUsize::new(0) }
    }

    /// The thread has nothing to do: all that is ready has been read. One wake for everything.
    pub(super) fn rest(&self) {
        self.queue.signal();
        let pause = lock(&self.work).moderation.pause();
        if let Some(pause) = pause {
            std::thread::sleep(pause);
        }
        lock(&self.work).moderation.parks(Instant::now());
    }
}

/// Serves a connection that stands, until the program ends it.
///
/// Without a decoder, the program reads for itself until it has the connection adopted.
pub(super) fn serve(
    connection: Arc<Connection>,
    hub: Arc<Hub>,
    decoder: Option<Decoder>,
) -> impl Future<Output = ()> {
    // Before it is first run, which it may never be.
    let mut served = Task::new(connection, hub, decoder);
    async move {
        // Where it is: moved, it would take its room twice.
        let Some(task) = &mut served else { return };
        task.run().await;
        let is_gentle = task.connection.desk.ending() == Some(Ending::Gentle);
        // A peer that broke the protocol is still there; one that the system has failed on is not.
        let failure = task.connection.failure();
        if is_gentle && failure.is_none_or(|failure| matches!(failure, Failure::Peer(_))) {
            // Boxed: most connections are far from their end, and need not have the room.
            let Task { connection, socket, sealing, has_ended, .. } = task;
            Box::pin(linger(socket, connection, sealing.as_deref_mut(), *has_ended)).await;
        }
        let (connection, hub) = (Arc::clone(&task.connection), Arc::clone(&task.hub));
        drop(served.take());
        hub.queue.push(Happening::Closed(connection));
    }
}

/// What serves a connection. The socket is closed when it is dropped, whoever holds the connection.
struct Task {
    receiving: Receiving,
    /// Boxed, as all that few connections have: most are in the clear.
    sealing: Option<Box<Sealing>>,
    /// Whether nothing is read any more: the peer has ended, or failed.
    is_deaf: bool,
    /// Whether that is because the peer has ended. One that broke the protocol may go on.
    has_ended: bool,
    /// Why nothing can be written any more.
    broken: Option<io::Error>,
    connection: Arc<Connection>,
    socket: Arc<TcpStream>,
    hub: Arc<Hub>,
}

impl Drop for Task {
    fn drop(&mut self) {
        let _ = socket2::SockRef::from(&*self.socket).shutdown(Shutdown::Both);
        self.connection.desk.close();
        // The last connection gives the memory back.
        if self.hub.served.fetch_sub(1, Ordering::Relaxed) == 1 {
            lock(&self.hub.work).slabs.clear();
        }
    }
}

impl Task {
    fn new(connection: Arc<Connection>, hub: Arc<Hub>, decoder: Option<Decoder>) -> Option<Self> {
        let socket = connection.desk.socket()?;
        hub.served.fetch_add(1, Ordering::Relaxed);
        Some(Self {
            receiving: Receiving::new(decoder),
            sealing: None,
            is_deaf: false,
            has_ended: false,
            broken: None,
            connection,
            socket,
            hub,
        })
    }

    async fn run(&mut self) {
        let mut ready = Ready::EMPTY;
        loop {
            // Before anything is read: it may be about that.
            self.obey();
            if let Some(error) = self.broken.take() {
                // The system may know of more that came before than the runtime has been told yet.
                tokio::task::yield_now().await;
                self.cannot_write(error);
            }
            if self.connection.desk.ending().is_some() {
                return;
            }
            let is_more = ready.is_readable() && self.is_reading() && self.read();
            match self.wait(is_more).await {
                Ok(waited) => ready = waited,
                Err(error) => {
                    ready = Ready::EMPTY;
                    self.fail(Failure::of_connection(error));
                }
            }
        }
    }

    /// Waits until there is something to do. If there was all the time, the others come first.
    async fn wait(&self, is_more: bool) -> io::Result<Ready> {
        let mut something = pin!(self.something());
        let mut has_waited = false;
        let ready = poll_fn(|context| {
            let polled = something.as_mut().poll(context);
            has_waited |= polled.is_pending();
            polled
        })
        .await;
        if !has_waited {
            // Who sends without a pause keeps the thread from its rest. Who is read soon has brought
            // what is worth a wake.
            if !is_more {
                self.hub.queue.signal();
            }
            tokio::task::yield_now().await;
        }
        ready
    }

    /// What the socket is ready for. Nothing, if there are orders.
    async fn something(&self) -> io::Result<Ready> {
        let Some(interest) = self.interest() else {
            self.connection.desk.woken().await;
            return Ok(Ready::EMPTY);
        };
        tokio::select! {
            biased;
            // First: a program that gives orders without a pause would keep it from being read.
            ready = self.socket.ready(interest) => ready,
            () = self.connection.desk.woken() => Ok(Ready::EMPTY),
        }
    }

    /// What the socket is waited for, if anything.
    fn interest(&self) -> Option<Interest> {
        match (self.is_reading(), self.connection.desk.has_queue()) {
            (true, true) => Some(Interest::READABLE | Interest::WRITABLE),
            (true, false) => Some(Interest::READABLE),
            (false, true) => Some(Interest::WRITABLE),
            (false, false) => None,
        }
    }

    fn is_reading(&self) -> bool {
        !self.is_deaf
            && !self.receiving.is_paused()
            && !self.connection.is_behind()
            && !self.hub.queue.is_full(&self.connection)
    }

    /// Does what the program has ordered.
    fn obey(&mut self) {
        let orders = self.connection.desk.take_orders();
        if let Some(mut adoption) = orders.adoption {
            let halves = adoption.channel.take().map(crate::mse::Channel::split);
            let (sealing, opening) = halves.unzip();
            self.sealing = sealing.filter(Sealing::is_encrypted).map(Box::new);
            self.receiving.adopt(*adoption, opening);
            self.go_on();
        }
        if let (Some(limits), Some(decoder)) = (orders.limits, self.receiving.decoder()) {
            decoder.set_limits(limits);
        }
        if orders.goes_on && self.receiving.is_paused() {
            self.go_on();
        }
        self.write();
    }

    fn go_on(&mut self) {
        let mut work = lock(&self.hub.work);
        let gone_on = self.receiving.go_on(&self.connection, &self.hub.queue, &mut work);
        drop(work);
        if let Err(error) = gone_on {
            self.fail(error.into());
        }
    }

    /// Reads once, and tells whether there may be more.
    fn read(&mut self) -> bool {
        match self.receive() {
            Ok(Ok(Came::More)) => return true,
            Ok(Ok(Came::All)) => is_drained(&self.socket),
            Ok(Ok(Came::End)) => self.end(),
            Ok(Err(error)) => self.fail(error.into()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => self.fail(Failure::of_connection(error)),
        }
        false
    }

    fn receive(&mut self) -> io::Result<Result<Came, PeerError>> {
        let mut work = lock(&self.hub.work);
        self.receiving.read(&self.socket, &self.connection, &self.hub.queue, &mut work)
    }

    fn write(&mut self) {
        if let Err(error) = self.connection.desk.write_queue(self.sealing.as_deref_mut()) {
            self.broken = Some(error);
        }
        if self.connection.desk.has_room() {
            self.hub.queue.push(Happening::Room(Arc::clone(&self.connection)));
        }
    }

    /// The peer is gone. What it sent before is read first, as far as that is possible.
    fn cannot_write(&mut self, error: io::Error) {
        while !self.is_deaf && !self.receiving.is_paused() {
            match self.receive() {
                Ok(Ok(Came::More | Came::All)) => {}
                Ok(Err(error)) => return self.fail(error.into()),
                _ => break,
            }
        }
        self.fail(Failure::of_connection(error));
    }

    fn end(&mut self) {
        // The system tells of a reset once. Whoever sends may have heard of it: then this is no end.
        if let Some(error) = self.connection.desk.take_error() {
            return self.fail(Failure::of_connection(error));
        }
        if !self.is_deaf {
            self.is_deaf = true;
            self.has_ended = true;
            self.hub.queue.push(Happening::Ended(Arc::clone(&self.connection)));
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.is_deaf = true;
        if self.connection.fail(failure) {
            self.hub.queue.push(Happening::Failed(Arc::clone(&self.connection)));
        }
    }
}

/// A read that did not fill its room has taken all there was: the next one would say so, at the price of
/// a call. Of the systems where that is so.
fn is_drained(socket: &TcpStream) {
    if cfg!(any(target_os = "linux", target_os = "android", target_os = "macos")) {
        let _ = socket.try_io(Interest::READABLE, || {
            Err::<(), _>(io::Error::from(io::ErrorKind::WouldBlock))
        });
    }
}

#[cfg(all(test, not(feature = "loom")))]
mod tests;
