//! What the program's threads and the transport's do to what they share, in every order: no wake is
//! lost. One that were would be a deadlock, which loom finds.
//!
//! ```sh
//! cargo test --manifest-path loom/Cargo.toml --target-dir target/loom
//! ```

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Waker};

use bytes::Bytes;
use loom::thread;

use super::connection::{Connection, MOST_DELIVERING};
use super::desk::{Adoption, Desk, Ending, Outlet};
use super::queue::{Happening, Kind, MOST_WAITING, Queue};
use super::sync::{Mutex, Notify, lock};
use crate::codec::{Decoder, Limits};
use crate::mse::{
    Channel, Initiator, Methods, RANDOM_LEN, Random, Request, Responder, Response, Sealing,
};

/// Tries every order, of those in which threads are interrupted no more often than that, or than
/// `LOOM_MAX_PREEMPTIONS`. `--nocapture` shows how many those are.
fn every_order(interruptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let orders = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&orders);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(interruptions);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    println!("{} orders", orders.load(Ordering::Relaxed));
}

/// Waits. What this is, under loom, blocks.
fn wait(future: impl Future<Output = ()>) {
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
}

/// A queue, and what it rings.
fn queue() -> (Arc<Queue>, Arc<Notify>) {
    let bell = Arc::new(Notify::new());
    let rung = Arc::clone(&bell);
    (Arc::new(Queue::new(move || rung.notify_one())), bell)
}

/// Takes until so many things have happened, and looks only when it was woken.
fn take(queue: &Queue, bell: &Notify, count: usize) {
    let mut taken = 0;
    while taken < count {
        wait(async { bell.notified().await });
        let batch = queue.take();
        taken += batch.happenings.len();
        queue.release(&batch);
    }
}

fn push_segment(queue: &Queue, connection: &Arc<Connection>, length: usize) {
    static BYTES: [u8; MOST_WAITING + 1] = [0; MOST_WAITING + 1];
    let memory = Bytes::from_static(&BYTES[..length]);
    queue.push_segment(connection, &[], memory, Kind::Messages);
}

#[test]
fn a_push_is_followed_by_a_wake() {
    every_order(3, || {
        let (queue, bell) = queue();
        let connection = Arc::new(Connection::new());
        let pushing = [1, 2].map(|count| {
            let (queue, connection) = (Arc::clone(&queue), Arc::clone(&connection));
            thread::spawn(move || {
                for _ in 0..count {
                    queue.push(Happening::Opened(Arc::clone(&connection)));
                }
                // As a thread does that has nothing left to do.
                queue.signal();
            })
        });
        take(&queue, &bell, 3);
        for pushing in pushing {
            pushing.join().unwrap();
        }
    });
}

#[test]
fn who_is_stalled_by_a_full_queue_is_woken() {
    for is_full_before in [false, true] {
        every_order(3, move || {
            let (queue, bell) = queue();
            let (busy, other) = (Arc::new(Connection::new()), Arc::new(Connection::new()));
            if is_full_before {
                push_segment(&queue, &busy, MOST_WAITING + 1);
            }
            let reading = {
                let (queue, other) = (Arc::clone(&queue), Arc::clone(&other));
                thread::spawn(move || {
                    while queue.is_full(&other) {
                        wait(other.desk.woken());
                    }
                })
            };
            let pushing = {
                let queue = Arc::clone(&queue);
                thread::spawn(move || push_segment(&queue, &busy, MOST_WAITING + 1))
            };
            take(&queue, &bell, 1 + usize::from(is_full_before));
            pushing.join().unwrap();
            reading.join().unwrap();
            assert!(!queue.is_full(&other), "what was released is still counted");
            assert!(!other.is_stalled.load(Ordering::Relaxed), "who reads is still on the list");
        });
    }
}

#[test]
fn who_is_behind_is_woken() {
    every_order(3, || {
        let (queue, bell) = queue();
        let connection = Arc::new(Connection::new());
        let reading = {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                for _ in 0..3 {
                    while connection.is_behind() {
                        wait(connection.desk.woken());
                    }
                    push_segment(&queue, &connection, MOST_DELIVERING + 1);
                    queue.signal();
                }
            })
        };
        take(&queue, &bell, 3);
        reading.join().unwrap();
    });
}

/// A socket that takes what it has room for.
#[derive(Debug)]
struct Socket {
    /// What was written, and for how much more there is room.
    state: Mutex<(Vec<u8>, usize)>,
    takes: Notify,
}

impl Socket {
    /// The peer has read some. The task is waiting for that too.
    fn make_room(&self, room: usize, desk: &Desk<Self>) {
        lock(&self.state).1 += room;
        desk.wake();
    }

    fn has_room(&self) -> bool {
        lock(&self.state).1 > 0
    }

    /// What was written, once it is so much.
    fn written(&self, length: usize) -> Vec<u8> {
        loop {
            let written = lock(&self.state).0.clone();
            if written.len() >= length {
                return written;
            }
            wait(async { self.takes.notified().await });
        }
    }
}

impl Outlet for Socket {
    fn write(&self, pieces: &[&[u8]]) -> io::Result<usize> {
        let (written, room) = &mut *lock(&self.state);
        if *room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let all = pieces.concat();
        let length = all.len().min(*room);
        written.extend_from_slice(&all[..length]);
        *room -= length;
        self.takes.notify_one();
        Ok(length)
    }
}

/// A desk at which a connection stands.
fn desk(room: usize) -> (Arc<Desk<Socket>>, Arc<Socket>) {
    let socket = Socket { state: Mutex::new((Vec::new(), room)), takes: Notify::new() };
    let (desk, socket) = (Arc::new(Desk::new()), Arc::new(socket));
    desk.open(Arc::clone(&socket));
    (desk, socket)
}

/// What the task does of its work.
fn serve(desk: &Desk<Socket>, socket: &Socket) {
    let mut sealing = None::<Sealing>;
    loop {
        if let Some(adoption) = desk.take_orders().adoption {
            sealing = adoption.channel.map(|channel| channel.split().0);
        }
        desk.write_queue(sealing.as_mut()).unwrap();
        let ending = desk.ending();
        if ending == Some(Ending::Abrupt) || (ending.is_some() && !desk.has_queue()) {
            return desk.close();
        }
        // There is something to write: the socket is waited for too.
        if !(desk.has_queue() && socket.has_room()) {
            wait(desk.woken());
        }
    }
}

#[test]
fn what_is_sent_is_written_in_order() {
    every_order(3, || {
        let (desk, socket) = desk(1);
        let task = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || serve(&desk, &socket))
        };
        let peer = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || socket.make_room(9, &desk))
        };
        desk.send(&[&[1, 2], &[3]]);
        desk.send(&[&[4]]);
        assert_eq!(socket.written(4), [1, 2, 3, 4]);
        desk.end(Ending::Gentle);
        task.join().unwrap();
        peer.join().unwrap();
        assert_eq!(desk.queued(), 0);
    });
}

/// One side's end of an exchange, and the other's.
fn channels() -> &'static (Channel, Channel) {
    static CHANNELS: OnceLock<(Channel, Channel)> = OnceLock::new();
    CHANNELS.get_or_init(|| {
        let (info_hash, random) = ([1; 20], |seed| Random::new(&[seed; RANDOM_LEN]));
        let (mut said, mut answer) = (Vec::new(), Vec::new());
        let mut begins = Initiator::new(info_hash, Methods::RC4, random(1), &mut said);
        let mut answers = Responder::new(Methods::RC4, true, random(2));
        assert!(matches!(answers.read(&said, &mut 0, &mut answer), Ok(Request::Starved)));
        let mut at = 0;
        assert!(matches!(begins.read(&answer, &mut at), Ok(Response::Keyed)));
        (said, at) = (Vec::new(), at);
        begins.initial_payload(&[], &mut said);
        assert!(matches!(begins.read(&answer, &mut at), Ok(Response::Starved)));
        (answer, at) = (Vec::new(), 0);
        assert!(matches!(answers.read(&said, &mut at, &mut answer), Ok(Request::Identify(_))));
        answers.identify(&info_hash);
        let Ok(Request::Settled(theirs)) = answers.read(&said, &mut at, &mut answer) else {
            panic!("not settled")
        };
        let Ok(Response::Settled(ours)) = begins.read(&answer, &mut 0) else {
            panic!("not settled")
        };
        (*ours, *theirs)
    })
}

#[test]
fn what_is_sent_from_adopting_on_is_enciphered_in_order() {
    channels();
    every_order(2, || {
        let (desk, socket) = desk(1);
        let task = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || serve(&desk, &socket))
        };
        let peer = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || socket.make_room(9, &desk))
        };
        desk.send(&[&[1, 2]]);
        desk.adopt(Adoption {
            decoder: Decoder::new(Limits::default()),
            channel: Some(channels().0.clone()),
            rest: bytes::BytesMut::new(),
        });
        desk.send(&[&[3], &[4]]);
        desk.send(&[]);
        desk.send(&[&[5]]);
        let written = socket.written(5);
        desk.end(Ending::Gentle);
        task.join().unwrap();
        peer.join().unwrap();
        let (clear, sealed) = written.split_at(2);
        let mut opened = vec![0; sealed.len()];
        channels().1.clone().open(sealed, &mut opened);
        assert_eq!((clear, &opened[..]), (&[1, 2][..], &[3, 4, 5][..]));
    });
}

#[test]
fn room_is_told_once() {
    every_order(3, || {
        let (desk, socket) = desk(0);
        let task = {
            let desk = Arc::clone(&desk);
            thread::spawn(move || {
                let mut told = 0;
                while told == 0 || desk.has_queue() {
                    desk.write_queue(None).unwrap();
                    told += usize::from(desk.has_room());
                    if told == 0 || desk.has_queue() {
                        wait(desk.woken());
                    }
                }
                told + usize::from(desk.has_room())
            })
        };
        let peer = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || socket.make_room(4, &desk))
        };
        desk.send(&[&[1, 2, 3]]);
        desk.tell_room(1);
        assert_eq!(task.join().unwrap(), 1);
        peer.join().unwrap();
    });
}

#[test]
fn nothing_stays_that_is_sent_to_one_that_is_closed() {
    every_order(3, || {
        let (desk, socket) = desk(1);
        let task = {
            let (desk, socket) = (Arc::clone(&desk), Arc::clone(&socket));
            thread::spawn(move || serve(&desk, &socket))
        };
        let sender = {
            let desk = Arc::clone(&desk);
            thread::spawn(move || {
                desk.send(&[&[1, 2]]);
                desk.send(&[&[3]]);
            })
        };
        desk.end(Ending::Abrupt);
        task.join().unwrap();
        sender.join().unwrap();
        assert_eq!((desk.queued(), desk.send(&[&[4]])), (0, 0));
        assert!(desk.socket().is_none());
    });
}
