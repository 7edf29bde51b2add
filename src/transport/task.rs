//! The task of one connection, on the thread it is served by.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::Interest;
use tokio::net::TcpStream;

use super::connection::{Connection, Ending};
use super::failure::Failure;
use super::queue::{Happening, Queue, lock};
use super::receiving::{Came, Receiving, Workspace};
use crate::codec::Decoder;
use crate::mse::Sealing;

/// How long a connection that was ended may take to send what waits, and to hear that the peer has it.
const LINGER: Duration = Duration::from_secs(5);

/// What the tasks of one thread share.
pub(super) struct Hub {
    pub(super) queue: Arc<Queue>,
    /// Of one thread: nobody waits for it.
    pub(super) work: Mutex<Workspace>,
}

impl Hub {
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
pub(super) async fn serve(connection: Arc<Connection>, hub: Arc<Hub>, decoder: Option<Decoder>) {
    let mut task = Task {
        receiving: Receiving::new(decoder),
        sealing: None,
        is_deaf: false,
        connection: &connection,
        hub: &hub,
    };
    let Some(socket) = connection.socket() else { return };
    lock(&hub.work).enter();
    task.run(socket).await;
    if connection.ending() == Some(Ending::Gentle) && connection.failure().is_none() {
        // Boxed: most connections are far from their end, and need not have the room.
        Box::pin(linger(socket, &connection, task.sealing.as_deref_mut(), task.is_deaf)).await;
    }
    let _ = socket2::SockRef::from(socket).shutdown(std::net::Shutdown::Both);
    lock(&hub.work).leave();
    hub.queue.push(Happening::Closed(Arc::clone(&connection)));
}

struct Task<'a> {
    receiving: Receiving,
    /// Boxed, as all that few connections have: most are in the clear.
    sealing: Option<Box<Sealing>>,
    /// Whether nothing is read any more: the peer has ended, or failed.
    is_deaf: bool,
    connection: &'a Arc<Connection>,
    hub: &'a Arc<Hub>,
}

impl Task<'_> {
    async fn run(&mut self, socket: &TcpStream) {
        loop {
            self.obey();
            if self.connection.ending().is_some() {
                return;
            }
            let Some(interest) = self.interest() else {
                self.connection.woken().await;
                continue;
            };
            let ready = tokio::select! {
                biased;
                () = self.connection.woken() => continue,
                ready = socket.ready(interest) => ready,
            };
            match ready {
                Ok(ready) => {
                    if ready.is_writable() {
                        self.write();
                    }
                    if ready.is_readable() && self.is_reading() && self.read(socket) {
                        // There is more. The others first.
                        tokio::task::yield_now().await;
                    }
                }
                Err(error) => self.fail(Failure::of_connection(error)),
            }
        }
    }

    /// What the socket is waited for, if anything.
    fn interest(&self) -> Option<Interest> {
        match (self.is_reading(), self.connection.has_queue()) {
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
            && !self.hub.queue.is_full(self.connection)
    }

    /// Does what the program has ordered.
    fn obey(&mut self) {
        let orders = self.connection.take_orders();
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
        let gone_on = self.receiving.go_on(self.connection, &self.hub.queue, &mut work);
        drop(work);
        if let Err(error) = gone_on {
            self.fail(error.into());
        }
    }

    /// Reads once, and tells whether there may be more.
    fn read(&mut self, socket: &TcpStream) -> bool {
        let mut work = lock(&self.hub.work);
        let came = self.receiving.read(socket, self.connection, &self.hub.queue, &mut work);
        drop(work);
        match came {
            Ok(Ok(Came::More)) => return true,
            Ok(Ok(Came::All)) => is_drained(socket),
            Ok(Ok(Came::End)) => self.end(),
            Ok(Err(error)) => self.fail(error.into()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => self.fail(Failure::of_connection(error)),
        }
        false
    }

    fn write(&mut self) {
        if let Err(error) = self.connection.write_queue(self.sealing.as_deref_mut()) {
            self.cannot_write(error);
        } else if let Some(error) = self.connection.take_error() {
            self.cannot_write(error);
        }
        if self.connection.has_room() {
            self.hub.queue.push(Happening::Room(Arc::clone(self.connection)));
        }
    }

    /// The peer is gone. What it sent before is read first, as far as that is possible.
    fn cannot_write(&mut self, error: io::Error) {
        while !self.is_deaf && !self.receiving.is_paused() {
            let Some(socket) = self.connection.socket() else { break };
            let mut work = lock(&self.hub.work);
            let came = self.receiving.read(socket, self.connection, &self.hub.queue, &mut work);
            if !matches!(came, Ok(Ok(Came::More | Came::All))) {
                break;
            }
        }
        self.fail(Failure::of_connection(error));
    }

    fn end(&mut self) {
        if !self.is_deaf {
            self.is_deaf = true;
            self.hub.queue.push(Happening::Ended(Arc::clone(self.connection)));
        }
    }

    fn fail(&mut self, failure: Failure) {
        if !self.is_deaf {
            self.is_deaf = true;
            self.connection.fail(failure);
            self.hub.queue.push(Happening::Failed(Arc::clone(self.connection)));
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

/// Sends what waits and waits for the peer to have it, each for a while. Whatever comes is dropped.
async fn linger(
    socket: &TcpStream,
    connection: &Connection,
    mut sealing: Option<&mut Sealing>,
    has_ended: bool,
) {
    let goodbye = async {
        loop {
            if connection.write_queue(sealing.as_deref_mut()).is_err() {
                return;
            }
            if !connection.has_queue() {
                break;
            }
            if socket.writable().await.is_err() {
                return;
            }
        }
        let _ = socket2::SockRef::from(socket).shutdown(std::net::Shutdown::Write);
        if has_ended {
            return;
        }
        let mut dropped = [0; 4096];
        while socket.readable().await.is_ok() {
            match socket.try_read(&mut dropped) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return,
            }
        }
    };
    let abrupt = async {
        while connection.ending() != Some(Ending::Abrupt) {
            connection.woken().await;
        }
    };
    tokio::select! {
        () = goodbye => {}
        () = abrupt => {}
        () = tokio::time::sleep(LINGER) => {}
    }
}
