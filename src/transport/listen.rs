//! Connections that peers begin.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::sync::Notify;

use super::connection::Connection;
use super::failure::is_out_of_files;
use super::queue::{Happening, Queue};
use super::runtime::Threads;

/// How long nobody is accepted once there is no file descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// What a server listens to.
#[derive(Clone, Debug)]
pub struct Listen {
    /// What it is known by, in what happens to it.
    pub id: u32,
    /// A name or an address; every address of the machine if there is none.
    pub host: Option<String>,
    /// The port, 0 for any.
    pub port: u16,
    /// How many connections may wait to be accepted.
    pub backlog: u32,
    /// Whether small messages leave at once.
    pub no_delay: bool,
}

/// A server.
#[derive(Debug, Default)]
pub struct Server {
    stop: Notify,
    address: OnceLock<SocketAddr>,
}

impl Server {
    /// Where it listens, once it does.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.address.get().copied()
    }

    /// Stops listening.
    pub fn close(&self) {
        self.stop.notify_one();
    }
}

pub(super) async fn listen(
    server: Arc<Server>,
    listen: Listen,
    queue: Arc<Queue>,
    threads: Arc<Threads>,
) {
    let listener = match bind(&listen).await.and_then(|listener| {
        let _ = server.address.set(listener.local_addr()?);
        Ok(listener)
    }) {
        Ok(listener) => listener,
        Err(error) => return queue.push(Happening::NotListening(listen.id, error)),
    };
    queue.push(Happening::Listening(listen.id));
    loop {
        let accepted = tokio::select! {
            biased;
            () = server.stop.notified() => break,
            accepted = listener.accept() => accepted,
        };
        // One that has gone already is its own affair.
        let accepted = accepted.and_then(|(socket, _)| {
            let _ = socket.set_nodelay(listen.no_delay);
            hand_over(socket, &threads)
        });
        match accepted {
            Ok(connection) => queue.push(Happening::Accepted(listen.id, connection)),
            Err(error) if is_out_of_files(&error) => tokio::time::sleep(PAUSE).await,
            Err(_) => {}
        }
    }
    drop(listener);
    queue.push(Happening::Stopped(listen.id));
}

/// Gives the connection to the thread that will serve it.
fn hand_over(socket: TcpStream, threads: &Threads) -> io::Result<Arc<Connection>> {
    let connection = Arc::new(Connection::new());
    let thread = threads.next();
    connection.set_thread(thread);
    if threads.is_alone() {
        connection.opened(socket)?;
    } else {
        let socket = socket.into_std()?;
        let _entered = threads.enter(thread);
        connection.opened(TcpStream::from_std(socket)?)?;
    }
    Ok(connection)
}

async fn bind(listen: &Listen) -> io::Result<TcpListener> {
    let Some(host) = &listen.host else {
        // As in Node: of both families, where the machine has the newer one.
        let both = bind_to((Ipv6Addr::UNSPECIFIED, listen.port).into(), listen.backlog);
        return match both {
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                bind_to((Ipv4Addr::UNSPECIFIED, listen.port).into(), listen.backlog)
            }
            bound => bound,
        };
    };
    if let Ok(address) = host.parse::<IpAddr>() {
        return bind_to((address, listen.port).into(), listen.backlog);
    }
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    let no_address = |error: io::Error| io::Error::new(io::ErrorKind::NotFound, error);
    for address in lookup_host((host.as_str(), listen.port)).await.map_err(no_address)? {
        match bind_to(address, listen.backlog) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind_to(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        socket2::SockRef::from(&socket).set_only_v6(false)?;
    }
    // As libuv does: a port that was closed a moment ago can be had again. On Windows it means another
    // thing.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(backlog)
}
