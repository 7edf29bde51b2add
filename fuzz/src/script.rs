//! What a peer sends and how it arrives, made from an input.

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::codec::Limits;

use crate::source::{handshake, limits, number, said, size};

/// No more of a stream is made beyond this, in bytes.
const MAX_STREAM: usize = 150_000;

/// A stream is cut into no more than about this many chunks, for speed.
const MAX_CHUNKS: usize = 2048;

/// A stream, the bounds it is read under, and where it is cut.
#[derive(Clone, Debug)]
pub struct Script {
    /// All that the peer sends.
    pub stream: Vec<u8>,
    /// The bounds, each with the position of the first byte that is judged by them. The first stand
    /// at 0, and positions never fall.
    pub bounds: Vec<(usize, Limits)>,
    /// Chunk lengths, in bytes, to go round. Some may be 0, not all.
    sizes: Vec<usize>,
}

/// One thing that happens to the reading side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// These bytes of the stream arrive.
    Chunk(Range<usize>),
    /// The bounds are changed.
    Bounds(Limits),
}

impl Script {
    /// The script that an input stands for. Every input stands for one.
    #[must_use]
    pub fn of(input: &[u8]) -> Self {
        Self::read(&mut Unstructured::new(input)).expect("zeros at the end of the input")
    }

    fn read(input: &mut Unstructured) -> Result<Self> {
        let first = limits(input)?;
        let shape = u8::arbitrary(input)?;
        let mut sizes = Vec::new();
        for _ in 0..shape % 8 {
            sizes.push(size(input)?);
        }
        let mut script = Self { stream: Vec::new(), bounds: vec![(0, first)], sizes };
        if shape < 0xf0 {
            script.stream = handshake(input)?.bytes();
        }
        while !input.is_empty() && script.stream.len() < MAX_STREAM {
            script.add_part(input)?;
        }
        if script.sizes.iter().all(|size| *size == 0) {
            script.sizes = vec![usize::MAX];
        }
        Ok(script)
    }

    fn add_part(&mut self, input: &mut Unstructured) -> Result<()> {
        let end = self.stream.len();
        let (_, now) = *self.bounds.last().expect("the first bounds");
        match u8::arbitrary(input)? % 16 {
            // A length prefix that lies, and perhaps an id.
            10 => {
                self.stream.extend(number(input)?.to_be_bytes());
                self.stream.extend(u8::arbitrary(input)?.checked_sub(1));
            }
            // Any bytes.
            11 => {
                let length = size(input)?.min(input.len());
                self.stream.extend(input.bytes(length)?);
            }
            12 => {
                let length = input.len();
                self.stream.extend(input.bytes(length)?);
            }
            // Other bounds, from here on or from a little before.
            13 => {
                let position = end - size(input)?.min(end);
                let position = position.max(self.bounds.last().map_or(0, |(at, _)| *at));
                self.bounds.push((position, limits(input)?));
            }
            // Damage to what was said.
            14 => {
                let back = size(input)?;
                let flip = u8::arbitrary(input)?;
                if let Some(at) = end.checked_sub(back + 1) {
                    self.stream[at] ^= flip;
                }
            }
            15 => {
                let kept = end - size(input)?.min(end);
                self.stream.truncate(kept.max(self.bounds.last().map_or(0, |(at, _)| *at)));
            }
            _ => self.stream.extend(said(input, now)?.bytes()),
        }
        Ok(())
    }

    /// The stream in as few chunks as the changes of bounds allow.
    #[must_use]
    pub fn whole(&self) -> Vec<Turn> {
        self.cut(&[usize::MAX])
    }

    /// The stream in chunks of the input's choice.
    #[must_use]
    pub fn chunks(&self) -> Vec<Turn> {
        self.cut(&self.sizes)
    }

    /// The stream byte by byte.
    #[must_use]
    pub fn bytes(&self) -> Vec<Turn> {
        self.cut(&[1])
    }

    fn cut(&self, sizes: &[usize]) -> Vec<Turn> {
        let least = self.stream.len() / MAX_CHUNKS;
        let mut sizes =
            sizes.iter().map(|size| if *size == 0 { 0 } else { (*size).max(least) }).cycle();
        let mut turns = Vec::new();
        let mut at = 0;
        let ends = self.bounds[1..].iter().map(|(at, _)| *at).chain([self.stream.len()]);
        for (end, (_, limits)) in ends.zip(&self.bounds) {
            turns.push(Turn::Bounds(*limits));
            while at < end {
                let size = sizes.next().unwrap_or(usize::MAX).min(end - at);
                turns.push(Turn::Chunk(at..at + size));
                at += size;
            }
        }
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(turns: &[Turn]) -> Vec<Range<usize>> {
        let chunk = |turn: &Turn| match turn {
            Turn::Chunk(range) => Some(range.clone()),
            Turn::Bounds(_) => None,
        };
        turns.iter().filter_map(chunk).collect()
    }

    #[test]
    fn cuts_at_every_change_of_bounds() {
        let other = Limits { max_pieces: 1, ..Limits::default() };
        let script = Script {
            stream: vec![0; 10],
            bounds: vec![(0, Limits::default()), (4, other), (4, other)],
            sizes: vec![3, 0],
        };
        assert_eq!(chunks(&script.whole()), [0..4, 4..10]);
        assert_eq!(chunks(&script.chunks()), [0..3, 3..3, 3..4, 4..4, 4..7, 7..7, 7..10]);
        assert_eq!(chunks(&script.bytes()).len(), 10);
        assert_eq!(script.whole().iter().filter(|turn| **turn == Turn::Bounds(other)).count(), 2);
    }

    #[test]
    fn an_empty_input_is_a_handshake() {
        let script = Script::of(&[]);
        assert_eq!(script.stream.len(), 68);
        assert_eq!(script.whole().len(), 2);
    }
}
