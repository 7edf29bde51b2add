//! See `targets::mse_initiator`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| peer_wire_protocol_fuzz::targets::mse_initiator(input));
