use crate::driven::Driven;
use crate::script::{Script, Turn};

/// Any stream, under any bounds, cut anywhere: the decoder keeps its promises, which are those
/// [`Driven`] checks.
pub fn decode(input: &[u8]) {
    let script = Script::of(input);
    let mut driven = Driven::new(script.bounds[0].1, input.len().is_multiple_of(2));
    let mut failed = None;
    for turn in script.chunks() {
        match turn {
            Turn::Bounds(limits) => driven.set_limits(limits),
            Turn::Chunk(range) => {
                let fed = driven.feed(&script.stream[range], |_, _, _, _, _| {});
                failed = failed.or(fed.err());
            }
        }
        if let Some(error) = &failed {
            driven.stays_failed(error);
        }
    }
}
