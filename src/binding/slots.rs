//! Wires and connections by number.

use crate::codec::Decoder;
use crate::mse::{Channel, Initiator, Responder};

const INDEX_BITS: u32 = 20;
const MAX_SLOTS: u32 = 1 << INDEX_BITS;
const GENERATIONS: u32 = 1 << (32 - INDEX_BITS);

/// What the addon keeps of one wire.
pub(super) struct Wire {
    pub(super) decoder: Decoder,
    /// None for a wire that is not encrypted, as most are.
    pub(super) encryption: Option<Encryption>,
}

/// How far two sides have come.
pub(super) enum Encryption {
    Initiator(Box<Initiator>),
    Responder(Box<Responder>),
    Settled(Box<Channel>),
}

impl Wire {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self { decoder, encryption: None }
    }

    /// What is encrypted with, once that is settled.
    pub(super) fn channel(&mut self) -> Option<(&mut Decoder, &mut Channel)> {
        match self.encryption.as_mut()? {
            Encryption::Settled(channel) => Some((&mut self.decoder, channel)),
            Encryption::Initiator(_) | Encryption::Responder(_) => None,
        }
    }
}

/// Things of one environment, each known to JavaScript by a `u32`: its place in the low 20 bits, above
/// them how often that place was taken, so that a number kept too long finds nothing.
pub(super) struct Slots<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

struct Slot<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// Takes a place, or gives nothing when 2^20 are taken.
    pub(super) fn insert(&mut self, value: T) -> Option<u32> {
        if let Some(index) = self.free.pop() {
            let slot = &mut self.slots[index as usize];
            slot.value = Some(value);
            return Some(slot.generation << INDEX_BITS | index);
        }
        let index = u32::try_from(self.slots.len()).ok().filter(|&index| index < MAX_SLOTS)?;
        self.slots.push(Slot { generation: 0, value: Some(value) });
        Some(index)
    }

    pub(super) fn get(&mut self, handle: u32) -> Option<&mut T> {
        self.slot(handle)?.value.as_mut()
    }

    /// Frees a place, and gives what was there. Freeing it twice does nothing.
    pub(super) fn remove(&mut self, handle: u32) -> Option<T> {
        let slot = self.slot(handle)?;
        let value = slot.value.take()?;
        slot.generation = (slot.generation + 1) % GENERATIONS;
        self.free.push(index(handle));
        Some(value)
    }

    /// How many places are taken.
    #[allow(clippy::cast_possible_truncation)] // At most 2^20.
    pub(super) fn len(&self) -> u32 {
        (self.slots.len() - self.free.len()) as u32
    }

    fn slot(&mut self, handle: u32) -> Option<&mut Slot<T>> {
        let slot = self.slots.get_mut(index(handle) as usize)?;
        (slot.generation == handle >> INDEX_BITS).then_some(slot)
    }
}

fn index(handle: u32) -> u32 {
    handle & (MAX_SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Limits;

    #[test]
    fn an_old_number_finds_nothing() {
        let mut slots = Slots::default();
        let first = slots.insert(Wire::new(Decoder::new(Limits::default()))).unwrap();
        slots.remove(first);
        slots.remove(first);
        assert_eq!(slots.len(), 0);
        let second = slots.insert(Wire::new(Decoder::new(Limits::default()))).unwrap();
        assert_ne!(first, second);
        assert!(slots.get(first).is_none());
        assert!(slots.get(second).is_some());
        slots.remove(first);
        assert_eq!(slots.len(), 1);
        assert!(slots.get(77).is_none());
    }
}
