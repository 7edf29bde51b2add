//! `librqbit-peer-protocol` at the same work.

use std::hint::black_box;

use librqbit_peer_protocol::{Handshake, MAX_MSG_LEN, Message, MessageDeserializeError};

/// Reads what lies whole in a buffer. The message is looked at where `deserialize` has put it: moving
/// it out of the result, 104 bytes, would cost more than to decode it.
pub(crate) fn read(mut rest: &[u8]) {
    loop {
        match Message::deserialize(rest, &[]) {
            Ok((ref message, length)) => {
                black_box(message);
                rest = &rest[length..];
            }
            Err(MessageDeserializeError::NotEnoughData(..)) => return,
            Err(error) => panic!("{error}"),
        }
    }
}

pub(crate) fn count(bytes: &[u8]) -> usize {
    messages(bytes).len()
}

pub(crate) fn messages(mut rest: &[u8]) -> Vec<Message<'_>> {
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let (message, length) = Message::deserialize(rest, &[]).expect("a message");
        messages.push(message);
        rest = &rest[length..];
    }
    messages
}

pub(crate) fn write(messages: &[Message<'_>], out: &mut [u8]) {
    let mut at = 0;
    for message in messages {
        at += message.serialize(&mut out[at..], &Default::default).expect("room for it");
    }
}

pub(crate) fn handshake(bytes: &[u8; 68]) -> Handshake {
    Handshake::deserialize(bytes).expect("a handshake").0
}

/// Bytes received and not yet read, in the two slices that this crate takes.
pub(crate) struct Ring {
    bytes: Vec<u8>,
    start: usize,
    filled: usize,
}

impl Ring {
    pub(crate) fn new() -> Self {
        Self { bytes: vec![0; 2 * MAX_MSG_LEN], start: 0, filled: 0 }
    }

    pub(crate) fn read(&mut self, mut chunk: &[u8]) {
        while !chunk.is_empty() {
            chunk = self.fill(chunk);
            while self.filled > 0 {
                let wrapped = (self.start + self.filled).saturating_sub(self.bytes.len());
                let (second, first) = self.bytes.split_at(self.start);
                let first = &first[..self.filled - wrapped];
                let length = match Message::deserialize(first, &second[..wrapped]) {
                    Ok((ref message, length)) => {
                        black_box(message);
                        length
                    }
                    Err(MessageDeserializeError::NotEnoughData(..)) => break,
                    Err(error) => panic!("{error}"),
                };
                self.start = (self.start + length) % self.bytes.len();
                self.filled -= length;
            }
        }
    }

    /// Takes up what fits and gives back the rest.
    fn fill<'a>(&mut self, chunk: &'a [u8]) -> &'a [u8] {
        let (taken, rest) = chunk.split_at(chunk.len().min(self.bytes.len() - self.filled));
        let end = (self.start + self.filled) % self.bytes.len();
        let until_end = taken.len().min(self.bytes.len() - end);
        let (tail, head) = taken.split_at(until_end);
        self.bytes[end..end + tail.len()].copy_from_slice(tail);
        self.bytes[..head.len()].copy_from_slice(head);
        self.filled += taken.len();
        rest
    }
}
