//! The side that is spoken to first.

use super::dh::KEY_LEN;
use super::input::{Field, Search, pass_over};
use super::keys::Shared;
use super::rc4::Rc4;
use super::stages::{self, Outcome};
use super::{Channel, Method, Methods, MseError, Random, VC, pass_padding};
use crate::wire::{HASH_LEN, PROTOCOL, be_u32};

/// The responder's half of an exchange.
#[derive(Clone)]
pub struct Responder {
    terms: Terms,
    stage: Stage,
}

/// What it goes by, whatever comes.
#[derive(Clone)]
struct Terms {
    accepted: Methods,
    accepts_clear: bool,
    random: Random,
}

#[derive(Clone, Default)]
enum Stage {
    /// The first bytes: those of a handshake in the clear, of which so many have come, or a key.
    First(usize),
    /// The initiator's public key.
    Key(Field<KEY_LEN>),
    /// The end of its padding.
    Sync { search: Search, mark: [u8; HASH_LEN], shared: Shared },
    /// The hash it asks for.
    Request { field: Field<HASH_LEN>, shared: Shared },
    /// The caller's answer to what that is the hash of.
    Identify { request: [u8; HASH_LEN], shared: Shared },
    /// What it offers, and the length of another padding.
    Offer { field: Field<OFFER_LEN>, keys: Box<Keys> },
    /// That padding.
    Padding { left: usize, method: Method, keys: Box<Keys> },
    /// The length of the initial payload.
    Payload { field: Field<2>, method: Method, keys: Box<Keys> },
    /// Nothing can be read any more.
    Failed(MseError),
    /// Nothing more.
    #[default]
    Over,
}

impl From<MseError> for Stage {
    fn from(error: MseError) -> Self {
        Self::Failed(error)
    }
}

/// The verification constant, the methods, a length.
const OFFER_LEN: usize = VC.len() + 4 + 2;

/// The streams, once the torrent is known.
#[derive(Clone)]
struct Keys {
    outgoing: Rc4,
    incoming: Rc4,
}

/// What has become of the initiator's bytes.
#[derive(Debug)]
pub enum Request {
    /// There are no more of them.
    Starved,
    /// They are a handshake in the clear. Nothing of this chunk was taken up; `held` bytes of
    /// [`PROTOCOL`] came before it.
    Plain {
        /// How many.
        held: usize,
    },
    /// The initiator asks for the torrent with this [`super::request_hash`]: [`Responder::identify`] is
    /// next.
    Identify([u8; HASH_LEN]),
    /// It is settled how the connection goes on, which it does where the reading stopped.
    Settled(Box<Channel>),
}

impl Responder {
    /// Waits for a peer to begin: encrypted, or in the clear where that is accepted too. What one sends
    /// in the clear is not read here.
    #[must_use]
    pub fn new(accepted: Methods, accepts_clear: bool, random: Random) -> Self {
        let terms = Terms { accepted, accepts_clear, random };
        Self { terms, stage: Stage::First(0) }
    }

    /// Goes on from `at` in `chunk`, and appends what is to be sent to `out`.
    ///
    /// # Errors
    /// What the peer did wrong; the same again on later calls.
    pub fn read(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        out: &mut Vec<u8>,
    ) -> Result<Request, MseError> {
        stages::advance(&mut self.stage, |stage| self.terms.go_on(stage, chunk, at, out))
    }

    /// Answers [`Request::Identify`]: the info hash that was asked for.
    pub fn identify(&mut self, info_hash: &[u8; HASH_LEN]) {
        if let Stage::Identify { shared, .. } = &self.stage {
            let keys = Box::new(Keys {
                outgoing: shared.responder_stream(info_hash),
                incoming: shared.initiator_stream(info_hash),
            });
            self.stage = Stage::Offer { field: Field::with(&[]), keys };
        }
    }
}

/// Shows nothing: what it has is secret.
impl std::fmt::Debug for Responder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Responder")
    }
}

impl Terms {
    /// Goes on to the next stage, or tells something.
    fn go_on(
        &self,
        stage: Stage,
        chunk: &[u8],
        at: &mut usize,
        out: &mut Vec<u8>,
    ) -> Outcome<Stage, Request> {
        let next = match stage {
            Stage::First(held) => return self.first(held, chunk, at),
            Stage::Key(mut field) => {
                let Some(key) = field.take(chunk, at) else {
                    return Ok(starved(Stage::Key(field)));
                };
                let shared = Shared::new(self.random.secret.shared(&key)?);
                self.random.open(out);
                Stage::Sync { search: Search::default(), mark: shared.mark(), shared }
            }
            Stage::Sync { mut search, mark, shared } => {
                if !search.find(&mark, chunk, at)? {
                    return Ok(starved(Stage::Sync { search, mark, shared }));
                }
                Stage::Request { field: Field::with(&[]), shared }
            }
            Stage::Request { mut field, shared } => {
                let Some(veiled) = field.take(chunk, at) else {
                    return Ok(starved(Stage::Request { field, shared }));
                };
                Stage::Identify { request: shared.veil(veiled), shared }
            }
            Stage::Identify { request, .. } => {
                return Ok((stage, Some(Request::Identify(request))));
            }
            Stage::Offer { mut field, mut keys } => {
                let Some(offer) = field.take(chunk, at) else {
                    return Ok(starved(Stage::Offer { field, keys }));
                };
                let (method, left) = self.judge(offer, &mut keys)?;
                Stage::Padding { left, method, keys }
            }
            Stage::Padding { mut left, method, keys } => {
                left -= pass_over(left, chunk, at);
                if left > 0 {
                    return Ok(starved(Stage::Padding { left, method, keys }));
                }
                Stage::Payload { field: Field::with(&[]), method, keys }
            }
            Stage::Payload { mut field, method, mut keys } => {
                let Some(mut length) = field.take(chunk, at) else {
                    return Ok(starved(Stage::Payload { field, method, keys }));
                };
                keys.incoming.apply(&mut length);
                let start = out.len();
                self.random.agree(method.into(), out);
                keys.outgoing.apply(&mut out[start..]);
                let left = u16::from_be_bytes(length).into();
                let channel = Channel::new(method, keys.outgoing, keys.incoming, left);
                return Ok((Stage::Over, Some(Request::Settled(Box::new(channel)))));
            }
            Stage::Failed(error) => return Err(error),
            Stage::Over => return Ok(starved(stage)),
        };
        Ok((next, None))
    }

    /// The first bytes, of which `held` have come that a handshake begins with.
    fn first(&self, held: usize, chunk: &[u8], at: &mut usize) -> Outcome<Stage, Request> {
        let rest = &chunk[*at..];
        let same = rest.iter().zip(&PROTOCOL[held..]).take_while(|(a, b)| a == b).count();
        if held + same == PROTOCOL.len() {
            if !self.accepts_clear {
                return Err(MseError::Unencrypted);
            }
            return Ok((Stage::Over, Some(Request::Plain { held })));
        }
        if same == rest.len() {
            *at += same;
            return Ok(starved(Stage::First(held + same)));
        }
        Ok((Stage::Key(Field::with(&PROTOCOL[..held])), None))
    }

    /// Gives the method, and the length of the padding behind.
    fn judge(
        &self,
        mut offer: [u8; OFFER_LEN],
        keys: &mut Keys,
    ) -> Result<(Method, usize), MseError> {
        keys.incoming.apply(&mut offer);
        if !offer.starts_with(&VC) {
            return Err(MseError::Garbled);
        }
        let (offered, accepted) = (Methods(be_u32(&offer, VC.len())), self.accepted);
        let method = offered.best(accepted).ok_or(MseError::NoMethod { offered, accepted })?;
        let left = pass_padding([offer[OFFER_LEN - 2], offer[OFFER_LEN - 1]], &mut keys.incoming)?;
        Ok((method, left))
    }
}

/// The chunk has no more.
fn starved(stage: Stage) -> (Stage, Option<Request>) {
    (stage, Some(Request::Starved))
}
