use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::{Limits, Reader};
use peer_wire_protocol::wire::{Handshake, Message, PeerError};

use crate::adapter;
use crate::said::{PROTOCOL, Said};
use crate::source::{handshake, said};

/// Nothing is out of these bounds but `have` of piece 2^32 - 1, and blocks that end beyond 2^32.
const WIDEST: Limits =
    Limits { max_message_size: u32::MAX, max_pieces: u32::MAX, piece_count: None, strict: false };

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
}

fn conversation(input: &[u8]) -> Result<Vec<Said>> {
    let mut input = Unstructured::new(input);
    let mut messages = vec![handshake(&mut input)?];
    while !input.is_empty() && messages.len() < 50 {
        let said = said(&mut input, WIDEST)?;
        messages.push(match said {
            Said::Have(u32::MAX) => Said::Have(0),
            Said::Request(index, offset, length) if offset.checked_add(length).is_none() => {
                Said::Request(index, 0, length)
            }
            Said::Cancel(index, offset, length) if offset.checked_add(length).is_none() => {
                Said::Cancel(index, 0, length)
            }
            Said::Piece(index, offset, block) => Said::Piece(index, offset.min(1 << 31), block),
            said => said,
        });
    }
    Ok(messages)
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
