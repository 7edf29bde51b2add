//! The side that begins.

use super::dh::KEY_LEN;
use super::input::{Field, Search};
use super::keys::{Shared, request_hash};
use super::rc4::Rc4;
use super::{Channel, INITIAL_MAX, Methods, MseError, Random, VC, check_padding};
use crate::wire::{HASH_LEN, PROTOCOL, be_u32};

/// The initiator's half of an exchange.
#[derive(Clone)]
pub struct Initiator {
    info_hash: [u8; HASH_LEN],
    offered: Methods,
    random: Random,
    stage: Stage,
}

#[derive(Clone)]
enum Stage {
    /// The responder's public key.
    Key(Field<KEY_LEN>),
    /// The caller's initial payload.
    Payload(Shared),
    /// The end of its padding.
    Sync { search: Search, keys: Box<Keys> },
    /// The method it has chosen, and the length of another padding.
    Choice { field: Field<6>, keys: Box<Keys> },
    /// That padding.
    Padding { left: usize, channel: Box<Channel> },
    /// Nothing more.
    Over,
}

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
    pub fn new(
        info_hash: [u8; HASH_LEN],
        offered: Methods,
        random: Random,
        out: &mut Vec<u8>,
    ) -> Self {
        out.extend_from_slice(&random.secret.public());
        out.extend_from_slice(random.padding());
        Self { info_hash, offered, random, stage: Stage::Key(Field::with(&[])) }
    }

    /// Goes on from `at` in `chunk`.
    ///
    /// # Errors
    /// What the peer did wrong. Nothing can be read after that.
    pub fn read(&mut self, chunk: &[u8], at: &mut usize) -> Result<Response, MseError> {
        loop {
            match &mut self.stage {
                Stage::Key(field) => {
                    let key = field.take(chunk, at);
                    if field.so_far().starts_with(&PROTOCOL) {
                        return Err(MseError::Unsupported);
                    }
                    let Some(key) = key else { return Ok(Response::Starved) };
                    self.stage = Stage::Payload(Shared::new(self.random.secret.shared(&key)?));
                }
                Stage::Payload(_) => return Ok(Response::Keyed),
                Stage::Sync { search, keys } => {
                    if !find(search, keys, chunk, at)? {
                        return Ok(Response::Starved);
                    }
                    self.stage = Stage::Choice { field: Field::with(&[]), keys: keys.clone() };
                }
                Stage::Choice { field, keys } => {
                    let Some(mut choice) = field.take(chunk, at) else {
                        return Ok(Response::Starved);
                    };
                    keys.incoming.apply(&mut choice);
                    let chosen = Methods(be_u32(&choice, 0));
                    let method = chosen
                        .only(self.offered)
                        .ok_or(MseError::Chosen { chosen, offered: self.offered })?;
                    let left = check_padding([choice[4], choice[5]])?;
                    keys.incoming.apply(&mut [0; super::PADDING_MAX][..left]);
                    let Keys { outgoing, incoming, .. } = (**keys).clone();
                    let channel = Box::new(Channel::new(method, outgoing, incoming, 0));
                    self.stage = Stage::Padding { left, channel };
                }
                Stage::Padding { left, .. } => {
                    let take = (*left).min(chunk.len() - *at);
                    *left -= take;
                    *at += take;
                    if *left > 0 {
                        return Ok(Response::Starved);
                    }
                    if let Stage::Padding { channel, .. } =
                        std::mem::replace(&mut self.stage, Stage::Over)
                    {
                        return Ok(Response::Settled(channel));
                    }
                }
                Stage::Over => return Ok(Response::Starved),
            }
        }
    }

    /// Answers the responder's public key, after [`Response::Keyed`]. Of `payload` at most
    /// [`INITIAL_MAX`] bytes go along; gives how many did. All else has to wait for
    /// [`Response::Settled`].
    pub fn initial_payload(&mut self, payload: &[u8], out: &mut Vec<u8>) -> usize {
        let Stage::Payload(shared) = &self.stage else {
            return 0;
        };
        let mut outgoing = shared.initiator_stream(&self.info_hash);
        let mut incoming = shared.responder_stream(&self.info_hash);
        let mut vc = VC;
        incoming.apply(&mut vc);
        let mark = shared.mark();
        out.extend_from_slice(&mark);
        out.extend_from_slice(&shared.veil(request_hash(&self.info_hash)));

        let start = out.len();
        let initial = &payload[..payload.len().min(INITIAL_MAX)];
        out.extend_from_slice(&VC);
        out.extend_from_slice(&self.offered.0.to_be_bytes());
        self.random.zeros(out);
        #[allow(clippy::cast_possible_truncation)] // At most 68.
        out.extend_from_slice(&(initial.len() as u16).to_be_bytes());
        out.extend_from_slice(initial);
        outgoing.apply(&mut out[start..]);
        let keys = Box::new(Keys { mark, vc, outgoing, incoming });
        self.stage = Stage::Sync { search: Search::default(), keys };
        initial.len()
    }
}

fn find(search: &mut Search, keys: &Keys, chunk: &[u8], at: &mut usize) -> Result<bool, MseError> {
    // A byte at a time: what ends the search may be another initiator's mark.
    while *at < chunk.len() {
        if search.find(&keys.vc, &chunk[..=*at], at)? {
            return Ok(true);
        }
        if search.has(&keys.mark) {
            return Err(MseError::BothBegan);
        }
    }
    Ok(false)
}
