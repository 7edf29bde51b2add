use peer_wire_protocol::codec::Reader;
use peer_wire_protocol::wire::PeerError;

use crate::adapter;
use crate::said::Said;
use crate::script::{Script, Turn};
use crate::sparing::{Manner, Sparing};

/// Up to this length, in bytes, a stream is also given byte by byte.
const BYTE_BY_BYTE: usize = 5000;

/// What was read between two changes of bounds.
type Span = (Vec<Said>, Result<(), PeerError>);

/// A stream says the same however it is cut, and however the caller spares itself calls.
pub fn splits(input: &[u8]) {
    let script = Script::of(input);
    let whole = through_reader(&script, script.whole());
    let chunks = script.chunks();
    assert_eq!(through_sparing(&script, chunks.clone(), Manner::Holds), whole, "held back");
    assert_eq!(through_sparing(&script, chunks.clone(), Manner::Gathers), whole, "gathered");
    assert_eq!(through_reader(&script, chunks), whole, "cut");
    if script.stream.len() <= BYTE_BY_BYTE {
        assert_eq!(through_reader(&script, script.bytes()), whole, "byte by byte");
        assert_eq!(
            through_sparing(&script, script.bytes(), Manner::Gathers),
            whole,
            "gathered bytes"
        );
    }
}

fn through_reader(script: &Script, turns: Vec<Turn>) -> Vec<Span> {
    let mut reader = Reader::new(script.bounds[0].1);
    let mut spans: Vec<Span> = Vec::new();
    for turn in turns {
        match turn {
            Turn::Bounds(limits) => {
                reader.decoder().set_limits(limits);
                spans.push((Vec::new(), Ok(())));
            }
            Turn::Chunk(range) => {
                let (said, read) = spans.last_mut().expect("bounds first");
                *read = adapter::read(&mut reader, &script.stream[range], said);
            }
        }
    }
    spans
}

fn through_sparing(script: &Script, turns: Vec<Turn>, manner: Manner) -> Vec<Span> {
    let mut caller = Sparing::new(script.bounds[0].1, manner);
    let mut spans: Vec<Span> = Vec::new();
    for turn in turns {
        match turn {
            Turn::Bounds(limits) => {
                caller.set_limits(limits);
                spans.push((Vec::new(), Ok(())));
            }
            Turn::Chunk(range) => {
                let (said, read) = spans.last_mut().expect("bounds first");
                *read = caller.feed(&script.stream[range], said);
            }
        }
    }
    spans
}
