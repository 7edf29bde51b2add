//! Connections that we begin.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream, lookup_host};

use super::connection::Connection;
use super::failure::Failure;
use super::queue::Happening;
use super::task::{Hub, serve};
use crate::codec::{Decoder, Limits};

/// What is to be dialled.
#[derive(Clone, Debug)]
pub struct Dial {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// From which of our addresses, if not any.
    pub local: Option<IpAddr>,
    /// Milliseconds it may take, 0 for as long as the system tries.
    pub timeout: u32,
    /// Whether small messages leave at once.
    pub no_delay: bool,
    /// Bounds on what the peer sends. None where the program reads the beginning itself.
    pub limits: Option<Limits>,
}

pub(super) async fn dial(connection: Arc<Connection>, hub: Arc<Hub>, dial: Dial) {
    let decoder = dial.limits.map(Decoder::new);
    let opened = tokio::select! {
        biased;
        opened = open(&dial) => opened,
        () = ended(&connection) => {
            connection.desk.close();
            hub.queue.push(Happening::Closed(connection));
            return;
        }
    };
    let opened = opened.and_then(|socket| {
        let _ = socket.set_nodelay(dial.no_delay);
        connection.opened(socket).map_err(Failure::of_connection)
    });
    if let Err(failure) = opened {
        connection.fail(failure);
        connection.desk.close();
        hub.queue.push(Happening::Failed(Arc::clone(&connection)));
        ended(&connection).await;
        hub.queue.push(Happening::Closed(connection));
        return;
    }
    hub.queue.push(Happening::Opened(Arc::clone(&connection)));
    // A task of its own: dialling takes more room than what comes after it, and is over.
    tokio::spawn(serve(connection, hub, decoder));
}

/// The program has ended it.
async fn ended(connection: &Connection) {
    while connection.desk.ending().is_none() {
        connection.desk.woken().await;
    }
}

async fn open(dial: &Dial) -> Result<TcpStream, Failure> {
    if dial.timeout == 0 {
        return connect(dial).await;
    }
    let limit = Duration::from_millis(dial.timeout.into());
    tokio::time::timeout(limit, connect(dial)).await.unwrap_or_else(|_| {
        Err(Failure::ConnectTimeout { address: named(dial), milliseconds: dial.timeout })
    })
}

/// Tries every address that the host has.
async fn connect(dial: &Dial) -> Result<TcpStream, Failure> {
    let no_address = |source| Failure::NoAddress { host: dial.host.clone(), source };
    let addresses: Vec<SocketAddr> = match dial.host.parse::<IpAddr>() {
        Ok(address) => vec![(address, dial.port).into()],
        Err(_) => lookup_host((dial.host.as_str(), dial.port)).await.map_err(no_address)?.collect(),
    };
    let mut last = no_address(io::ErrorKind::NotFound.into());
    for address in addresses {
        match connect_to(address, dial.local).await {
            Ok(socket) => return Ok(socket),
            Err(error) => last = Failure::of_dialling(error, address.to_string()),
        }
    }
    Err(last)
}

async fn connect_to(address: SocketAddr, local: Option<IpAddr>) -> io::Result<TcpStream> {
    let Some(local) = local else { return TcpStream::connect(address).await };
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind((local, 0).into())?;
    socket.connect(address).await
}

fn named(dial: &Dial) -> String {
    let Dial { host, port, .. } = dial;
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
