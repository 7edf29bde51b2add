//! See `targets::mse_responder`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| peer_wire_protocol_fuzz::targets::mse_responder(input));
