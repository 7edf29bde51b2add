//! A program as the tests play it. It looks only when it was woken: a wake that is lost is a test that
//! fails.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use peer_wire_protocol::codec::Limits;
use peer_wire_protocol::transport::{
    Batch, Connection, Dial, Happening, Kind, Listen, Queue, Server, Transport,
};

use crate::told::{Told, tell};

/// How long nothing may happen where something has to.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Bell {
    has_rung: Mutex<bool>,
    rings: Condvar,
}

impl Bell {
    fn ring(&self) {
        *self.has_rung.lock().unwrap() = true;
        self.rings.notify_one();
    }

    /// Tells whether it rang in time.
    fn heard(&self, patience: Duration) -> bool {
        let has_rung = self.has_rung.lock().unwrap();
        let waited = self.rings.wait_timeout_while(has_rung, patience, |has_rung| !*has_rung);
        std::mem::take(&mut *waited.unwrap().0)
    }
}

/// What happens, with what it needs of the batch it came with.
#[derive(Debug)]
pub(crate) enum Event {
    Opened,
    Told(Vec<Told>, Kind),
    Raw(Vec<u8>),
    Ended,
    Failed,
    Room,
    Closed,
    Listening,
    Stopped,
    NotListening,
    Accepted(Arc<Connection>),
}

/// Something that happens to a connection, or to none.
pub(crate) type Happened = (Option<Arc<Connection>>, Event);

pub(crate) struct Program {
    pub(crate) transport: Transport,
    bell: Arc<Bell>,
    taken: VecDeque<Happened>,
}

impl Program {
    pub(crate) fn start(threads: usize) -> Self {
        let bell = Arc::new(Bell::default());
        let rung = Arc::clone(&bell);
        let transport = Transport::start(threads, Queue::new(move || rung.ring())).unwrap();
        Self { transport, bell, taken: VecDeque::new() }
    }

    /// All that has happened, once it is woken. Whoever asks releases it.
    pub(crate) fn batch(&self) -> Batch {
        assert!(self.bell.heard(PATIENCE), "never woken");
        self.transport.queue().take()
    }

    /// The same, unless nothing happens for so long.
    pub(crate) fn batch_within(&self, patience: Duration) -> Option<Batch> {
        self.bell.heard(patience).then(|| self.transport.queue().take())
    }

    /// What happens next.
    pub(crate) fn next(&mut self) -> Happened {
        loop {
            if let Some(happened) = self.taken.pop_front() {
                return happened;
            }
            let batch = self.batch();
            self.keep(batch);
        }
    }

    /// The same, unless nothing happens for so long.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Happened> {
        while self.taken.is_empty() {
            let batch = self.batch_within(patience)?;
            self.keep(batch);
        }
        self.taken.pop_front()
    }

    /// Goes on until `is_it` says so.
    pub(crate) fn until(&mut self, mut is_it: impl FnMut(&Event) -> bool) -> Event {
        loop {
            let (_, event) = self.next();
            if is_it(&event) {
                return event;
            }
        }
    }

    fn keep(&mut self, mut batch: Batch) {
        let records = std::mem::take(&mut batch.records);
        self.taken.extend(batch.happenings.iter().map(|happening| match happening {
            Happening::Opened(connection) => (Some(Arc::clone(connection)), Event::Opened),
            Happening::Read(segment) => {
                let event = match segment.kind {
                    Kind::Raw => Event::Raw(segment.memory.to_vec()),
                    kind => {
                        Event::Told(tell(&records[segment.records.clone()], &segment.memory), kind)
                    }
                };
                (Some(Arc::clone(&segment.connection)), event)
            }
            Happening::Ended(connection) => (Some(Arc::clone(connection)), Event::Ended),
            Happening::Failed(connection) => (Some(Arc::clone(connection)), Event::Failed),
            Happening::Room(connection) => (Some(Arc::clone(connection)), Event::Room),
            Happening::Closed(connection) => (Some(Arc::clone(connection)), Event::Closed),
            Happening::Listening(_) => (None, Event::Listening),
            Happening::NotListening(..) => (None, Event::NotListening),
            Happening::Stopped(_) => (None, Event::Stopped),
            Happening::Accepted(_, connection) => (None, Event::Accepted(Arc::clone(connection))),
        }));
        self.transport.queue().release(&batch);
    }

    /// Dials a peer that listens there.
    pub(crate) fn dial(&self, address: SocketAddr, limits: Option<Limits>) -> Arc<Connection> {
        self.transport.connect(Dial {
            host: address.ip().to_string(),
            port: address.port(),
            local: None,
            timeout: 0,
            no_delay: true,
            limits,
        })
    }

    /// A connection to a peer, which is at the other end.
    pub(crate) fn pair(&self, limits: Option<Limits>) -> (Arc<Connection>, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let connection = self.dial(listener.local_addr().unwrap(), limits);
        let (peer, _) = listener.accept().unwrap();
        peer.set_nodelay(true).unwrap();
        peer.set_read_timeout(Some(PATIENCE)).unwrap();
        (connection, peer)
    }

    /// Listens.
    pub(crate) fn listen(&mut self) -> (Arc<Server>, SocketAddr) {
        let host = Some(Ipv4Addr::LOCALHOST.to_string());
        let listen = Listen { id: 1, host, port: 0, backlog: 512, no_delay: true };
        let server = self.transport.listen(listen);
        self.until(|event| matches!(event, Event::Listening));
        let address = server.address().unwrap();
        (server, address)
    }
}
