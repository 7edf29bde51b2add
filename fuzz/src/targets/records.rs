use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::records::{self as crate_records, RecordError};
use peer_wire_protocol::codec::{Frame, Payload};

use crate::batches::Batches;
use crate::driven::Driven;
use crate::encoded::encoded;
use crate::said::{Part, Said};
use crate::script::{Script, Turn};
use crate::source::{number, size};

/// Room behind the output that has to stay as it is, in bytes.
const MARGIN: usize = 16;

/// What the memory behind the output and the record holds.
const UNTOUCHED: u8 = 0xa5;

/// Any words are encoded as the table of the module says or refused, inside the bound; and what a
/// frame's record says is what the frame says, one by one as in a table of many.
pub fn records(input: &[u8]) {
    match input.split_first() {
        Some((kind, rest)) if kind % 2 == 0 => {
            let words = words(&mut Unstructured::new(rest)).expect("zeros at the end of the input");
            encode(&words, usize::from(kind / 2));
        }
        Some((_, rest)) => decode(&Script::of(rest)),
        None => encode(&[], 0),
    }
}

/// Mostly whole records of a known kind.
fn words(input: &mut Unstructured) -> Result<Vec<u32>> {
    let mut words = Vec::new();
    while !input.is_empty() {
        let byte = u8::arbitrary(input)?;
        let (kind, fields) = match byte % 16 {
            _ if byte >= 0xc0 => by_agreement(byte),
            kind @ 0..=3 => (kind, 0),
            kind @ (4 | 5 | 9) => (kind, 1),
            kind @ 6..=8 => (kind, 3),
            10 => (20, 2),
            11 => (32, 1),
            12 => (33, 0),
            13 => (34, 1),
            14 => {
                words.push(number(input)?);
                continue;
            }
            _ => {
                words.truncate(words.len().saturating_sub(size(input)?));
                continue;
            }
        };
        words.push(kind.into());
        for _ in 0..fields {
            words.push(number(input)?);
        }
    }
    Ok(words)
}

/// A kind of the Fast extension or about hashes, and how many words follow it.
fn by_agreement(byte: u8) -> (u8, usize) {
    match byte % 8 {
        0 => (13, 1),
        1 => (14, 0),
        2 => (15, 0),
        3 => (16, 3),
        4 => (17, 1),
        5 => (21, 12),
        6 => (22, 13),
        _ => (23, 12),
    }
}

/// Encodes to an output that is `short` bytes shorter than the bound asks, or long enough.
fn encode(words: &[u32], short: usize) {
    let bound = crate_records::encoded_bound(words.len());
    let length = (bound + MARGIN).saturating_sub(short);
    let mut out = vec![UNTOUCHED; length];
    let result = crate_records::encode(words, &mut out);
    assert!(out.iter().skip(bound).all(|byte| *byte == UNTOUCHED), "written beyond the bound");
    if length < bound {
        assert_eq!(result, Err(RecordError::OutputTooShort));
        return;
    }
    match (result, encoded(words)) {
        (Ok(length), Ok(expected)) => {
            assert_eq!(out[..length], expected);
            assert!(out[length..].iter().all(|byte| *byte == UNTOUCHED), "written beyond the end");
        }
        (result, expected) => assert_eq!(result.err(), expected.err().map(RecordError::NotARecord)),
    }
}

/// Decodes a stream, and looks at the record of each frame and at the tables.
fn decode(script: &Script) {
    let mut driven = Driven::new(script.bounds[0].1, false);
    let mut batches = Batches::new(script.bounds[0].1, script.stream.len());
    for turn in script.chunks() {
        match turn {
            Turn::Bounds(limits) => {
                driven.set_limits(limits);
                batches.set_limits(limits);
            }
            Turn::Chunk(range) => {
                let chunk = &script.stream[range];
                let mut records = Vec::new();
                let fed = driven.feed(chunk, |_, frame, payload, bytes, _| {
                    records.extend(write(frame, &payload, chunk, bytes));
                });
                assert_eq!(batches.feed(chunk), (records, fed.clone()));
                // An error ends it; that it is the right one is said elsewhere.
                if fed.is_err() {
                    return;
                }
            }
        }
    }
}

/// The record of a frame, whose payload are these `bytes`, in the chunk or all that was assembled.
fn write(frame: Frame, payload: &Payload, chunk: &[u8], bytes: &[u8]) -> Vec<u32> {
    let place = match payload {
        Payload::Chunk(range) => [range.start, range.len()],
        Payload::Assembled(length) => [crate_records::ASSEMBLED as usize, *length],
    };
    let place = place.map(|word| u32::try_from(word).expect("a short stream"));
    assert_eq!(payload.of(chunk, bytes), bytes);
    let said = Said::of_frame(frame, bytes);
    let untouched = u32::from_ne_bytes([UNTOUCHED; 4]);
    let mut words: crate_records::Room = [untouched; crate_records::MAX_RECORD as usize];
    let size = crate_records::write(frame, payload, chunk, bytes, &mut words);
    let (fields, has_payload) = fields(&said);
    let expected = if has_payload { [&fields[..], &place].concat() } else { fields };
    assert_eq!(words[..size], expected, "{said:?}");
    assert!(words[size..].iter().all(|word| *word == untouched), "written beyond the record");
    expected
}

/// The words before the payload's place, and whether there is one.
fn fields(said: &Said) -> (Vec<u32>, bool) {
    match *said {
        Said::Handshake { reserved, .. } => {
            let [dht, extended] = [reserved[7] & 1, (reserved[5] & 0x10) >> 3];
            let [fast, v2] = [reserved[7] & 4, (reserved[7] & 0x10) >> 1];
            (vec![32, (dht | extended | fast | v2).into()], true)
        }
        Said::KeepAlive => (vec![33], false),
        Said::Choke => (vec![0], false),
        Said::Unchoke => (vec![1], false),
        Said::Interested => (vec![2], false),
        Said::NotInterested => (vec![3], false),
        Said::Have(index) => (vec![4, index], false),
        Said::Bitfield(_) => (vec![5], true),
        Said::Request(index, offset, length) => (vec![6, index, offset, length], false),
        Said::Piece(index, offset, _) => (vec![7, index, offset], true),
        Said::Cancel(index, offset, length) => (vec![8, index, offset, length], false),
        Said::Port(port) => (vec![9, port.into()], false),
        Said::Suggest(index) => (vec![13, index], false),
        Said::HaveAll => (vec![14], false),
        Said::HaveNone => (vec![15], false),
        Said::Reject(index, offset, length) => (vec![16, index, offset, length], false),
        Said::AllowedFast(index) => (vec![17, index], false),
        Said::Extended(extension, _) => (vec![20, extension.into()], true),
        Said::HashRequest(Part(_, [a, b, c, d])) => (vec![21, a, b, c, d], true),
        Said::Hashes(Part(_, [a, b, c, d]), _) => (vec![22, a, b, c, d], true),
        Said::HashReject(Part(_, [a, b, c, d])) => (vec![23, a, b, c, d], true),
        Said::Unknown(_) => (vec![34], true),
    }
}
