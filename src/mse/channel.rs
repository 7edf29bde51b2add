//! What a settled exchange leaves behind: the two streams.

use super::Method;
use super::rc4::Rc4;

/// Both directions of a connection, once it is settled how it goes on.
#[derive(Clone, Debug)]
pub struct Channel {
    method: Method,
    outgoing: Option<Rc4>,
    incoming: Option<Rc4>,
    /// How many incoming bytes are still encrypted, where the connection goes on in the clear: the
    /// initial payload always is.
    left: usize,
}

impl Channel {
    /// # Parameters
    /// `left` is how many bytes of initial payload are still to come.
    pub(super) fn new(method: Method, outgoing: Rc4, incoming: Rc4, left: usize) -> Self {
        let is_encrypted = method == Method::Rc4;
        Self {
            method,
            outgoing: is_encrypted.then_some(outgoing),
            incoming: (is_encrypted || left > 0).then_some(incoming),
            left,
        }
    }

    /// What the two sides have settled on.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// Whether what comes next is encrypted.
    #[must_use]
    pub fn is_receiving_encrypted(&self) -> bool {
        self.incoming.is_some()
    }

    /// Deciphers what has come, from one place to another.
    ///
    /// # Panics
    /// When the two are not of the same length.
    pub fn open(&mut self, from: &[u8], to: &mut [u8]) {
        let Some(cipher) = &mut self.incoming else {
            to.copy_from_slice(from);
            return;
        };
        if self.method == Method::Rc4 {
            cipher.apply_to(from, to);
            return;
        }
        let encrypted = from.len().min(self.left);
        cipher.apply_to(&from[..encrypted], &mut to[..encrypted]);
        to[encrypted..].copy_from_slice(&from[encrypted..]);
        self.left -= encrypted;
        if self.left == 0 {
            self.incoming = None;
        }
    }

    /// Enciphers what is to be sent, from one place to another.
    ///
    /// # Panics
    /// When the two are not of the same length.
    pub fn seal(&mut self, from: &[u8], to: &mut [u8]) {
        match &mut self.outgoing {
            Some(cipher) => cipher.apply_to(from, to),
            None => to.copy_from_slice(from),
        }
    }
}
