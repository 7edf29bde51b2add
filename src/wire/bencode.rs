//! Whether bytes are well-formed bencoding (BEP 3), which is what the extension handshake is written
//! in (BEP 10). Judged here, so that whoever reads it afterwards cannot be led astray: by a length
//! that points backwards, by nesting that exhausts a stack, by what never ends.

/// Deepest nesting taken. An extension handshake has two levels.
const DEEPEST: usize = 16;

/// How many bytes the dictionary at the front of `bytes` takes, or nothing when there is none that is
/// well-formed, nested at most 16 deep. Strings may hold any bytes, and keys may come in any order,
/// as other implementations have it.
#[must_use]
pub fn dictionary_len(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'd') {
        return None;
    }
    value(bytes, DEEPEST).map(|rest| bytes.len() - rest.len())
}

/// Goes past one value, and gives what follows.
fn value(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    match first {
        b'i' => integer(rest),
        b'l' => sequence(rest, depth, |rest, depth| value(rest, depth)),
        b'd' => sequence(rest, depth, |rest, depth| value(string(rest)?, depth)),
        _ => string(bytes),
    }
}

fn sequence<'a>(
    mut rest: &'a [u8],
    depth: usize,
    item: impl Fn(&'a [u8], usize) -> Option<&'a [u8]>,
) -> Option<&'a [u8]> {
    let inside = depth.checked_sub(1)?;
    loop {
        if let Some(rest) = rest.strip_prefix(b"e") {
            return Some(rest);
        }
        rest = item(rest, inside)?;
    }
}

/// At most 20 characters, as many as 64 bits need with their sign.
fn integer(bytes: &[u8]) -> Option<&[u8]> {
    let (digits, rest) = until(bytes, b'e', 20)?;
    let digits = digits.strip_prefix(b"-").unwrap_or(digits);
    is_number(digits).then_some(rest)
}

fn string(bytes: &[u8]) -> Option<&[u8]> {
    let (digits, rest) = until(bytes, b':', 10)?;
    if !is_number(digits) {
        return None;
    }
    // At most ten digits.
    let length = digits.iter().fold(0, |sum, digit| 10 * sum + u64::from(digit - b'0'));
    rest.get(usize::try_from(length).ok()?..)
}

/// What comes before `end`, which is at most `most` bytes, and what follows it.
fn until(bytes: &[u8], end: u8, most: usize) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().take(most + 1).position(|byte| *byte == end)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

fn is_number(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionaries() {
        for good in [
            &b"de"[..],
            b"d1:md11:ut_metadatai3eee",
            b"d1:ai-5e1:bl4:spam0:i0eee",
            b"d1:vi18446744073709551615e1:wi-9223372036854775808ee",
            b"d1:zi1e1:ai1ee",
        ] {
            assert_eq!(dictionary_len(good), Some(good.len()));
        }
        assert_eq!(dictionary_len(b"d1:ai1eetrailer"), Some(8));
    }

    #[test]
    fn what_is_not_one() {
        for bad in [
            &b""[..],
            b"d",
            b"i5e",
            b"le",
            b"4:spam",
            b"d1:a",
            b"d1:ae",
            b"d1:a2:be",
            b"d1:ai1e",
            b"d1:aiee",
            b"d1:ai-ee",
            b"d1:ai1.5ee",
            b"d1:ai123456789012345678901ee",
            b"di1ei1ee",
            b"d-1:ai1ee",
            b"d1:al-3:ee",
            b"d1:a:e",
            b"d1:a99999999999:e",
            b"d1:a4294967295:e",
            b"d0:4294967296:e",
        ] {
            assert_eq!(dictionary_len(bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn nesting_ends() {
        let nested =
            |depth: usize| [b"d1:a".repeat(depth - 1), b"d".to_vec(), b"e".repeat(depth)].concat();
        assert_eq!(dictionary_len(&nested(16)), Some(nested(16).len()));
        assert_eq!(dictionary_len(&nested(17)), None);
        assert_eq!(dictionary_len(&[&b"d1:a"[..], &b"l".repeat(1 << 20)].concat()), None);
    }
}
