//! Decodes the same input over and over, for a program that counts its instructions:
//! `decode_fixed CASE TIMES`. What is counted is what the addon does with each chunk.

mod cases;

use std::process::ExitCode;

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Limits};

/// Words in a table of records, as in `lib/tables.js`.
const WORDS: usize = 4096;

struct Addon {
    decoder: Decoder,
    table: Vec<u32>,
    /// Memory, of which so much was given to the payload under way.
    assembly: Vec<u8>,
    given: usize,
}

impl Addon {
    fn new() -> Self {
        Self {
            decoder: Decoder::new(Limits::default()),
            table: vec![0; WORDS],
            assembly: Vec::new(),
            given: 0,
        }
    }

    /// Decodes a chunk and tells how many words of records it became.
    fn decode(&mut self, chunk: &[u8]) -> usize {
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
                End::Full => {}
                End::Starved => return words,
                End::Space(length) => {
                    self.assembly.resize(length.max(self.assembly.len()), 0);
                    self.given = length;
                }
                End::Failed => panic!("what a peer may send"),
            }
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, name, times] = arguments.as_slice() else {
        eprintln!("usage: decode_fixed CASE TIMES");
        return ExitCode::from(2);
    };
    let (Some(chunks), Ok(times)) = (cases::chunks(name), times.parse::<u32>()) else {
        eprintln!("decode_fixed: no case {name}, or not a number: {times}");
        return ExitCode::from(2);
    };
    let mut addon = Addon::new();
    addon.decode(&cases::handshake());
    let mut count = 0;
    for _ in 0..times {
        count += chunks.iter().map(|chunk| addon.decode(chunk)).sum::<usize>();
    }
    println!("{count}");
    ExitCode::SUCCESS
}
