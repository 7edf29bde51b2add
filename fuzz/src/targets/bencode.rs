use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::wire::dictionary_len;

use crate::bencoding::{DEEPEST, dictionary, dictionary_end};

/// A dictionary is cut in no more than about this many places, for speed.
const MAX_CUTS: usize = 256;

/// And is changed in no more than about this many.
const MAX_CHANGES: usize = 48;

/// Bytes that mean something. The last are two empty strings to whoever reads lengths in 32 bits.
const TELLING: [&[u8]; 8] = [b"d", b"l", b"i", b"e", b":", b"-", b"0", b"4294967296:0:"];

/// Any bytes, a dictionary, and a dictionary with a byte changed: where they end is where the plain
/// reading ends, and nowhere else.
pub fn bencode(input: &[u8]) {
    judge(input);
    made(&mut Unstructured::new(input)).expect("zeros at the end of the input");
}

fn made(input: &mut Unstructured) -> Result<()> {
    let (at, flip) = (u16::arbitrary(input)?, u8::arbitrary(input)?);
    let (mut bytes, depth) = dictionary(input)?;
    let expected = (depth <= DEEPEST).then_some(bytes.len());
    assert_eq!(dictionary_len(&bytes), expected, "{}", bytes.escape_ascii());
    judge(&bytes);
    if let Some(layers) = DEEPEST.checked_sub(depth) {
        let [deepest, too_deep] = [layers, layers + 1].map(|layers| nested(&bytes, layers));
        assert_eq!(dictionary_len(&deepest), Some(deepest.len()), "{}", deepest.escape_ascii());
        assert_eq!(dictionary_len(&too_deep), None, "{}", too_deep.escape_ascii());
    }
    let at = usize::from(at) % bytes.len();
    bytes[at] ^= flip;
    judge(&bytes);
    Ok(())
}

fn nested(bytes: &[u8], layers: usize) -> Vec<u8> {
    [&b"d0:".repeat(layers), bytes, &b"e".repeat(layers)].concat()
}

fn judge(bytes: &[u8]) {
    let Some(length) = agreed(bytes) else {
        return;
    };
    assert!(length <= bytes.len(), "{length} of {}", bytes.len());
    for more in [&b"e"[..], b"0:", b"i0e", b"d", &[0xff]] {
        assert_eq!(dictionary_len(&[bytes, more].concat()), Some(length), "with more behind it");
    }
    let bytes = &bytes[..length];
    assert_eq!(dictionary_len(bytes), Some(length), "with nothing behind it");
    for cut in (0..length).step_by(length / MAX_CUTS + 1) {
        assert_eq!(dictionary_len(&bytes[..cut]), None, "cut at {cut}");
    }
    for at in (0..length).step_by(length / MAX_CHANGES + 1) {
        for telling in TELLING {
            agreed(&[&bytes[..at], telling, &bytes[at + 1..]].concat());
            agreed(&[&bytes[..at], telling, &bytes[at..]].concat());
        }
    }
}

/// Where both readings say that the dictionary ends.
fn agreed(bytes: &[u8]) -> Option<usize> {
    let length = dictionary_len(bytes);
    assert_eq!(length, dictionary_end(bytes), "{}", bytes.escape_ascii());
    length
}
