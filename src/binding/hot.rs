//! The calls a busy wire makes: one per incoming chunk, one per flush, and one per piece of it that is
//! encrypted.

use std::ptr::NonNull;

use napi::bindgen_prelude::{Env, JsObjectValue, Object, Result, Unknown};
use napi::sys;

use super::bytes::View;
use super::call::{self, Arguments, Misuse};
use super::slots::Wire;
use super::state::State;
use super::taking;
use crate::codec::Decoder;
use crate::codec::records::{self, End};

/// The table through which numbers pass, in and out: cheaper than arguments. It is the first one a
/// program gives to the addon.
pub(super) const CONTROL: usize = 0;

/// Words of the control table. In: which wire.
pub(super) const SLOT: usize = 0;
/// In: which table the records are in or go to.
pub(super) const TABLE: usize = 1;
/// In and out: a position, in the chunk when decoding, in the output when encoding. Of a chunk that is
/// deciphered, in: in the chunk; out: in what it was deciphered to.
pub(super) const AT: usize = 2;
/// In, decoding: bytes of the payload under way that the assembly memory holds by now. Out,
/// deciphering: how many bytes of the chunk were deciphered to there.
pub(super) const GATHERED: usize = 3;
/// In, encoding: which table has the marks.
pub(super) const MARKS: usize = 3;
/// In, decoding: how many bytes of the chunk are in the staging words, when the call has no chunk. In,
/// deciphering: how many bytes of the chunk to take.
pub(super) const LENGTH: usize = 4;
/// Out, decoding: where the last record ends. In, encoding: how many runs there are.
pub(super) const END: usize = 4;
/// Out, decoding: what came of it.
pub(super) const STATUS: usize = 5;
/// Out, decoding: how many more bytes are needed; with [`SPACE`], how much memory.
pub(super) const NEEDS: usize = 6;
/// Out, decoding: how many bytes the assembly memory holds.
pub(super) const FILLED: usize = 7;
/// Words in the control table.
pub(super) const CONTROL_WORDS: usize = 8;
/// Words behind them, for the bytes of a short chunk.
pub(super) const STAGING_WORDS: usize = 16;

/// The chunk is used up.
pub(super) const DONE: u32 = 0;
/// The table is full, or what it ends with has to be told first: walk it and call again.
pub(super) const FULL: u32 = 1;
/// A payload needs assembly memory: provide it and call again.
pub(super) const SPACE: u32 = 2;
/// The peer broke the protocol, after the records given.
pub(super) const FAILED: u32 = 3;

/// Puts the hot functions on the addon's exports.
pub(super) fn export(env: Env, exports: &mut Object, state: NonNull<State>) -> Result<()> {
    for (name, callback) in [
        ("decode", decode as unsafe extern "C" fn(_, _) -> _),
        ("encode", encode),
        ("seal", seal),
        ("send", taking::send),
        ("take", taking::take),
        ("release", taking::release),
    ] {
        let mut function = std::ptr::null_mut();
        // SAFETY: the name is given with its length; the state outlives every call, see `state`.
        let status = unsafe {
            sys::napi_create_function(
                env.raw(),
                name.as_ptr().cast(),
                name.len().cast_signed(),
                Some(callback),
                state.as_ptr().cast(),
                &raw mut function,
            )
        };
        if status != sys::Status::napi_ok {
            return Err(napi::Error::from_status(status.into()));
        }
        // SAFETY: the function was just made in this environment.
        let function = unsafe { Unknown::from_raw_unchecked(env.raw(), function) };
        exports.set_named_property(name, function)?;
    }
    Ok(())
}

/// `decode(chunk?, assembly?, plain?)`: decodes the chunk, or the staged bytes, from a position on into a
/// table. With `plain`, it is deciphered to there first, and positions are those in it.
unsafe extern "C" fn decode(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: called by Node-API with what it names, and made with the state as its data.
    unsafe { call::run(env, info, decode_chunk) }
}

fn decode_chunk(state: &mut State, arguments: &Arguments<3>) -> std::result::Result<(), Misuse> {
    let (slots, control, table) = state.with_table().ok_or(Misuse("there is no such table"))?;
    let wire = slots.get(control[SLOT]).ok_or(Misuse("the decoder is closed"))?;
    let decoder = &mut wire.decoder;
    let assembly = arguments.optional_bytes(1)?.unwrap_or(View::EMPTY);
    if !assembly.is_empty() {
        let gathered = (control[GATHERED] as usize).checked_sub(decoder.filled());
        if !gathered.is_some_and(|more| decoder.gathered(more)) {
            return Err(Misuse("more was gathered than is missing"));
        }
    }
    if let Some(plain) = arguments.optional_bytes(2)? {
        return decipher(wire, control, table, arguments.bytes(0)?, assembly, plain);
    }
    let staged = staged(control);
    let chunk = match arguments.optional_bytes(0)? {
        // SAFETY: the view is of this call, JavaScript does not run before it returns, and it is
        // read with regard to the assembly memory.
        Some(chunk) => unsafe { chunk.read([assembly]) },
        None => staged.get(..control[LENGTH] as usize).ok_or(Misuse("too much is staged"))?.into(),
    };
    // SAFETY: as above, and the assembly memory is `lib/`'s own.
    let assembly = unsafe { assembly.write() };
    let at = control[AT] as usize;
    if at > chunk.len() || chunk.len() >= u32::MAX as usize {
        return Err(Misuse("the chunk is not what it was"));
    }
    read_records(decoder, control, table, &chunk, at, assembly);
    Ok(())
}

/// Decodes from `at` in `chunk` on, and tells what came of it.
#[inline]
fn read_records(
    decoder: &mut Decoder,
    control: &mut [u32],
    table: &mut [u32],
    chunk: &[u8],
    mut at: usize,
    assembly: &mut [u8],
) {
    let (why, end) = records::read(decoder, chunk, &mut at, assembly, table);
    let (status, needs) = match why {
        // What comes after this chunk is not here yet.
        End::Taught if at == chunk.len() => (DONE, decoder.needs()),
        End::Starved => (DONE, decoder.needs()),
        End::Full | End::Taught => (FULL, 0),
        End::Space(length) => (SPACE, length),
        End::Failed => (FAILED, 0),
    };
    #[allow(clippy::cast_possible_truncation)]
    // Below the chunk's and the table's length, or 4 GiB.
    {
        control[AT] = at as u32;
        control[END] = end as u32;
        control[STATUS] = status;
        control[NEEDS] = needs as u32;
        control[FILLED] = decoder.filled() as u32;
    }
}

/// Deciphers a part of a chunk and decodes it. What belongs to the payload under way goes to its memory
/// at once, but for its last byte, with which the decoder sees it end. Apart from the decoding of chunks
/// in the clear, which would carry its weight.
#[inline(never)]
fn decipher(
    wire: &mut Wire,
    control: &mut [u32],
    table: &mut [u32],
    chunk: View,
    assembly: View,
    plain: View,
) -> std::result::Result<(), Misuse> {
    let (decoder, channel) = wire.channel().ok_or(Misuse("the wire is not encrypted"))?;
    if assembly.overlaps(plain) {
        return Err(Misuse("two memories are one"));
    }
    // SAFETY: the view is of this call, JavaScript does not run before it returns, and it is read with
    // regard to all that is written.
    let chunk = unsafe { chunk.read([assembly, plain]) };
    // SAFETY: as above; both are `lib/`'s own, and apart.
    let (assembly, plain) = unsafe { (assembly.write(), plain.write()) };
    let (at, length) = (control[AT] as usize, control[LENGTH] as usize);
    let chunk = chunk.get(at..at + length).ok_or(Misuse("the chunk is not what it was"))?;
    let filled = decoder.filled();
    let room = assembly.get_mut(filled..).unwrap_or_default();
    // With nothing of a payload there, what is needed is a head, which the decoder keeps.
    let lacks = if filled > 0 { decoder.needs() - 1 } else { 0 };
    let direct = lacks.min(chunk.len()).min(room.len());
    let (ours, rest) = chunk.split_at(direct);
    let plain = plain.get_mut(..rest.len()).ok_or(Misuse("the output is too short"))?;
    channel.open(ours, &mut room[..direct]);
    channel.open(rest, plain);
    let gathered = decoder.gathered(direct);
    debug_assert!(gathered, "less than is missing");
    #[allow(clippy::cast_possible_truncation)] // At most the chunk's length, a `u32`.
    {
        control[GATHERED] = direct as u32;
    }
    read_records(decoder, control, table, plain, 0, assembly);
    Ok(())
}

/// The bytes in the staging words.
#[inline]
fn staged(control: &[u32]) -> [u8; 4 * STAGING_WORDS] {
    let mut bytes = [0; 4 * STAGING_WORDS];
    let words = &control[CONTROL_WORDS..CONTROL_WORDS + STAGING_WORDS];
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_ne_bytes());
    }
    bytes
}

/// `encode(out)`: encodes runs of records of a table to `out` from a position on. For each run the
/// marks have the word it ends at, and how many bytes of payload are to be left free behind it; the
/// first of the two is replaced by where that ends.
unsafe extern "C" fn encode(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as in `decode`.
    unsafe { call::run(env, info, encode_records) }
}

fn encode_records(state: &mut State, arguments: &Arguments<1>) -> std::result::Result<(), Misuse> {
    let (control, table, marks) = state.with_marks().ok_or(Misuse("there is no such table"))?;
    let marks = marks
        .get_mut(..2 * control[END] as usize)
        .ok_or(Misuse("the table of marks is shorter than that"))?;
    // SAFETY: `out` is of this call, JavaScript does not run before it returns, and it is `lib/`'s own.
    let out = unsafe { arguments.bytes(0)?.write() };
    let mut at = control[AT] as usize;
    let mut from = 0;
    for mark in marks.chunks_exact_mut(2) {
        let to = mark[0] as usize;
        let run = table.get(from..to).ok_or(Misuse("the table is shorter than that"))?;
        let out = out.get_mut(at..).ok_or(Misuse("the output is shorter than that"))?;
        at += records::encode(run, out).map_err(|error| match error {
            records::RecordError::OutputTooShort => Misuse("the output is too short"),
            records::RecordError::NotARecord(_) => Misuse("the table holds no record"),
        })?;
        at += mark[1] as usize;
        from = to;
        mark[0] = u32::try_from(at).map_err(|_| Misuse("the output is too long"))?;
    }
    control[AT] = u32::try_from(at).map_err(|_| Misuse("the output is too long"))?;
    Ok(())
}

/// `seal(out, bytes)`: enciphers bytes to `out`, at a position, which is moved behind them.
unsafe extern "C" fn seal(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as in `decode`.
    unsafe { call::run(env, info, seal_bytes) }
}

fn seal_bytes(state: &mut State, arguments: &Arguments<2>) -> std::result::Result<(), Misuse> {
    let (slots, control) = state.with_control().ok_or(Misuse("there is no such table"))?;
    let wire = slots.get(control[SLOT]).ok_or(Misuse("the wire is closed"))?;
    let (_, channel) = wire.channel().ok_or(Misuse("the wire is not encrypted"))?;
    let out = arguments.bytes(0)?;
    // SAFETY: both are of this call, and JavaScript does not run before it returns; the bytes are read
    // with regard to the output, which is `lib/`'s own.
    let (bytes, out) = unsafe { (arguments.bytes(1)?.read([out]), out.write()) };
    let at = control[AT] as usize;
    let end = at + bytes.len();
    let out = out.get_mut(at..end).ok_or(Misuse("the output is too short"))?;
    channel.seal(&bytes, out);
    control[AT] = u32::try_from(end).map_err(|_| Misuse("the output is too long"))?;
    Ok(())
}
