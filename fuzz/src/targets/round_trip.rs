use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::{Fast, Limits, Reader};
use peer_wire_protocol::wire::{Handshake, Message, PeerError};

use crate::adapter;
use crate::reference::hash_count;
use crate::said::{PROTOCOL, Part, Said};
use crate::source::{handshake, said};

/// Nothing is out of these bounds but `have` of piece 2^32 - 1, blocks that end beyond 2^32, and
/// hashes that are not as many as they say.
const WIDEST: Limits = Limits {
    max_message_size: u32::MAX,
    max_pieces: u32::MAX,
    piece_count: None,
    fast: Fast::Agreed,
    v2: true,
    strict: false,
};

/// Messages come back from their bytes, and bytes from their messages.
pub fn round_trip(input: &[u8]) {
    let messages = conversation(input).expect("zeros at the end of the input");
    let mut stream = Vec::new();
    for said in &messages {
        let mut bytes = Vec::new();
        said.message().encode(&mut bytes);
        assert_eq!(bytes, said.bytes(), "{said:?}");
        if !matches!(said, Said::Handshake { .. }) {
            assert_eq!(Message::parse(&bytes[4..]), Ok(said.message()));
        }
        stream.extend(bytes);
    }
    let mut read = Vec::new();
    assert_eq!(adapter::read(&mut Reader::new(WIDEST), &stream, &mut read), Ok(()));
    assert_eq!(read, messages);
    parse_body(input);
    parse_handshake(input);
    count_hashes(input);
}

fn conversation(input: &[u8]) -> Result<Vec<Said>> {
    let mut input = Unstructured::new(input);
    let mut messages = vec![handshake(&mut input)?];
    while !input.is_empty() && messages.len() < 50 {
        messages.push(in_widest(said(&mut input, WIDEST)?));
    }
    Ok(messages)
}

/// The same message, or one like it that is in the widest bounds.
fn in_widest(said: Said) -> Said {
    let fitting =
        |offset: u32, length: u32| if offset.checked_add(length).is_none() { 0 } else { offset };
    match said {
        Said::Have(u32::MAX) => Said::Have(0),
        Said::Request(index, offset, length) => {
            Said::Request(index, fitting(offset, length), length)
        }
        Said::Cancel(index, offset, length) => Said::Cancel(index, fitting(offset, length), length),
        Said::Reject(index, offset, length) => Said::Reject(index, fitting(offset, length), length),
        Said::Piece(index, offset, block) => Said::Piece(index, offset.min(1 << 31), block),
        Said::Hashes(part, hashes) if hash_count(&part) != Some(hashes.len() as u64 / 32) => {
            Said::HashRequest(part)
        }
        said => said,
    }
}

/// The input as one body.
fn parse_body(body: &[u8]) {
    match Message::parse(body) {
        Ok(message) => {
            assert_eq!(Some(Said::from(message)), Said::of_body(body));
            let mut bytes = Vec::new();
            message.encode(&mut bytes);
            let length = u32::try_from(body.len()).expect("a short input");
            assert_eq!(bytes, [&length.to_be_bytes()[..], body].concat());
        }
        Err(error) => {
            assert_eq!(Said::of_body(body), None);
            let length = u32::try_from(body.len()).expect("a short input");
            assert_eq!(error, PeerError::MessageLength { id: body[0], length });
        }
    }
}

/// The input as a handshake, over a right one so that most of it is right.
fn parse_handshake(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let mut bytes = [0; 68];
    bytes[..20].copy_from_slice(PROTOCOL);
    let flips = <[(u8, u8); 4]>::arbitrary(&mut input).expect("zeros at the end of the input");
    for (at, flip) in flips {
        bytes[usize::from(at) % 68] ^= flip;
    }
    let wrong = (0..20).find(|at| bytes[*at] != PROTOCOL[*at]);
    match Handshake::parse(&bytes) {
        Ok(handshake) => {
            assert_eq!(wrong, None);
            let mut encoded = Vec::new();
            handshake.encode(&mut encoded);
            assert_eq!(encoded, bytes);
        }
        Err(error) => {
            let position = wrong.expect("a right protocol was refused");
            assert_eq!(error, PeerError::NotBitTorrent { position, found: bytes[position] });
        }
    }
}

/// The input as the numbers of a hash message: far more hashes than a stream here can have.
fn count_hashes(input: &[u8]) {
    let numbers = Arbitrary::arbitrary(&mut Unstructured::new(input));
    let part = Part([0; 32], numbers.expect("zeros at the end of the input"));
    assert_eq!(part.range().hash_count(), hash_count(&part), "{part:?}");
}
