//! The beginning of an encrypted wire: a few calls, before its first message.

use napi::bindgen_prelude::{BufferSlice, Env, Error, Result};
use napi_derive::napi;

use super::cold::Reason;
use super::slots::{Encryption, Wire};
use super::state;
use crate::mse::{
    self, INITIAL_MAX, Initiator, Method, Methods, MseError, RANDOM_LEN, Random, Request,
    Responder, Response,
};
use crate::wire::{HASH_LEN, PROTOCOL};

/// What has become of an exchange.
#[napi(object, object_from_js = false)]
pub struct Exchange<'env> {
    /// How many bytes of the chunk were taken up.
    pub at: u32,
    /// What is to be sent.
    pub output: Option<BufferSlice<'env>>,
    /// The hash that the peer asks for a torrent by: `identify` is next.
    pub request: Option<BufferSlice<'env>>,
    /// The keys are known: `initialPayload` is next.
    pub is_keyed: bool,
    /// The peer has begun in the clear. None of the chunk was taken up.
    pub is_clear: bool,
    /// How the connection goes on, once that is settled: `'plain'` or `'rc4'`.
    #[napi(ts_type = "'plain' | 'rc4'")]
    pub method: Option<&'static str>,
    /// What the peer did wrong.
    pub reason: Option<Reason>,
}

/// The numbers of the exchange that `lib/` needs to know.
#[napi(object)]
pub struct ExchangeConstants {
    /// Random bytes that an exchange needs.
    pub random_length: u32,
    /// Bytes of initial payload that go along at most.
    pub most_initial: u32,
}

/// The numbers of the exchange.
#[napi(catch_unwind)]
#[must_use]
#[allow(clippy::cast_possible_truncation)] // Both below a thousand.
pub fn exchange_constants() -> ExchangeConstants {
    ExchangeConstants { random_length: RANDOM_LEN as u32, most_initial: INITIAL_MAX as u32 }
}

/// Begins an exchange: with an info hash as the initiator, giving what is to be sent, else as the
/// responder. The methods are those of `crypto_provide`; a responder may accept a peer in the clear.
///
/// # Errors
/// When the addon is not loaded in this environment, or with arguments of a wrong length.
#[napi(catch_unwind)]
pub fn begin_exchange<'env>(
    env: &'env Env,
    slot: u32,
    random: &[u8],
    methods: u32,
    accepts_clear: bool,
    info_hash: Option<&[u8]>,
) -> Result<Option<BufferSlice<'env>>> {
    let random = random.try_into().map_err(|_| Error::from_reason("randomness has a length"))?;
    let (random, methods) = (Random::new(random), Methods(methods));
    let mut out = Vec::new();
    let exchange = match info_hash.map(hash).transpose()? {
        Some(info_hash) => {
            Encryption::Initiator(Box::new(Initiator::new(info_hash, methods, random, &mut out)))
        }
        None => Encryption::Responder(Box::new(Responder::new(methods, accepts_clear, random))),
    };
    state::with(*env, |state| {
        if let Some(wire) = state.slots.get(slot) {
            wire.encryption = Some(exchange);
        }
    })?;
    some(env, &out)
}

/// Goes on with an exchange.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn read_exchange<'env>(env: &'env Env, slot: u32, chunk: &[u8]) -> Result<Exchange<'env>> {
    let (mut at, mut out) = (0, Vec::new());
    let came = state::with(*env, |state| {
        state
            .slots
            .get(slot)
            .map_or(Ok(Came::Nothing), |wire| go_on(wire, chunk, &mut at, &mut out))
    })?;
    let mut exchange = Exchange {
        at: u32::try_from(at).unwrap_or(u32::MAX),
        output: some(env, &out)?,
        request: None,
        is_keyed: false,
        is_clear: false,
        method: None,
        reason: None,
    };
    match came {
        Ok(Came::Nothing) => {}
        Ok(Came::Keyed) => exchange.is_keyed = true,
        Ok(Came::Clear) => exchange.is_clear = true,
        Ok(Came::Request(request)) => exchange.request = some(env, &request)?,
        Ok(Came::Settled(Method::Plain)) => exchange.method = Some("plain"),
        Ok(Came::Settled(Method::Rc4)) => exchange.method = Some("rc4"),
        Err(error) => exchange.reason = Some(reason(&error)),
    }
    Ok(exchange)
}

/// What has come of some bytes.
enum Came {
    Nothing,
    Keyed,
    Clear,
    Request([u8; HASH_LEN]),
    Settled(Method),
}

fn go_on(
    wire: &mut Wire,
    chunk: &[u8],
    at: &mut usize,
    out: &mut Vec<u8>,
) -> std::result::Result<Came, MseError> {
    let Some(encryption) = wire.encryption.as_mut() else { return Ok(Came::Nothing) };
    let channel = match encryption {
        Encryption::Initiator(initiator) => match initiator.read(chunk, at)? {
            Response::Starved => return Ok(Came::Nothing),
            Response::Keyed => return Ok(Came::Keyed),
            Response::Settled(channel) => channel,
        },
        Encryption::Responder(responder) => match responder.read(chunk, at, out)? {
            Request::Starved => return Ok(Came::Nothing),
            Request::Plain { held } => {
                // They were taken up before it was clear that they are the decoder's.
                let fed = wire.decoder.step(&PROTOCOL[..held], &mut 0, &mut []);
                debug_assert!(fed.is_ok(), "they are what a handshake begins with");
                wire.encryption = None;
                return Ok(Came::Clear);
            }
            Request::Identify(request) => return Ok(Came::Request(request)),
            Request::Settled(channel) => channel,
        },
        Encryption::Settled(_) => return Ok(Came::Nothing),
    };
    let method = channel.method();
    *encryption = Encryption::Settled(channel);
    Ok(Came::Settled(method))
}

/// Answers the responder's key, with at most 68 bytes of payload. Gives what is to be sent.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn initial_payload<'env>(
    env: &'env Env,
    slot: u32,
    payload: &[u8],
) -> Result<Option<BufferSlice<'env>>> {
    let mut out = Vec::new();
    state::with(*env, |state| {
        let wire = state.slots.get(slot);
        if let Some(Encryption::Initiator(initiator)) =
            wire.and_then(|wire| wire.encryption.as_mut())
        {
            initiator.initial_payload(payload, &mut out);
        }
    })?;
    some(env, &out)
}

/// Answers what torrent the peer has asked for: the info hash of it, or none.
///
/// # Errors
/// When the addon is not loaded in this environment, or when an info hash is not 20 bytes.
#[napi(catch_unwind)]
pub fn identify(env: Env, slot: u32, info_hash: Option<&[u8]>) -> Result<Option<Reason>> {
    let Some(info_hash) = info_hash else {
        return Ok(Some(reason(&MseError::UnknownTorrent)));
    };
    let info_hash = hash(info_hash)?;
    state::with(env, |state| {
        let wire = state.slots.get(slot);
        if let Some(Encryption::Responder(responder)) =
            wire.and_then(|wire| wire.encryption.as_mut())
        {
            responder.identify(&info_hash);
        }
    })?;
    Ok(None)
}

/// Whether what comes next is encrypted.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn is_receiving_encrypted(env: Env, slot: u32) -> Result<bool> {
    state::with(env, |state| {
        let channel = state.slots.get(slot).and_then(Wire::channel);
        channel.is_some_and(|(_, channel)| channel.is_receiving_encrypted())
    })
}

/// What an initiator asks for a torrent by.
///
/// # Errors
/// When the info hash is not 20 bytes.
#[napi(catch_unwind)]
pub fn request_hash<'env>(env: &'env Env, info_hash: &[u8]) -> Result<BufferSlice<'env>> {
    BufferSlice::copy_from(env, mse::request_hash(&hash(info_hash)?))
}

fn hash(bytes: &[u8]) -> Result<[u8; HASH_LEN]> {
    bytes.try_into().map_err(|_| Error::from_reason("an info hash has 20 bytes"))
}

fn reason(error: &MseError) -> Reason {
    Reason { code: error.code().into(), message: error.to_string() }
}

fn some<'env>(env: &'env Env, bytes: &[u8]) -> Result<Option<BufferSlice<'env>>> {
    (!bytes.is_empty()).then(|| BufferSlice::copy_from(env, bytes)).transpose()
}
