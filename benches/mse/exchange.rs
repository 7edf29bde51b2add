//! One exchange, both roles of it, with the same randomness each time.

use peer_wire_protocol::mse::{
    Channel, Initiator, Methods, RANDOM_LEN, Random, Request, Responder, Response,
};

const INFO_HASH: [u8; 20] = [7; 20];

/// The initiator's channel and the responder's, over RC4.
pub(crate) fn exchange() -> (Channel, Channel) {
    let mut to_responder = Vec::new();
    let mut to_initiator = Vec::new();
    let mut initiator = Initiator::new(INFO_HASH, Methods::RC4, random(1), &mut to_responder);
    let mut responder = Responder::new(Methods::RC4, false, random(2));

    let begun = responder.read(&to_responder, &mut 0, &mut to_initiator);
    assert!(matches!(begun, Ok(Request::Starved)), "a public key");
    to_responder.clear();
    let answered = initiator.read(&to_initiator, &mut 0);
    assert!(matches!(answered, Ok(Response::Keyed)), "a public key");
    initiator.initial_payload(&[], &mut to_responder);
    // The initiator looks for the end of this padding in what comes behind its key.
    let padding = to_initiator.split_off(96);

    let mut at = 0;
    let request = responder.read(&to_responder, &mut at, &mut to_initiator);
    assert!(matches!(request, Ok(Request::Identify(_))), "a torrent");
    responder.identify(&INFO_HASH);
    let mut choice = padding;
    let Ok(Request::Settled(ours)) = responder.read(&to_responder, &mut at, &mut choice) else {
        panic!("a method");
    };
    let Ok(Response::Settled(theirs)) = initiator.read(&choice, &mut 0) else {
        panic!("a method");
    };
    (*theirs, *ours)
}

/// Bytes that are no secret at all, and paddings of a usual length.
fn random(seed: u8) -> Random {
    let mut state = u32::from(seed);
    let mut bytes = [0; RANDOM_LEN];
    for byte in &mut bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = state.to_be_bytes()[0];
    }
    Random::new(&bytes)
}
