//! What the addon does with each chunk that comes, and with each block that leaves.

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Limits};
use peer_wire_protocol::mse::Channel;

/// Words in a table of records, as in `lib/tables.js`.
const WORDS: usize = 4096;

pub(crate) struct Addon {
    decoder: Decoder,
    table: Vec<u32>,
    /// Memory, of which so much was given to the payload under way.
    assembly: Vec<u8>,
    given: usize,
    /// Memory that chunks are deciphered to.
    plain: Vec<u8>,
}

impl Addon {
    pub(crate) fn new() -> Self {
        Self {
            decoder: Decoder::new(Limits::default()),
            table: vec![0; WORDS],
            assembly: Vec::new(),
            given: 0,
            plain: Vec::new(),
        }
    }

    /// Decodes a chunk and tells how many words of records it became.
    pub(crate) fn decode(&mut self, chunk: &[u8]) -> usize {
        let mut at = 0;
        let mut words = 0;
        loop {
            let assembly = &mut self.assembly[..self.given];
            let (why, end) =
                records::read(&mut self.decoder, chunk, &mut at, assembly, &mut self.table);
            words += end;
            if self.decoder.filled() == 0 {
                self.given = 0; // What there was is handed out with a record.
            }
            match why {
                End::Full | End::Taught => {}
                End::Starved => return words,
                End::Space(length) => {
                    self.assembly.resize(length.max(self.assembly.len()), 0);
                    self.given = length;
                }
                End::Failed => panic!("what a peer may send"),
            }
        }
    }

    /// The same with a chunk that has to be deciphered first: what belongs to the payload under way, to
    /// its own memory.
    pub(crate) fn decipher(&mut self, channel: &mut Channel, chunk: &[u8]) -> usize {
        let filled = self.decoder.filled();
        let direct = match self.given {
            0 => 0,
            given => (self.decoder.needs() - 1).min(chunk.len()).min(given - filled),
        };
        let (ours, rest) = chunk.split_at(direct);
        let mut plain = std::mem::take(&mut self.plain);
        plain.resize(rest.len().max(plain.len()), 0);
        channel.open(ours, &mut self.assembly[filled..filled + direct]);
        channel.open(rest, &mut plain[..rest.len()]);
        assert!(self.decoder.gathered(direct), "less than is missing");
        let words = self.decode(&plain[..rest.len()]);
        self.plain = plain;
        words
    }

    /// Enciphers what is to be sent: the head of a message and its block, one behind the other.
    pub(crate) fn seal(&mut self, channel: &mut Channel, pieces: [&[u8]; 2]) -> usize {
        let length = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        self.plain.resize(length, 0);
        let (head, block) = self.plain.split_at_mut(pieces[0].len());
        channel.seal(pieces[0], head);
        channel.seal(pieces[1], block);
        usize::from(self.plain[length - 1])
    }
}
