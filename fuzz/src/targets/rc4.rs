use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::mse::Rc4;

use crate::source::size;
use crate::talk::{sizes, spread};

/// The most bytes that are enciphered.
const MOST: usize = 3000;

/// From one place to another is what it is in place, from any state and in any cuts, and comes back.
pub fn rc4(input: &[u8]) {
    run(&mut Unstructured::new(input)).expect("zeros at the end of the input");
}

fn run(input: &mut Unstructured) -> Result<()> {
    let length = (1 + size(input)? % 300).min(input.len());
    let mut key = input.bytes(length)?.to_vec();
    key.push(u8::arbitrary(input)?);
    let mut cipher = Rc4::new(&key);
    // Into any state.
    cipher.apply(&mut vec![0; size(input)? % 1000]);
    let bytes = spread(u8::arbitrary(input)?.into(), size(input)? % MOST);
    let sizes = sizes(input)?;

    let mut expected = bytes.clone();
    cipher.clone().apply(&mut expected);
    assert_eq!(by_turns(cipher.clone(), &bytes, &sizes, false), expected, "to another place");
    assert_eq!(by_turns(cipher.clone(), &bytes, &sizes, true), expected, "by turns");
    assert_eq!(by_turns(cipher, &expected, &sizes, true), bytes, "back");
    Ok(())
}

/// Enciphers in chunks: to another place, or every other one in place.
fn by_turns(mut cipher: Rc4, bytes: &[u8], sizes: &[usize], turns: bool) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0_usize;
    for (turn, size) in sizes.iter().cycle().enumerate() {
        let end = at.saturating_add(*size).min(bytes.len());
        if turns && turn % 2 == 1 {
            cipher.apply(&mut out[at..end]);
        } else {
            cipher.apply_to(&bytes[at..end], &mut out[at..end]);
        }
        at = end;
        if at == bytes.len() {
            break;
        }
    }
    out
}
