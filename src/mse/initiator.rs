//! The side that begins.

use super::dh::KEY_LEN;
use super::input::{Field, Search, pass_over};
use super::keys::{Shared, request_hash};
use super::rc4::Rc4;
use super::stages::{self, Outcome};
use super::{Channel, INITIAL_MAX, Method, Methods, MseError, Random, VC, pass_padding};
use crate::wire::{HASH_LEN, PROTOCOL, be_u32};

/// The initiator's half of an exchange.
#[derive(Clone)]
pub struct Initiator {
    terms: Terms,
    stage: Stage,
}

/// What it goes by, whatever comes.
#[derive(Clone)]
struct Terms {
    info_hash: [u8; HASH_LEN],
    offered: Methods,
    random: Random,
}

#[derive(Clone, Default)]
enum Stage {
    /// The responder's public key.
    Key(Field<KEY_LEN>),
    /// The caller's initial payload.
    Payload(Shared),
    /// The end of its padding.
    Sync { search: Search, keys: Box<Keys> },
    /// The method it has chosen, and the length of another padding.
    Choice { field: Field<CHOICE_LEN>, keys: Box<Keys> },
    /// That padding.
    Padding { left: usize, method: Method, keys: Box<Keys> },
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

/// A method, and a length.
const CHOICE_LEN: usize = 4 + 2;

/// What is known once both have told their public keys.
#[derive(Clone)]
struct Keys {
    mark: [u8; HASH_LEN],
    /// The verification constant as it comes.
    vc: [u8; VC.len()],
    outgoing: Rc4,
    incoming: Rc4,
}

/// What has become of the responder's bytes.
#[derive(Debug)]
pub enum Response {
    /// There are no more of them.
    Starved,
    /// The keys are known: [`Initiator::initial_payload`] is next.
    Keyed,
    /// It is settled how the connection goes on, which it does where the reading stopped.
    Settled(Box<Channel>),
}

impl Initiator {
    /// Begins an exchange about the torrent of `info_hash`, and appends the first message to `out`.
    #[must_use]
    pub fn new(
        info_hash: [u8; HASH_LEN],
        offered: Methods,
        random: Random,
        out: &mut Vec<u8>,
    ) -> Self {
        random.dial(out);
        let terms = Terms { info_hash, offered, random };
        Self { terms, stage: Stage::Key(Field::with(&[])) }
    }

    /// Goes on from `at` in `chunk`.
    ///
    /// # Errors
    /// What the peer did wrong; the same again on later calls.
    pub fn read(&mut self, chunk: &[u8], at: &mut usize) -> Result<Response, MseError> {
        stages::advance(&mut self.stage, |stage| self.terms.go_on(stage, chunk, at))
    }

    /// Answers the responder's public key, after [`Response::Keyed`]. Of `payload` at most
    /// [`INITIAL_MAX`] bytes go along; gives how many did. All else has to wait for
    /// [`Response::Settled`].
    pub fn initial_payload(&mut self, payload: &[u8], out: &mut Vec<u8>) -> usize {
        let Stage::Payload(shared) = &self.stage else {
            return 0;
        };
        let Terms { info_hash, offered, random } = &self.terms;
        let mut outgoing = shared.initiator_stream(info_hash);
        let mut incoming = shared.responder_stream(info_hash);
        let mut vc = VC;
        incoming.apply(&mut vc);
        let mark = shared.mark();
        out.extend_from_slice(&mark);
        out.extend_from_slice(&shared.veil(request_hash(info_hash)));

        let start = out.len();
        let initial = &payload[..payload.len().min(INITIAL_MAX)];
        random.agree(*offered, out);
        #[allow(clippy::cast_possible_truncation)] // At most 68.
        out.extend_from_slice(&(initial.len() as u16).to_be_bytes());
        out.extend_from_slice(initial);
        outgoing.apply(&mut out[start..]);
        let keys = Box::new(Keys { mark, vc, outgoing, incoming });
        self.stage = Stage::Sync { search: Search::default(), keys };
        initial.len()
    }
}

/// Shows nothing: what it has is secret.
impl std::fmt::Debug for Initiator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Initiator")
    }
}

impl Terms {
    /// Goes on to the next stage, or tells something.
    fn go_on(&self, stage: Stage, chunk: &[u8], at: &mut usize) -> Outcome<Stage, Response> {
        let next = match stage {
            Stage::Key(mut field) => {
                let key = field.take(chunk, at);
                if field.so_far().starts_with(&PROTOCOL) {
                    return Err(MseError::Unsupported);
                }
                let Some(key) = key else { return Ok(starved(Stage::Key(field))) };
                Stage::Payload(Shared::new(self.random.secret.shared(&key)?))
            }
            Stage::Payload(_) => return Ok((stage, Some(Response::Keyed))),
            Stage::Sync { mut search, keys } => {
                // Not to be seen within the bounds where the peer has padded with more than 500 bytes.
                if !search.find_but(&keys.vc, Some(&keys.mark), chunk, at)? {
                    return Ok(starved(Stage::Sync { search, keys }));
                }
                Stage::Choice { field: Field::with(&[]), keys }
            }
            Stage::Choice { mut field, mut keys } => {
                let Some(choice) = field.take(chunk, at) else {
                    return Ok(starved(Stage::Choice { field, keys }));
                };
                let (method, left) = self.judge(choice, &mut keys)?;
                Stage::Padding { left, method, keys }
            }
            Stage::Padding { mut left, method, keys } => {
                left -= pass_over(left, chunk, at);
                if left > 0 {
                    return Ok(starved(Stage::Padding { left, method, keys }));
                }
                let channel = Channel::new(method, keys.outgoing, keys.incoming, 0);
                return Ok((Stage::Over, Some(Response::Settled(Box::new(channel)))));
            }
            Stage::Failed(error) => return Err(error),
            Stage::Over => return Ok(starved(stage)),
        };
        Ok((next, None))
    }

    /// Gives the method, and the length of the padding behind.
    fn judge(
        &self,
        mut choice: [u8; CHOICE_LEN],
        keys: &mut Keys,
    ) -> Result<(Method, usize), MseError> {
        keys.incoming.apply(&mut choice);
        let (chosen, offered) = (Methods(be_u32(&choice, 0)), self.offered);
        let method = chosen.only(offered).ok_or(MseError::Chosen { chosen, offered })?;
        let left = pass_padding([choice[4], choice[5]], &mut keys.incoming)?;
        Ok((method, left))
    }
}

/// The chunk has no more.
fn starved(stage: Stage) -> (Stage, Option<Response>) {
    (stage, Some(Response::Starved))
}
