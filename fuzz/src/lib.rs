//! What the fuzz targets do with an input, without libFuzzer, so that the same is replayed by
//! `cargo test` on stable Rust.
//!
//! An input is read as a [`script`]: bounds, messages, damage done to them, cuts. What comes out of
//! the crate is held against [`said`] and [`reference`], written from the BEPs and for obviousness.
//! What is bencoded is held against [`bencoding`], in the same way.

mod adapter;
mod batches;
mod bencoding;
mod driven;
mod encoded;
mod reference;
mod said;
mod script;
mod source;
mod sparing;
pub mod targets;

/// A target: its name, and what it does with an input. It panics when the crate is wrong.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 6] = [
    ("decode", targets::decode),
    ("splits", targets::splits),
    ("model", targets::model),
    ("round_trip", targets::round_trip),
    ("records", targets::records),
    ("bencode", targets::bencode),
];
