//! What two peers have agreed to use decides what an id means.

use peer_wire_protocol::codec::{Decoder, Fast, Limits, Step};
use peer_wire_protocol::codec::{Frame, Payload};
use peer_wire_protocol::wire::{Handshake, HashRange, Head, Message, PeerError};

const RANGE: HashRange<'static> =
    HashRange { pieces_root: &[7; 32], base_layer: 1, index: 2, length: 2, proof_layers: 0 };

const FAST: [Message<'static>; 5] = [
    Message::Suggest { index: 1 },
    Message::HaveAll,
    Message::HaveNone,
    Message::Reject { index: 1, offset: 2, length: 3 },
    Message::AllowedFast { index: 1 },
];

const HASHES: [Message<'static>; 3] = [
    Message::HashRequest(RANGE),
    Message::Hashes { range: RANGE, hashes: &[9; 64] },
    Message::HashReject(RANGE),
];

fn agreed() -> Limits {
    Limits { fast: Fast::Agreed, v2: true, ..Limits::default() }
}

fn bytes(message: Message) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

/// A decoder that has read a handshake.
fn running(limits: Limits) -> Decoder {
    let mut decoder = Decoder::new(limits);
    let handshake = bytes(Message::Handshake(Handshake::new([1; 20], [2; 20])));
    assert!(matches!(decoder.step(&handshake, &mut 0, &mut []), Ok(Step::Frame(..))));
    decoder
}

/// What one message, cut into `chunks`, comes to: its head and its payload.
fn read(decoder: &mut Decoder, chunks: &[&[u8]]) -> Option<Result<(Head, Vec<u8>), PeerError>> {
    let mut assembly = vec![0; 200];
    for chunk in chunks {
        match decoder.step(chunk, &mut 0, &mut assembly) {
            Ok(Step::Frame(Frame::Message(head), Payload::Chunk(range))) => {
                return Some(Ok((head, chunk[range].to_vec())));
            }
            Ok(Step::Frame(Frame::Message(head), Payload::Assembled(length))) => {
                return Some(Ok((head, assembly[..length].to_vec())));
            }
            Ok(Step::Starved) => {}
            Ok(step) => panic!("{step:?}"),
            Err(error) => return Some(Err(error)),
        }
    }
    None
}

/// The same for a message, cut everywhere or not at all.
fn read_cut(limits: Limits, message: Message, expected: &Result<Head, PeerError>) {
    let bytes = bytes(message);
    for cut in 0..bytes.len() {
        let (first, second) = bytes.split_at(cut);
        let read = read(&mut running(limits), &[first, second]);
        let head = read.expect("a whole message").map(|(head, _)| head);
        assert_eq!(&head, expected, "{message:?} cut at {cut}");
    }
}

#[test]
fn unknown_where_nothing_was_asked_for() {
    for message in FAST.into_iter().chain(HASHES) {
        read_cut(Limits::default(), message, &Ok(Head::Unknown));
        let bytes = bytes(message);
        let (_, body) = read(&mut running(Limits::default()), &[&bytes]).unwrap().unwrap();
        assert_eq!(body, bytes[4..], "the id is part of it");
        let strict = Limits { strict: true, ..Limits::default() };
        read_cut(strict, message, &Err(PeerError::UnknownMessage { id: bytes[4] }));
    }
}

#[test]
fn refused_where_only_we_asked() {
    let limits = Limits { fast: Fast::Refused, ..Limits::default() };
    for message in FAST {
        let id = bytes(message)[4];
        read_cut(limits, message, &Err(PeerError::FastNotNegotiated { id }));
    }
    for message in HASHES {
        read_cut(limits, message, &Ok(Head::Unknown));
    }
}

#[test]
fn known_where_both_agreed() {
    for message in FAST.into_iter().chain(HASHES) {
        let head = Head::split(&bytes(message)[4..]).unwrap().0;
        assert_ne!(head, Head::Unknown);
        read_cut(agreed(), message, &Ok(head));
    }
}

#[test]
fn lengths_are_exact() {
    for message in FAST.into_iter().chain(HASHES) {
        for change in [-1_i32, 1] {
            let mut bytes = bytes(message);
            let length = u32::try_from(bytes.len() - 4).unwrap().saturating_add_signed(change);
            bytes[..4].copy_from_slice(&length.to_be_bytes());
            bytes.resize(4 + length as usize, 0);
            if length == 0 {
                continue; // A keep-alive.
            }
            let error = PeerError::MessageLength { id: bytes[4], length };
            let read = read(&mut running(agreed()), &[&bytes]);
            assert_eq!(read, Some(Err(error)), "{message:?}");
        }
    }
}

/// Two hashes and an uncle were asked for, and three others come.
#[test]
fn hashes_are_as_many_as_they_say() {
    for (length, proof_layers, hashes, fits) in
        [(2, 0, 2, true), (2, 1, 3, true), (2, 0, 3, false), (4, 9, 4, false), (0, 0, 1, false)]
    {
        let range = HashRange { length, proof_layers, ..RANGE };
        let hashes = vec![9; 32 * hashes];
        let message = Message::Hashes { range, hashes: &hashes };
        let error =
            PeerError::MessageLength { id: 22, length: u32::try_from(49 + hashes.len()).unwrap() };
        read_cut(agreed(), message, &if fits { Ok(Head::Hashes) } else { Err(error) });
    }
}

#[test]
fn pieces_that_do_not_exist() {
    let limits = Limits { piece_count: Some(1), ..agreed() };
    let error = PeerError::PieceIndex { index: 1, pieces: 1, exact: true };
    for message in [FAST[0], FAST[3], FAST[4]] {
        read_cut(limits, message, &Err(error.clone()));
        read_cut(agreed(), message, &Ok(Head::split(&bytes(message)[4..]).unwrap().0));
    }
}

/// The bounds change within a message: what its id means is settled once that has come.
#[test]
fn an_id_is_judged_once() {
    for message in FAST.into_iter().chain(HASHES) {
        let bytes = bytes(message);
        for cut in 0..bytes.len() {
            for (before, after) in [(agreed(), Limits::default()), (Limits::default(), agreed())] {
                let mut decoder = running(before);
                assert_eq!(read(&mut decoder, &[&bytes[..cut]]), None);
                let filled = decoder.filled();
                decoder.set_limits(after);
                let mut assembly = vec![0; 200];
                assembly[..filled].copy_from_slice(&bytes[bytes.len().min(cut) - filled..cut]);
                let step = decoder.step(&bytes[cut..], &mut 0, &mut assembly);
                let Ok(Step::Frame(Frame::Message(head), _)) = step else { panic!("{step:?}") };
                let judged_by = if cut > 4 { before } else { after };
                assert_eq!(head == Head::Unknown, judged_by == Limits::default(), "{cut}");
            }
        }
    }
}
