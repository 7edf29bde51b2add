//! However a conversation is cut, hidden and judged: the program is told what all of it says at once.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use peer_wire_protocol::codec::{Decoder, Limits};
use peer_wire_protocol::mse::{Channel, Method, Methods};
use peer_wire_protocol::transport::{Connection, Ending, Failure, Kind};
use peer_wire_protocol::wire::PeerError;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::exchange::{Exchange, Settled};
use crate::messages::{agreed, conversation, cut, sizes};
use crate::program::{Event, Program};
use crate::told::{Told, tell_whole};

/// How many chunks of a conversation are waited with until the one before has been read.
const APART: usize = 24;

/// How a conversation begins.
#[derive(Clone, Copy, Debug)]
enum Beginning {
    /// Decoded from the first byte on.
    Clear,
    /// In the clear, which the program finds out by itself.
    FoundClear,
    /// The program begins an exchange, or the peer.
    Exchange { program_begins: bool, method: Method },
}

impl Beginning {
    fn of_program(self, reply: &[u8]) -> Option<Exchange> {
        match self {
            Self::Clear => None,
            Self::Exchange { program_begins: true, .. } => {
                Some(Exchange::begin(Methods::ANY, reply.to_vec(), 7))
            }
            _ => Some(Exchange::answer(Methods::ANY, 7)),
        }
    }

    fn of_peer(self, stream: &[u8]) -> Option<Exchange> {
        let Self::Exchange { program_begins, method } = self else { return None };
        let methods = method.into();
        Some(if program_begins {
            Exchange::answer(methods, 99)
        } else {
            Exchange::begin(methods, stream.to_vec(), 99)
        })
    }
}

fn beginning() -> impl Strategy<Value = Beginning> {
    let exchange = (any::<bool>(), prop_oneof![Just(Method::Plain), Just(Method::Rc4)])
        .prop_map(|(program_begins, method)| Beginning::Exchange { program_begins, method });
    prop_oneof![3 => Just(Beginning::Clear), 1 => Just(Beginning::FoundClear), 4 => exchange]
}

/// The peer: says `stream` in chunks, then nothing more, and gives what it was told.
fn speak(
    mut peer: TcpStream,
    connection: &Connection,
    beginning: Beginning,
    stream: &[u8],
    sizes: &[usize],
) -> Vec<u8> {
    let (mut channel, mut said, mut told) = (None, 0, Vec::new());
    if let Some(mut exchange) = beginning.of_peer(stream) {
        let Settled { channel: settled, rest } = settle(&mut peer, &mut exchange);
        (channel, said, told) = (settled, exchange.taken, rest);
    }
    let mut stream = stream[said..].to_vec();
    if let Some(channel) = &mut channel {
        channel.seal(&stream.clone(), &mut stream);
    }
    for (at, chunk) in cut(&stream, sizes).enumerate() {
        // It may have had enough of us.
        if peer.write_all(chunk).is_err() {
            break;
        }
        let until = Instant::now() + Duration::from_millis(2);
        while at < APART && !connection.has_heard() && Instant::now() < until {
            thread::yield_now();
        }
    }
    let _ = peer.shutdown(Shutdown::Write);
    let _ = peer.read_to_end(&mut told);
    if let Some(channel) = &mut channel {
        channel.open(&told.clone(), &mut told);
    }
    told
}

fn settle(peer: &mut TcpStream, exchange: &mut Exchange) -> Settled {
    let mut bytes = [0; 700];
    loop {
        peer.write_all(&std::mem::take(&mut exchange.out)).unwrap();
        let length = peer.read(&mut bytes).unwrap();
        if let Some(settled) = exchange.read(&bytes[..length]) {
            peer.write_all(&exchange.out).unwrap();
            return settled;
        }
    }
}

/// The program: gives what it was told, and what was wrong, once the connection is closed.
fn listen(
    program: &mut Program,
    connection: &Arc<Connection>,
    beginning: Beginning,
    reply: &[u8],
    limits: Limits,
    mut lessons: impl Iterator<Item = Limits>,
) -> (Vec<Told>, Option<PeerError>) {
    let mut exchange = beginning.of_program(reply);
    match &mut exchange {
        None => send(connection, reply),
        Some(exchange) => send(connection, &std::mem::take(&mut exchange.out)),
    }
    let mut all = Vec::new();
    loop {
        match program.next().1 {
            Event::Raw(bytes) => {
                let exchange = exchange.as_mut().expect("bytes that nobody asked for");
                let settled = exchange.read(&bytes);
                send(connection, &std::mem::take(&mut exchange.out));
                match settled {
                    None => connection.go_on(),
                    Some(Settled { channel, rest }) => {
                        connection.adopt(Decoder::new(limits), channel, &rest);
                        send(connection, &reply[exchange.taken..]);
                    }
                }
            }
            Event::Told(told, kind) => {
                let teaches = told.last().expect("something").teaches();
                assert_eq!(teaches, kind == Kind::Teaching);
                all.extend(told);
                if teaches {
                    if let Some(limits) = lessons.next() {
                        connection.set_limits(limits);
                    }
                    connection.go_on();
                }
            }
            Event::Failed => connection.end(Ending::Abrupt),
            Event::Ended => connection.end(Ending::Gentle),
            Event::Closed => break,
            Event::Opened => {}
            other => panic!("{other:?}"),
        }
    }
    let failure = connection.failure().map(|failure| match failure {
        Failure::Peer(error) => error.clone(),
        other => panic!("{other}"),
    });
    (all, failure)
}

/// In two pieces, of which one may be empty.
fn send(connection: &Connection, bytes: &[u8]) {
    let (first, second) = bytes.split_at(bytes.len() / 3);
    connection.send(&[first, second]);
}

fn limits() -> impl Strategy<Value = Limits> {
    (option::of(0..3000_u32), any::<bool>(), prop_oneof![Just(1 << 20), 1000..80_000_u32]).prop_map(
        |(piece_count, v2, max_message_size)| Limits {
            piece_count,
            v2,
            max_message_size,
            ..agreed()
        },
    )
}

fn lessons() -> impl Strategy<Value = Vec<Limits>> {
    prop_oneof![2 => Just(Vec::new()), 1 => vec(limits(), 1..4)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_split_tells_what_the_whole_says(
        beginning in beginning(),
        stream in conversation(),
        sizes in sizes(),
        lessons in lessons(),
        reply in vec(any::<u8>(), 0..3000),
        times in prop_oneof![Just(1_usize), Just(100_usize)],
    ) {
        let reply = reply.repeat(times);
        let mut program = Program::start(1);
        let limits = agreed();
        let decoded = matches!(beginning, Beginning::Clear).then_some(limits);
        let (connection, peer) = program.pair(decoded);
        let (told, heard) = thread::scope(|scope| {
            let peer = scope.spawn(|| speak(peer, &connection, beginning, &stream, &sizes));
            let lessons = lessons.iter().copied();
            let told = listen(&mut program, &connection, beginning, &reply, limits, lessons);
            (told, peer.join().unwrap())
        });
        let expected = tell_whole(&stream, limits, lessons.iter().copied());
        if expected.1.is_none() {
            prop_assert!(heard == reply, "{} bytes of {}", heard.len(), reply.len());
        } else {
            prop_assert!(reply.starts_with(&heard), "what came is not what was sent");
        }
        prop_assert_eq!(told, expected);
    }
}

/// The type of it is part of the public surface.
#[test]
fn a_channel_is_adopted_before_the_first_byte() {
    let mut program = Program::start(1);
    let (connection, mut peer) = program.pair(None);
    connection.adopt(Decoder::new(agreed()), None::<Channel>, &[]);
    peer.write_all(&crate::messages::handshake()).unwrap();
    let told = program.until(|event| matches!(event, Event::Told(..)));
    assert!(matches!(told, Event::Told(_, Kind::Teaching)), "{told:?}");
}
