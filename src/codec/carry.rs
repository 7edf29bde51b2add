//! The few bytes that are held until they can be judged.

use super::Limits;
use crate::wire::{Head, MAX_HEAD_LEN, PREFIX_LEN, PeerError, be_u32};

/// Room for the longest thing that is judged in one: a length prefix and a head.
const CARRY_LEN: usize = PREFIX_LEN + MAX_HEAD_LEN;

/// What has come, in this chunk and earlier ones, of something judged in one.
#[derive(Clone, Debug, Default)]
pub(super) struct Carry {
    bytes: [u8; CARRY_LEN],
    /// How many of them are held.
    held: usize,
}

impl Carry {
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Takes up `N` bytes in all, and gives them, or nothing when the chunk ends first.
    pub(super) fn take_up<const N: usize>(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
    ) -> Option<[u8; N]> {
        if !self.fill(N, chunk, at) {
            return None;
        }
        self.held = 0;
        self.bytes.first_chunk().copied()
    }

    /// Takes up length prefix and head, judging each as soon as its bytes are there. Gives the head
    /// and the payload's length, or nothing when the chunk ends first.
    pub(super) fn head(
        &mut self,
        limits: &Limits,
        chunk: &[u8],
        at: &mut usize,
    ) -> Result<Option<(Head, u32)>, PeerError> {
        let is_judged = self.held >= PREFIX_LEN;
        if !self.fill(PREFIX_LEN, chunk, at) {
            return Ok(None);
        }
        let length = be_u32(&self.bytes, 0);
        if !is_judged {
            limits.check_length(length)?;
        }
        if length == 0 {
            self.held = 0;
            return Ok(Some((Head::KeepAlive, 0)));
        }
        // The id is looked at before it is taken: of an unknown message it is payload. One that has
        // been taken was judged for good.
        let (id, size) = if self.held > PREFIX_LEN {
            let id = self.bytes[PREFIX_LEN];
            (id, Head::len_in(id, length)?)
        } else if let Some(&id) = chunk.get(*at) {
            (id, limits.head_len(id, length)?)
        } else {
            return Ok(None);
        };
        if !self.fill(PREFIX_LEN + size, chunk, at) {
            return Ok(None);
        }
        self.held = 0;
        if size == 0 {
            limits.check_unknown(id)?;
            return Ok(Some((Head::Unknown, length)));
        }
        let head = Head::of(&self.bytes[PREFIX_LEN..PREFIX_LEN + size])?;
        #[allow(clippy::cast_possible_truncation)] // A head is at most 13 bytes.
        Ok(Some((head, length - size as u32)))
    }

    /// How many bytes are missing to `until`.
    pub(super) fn lacks(&self, until: usize) -> usize {
        until.saturating_sub(self.held)
    }

    /// How many bytes a prefix and head under way lack before they can be judged further.
    pub(super) fn lacks_of_head(&self) -> usize {
        if self.held < PREFIX_LEN {
            return self.lacks(PREFIX_LEN);
        }
        if self.held == PREFIX_LEN {
            return 1;
        }
        // The id was judged when it was taken.
        let size = Head::len_in(self.bytes[PREFIX_LEN], be_u32(&self.bytes, 0)).unwrap_or(0);
        self.lacks(PREFIX_LEN + size).max(1)
    }

    /// Moves bytes of the chunk here until `until` are held, and tells whether they are.
    fn fill(&mut self, until: usize, chunk: &[u8], at: &mut usize) -> bool {
        let take = self.lacks(until).min(chunk.len() - *at);
        self.bytes[self.held..self.held + take].copy_from_slice(&chunk[*at..*at + take]);
        self.held += take;
        *at += take;
        self.held >= until
    }
}
