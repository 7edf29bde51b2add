//! Memory that sockets are read into, used again once nobody looks at it any more.
//!
//! What has been read is split off and given away; the slab it lies in comes back when the last part is
//! dropped, wherever that happens.

use std::collections::VecDeque;

use bytes::BytesMut;

/// Bytes of a slab. Whoever keeps a block keeps at most this much.
pub(super) const SLAB: usize = 512 * 1024;

/// The least room, in bytes, that is worth a read.
const LEAST: usize = 32 * 1024;

/// Most slabs that are remembered while they are in use: 128 MiB. What is beyond is freed when it is
/// dropped, and not used again.
const REMEMBERED: usize = 256;

/// How many of the remembered slabs are looked at when one is needed.
const LOOKED_AT: usize = 4;

/// The slabs of one thread.
#[derive(Default)]
pub(super) struct Slabs {
    /// The room that is left in the slab in use, empty.
    room: BytesMut,
    /// Handles of slabs used up, without room: each tells when it is the last one.
    remembered: VecDeque<BytesMut>,
}

impl Slabs {
    /// All the room that is left, at least `least` bytes of it. What is not used is put back at once.
    pub(super) fn take(&mut self, least: usize) -> BytesMut {
        if self.room.capacity() < least.max(LEAST) {
            return self.fresh(least);
        }
        std::mem::take(&mut self.room)
    }

    /// Takes back what was not used.
    pub(super) fn put_back(&mut self, room: BytesMut) {
        debug_assert!(room.is_empty(), "what was read belongs to somebody");
        if room.capacity() > self.room.capacity() {
            self.room = room;
        }
    }

    /// Forgets the memory that nobody needs.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn fresh(&mut self, least: usize) -> BytesMut {
        if least > SLAB {
            return BytesMut::with_capacity(least);
        }
        let mut slab = self.reclaimed().unwrap_or_else(|| BytesMut::with_capacity(SLAB));
        if self.remembered.len() == REMEMBERED {
            self.remembered.pop_front();
        }
        let end = slab.capacity();
        self.remembered.push_back(slab.split_off(end));
        slab
    }

    /// A slab of which every part has been dropped. The oldest are the likeliest.
    fn reclaimed(&mut self) -> Option<BytesMut> {
        for _ in 0..LOOKED_AT.min(self.remembered.len()) {
            let mut slab = self.remembered.pop_front()?;
            if slab.try_reclaim(SLAB) {
                return Some(slab);
            }
            self.remembered.push_back(slab);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slab_is_used_again_once_its_parts_are_dropped() {
        let mut slabs = Slabs::default();
        let mut room = slabs.take(1);
        let first = room.as_ptr();
        room.extend_from_slice(&[7; 100]);
        let part = room.split().freeze();
        slabs.put_back(room);
        // The rest is too little for this.
        let other = slabs.take(SLAB);
        assert_ne!(other.as_ptr(), first);
        slabs.put_back(other);
        assert_eq!(part[..], [7; 100]);
        drop(part);
        let mut again = Vec::new();
        for _ in 0..3 {
            let mut room = slabs.take(SLAB);
            again.push(room.as_ptr());
            room.resize(SLAB, 0);
        }
        assert!(again.contains(&first), "the first slab was not used again");
    }

    #[test]
    fn what_somebody_looks_at_is_not_written_to() {
        let mut slabs = Slabs::default();
        let parts: Vec<_> = (0..3_u8)
            .map(|n| {
                let mut room = slabs.take(SLAB);
                room.resize(SLAB, n);
                room.split().freeze()
            })
            .collect();
        for n in 3..40 {
            slabs.take(SLAB).resize(SLAB, n);
        }
        for (n, part) in (0..).zip(&parts) {
            assert!(part.iter().all(|byte| *byte == n));
        }
        assert!(slabs.remembered.len() < 12, "{} slabs for four", slabs.remembered.len());
    }

    #[test]
    fn more_than_a_slab_has_memory_of_its_own() {
        let mut slabs = Slabs::default();
        assert!(slabs.take(SLAB + 1).capacity() > SLAB);
        assert_eq!(slabs.remembered.len(), 0);
    }
}
