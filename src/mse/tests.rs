//! Both roles against each other, and against a transcript.

use super::*;

const INFO_HASH: [u8; 20] = *b"an info hash of 20 b";

fn random(seed: u8) -> Random {
    let mut bytes = [0; RANDOM_LEN];
    let mut state = u32::from(seed) + 1;
    for byte in &mut bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    Random::new(&bytes)
}

/// What one side has to say, and what comes of what it is told.
struct Side<T> {
    exchange: T,
    out: Vec<u8>,
    channel: Option<Channel>,
    /// What has come behind the exchange, deciphered.
    read: Vec<u8>,
}

impl<T> Side<T> {
    fn rest(&mut self, bytes: &[u8]) {
        let start = self.read.len();
        self.read.resize(start + bytes.len(), 0);
        self.channel.as_mut().expect("a settled exchange").open(bytes, &mut self.read[start..]);
    }
}

fn initiator(offered: Methods, seed: u8) -> Side<Initiator> {
    let mut out = Vec::new();
    let exchange = Initiator::new(INFO_HASH, offered, random(seed), &mut out);
    Side { exchange, out, channel: None, read: Vec::new() }
}

fn responder(accepted: Methods, seed: u8) -> Side<Responder> {
    let exchange = Responder::new(accepted, true, random(seed));
    Side { exchange, out: Vec::new(), channel: None, read: Vec::new() }
}

impl Side<Initiator> {
    fn tell(&mut self, chunk: &[u8], initial: &[u8]) -> Result<(), MseError> {
        let mut at = 0;
        while self.channel.is_none() {
            match self.exchange.read(chunk, &mut at)? {
                Response::Starved => return Ok(()),
                Response::Keyed => {
                    self.exchange.initial_payload(initial, &mut self.out);
                }
                Response::Settled(channel) => self.channel = Some(*channel),
            }
        }
        self.rest(&chunk[at..]);
        Ok(())
    }
}

impl Side<Responder> {
    fn tell(&mut self, chunk: &[u8]) -> Result<(), MseError> {
        let mut at = 0;
        while self.channel.is_none() {
            match self.exchange.read(chunk, &mut at, &mut self.out)? {
                Request::Starved => return Ok(()),
                Request::Plain { .. } => panic!("it is encrypted"),
                Request::Identify(request) => {
                    assert_eq!(request, request_hash(&INFO_HASH));
                    self.exchange.identify(&INFO_HASH);
                }
                Request::Settled(channel) => self.channel = Some(*channel),
            }
        }
        self.rest(&chunk[at..]);
        Ok(())
    }
}

/// Plays an exchange in chunks of `size` bytes, and has each side say something behind it.
fn play(offered: Methods, accepted: Methods, size: usize, seed: u8) -> Result<Method, MseError> {
    let initial = [0x19; 100];
    let (mut a, mut b) = (initiator(offered, seed), responder(accepted, !seed));
    for _ in 0..3 {
        for chunk in std::mem::take(&mut a.out).chunks(size) {
            b.tell(chunk)?;
        }
        for chunk in std::mem::take(&mut b.out).chunks(size) {
            a.tell(chunk, &initial)?;
        }
    }
    let (from_a, from_b) = (b"what A says".repeat(40), b"what B says".repeat(50));
    let mut sealed = vec![0; from_a.len()];
    a.channel.as_mut().unwrap().seal(&from_a, &mut sealed);
    for chunk in sealed.chunks(size) {
        b.rest(chunk);
    }
    let mut sealed = vec![0; from_b.len()];
    b.channel.as_mut().unwrap().seal(&from_b, &mut sealed);
    for chunk in sealed.chunks(size) {
        a.rest(chunk);
    }
    assert_eq!(b.read, [&initial[..INITIAL_MAX], &from_a].concat());
    assert_eq!(a.read, from_b);
    let (a, b) = (a.channel.unwrap(), b.channel.unwrap());
    assert_eq!(a.method(), b.method());
    assert_eq!(a.is_receiving_encrypted(), a.method() == Method::Rc4);
    assert_eq!(b.is_receiving_encrypted(), b.method() == Method::Rc4);
    Ok(a.method())
}

#[test]
fn both_roles_settle_however_their_bytes_are_cut() {
    for seed in 0..12 {
        for size in [1, 7, 96, 97, 608, 100_000] {
            for (offered, accepted, method) in [
                (Methods::ANY, Methods::ANY, Method::Rc4),
                (Methods::RC4, Methods::ANY, Method::Rc4),
                (Methods::ANY, Methods::RC4, Method::Rc4),
                (Methods::PLAIN, Methods::ANY, Method::Plain),
                (Methods::ANY, Methods::PLAIN, Method::Plain),
                (Methods(0xffff_ffff), Methods::ANY, Method::Rc4),
            ] {
                // Every pair of lengths in all the sizes would take minutes.
                if seed > 3 && size == 1 && method == Method::Plain {
                    continue;
                }
                let settled = play(offered, accepted, size, seed);
                assert_eq!(settled, Ok(method), "{offered} {accepted} in {size} of {seed}");
            }
        }
    }
}

#[test]
fn nothing_in_common() {
    let refused = |offered, accepted| play(offered, accepted, 1000, 1).unwrap_err();
    assert_eq!(
        refused(Methods::PLAIN, Methods::RC4).to_string(),
        "the peer offers plain, and rc4 is accepted"
    );
    assert_eq!(refused(Methods(0), Methods::ANY).code(), "ERR_PWP_ENCRYPTION_METHOD");
    assert_eq!(
        refused(Methods(0x8000_0004), Methods::ANY).to_string(),
        "the peer offers 0x80000004, and plain or rc4 is accepted"
    );
}

#[test]
fn a_handshake_in_the_clear_is_left_alone() {
    for held in 0..20 {
        let mut side = responder(Methods::ANY, 1);
        let handshake = crate::wire::PROTOCOL;
        let mut at = 0;
        let first = side.exchange.read(&handshake[..held], &mut at, &mut side.out);
        assert!(matches!(first, Ok(Request::Starved)));
        at = 0;
        let second = side.exchange.read(&handshake[held..], &mut at, &mut side.out);
        assert!(matches!(second, Ok(Request::Plain { held: all }) if all == held));
        assert_eq!(at, 0);
        assert!(side.out.is_empty());
        let mut side = Responder::new(Methods::ANY, false, random(1));
        at = 0;
        let refused = side.read(&handshake, &mut at, &mut Vec::new());
        assert!(matches!(refused, Err(MseError::Unencrypted)));
    }
}

/// A public key may begin like a handshake.
#[test]
fn a_key_that_begins_like_a_handshake() {
    let mut key = [0x55; 96];
    key[..19].copy_from_slice(&crate::wire::PROTOCOL[..19]);
    for size in 1..96 {
        let mut side = responder(Methods::ANY, 1);
        for chunk in key.chunks(size) {
            side.tell(chunk).unwrap();
        }
        assert!(side.out.len() >= 96);
    }
}

#[test]
fn an_answer_in_the_clear() {
    let mut side = initiator(Methods::ANY, 1);
    let handshake = crate::wire::PROTOCOL;
    assert_eq!(side.tell(&handshake[..19], &[]), Ok(()));
    assert_eq!(side.tell(&handshake[19..], &[]), Err(MseError::Unsupported));
    assert_eq!(side.tell(&[], &[]), Err(MseError::Unsupported), "for good");
}

#[test]
fn both_begin() {
    let (mut a, mut b) = (initiator(Methods::ANY, 1), initiator(Methods::ANY, 2));
    let (from_a, from_b) = (std::mem::take(&mut a.out), std::mem::take(&mut b.out));
    // Of the paddings, less than that the search would give up at.
    a.tell(&from_b[..100], &[]).unwrap();
    b.tell(&from_a[..100], &[]).unwrap();
    assert_eq!(a.tell(&b.out, &[]), Err(MseError::BothBegan));
    assert_eq!(b.tell(&a.out, &[]), Err(MseError::BothBegan));
}

#[test]
fn who_reads_an_initiator_as_a_handshake_has_all_of_it() {
    let mut shortest = usize::MAX;
    for seed in 0..=255 {
        let out = initiator(Methods::ANY, seed).out;
        assert!(out.len() >= 1 + usize::from(out[0]) + 8 + 20 + 20, "{} of {}", out.len(), out[0]);
        assert!(out.len() <= 96 + PADDING_MAX);
        shortest = shortest.min(out.len());
    }
    assert!(shortest < 96 + PADDING_MAX / 4, "always at length");
}

/// The last byte that may be padding, and one more.
#[test]
fn the_search_for_the_mark_ends() {
    let begun = || {
        let (a, mut b) = (initiator(Methods::ANY, 1), responder(Methods::ANY, 2));
        b.tell(&a.out[..96]).unwrap();
        b
    };
    assert_eq!(begun().tell(&[0x55; 512 + 19]), Ok(()));
    assert_eq!(begun().tell(&[0x55; 512 + 20]), Err(MseError::Padding { limit: 512 }));
    let mut refused = begun();
    for _ in 0..2 {
        assert_eq!(refused.tell(&[0x55; 600]), Err(MseError::Padding { limit: 512 }), "for good");
    }

    let begun = || {
        let (mut a, mut b) = (initiator(Methods::ANY, 1), responder(Methods::ANY, 2));
        b.tell(&a.out).unwrap();
        a.tell(&b.out[..96], &[]).unwrap();
        a
    };
    assert_eq!(begun().tell(&[0x55; 512 + 7], &[]), Ok(()));
    assert_eq!(begun().tell(&[0x55; 512 + 8], &[]), Err(MseError::Padding { limit: 512 }));
}

/// A peer that knows the secret, and says what it likes with it.
fn shared_with(public: &[u8]) -> (Vec<u8>, keys::Shared) {
    let secret = dh::Secret::new(&[0x77; 20]);
    let shared = secret.shared(public.first_chunk().unwrap()).unwrap();
    (secret.public().to_vec(), keys::Shared::new(shared))
}

#[test]
fn a_responder_that_is_told_nonsense() {
    let tell = |offer: &[u8]| {
        let mut side = responder(Methods::ANY, 3);
        let secret = dh::Secret::new(&[0x77; 20]);
        side.tell(&secret.public()).unwrap();
        let (_, shared) = shared_with(&side.out);
        let mut sealed = offer.to_vec();
        shared.initiator_stream(&INFO_HASH).apply(&mut sealed);
        let asked = [&shared.mark()[..], &shared.veil(request_hash(&INFO_HASH)), &sealed].concat();
        side.tell(&asked).map(|()| side.channel.is_some())
    };
    let vc = [0; 8];
    let all = |methods: u32, padding: u16, zeros: usize, initial: u16| {
        let fields = [&vc[..], &methods.to_be_bytes(), &padding.to_be_bytes(), &vec![0; zeros]];
        [&fields.concat()[..], &initial.to_be_bytes()].concat()
    };
    assert_eq!(tell(&all(3, 0, 0, 0)), Ok(true));
    assert_eq!(tell(&all(2, 512, 512, 65_535)), Ok(true));
    assert_eq!(
        tell(&all(3, 513, 513, 0)),
        Err(MseError::PaddingLength { length: 513, limit: 512 })
    );
    assert_eq!(tell(&[1; 14]), Err(MseError::Garbled));
    assert_eq!(tell(&all(0, 0, 0, 0)).unwrap_err().code(), "ERR_PWP_ENCRYPTION_METHOD");
    assert_eq!(tell(&all(3, 20, 19, 0)[..33]), Ok(false));
}

#[test]
fn an_initiator_that_is_told_nonsense() {
    let tell = |offered, padding: &[u8], choice: &[u8]| {
        let mut side = initiator(offered, 3);
        let (public, shared) = shared_with(&side.out);
        let mut sealed = choice.to_vec();
        shared.responder_stream(&INFO_HASH).apply(&mut sealed);
        side.tell(&[&public, padding, &sealed].concat(), &[])
            .map(|()| side.channel.map(|channel| channel.method()))
    };
    let all = |method: u32, padding: u16, zeros: usize| {
        [&[0; 8][..], &method.to_be_bytes(), &padding.to_be_bytes(), &vec![0; zeros]].concat()
    };
    assert_eq!(tell(Methods::ANY, &[], &all(2, 0, 0)), Ok(Some(Method::Rc4)));
    assert_eq!(tell(Methods::ANY, &[9; 512], &all(1, 512, 512)), Ok(Some(Method::Plain)));
    assert_eq!(
        tell(Methods::RC4, &[], &all(1, 0, 0)).unwrap_err().to_string(),
        "the peer chose plain, and was offered rc4"
    );
    for chosen in [0, 3, 4] {
        let code = tell(Methods::ANY, &[], &all(chosen, 0, 0)).unwrap_err().code();
        assert_eq!(code, "ERR_PWP_ENCRYPTION_METHOD");
    }
    assert_eq!(
        tell(Methods::ANY, &[], &all(2, 513, 0)),
        Err(MseError::PaddingLength { length: 513, limit: 512 })
    );
}

/// What both sides send, so that no change of ours goes unseen: made by an implementation of the same
/// specification in another language, see `__test__/encryption/reference.js`.
#[test]
fn transcript() {
    let transcript = include_str!("transcript.txt");
    let line = |name: &str| {
        let line = transcript.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let digits = line.trim();
        (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
            .collect::<Vec<u8>>()
    };
    let given = |name| Random::new(line(name).first_chunk().unwrap());
    let mut out = Vec::new();
    let mut a = Initiator::new(INFO_HASH, Methods::ANY, given("random A"), &mut out);
    assert_eq!(out, line("message 1"));
    let mut b = responder(Methods::ANY, 0);
    b.exchange = Responder::new(Methods::ANY, true, given("random B"));
    b.tell(&out).unwrap();
    assert_eq!(b.out, line("message 2"));
    let mut at = 0;
    assert!(matches!(a.read(&b.out, &mut at), Ok(Response::Keyed)));
    out.clear();
    assert_eq!(a.initial_payload(&[0x19; 68], &mut out), 68);
    assert_eq!(out, line("message 3"));
    assert!(matches!(a.read(&b.out, &mut at), Ok(Response::Starved)));
    b.out.clear();
    b.tell(&out).unwrap();
    assert_eq!(b.out, line("message 4"));
    assert_eq!(b.read, [0x19; 68]);
    at = 0;
    let Ok(Response::Settled(mut channel)) = a.read(&b.out, &mut at) else {
        panic!("it is settled");
    };
    let mut sealed = [0; 20];
    channel.seal(b"what A says after it", &mut sealed);
    assert_eq!(sealed[..], line("then A")[..]);
    b.channel.as_mut().unwrap().seal(b"what B says after it", &mut sealed);
    assert_eq!(sealed[..], line("then B")[..]);
}
