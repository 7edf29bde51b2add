//! What a peer can do wrong. There is no error for a caller: the types leave no room for one.

use thiserror::Error;

/// The peer broke the protocol or a limit. Nothing it sends afterwards can be trusted to be framed,
/// so the connection ends.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerError {
    /// The first 20 bytes are not `\x13BitTorrent protocol` (BEP 3).
    #[error("not a BitTorrent handshake: byte {position} is 0x{found:02x}")]
    NotBitTorrent {
        /// Where the first wrong byte stands, from 0.
        position: usize,
        /// The byte that stands there.
        found: u8,
    },
    /// The length prefix is above the limit. The message is refused before any of it is kept.
    #[error("a message of {length} bytes is over the limit of {limit}")]
    MessageTooLong {
        /// The length the prefix announced, in bytes.
        length: u32,
        /// The limit in force, in bytes.
        limit: u32,
    },
    /// The length prefix does not fit the message id.
    #[error("message {id} cannot be {length} bytes long")]
    MessageLength {
        /// The message id.
        id: u8,
        /// The length the prefix announced, in bytes, id included.
        length: u32,
    },
    /// A piece index that no torrent of this many pieces has.
    #[error("piece {index} is out of range: the torrent has {}{pieces} pieces", at_most(*.exact))]
    PieceIndex {
        /// The index received.
        index: u32,
        /// How many pieces there are.
        pieces: u32,
        /// Whether that number is the torrent's own (`true`) or a cap (`false`).
        exact: bool,
    },
    /// A bitfield whose length does not fit the number of pieces.
    #[error("a bitfield of {length} bytes does not fit {}{pieces} pieces", at_most(*.exact))]
    BitfieldLength {
        /// Length of the bitfield, in bytes.
        length: u32,
        /// How many pieces there are.
        pieces: u32,
        /// Whether that number is the torrent's own (`true`) or a cap (`false`).
        exact: bool,
    },
    /// A bitfield that claims pieces after the last one (BEP 3: spare bits are zero).
    #[error("a bitfield sets spare bits after the last of {pieces} pieces")]
    BitfieldSpareBits {
        /// How many pieces the torrent has.
        pieces: u32,
    },
    /// A block that ends beyond 2^32 bytes, where no piece does.
    #[error("a block of {length} bytes at {offset} ends beyond the last offset")]
    BlockRange {
        /// Where the block starts in its piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    },
    /// A message of the Fast extension, which this side announced and the peer did not (BEP 6: "MUST
    /// close the connection").
    #[error("message {id} is of the Fast extension, which the peer did not announce")]
    FastNotNegotiated {
        /// The message id.
        id: u8,
    },
    /// A message of an unknown id, where none is accepted.
    #[error("message {id} is not known")]
    UnknownMessage {
        /// The message id.
        id: u8,
    },
}

impl PeerError {
    /// A stable code for programs, `ERR_PWP_…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotBitTorrent { .. } => "ERR_PWP_NOT_BITTORRENT",
            Self::MessageTooLong { .. } => "ERR_PWP_MESSAGE_TOO_LONG",
            Self::MessageLength { .. } => "ERR_PWP_MESSAGE_LENGTH",
            Self::PieceIndex { .. } => "ERR_PWP_PIECE_INDEX",
            Self::BitfieldLength { .. } => "ERR_PWP_BITFIELD_LENGTH",
            Self::BitfieldSpareBits { .. } => "ERR_PWP_BITFIELD_SPARE_BITS",
            Self::BlockRange { .. } => "ERR_PWP_BLOCK_RANGE",
            Self::FastNotNegotiated { .. } => "ERR_PWP_FAST_NOT_NEGOTIATED",
            Self::UnknownMessage { .. } => "ERR_PWP_UNKNOWN_MESSAGE",
        }
    }
}

/// A cap is not the torrent's own number, and the message says so.
fn at_most(exact: bool) -> &'static str {
    if exact { "" } else { "at most " }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_value() {
        let cases = [
            (
                PeerError::NotBitTorrent { position: 0, found: b'G' },
                "not a BitTorrent handshake: byte 0 is 0x47",
            ),
            (
                PeerError::MessageTooLong { length: 9, limit: 8 },
                "a message of 9 bytes is over the limit of 8",
            ),
            (PeerError::MessageLength { id: 4, length: 4 }, "message 4 cannot be 4 bytes long"),
            (
                PeerError::PieceIndex { index: 7, pieces: 7, exact: true },
                "piece 7 is out of range: the torrent has 7 pieces",
            ),
            (
                PeerError::BitfieldLength { length: 3, pieces: 8, exact: false },
                "a bitfield of 3 bytes does not fit at most 8 pieces",
            ),
            (
                PeerError::BitfieldSpareBits { pieces: 7 },
                "a bitfield sets spare bits after the last of 7 pieces",
            ),
            (
                PeerError::BlockRange { offset: u32::MAX, length: 2 },
                "a block of 2 bytes at 4294967295 ends beyond the last offset",
            ),
            (
                PeerError::FastNotNegotiated { id: 14 },
                "message 14 is of the Fast extension, which the peer did not announce",
            ),
            (PeerError::UnknownMessage { id: 99 }, "message 99 is not known"),
        ];
        for (error, message) in cases {
            assert_eq!(error.to_string(), message);
            assert!(error.code().starts_with("ERR_PWP_"));
        }
    }
}
