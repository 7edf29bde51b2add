//! The sockets of one environment.

use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Error, Result};
use napi::sys;

use super::slots::Slots;
use super::state::State;
use super::taking::Taken;
use super::waking::Waker;
use crate::codec::Limits;
use crate::transport::{Connection, Queue, Server, Transport};

/// The sockets of one environment, and what is on its way from them.
pub(super) struct Net {
    // Before the waker: its threads are gone when that is released.
    pub(super) transport: Transport,
    pub(super) waker: Waker,
    pub(super) connections: Slots<Socket>,
    pub(super) servers: HashMap<u32, Arc<Server>>,
    pub(super) taken: Taken,
    next_server: u32,
}

/// A connection, and the bounds on what its peer sends.
pub(super) struct Socket {
    pub(super) connection: Arc<Connection>,
    pub(super) limits: Limits,
}

impl Net {
    /// Starts the threads, and has them wake `waker`.
    pub(super) fn start(waker: Waker, threads: usize, copies: bool) -> Result<Self> {
        let transport = Transport::start(threads, Queue::new(move || waker.wake()))
            .map_err(|error| Error::from_reason(error.to_string()))?;
        let taken = Taken::new(copies);
        let (connections, servers) = (Slots::default(), HashMap::new());
        Ok(Self { transport, waker, connections, servers, taken, next_server: 0 })
    }

    /// Gives a connection its number.
    pub(super) fn add(&mut self, connection: &Arc<Connection>, limits: Limits) -> Option<u32> {
        let id = self.connections.insert(Socket { connection: Arc::clone(connection), limits })?;
        connection.set_id(id);
        Some(id)
    }

    /// A number for a server.
    pub(super) fn server_id(&mut self) -> u32 {
        self.next_server += 1;
        self.next_server
    }
}

/// Has everything closed before the environment ends: while it can still be waked.
pub(super) fn close_with(env: Env, state: *mut State) -> Result<()> {
    // SAFETY: the state lives until the environment's data is dropped, which is after its hooks have run.
    let status =
        unsafe { sys::napi_add_env_cleanup_hook(env.raw(), Some(close), state.cast::<c_void>()) };
    if status == sys::Status::napi_ok { Ok(()) } else { Err(Error::from_status(status.into())) }
}

unsafe extern "C" fn close(state: *mut c_void) {
    // SAFETY: see `close_with`; no function of ours runs.
    let state = unsafe { &mut *state.cast::<State>() };
    if let Some(net) = state.net.take() {
        let Net { transport, waker, .. } = net;
        drop(transport);
        // SAFETY: the threads that called it are gone.
        unsafe { waker.release() };
    }
}
