//! A decoder read through tables of records, as the addon reads it.

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Limits};
use peer_wire_protocol::wire::PeerError;

/// The longest table, in words beyond the longest record: full after a few records.
const SPARE_WORDS: usize = 40;

/// A decoder, its assembly memory and its table.
#[derive(Clone, Debug)]
pub struct Batches {
    decoder: Decoder,
    assembly: Vec<u8>,
    table: Vec<u32>,
}

impl Batches {
    /// One at the start of a stream. `seed` says how long the table is.
    #[must_use]
    pub fn new(limits: Limits, seed: usize) -> Self {
        let words = records::MAX_RECORD as usize + seed % SPARE_WORDS;
        Self { decoder: Decoder::new(limits), assembly: Vec::new(), table: vec![0; words] }
    }

    /// Changes the bounds.
    pub fn set_limits(&mut self, limits: Limits) {
        self.decoder.set_limits(limits);
    }

    /// Gives a chunk to the decoder, and gives the words of all records it completes.
    pub fn feed(&mut self, chunk: &[u8]) -> (Vec<u32>, Result<(), PeerError>) {
        let mut words = Vec::new();
        let mut at = 0;
        loop {
            let before = at;
            let Self { decoder, assembly, table } = self;
            let (end, size) = records::read(decoder, chunk, &mut at, assembly, table);
            words.extend(&table[..size]);
            match end {
                End::Starved => {
                    assert_eq!(at, chunk.len(), "starved with bytes left");
                    return (words, Ok(()));
                }
                End::Full | End::Taught => assert!(at > before, "full of nothing"),
                End::Space(length) => {
                    // What was handed out is not the decoder's any more.
                    if decoder.filled() == 0 {
                        *assembly = Vec::new();
                    }
                    assert!(length > assembly.len(), "asked for what there is");
                    assembly.resize(length, 0);
                }
                End::Failed => {
                    let error = decoder.error().expect("a reason").clone();
                    return (words, Err(error));
                }
            }
        }
    }
}
