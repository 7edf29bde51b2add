//! What is sent comes whole and in order, whoever writes it: the thread that sends, or the task.

use std::io::Read;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use peer_wire_protocol::codec::Decoder;
use peer_wire_protocol::transport::{Connection, Ending};

use crate::exchange::channels;
use crate::messages::agreed;
use crate::program::{Event, Program};

/// Numbers, so that no part of it is like another.
fn numbers(bytes: usize) -> Vec<u8> {
    (0..u32::try_from(bytes / 4).unwrap()).flat_map(u32::to_be_bytes).collect()
}

/// Pieces of every length, and calls of every number of pieces: more than are written at once too.
fn send_all(connection: &Connection, bytes: &[u8]) {
    let mut rest = bytes;
    for call in 0.. {
        let count = [1, 2, 5, 70, 130][call % 5];
        let mut pieces = Vec::new();
        for piece in 0..count {
            let length = [0, 3, 17, 700, 16_397, 40_001][(call * 7 + piece) % 6];
            let (first, others) = rest.split_at(length.min(rest.len()));
            pieces.push(first);
            rest = others;
        }
        connection.send(&pieces);
        if rest.is_empty() {
            return;
        }
        if call % 4 == 0 {
            thread::sleep(Duration::from_micros(300));
        }
    }
}

/// A peer that reads slowly, then faster.
fn read_slowly(mut peer: TcpStream) -> Vec<u8> {
    let (mut all, mut some) = (Vec::new(), vec![0; 50_000]);
    for at in 0.. {
        let room = if at < 100 { 3000 } else { some.len() };
        match peer.read(&mut some[..room]).unwrap() {
            0 => break,
            length => all.extend_from_slice(&some[..length]),
        }
        if at % 8 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
    all
}

#[test]
fn order_is_kept_with_a_slow_reader() {
    for is_encrypted in [false, true] {
        let bytes = numbers(12 << 20);
        let mut program = Program::start(1);
        let (connection, peer) = program.pair(None);
        let mut their_end = None;
        if is_encrypted {
            let (ours, theirs) = channels();
            connection.adopt(Decoder::new(agreed()), Some(ours), &[]);
            their_end = Some(theirs);
        }
        let reader = thread::spawn(move || read_slowly(peer));
        send_all(&connection, &bytes);
        assert!(connection.queued() > 0, "nothing had to wait");
        connection.end(Ending::Gentle);
        program.until(|event| matches!(event, Event::Closed));
        let mut read = reader.join().unwrap();
        if let Some(channel) = &mut their_end {
            channel.open(&read.clone(), &mut read);
        }
        assert!(read == bytes, "{} of {} bytes, or others", read.len(), bytes.len());
    }
}

/// What was sent in the clear before it is encrypted leaves first, even where it had to wait.
#[test]
fn what_is_sent_before_adopting_stays_in_the_clear() {
    let (clear, secret) = (numbers(8 << 20), numbers(4 << 20));
    let mut program = Program::start(1);
    let (connection, peer) = program.pair(None);
    let (ours, mut theirs) = channels();
    program.until(|event| matches!(event, Event::Opened));
    send_all(&connection, &clear);
    assert!(connection.queued() > 0, "nothing had to wait");
    connection.adopt(Decoder::new(agreed()), Some(ours), &[]);
    send_all(&connection, &secret);
    connection.end(Ending::Gentle);
    let reader = thread::spawn(move || read_slowly(peer));
    program.until(|event| matches!(event, Event::Closed));
    let read = reader.join().unwrap();
    let (first, second) = read.split_at(clear.len());
    let mut opened = vec![0; second.len()];
    theirs.open(second, &mut opened);
    assert!(first == clear && opened == secret);
}

/// Several threads send on one connection: each call's bytes stay together.
#[test]
fn calls_do_not_mix() {
    const WORD: usize = 1000;
    for is_encrypted in [false, true] {
        let mut program = Program::start(1);
        let (connection, peer) = program.pair(None);
        let (ours, mut theirs) = channels();
        if is_encrypted {
            connection.adopt(Decoder::new(agreed()), Some(ours), &[]);
        }
        let reader = thread::spawn(move || read_slowly(peer));
        thread::scope(|scope| {
            for number in 0..4_u8 {
                let connection = &connection;
                scope.spawn(move || {
                    let half = [number; WORD / 2];
                    for _ in 0..500 {
                        connection.send(&[&half, &half]);
                    }
                });
            }
        });
        connection.end(Ending::Gentle);
        program.until(|event| matches!(event, Event::Closed));
        let mut read = reader.join().unwrap();
        if is_encrypted {
            theirs.open(&read.clone(), &mut read);
        }
        assert_eq!(read.len(), 4 * 500 * WORD);
        assert!(read.chunks(WORD).all(|word| word.iter().all(|byte| *byte == word[0])));
    }
}

#[test]
fn room_is_told_once_and_when_there_is() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    program.until(|event| matches!(event, Event::Opened));
    let bytes = numbers(12 << 20);
    let queued = connection.send(&[&bytes]).queued;
    assert!(queued > 1 << 20, "{queued}");
    connection.tell_room(queued / 2);
    assert!(program.next_within(Duration::from_millis(50)).is_none(), "there is none");
    let mut some = vec![0; queued / 4];
    let mut read = 0;
    let left = loop {
        peer.read_exact(&mut some).unwrap();
        read += some.len();
        if let Some((_, event)) = program.next_within(Duration::from_millis(5)) {
            assert!(matches!(event, Event::Room), "{event:?}");
            break connection.queued();
        }
    };
    assert!(left <= queued / 2, "{left} of {queued}");
    let mut rest = vec![0; bytes.len() - read];
    peer.read_exact(&mut rest).unwrap();
    assert!(program.next_within(Duration::from_millis(20)).is_none(), "told twice");
    // There is room by now.
    connection.tell_room(0);
    program.until(|event| matches!(event, Event::Room));
    assert_eq!(connection.queued(), 0);
}

/// What was sent while it is dialled leaves as soon as it stands.
#[test]
fn what_is_sent_before_it_stands_comes_first() {
    for _ in 0..20 {
        let program = Program::start(1);
        let (connection, mut peer) = program.pair(Some(agreed()));
        connection.send(&[b"one", b"two"]);
        connection.send(&[b"three"]);
        let mut read = [0; 11];
        peer.read_exact(&mut read).unwrap();
        assert_eq!(read, *b"onetwothree");
    }
}
