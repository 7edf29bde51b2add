//! The short way: a message that lies whole in the chunk, read straight from there. Most do.

use super::{Decoder, Frame, Limits, Payload, Step};
use crate::wire::{Head, Make, PREFIX_LEN};

impl Decoder {
    /// Makes something of the next message, if that lies whole in the chunk and nothing is wrong
    /// with it. `making` is told where the message's body starts.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(super) fn whole<'a, M: Make<'a>>(
        &self,
        chunk: &'a [u8],
        at: &mut usize,
        making: impl FnOnce(usize) -> M,
    ) -> Option<M::Made> {
        self.whole_by::<M, false>(chunk, at, making)
    }

    /// The same for the messages that it leaves out: those of BEP 6 and 52.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(super) fn whole_rare<'a, M: Make<'a>>(
        &self,
        chunk: &'a [u8],
        at: &mut usize,
        making: impl FnOnce(usize) -> M,
    ) -> Option<M::Made> {
        self.whole_by::<M, true>(chunk, at, making)
    }

    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn whole_by<'a, M: Make<'a>, const RARE: bool>(
        &self,
        chunk: &'a [u8],
        at: &mut usize,
        making: impl FnOnce(usize) -> M,
    ) -> Option<M::Made> {
        if !self.is_between() {
            return None;
        }
        let (&prefix, rest) = chunk.get(*at..)?.split_first_chunk::<PREFIX_LEN>()?;
        let length = u32::from_be_bytes(prefix);
        let limits = self.limits_ref();
        limits.check_length(length).ok()?;
        let body = rest.get(..length as usize)?;
        let body_at = *at + PREFIX_LEN;
        let judged = Judged { limits, making: making(body_at) };
        // Not a function that is passed: the compiler would call it.
        let (made, size) =
            if RARE { Head::split_rare(body, judged)? } else { Head::split_into(body, judged)? };
        *at = body_at + size;
        Some(made)
    }
}

/// Judges a message, and tells how long its body is besides what is made of it.
struct Judged<'a, M> {
    limits: &'a Limits,
    making: M,
}

impl<'a, M: Make<'a>> Make<'a> for Judged<'_, M> {
    type Made = (M::Made, usize);

    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made> {
        if !self.limits.passes(head, payload) {
            return None;
        }
        // Most often a number known to the compiler: then the next message can be looked at before
        // the length of this one has come from memory.
        let size = head.size() + payload.len();
        Some((self.making.make(head, payload)?, size))
    }
}

/// Makes a step of a message whose body starts at `body_at`.
pub(super) struct MakeStep {
    pub(super) body_at: usize,
}

impl<'a> Make<'a> for MakeStep {
    type Made = Step;

    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made> {
        let start = self.body_at + head.size();
        Some(Step::Frame(Frame::Message(head), Payload::Chunk(start..start + payload.len())))
    }
}
