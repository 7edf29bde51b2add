//! What happens on the sockets, on its way to JavaScript, and what is sent.

use std::borrow::Cow;
use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use bytes::Bytes;
use napi::sys;

use super::bytes::View;
use super::call::{self, Arguments, Misuse};
use super::hot::{AT, DONE, END, FILLED, FULL, SLOT, STATUS};
use super::net::{Net, Socket};
use super::state::State;
use crate::codec::Limits;
use crate::transport::{Batch, Connection, Happening, Kind, Queue, Segment, system_code};

/// Kinds of what happens, in the first word of each. The second is the connection's number.
pub(super) const OPENED: u32 = 1;
/// A segment: how many words of records, which memory, where in it, how many bytes of it; then the
/// records.
pub(super) const READ: u32 = 2;
/// A segment that was not decoded.
pub(super) const RAW: u32 = 3;
/// A segment after which the connection waits for `goOn`.
pub(super) const TEACHING: u32 = 11;
/// The peer has ended its side.
pub(super) const ENDED: u32 = 4;
/// The connection has failed.
pub(super) const FAILED: u32 = 5;
/// There is room for more.
pub(super) const ROOM: u32 = 6;
/// The socket is closed.
pub(super) const CLOSED: u32 = 7;
/// A server listens. The second word is the server's number.
pub(super) const LISTENING: u32 = 8;
/// A server does not.
pub(super) const NOT_LISTENING: u32 = 9;
/// A server listens no more.
pub(super) const STOPPED: u32 = 12;
/// A peer has connected: server, connection.
pub(super) const ACCEPTED: u32 = 10;

/// Words of a segment before its records.
pub(super) const SEGMENT_WORDS: usize = 6;
/// Words of anything else.
const OTHER_WORDS: usize = 3;

/// The memory of a segment that was copied to the landing.
pub(super) const LANDED: u32 = u32::MAX;

/// The longest segment, in bytes, that is copied: cheaper than to have the engine look after its memory.
const LONGEST_COPY: usize = 20 * 1024;

/// Most pieces sent in one call.
const MOST_PIECES: usize = 32;

/// What has been taken from the queue and is on its way.
pub(super) struct Taken {
    batch: Batch,
    next: usize,
    /// Whether the engine takes no memory but its own.
    copies: bool,
    /// Servers that do not listen: the system's code, and what it says.
    pub(super) failed: Vec<(u32, &'static str, String)>,
}

impl Taken {
    pub(super) fn new(copies: bool) -> Self {
        Self { batch: Batch::default(), next: 0, copies, failed: Vec::new() }
    }

    fn is_over(&self) -> bool {
        self.next >= self.batch.happenings.len()
    }

    fn release(&mut self, queue: &Queue) {
        queue.release(&self.batch);
        self.batch = Batch::default();
        self.next = 0;
    }
}

/// `take(memories, landing)`: fills a table with what has happened, as far as there is room. Memory of
/// segments is put into the array, or copied to the landing from a position on.
pub(super) unsafe extern "C" fn take(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: called by Node-API with what it names, and made with the state as its data.
    unsafe { call::run(env, info, take_happenings) }
}

fn take_happenings(state: &mut State, arguments: &Arguments<2>) -> Result<(), Misuse> {
    let (net, control, table) = state.with_net().ok_or(Misuse("there are no sockets"))?;
    if net.taken.is_over() {
        net.taken.release(net.transport.queue());
        net.taken.batch = net.transport.queue().take();
    }
    // SAFETY: the landing is of this call, JavaScript does not run before it returns, and what is past
    // the position is nobody's yet.
    let landing = unsafe { arguments.bytes(1)?.write() };
    let at = control[AT] as usize;
    let landing = landing.get_mut(at..).ok_or(Misuse("the landing is shorter than that"))?;
    let mut room = Room { arguments, table, landing, at, end: 0, landed: 0, memories: 0 };
    let mut is_full = false;
    while let Some(happening) = net.taken.batch.happenings.get(net.taken.next) {
        let is_told = match happening {
            Happening::Read(segment) => {
                let records = &net.taken.batch.records[segment.records.clone()];
                room.segment(segment, records, &mut net.taken.copies)?
            }
            Happening::Accepted(server, connection) if room.has(OTHER_WORDS) => {
                let socket =
                    Socket { connection: Arc::clone(connection), limits: Limits::default() };
                // One too many, of a million, is dropped, and closed by that.
                net.connections.insert(socket).is_none_or(|id| {
                    connection.set_id(id);
                    room.put([ACCEPTED, *server, id])
                })
            }
            _ if !room.has(OTHER_WORDS) => false,
            Happening::Accepted(..) => false,
            Happening::Opened(connection) => room.tell(OPENED, connection),
            Happening::Ended(connection) => room.tell(ENDED, connection),
            Happening::Failed(connection) => room.tell(FAILED, connection),
            Happening::Room(connection) => room.tell(ROOM, connection),
            Happening::Closed(connection) => room.tell(CLOSED, connection),
            Happening::Listening(server) => room.put([LISTENING, *server, 0]),
            Happening::Stopped(server) => room.put([STOPPED, *server, 0]),
            Happening::NotListening(server, error) => {
                net.taken.failed.push((*server, system_code(error), error.to_string()));
                room.put([NOT_LISTENING, *server, 0])
            }
        };
        if !is_told {
            is_full = true;
            break;
        }
        net.taken.next += 1;
    }
    #[allow(clippy::cast_possible_truncation)] // Below the tables' lengths.
    {
        control[END] = room.end as u32;
        control[AT] = (room.at + room.landed) as u32;
        control[STATUS] = if is_full { FULL } else { DONE };
    }
    Ok(())
}

/// `release()`: what was taken has been dealt with, if all of it was taken.
pub(super) unsafe extern "C" fn release(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: as in `take`.
    unsafe {
        call::run(env, info, |state, _: &Arguments<0>| {
            let (net, ..) = state.with_net().ok_or(Misuse("there are no sockets"))?;
            if net.taken.is_over() {
                net.taken.release(net.transport.queue());
            }
            Ok(())
        })
    }
}

/// Where happenings are told.
struct Room<'a> {
    arguments: &'a Arguments<2>,
    table: &'a mut [u32],
    landing: &'a mut [u8],
    /// Where the landing starts in its memory.
    at: usize,
    end: usize,
    landed: usize,
    memories: u32,
}

impl Room<'_> {
    fn has(&self, words: usize) -> bool {
        self.table.len() - self.end >= words
    }

    fn put<const N: usize>(&mut self, words: [u32; N]) -> bool {
        self.table[self.end..self.end + N].copy_from_slice(&words);
        self.end += N;
        true
    }

    fn tell(&mut self, kind: u32, connection: &Connection) -> bool {
        self.put([kind, connection.id(), 0])
    }

    /// Tells a segment, if there is room.
    #[allow(clippy::cast_possible_truncation)] // A slab is shorter than 4 GiB, and so is a table.
    fn segment(
        &mut self,
        segment: &Segment,
        records: &[u32],
        copies: &mut bool,
    ) -> Result<bool, Misuse> {
        if !self.has(SEGMENT_WORDS + records.len()) {
            return Ok(false);
        }
        let memory = &segment.memory;
        let (which, start) = if memory.len() <= LONGEST_COPY {
            let Some(room) = self.landing.get_mut(self.landed..self.landed + memory.len()) else {
                return Ok(false);
            };
            room.copy_from_slice(memory);
            let start = self.at + self.landed;
            self.landed += memory.len();
            (LANDED, start as u32)
        } else {
            self.keep(memory, copies)?;
            self.memories += 1;
            (self.memories - 1, 0)
        };
        let kind = match segment.kind {
            Kind::Messages => READ,
            Kind::Teaching => TEACHING,
            Kind::Raw => RAW,
        };
        let id = segment.connection.id();
        self.put([kind, id, records.len() as u32, which, start, memory.len() as u32]);
        self.table[self.end..self.end + records.len()].copy_from_slice(records);
        self.end += records.len();
        Ok(true)
    }

    /// Puts memory into the array: as it is, or a copy if the engine takes none but its own.
    fn keep(&self, memory: &Bytes, copies: &mut bool) -> Result<(), Misuse> {
        let env = self.arguments.env();
        let mut buffer = ptr::null_mut();
        if !*copies {
            let (start, length) = (memory.as_ptr().cast_mut(), memory.len());
            let owner = Box::into_raw(Box::new(memory.clone()));
            // SAFETY: the memory is this segment's alone and lives until `owner` is dropped, which
            // `forget` does once the engine has collected the buffer. Nobody on our side looks at it.
            let status = unsafe {
                sys::napi_create_external_buffer(
                    env,
                    length,
                    start.cast(),
                    Some(forget),
                    owner.cast(),
                    &raw mut buffer,
                )
            };
            if status != sys::Status::napi_ok {
                // SAFETY: nobody else has it.
                drop(unsafe { Box::from_raw(owner) });
                *copies = true;
            }
        }
        if *copies {
            // SAFETY: the bytes are read before this returns.
            let status = unsafe {
                sys::napi_create_buffer_copy(
                    env,
                    memory.len(),
                    memory.as_ptr().cast(),
                    ptr::null_mut(),
                    &raw mut buffer,
                )
            };
            if status != sys::Status::napi_ok {
                return Err(Misuse("there is no memory"));
            }
        }
        // SAFETY: the array is the call's first argument, and the buffer was just made.
        unsafe {
            sys::napi_set_element(env, self.arguments.value(0), self.memories, buffer);
        }
        Ok(())
    }
}

/// The engine has collected a buffer.
unsafe extern "C" fn forget(_env: sys::napi_env, _data: *mut c_void, owner: *mut c_void) {
    // SAFETY: made in `keep`, and given back once.
    drop(unsafe { Box::from_raw(owner.cast::<Bytes>()) });
}

/// `send(...pieces)`: sends bytes on a connection, in this order. Tells how many wait.
pub(super) unsafe extern "C" fn send(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // SAFETY: as in `take`.
    unsafe { call::run(env, info, send_pieces) }
}

fn send_pieces(state: &mut State, arguments: &Arguments<MOST_PIECES>) -> Result<(), Misuse> {
    let (net, control, _) = state.with_net().ok_or(Misuse("there are no sockets"))?;
    let Net { connections, .. } = net;
    let count = arguments.count();
    let mut views = [View::EMPTY; MOST_PIECES];
    for (at, view) in views[..count].iter_mut().enumerate() {
        *view = arguments.bytes(at)?;
    }
    // SAFETY: the views are of this call, JavaScript does not run before it returns, and nothing is
    // written to.
    let bytes: [Cow<'_, [u8]>; MOST_PIECES] = views.map(|view| unsafe { view.read([]) });
    let mut pieces: [&[u8]; MOST_PIECES] = [&[]; MOST_PIECES];
    for (piece, bytes) in pieces.iter_mut().zip(&bytes) {
        *piece = bytes;
    }
    let queued = connections
        .get(control[SLOT])
        .map_or(0, |socket| socket.connection.send(&pieces[..count]).queued);
    control[FILLED] = u32::try_from(queued).unwrap_or(u32::MAX);
    Ok(())
}
