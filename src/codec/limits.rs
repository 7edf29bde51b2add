//! How much a peer may send, judged before anything of it is kept.

use crate::wire::{HashRange, Head, PeerError, TREE_HASH_LEN, id};

/// What has come of the Fast extension (BEP 6), which is on where both sides announce it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fast {
    /// This side has not announced it: its messages are unknown ones.
    #[default]
    Unasked,
    /// Only this side has announced it: its messages break the protocol.
    Refused,
    /// It is on.
    Agreed,
}

impl Fast {
    /// What has come of it, between a side that has asked for it or not and a peer.
    #[must_use]
    pub fn between(has_asked: bool, is_agreed: bool) -> Self {
        match (has_asked, is_agreed) {
            (_, true) => Self::Agreed,
            (true, false) => Self::Refused,
            (false, false) => Self::Unasked,
        }
    }
}

/// Bounds on what one peer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest message accepted, in bytes, without its length prefix.
    pub max_message_size: u32,
    /// The most pieces a torrent may have while its real number is unknown.
    pub max_pieces: u32,
    /// How many pieces the torrent has, once known. Indexes and bitfields are then checked exactly.
    pub piece_count: Option<u32>,
    /// What has come of the Fast extension.
    pub fast: Fast,
    /// Whether both sides speak version 2 (BEP 52). Messages about hashes are unknown ones otherwise.
    pub v2: bool,
    /// Whether a message of an unknown id breaks the protocol, as it does for libtorrent and
    /// Transmission.
    pub strict: bool,
}

impl Default for Limits {
    /// 1 MiB a message and 2^21 pieces, the bounds libtorrent uses.
    fn default() -> Self {
        Self {
            max_message_size: 1 << 20,
            max_pieces: 1 << 21,
            piece_count: None,
            fast: Fast::Unasked,
            v2: false,
            strict: false,
        }
    }
}

impl Limits {
    /// Judges a length prefix.
    #[inline]
    pub(crate) fn check_length(&self, length: u32) -> Result<(), PeerError> {
        if length > self.max_message_size {
            return Err(PeerError::MessageTooLong { length, limit: self.max_message_size });
        }
        Ok(())
    }

    /// How many bytes of a body of `length` bytes that starts with `id` are head: none when the id
    /// is not known, or means nothing between these two peers.
    #[inline]
    pub(crate) fn head_len(&self, id: u8, length: u32) -> Result<usize, PeerError> {
        if Head::is_rare(id) { self.rare_head_len(id, length) } else { Head::len_in(id, length) }
    }

    #[cold]
    fn rare_head_len(&self, id: u8, length: u32) -> Result<usize, PeerError> {
        match id {
            id::SUGGEST..=id::ALLOWED_FAST => match self.fast {
                Fast::Unasked => return Ok(0),
                Fast::Refused => return Err(PeerError::FastNotNegotiated { id }),
                Fast::Agreed => {}
            },
            id::HASH_REQUEST..=id::HASH_REJECT if !self.v2 => return Ok(0),
            _ => {}
        }
        Head::len_in(id, length)
    }

    /// Whether a message is one that these two peers have agreed to use.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    fn is_agreed(&self, head: Head) -> bool {
        match head {
            Head::Suggest { .. }
            | Head::HaveAll
            | Head::HaveNone
            | Head::Reject { .. }
            | Head::AllowedFast { .. } => self.fast == Fast::Agreed,
            Head::HashRequest | Head::Hashes | Head::HashReject => self.v2,
            _ => true,
        }
    }

    /// Judges a message by its head and the length of the payload to come.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(crate) fn check_head(&self, head: Head, payload: u32) -> Result<(), PeerError> {
        let (pieces, exact) = self.pieces();
        match head {
            Head::Have { index } if index >= pieces => {
                Err(PeerError::PieceIndex { index, pieces, exact })
            }
            Head::Bitfield => {
                let full = pieces.div_ceil(8);
                if payload > full || (exact && payload != full) {
                    return Err(PeerError::BitfieldLength { length: payload, pieces, exact });
                }
                Ok(())
            }
            Head::Request { index, offset, length }
            | Head::Cancel { index, offset, length }
            | Head::Reject { index, offset, length } => self.check_block(index, offset, length),
            Head::Piece { index, offset } => self.check_block(index, offset, payload),
            Head::Suggest { index } | Head::AllowedFast { index } => self.check_block(index, 0, 0),
            _ => Ok(()),
        }
    }

    /// Judges a block: its piece exists, as far as that is known, and it ends where offsets do.
    #[inline]
    fn check_block(&self, index: u32, offset: u32, length: u32) -> Result<(), PeerError> {
        if let Some(pieces) = self.piece_count
            && index >= pieces
        {
            return Err(PeerError::PieceIndex { index, pieces, exact: true });
        }
        match offset.checked_add(length.saturating_sub(1)) {
            Some(_) => Ok(()),
            None => Err(PeerError::BlockRange { offset, length }),
        }
    }

    /// Judges a message of an unknown id.
    #[inline]
    pub(crate) fn check_unknown(&self, id: u8) -> Result<(), PeerError> {
        if self.strict { Err(PeerError::UnknownMessage { id }) } else { Ok(()) }
    }

    /// Whether a message that lies whole in a chunk is one to hand over. One that is not goes through
    /// the decoder's stages, which say what it is.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(crate) fn passes(&self, head: Head, payload: &[u8]) -> bool {
        // A payload of 4 GiB is over any limit on a length prefix.
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        if !self.is_agreed(head) || self.check_head(head, length).is_err() {
            return false;
        }
        match head {
            Head::Unknown => payload.first().is_none_or(|&id| self.check_unknown(id).is_ok()),
            _ => self.check_payload(head, payload).is_ok(),
        }
    }

    /// Judges the payload of a message, whole: by its head it was judged before.
    #[allow(clippy::inline_always)] // See `Make`.
    #[inline(always)]
    pub(crate) fn check_payload(&self, head: Head, payload: &[u8]) -> Result<(), PeerError> {
        match head {
            Head::Bitfield => self.check_bitfield(payload),
            Head::Hashes => check_hashes(payload),
            _ => Ok(()),
        }
    }

    /// Judges the bits of a whole bitfield: with the number of pieces known, none may follow the
    /// last piece's (BEP 3).
    #[inline]
    fn check_bitfield(&self, bits: &[u8]) -> Result<(), PeerError> {
        let Some(pieces) = self.piece_count else {
            return Ok(());
        };
        let spare = 0xff_u8.checked_shr(pieces % 8).unwrap_or(0);
        match bits.last() {
            Some(last) if pieces % 8 != 0 && last & spare != 0 => {
                Err(PeerError::BitfieldSpareBits { pieces })
            }
            _ => Ok(()),
        }
    }

    #[inline]
    fn pieces(&self) -> (u32, bool) {
        self.piece_count.map_or((self.max_pieces, false), |pieces| (pieces, true))
    }
}

/// Judges the number of hashes in a message by what it says they are (BEP 52).
fn check_hashes(payload: &[u8]) -> Result<(), PeerError> {
    let fits = HashRange::split(payload).is_some_and(|(range, hashes)| {
        range.hash_count() == Some(hashes.len() as u64 / TREE_HASH_LEN as u64)
    });
    let length = u32::try_from(payload.len() + 1).unwrap_or(u32::MAX);
    if fits { Ok(()) } else { Err(PeerError::MessageLength { id: id::HASHES, length }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(piece_count: Option<u32>) -> Limits {
        Limits { max_message_size: 100, max_pieces: 64, piece_count, ..Limits::default() }
    }

    #[test]
    fn length_up_to_the_limit() {
        assert_eq!(limits(None).check_length(100), Ok(()));
        assert_eq!(
            limits(None).check_length(101),
            Err(PeerError::MessageTooLong { length: 101, limit: 100 })
        );
    }

    #[test]
    fn have_up_to_the_last_piece() {
        for (piece_count, last) in [(None, 63), (Some(10), 9)] {
            let limits = limits(piece_count);
            assert_eq!(limits.check_head(Head::Have { index: last }, 0), Ok(()));
            assert_eq!(
                limits.check_head(Head::Have { index: last + 1 }, 0),
                Err(PeerError::PieceIndex {
                    index: last + 1,
                    pieces: last + 1,
                    exact: piece_count.is_some()
                })
            );
        }
    }

    #[test]
    fn bitfield_length() {
        for length in 0..=8 {
            assert_eq!(limits(None).check_head(Head::Bitfield, length), Ok(()));
        }
        assert!(limits(None).check_head(Head::Bitfield, 9).is_err());
        assert_eq!(limits(Some(10)).check_head(Head::Bitfield, 2), Ok(()));
        for length in [0, 1, 3] {
            assert!(limits(Some(10)).check_head(Head::Bitfield, length).is_err());
        }
    }

    #[test]
    fn spare_bits() {
        assert_eq!(limits(Some(10)).check_bitfield(&[0xff, 0b1100_0000]), Ok(()));
        assert_eq!(
            limits(Some(10)).check_bitfield(&[0, 0b0010_0000]),
            Err(PeerError::BitfieldSpareBits { pieces: 10 })
        );
        assert_eq!(limits(Some(16)).check_bitfield(&[0xff, 0xff]), Ok(()));
        assert_eq!(limits(None).check_bitfield(&[0xff, 0xff]), Ok(()));
    }

    #[test]
    fn blocks_of_pieces_that_exist() {
        for (piece_count, good) in [(None, true), (Some(8), true), (Some(7), false)] {
            let limits = limits(piece_count);
            for head in [
                Head::Request { index: 7, offset: 0, length: 1 },
                Head::Piece { index: 7, offset: 0 },
                Head::Cancel { index: 7, offset: 0, length: 1 },
            ] {
                assert_eq!(limits.check_head(head, 1).is_ok(), good, "{piece_count:?} {head:?}");
            }
        }
    }

    #[test]
    fn blocks_that_end_where_offsets_do() {
        for (offset, length, good) in [
            (0, 0, true),
            (u32::MAX, 0, true),
            (u32::MAX, 1, true),
            (u32::MAX, 2, false),
            (1, u32::MAX, true),
            (2, u32::MAX, false),
        ] {
            for head in [
                Head::Request { index: 0, offset, length },
                Head::Piece { index: 0, offset },
                Head::Cancel { index: 0, offset, length },
            ] {
                let judged = limits(None).check_head(head, length);
                let expected =
                    if good { Ok(()) } else { Err(PeerError::BlockRange { offset, length }) };
                assert_eq!(judged, expected, "{head:?}");
            }
        }
    }
}
