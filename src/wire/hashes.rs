//! What the three hash messages of BEP 52 are about: a part of the hash tree of one file.

use bytes::BufMut;

use super::{Head, be_u32};

/// Length of a hash in a tree, in bytes: SHA-256 (BEP 52).
pub const TREE_HASH_LEN: usize = 32;

/// Length of what all three messages start with behind their id, in bytes: a root and four integers.
pub const HASH_RANGE_LEN: usize = TREE_HASH_LEN + 16;

/// A part of a file's hash tree, as a message names it. What its numbers have to be for the file is
/// the receiver's to judge: it knows the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HashRange<'a> {
    /// The root of the file's tree.
    pub pieces_root: &'a [u8; TREE_HASH_LEN],
    /// How many layers above the leaves the hashes start.
    pub base_layer: u32,
    /// The first of them, counted in hashes.
    pub index: u32,
    /// How many there are in the base layer.
    pub length: u32,
    /// How many layers of ancestors prove them.
    pub proof_layers: u32,
}

impl<'a> HashRange<'a> {
    /// Splits what follows the id into this and the hashes, if it is long enough.
    #[must_use]
    pub fn split(payload: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (pieces_root, rest) = payload.split_first_chunk::<TREE_HASH_LEN>()?;
        let (numbers, hashes) = rest.split_at_checked(16)?;
        let [base_layer, index, length, proof_layers] = [0, 4, 8, 12].map(|at| be_u32(numbers, at));
        Some((Self { pieces_root, base_layer, index, length, proof_layers }, hashes))
    }

    /// Appends the 48 bytes to `out`.
    pub fn encode(&self, out: &mut impl BufMut) {
        out.put_slice(self.pieces_root);
        for number in [self.base_layer, self.index, self.length, self.proof_layers] {
            out.put_u32(number);
        }
    }

    /// Writes a whole message: a head without fields, this, and hashes.
    pub(super) fn write(&self, head: Head, hashes: &[u8], out: &mut impl BufMut) {
        head.write(HASH_RANGE_LEN + hashes.len(), out);
        self.encode(out);
        out.put_slice(hashes);
    }

    /// How many hashes answer it: those of the base layer, and one uncle for each proof layer that
    /// they do not make up themselves, which is all but the first `log2(length) - 1` (BEP 52). None
    /// when none are asked for.
    #[must_use]
    pub fn hash_count(&self) -> Option<u64> {
        // The logarithm of the next power of two: a length is only less where the layer ends.
        let height = 32 - self.length.checked_sub(1)?.leading_zeros();
        let omitted = i64::from(height) - 1;
        let uncles = u64::try_from(i64::from(self.proof_layers) - omitted).unwrap_or(0);
        Some(u64::from(self.length) + uncles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(length: u32, proof_layers: u32) -> HashRange<'static> {
        HashRange { pieces_root: &[7; 32], base_layer: 1, index: 2, length, proof_layers }
    }

    #[test]
    fn splits_what_it_encodes() {
        let mut bytes = Vec::new();
        range(4, 5).encode(&mut bytes);
        assert_eq!(bytes[..32], [7; 32]);
        assert_eq!(bytes[32..], [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 5]);
        bytes.extend([9; 64]);
        assert_eq!(HashRange::split(&bytes), Some((range(4, 5), &[9; 64][..])));
        assert_eq!(HashRange::split(&bytes[..47]), None);
    }

    #[test]
    fn uncles_of_the_layers_that_are_not_made_up() {
        for (length, proof_layers, count) in [
            (2, 0, 2),
            (2, 1, 3),
            (4, 1, 4),
            (4, 2, 5),
            (512, 8, 512),
            (512, 10, 514),
            (3, 2, 4), // The end of a layer, where four would have been.
            (1, 0, 2),
            (u32::MAX, u32::MAX, 2 * u64::from(u32::MAX) - 31),
        ] {
            assert_eq!(range(length, proof_layers).hash_count(), Some(count), "{length}");
        }
        assert_eq!(range(0, 3).hash_count(), None);
    }
}
