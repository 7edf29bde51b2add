//! However much there is to do for some: the others are read, and the program is told of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use peer_wire_protocol::codec::Decoder;
use peer_wire_protocol::transport::{Connection, Ending};

use crate::exchange::channels;
use crate::messages::{agreed, handshake};
use crate::program::{Event, Program};

/// How long it may take to be told of a few bytes.
const SOON: Duration = Duration::from_secs(10);

/// Has `keep_busy` called without a pause, while something comes from each of the peers. Tells how many
/// the program has heard of.
fn heard_of(
    program: &mut Program,
    peers: &mut [&mut TcpStream],
    keep_busy: impl FnMut() + Send,
) -> usize {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let is_over = &is_over;
        scope.spawn(move || {
            let mut keep_busy = keep_busy;
            while !is_over.load(Ordering::Relaxed) {
                keep_busy();
            }
        });
        thread::sleep(Duration::from_millis(50));
        let mut heard = 0;
        for peer in peers {
            peer.write_all(&handshake()).unwrap();
            let until = Instant::now() + SOON;
            while Instant::now() < until {
                let event = program.next_within(Duration::from_millis(50));
                if matches!(event, Some((_, Event::Failed | Event::Told(..)))) {
                    heard += 1;
                    break;
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
        heard
    })
}

/// Sends on connections that are encrypted, which their thread has more work with than who sends.
fn by_encrypted(count: usize) {
    let mut program = Program::start(1);
    let (other, mut other_peer) = program.pair(None);
    other.adopt(Decoder::new(agreed()), None, &[]);
    let (ours, _) = channels();
    let mut drains = Vec::new();
    let (busy, mut peers): (Vec<Arc<Connection>>, Vec<TcpStream>) = (0..count)
        .map(|_| {
            let (connection, peer) = program.pair(None);
            connection.adopt(Decoder::new(agreed()), Some(ours.clone()), &[]);
            let mut drained = peer.try_clone().unwrap();
            drains.push(thread::spawn(move || {
                let mut some = vec![0; 1 << 16];
                while drained.read(&mut some).is_ok_and(|length| length > 0) {}
            }));
            (connection, peer)
        })
        .unzip();
    let heard = heard_of(&mut program, &mut [&mut other_peer, &mut peers[0]], || {
        for connection in &busy {
            if connection.queued() < (1 << 20) / count {
                connection.send(&[&[7; 16]]);
            }
        }
    });
    for connection in busy {
        connection.end(Ending::Abrupt);
    }
    for drain in drains {
        drain.join().unwrap();
    }
    assert_eq!(heard, 2);
}

#[test]
fn by_one_that_is_sent_to_without_a_pause() {
    by_encrypted(1);
}

/// None of them is always busy, and the thread is.
#[test]
fn by_many_that_are_sent_to_without_a_pause() {
    by_encrypted(50);
}
