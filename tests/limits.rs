//! Bounds that change while a message is under way.

use peer_wire_protocol::codec::{Decoder, Limits, Step};
use peer_wire_protocol::wire::{Handshake, PeerError};

/// A decoder that has read a handshake and, under the default bounds, `begun`.
fn after(begun: &[u8]) -> Decoder {
    let mut stream = Vec::new();
    Handshake::new([1; 20], [2; 20]).encode(&mut stream);
    stream.extend(begun);
    let mut decoder = Decoder::new(Limits::default());
    let mut at = 0;
    assert!(matches!(decoder.step(&stream, &mut at, &mut []), Ok(Step::Frame(..))));
    assert!(matches!(decoder.step(&stream, &mut at, &mut []), Ok(Step::Starved)));
    decoder
}

/// Gives a chunk in which no payload ends in the assembly memory, and counts the frames in it.
fn frames(decoder: &mut Decoder, chunk: &[u8]) -> usize {
    let mut at = 0;
    let mut frames = 0;
    while let Ok(Step::Frame(..)) = decoder.step(chunk, &mut at, &mut []) {
        frames += 1;
    }
    frames
}

#[test]
fn a_length_is_judged_once() {
    let have = [0, 0, 0, 5, 4, 0, 0, 0, 1];
    for cut in 4..9 {
        let mut decoder = after(&have[..cut]);
        decoder.set_limits(Limits { max_message_size: 4, ..Limits::default() });
        assert_eq!(frames(&mut decoder, &[]), 0, "{cut}");
        assert_eq!(decoder.error(), None, "{cut}");
        assert_eq!(frames(&mut decoder, &have[cut..]), 1, "{cut}");
        assert_eq!(frames(&mut decoder, &have), 0, "the next is too long");
        let error = PeerError::MessageTooLong { length: 5, limit: 4 };
        assert_eq!(decoder.error(), Some(&error), "{cut}");
    }
}

#[test]
fn an_unfinished_length_is_judged_by_the_new_bounds() {
    for cut in 0..4 {
        let mut decoder = after(&[0, 0, 0, 5][..cut]);
        decoder.set_limits(Limits { max_message_size: 4, ..Limits::default() });
        assert_eq!(frames(&mut decoder, &[0, 0, 0, 5][cut..]), 0);
        assert!(decoder.error().is_some(), "{cut}");
    }
}

#[test]
fn an_index_is_judged_at_its_end() {
    let mut decoder = after(&[0, 0, 0, 5, 4, 0, 0, 0]);
    decoder.set_limits(Limits { piece_count: Some(1), ..Limits::default() });
    assert_eq!(frames(&mut decoder, &[1]), 0);
    let error = PeerError::PieceIndex { index: 1, pieces: 1, exact: true };
    assert_eq!(decoder.error(), Some(&error));
}
