//! The decoder, step by step.

use super::*;
use crate::wire::{Handshake, Message};

/// A decoder past the handshake.
fn running(limits: Limits) -> Decoder {
    Decoder { stage: Stage::Next, ..Decoder::new(limits) }
}

fn bytes(messages: &[Message]) -> Vec<u8> {
    let mut out = Vec::new();
    for message in messages {
        message.encode(&mut out);
    }
    out
}

#[test]
fn a_block_inside_the_chunk_is_not_copied() {
    let chunk = bytes(&[Message::Piece { index: 1, offset: 2, block: &[9; 100] }]);
    let mut at = 0;
    let step = running(Limits::default()).step(&chunk, &mut at, &mut []);
    let frame = Frame::Message(Head::Piece { index: 1, offset: 2 });
    assert_eq!(step, Ok(Step::Frame(frame, Payload::Chunk(13..113))));
    assert_eq!(at, 113);
}

#[test]
fn a_block_across_chunks_is_gathered_once() {
    let stream = bytes(&[Message::Piece { index: 1, offset: 2, block: &[9; 100] }]);
    let (first, second) = stream.split_at(50);
    let mut decoder = running(Limits::default());
    let mut at = 0;
    assert_eq!(decoder.step(first, &mut at, &mut []), Ok(Step::Space(100)));
    assert_eq!(at, 13, "the head is consumed, the payload waits");
    let mut assembly = [0; 100];
    assert_eq!(decoder.step(first, &mut at, &mut assembly), Ok(Step::Starved));
    assert_eq!(decoder.filled(), 37);
    let frame = Frame::Message(Head::Piece { index: 1, offset: 2 });
    assert_eq!(
        decoder.step(second, &mut 0, &mut assembly),
        Ok(Step::Frame(frame, Payload::Assembled(100)))
    );
    assert_eq!(assembly, [9; 100]);
    assert_eq!(decoder.filled(), 0);
}

#[test]
fn a_bitfield_is_judged_by_the_bounds_at_its_end() {
    let stream = bytes(&[Message::Bitfield(&[0xff, 0xff])]);
    for (pieces, good) in [(16, true), (8, false), (24, false), (10, false)] {
        let mut decoder = running(Limits::default());
        let mut assembly = [0; 2];
        assert_eq!(decoder.step(&stream[..6], &mut 0, &mut assembly), Ok(Step::Starved));
        decoder.set_limits(Limits { piece_count: Some(pieces), ..Limits::default() });
        let step = decoder.step(&stream[6..], &mut 0, &mut assembly);
        assert_eq!(step.is_ok(), good, "{pieces}");
    }
}

#[test]
fn what_is_needed_can_be_held_back() {
    let stream = bytes(&[
        Message::Have { index: 1 },
        Message::Unknown { body: &[99, 1] },
        Message::Piece { index: 1, offset: 2, block: &[9; 100] },
        Message::KeepAlive,
    ]);
    let mut decoder = running(Limits::default());
    let mut assembly = [0; 100];
    let mut seen = Vec::new();
    let mut rest = &stream[..];
    let mut needs = Vec::new();
    while !rest.is_empty() {
        needs.push(decoder.needs());
        let (chunk, after) = rest.split_at(decoder.needs());
        rest = after;
        let mut at = 0;
        while let Step::Frame(frame, _) = decoder.step(chunk, &mut at, &mut assembly).unwrap() {
            seen.push(frame);
        }
    }
    assert_eq!(needs, [4, 1, 4, 4, 1, 1, 4, 1, 8, 1, 99, 4]);
    assert_eq!(seen.len(), 4);
}

#[test]
fn a_caller_may_gather_a_payload_itself() {
    let mut decoder = running(Limits::default());
    assert_eq!(
        decoder.step(&[0, 0, 0, 12, 7, 0, 0, 0, 0, 0, 0, 0, 0], &mut 0, &mut []).ok(),
        Some(Step::Starved)
    );
    let mut assembly = [1, 2, 0];
    assert!(!decoder.gathered(3), "the end is the decoder's");
    assert!(decoder.gathered(2));
    assert!(!decoder.gathered(1), "also behind what was gathered before");
    let frame = Frame::Message(Head::Piece { index: 0, offset: 0 });
    assert_eq!(
        decoder.step(&[3], &mut 0, &mut assembly),
        Ok(Step::Frame(frame, Payload::Assembled(3)))
    );
    assert_eq!(assembly, [1, 2, 3]);
    assert!(!decoder.gathered(1), "no payload is under way");
    assert!(decoder.gathered(0));
}

#[test]
fn memory_is_asked_for_as_bytes_arrive() {
    let mut decoder = running(Limits::default());
    let head = [0, 0x10, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut at = 0;
    assert_eq!(decoder.step(&head, &mut at, &mut []), Ok(Step::Starved), "a prefix takes none");
    assert_eq!(decoder.step(&[1; 10], &mut 0, &mut []), Ok(Step::Space(FIRST_SPACE)));
    let mut assembly = vec![0; FIRST_SPACE];
    assert_eq!(decoder.step(&vec![1; FIRST_SPACE], &mut 0, &mut assembly), Ok(Step::Starved));
    assert_eq!(
        decoder.step(&[1; 2], &mut 0, &mut assembly),
        Ok(Step::Space(2 * (FIRST_SPACE + 2)))
    );
}

#[test]
fn a_huge_prefix_fails_at_its_fourth_byte() {
    let mut decoder = running(Limits::default());
    assert_eq!(decoder.step(&[0xff, 0xff, 0xff], &mut 0, &mut []), Ok(Step::Starved));
    let error = PeerError::MessageTooLong { length: u32::MAX, limit: 1 << 20 };
    assert_eq!(decoder.step(&[0xff], &mut 0, &mut []), Err(error.clone()));
    assert_eq!(decoder.step(&[0], &mut 0, &mut []), Err(error.clone()), "and stays failed");
    assert_eq!(decoder.error(), Some(&error));
}

#[test]
fn a_wrong_length_fails_at_the_id() {
    let mut decoder = running(Limits::default());
    assert_eq!(decoder.step(&[0, 0, 0, 4], &mut 0, &mut []), Ok(Step::Starved));
    assert_eq!(
        decoder.step(&[4], &mut 0, &mut []),
        Err(PeerError::MessageLength { id: 4, length: 4 })
    );
}

#[test]
fn what_is_not_bittorrent_fails_at_its_first_wrong_byte() {
    let mut decoder = Decoder::new(Limits::default());
    assert_eq!(
        decoder.step(b"GET / HTTP/1.1", &mut 0, &mut []),
        Err(PeerError::NotBitTorrent { position: 0, found: b'G' })
    );
    let mut decoder = Decoder::new(Limits::default());
    assert_eq!(decoder.step(b"\x13BitTor", &mut 0, &mut []), Ok(Step::Starved));
    assert_eq!(
        decoder.step(b"n", &mut 0, &mut []),
        Err(PeerError::NotBitTorrent { position: 7, found: b'n' })
    );
}

#[test]
fn limits_hold_from_the_next_message_on() {
    let mut decoder = running(Limits::default());
    let chunk = bytes(&[Message::Have { index: 5 }, Message::Have { index: 5 }]);
    let mut at = 0;
    assert!(decoder.step(&chunk, &mut at, &mut []).is_ok());
    decoder.set_limits(Limits { piece_count: Some(5), ..decoder.limits() });
    assert_eq!(
        decoder.step(&chunk, &mut at, &mut []),
        Err(PeerError::PieceIndex { index: 5, pieces: 5, exact: true })
    );
}

#[test]
fn an_unknown_id_fails_where_none_is_accepted() {
    let limits = Limits { strict: true, ..Limits::default() };
    let error = PeerError::UnknownMessage { id: 99 };
    let whole = [0, 0, 0, 2, 99, 1];
    assert_eq!(running(limits).step(&whole, &mut 0, &mut []), Err(error.clone()));
    let mut decoder = running(limits);
    assert_eq!(decoder.step(&whole[..4], &mut 0, &mut []), Ok(Step::Starved));
    assert_eq!(decoder.step(&whole[4..5], &mut 0, &mut []), Err(error), "at the id");
}

#[test]
fn the_handshake_has_come_with_its_last_byte() {
    let mut stream = Vec::new();
    Handshake::new([1; 20], [2; 20]).encode(&mut stream);
    let mut decoder = Decoder::new(Limits::default());
    let mut assembly = [0; 40];
    for byte in stream.chunks(1) {
        assert!(!decoder.handshaken());
        assert!(decoder.step(byte, &mut 0, &mut assembly).is_ok());
    }
    assert!(decoder.handshaken());
    assert!(decoder.step(&[0xff, 0xff, 0xff, 0xff], &mut 0, &mut []).is_err());
    assert!(decoder.handshaken(), "what came later was wrong");
}

#[test]
fn spare_bits_are_judged_in_the_chunk_and_assembled() {
    let limits = Limits { piece_count: Some(4), ..Limits::default() };
    let chunk = [0, 0, 0, 2, 5, 0xff];
    let error = PeerError::BitfieldSpareBits { pieces: 4 };
    assert_eq!(running(limits).step(&chunk, &mut 0, &mut []), Err(error.clone()));
    let limits = Limits { piece_count: Some(12), ..limits };
    let mut decoder = running(limits);
    let mut assembly = [0; 2];
    assert_eq!(decoder.step(&[0, 0, 0, 3, 5, 0xff], &mut 0, &mut assembly), Ok(Step::Starved));
    let error = PeerError::BitfieldSpareBits { pieces: 12 };
    assert_eq!(decoder.step(&[0xff], &mut 0, &mut assembly), Err(error));
}

#[test]
fn the_handshake_is_a_payload_of_40_bytes() {
    let mut stream = Vec::new();
    Handshake::new([1; 20], [2; 20]).encode(&mut stream);
    let mut at = 0;
    assert_eq!(
        Decoder::new(Limits::default()).step(&stream, &mut at, &mut []),
        Ok(Step::Frame(
            Frame::Handshake(Reserved::default().with(Reserved::EXTENDED)),
            Payload::Chunk(28..68)
        ))
    );
}
