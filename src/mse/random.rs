//! What one side of an exchange needs of chance.

use super::PADDING_MAX;
use super::dh::{SECRET_LEN, Secret};

/// How many random bytes an exchange needs.
pub const RANDOM_LEN: usize = SECRET_LEN + 4 + PADDING_MAX;

/// The private key, and the paddings.
#[derive(Clone)]
pub struct Random {
    pub(super) secret: Secret,
    padding: [u8; PADDING_MAX],
    /// The length of the padding behind the public key, in bytes.
    first: usize,
    /// The length of the encrypted padding, in bytes.
    second: usize,
}

impl Random {
    /// Spreads random bytes over what needs them. They must not be used twice, and be no one's guess.
    #[must_use]
    pub fn new(bytes: &[u8; RANDOM_LEN]) -> Self {
        let (secret, rest) = bytes.split_at(SECRET_LEN);
        let (lengths, padding) = rest.split_at(4);
        let length = |at: usize| {
            usize::from(u16::from_be_bytes([lengths[at], lengths[at + 1]])) % (PADDING_MAX + 1)
        };
        let mut random = Self {
            secret: Secret::new(secret),
            padding: [0; PADDING_MAX],
            first: length(0),
            second: length(2),
        };
        random.padding.copy_from_slice(padding);
        random
    }

    /// The padding behind the public key.
    pub(super) fn padding(&self) -> &[u8] {
        &self.padding[..self.first]
    }

    /// The encrypted padding, which the specification asks to be of zeros, behind its length.
    pub(super) fn zeros(&self, out: &mut Vec<u8>) {
        #[allow(clippy::cast_possible_truncation)] // At most 512.
        out.extend_from_slice(&(self.second as u16).to_be_bytes());
        out.resize(out.len() + self.second, 0);
    }
}
