//! What the fuzz targets do with an input, without libFuzzer, so that the same is replayed by
//! `cargo test` on stable Rust.
//!
//! An input is read as a [`script`]: bounds, messages, damage done to them, cuts. What comes out of
//! the crate is held against [`said`] and [`reference`], written from the BEPs and for obviousness.
//! What is bencoded is held against [`bencoding`], in the same way.
//!
//! The encryption is a [`talk`] of two honest sides, somebody who meddles with what they say, and cuts.

mod adapter;
mod batches;
mod bencoding;
mod driven;
mod encoded;
mod exchange;
mod reference;
mod said;
mod script;
mod source;
mod sparing;
mod talk;
pub mod targets;

/// A target: its name, and what it does with an input. It panics when the crate is wrong.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 9] = [
    ("decode", targets::decode),
    ("splits", targets::splits),
    ("model", targets::model),
    ("round_trip", targets::round_trip),
    ("records", targets::records),
    ("bencode", targets::bencode),
    ("mse_initiator", targets::mse_initiator),
    ("mse_responder", targets::mse_responder),
    ("rc4", targets::rc4),
];
