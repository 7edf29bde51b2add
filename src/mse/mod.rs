//! Message stream encryption, also called protocol encryption: what hides a connection from whoever
//! looks for `BitTorrent` in it. No BEP: the specification is the Azureus wiki's "Message Stream
//! Encryption".
//!
//! ```text
//! initiator -> responder: public key, padding
//! responder -> initiator: public key, padding
//! initiator -> responder: mark, request hash, {VC, methods, padding, initial payload}
//! responder -> initiator: {VC, method, padding}
//! ```
//!
//! What stands in braces is encrypted with RC4, and so is all that follows if that is the method.
//! Neither side is told how long the first paddings are: it looks for what comes behind them.
//!
//! This hides and does not protect: keys are not authenticated, RC4 is broken, and who knows the info
//! hash can sit in the middle.
//!
//! Input goes in, output comes out; randomness is an argument. [`Initiator`] and [`Responder`] become
//! a [`Channel`] each.
//!
//! ```
//! use peer_wire_protocol::mse::{
//!     Initiator, Method, Methods, RANDOM_LEN, Random, Request, Responder, Response, request_hash,
//! };
//! use peer_wire_protocol::wire::{Handshake, Message};
//!
//! let info_hash = [7; 20];
//! let mut hello = Vec::new();
//! Handshake::new(info_hash, *b"-XX0001-abcdefghijkl").encode(&mut hello);
//!
//! // From the system's generator, in earnest.
//! let (random, other_random) = (Random::new(&[1; RANDOM_LEN]), Random::new(&[2; RANDOM_LEN]));
//! // What travels to the initiator, and to the responder.
//! let (mut incoming, mut outgoing) = (Vec::new(), Vec::new());
//!
//! let mut initiator = Initiator::new(info_hash, Methods::RC4, random, &mut outgoing);
//! let mut responder = Responder::new(Methods::ANY, true, other_random);
//!
//! // The keys are exchanged.
//! assert!(matches!(responder.read(&outgoing, &mut 0, &mut incoming)?, Request::Starved));
//! let mut read = 0;
//! assert!(matches!(initiator.read(&incoming, &mut read)?, Response::Keyed));
//! outgoing.clear();
//! assert_eq!(initiator.initial_payload(&hello, &mut outgoing), hello.len());
//!
//! // The responder looks for the torrent among its own.
//! let mut at = 0;
//! let told = responder.read(&outgoing, &mut at, &mut incoming)?;
//! assert!(matches!(told, Request::Identify(request) if request == request_hash(&info_hash)));
//! responder.identify(&info_hash);
//! let Request::Settled(mut channel) = responder.read(&outgoing, &mut at, &mut incoming)? else {
//!     panic!("nothing is missing")
//! };
//! assert_eq!(channel.method(), Method::Rc4);
//! let sealed = &outgoing[at..];
//! let mut opened = vec![0; sealed.len()];
//! channel.open(sealed, &mut opened);
//! assert_eq!(opened, hello);
//!
//! // The initiator hears of it, and goes on encrypted.
//! let Response::Settled(mut channel) = initiator.read(&incoming, &mut read)? else {
//!     panic!("nothing is missing")
//! };
//! let mut message = Vec::new();
//! Message::Interested.encode(&mut message);
//! let mut sealed = vec![0; message.len()];
//! channel.seal(&message, &mut sealed);
//! assert_ne!(sealed, message);
//! # Ok::<(), peer_wire_protocol::mse::MseError>(())
//! ```

mod channel;
mod dh;
mod error;
mod initiator;
mod input;
mod keys;
mod method;
mod random;
mod rc4;
mod responder;
mod stages;

pub use channel::{Channel, Opening, Sealing};
pub use error::MseError;
pub use initiator::{Initiator, Response};
pub use keys::request_hash;
pub use method::{Method, Methods};
pub use random::{RANDOM_LEN, Random};
pub use rc4::Rc4;
pub use responder::{Request, Responder};

/// The most bytes of padding each side may send in each place.
pub const PADDING_MAX: usize = 512;

/// The most bytes of initial payload that are sent: a handshake (BEP 3). The field has room for 65,535,
/// but aria2 takes no more than that.
pub const INITIAL_MAX: usize = crate::wire::HANDSHAKE_LEN;

/// The verification constant.
const VC: [u8; 8] = [0; 8];

/// Judges a length of padding that came from the peer, and has its stream go on to behind the padding.
fn pass_padding(length: [u8; 2], incoming: &mut Rc4) -> Result<usize, MseError> {
    let length = u16::from_be_bytes(length);
    let mut padding = [0; PADDING_MAX];
    let padding = padding
        .get_mut(..usize::from(length))
        .ok_or(MseError::PaddingLength { length, limit: PADDING_MAX })?;
    incoming.apply(padding);
    Ok(padding.len())
}

#[cfg(test)]
mod tests;
