//! What a program was told, in a form that does not depend on how it came.

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Limits};
use peer_wire_protocol::wire::PeerError;

/// A message: the record without its payload's place, and the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) words: Vec<u32>,
    pub(crate) payload: Vec<u8>,
}

impl Told {
    /// Whether a connection waits after it.
    pub(crate) fn teaches(&self) -> bool {
        matches!(self.words[0], records::HANDSHAKE | 20)
    }
}

/// Splits records, and finds what they speak of in the memory.
pub(crate) fn tell(mut words: &[u32], memory: &[u8]) -> Vec<Told> {
    let mut all = Vec::new();
    while let Some(&kind) = words.first() {
        let (size, has_payload) = match kind {
            0..=3 | 14 | 15 | records::KEEP_ALIVE => (1, false),
            4 | 9 | 13 | 17 => (2, false),
            6 | 8 | 16 => (4, false),
            5 | records::UNKNOWN => (3, true),
            20 | records::HANDSHAKE => (4, true),
            7 => (5, true),
            21..=23 => (7, true),
            _ => panic!("a record of kind {kind}"),
        };
        let (record, rest) = words.split_at(size);
        words = rest;
        let (record, payload) = match record {
            [record @ .., start, length] if has_payload => {
                let (start, length) = (*start as usize, *length as usize);
                (record, &memory[start..start + length])
            }
            _ => (record, &[][..]),
        };
        all.push(Told { words: record.to_vec(), payload: payload.to_vec() });
    }
    all
}

/// What all of a stream says at once, to a program that changes its bounds to `lessons` after the
/// messages that teach; and what is wrong with it.
pub(crate) fn tell_whole(
    bytes: &[u8],
    limits: Limits,
    mut lessons: impl Iterator<Item = Limits>,
) -> (Vec<Told>, Option<PeerError>) {
    let mut decoder = Decoder::new(limits);
    let (mut all, mut at, mut out) = (Vec::new(), 0, vec![0; 4096]);
    loop {
        let (end, used) = records::read(&mut decoder, bytes, &mut at, &mut [], &mut out);
        all.extend(tell(&out[..used], bytes));
        match end {
            End::Full => {}
            End::Taught => {
                if let Some(limits) = lessons.next() {
                    decoder.set_limits(limits);
                }
            }
            End::Starved | End::Space(_) => return (all, None),
            End::Failed => return (all, decoder.error().cloned()),
        }
    }
}
