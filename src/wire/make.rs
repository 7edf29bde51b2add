//! What becomes of a message once it is read: another type of ours, and nothing in between.
//!
//! [`Head::split_into`] calls [`Make::make`] in a place of its own for each kind, with the kind known
//! to the compiler. So implementations are inlined always: what they ask about the kind is answered
//! at compile time, and of a message only its id is looked at, once. Returned and looked at again, a
//! head would cost several times what it costs to read.

use super::{Head, Message};

/// What can be made of a message.
pub(crate) trait Make<'a>: Sized {
    type Made;

    /// Makes it of a head and the payload behind it.
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made>;

    /// Makes it of a head with nothing behind it, if that is so.
    #[allow(clippy::inline_always)] // See above.
    #[inline(always)]
    fn bare(self, head: Head, rest: &'a [u8]) -> Option<Self::Made> {
        if rest.is_empty() { self.make(head, &[]) } else { None }
    }
}

/// Leaves a message as it is.
pub(super) struct MakePair;

impl<'a> Make<'a> for MakePair {
    type Made = (Head, &'a [u8]);

    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made> {
        Some((head, payload))
    }
}

/// Makes a [`Message`].
pub(crate) struct MakeMessage;

impl<'a> Make<'a> for MakeMessage {
    type Made = Message<'a>;

    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn make(self, head: Head, payload: &'a [u8]) -> Option<Self::Made> {
        Some(Message::new(head, payload))
    }
}
