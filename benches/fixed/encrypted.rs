//! The cases over an encrypted connection.

use peer_wire_protocol::mse::Channel;
use peer_wire_protocol::wire::Message;

use crate::addon::Addon;
use crate::cases;
use crate::exchange::exchange;

const BLOCK: usize = 16384;
/// Blocks of a pass: as many as in the cases that are deciphered.
const BLOCKS: usize = 64;

/// Runs a case, if there is one of this name.
pub(crate) fn run(name: &str, times: u32) -> Option<usize> {
    match name {
        "cipher-64k" => Some(decipher("blocks-64k", times)),
        "cipher-1448" => Some(decipher("blocks-1448", times)),
        "open-64k" => Some(open("blocks-64k", times)),
        "open-1448" => Some(open("blocks-1448", times)),
        "seal" => Some(seal(times)),
        "exchange" => Some((0..times).map(|_| exchange_once()).sum()),
        _ => None,
    }
}

/// The chunks of a case as they are sent, and who can read them. Each pass begins at the same place of
/// the stream, so they are enciphered once.
fn sent(name: &str) -> (Vec<Vec<u8>>, Channel) {
    let (mut sender, receiver) = exchange();
    let mut chunks = cases::chunks(name).expect("a case");
    for chunk in &mut chunks {
        let plain = chunk.clone();
        sender.seal(&plain, chunk);
    }
    (chunks, receiver)
}

/// Only deciphers them.
fn decipher(name: &str, times: u32) -> usize {
    let (chunks, receiver) = sent(name);
    let mut plain = vec![0; chunks[0].len()];
    let mut count = 0;
    for _ in 0..times {
        let mut channel = receiver.clone();
        for chunk in &chunks {
            channel.open(chunk, &mut plain[..chunk.len()]);
            count += usize::from(plain[0]);
        }
    }
    count
}

/// Deciphers and decodes them.
fn open(name: &str, times: u32) -> usize {
    let (chunks, receiver) = sent(name);
    let mut addon = Addon::new();
    addon.decode(&cases::handshake());
    let mut count = 0;
    for _ in 0..times {
        let mut channel = receiver.clone();
        count += chunks.iter().map(|chunk| addon.decipher(&mut channel, chunk)).sum::<usize>();
    }
    count
}

/// Enciphers blocks and their heads.
fn seal(times: u32) -> usize {
    let (mut channel, _) = exchange();
    let block = [7; BLOCK];
    let mut message = Vec::new();
    Message::Piece { index: 1, offset: 0, block: &block }.encode(&mut message);
    let (head, block) = message.split_at(message.len() - BLOCK);
    let mut addon = Addon::new();
    let mut count = 0;
    for _ in 0..times {
        for _ in 0..BLOCKS {
            count += addon.seal(&mut channel, [head, block]);
        }
    }
    count
}

fn exchange_once() -> usize {
    let (mut initiator, _) = exchange();
    let mut byte = [0];
    initiator.seal(&[0], &mut byte);
    usize::from(byte[0])
}
