//! Bencoding (BEP 3) once more: where a dictionary ends, plain enough to be checked by eye, and
//! dictionaries to read. Shares no code with the crate.

use arbitrary::{Arbitrary, Result, Unstructured};

/// Lists and dictionaries stand in at most so many of each other, themselves counted.
pub const DEEPEST: usize = 16;

/// No dictionary is made deeper than this.
const DEEPEST_MADE: usize = DEEPEST + 2;

/// Where the dictionary at the front ends, if there is one that is well-formed.
#[must_use]
pub fn dictionary_end(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"d") { value_end(bytes, 0, 1) } else { None }
}

/// Where the value that starts at `at` ends. A list or dictionary there would be the `depth`th.
fn value_end(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let kind = *bytes.get(at)?;
    match kind {
        b'0'..=b'9' => string_end(bytes, at),
        b'i' => integer_end(bytes, at),
        b'l' | b'd' => {
            if depth > DEEPEST {
                return None;
            }
            let mut at = at + 1;
            while *bytes.get(at)? != b'e' {
                if kind == b'd' {
                    at = string_end(bytes, at)?;
                }
                at = value_end(bytes, at, depth + 1)?;
            }
            Some(at + 1)
        }
        _ => None,
    }
}

fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let colon = at + digits;
    if digits > 10 || bytes.get(colon) != Some(&b':') {
        return None;
    }
    let length: usize = str::from_utf8(&bytes[at..colon]).ok()?.parse().ok()?;
    let end = colon + 1 + length;
    if end <= bytes.len() { Some(end) } else { None }
}

/// Of the longest integers, all that have as many characters are taken.
fn integer_end(bytes: &[u8], at: usize) -> Option<usize> {
    let longest = i64::MIN.to_string().len();
    let text: Vec<u8> = bytes[at + 1..].iter().copied().take_while(|byte| *byte != b'e').collect();
    let end = at + 1 + text.len();
    let digits = text.strip_prefix(b"-").unwrap_or(&text);
    let is_right = !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && text.len() <= longest
        && end < bytes.len();
    is_right.then_some(end + 1)
}

/// A well-formed dictionary, and how deep it is.
pub fn dictionary(input: &mut Unstructured) -> Result<(Vec<u8>, usize)> {
    sequence(input, b'd', 1)
}

fn sequence(input: &mut Unstructured, kind: u8, depth: usize) -> Result<(Vec<u8>, usize)> {
    let mut bytes = vec![kind];
    let mut deepest = depth;
    for _ in 0..u8::arbitrary(input)? % 4 {
        if kind == b'd' {
            bytes.extend(string(input)?);
        }
        let (item, depth) = match u8::arbitrary(input)? % 4 {
            0 if depth < DEEPEST_MADE => sequence(input, b'd', depth + 1)?,
            1 if depth < DEEPEST_MADE => sequence(input, b'l', depth + 1)?,
            2 => (integer(input)?, depth),
            _ => (string(input)?, depth),
        };
        bytes.extend(item);
        deepest = deepest.max(depth);
    }
    bytes.push(b'e');
    Ok((bytes, deepest))
}

/// With zeros before its length, as some write it.
fn string(input: &mut Unstructured) -> Result<Vec<u8>> {
    let width = usize::from(u8::arbitrary(input)? % 11);
    let length = usize::from(u8::arbitrary(input)? % 40).min(input.len());
    Ok([format!("{length:0width$}:").as_bytes(), input.bytes(length)?].concat())
}

/// Any that 64 bits hold, with or without a sign, and zeros before it.
fn integer(input: &mut Unstructured) -> Result<Vec<u8>> {
    let width = usize::from(u8::arbitrary(input)? % 21);
    Ok(match u8::arbitrary(input)? % 3 {
        0 => format!("i{:0width$}e", u64::arbitrary(input)?),
        1 => format!("i{:0width$}e", i64::arbitrary(input)?),
        _ => format!("i-{:0width$}e", u8::arbitrary(input)?, width = width.min(19)),
    }
    .into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        let cases: [(&[u8], Option<usize>); 16] = [
            (b"de", Some(2)),
            (b"dee", Some(2)),
            (b"d1:ai-5e2:bbl4:spami0eee!", Some(24)),
            (b"d01:a0:e", Some(8)),
            (b"d1:ai-0ee", Some(9)),
            (b"d0:i-1234567890123456789ee", Some(26)),
            (b"d0:i12345678901234567890ee", Some(26)),
            (b"d0:i-12345678901234567890ee", None),
            (b"d0:0000000000:e", Some(15)),
            (b"d0:00000000000:e", None),
            (b"d0:9999999999:e", None),
            (b"d0:iee", None),
            (b"d0:i-ee", None),
            (b"d0:i5", None),
            (b"di1e0:e", None),
            (b"le", None),
        ];
        for (bytes, end) in cases {
            assert_eq!(dictionary_end(bytes), end, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn nesting() {
        let nested =
            |depth: usize| ["d0:".repeat(depth - 1), "d".into(), "e".repeat(depth)].concat();
        assert_eq!(dictionary_end(nested(16).as_bytes()), Some(nested(16).len()));
        assert_eq!(dictionary_end(nested(17).as_bytes()), None);
    }

    #[test]
    fn what_is_made() {
        let made = |input: &[u8]| {
            let (bytes, depth) = dictionary(&mut Unstructured::new(input)).unwrap();
            (String::from_utf8(bytes).unwrap(), depth)
        };
        assert_eq!(made(&[]), ("de".into(), 1));
        let input = [2, 1, 1, b'a', 2, 3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 3, 3, 0];
        assert_eq!(made(&input), ("d1:ai007e0:l000:ee".into(), 2));
    }
}
