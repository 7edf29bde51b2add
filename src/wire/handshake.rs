//! The 68 bytes that each side sends first (BEP 3).

use bytes::BufMut;

use super::{HASH_LEN, PeerError};

/// The length of the protocol name, then the name (BEP 3).
pub const PROTOCOL: [u8; 20] = *b"\x13BitTorrent protocol";

/// Length of the whole handshake, in bytes.
pub const HANDSHAKE_LEN: usize = PROTOCOL.len() + RESERVED_LEN + 2 * HASH_LEN;

const RESERVED_LEN: usize = 8;

/// The eight reserved bytes, in which each side announces what it speaks (BEP 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reserved(pub [u8; RESERVED_LEN]);

impl Reserved {
    /// How many bytes they are.
    pub(crate) const LEN: usize = RESERVED_LEN;
    /// The distributed hash table (BEP 5).
    pub const DHT: (usize, u8) = (7, 0x01);
    /// The Fast extension (BEP 6).
    pub const FAST: (usize, u8) = (7, 0x04);
    /// Version 2 of the protocol, for a torrent that has both (BEP 52, "Upgrade Path").
    pub const V2: (usize, u8) = (7, 0x10);
    /// The extension protocol (BEP 10).
    pub const EXTENDED: (usize, u8) = (5, 0x10);

    /// Whether a bit is set.
    #[must_use]
    pub fn has(self, (byte, bit): (usize, u8)) -> bool {
        self.0[byte] & bit != 0
    }

    /// The same bits with one more set.
    #[must_use]
    pub fn with(mut self, (byte, bit): (usize, u8)) -> Self {
        self.0[byte] |= bit;
        self
    }
}

/// A handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handshake {
    /// What the sender speaks.
    pub reserved: Reserved,
    /// SHA-1 of the torrent's info dictionary.
    pub info_hash: [u8; HASH_LEN],
    /// The sender's name for itself.
    pub peer_id: [u8; HASH_LEN],
}

impl Handshake {
    /// A handshake that announces the extension protocol and nothing else.
    #[must_use]
    pub fn new(info_hash: [u8; HASH_LEN], peer_id: [u8; HASH_LEN]) -> Self {
        Self { reserved: Reserved::default().with(Reserved::EXTENDED), info_hash, peer_id }
    }

    /// Appends the 68 bytes to `out`.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        let mut bytes = [0; HANDSHAKE_LEN];
        let (protocol, rest) = bytes.split_at_mut(PROTOCOL.len());
        let (reserved, hashes) = rest.split_at_mut(RESERVED_LEN);
        let (info_hash, peer_id) = hashes.split_at_mut(HASH_LEN);
        protocol.copy_from_slice(&PROTOCOL);
        reserved.copy_from_slice(&self.reserved.0);
        info_hash.copy_from_slice(&self.info_hash);
        peer_id.copy_from_slice(&self.peer_id);
        out.put_slice(&bytes);
    }

    /// Parses the 68 bytes.
    ///
    /// # Errors
    /// [`PeerError::NotBitTorrent`] at the first byte that is not the protocol's name.
    #[inline]
    pub fn parse(bytes: &[u8; HANDSHAKE_LEN]) -> Result<Self, PeerError> {
        let (protocol, rest) = bytes.split_at(PROTOCOL.len());
        check_protocol(0, protocol)?;
        let (reserved, hashes) = rest.split_at(RESERVED_LEN);
        let reserved = Reserved(std::array::from_fn(|at| reserved[at]));
        Ok(Self::from_parts(reserved, hashes))
    }

    /// Joins reserved bits with the 40 bytes of info hash and peer id.
    #[inline]
    pub(crate) fn from_parts(reserved: Reserved, hashes: &[u8]) -> Self {
        let (info_hash, peer_id) = hashes.split_at(HASH_LEN);
        Self {
            reserved,
            info_hash: info_hash.try_into().expect("20 bytes of info hash"),
            peer_id: peer_id.try_into().expect("20 bytes of peer id"),
        }
    }
}

/// Checks `bytes` against the protocol name from position `from` on.
#[inline]
pub(crate) fn check_protocol(from: usize, bytes: &[u8]) -> Result<(), PeerError> {
    let expected = &PROTOCOL[from..from + bytes.len()];
    if bytes == expected { Ok(()) } else { Err(first_wrong(from, bytes, expected)) }
}

/// Names the byte in which the two differ.
#[cold]
fn first_wrong(from: usize, bytes: &[u8], expected: &[u8]) -> PeerError {
    let at = bytes.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
    PeerError::NotBitTorrent { position: from + at, found: bytes[at] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_eight_bytes() {
        let handshake = Handshake::new([1; 20], [2; 20]);
        let mut bytes = Vec::new();
        handshake.encode(&mut bytes);
        assert_eq!(bytes.len(), HANDSHAKE_LEN);
        assert_eq!(&bytes[..20], b"\x13BitTorrent protocol");
        assert_eq!(bytes[20..28], [0, 0, 0, 0, 0, 0x10, 0, 0]);
        assert_eq!(bytes[28..48], [1; 20]);
        assert_eq!(bytes[48..], [2; 20]);
        assert_eq!(Handshake::parse(&bytes.try_into().unwrap()), Ok(handshake));
    }

    #[test]
    fn reserved_bits() {
        let bits = Reserved::default().with(Reserved::DHT);
        assert!(bits.has(Reserved::DHT));
        assert!(!bits.has(Reserved::EXTENDED));
        assert_eq!(bits.0, [0, 0, 0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn names_the_first_wrong_byte() {
        let mut bytes = [0; HANDSHAKE_LEN];
        bytes[..20].copy_from_slice(&PROTOCOL);
        bytes[19] = b'L';
        assert_eq!(
            Handshake::parse(&bytes),
            Err(PeerError::NotBitTorrent { position: 19, found: b'L' })
        );
        assert_eq!(
            check_protocol(0, b"GET"),
            Err(PeerError::NotBitTorrent { position: 0, found: b'G' })
        );
        assert_eq!(check_protocol(1, b"Bit"), Ok(()));
    }
}
