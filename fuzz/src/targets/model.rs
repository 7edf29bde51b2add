use peer_wire_protocol::wire::PeerError;

use crate::driven::Driven;
use crate::reference::{Heard, hear};
use crate::said::Said;
use crate::script::{Script, Turn};

/// The decoder reads from a stream what the reference reads: every message in the chunk that has its
/// last byte, and an error in the chunk that has the first byte to show it.
pub fn model(input: &[u8]) {
    let script = Script::of(input);
    let heard = hear(&script.stream, &script.bounds);
    let chunks = script.chunks();
    assert_eq!(read(&script, &chunks), in_chunks(&heard, &chunks));
    assert_eq!(read_at_frames(&script, &heard), heard, "bounds changed inside a chunk");
}

/// What each chunk completes.
type Read = Vec<(Vec<Said>, Result<(), PeerError>)>;

fn read(script: &Script, turns: &[Turn]) -> Read {
    let mut driven = Driven::new(script.bounds[0].1, false);
    let mut read = Vec::new();
    for turn in turns {
        match turn {
            Turn::Bounds(limits) => driven.set_limits(*limits),
            Turn::Chunk(range) => {
                let mut said = Vec::new();
                let fed = driven.feed(&script.stream[range.clone()], |_, frame, _, payload, _| {
                    said.push(Said::of_frame(frame, payload));
                });
                read.push((said, fed));
            }
        }
    }
    read
}

fn in_chunks(heard: &Heard, turns: &[Turn]) -> Read {
    let mut said = heard.said.iter().peekable();
    let mut read = Vec::new();
    for turn in turns {
        let Turn::Chunk(range) = turn else { continue };
        let mut complete = Vec::new();
        while let Some((_, message)) = said.next_if(|(end, _)| *end <= range.end) {
            complete.push(message.clone());
        }
        let broken = heard.broken.iter().find(|(position, _)| *position <= range.end);
        read.push((complete, broken.map_or(Ok(()), |(_, error)| Err(error.clone()))));
    }
    read
}

/// Reads in as few chunks as possible: bounds that change between two messages are changed there
/// without an end of the chunk.
fn read_at_frames(script: &Script, heard: &Heard) -> Heard {
    let is_between = |position: usize| heard.said.iter().any(|(end, _)| *end == position);
    let mut driven = Driven::new(script.bounds[0].1, false);
    let mut read = Heard::default();
    let mut changes = script.bounds[1..].iter().peekable();
    let mut start = 0;
    while read.broken.is_none() {
        let inside = changes.clone().take_while(|(position, _)| is_between(*position)).count();
        let next = changes.clone().nth(inside);
        let end = next.map_or(script.stream.len(), |(position, _)| *position);
        let fed = driven.feed(&script.stream[start..end], |decoder, frame, _, payload, at| {
            read.said.push((start + at, Said::of_frame(frame, payload)));
            while let Some((_, limits)) = changes.next_if(|(position, _)| *position == start + at) {
                decoder.set_limits(*limits);
            }
        });
        if let Err(error) = fed {
            // Where in the chunk it showed is not told.
            read.broken =
                heard.broken.iter().find(|(at, _)| *at <= end).map(|(at, _)| (*at, error.clone()));
            assert!(read.broken.is_some(), "{error:?} too early, at {start}..{end} of {script:?}");
            break;
        }
        let Some((_, limits)) = next else { break };
        changes.next();
        driven.set_limits(*limits);
        start = end;
    }
    read
}
