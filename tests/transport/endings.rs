//! How connections end, and what is told of it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use peer_wire_protocol::transport::{Connection, Dial, Ending, Failure};
use peer_wire_protocol::wire::{Message, PeerError};

use crate::messages::{agreed, blocks, encoded, handshake};
use crate::program::{Event, Program};

/// Has the connection closed with a reset.
fn reset(peer: TcpStream) {
    socket2::SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
}

/// Goes on to the end or the failure of a connection, and gives it with what was told before, by kinds.
fn end_of(program: &mut Program, connection: &Connection) -> (Event, Vec<u32>) {
    let mut kinds = Vec::new();
    let event = program.until(|event| match event {
        Event::Told(told, _) => {
            kinds.extend(told.iter().map(|told| told.words[0]));
            connection.go_on();
            false
        }
        event => matches!(event, Event::Ended | Event::Failed),
    });
    (event, kinds)
}

fn is_reset(connection: &Connection) -> bool {
    matches!(connection.failure(), Some(Failure::Reset(_)))
}

#[test]
fn the_end_comes_after_the_data() {
    let mut program = Program::start(1);
    for _ in 0..50 {
        let (connection, mut peer) = program.pair(Some(agreed()));
        peer.write_all(&blocks(0..9, 16_384)).unwrap();
        drop(peer);
        let (event, kinds) = end_of(&mut program, &connection);
        assert!(matches!(event, Event::Ended));
        assert_eq!(kinds.len(), 10);
        connection.end(Ending::Gentle);
        program.until(|event| matches!(event, Event::Closed));
    }
}

#[test]
fn a_reset_is_told_after_the_data() {
    let mut program = Program::start(1);
    for _ in 0..20 {
        let (connection, mut peer) = program.pair(Some(agreed()));
        peer.write_all(&handshake()).unwrap();
        end_within(&mut program, Duration::from_millis(5));
        connection.go_on();
        peer.write_all(&encoded(Message::Choke)).unwrap();
        reset(peer);
        let (event, _) = end_of(&mut program, &connection);
        assert!(matches!(event, Event::Failed), "{event:?}");
        assert!(is_reset(&connection), "{:?}", connection.failure());
        connection.end(Ending::Gentle);
        program.until(|event| matches!(event, Event::Closed));
    }
}

/// Lets pass what happens now.
fn end_within(program: &mut Program, time: Duration) {
    while program.next_within(time).is_some() {}
}

#[test]
fn a_violation_is_told_after_what_was_right() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    let mut bytes = blocks(0..3, 500);
    bytes.extend([0, 0, 0, 2, 4, 0]);
    bytes.extend(encoded(Message::Choke));
    peer.write_all(&bytes).unwrap();
    let (event, kinds) = end_of(&mut program, &connection);
    assert!(matches!(event, Event::Failed));
    assert_eq!(kinds.len(), 4);
    let error = PeerError::MessageLength { id: 4, length: 2 };
    assert!(matches!(connection.failure(), Some(Failure::Peer(found)) if *found == error));
    // It is the program's to end it.
    assert!(program.next_within(Duration::from_millis(20)).is_none());
    connection.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
    assert_eq!(peer.read(&mut [0; 10]).unwrap_or(0), 0);
}

/// Who has said something wrong goes on, and hears all the same what was sent to it before.
#[test]
fn a_peer_that_broke_the_protocol_gets_what_was_sent() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    program.until(|event| matches!(event, Event::Opened));
    let much = vec![7; 16 << 20];
    connection.send(&[&much]);
    let peer = thread::spawn(move || {
        peer.write_all(&vec![0; 16 << 20]).unwrap();
        let mut read = Vec::new();
        peer.read_to_end(&mut read).unwrap();
        read.len()
    });
    program.until(|event| matches!(event, Event::Failed));
    assert!(connection.queued() > 0, "nothing had to wait");
    connection.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
    assert_eq!(peer.join().unwrap(), much.len());
}

/// Both have much to say, and say it before they listen.
#[test]
fn a_gentle_end_reads_what_comes_while_it_sends() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    program.until(|event| matches!(event, Event::Opened));
    let much = vec![7; 16 << 20];
    let peer = thread::spawn(move || {
        peer.write_all(&[handshake(), vec![0; 16 << 20]].concat()).unwrap();
        let mut read = Vec::new();
        peer.read_to_end(&mut read).unwrap();
        read.len()
    });
    connection.send(&[&much]);
    assert!(connection.queued() > 0, "nothing had to wait");
    connection.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
    assert_eq!(peer.join().unwrap(), much.len());
}

#[test]
fn an_abrupt_end_does_not_wait_for_the_peer() {
    let mut program = Program::start(1);
    let (connection, _peer) = program.pair(Some(agreed()));
    program.until(|event| matches!(event, Event::Opened));
    connection.send(&[&vec![7; 16 << 20]]);
    let since = Instant::now();
    connection.end(Ending::Gentle);
    assert!(program.next_within(Duration::from_millis(100)).is_none(), "it waits for the peer");
    connection.end(Ending::Abrupt);
    program.until(|event| matches!(event, Event::Closed));
    assert!(since.elapsed() < Duration::from_secs(3));
}

/// Whoever still sends then does not fill memory with it.
#[test]
fn what_is_sent_on_a_closed_connection_is_dropped() {
    for much in [0, 16 << 20] {
        let mut program = Program::start(1);
        let (connection, _peer) = program.pair(Some(agreed()));
        program.until(|event| matches!(event, Event::Opened));
        connection.send(&[&vec![7; much]]);
        connection.end(Ending::Abrupt);
        program.until(|event| matches!(event, Event::Closed));
        for _ in 0..3 {
            assert_eq!(connection.send(&[b"more"]).queued, 0);
        }
        assert_eq!(connection.queued(), 0);
    }
}

#[test]
fn what_is_sent_on_a_connection_that_never_stood_is_dropped() {
    let mut program = Program::start(1);
    let connection = refused(&program);
    connection.send(&[b"hello"]);
    program.until(|event| matches!(event, Event::Failed));
    assert!(matches!(connection.failure(), Some(Failure::Refused { .. })));
    assert_eq!(connection.send(&[b"more"]).queued, 0);
    connection.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
}

fn refused(program: &Program) -> Arc<Connection> {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    program.dial(nobody, Some(agreed()))
}

/// The peer has ended its side only, and we still send: that it is gone is to be heard.
#[test]
fn a_failure_is_told_after_the_end() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(Some(agreed()));
    peer.write_all(&handshake()).unwrap();
    peer.shutdown(Shutdown::Write).unwrap();
    let (event, _) = end_of(&mut program, &connection);
    assert!(matches!(event, Event::Ended));
    connection.send(&[b"still here"]);
    peer.read_exact(&mut [0; 10]).unwrap();
    reset(peer);
    let until = Instant::now() + Duration::from_secs(3);
    loop {
        connection.send(&[b"still here"]);
        if let Some((_, event)) = program.next_within(Duration::from_millis(10)) {
            assert!(matches!(event, Event::Failed), "{event:?}");
            break;
        }
        assert!(Instant::now() < until, "never told");
    }
    assert!(is_reset(&connection), "{:?}", connection.failure());
    connection.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
}

#[test]
fn what_is_dialled_can_be_ended() {
    let mut program = Program::start(1);
    // A backlog that is full: nobody answers.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    for ending in [Ending::Gentle, Ending::Abrupt] {
        let connection = program.dial(address, Some(agreed()));
        connection.end(ending);
        program.until(|event| matches!(event, Event::Closed));
    }
    let refused = refused(&program);
    program.until(|event| matches!(event, Event::Failed));
    refused.end(Ending::Gentle);
    program.until(|event| matches!(event, Event::Closed));
}

#[test]
fn a_name_without_an_address_fails() {
    let mut program = Program::start(1);
    let connection = program.transport.connect(Dial {
        host: String::from("nowhere.invalid"),
        port: 1,
        local: None,
        timeout: 0,
        no_delay: true,
        limits: None,
    });
    program.until(|event| matches!(event, Event::Failed));
    assert!(matches!(connection.failure(), Some(Failure::NoAddress { .. })));
}
