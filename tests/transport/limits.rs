//! What a program learns between two messages judges the second.

use std::io::Write;
use std::time::Duration;

use peer_wire_protocol::codec::{Decoder, Limits, Step};
use peer_wire_protocol::transport::{Failure, Kind};
use peer_wire_protocol::wire::{Message, PeerError};

use crate::messages::{agreed, encoded, handshake};
use crate::program::{Event, Program};
use crate::told::Told;

const HAVE: Message<'static> = Message::Have { index: 9 };

const WRONG: PeerError = PeerError::PieceIndex { index: 9, pieces: 9, exact: true };

fn nine() -> Limits {
    Limits { piece_count: Some(9), ..agreed() }
}

/// The next messages, and whether the connection waits after them.
fn told(program: &mut Program) -> (Vec<Told>, bool) {
    match program.until(|event| !matches!(event, Event::Opened)) {
        Event::Told(told, kind) => (told, kind == Kind::Teaching),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_told_before_the_program_goes_on() {
    let extended = encoded(Message::Extended { extension: 0, payload: b"de" });
    let lessons = [handshake(), [encoded(Message::Choke), extended].concat()];
    for count in 1..=lessons.len() {
        let mut program = Program::start(1);
        let (connection, mut peer) = program.pair(Some(agreed()));
        peer.write_all(&[lessons[..count].concat(), encoded(HAVE)].concat()).unwrap();
        for lesson in 1..=count {
            let (told, waits) = told(&mut program);
            assert_eq!((told.len(), waits), (lesson, true));
            if lesson < count {
                connection.go_on();
            }
        }
        // More comes, and none of it is read.
        peer.write_all(&encoded(HAVE)).unwrap();
        assert!(program.next_within(Duration::from_millis(20)).is_none());
        connection.set_limits(nine());
        assert!(program.next_within(Duration::from_millis(20)).is_none());
        connection.go_on();
        let (Some(connection), Event::Failed) = program.next() else { panic!("it was not judged") };
        let failure = connection.failure();
        assert!(matches!(failure, Some(Failure::Peer(error)) if *error == WRONG), "{failure:?}");
    }
}

/// What was set before was for what is adopted: its decoder has it, or has what came later.
#[test]
fn a_decoder_is_adopted_with_its_own_limits() {
    for _ in 0..20 {
        let mut program = Program::start(1);
        let (connection, mut peer) = program.pair(None);
        peer.write_all(&handshake()).unwrap();
        program.until(|event| matches!(event, Event::Raw(_)));
        let mut decoder = Decoder::new(agreed());
        let step = decoder.step(&handshake(), &mut 0, &mut []);
        assert!(matches!(step, Ok(Step::Frame(..))));
        connection.set_limits(nine());
        connection.adopt(decoder, None, &encoded(HAVE));
        assert_eq!(told(&mut program).0.len(), 1);
        peer.write_all(&encoded(HAVE)).unwrap();
        assert_eq!(told(&mut program).0.len(), 1);
    }
}
