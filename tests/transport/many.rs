//! Many connections, on several threads, both ends here.

use std::collections::HashMap;
use std::sync::Arc;

use peer_wire_protocol::transport::{Connection, Ending, Kind};

use crate::messages::{agreed, blocks};
use crate::program::{Event, Program};
use crate::told::{Told, tell_whole};

const MESSAGES: usize = 41;

/// What each end says: no two the same.
fn speech(number: usize) -> Vec<u8> {
    let first = u32::try_from(number).unwrap();
    blocks(first..first + 40, 100 + 397 * (number % 40))
}

#[test]
fn everybody_is_told_what_was_meant_for_it() {
    const PAIRS: usize = 60;
    for threads in [1, 3] {
        let mut program = Program::start(threads);
        let (server, address) = program.listen();
        let mut told: HashMap<*const Connection, Vec<Told>> = HashMap::new();
        let mut dialled = Vec::new();
        for _ in 0..PAIRS {
            dialled.push(program.dial(address, Some(agreed())));
        }
        let (mut accepted, mut closed) = (Vec::new(), 0);
        for (number, connection) in dialled.iter().enumerate() {
            connection.send(&[&speech(number)]);
        }
        while closed < 2 * PAIRS {
            match program.next() {
                (_, Event::Accepted(connection)) => {
                    program.transport.serve(&connection, Some(agreed()));
                    connection.send(&[&speech(PAIRS + accepted.len())]);
                    accepted.push(connection);
                }
                (Some(connection), Event::Told(more, kind)) => {
                    let told = told.entry(Arc::as_ptr(&connection)).or_default();
                    told.extend(more);
                    if told.len() == MESSAGES {
                        connection.end(Ending::Gentle);
                    } else if kind == Kind::Teaching {
                        connection.go_on();
                    }
                }
                (Some(_), Event::Closed) => closed += 1,
                (_, Event::Opened | Event::Ended) => {}
                (_, event) => panic!("{event:?}"),
            }
        }
        server.close();
        assert_eq!(accepted.len(), PAIRS);
        let mut all: Vec<_> = told.into_values().collect();
        // Who was accepted first is not who dialled first.
        all.sort_by_key(|told| told[1].words.clone());
        let all: Vec<_> = all.into_iter().map(|told| (told, None)).collect();
        let expected: Vec<_> = (0..2 * PAIRS)
            .map(|number| tell_whole(&speech(number), agreed(), std::iter::empty()))
            .collect();
        assert!(all == expected);
    }
}
