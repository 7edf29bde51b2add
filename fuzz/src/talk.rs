//! An exchange of the encryption, made from an input: what both sides bring along, what an honest other
//! side says, what becomes of that on the way, and where it is cut.

use arbitrary::{Arbitrary, Result, Unstructured};
use peer_wire_protocol::mse::{
    INITIAL_MAX, Initiator, Method, Methods, MseError, RANDOM_LEN, Random, Responder,
};

use crate::exchange::{Account, Answerer, Beginner, Listener, Outcome, Role};
use crate::source::size;

/// Bytes of a private key, at the front of what is random, and of the two lengths behind it.
const SECRET: usize = 20;

/// The longest payload of either side, in bytes.
const MOST_PAYLOAD: usize = 600;

/// What is made of an input.
pub struct Talk {
    pub beginner: Beginner,
    /// Its first message.
    pub opening: Vec<u8>,
    pub answerer: Answerer,
    /// How an honest exchange of the two ends.
    pub settled: std::result::Result<Method, MseError>,
    /// Which of the two has a private key that gives itself away.
    pub is_weak: [bool; 2],
    /// What each says after the exchange: the beginner, and the other.
    pub after: [Vec<u8>; 2],
}

impl Talk {
    pub fn read(input: &mut Unstructured) -> Result<Self> {
        let shape = u8::arbitrary(input)?;
        let offered = methods(input)?;
        let accepted = methods(input)?;
        let (ours, theirs) = (random(input)?, random(input)?);
        let seed = u8::arbitrary(input)?;
        let info_hash = std::array::from_fn(|at| seed.wrapping_add(at.to_le_bytes()[0]));
        let known = if shape & 3 == 3 { [seed; 20] } else { info_hash };
        let initial = payload(input)?;
        let after = [payload(input)?, payload(input)?];

        let mut opening = Vec::new();
        let exchange = Initiator::new(info_hash, offered, Random::new(&ours), &mut opening);
        let beginner = Beginner { exchange, initial };
        let exchange = Responder::new(accepted, shape & 4 == 0, Random::new(&theirs));
        let insists = shape & 8 != 0;
        let answerer = Answerer { exchange, info_hash: known, insists };
        let settled = if known == info_hash {
            method_of(offered, accepted).ok_or(MseError::NoMethod { offered, accepted })
        } else if insists {
            Err(MseError::Garbled)
        } else {
            Err(MseError::UnknownTorrent)
        };
        // Two to the power of it is 1.
        let is_weak = [ours, theirs].map(|random| random[..SECRET] == [0; SECRET]);
        Ok(Self { beginner, opening, answerer, settled, is_weak, after })
    }

    /// The exchange as it goes where nobody meddles: what the beginner is told and what the other is,
    /// message by message, the last being what is said after the exchange.
    pub fn honest(&self) -> [Vec<Vec<u8>>; 2] {
        let mut beginner = Listener::new(self.beginner.clone());
        let mut answerer = Listener::new(self.answerer.clone());
        let mut told = [Vec::new(), Vec::new()];
        let mut message = self.opening.clone();
        while !message.is_empty() {
            let answer = answerer.feed(&message);
            told[1].push(message);
            if answer.is_empty() {
                break;
            }
            message = beginner.feed(&answer);
            told[0].push(answer);
        }
        told[1].push(beginner.seal(&self.after[0]));
        told[0].push(answerer.seal(&self.after[1]));
        told
    }

    /// What the other reads of a beginner that nobody meddles with.
    pub fn payload_of_beginner(&self) -> Vec<u8> {
        let initial = &self.beginner.initial;
        [&initial[..initial.len().min(INITIAL_MAX)], &self.after[0]].concat()
    }
}

/// Listens to a stream in one chunk, in chunks of the input's choice, and byte by byte: all the same.
pub fn hear<R: Role>(role: &R, stream: &[u8], sizes: &[usize]) -> Account {
    let whole = hear_in(role, stream, &[usize::MAX]);
    assert_eq!(hear_in(role, stream, sizes), whole, "cut");
    assert_eq!(hear_in(role, stream, &[1]), whole, "byte by byte");
    whole
}

fn hear_in<R: Role>(role: &R, mut stream: &[u8], sizes: &[usize]) -> Account {
    let mut listener = Listener::new(role.clone());
    for size in sizes.iter().cycle() {
        let (chunk, rest) = stream.split_at(stream.len().min(*size));
        listener.feed(chunk);
        stream = rest;
        if stream.is_empty() {
            break;
        }
    }
    listener.account().clone()
}

/// Chunk lengths to go round. Some may be 0, not all.
pub fn sizes(input: &mut Unstructured) -> Result<Vec<usize>> {
    let mut sizes = Vec::new();
    for _ in 0..u8::arbitrary(input)? % 8 {
        sizes.push(size(input)?);
    }
    sizes.push(1 + size(input)?);
    Ok(sizes)
}

/// Changes a stream of messages as the input says, at whatever point. Gives whether it did.
pub fn meddle(input: &mut Unstructured, messages: &[Vec<u8>]) -> Result<(Vec<u8>, bool)> {
    let mut stream = messages.concat();
    let (mut ends, mut end) = (vec![0, 96], 0);
    for message in messages {
        end += message.len();
        ends.push(end);
    }
    let before = stream.clone();
    for _ in 0..u8::arbitrary(input)? % 6 {
        let at = match u8::arbitrary(input)? {
            // Mostly near where something begins.
            near @ 0..0xc0 => ends[usize::from(near) % ends.len()] + size(input)?,
            _ => usize::from(u16::arbitrary(input)?),
        };
        let at = at.min(stream.len());
        match u8::arbitrary(input)? % 6 {
            0 => {
                if let Some(byte) = stream.get_mut(at) {
                    *byte ^= u8::arbitrary(input)?;
                }
            }
            1 => {
                stream.drain(at..(at + 1 + size(input)?).min(stream.len()));
            }
            2 => {
                let length = (size(input)? % MOST_PAYLOAD).min(input.len());
                let bytes = input.bytes(length)?.to_vec();
                stream.splice(at..at, bytes);
            }
            3 => {
                let seed = u8::arbitrary(input)?;
                let length = size(input)? % 1200;
                stream.splice(at..at, spread(seed.into(), length));
            }
            4 => {
                let again = stream[at..(at + size(input)? % 700).min(stream.len())].to_vec();
                stream.splice(at..at, again);
            }
            _ => stream.truncate(at),
        }
    }
    let is_changed = stream != before;
    Ok((stream, is_changed))
}

/// What is settled or wrong.
pub fn outcome(settled: &std::result::Result<Method, MseError>) -> Outcome {
    settled.clone().map_or_else(Outcome::Failed, Outcome::Settled)
}

/// RC4 where both name it, else in the clear where both name that: the second bit, and the first.
fn method_of(offered: Methods, accepted: Methods) -> Option<Method> {
    match (offered.0 & 3) & (accepted.0 & 3) {
        0 => None,
        1 => Some(Method::Plain),
        _ => Some(Method::Rc4),
    }
}

fn methods(input: &mut Unstructured) -> Result<Methods> {
    Ok(Methods(match u8::arbitrary(input)? {
        few @ 0..=0xbf => u32::from(few) % 4,
        _ => u32::arbitrary(input)?,
    }))
}

/// A side's randomness: lengths of the input's choice, the rest from a seed, so that no padding holds
/// what its end is known by. Now and then a small private key.
fn random(input: &mut Unstructured) -> Result<[u8; RANDOM_LEN]> {
    let bytes = spread(u32::arbitrary(input)?, RANDOM_LEN);
    let mut random: [u8; RANDOM_LEN] = bytes.try_into().expect("as many bytes");
    for at in [SECRET, SECRET + 2] {
        let length: u16 = match u8::arbitrary(input)? {
            short @ 0..0x80 => short.into(),
            0x80..0xc0 => 512,
            _ => u16::arbitrary(input)?,
        };
        random[at..at + 2].copy_from_slice(&length.to_be_bytes());
    }
    if u8::arbitrary(input)? > 0xf0 {
        random[..SECRET].fill(0);
        random[SECRET - 1] = u8::arbitrary(input)?;
    }
    Ok(random)
}

fn payload(input: &mut Unstructured) -> Result<Vec<u8>> {
    let length = size(input)? % MOST_PAYLOAD;
    Ok(spread(u8::arbitrary(input)?.into(), length))
}

/// Bytes without a pattern.
pub fn spread(seed: u32, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed) | 1 << 40;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}
