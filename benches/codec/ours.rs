//! This crate at the same work.

use std::hint::black_box;

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Limits, Reader};
use peer_wire_protocol::wire::{Handshake, Message, id};

use crate::input::{self, Batch};

/// A reader past the handshake.
pub(crate) fn reader() -> Reader {
    let mut reader = Reader::new(Limits::default());
    reader.read(&input::handshake(), |_| ()).expect("a handshake");
    reader
}

/// A decoder past the handshake.
pub(crate) fn decoder() -> Decoder {
    reader().decoder().clone()
}

pub(crate) fn read(reader: &mut Reader, chunk: &[u8]) {
    reader.read(chunk, |message| _ = black_box(&message)).expect("what a peer may send");
}

/// What the addon does with a chunk.
pub(crate) fn record(decoder: &mut Decoder, chunk: &[u8], table: &mut [u32]) {
    let (end, _) = records::read(decoder, chunk, &mut 0, &mut [], table);
    assert_eq!(end, End::Starved, "room for them all");
    black_box(table);
}

pub(crate) fn count(bytes: &[u8]) -> usize {
    let mut count = 0;
    reader().read(bytes, |_| count += 1).expect("what a peer may send");
    count
}

/// The messages of a batch, each parsed from its own body.
pub(crate) fn messages(batch: &Batch) -> Vec<Message<'_>> {
    let mut rest = batch.bytes.as_slice();
    let mut messages = Vec::new();
    while let Some((prefix, more)) = rest.split_first_chunk() {
        let (body, next) = more.split_at(u32::from_be_bytes(*prefix) as usize);
        messages.push(Message::parse(body).expect("a message"));
        rest = next;
    }
    messages
}

/// The records that the addon is given for messages to send.
pub(crate) fn words(messages: &[Message<'_>]) -> Vec<u32> {
    let mut words = Vec::new();
    let length = |payload: &[u8]| u32::try_from(payload.len()).expect("a short payload");
    for message in messages {
        match *message {
            Message::KeepAlive => words.push(records::KEEP_ALIVE),
            Message::Choke => words.push(id::CHOKE.into()),
            Message::Unchoke => words.push(id::UNCHOKE.into()),
            Message::Interested => words.push(id::INTERESTED.into()),
            Message::NotInterested => words.push(id::NOT_INTERESTED.into()),
            Message::Have { index } => words.extend([id::HAVE.into(), index]),
            Message::Bitfield(bits) => words.extend([id::BITFIELD.into(), length(bits)]),
            Message::Request { index, offset, length } => {
                words.extend([id::REQUEST.into(), index, offset, length]);
            }
            Message::Piece { index, offset, block } => {
                words.extend([id::PIECE.into(), index, offset, length(block)]);
            }
            Message::Cancel { index, offset, length } => {
                words.extend([id::CANCEL.into(), index, offset, length]);
            }
            _ => unreachable!("no batch of these"),
        }
    }
    words
}

pub(crate) fn write(messages: &[Message<'_>], mut out: &mut [u8]) {
    for message in messages {
        message.encode(&mut out);
    }
}

pub(crate) fn handshake(bytes: &[u8; 68]) -> Handshake {
    Handshake::parse(bytes).expect("a handshake")
}
