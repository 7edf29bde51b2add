//! What one connection sends: read, deciphered, decoded, and given to the program.

use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::net::TcpStream;

use super::connection::Connection;
use super::desk::Adoption;
use super::moderation::Moderation;
use super::queue::{Kind, Queue};
use super::slabs::Slabs;
use crate::codec::Decoder;
use crate::codec::records::{self, End};
use crate::mse::Opening;
use crate::wire::PeerError;

/// Words of records decoded at once: two thousand `have`.
const WORDS: usize = 4096;

/// What all connections of a thread share.
pub(super) struct Workspace {
    pub(super) slabs: Slabs,
    words: Box<[u32; WORDS]>,
    pub(super) moderation: Moderation,
}

impl Default for Workspace {
    fn default() -> Self {
        let (slabs, words) = (Slabs::default(), Box::new([0; WORDS]));
        Self { slabs, words, moderation: Moderation::default() }
    }
}

/// What came of a read.
pub(super) enum Came {
    /// As much as there was room for: there may be more.
    More,
    /// All there was.
    All,
    /// The peer's end.
    End,
}

/// The state of one connection's incoming side.
pub(super) struct Receiving {
    /// None while the program reads the bytes itself.
    decoder: Option<Decoder>,
    opening: Option<Box<Opening>>,
    /// Bytes that are not decoded: of a payload that has not come whole, or of what comes after a
    /// message that the program has to see first. Memory of its own has room for all of the payload.
    held: BytesMut,
    /// How long the payload is that `held` is the beginning of, as far as it is believed.
    lacks: usize,
    /// Whether the program has to say that it goes on.
    is_paused: bool,
}

impl Receiving {
    pub(super) fn new(decoder: Option<Decoder>) -> Self {
        Self { decoder, opening: None, held: BytesMut::new(), lacks: 0, is_paused: false }
    }

    pub(super) fn is_paused(&self) -> bool {
        self.is_paused
    }

    pub(super) fn decoder(&mut self) -> Option<&mut Decoder> {
        self.decoder.as_mut()
    }

    /// Goes on where the program has stopped reading by itself.
    pub(super) fn adopt(&mut self, adoption: Adoption, opening: Option<Opening>) {
        let Adoption { decoder, mut rest, .. } = adoption;
        self.decoder = Some(decoder);
        self.opening = opening.filter(Opening::is_encrypted).map(Box::new);
        if let Some(opening) = &mut self.opening {
            opening.open_in_place(&mut rest);
        }
        self.held = rest;
    }

    /// Goes on after a pause, with what is held.
    pub(super) fn go_on(
        &mut self,
        connection: &Arc<Connection>,
        queue: &Queue,
        work: &mut Workspace,
    ) -> Result<(), PeerError> {
        self.is_paused = false;
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Ok(());
        }
        self.decode(held, connection, queue, work)
    }

    /// Reads once, and gives what has come to the program.
    pub(super) fn read(
        &mut self,
        socket: &TcpStream,
        connection: &Arc<Connection>,
        queue: &Queue,
        work: &mut Workspace,
    ) -> io::Result<Result<Came, PeerError>> {
        let mut memory = self.place(&mut work.slabs);
        let before = memory.len();
        let room = memory.capacity() - before;
        let length = match socket.try_read_buf(&mut memory) {
            Ok(length) => length,
            Err(error) => {
                self.keep(memory, &mut work.slabs);
                return Err(error);
            }
        };
        if length == 0 {
            self.keep(memory, &mut work.slabs);
            return Ok(Ok(Came::End));
        }
        connection.heard();
        work.moderation.came_from(Arc::as_ptr(connection).addr());
        if let Some(opening) = &mut self.opening {
            opening.open_in_place(&mut memory[before..]);
            if !opening.is_encrypted() {
                self.opening = None;
            }
        }
        let decoded = self.decode(memory, connection, queue, work);
        Ok(decoded.map(|()| if length < room { Came::All } else { Came::More }))
    }

    /// Where to read to: behind what is held, if that is possible without moving it.
    fn place(&mut self, slabs: &mut Slabs) -> BytesMut {
        let mut held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return slabs.take(0);
        }
        if held.capacity() > held.len() {
            return held; // Memory of its own.
        }
        let mut room = slabs.take(0);
        let end = held.as_ptr_range().end;
        if end == room.as_ptr() && held.len() + room.capacity() >= self.lacks {
            held.unsplit(room);
            return held;
        }
        // Others have been read to behind it, or the slab ends: the whole payload gets a place.
        let length = self.lacks.max(held.len() + 1);
        if room.capacity() < length {
            slabs.put_back(room);
            room = slabs.take(length);
        }
        slabs.put_back(room.split_off(length));
        room.extend_from_slice(&held);
        room
    }

    /// Keeps what is not decoded, and puts back the room behind it.
    fn keep(&mut self, mut memory: BytesMut, slabs: &mut Slabs) {
        let is_own = !memory.is_empty() && memory.capacity() == self.lacks;
        if !is_own {
            slabs.put_back(memory.split_off(memory.len()));
        }
        // Nothing is nothing of a slab either, which could not be used again.
        self.held = if memory.is_empty() { BytesMut::new() } else { memory };
    }

    /// Decodes `memory` as far as possible, gives it to the program, and keeps the rest.
    fn decode(
        &mut self,
        mut memory: BytesMut,
        connection: &Arc<Connection>,
        queue: &Queue,
        work: &mut Workspace,
    ) -> Result<(), PeerError> {
        let Workspace { slabs, words, .. } = work;
        let Some(decoder) = &mut self.decoder else {
            self.is_paused = true;
            slabs.put_back(memory.split_off(memory.len()));
            queue.push_segment(connection, &[], memory.freeze(), Kind::Raw);
            return Ok(());
        };
        loop {
            let mut at = 0;
            let (end, used) = records::read(decoder, &memory, &mut at, &mut [], &mut words[..]);
            let segment = memory.split_to(at);
            if used > 0 {
                let kind = if end == End::Taught { Kind::Teaching } else { Kind::Messages };
                queue.push_segment(connection, &words[..used], segment.freeze(), kind);
            }
            self.lacks = 0;
            match end {
                End::Full => continue,
                End::Starved => {}
                End::Taught => self.is_paused = true,
                End::Space(length) => self.lacks = length,
                End::Failed => {
                    slabs.put_back(memory.split_off(memory.len()));
                    return Err(decoder.error().expect("a reason").clone());
                }
            }
            self.keep(memory, slabs);
            return Ok(());
        }
    }
}

#[cfg(all(test, not(feature = "loom")))]
mod tests {
    use super::*;
    use crate::codec::Limits;

    /// What is idle holds nothing of the memory that it was read into.
    #[test]
    fn a_slab_is_used_again_by_others_than_its_readers() {
        let (queue, mut work) = (Queue::new(|| {}), Workspace::default());
        let connection = Arc::new(Connection::new());
        let mut idle = Vec::new();
        let mut places = std::collections::HashSet::new();
        for _ in 0..20 {
            let mut receiving = Receiving::new(Some(Decoder::new(Limits::default())));
            let mut memory = receiving.place(&mut work.slabs);
            places.insert(memory.as_ptr());
            memory.extend_from_slice(&crate::wire::PROTOCOL);
            receiving.decode(memory, &connection, &queue, &mut work).unwrap();
            // Others use it up.
            let room = work.slabs.take(0);
            drop(room);
            idle.push(receiving);
        }
        assert!(places.len() < 5, "{} slabs for idle connections", places.len());
    }
}
