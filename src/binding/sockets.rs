//! What a socket or a server is asked a few times in its life.

use std::net::SocketAddr;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Error, Function, JsValue, Result};
use napi_derive::napi;

use super::net::{self, Net, Socket};
use super::slots::{Encryption, Wire};
use super::state;
use super::taking;
use super::waking::Waker;
use crate::codec::{Fast, Limits};
use crate::transport::{Connection, Dial, Ending, Failure, Listen, system_code};

/// The numbers that `lib/transport/happenings.js` writes down, for the test that compares the two.
#[napi(object)]
pub struct SocketConstants {
    /// Kind of what happens.
    pub opened: u32,
    /// Kind of what happens.
    pub read: u32,
    /// Kind of what happens.
    pub raw: u32,
    /// Kind of what happens.
    pub ended: u32,
    /// Kind of what happens.
    pub failed: u32,
    /// Kind of what happens.
    pub room: u32,
    /// Kind of what happens.
    pub closed: u32,
    /// Kind of what happens.
    pub listening: u32,
    /// Kind of what happens.
    pub not_listening: u32,
    /// Kind of what happens.
    pub stopped: u32,
    /// Kind of what happens.
    pub accepted: u32,
    /// Kind of what happens.
    pub teaching: u32,
    /// Words of a segment before its records.
    pub segment_words: u32,
    /// The memory of a segment that was copied.
    pub landed: u32,
}

/// The numbers both sides of the border agree on.
#[napi(catch_unwind)]
#[must_use]
#[allow(clippy::cast_possible_truncation)] // Below ten.
pub fn socket_constants() -> SocketConstants {
    SocketConstants {
        opened: taking::OPENED,
        read: taking::READ,
        raw: taking::RAW,
        ended: taking::ENDED,
        failed: taking::FAILED,
        room: taking::ROOM,
        closed: taking::CLOSED,
        listening: taking::LISTENING,
        not_listening: taking::NOT_LISTENING,
        stopped: taking::STOPPED,
        accepted: taking::ACCEPTED,
        teaching: taking::TEACHING,
        segment_words: taking::SEGMENT_WORDS as u32,
        landed: taking::LANDED,
    }
}

/// Bounds on what a peer sends.
#[napi(object, object_to_js = false)]
pub struct PeerLimits {
    /// Longest message, in bytes.
    pub max_message_size: u32,
    /// Most pieces while their number is unknown.
    pub max_pieces: u32,
    /// The torrent's pieces, once known.
    pub piece_count: Option<u32>,
    /// Whether an unknown message breaks the protocol.
    pub strict: bool,
}

impl From<PeerLimits> for Limits {
    fn from(given: PeerLimits) -> Self {
        let PeerLimits { max_message_size, max_pieces, piece_count, strict } = given;
        Self { max_message_size, max_pieces, piece_count, strict, ..Self::default() }
    }
}

/// What is dialled.
#[napi(object, object_to_js = false)]
pub struct DialOptions {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// One of our addresses.
    pub local: Option<String>,
    /// Milliseconds, 0 for no limit.
    pub timeout: u32,
    /// Whether small messages leave at once.
    pub no_delay: bool,
    /// Whether the program reads the beginning itself.
    pub raw: bool,
}

/// What a server listens to.
#[napi(object, object_to_js = false)]
pub struct ListenOptions {
    /// A name or an address, none for every one.
    pub host: Option<String>,
    /// The port, 0 for any.
    pub port: u16,
    /// How many may wait.
    pub backlog: u32,
    /// Whether small messages leave at once.
    pub no_delay: bool,
}

/// One end of a connection.
#[napi(object, object_from_js = false)]
#[allow(clippy::struct_field_names)] // As in Node.
pub struct Address {
    /// Without its port.
    pub address: String,
    /// `'IPv4'` or `'IPv6'`.
    pub family: &'static str,
    /// The port.
    pub port: u32,
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        Self { address: address.ip().to_string(), family, port: address.port().into() }
    }
}

/// Both ends of a connection.
#[napi(object, object_from_js = false)]
pub struct Ends {
    /// Ours.
    pub local: Address,
    /// The peer's.
    pub remote: Address,
}

/// Why a connection has failed, or a server.
#[napi(object, object_from_js = false)]
pub struct Trouble {
    /// `ERR_PWP_…`, or the system's for a server.
    pub code: String,
    /// What was wrong, with which value.
    pub message: String,
    /// What the system calls it.
    pub system: Option<String>,
    /// What the system says.
    pub said: Option<String>,
}

/// Starts the threads that sockets are served by.
///
/// # Errors
/// When the system has no more of them.
#[napi(catch_unwind)]
pub fn start_transport(
    env: Env,
    wake: Function<'_, (), ()>,
    threads: u32,
    copies: bool,
) -> Result<()> {
    // SAFETY: both are of this call.
    let waker = unsafe { Waker::new(env.raw(), wake.raw())? };
    let net = Net::start(waker, threads as usize, copies)?;
    let state = state::with(env, |state| {
        state.net = Some(net);
        std::ptr::from_mut(state)
    })?;
    net::close_with(env, state)
}

/// Whether the process stays alive for what may happen on the sockets.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn hold_transport(env: Env, is_held: bool) -> Result<()> {
    let waker = with(env, |net| net.waker)?;
    // SAFETY: in a call, on the environment's thread.
    unsafe { waker.hold(env.raw(), is_held) };
    Ok(())
}

/// Begins a connection and gives its number.
///
/// # Errors
/// When the local address is none, or there are 2^20 connections.
#[napi(catch_unwind)]
pub fn dial(env: Env, options: DialOptions, limits: PeerLimits) -> Result<u32> {
    let DialOptions { host, port, local, timeout, no_delay, raw } = options;
    let local = local
        .map(|local| local.parse())
        .transpose()
        .map_err(|_| Error::from_reason("the local address is none"))?;
    let limits = Limits::from(limits);
    let limited = (!raw).then_some(limits);
    with(env, |net| {
        let dial = Dial { host, port, local, timeout, no_delay, limits: limited };
        let connection = net.transport.connect(dial);
        net.add(&connection, limits)
    })?
    .ok_or_else(|| Error::from_reason("too many connections: 1048576 are open"))
}

/// Has an accepted connection read.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn serve(env: Env, id: u32, raw: bool, limits: PeerLimits) -> Result<()> {
    with(env, |net| {
        let Some(socket) = net.connections.get(id) else { return };
        socket.limits = limits.into();
        let limits = (!raw).then_some(socket.limits);
        net.transport.serve(&socket.connection, limits);
    })
}

/// Begins to listen and gives the server's number.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn listen(env: Env, options: ListenOptions) -> Result<u32> {
    let ListenOptions { host, port, backlog, no_delay } = options;
    with(env, |net| {
        let id = net.server_id();
        let server = net.transport.listen(Listen { id, host, port, backlog, no_delay });
        net.servers.insert(id, server);
        id
    })
}

/// Stops listening.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn close_server(env: Env, id: u32) -> Result<()> {
    with(env, |net| {
        if let Some(server) = net.servers.remove(&id) {
            server.close();
        }
    })
}

/// Where a server listens.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn server_address(env: Env, id: u32) -> Result<Option<Address>> {
    with(env, |net| net.servers.get(&id).and_then(|server| server.address()).map(Address::from))
}

/// Why a server does not listen. Told once.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn server_failure(env: Env, id: u32) -> Result<Option<Trouble>> {
    with(env, |net| {
        let failed = &mut net.taken.failed;
        let at = failed.iter().position(|(server, ..)| *server == id)?;
        let (_, code, message) = failed.swap_remove(at);
        Some(Trouble { code: code.to_owned(), message, system: None, said: None })
    })
}

/// The connection goes on, after a message that the program had to see first.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn go_on(env: Env, id: u32) -> Result<()> {
    with_connection(env, id, Connection::go_on)
}

/// Has the program told once no more than `most` bytes wait to be written.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn tell_room(env: Env, id: u32, most: u32) -> Result<()> {
    with_connection(env, id, |connection| connection.tell_room(most as usize))
}

/// Bytes that wait to be written.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn queued(env: Env, id: u32) -> Result<f64> {
    #[allow(clippy::cast_precision_loss)] // Below 2^53.
    with(env, |net| net.connections.get(id).map_or(0.0, |socket| socket.connection.queued() as f64))
}

/// Ends a connection: at once, or when what waits has left.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn hang_up(env: Env, id: u32, is_abrupt: bool) -> Result<()> {
    let ending = if is_abrupt { Ending::Abrupt } else { Ending::Gentle };
    with_connection(env, id, |connection| connection.end(ending))
}

/// Forgets a connection that is closed.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn forget(env: Env, id: u32) -> Result<()> {
    with(env, |net| drop(net.connections.remove(id)))
}

/// Changes the number of pieces.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn limit_pieces(env: Env, id: u32, piece_count: Option<u32>) -> Result<()> {
    limit(env, id, |limits| limits.piece_count = piece_count)
}

/// What came of the two handshakes, see `agree`.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn agree_on(env: Env, id: u32, asked_fast: bool, has_fast: bool, v2: bool) -> Result<()> {
    limit(env, id, |limits| {
        limits.fast = Fast::between(asked_fast, has_fast);
        limits.v2 = v2;
    })
}

/// Whether anything has come since this was asked.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn has_heard(env: Env, id: u32) -> Result<bool> {
    with(env, |net| net.connections.get(id).is_some_and(|socket| socket.connection.has_heard()))
}

/// Whether small messages leave at once.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn set_no_delay(env: Env, id: u32, is_on: bool) -> Result<()> {
    with_connection(env, id, |connection| drop(connection.set_nodelay(is_on)))
}

/// Both ends of a connection that stands.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn ends(env: Env, id: u32) -> Result<Option<Ends>> {
    with(env, |net| {
        let addresses = net.connections.get(id)?.connection.addresses()?;
        Some(Ends { local: addresses.local.into(), remote: addresses.remote.into() })
    })
}

/// The peer's end of a connection that stands, as `address:port`.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn peer_address(env: Env, id: u32) -> Result<Option<String>> {
    with(env, |net| {
        let addresses = net.connections.get(id)?.connection.addresses()?;
        // Of a socket for both families, one of IPv4 as what it is.
        let (ip, port) = (addresses.remote.ip().to_canonical(), addresses.remote.port());
        Some(SocketAddr::new(ip, port).to_string())
    })
}

/// Why a connection has failed.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn trouble(env: Env, id: u32) -> Result<Option<Trouble>> {
    with(env, |net| {
        let socket = net.connections.get(id)?;
        let failure = socket.connection.failure()?;
        let system = failure.system();
        Some(Trouble {
            code: failure.code().to_owned(),
            message: failure.to_string(),
            system: system.map(|error| name(failure, error).to_owned()),
            said: system.map(ToString::to_string),
        })
    })
}

/// A name that has no address has no kind of error either: it gets what Node says.
fn name(failure: &Failure, error: &std::io::Error) -> &'static str {
    match failure {
        Failure::NoAddress { .. } => "ENOTFOUND",
        _ => system_code(error),
    }
}

/// The connection goes on with what a wire has become that has read its beginning, and with `rest` of
/// the bytes.
///
/// # Errors
/// When the transport is not started.
#[napi(catch_unwind)]
pub fn adopt(env: Env, id: u32, slot: u32, rest: &[u8]) -> Result<()> {
    state::with(env, |state| {
        let Some(Wire { decoder, encryption }) = state.slots.remove(slot) else { return };
        let Some(net) = &mut state.net else { return };
        let Some(Socket { connection, limits }) = net.connections.get(id) else { return };
        *limits = decoder.limits();
        let channel = match encryption {
            Some(Encryption::Settled(channel)) => Some(*channel),
            _ => None,
        };
        connection.adopt(decoder, channel, rest);
    })
}

fn limit(env: Env, id: u32, change: impl FnOnce(&mut Limits)) -> Result<()> {
    with(env, |net| {
        if let Some(Socket { connection, limits }) = net.connections.get(id) {
            change(limits);
            connection.set_limits(*limits);
        }
    })
}

fn with_connection(env: Env, id: u32, body: impl FnOnce(&Connection)) -> Result<()> {
    with(env, |net| {
        if let Some(socket) = net.connections.get(id) {
            body(&Arc::clone(&socket.connection));
        }
    })
}

fn with<T>(env: Env, body: impl FnOnce(&mut Net) -> T) -> Result<T> {
    state::with(env, |state| state.net.as_mut().map(body))?
        .ok_or_else(|| Error::from_reason("the transport is not started"))
}
