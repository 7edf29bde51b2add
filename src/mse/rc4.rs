//! The stream cipher.

/// How many bytes of a key's stream are thrown away: the first ones tell of the key.
const DISCARDED: usize = 1024;

/// Bytes enciphered in a run. The state is gone through in runs that never wrap around its end.
const RUN: usize = 8;

/// RC4. Each byte of the stream needs the state that the byte before has left, so one stream cannot be
/// spread over the machine; what can be done is not to wait for memory. The byte of the state that
/// comes next is read before the swap that may change it, and corrected if it did; that is one
/// comparison instead of a store to wait for. Sixteen bits each: writing eight is dearer.
#[derive(Clone)]
pub struct Rc4 {
    state: [u16; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// The stream of a key, from behind its first 1,024 bytes on.
    ///
    /// # Panics
    /// With a key of no bytes.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let mut cipher = Self::from_start(key);
        cipher.apply_to(&[0; DISCARDED], &mut [0; DISCARDED]);
        cipher
    }

    #[allow(clippy::cast_possible_truncation)] // Of numbers below 256.
    fn from_start(key: &[u8]) -> Self {
        let mut state = [0; 256];
        for (value, place) in (0..).zip(&mut state) {
            *place = value;
        }
        let mut j = 0_u8;
        for (i, byte) in (0..state.len()).zip(key.iter().cycle()) {
            j = j.wrapping_add(state[i] as u8).wrapping_add(*byte);
            state.swap(i, usize::from(j));
        }
        Self { state, i: 0, j: 0 }
    }

    /// Enciphers, or deciphers, in place.
    pub fn apply_in_place(&mut self, bytes: &mut [u8]) {
        // The kernel reads one place and writes another; a copy that stays in the cache is cheap.
        let mut from = [0; 2048];
        for part in bytes.chunks_mut(from.len()) {
            let from = &mut from[..part.len()];
            from.copy_from_slice(part);
            self.apply_to(from, part);
        }
    }

    /// The same for a few bytes.
    pub fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte ^= self.next();
        }
    }

    /// Enciphers, or deciphers, from one place to another.
    ///
    /// # Panics
    /// When the two are not of the same length.
    #[inline(never)]
    #[allow(clippy::cast_possible_truncation)] // Of numbers below 256.
    pub fn apply_to(&mut self, from: &[u8], to: &mut [u8]) {
        assert_eq!(from.len(), to.len(), "what is read and what is written");
        let unaligned = from.len().min(RUN - 1 - usize::from(self.i) % RUN);
        let (head, from) = from.split_at(unaligned);
        let (head_to, to) = to.split_at_mut(unaligned);
        self.apply_short(head, head_to);

        let (runs, tail) = from.as_chunks::<RUN>();
        let (runs_to, tail_to) = to.as_chunks_mut::<RUN>();
        let state = &mut self.state;
        let mut j = self.j;
        let mut start = usize::from(self.i.wrapping_add(1));
        let mut x = state[start];
        for (run, run_to) in runs.iter().zip(runs_to) {
            // Of a value that is known to be divisible, the compiler knows that the sums stay below.
            start &= 256 - RUN;
            let after = (start + RUN) & (256 - RUN);
            let mut stream = 0;
            for n in 0..RUN {
                let at = start + n;
                let following = if n + 1 < RUN { at + 1 } else { after };
                j = j.wrapping_add(x as u8);
                let mut next = state[following];
                let y = state[usize::from(j)];
                state[usize::from(j)] = x;
                if usize::from(j) == following {
                    next = x;
                }
                state[at] = y;
                stream |= u64::from(state[usize::from((x as u8).wrapping_add(y as u8))]) << (8 * n);
                x = next;
            }
            start = after;
            *run_to = (u64::from_le_bytes(*run) ^ stream).to_le_bytes();
        }
        self.j = j;
        self.i = (start as u8).wrapping_sub(1);
        self.apply_short(tail, tail_to);
    }

    fn apply_short(&mut self, from: &[u8], to: &mut [u8]) {
        for (byte, to) in from.iter().zip(to) {
            *to = byte ^ self.next();
        }
    }

    /// The stream's next byte.
    #[allow(clippy::cast_possible_truncation)] // Of numbers below 256.
    fn next(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        let x = self.state[usize::from(self.i)];
        self.j = self.j.wrapping_add(x as u8);
        self.state.swap(usize::from(self.i), usize::from(self.j));
        let y = self.state[usize::from(self.i)];
        self.state[usize::from((x as u8).wrapping_add(y as u8))] as u8
    }
}

impl std::fmt::Debug for Rc4 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rc4")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6229, section 2: the key 0x0102030405 and the key 0x0102…10, at 0 and at 1,024.
    #[test]
    fn known_streams() {
        let stream = |mut cipher: Rc4| {
            let mut bytes = [0; 16];
            cipher.apply(&mut bytes);
            u128::from_be_bytes(bytes)
        };
        let short = [1, 2, 3, 4, 5];
        let long: Vec<u8> = (1..=16).collect();
        assert_eq!(stream(Rc4::from_start(&short)), 0xb239_6305_f03d_c027_ccc3_524a_0a11_18a8);
        assert_eq!(stream(Rc4::new(&short)), 0x30ab_bcc7_c20b_0160_9f23_ee2d_5f6b_b7df);
        assert_eq!(stream(Rc4::from_start(&long)), 0x9ac7_cc9a_609d_1ef7_b293_2899_cde4_1b97);
        assert_eq!(stream(Rc4::new(&long)), 0xbdf0_324e_6083_dcc6_d3ce_dd3c_a8c5_3c16);
    }

    /// However the bytes are cut, and wherever in its state the cipher stands.
    #[test]
    fn from_one_place_to_another_as_in_place() {
        let bytes: Vec<u8> =
            (0..40_u32).flat_map(|n| (n * 77).to_le_bytes()).cycle().take(5000).collect();
        let mut expected = bytes.clone();
        Rc4::new(b"a key of some length").apply(&mut expected);
        for cut in (0..40).chain([255, 256, 257, 1000, 4999, 5000]) {
            let mut cipher = Rc4::new(b"a key of some length");
            let mut out = vec![0; bytes.len()];
            let (first, rest) = bytes.split_at(cut);
            let (first_out, rest_out) = out.split_at_mut(cut);
            cipher.apply_to(first, first_out);
            cipher.apply_to(rest, rest_out);
            assert_eq!(out, expected, "cut at {cut}");
            let (mut cipher, mut bytes) = (Rc4::new(b"a key of some length"), bytes.clone());
            let (first, rest) = bytes.split_at_mut(cut);
            cipher.apply_in_place(first);
            cipher.apply_in_place(rest);
            assert_eq!(bytes, expected, "in place, cut at {cut}");
        }
    }
}
