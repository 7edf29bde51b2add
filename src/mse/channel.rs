//! What a settled exchange leaves behind: the two streams.

use super::Method;
use super::rc4::Rc4;

/// Both directions of a connection, once it is settled how it goes on.
#[derive(Clone, Debug)]
pub struct Channel {
    method: Method,
    sealing: Sealing,
    opening: Opening,
}

/// What is sent from then on.
#[derive(Clone, Debug)]
pub struct Sealing {
    cipher: Option<Rc4>,
}

/// What comes from then on.
#[derive(Clone, Debug)]
pub struct Opening {
    cipher: Option<Rc4>,
    /// How many bytes are still encrypted, where not all are: the initial payload always is.
    left: usize,
}

impl Channel {
    /// # Parameters
    /// `left` is how many bytes of initial payload are still to come.
    pub(super) fn new(method: Method, outgoing: Rc4, incoming: Rc4, left: usize) -> Self {
        let is_encrypted = method == Method::Rc4;
        let left = if is_encrypted { usize::MAX } else { left };
        Self {
            method,
            sealing: Sealing { cipher: is_encrypted.then_some(outgoing) },
            opening: Opening { cipher: (left > 0).then_some(incoming), left },
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
        self.opening.is_encrypted()
    }

    /// Whether what is sent is encrypted.
    #[must_use]
    pub fn is_sending_encrypted(&self) -> bool {
        self.sealing.is_encrypted()
    }

    /// Deciphers what has come, from one place to another.
    ///
    /// # Panics
    /// When the two are not of the same length.
    pub fn open(&mut self, from: &[u8], to: &mut [u8]) {
        self.opening.open(from, to);
    }

    /// Enciphers what is to be sent, from one place to another.
    ///
    /// # Panics
    /// When the two are not of the same length.
    pub fn seal(&mut self, from: &[u8], to: &mut [u8]) {
        match &mut self.sealing.cipher {
            Some(cipher) => cipher.apply_to(from, to),
            None => to.copy_from_slice(from),
        }
    }

    /// The two directions, for those who send and receive apart.
    #[must_use]
    pub fn split(self) -> (Sealing, Opening) {
        (self.sealing, self.opening)
    }
}

impl Sealing {
    /// Whether what is sent is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.cipher.is_some()
    }

    /// Enciphers what is to be sent, where it lies.
    pub fn seal_in_place(&mut self, bytes: &mut [u8]) {
        if let Some(cipher) = &mut self.cipher {
            cipher.apply_in_place(bytes);
        }
    }
}

impl Opening {
    /// Whether what comes next is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.cipher.is_some()
    }

    fn open(&mut self, from: &[u8], to: &mut [u8]) {
        let encrypted = from.len().min(self.left);
        let (sealed, clear) = from.split_at(encrypted);
        let (opened, rest) = to.split_at_mut(encrypted);
        if let Some(cipher) = &mut self.cipher {
            cipher.apply_to(sealed, opened);
        }
        rest.copy_from_slice(clear);
        self.pass(encrypted);
    }

    /// Deciphers what has come, where it lies.
    pub fn open_in_place(&mut self, bytes: &mut [u8]) {
        let encrypted = bytes.len().min(self.left);
        if let Some(cipher) = &mut self.cipher {
            cipher.apply_in_place(&mut bytes[..encrypted]);
        }
        self.pass(encrypted);
    }

    fn pass(&mut self, encrypted: usize) {
        if self.left == usize::MAX {
            return;
        }
        self.left -= encrypted;
        if self.left == 0 {
            self.cipher = None;
        }
    }
}
