//! See `targets::rc4`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| peer_wire_protocol_fuzz::targets::rc4(input));
