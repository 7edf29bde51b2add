//! Message ids, the byte after the length prefix.

/// The sender will not answer requests (BEP 3).
pub const CHOKE: u8 = 0;
/// The sender answers requests again (BEP 3).
pub const UNCHOKE: u8 = 1;
/// The sender wants pieces the receiver has (BEP 3).
pub const INTERESTED: u8 = 2;
/// The sender wants nothing at present (BEP 3).
pub const NOT_INTERESTED: u8 = 3;
/// The sender has completed a piece (BEP 3).
pub const HAVE: u8 = 4;
/// All pieces the sender has, one bit each (BEP 3).
pub const BITFIELD: u8 = 5;
/// Asks for a block (BEP 3).
pub const REQUEST: u8 = 6;
/// Carries a block (BEP 3).
pub const PIECE: u8 = 7;
/// Takes a request back (BEP 3).
pub const CANCEL: u8 = 8;
/// The sender's DHT port (BEP 5).
pub const PORT: u8 = 9;
/// The receiver might like to ask for a piece (BEP 6).
pub const SUGGEST: u8 = 13;
/// The sender has every piece (BEP 6).
pub const HAVE_ALL: u8 = 14;
/// The sender has no piece (BEP 6).
pub const HAVE_NONE: u8 = 15;
/// The sender will not answer a request (BEP 6).
pub const REJECT: u8 = 16;
/// The sender answers requests for a piece even while it chokes (BEP 6).
pub const ALLOWED_FAST: u8 = 17;
/// An extension protocol message (BEP 10).
pub const EXTENDED: u8 = 20;
/// Asks for hashes of a file's tree (BEP 52).
pub const HASH_REQUEST: u8 = 21;
/// Carries hashes of a file's tree (BEP 52).
pub const HASHES: u8 = 22;
/// The sender will not answer a request for hashes (BEP 52).
pub const HASH_REJECT: u8 = 23;

/// Stands for a handshake where there is a number for each kind. Not on the wire, like the next two,
/// and above every id in use.
pub(crate) const HANDSHAKE: u8 = 32;
/// Stands for a keep-alive, which has no id.
pub(crate) const KEEP_ALIVE: u8 = 33;
/// Stands for any id that is not known.
pub(crate) const UNKNOWN: u8 = 34;
