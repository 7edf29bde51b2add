//! The Diffie-Hellman exchange: 768 bits, generator 2.

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U192, U768, const_monty_params};

use super::MseError;

/// Length of a public key and of the shared secret, in bytes.
pub(super) const KEY_LEN: usize = 96;

/// Length of a private key, in bytes. The specification asks for 128 bits at least and finds no use
/// in more than 160.
pub(super) const SECRET_LEN: usize = 20;

#[allow(clippy::cast_possible_truncation)] // 160.
const SECRET_BITS: u32 = 8 * SECRET_LEN as u32;

/// The prime, as the specification has it: that of RFC 2409, section 6.1, but for its last words.
const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
                     020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
                     4fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563";

/// p-1.
const LAST: U768 = U768::from_be_hex(PRIME).wrapping_sub(&U768::ONE);

const_monty_params!(Group, U768, PRIME);

type Element = ConstMontyForm<Group, { U768::LIMBS }>;

/// A private key. All that is done with it takes the same time whatever it is.
#[derive(Clone)]
pub(super) struct Secret(U192);

impl Secret {
    /// Makes a private key of random bytes.
    ///
    /// # Panics
    /// Unless they are [`SECRET_LEN`].
    pub(super) fn new(random: &[u8]) -> Self {
        let mut bytes = [0; 24];
        bytes[24 - SECRET_LEN..].copy_from_slice(random);
        Self(U192::from_be_slice(&bytes))
    }

    /// What the peer is told.
    pub(super) fn public(&self) -> [u8; KEY_LEN] {
        self.raise(&U768::from_u8(2))
    }

    /// What both sides know after they have told each other their public keys.
    ///
    /// # Errors
    /// With a public key of which anybody can tell the shared secret: 0, 1 and p-1, and what is no
    /// remainder of p at all.
    pub(super) fn shared(&self, public: &[u8; KEY_LEN]) -> Result<[u8; KEY_LEN], MseError> {
        let public = U768::from_be_slice(public);
        if public <= U768::ONE || public >= LAST {
            return Err(MseError::PublicKey);
        }
        Ok(self.raise(&public))
    }

    fn raise(&self, base: &U768) -> [u8; KEY_LEN] {
        let power = Element::new(base).pow_bounded_exp(&self.0, SECRET_BITS);
        let mut bytes = [0; KEY_LEN];
        bytes.copy_from_slice(power.retrieve().to_be_bytes().as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: &U768) -> [u8; KEY_LEN] {
        let mut bytes = [0; KEY_LEN];
        bytes.copy_from_slice(of.to_be_bytes().as_ref());
        bytes
    }

    #[test]
    fn both_sides_come_to_the_same() {
        let (a, b) = (Secret::new(&[0x5a; SECRET_LEN]), Secret::new(&[0xc3; SECRET_LEN]));
        assert_eq!(a.shared(&b.public()).unwrap(), b.shared(&a.public()).unwrap());
    }

    /// 2^767 is less than p, and 2^768 what is left of it: p begins with 64 ones.
    #[test]
    fn known_powers() {
        let secret = |exponent: u16| {
            let mut bytes = [0; SECRET_LEN];
            bytes[SECRET_LEN - 2..].copy_from_slice(&exponent.to_be_bytes());
            Secret::new(&bytes)
        };
        assert_eq!(secret(0).public(), key(&U768::ONE));
        assert_eq!(secret(1).public(), key(&U768::from_u8(2)));
        assert_eq!(secret(767).public(), key(&(U768::ONE << 767)));
        assert_eq!(secret(768).public(), key(&LAST.wrapping_add(&U768::ONE).wrapping_neg()));
    }

    #[test]
    fn keys_that_give_the_secret_away_are_refused() {
        let secret = Secret::new(&[7; SECRET_LEN]);
        let p = LAST.wrapping_add(&U768::ONE);
        for bad in [U768::ZERO, U768::ONE, LAST, p, U768::MAX] {
            assert_eq!(secret.shared(&key(&bad)), Err(MseError::PublicKey));
        }
        for good in [U768::from_u8(2), LAST.wrapping_sub(&U768::ONE)] {
            assert!(secret.shared(&key(&good)).is_ok());
        }
    }
}
