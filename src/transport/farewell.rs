//! The end of a connection that the program has ended gently.

use std::io;
use std::net::Shutdown;
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::desk::Ending;
use crate::mse::Sealing;

/// How long it may take to send what waits, and to hear that the peer has it.
const LINGER: Duration = Duration::from_secs(5);

/// Sends what waits and waits for the peer to have it, for a while at most.
pub(super) async fn linger(
    socket: &TcpStream,
    connection: &Connection,
    sealing: Option<&mut Sealing>,
    has_ended: bool,
) {
    let abrupt = async {
        while connection.desk.ending() != Some(Ending::Abrupt) {
            connection.desk.woken().await;
        }
    };
    tokio::select! {
        _ = goodbye(socket, connection, sealing, has_ended) => {}
        () = abrupt => {}
        () = tokio::time::sleep(LINGER) => {}
    }
}

/// Whatever comes is dropped, from the beginning: a peer may have to be heard out before it listens.
async fn goodbye(
    socket: &TcpStream,
    connection: &Connection,
    mut sealing: Option<&mut Sealing>,
    mut has_ended: bool,
) -> io::Result<()> {
    let mut dropped = [0; 4096];
    let mut is_sent = false;
    loop {
        if !is_sent {
            connection.desk.write_queue(sealing.as_deref_mut())?;
            is_sent = !connection.desk.has_queue();
            if is_sent {
                socket2::SockRef::from(socket).shutdown(Shutdown::Write)?;
            }
        }
        let interest = match (has_ended, is_sent) {
            (true, true) => return Ok(()),
            (true, false) => Interest::WRITABLE,
            (false, true) => Interest::READABLE,
            (false, false) => Interest::READABLE | Interest::WRITABLE,
        };
        if !socket.ready(interest).await?.is_readable() {
            continue;
        }
        match socket.try_read(&mut dropped) {
            Ok(length) => has_ended = length == 0,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}
