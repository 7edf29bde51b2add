//! What a peer can do wrong before the first byte of the protocol proper.

use thiserror::Error;

use super::Methods;

/// The two sides have not come to an encrypted connection, nor will they.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum MseError {
    /// A public key of which anybody can tell the shared secret: 0, 1 or p-1, or one that is not below p.
    #[error("the peer's public key gives the shared secret away")]
    PublicKey,
    /// What the padding ends with has not come within 512 bytes.
    #[error("the peer's padding does not end within {limit} bytes")]
    Padding {
        /// The most bytes of padding there can be.
        limit: usize,
    },
    /// The length of a padding says more than 512 bytes.
    #[error("a padding of {length} bytes is over the limit of {limit}")]
    PaddingLength {
        /// The length the peer gave, in bytes.
        length: u16,
        /// The most bytes of padding there can be.
        limit: usize,
    },
    /// The peer asks for a torrent that nobody here knows.
    #[error("the peer asks for a torrent that is not known here")]
    UnknownTorrent,
    /// The verification constant is not what it must be: the peer has another secret, or info hash.
    #[error("what the peer encrypted cannot be read")]
    Garbled,
    /// The two sides have no method in common.
    #[error("the peer offers {offered}, and {accepted} is accepted")]
    NoMethod {
        /// What the initiator offers.
        offered: Methods,
        /// What is accepted here.
        accepted: Methods,
    },
    /// The responder has chosen what it was not offered.
    #[error("the peer chose {chosen}, and was offered {offered}")]
    Chosen {
        /// What the responder chose.
        chosen: Methods,
        /// What it was offered.
        offered: Methods,
    },
    /// The peer begins in the clear, where that is not accepted.
    #[error("the peer does not encrypt")]
    Unencrypted,
    /// The peer answers an encrypted beginning with one in the clear.
    #[error("the peer answers in the clear: it does not speak encryption")]
    Unsupported,
    /// The peer answers as if it had been the one to begin.
    #[error("both sides began the encryption")]
    BothBegan,
}

impl MseError {
    /// A stable code for programs, `ERR_PWP_ENCRYPTION_…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::PublicKey => "ERR_PWP_ENCRYPTION_KEY",
            Self::Padding { .. } | Self::PaddingLength { .. } => "ERR_PWP_ENCRYPTION_PADDING",
            Self::UnknownTorrent => "ERR_PWP_ENCRYPTION_TORRENT",
            Self::Garbled => "ERR_PWP_ENCRYPTION_GARBLED",
            Self::NoMethod { .. } | Self::Chosen { .. } => "ERR_PWP_ENCRYPTION_METHOD",
            Self::Unencrypted => "ERR_PWP_ENCRYPTION_REQUIRED",
            Self::Unsupported => "ERR_PWP_ENCRYPTION_UNSUPPORTED",
            Self::BothBegan => "ERR_PWP_ENCRYPTION_BOTH_BEGAN",
        }
    }
}
