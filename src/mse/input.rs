//! Bytes of the peer's, collected until they can be judged.

use super::{MseError, PADDING_MAX};
use crate::wire::HASH_LEN;

/// Collects `N` bytes at most, out of chunks cut anywhere.
#[derive(Clone, Debug)]
pub(super) struct Field<const N: usize> {
    bytes: [u8; N],
    filled: usize,
}

impl<const N: usize> Field<N> {
    /// One of which some bytes have come.
    pub(super) fn with(start: &[u8]) -> Self {
        let mut field = Self { bytes: [0; N], filled: start.len() };
        field.bytes[..start.len()].copy_from_slice(start);
        field
    }

    /// Takes up what is missing to `N` bytes, and gives them, or nothing when the chunk ends first.
    pub(super) fn take(&mut self, chunk: &[u8], at: &mut usize) -> Option<[u8; N]> {
        let take = (N - self.filled).min(chunk.len() - *at);
        self.bytes[self.filled..self.filled + take].copy_from_slice(&chunk[*at..*at + take]);
        self.filled += take;
        *at += take;
        (self.filled == N).then_some(self.bytes)
    }

    /// What has come so far.
    pub(super) fn so_far(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

/// Passes over at most `left` bytes of the chunk, and tells how many.
pub(super) fn pass_over(left: usize, chunk: &[u8], at: &mut usize) -> usize {
    let passed = left.min(chunk.len() - *at);
    *at += passed;
    passed
}

/// Looks for where a padding of unknown length ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// The last bytes that have come, the newest at the end.
    window: [u8; HASH_LEN],
    seen: usize,
}

impl Search {
    /// Goes on to behind `mark`, of at most 20 bytes, and tells whether it was found.
    pub(super) fn find(
        &mut self,
        mark: &[u8],
        chunk: &[u8],
        at: &mut usize,
    ) -> Result<bool, MseError> {
        self.find_but(mark, None, chunk, at)
    }

    /// The same where `begun` in its place says that the peer has begun too.
    pub(super) fn find_but(
        &mut self,
        mark: &[u8],
        begun: Option<&[u8]>,
        chunk: &[u8],
        at: &mut usize,
    ) -> Result<bool, MseError> {
        while let Some(&byte) = chunk.get(*at) {
            *at += 1;
            self.window.rotate_left(1);
            self.window[HASH_LEN - 1] = byte;
            self.seen += 1;
            if self.has(mark) {
                return Ok(true);
            }
            if begun.is_some_and(|begun| self.has(begun)) {
                return Err(MseError::BothBegan);
            }
            if self.seen >= PADDING_MAX + mark.len() {
                return Err(MseError::Padding { limit: PADDING_MAX });
            }
        }
        Ok(false)
    }

    /// Whether the last bytes are those.
    fn has(&self, mark: &[u8]) -> bool {
        self.seen >= mark.len() && self.window.ends_with(mark)
    }
}
