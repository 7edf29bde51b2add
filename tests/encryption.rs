//! Properties of the encryption: two roles against each other, whatever they bring along and however
//! what they say is cut, settle on what they must and read what the other wrote.

use peer_wire_protocol::mse::{
    Channel, INITIAL_MAX, Initiator, Method, Methods, MseError, RANDOM_LEN, Random, Rc4, Request,
    Responder, Response, request_hash,
};
use peer_wire_protocol::wire::PROTOCOL;
use proptest::collection::vec;
use proptest::prelude::*;

const INFO_HASH: [u8; 20] = *b"an info hash of 20 b";

/// A side that has settled, and what it has read since.
struct Settled {
    channel: Channel,
    read: Vec<u8>,
}

impl Settled {
    fn new(channel: Box<Channel>) -> Self {
        Self { channel: *channel, read: Vec::new() }
    }

    fn open(&mut self, bytes: &[u8]) {
        let start = self.read.len();
        self.read.resize(start + bytes.len(), 0);
        self.channel.open(bytes, &mut self.read[start..]);
    }

    fn seal(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut sealed = vec![0; bytes.len()];
        self.channel.seal(bytes, &mut sealed);
        sealed
    }
}

/// Both sides, and what each has said that the other was not told yet.
struct Pair {
    initiator: Initiator,
    responder: Responder,
    initial: Vec<u8>,
    from_initiator: Vec<u8>,
    from_responder: Vec<u8>,
    ends: (Option<Settled>, Option<Settled>),
}

impl Pair {
    fn new(methods: (Methods, Methods), random: &[Vec<u8>; 2], initial: Vec<u8>) -> Self {
        let mut from_initiator = Vec::new();
        let initiator =
            Initiator::new(INFO_HASH, methods.0, spread(&random[0]), &mut from_initiator);
        let responder = Responder::new(methods.1, true, spread(&random[1]));
        let from_responder = Vec::new();
        let ends = (None, None);
        Self { initiator, responder, initial, from_initiator, from_responder, ends }
    }

    fn tell_initiator(&mut self, chunk: &[u8]) -> Result<(), MseError> {
        let mut at = 0;
        while self.ends.0.is_none() {
            match self.initiator.read(chunk, &mut at)? {
                Response::Starved => return Ok(()),
                Response::Settled(channel) => self.ends.0 = Some(Settled::new(channel)),
                Response::Keyed => {
                    let out = &mut self.from_initiator;
                    let taken = self.initiator.initial_payload(&self.initial, out);
                    assert_eq!(taken, self.initial.len().min(INITIAL_MAX));
                }
            }
        }
        self.ends.0.as_mut().expect("settled").open(&chunk[at..]);
        Ok(())
    }

    fn tell_responder(&mut self, chunk: &[u8]) -> Result<(), MseError> {
        let mut at = 0;
        while self.ends.1.is_none() {
            match self.responder.read(chunk, &mut at, &mut self.from_responder)? {
                Request::Starved => return Ok(()),
                Request::Plain { .. } => panic!("it is encrypted"),
                Request::Settled(channel) => self.ends.1 = Some(Settled::new(channel)),
                Request::Identify(request) => {
                    assert_eq!(request, request_hash(&INFO_HASH));
                    self.responder.identify(&INFO_HASH);
                }
            }
        }
        self.ends.1.as_mut().expect("settled").open(&chunk[at..]);
        Ok(())
    }

    /// Tells each side what the other has said, until nobody says anything.
    fn play(&mut self, sizes: &[usize]) -> Result<(), MseError> {
        while !self.from_initiator.is_empty() || !self.from_responder.is_empty() {
            for chunk in cut(&std::mem::take(&mut self.from_initiator), sizes) {
                self.tell_responder(chunk)?;
            }
            for chunk in cut(&std::mem::take(&mut self.from_responder), sizes) {
                self.tell_initiator(chunk)?;
            }
        }
        Ok(())
    }
}

/// Cuts `bytes` into chunks whose lengths go round `sizes`.
fn cut<'a>(mut bytes: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    sizes.iter().cycle().map_while(move |&size| {
        let (chunk, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// All that one side needs of chance, with a private key that is none of those that give themselves away.
fn random() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), RANDOM_LEN).prop_map(|mut bytes| {
        bytes[0] |= 1;
        bytes
    })
}

fn spread(random: &[u8]) -> Random {
    Random::new(random.try_into().expect("as many as are needed"))
}

fn methods() -> impl Strategy<Value = Methods> {
    prop_oneof![3 => 0..4_u32, 1 => any::<u32>()].prop_map(Methods)
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![1..40_usize, 1..2000_usize], 1..8)
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..3000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_roles_come_to_one_end(
        methods in (methods(), methods()),
        random in [random(), random()],
        initial in vec(any::<u8>(), 0..200),
        after in (payload(), payload()),
        sizes in sizes(),
    ) {
        let mut pair = Pair::new(methods, &random, initial.clone());
        let played = pair.play(&sizes);
        let (offered, accepted) = methods;
        let Some(method) = offered.best(accepted) else {
            prop_assert_eq!(played, Err(MseError::NoMethod { offered, accepted }));
            return Ok(());
        };
        prop_assert_eq!(played, Ok(()));
        let (Some(mut a), Some(mut b)) = pair.ends else {
            return Err(TestCaseError::fail("one of them still waits"));
        };
        let sealed = (a.seal(&after.0), b.seal(&after.1));
        for chunk in cut(&sealed.0, &sizes) {
            b.open(chunk);
        }
        for chunk in cut(&sealed.1, &sizes) {
            a.open(chunk);
        }
        let initial = &initial[..initial.len().min(INITIAL_MAX)];
        prop_assert_eq!(b.read, [initial, &after.0].concat());
        prop_assert_eq!(&a.read, &after.1);
        for side in [&a.channel, &b.channel] {
            prop_assert_eq!(side.method(), method);
            prop_assert_eq!(side.is_receiving_encrypted(), method == Method::Rc4);
        }
        prop_assert!(method == Method::Rc4 || sealed == after, "in the clear it is what it is");
    }

    /// Whatever is said instead, and wherever: no panic, and never more than two messages.
    #[test]
    fn garbage_is_refused_or_waited_with(
        random in [random(), random()],
        honest in 0..700_usize,
        garbage in vec(any::<u8>(), 0..2000),
        sizes in sizes(),
    ) {
        let mut pair = Pair::new((Methods::ANY, Methods::ANY), &random, Vec::new());
        let first = std::mem::take(&mut pair.from_initiator);
        let told = [&first[..honest.min(first.len())], &garbage].concat();
        for chunk in cut(&told, &sizes) {
            if pair.tell_responder(chunk).is_err() {
                break;
            }
        }
        prop_assert!(pair.ends.1.is_none(), "nobody knows the secret");
        prop_assert!(pair.from_responder.len() <= 96 + 512);
        let answer = std::mem::take(&mut pair.from_responder);
        let told = [&answer[..honest.min(answer.len())], &garbage].concat();
        for chunk in cut(&told, &sizes) {
            if pair.tell_initiator(chunk).is_err() {
                break;
            }
        }
        prop_assert!(pair.ends.0.is_none());
        prop_assert!(pair.from_initiator.len() <= 640);
    }

    /// What is not the handshake from its first byte on is not taken for it, and the handshake is left
    /// where it is.
    #[test]
    fn a_handshake_in_the_clear_is_found_however_it_is_cut(
        random in random(),
        rest in vec(any::<u8>(), 0..100),
        sizes in sizes(),
    ) {
        let mut responder = Responder::new(Methods::ANY, true, spread(&random));
        let stream = [&PROTOCOL[..], &rest].concat();
        let (mut came, mut is_found) = (0, false);
        for chunk in cut(&stream, &sizes) {
            let (mut at, mut out) = (0, Vec::new());
            match responder.read(chunk, &mut at, &mut out) {
                Ok(Request::Starved) => prop_assert_eq!(at, chunk.len()),
                Ok(Request::Plain { held }) => {
                    prop_assert_eq!((at, held), (0, came));
                    prop_assert!(came + chunk.len() >= PROTOCOL.len());
                    is_found = true;
                    break;
                }
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            }
            prop_assert!(out.is_empty());
            came += chunk.len();
        }
        prop_assert!(is_found);
    }

    #[test]
    fn the_cipher_is_the_same_in_place_and_to_another_place(
        key in vec(any::<u8>(), 1..300),
        bytes in payload(),
        skipped in 0..600_usize,
        sizes in sizes(),
    ) {
        let mut cipher = Rc4::new(&key);
        cipher.apply(&mut vec![0; skipped]);
        let mut in_place = bytes.clone();
        cipher.clone().apply(&mut in_place);
        let mut elsewhere = vec![0; bytes.len()];
        let mut at = 0;
        for chunk in cut(&bytes, &sizes) {
            let end = at + chunk.len();
            cipher.apply_to(chunk, &mut elsewhere[at..end]);
            at = end;
        }
        prop_assert_eq!(elsewhere, in_place);
    }
}
