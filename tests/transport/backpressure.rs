//! A program that does not take what there is for it stops the reading, until it does.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use peer_wire_protocol::codec::{Decoder, Limits};
use peer_wire_protocol::transport::{Batch, Connection, Happening};
use peer_wire_protocol::wire::HANDSHAKE_LEN;

use crate::messages::{self, agreed};
use crate::program::{Event, PATIENCE, Program};

const MIB: usize = 1024 * 1024;

/// Bytes of one connection that may wait, and of all, and what is read at once.
const MOST_OF_ONE: usize = 4 * MIB;
const MOST_OF_ALL: usize = 16 * MIB;
const SLAB: usize = MIB / 2;

fn flood(mut peer: TcpStream, bytes: Vec<u8>) -> JoinHandle<()> {
    thread::spawn(move || peer.write_all(&bytes).unwrap())
}

/// A connection whose decoder is past the handshake: nothing of what comes pauses it.
fn running(program: &Program) -> (Arc<Connection>, TcpStream) {
    let (connection, peer) = program.pair(None);
    let mut decoder = Decoder::new(Limits { max_message_size: 4 << 20, ..agreed() });
    decoder.step(&messages::handshake(), &mut 0, &mut []).unwrap();
    connection.adopt(decoder, None, &[]);
    (connection, peer)
}

fn weight(batch: &Batch) -> usize {
    let read = batch.happenings.iter().map(|happening| match happening {
        Happening::Read(segment) => segment.memory.len(),
        _ => 0,
    });
    read.sum()
}

/// Takes until nothing more comes for so long, and releases none of it.
fn hoard(program: &Program) -> Vec<Batch> {
    let mut hoard = Vec::new();
    while let Some(batch) = program.batch_within(Duration::from_millis(300)) {
        hoard.push(batch);
    }
    hoard
}

/// How many blocks: of each, the record has five words.
fn blocks_in(batch: &Batch) -> usize {
    batch.records.len() / 5
}

/// Releases all, and tells how many blocks that were.
fn release(program: &Program, hoarded: Vec<Batch>) -> usize {
    let released = hoarded.into_iter().map(|batch| {
        program.transport.queue().release(&batch);
        blocks_in(&batch)
    });
    released.sum()
}

/// Takes and releases until so many blocks have come.
fn take(program: &Program, blocks: usize) {
    let mut taken = 0;
    while taken < blocks {
        let batch = program.batch();
        taken += blocks_in(&batch);
        program.transport.queue().release(&batch);
    }
    assert_eq!(taken, blocks);
}

fn stream(blocks: u32) -> Vec<u8> {
    // The decoder has the handshake.
    messages::blocks(0..blocks, 16_384).split_off(HANDSHAKE_LEN)
}

#[test]
fn one_that_is_not_dealt_with_is_not_read() {
    let program = Program::start(1);
    let (connection, peer) = running(&program);
    let peer = flood(peer, stream(4000));
    let hoarded = hoard(&program);
    let held: usize = hoarded.iter().map(weight).sum();
    assert!((MOST_OF_ONE..=MOST_OF_ONE + 2 * SLAB).contains(&held), "{held}");
    // Another is read all the same.
    let (_other, other_peer) = running(&program);
    flood(other_peer, stream(9)).join().unwrap();
    take(&program, 9);
    // Orders are still obeyed.
    connection.set_limits(agreed());
    take(&program, 4000 - release(&program, hoarded));
    peer.join().unwrap();
}

#[test]
fn all_that_is_not_dealt_with_stops_everybody() {
    const COUNT: usize = 8;
    for threads in [1, 3] {
        let program = Program::start(threads);
        let ends: Vec<_> = (0..COUNT).map(|_| running(&program)).collect();
        let (connections, peers): (Vec<_>, Vec<_>) = ends.into_iter().unzip();
        let peers: Vec<_> = peers.into_iter().map(|peer| flood(peer, stream(500))).collect();
        let hoarded = hoard(&program);
        let held: usize = hoarded.iter().map(weight).sum();
        let most = MOST_OF_ALL + COUNT * SLAB;
        assert!((MOST_OF_ALL - SLAB..=most).contains(&held), "{held}");
        take(&program, COUNT * 500 - release(&program, hoarded));
        for peer in peers {
            peer.join().unwrap();
        }
        drop(connections);
    }
}

/// Releasing while others push: whoever stalls is woken, every time.
#[test]
fn nobody_stalls_for_good() {
    const COUNT: usize = 6;
    let program = Program::start(2);
    let ends: Vec<_> = (0..COUNT).map(|_| running(&program)).collect();
    let (_connections, peers): (Vec<_>, Vec<_>) = ends.into_iter().unzip();
    let peers: Vec<_> = peers.into_iter().map(|peer| flood(peer, stream(2500))).collect();
    // Kept until everybody stands still, over and over.
    let (mut taken, mut kept) = (0, Vec::new());
    while taken < COUNT * 2500 {
        match program.batch_within(Duration::from_millis(20)) {
            Some(batch) => kept.push(batch),
            None if kept.is_empty() => kept.push(program.batch()),
            None => taken += release(&program, std::mem::take(&mut kept)),
        }
    }
    for peer in peers {
        peer.join().unwrap();
    }
}

/// A message longer than a slab, of which each byte is where it belongs.
#[test]
fn a_message_longer_than_all_that_is_read_at_once() {
    let mut program = Program::start(1);
    let (_connection, mut peer) = running(&program);
    let block: Vec<u8> = (0..3 * MIB).map(|at| (at / 251 + at).to_le_bytes()[0]).collect();
    let message = peer_wire_protocol::wire::Message::Piece { index: 1, offset: 2, block: &block };
    let bytes = messages::encoded(message);
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..3 {
                peer.write_all(&bytes).unwrap();
            }
        });
        while count.load(Ordering::Relaxed) < 3 {
            let (_, event) = program.next_within(PATIENCE).expect("another");
            let Event::Told(told, _) = event else { continue };
            for told in told {
                assert!(told.words == [7, 1, 2] && told.payload == block);
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
}

/// A program that has had enough of orders: sending while nothing is taken costs no memory but what is
/// sent.
#[test]
fn one_that_is_stalled_is_on_the_list_once() {
    let program = Program::start(1);
    let ends: Vec<_> = (0..8).map(|_| running(&program)).collect();
    let (connections, peers): (Vec<_>, Vec<_>) = ends.into_iter().unzip();
    let peers: Vec<_> = peers.into_iter().map(|peer| flood(peer, stream(500))).collect();
    let hoarded = hoard(&program);
    for _ in 0..1000 {
        for connection in &connections {
            connection.set_limits(agreed());
        }
        thread::yield_now();
    }
    let most = connections.iter().map(Arc::strong_count).max().unwrap();
    take(&program, 8 * 500 - release(&program, hoarded));
    for peer in peers {
        peer.join().unwrap();
    }
    assert!(most < 500, "{most} holders of a connection");
}
