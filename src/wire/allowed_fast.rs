//! Which pieces a peer may ask for while it is choked (BEP 6, "Allowed Fast Set Generation").

use std::net::Ipv4Addr;

use sha1::{Digest, Sha1};

use super::{HASH_LEN, be_u32};

/// The pieces of a torrent of `pieces` pieces that the peer at `address` may ask for while it is
/// choked: the first `count` of the canonical set, or every piece where there are fewer.
///
/// Whoever computes it comes to the same set, so a peer gains nothing by asking many. All addresses
/// that differ in the last byte only have the same. BEP 6 has no such set for IPv6.
///
/// The time it takes grows with the square of `count`.
#[must_use]
pub fn allowed_fast_set(
    info_hash: &[u8; HASH_LEN],
    address: Ipv4Addr,
    pieces: u32,
    count: u32,
) -> Vec<u32> {
    let wanted = count.min(pieces) as usize;
    let mut set = Vec::with_capacity(wanted);
    let [a, b, c, _] = address.octets();
    let mut hash = Sha1::new().chain_update([a, b, c, 0]).chain_update(info_hash).finalize();
    while set.len() < wanted {
        for word in 0..HASH_LEN / 4 {
            let index = be_u32(&hash, 4 * word) % pieces;
            if set.len() < wanted && !set.contains(&index) {
                set.push(index);
            }
        }
        hash = Sha1::digest(hash);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO_HASH: [u8; HASH_LEN] = [0xaa; HASH_LEN];

    /// The example of BEP 6.
    #[test]
    fn seven_and_nine_pieces_of_1313() {
        let address = Ipv4Addr::new(80, 4, 4, 200);
        let nine = [1059, 431, 808, 1217, 287, 376, 1188, 353, 508];
        assert_eq!(allowed_fast_set(&INFO_HASH, address, 1313, 7), nine[..7]);
        assert_eq!(allowed_fast_set(&INFO_HASH, address, 1313, 9), nine);
    }

    #[test]
    fn neighbours_have_the_same() {
        let [one, other] =
            [1, 254].map(|last| allowed_fast_set(&INFO_HASH, [10, 0, 0, last].into(), 1000, 10));
        assert_eq!(one, other);
        assert_ne!(one, allowed_fast_set(&INFO_HASH, [10, 0, 1, 1].into(), 1000, 10));
    }

    #[test]
    fn no_more_than_there_are() {
        for pieces in [0, 1, 5] {
            let mut set = allowed_fast_set(&INFO_HASH, [10, 0, 0, 1].into(), pieces, 10);
            set.sort_unstable();
            assert_eq!(set, (0..pieces).collect::<Vec<_>>());
        }
    }
}
