//! One whole message, for Rust programs: a head with its payload.

use bytes::BufMut;

use super::{Handshake, HashRange, Head, PeerError, id};

/// One message of the peer wire, its payload borrowed.
///
/// The handshake is here too, so that a reader can hand over everything a peer says in one type;
/// it is only ever the first.
///
/// The discriminants are the ids, as in [`Head`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Message<'a> {
    /// The first message of either side.
    Handshake(Handshake) = id::HANDSHAKE,
    /// A message of length zero.
    KeepAlive = id::KEEP_ALIVE,
    /// The sender will not answer requests.
    Choke = id::CHOKE,
    /// The sender answers requests again.
    Unchoke = id::UNCHOKE,
    /// The sender wants pieces the receiver has.
    Interested = id::INTERESTED,
    /// The sender wants nothing at present.
    NotInterested = id::NOT_INTERESTED,
    /// The sender has completed a piece.
    Have {
        /// The piece completed.
        index: u32,
    } = id::HAVE,
    /// All pieces the sender has, the highest bit of the first byte for piece 0.
    Bitfield(&'a [u8]) = id::BITFIELD,
    /// Asks for a block.
    Request {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::REQUEST,
    /// Carries a block.
    Piece {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block.
        block: &'a [u8],
    } = id::PIECE,
    /// Takes a request back.
    Cancel {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::CANCEL,
    /// The UDP port of the sender's DHT node.
    Port {
        /// The port.
        port: u16,
    } = id::PORT,
    /// The receiver might like to ask for a piece.
    Suggest {
        /// The piece.
        index: u32,
    } = id::SUGGEST,
    /// The sender has every piece.
    HaveAll = id::HAVE_ALL,
    /// The sender has no piece.
    HaveNone = id::HAVE_NONE,
    /// The sender will not answer a request.
    Reject {
        /// The piece.
        index: u32,
        /// Where the block starts in the piece, in bytes.
        offset: u32,
        /// The block's length, in bytes.
        length: u32,
    } = id::REJECT,
    /// The sender answers requests for a piece even while it chokes.
    AllowedFast {
        /// The piece.
        index: u32,
    } = id::ALLOWED_FAST,
    /// An extension protocol message.
    Extended {
        /// Which extension.
        extension: u8,
        /// What the extension defines.
        payload: &'a [u8],
    } = id::EXTENDED,
    /// Asks for hashes of a file's tree.
    HashRequest(HashRange<'a>) = id::HASH_REQUEST,
    /// Carries hashes of a file's tree.
    Hashes {
        /// Which hashes.
        range: HashRange<'a>,
        /// The hashes, 32 bytes each: the base layer's, then the uncles up to the root.
        hashes: &'a [u8],
    } = id::HASHES,
    /// The sender will not answer a request for hashes.
    HashReject(HashRange<'a>) = id::HASH_REJECT,
    /// A message of an id this crate does not know.
    Unknown {
        /// The whole body, id included.
        body: &'a [u8],
    } = id::UNKNOWN,
}

impl<'a> Message<'a> {
    /// Joins a head with its payload, which is empty for the messages that have none.
    ///
    /// # Panics
    /// When the payload of a hash message has not the length that [`Head::len_in`] allows.
    #[allow(clippy::inline_always)] // See `make::Make`.
    #[inline(always)]
    #[must_use]
    pub fn new(head: Head, payload: &'a [u8]) -> Self {
        match head {
            Head::KeepAlive => Self::KeepAlive,
            Head::Choke => Self::Choke,
            Head::Unchoke => Self::Unchoke,
            Head::Interested => Self::Interested,
            Head::NotInterested => Self::NotInterested,
            Head::Have { index } => Self::Have { index },
            Head::Bitfield => Self::Bitfield(payload),
            Head::Request { index, offset, length } => Self::Request { index, offset, length },
            Head::Piece { index, offset } => Self::Piece { index, offset, block: payload },
            Head::Cancel { index, offset, length } => Self::Cancel { index, offset, length },
            Head::Port { port } => Self::Port { port },
            Head::Suggest { index } => Self::Suggest { index },
            Head::HaveAll => Self::HaveAll,
            Head::HaveNone => Self::HaveNone,
            Head::Reject { index, offset, length } => Self::Reject { index, offset, length },
            Head::AllowedFast { index } => Self::AllowedFast { index },
            Head::Extended { extension } => Self::Extended { extension, payload },
            Head::HashRequest => Self::HashRequest(hashes_of(payload).0),
            Head::Hashes => {
                let (range, hashes) = hashes_of(payload);
                Self::Hashes { range, hashes }
            }
            Head::HashReject => Self::HashReject(hashes_of(payload).0),
            Head::Unknown => Self::Unknown { body: payload },
        }
    }

    /// Parses one whole body: what follows the length prefix, exactly.
    ///
    /// # Errors
    /// [`PeerError::MessageLength`] when no message of this id has this length.
    ///
    /// # Panics
    /// When `body` is longer than a length prefix can say.
    #[inline]
    pub fn parse(body: &'a [u8]) -> Result<Self, PeerError> {
        let (head, payload) = Head::split(body)?;
        Ok(Self::new(head, payload))
    }

    /// Appends the message to `out`, length prefix first.
    ///
    /// # Panics
    /// When the message is longer than a length prefix can say.
    #[inline]
    pub fn encode(&self, out: &mut impl BufMut) {
        // Each kind on its own: what `write` asks about the kind is answered at compile time.
        match *self {
            Self::Handshake(handshake) => handshake.encode(out),
            Self::KeepAlive => Head::KeepAlive.write(0, out),
            Self::Choke => Head::Choke.write(0, out),
            Self::Unchoke => Head::Unchoke.write(0, out),
            Self::Interested => Head::Interested.write(0, out),
            Self::NotInterested => Head::NotInterested.write(0, out),
            Self::Have { index } => Head::Have { index }.write(0, out),
            Self::Bitfield(bits) => Head::Bitfield.write_with(bits, out),
            Self::Request { index, offset, length } => {
                Head::Request { index, offset, length }.write(0, out);
            }
            Self::Piece { index, offset, block } => {
                Head::Piece { index, offset }.write_with(block, out);
            }
            Self::Cancel { index, offset, length } => {
                Head::Cancel { index, offset, length }.write(0, out);
            }
            Self::Port { port } => Head::Port { port }.write(0, out),
            Self::Suggest { index } => Head::Suggest { index }.write(0, out),
            Self::HaveAll => Head::HaveAll.write(0, out),
            Self::HaveNone => Head::HaveNone.write(0, out),
            Self::Reject { index, offset, length } => {
                Head::Reject { index, offset, length }.write(0, out);
            }
            Self::AllowedFast { index } => Head::AllowedFast { index }.write(0, out),
            Self::Extended { extension, payload } => {
                Head::Extended { extension }.write_with(payload, out);
            }
            Self::HashRequest(range) => range.write(Head::HashRequest, &[], out),
            Self::Hashes { range, hashes } => range.write(Head::Hashes, hashes, out),
            Self::HashReject(range) => range.write(Head::HashReject, &[], out),
            Self::Unknown { body } => Head::Unknown.write_with(body, out),
        }
    }
}

/// Splits the payload of a hash message, whose length was judged.
fn hashes_of(payload: &[u8]) -> (HashRange<'_>, &[u8]) {
    HashRange::split(payload).expect("48 bytes and more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_it_encodes() {
        let range = HashRange {
            pieces_root: &[7; 32],
            base_layer: 1,
            index: 2,
            length: 2,
            proof_layers: 0,
        };
        let messages = [
            Message::KeepAlive,
            Message::Choke,
            Message::Unchoke,
            Message::Interested,
            Message::NotInterested,
            Message::Have { index: 9 },
            Message::Bitfield(&[0xf0, 1]),
            Message::Bitfield(&[]),
            Message::Request { index: 1, offset: 2, length: 3 },
            Message::Piece { index: 1, offset: 2, block: b"block" },
            Message::Piece { index: 1, offset: 2, block: b"" },
            Message::Cancel { index: 1, offset: 2, length: 3 },
            Message::Port { port: 6881 },
            Message::Extended { extension: 0, payload: b"de" },
            Message::Extended { extension: 0, payload: b"" },
            Message::Suggest { index: 9 },
            Message::HaveAll,
            Message::HaveNone,
            Message::Reject { index: 1, offset: 2, length: 3 },
            Message::AllowedFast { index: 9 },
            Message::HashRequest(range),
            Message::Hashes { range, hashes: &[9; 64] },
            Message::HashReject(range),
            Message::Unknown { body: &[99, 1, 2] },
        ];
        for message in messages {
            let mut bytes = Vec::new();
            message.encode(&mut bytes);
            assert_eq!(bytes.len() - 4, crate::wire::be_u32(&bytes, 0) as usize);
            assert_eq!(Message::parse(&bytes[4..]), Ok(message));
        }
    }

    #[test]
    fn refuses_a_short_have() {
        assert_eq!(Message::parse(&[4, 0, 0]), Err(PeerError::MessageLength { id: 4, length: 3 }));
    }
}
