//! What the shared secret and the info hash are made into. The hash is SHA-1 throughout.

use sha1::{Digest, Sha1};

use super::dh::KEY_LEN;
use super::rc4::Rc4;
use crate::wire::HASH_LEN;

/// What both sides know once they have each other's public keys.
#[derive(Clone)]
pub(super) struct Shared([u8; KEY_LEN]);

impl Shared {
    pub(super) fn new(secret: [u8; KEY_LEN]) -> Self {
        Self(secret)
    }

    /// What the initiator sends between its padding and the rest.
    pub(super) fn mark(&self) -> [u8; HASH_LEN] {
        hash(&[b"req1", &self.0])
    }

    /// Hides the request hash from who does not know the secret, and unhides it.
    pub(super) fn veil(&self, mut request: [u8; HASH_LEN]) -> [u8; HASH_LEN] {
        for (byte, veil) in request.iter_mut().zip(hash(&[b"req3", &self.0])) {
            *byte ^= veil;
        }
        request
    }

    /// The stream of what the initiator sends.
    pub(super) fn initiator_stream(&self, info_hash: &[u8; HASH_LEN]) -> Rc4 {
        Rc4::new(&hash(&[b"keyA", &self.0, info_hash]))
    }

    /// The stream of what the responder sends.
    pub(super) fn responder_stream(&self, info_hash: &[u8; HASH_LEN]) -> Rc4 {
        Rc4::new(&hash(&[b"keyB", &self.0, info_hash]))
    }
}

/// What an initiator asks for a torrent by: who does not know the info hash does not learn it.
#[must_use]
pub fn request_hash(info_hash: &[u8; HASH_LEN]) -> [u8; HASH_LEN] {
    hash(&[b"req2", info_hash])
}

fn hash(parts: &[&[u8]]) -> [u8; HASH_LEN] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
