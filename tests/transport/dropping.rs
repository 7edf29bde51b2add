//! A transport that is dropped in the middle of what it does.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use peer_wire_protocol::transport::Ending;

use crate::messages::{agreed, blocks};
use crate::program::{Event, Program};

/// The program may keep a connection. The peer hears of the end all the same.
#[test]
fn peers_hear_that_it_is_dropped() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    program.until(|event| matches!(event, Event::Opened));
    drop(program);
    assert_eq!(peer.read(&mut [0; 10]).unwrap(), 0);
    // Nobody is there any more, and nothing of this waits for somebody.
    for _ in 0..3 {
        connection.send(&[b"hello"]);
        connection.tell_room(0);
        connection.go_on();
        connection.end(Ending::Abrupt);
    }
    assert_eq!(connection.send(&[b"hello"]).queued, 0);
}

#[test]
fn a_thousand_times_in_the_middle_of_traffic() {
    let stream = Arc::new(blocks(0..40, 16_384));
    for round in 0..1000_usize {
        let mut program = Program::start(1 + round % 3);
        let (_server, address) = program.listen();
        let peers: Vec<_> = (0..3)
            .map(|number| {
                let connection = program.dial(address, Some(agreed()));
                connection.send(&[&stream[..round * 97 % stream.len()]]);
                if number == round % 5 {
                    connection.end([Ending::Gentle, Ending::Abrupt][round % 2]);
                }
                connection
            })
            .collect();
        for _ in 0..round % 12 {
            match program.next_within(Duration::from_millis(1)) {
                Some((_, Event::Accepted(connection))) => {
                    program.transport.serve(&connection, Some(agreed()));
                    connection.send(&[&stream[..20_000]]);
                }
                Some((Some(connection), Event::Told(..))) => connection.go_on(),
                Some(_) => {}
                None => break,
            }
        }
        // Somebody sends meanwhile.
        let sender = Arc::clone(&peers[0]);
        let bytes = Arc::clone(&stream);
        let sender = thread::spawn(move || {
            for chunk in bytes.chunks(50_000) {
                sender.send(&[chunk]);
            }
        });
        drop(program);
        sender.join().unwrap();
    }
}

/// Streams to one that is dropped are cut, not left.
#[test]
fn who_writes_to_it_is_not_left_waiting() {
    let program = Program::start(1);
    let (_connection, mut peer) = program.pair(Some(agreed()));
    let writer = thread::spawn(move || while peer.write_all(&[0; 4096]).is_ok() {});
    thread::sleep(Duration::from_millis(20));
    drop(program);
    writer.join().unwrap();
}
