//! What one side of an exchange needs of chance.

use super::dh::{KEY_LEN, SECRET_LEN, Secret};
use super::{Methods, PADDING_MAX, VC};

/// How many random bytes an exchange needs.
pub const RANDOM_LEN: usize = SECRET_LEN + 4 + PADDING_MAX;

/// A handshake without its protocol's name: that name's length, reserved bits, infohash, peer id.
const HANDSHAKE_LEN_BUT_NAME: usize = 1 + 8 + 20 + 20;

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

    /// Appends what the responder sends first: its public key, and padding.
    pub(super) fn open(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.secret.public());
        out.extend_from_slice(&self.padding[..self.first]);
    }

    /// Appends what the initiator sends first: the same, and no less than the handshake would be (BEP 3)
    /// whose protocol has a name as long as the first byte says. A peer that reads it so would wait for
    /// the rest: like this it sees at once that it is none.
    pub(super) fn dial(&self, out: &mut Vec<u8>) {
        let public = self.secret.public();
        let least = (usize::from(public[0]) + HANDSHAKE_LEN_BUT_NAME).saturating_sub(KEY_LEN);
        let length = match self.first {
            enough if enough >= least => enough,
            // Some length from there on: no more often the least than any other.
            few => least + few % (PADDING_MAX + 1 - least),
        };
        out.extend_from_slice(&public);
        out.extend_from_slice(&self.padding[..length]);
    }

    /// Appends what each side encrypts first: the verification constant, methods, and padding behind
    /// its length, which the specification asks to be of zeros.
    pub(super) fn agree(&self, methods: Methods, out: &mut Vec<u8>) {
        out.extend_from_slice(&VC);
        out.extend_from_slice(&methods.0.to_be_bytes());
        #[allow(clippy::cast_possible_truncation)] // At most 512.
        out.extend_from_slice(&(self.second as u16).to_be_bytes());
        out.resize(out.len() + self.second, 0);
    }
}

/// Shows nothing: what it has is secret.
impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}
