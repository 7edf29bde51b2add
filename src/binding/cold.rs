//! What a wire calls a few times in its life.

use std::net::IpAddr;

use napi::bindgen_prelude::{Env, Error, Result, Uint32Array};
use napi_derive::napi;

use super::hot;
use super::slots::Wire;
use super::state;
use crate::codec::{Decoder, Fast, Limits, records};
use crate::wire;

/// Why a wire was closed by what its peer sent.
#[napi(object)]
pub struct Reason {
    /// `ERR_PWP_…`
    pub code: String,
    /// What was wrong, with which value.
    pub message: String,
}

/// The numbers that `lib/records.js` writes down, for the test that compares the two.
#[napi(object)]
pub struct Constants {
    /// Control word: which decoder.
    pub slot: u32,
    /// Control word: which table.
    pub table: u32,
    /// Control word: a position.
    pub at: u32,
    /// Control word: bytes gathered.
    pub gathered: u32,
    /// Control word: which marks.
    pub marks: u32,
    /// Control word: bytes staged.
    pub length: u32,
    /// Control word: where the records end, or how many runs there are.
    pub end: u32,
    /// Control word: what came of it.
    pub status: u32,
    /// Control word: bytes needed.
    pub needs: u32,
    /// Control word: bytes assembled.
    pub filled: u32,
    /// Words in the control table.
    pub control_words: u32,
    /// Words behind them.
    pub staging_words: u32,
    /// Status: the chunk is used up.
    pub done: u32,
    /// Status: the table is full, there is more in the chunk.
    pub full: u32,
    /// Status: a payload needs assembly memory.
    pub space: u32,
    /// Status: the peer broke the protocol.
    pub failed: u32,
    /// Start of a payload in the assembly memory.
    pub assembled: u32,
    /// Record kind.
    pub handshake: u32,
    /// Record kind.
    pub keep_alive: u32,
    /// Record kind.
    pub unknown: u32,
    /// Handshake flag.
    pub flag_dht: u32,
    /// Handshake flag.
    pub flag_extended: u32,
    /// Handshake flag.
    pub flag_fast: u32,
    /// Handshake flag.
    pub flag_v2: u32,
    /// Most words in one record.
    pub max_record: u32,
}

/// The version of the addon, which has to be that of the package.
#[napi(catch_unwind)]
#[must_use]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The numbers both sides of the border agree on.
#[napi(catch_unwind)]
#[must_use]
#[allow(clippy::cast_possible_truncation)] // All below ten.
pub fn constants() -> Constants {
    Constants {
        slot: hot::SLOT as u32,
        table: hot::TABLE as u32,
        at: hot::AT as u32,
        gathered: hot::GATHERED as u32,
        marks: hot::MARKS as u32,
        length: hot::LENGTH as u32,
        end: hot::END as u32,
        status: hot::STATUS as u32,
        needs: hot::NEEDS as u32,
        filled: hot::FILLED as u32,
        control_words: hot::CONTROL_WORDS as u32,
        staging_words: hot::STAGING_WORDS as u32,
        done: hot::DONE,
        full: hot::FULL,
        space: hot::SPACE,
        failed: hot::FAILED,
        assembled: records::ASSEMBLED,
        handshake: records::HANDSHAKE,
        keep_alive: records::KEEP_ALIVE,
        unknown: records::UNKNOWN,
        flag_dht: records::FLAG_DHT,
        flag_extended: records::FLAG_EXTENDED,
        flag_fast: records::FLAG_FAST,
        flag_v2: records::FLAG_V2,
        max_record: records::MAX_RECORD,
    }
}

/// Makes a decoder and gives its number.
///
/// # Errors
/// When there are 2^20 of them already.
#[napi(catch_unwind)]
pub fn open(
    env: Env,
    max_message_size: u32,
    max_pieces: u32,
    piece_count: Option<u32>,
    strict: bool,
) -> Result<u32> {
    let limits = Limits { max_message_size, max_pieces, piece_count, strict, ..Limits::default() };
    state::with(env, |state| state.slots.insert(Wire::new(Decoder::new(limits))))?
        .ok_or_else(|| Error::from_reason("too many wires: 1048576 are open"))
}

/// Frees a decoder. Freeing it twice does nothing.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn close(env: Env, slot: u32) -> Result<()> {
    state::with(env, |state| drop(state.slots.remove(slot)))
}

/// How many decoders there are.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn open_count(env: Env) -> Result<u32> {
    state::with(env, |state| state.slots.len())
}

/// Tells a decoder how many pieces the torrent has, from its next call on.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn set_piece_count(env: Env, slot: u32, piece_count: Option<u32>) -> Result<()> {
    state::with(env, |state| {
        if let Some(Wire { decoder, .. }) = state.slots.get(slot) {
            decoder.set_limits(Limits { piece_count, ..decoder.limits() });
        }
    })
}

/// Tells a decoder what came of the two handshakes, from its next call on: whether we have announced
/// the Fast extension, whether the peer did too, and whether both speak version 2.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn agree(env: Env, slot: u32, asked_fast: bool, has_fast: bool, v2: bool) -> Result<()> {
    let fast = Fast::between(asked_fast, has_fast);
    state::with(env, |state| {
        if let Some(Wire { decoder, .. }) = state.slots.get(slot) {
            decoder.set_limits(Limits { fast, v2, ..decoder.limits() });
        }
    })
}

/// The pieces that the peer at an address may ask for while it is choked (BEP 6), none for IPv6.
/// Nothing when the text is no address.
///
/// # Errors
/// When the info hash is not 20 bytes.
#[napi(catch_unwind)]
#[allow(clippy::needless_pass_by_value)] // Node-API gives strings by value.
pub fn allowed_fast_set(
    info_hash: &[u8],
    address: String,
    pieces: u32,
    count: u32,
) -> Result<Option<Vec<u32>>> {
    let info_hash =
        info_hash.try_into().map_err(|_| Error::from_reason("an info hash has 20 bytes"))?;
    let Ok(address) = address.parse::<IpAddr>() else {
        return Ok(None);
    };
    Ok(Some(match address.to_canonical() {
        IpAddr::V4(address) => wire::allowed_fast_set(info_hash, address, pieces, count),
        IpAddr::V6(_) => Vec::new(),
    }))
}

/// How many bytes the well-formed bencoded dictionary at the front takes, 0 when there is none.
#[napi(catch_unwind)]
#[must_use]
pub fn dictionary_length(bytes: &[u8]) -> u32 {
    wire::dictionary_len(bytes).and_then(|length| length.try_into().ok()).unwrap_or(0)
}

/// Whether the peer's handshake has come whole.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn handshaken(env: Env, slot: u32) -> Result<bool> {
    state::with(env, |state| state.slots.get(slot).is_some_and(|wire| wire.decoder.handshaken()))
}

/// What the peer did wrong, if it did.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn reason(env: Env, slot: u32) -> Result<Option<Reason>> {
    state::with(env, |state| {
        let error = state.slots.get(slot)?.decoder.error()?;
        Some(Reason { code: error.code().into(), message: error.to_string() })
    })
}

/// Gives a table of records to the addon, for good: nobody else may ever see its memory. Gives the
/// number it is known by.
///
/// # Errors
/// When the addon is not loaded in this environment.
#[napi(catch_unwind)]
pub fn add_table(env: Env, table: Uint32Array) -> Result<u32> {
    state::with(env, |state| state.add_table(table))?
}
