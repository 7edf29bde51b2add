//! One side of a key exchange, whichever.

use peer_wire_protocol::mse::{
    Channel, Initiator, Methods, RANDOM_LEN, Random, Request, Responder, Response,
};
use peer_wire_protocol::wire::PROTOCOL;

const INFO_HASH: [u8; 20] = [1; 20];

/// What is settled: how it goes on, and with which bytes.
pub(crate) struct Settled {
    /// None in the clear from the first byte on.
    pub(crate) channel: Option<Channel>,
    /// What was read of the peer's and is not of the exchange.
    pub(crate) rest: Vec<u8>,
}

enum Side {
    Begins(Initiator),
    Answers(Responder),
}

pub(crate) struct Exchange {
    side: Side,
    /// What the initiator has to say first.
    initial: Vec<u8>,
    /// How much of that went along.
    pub(crate) taken: usize,
    /// What is to be sent.
    pub(crate) out: Vec<u8>,
}

fn random(seed: u8) -> Random {
    Random::new(&std::array::from_fn::<u8, RANDOM_LEN, _>(|at| at.to_le_bytes()[0] ^ seed | 1))
}

impl Exchange {
    pub(crate) fn begin(methods: Methods, initial: Vec<u8>, seed: u8) -> Self {
        let mut out = Vec::new();
        let initiator = Initiator::new(INFO_HASH, methods, random(seed), &mut out);
        Self { side: Side::Begins(initiator), initial, taken: 0, out }
    }

    pub(crate) fn answer(methods: Methods, seed: u8) -> Self {
        let responder = Responder::new(methods, true, random(seed));
        Self { side: Side::Answers(responder), initial: Vec::new(), taken: 0, out: Vec::new() }
    }

    pub(crate) fn read(&mut self, chunk: &[u8]) -> Option<Settled> {
        let mut at = 0;
        loop {
            match &mut self.side {
                Side::Begins(initiator) => match initiator.read(chunk, &mut at).unwrap() {
                    Response::Starved => return None,
                    Response::Keyed => {
                        self.taken = initiator.initial_payload(&self.initial, &mut self.out);
                    }
                    Response::Settled(channel) => {
                        return Some(Settled { channel: Some(*channel), rest: chunk[at..].into() });
                    }
                },
                Side::Answers(responder) => {
                    match responder.read(chunk, &mut at, &mut self.out).unwrap() {
                        Request::Starved => return None,
                        Request::Plain { held } => {
                            let rest = [&PROTOCOL[..held], chunk].concat();
                            return Some(Settled { channel: None, rest });
                        }
                        Request::Identify(_) => responder.identify(&INFO_HASH),
                        Request::Settled(channel) => {
                            return Some(Settled {
                                channel: Some(*channel),
                                rest: chunk[at..].into(),
                            });
                        }
                    }
                }
            }
        }
    }
}

/// Both ends of what an exchange has come to.
pub(crate) fn channels() -> (Channel, Channel) {
    let mut ours = Exchange::begin(Methods::RC4, Vec::new(), 1);
    let mut theirs = Exchange::answer(Methods::RC4, 2);
    assert!(theirs.read(&std::mem::take(&mut ours.out)).is_none());
    assert!(ours.read(&std::mem::take(&mut theirs.out)).is_none());
    let their_end = theirs.read(&ours.out).expect("settled");
    let our_end = ours.read(&theirs.out).expect("settled");
    (our_end.channel.expect("encrypted"), their_end.channel.expect("encrypted"))
}
