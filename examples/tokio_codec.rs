//! The crate on tokio: [`PeerCodec`] is a codec for `tokio_util::codec::Framed`, over
//! `peer_wire_protocol::codec::Decoder`. Two peers use it over loopback TCP.
//!
//! ```sh
//! cargo run --example tokio_codec
//! cargo test --example tokio_codec
//! ```

use std::io::{Error, ErrorKind};
use std::net::Ipv4Addr;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{SinkExt, TryStreamExt};
use peer_wire_protocol::codec::{self, Frame, Limits, Payload, Step};
use peer_wire_protocol::wire::{Handshake, Head, Message, PeerError};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{Decoder, Encoder, Framed};

/// Why a conversation cannot go on.
#[derive(Debug, thiserror::Error)]
enum CodecError {
    /// The peer broke the protocol or a limit.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// The connection failed, or ended inside a message.
    #[error(transparent)]
    Io(#[from] Error),
}

/// A message with a payload of its own: a slice of what the socket was read into, not a copy. It
/// keeps that whole memory, so what is small and held for long had better be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Received {
    frame: Frame,
    payload: Bytes,
}

impl Received {
    /// The message as the crate has it, to match on or to send on.
    fn message(&self) -> Message<'_> {
        match self.frame {
            Frame::Message(head) => Message::new(head, &self.payload),
            Frame::Handshake(reserved) => {
                let &[info_hash, peer_id] = self.payload.as_chunks().0 else {
                    unreachable!("a handshake's payload is 40 bytes")
                };
                Message::Handshake(Handshake { reserved, info_hash, peer_id })
            }
        }
    }
}

/// One peer's messages: the first it sends is a handshake.
#[derive(Clone, Debug)]
struct PeerCodec {
    decoder: codec::Decoder,
    /// Whether a message is under way.
    is_inside: bool,
}

impl PeerCodec {
    fn new(limits: Limits) -> Self {
        Self { decoder: codec::Decoder::new(limits), is_inside: false }
    }
}

impl Decoder for PeerCodec {
    type Item = Received;
    type Error = CodecError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Received>, CodecError> {
        let mut at = 0;
        // Without assembly memory a payload is taken only when all of it is here. What comes before
        // it is taken, and judged, at once: so nothing is waited for that would be refused.
        match self.decoder.step(buffer, &mut at, &mut [])? {
            Step::Frame(frame, Payload::Chunk(range)) => {
                self.is_inside = false;
                buffer.advance(range.start);
                let payload = match range.len() {
                    0 => Bytes::new(), // Even an empty slice would make the buffer a shared one.
                    length => buffer.split_to(length).freeze(),
                };
                return Ok(Some(Received { frame, payload }));
            }
            Step::Frame(_, Payload::Assembled(_)) => unreachable!("no assembly memory was given"),
            Step::Starved => buffer.advance(at),
            Step::Space(size) => {
                buffer.advance(at);
                // At most twice what has come, or 32 KiB: a length prefix alone reserves nothing.
                buffer.reserve(size.saturating_sub(buffer.len()));
            }
        }
        self.is_inside |= at > 0;
        Ok(None)
    }

    // Not the provided one: that looks at the buffer, in which a head under way is no longer.
    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Received>, CodecError> {
        match self.decode(buffer)? {
            None if self.is_inside => Err(Error::from(ErrorKind::UnexpectedEof).into()),
            received => Ok(received),
        }
    }
}

impl Encoder<Message<'_>> for PeerCodec {
    type Error = CodecError;

    fn encode(&mut self, message: Message<'_>, buffer: &mut BytesMut) -> Result<(), CodecError> {
        message.encode(buffer);
        Ok(())
    }
}

const INFO_HASH: [u8; 20] = [7; 20];
const PIECES: u32 = 3;
const BLOCK: u32 = 1 << 14;

type Peer = Framed<TcpStream, PeerCodec>;

/// Exchanges handshakes.
async fn greet(socket: TcpStream, peer_id: [u8; 20]) -> Result<Peer, CodecError> {
    let mut peer = Framed::new(socket, PeerCodec::new(Limits::default()));
    peer.send(Message::Handshake(Handshake::new(INFO_HASH, peer_id))).await?;
    let theirs = peer.try_next().await?;
    let Some(Message::Handshake(Handshake { info_hash: INFO_HASH, peer_id, .. })) =
        theirs.as_ref().map(Received::message)
    else {
        return Err(Error::new(ErrorKind::InvalidData, "no peer for this torrent").into());
    };
    println!("a handshake of {}", peer_id.escape_ascii());
    // In time for the very next message, even if the buffer has it: it is decoded when asked for.
    let limits = Limits { piece_count: Some(PIECES), ..Limits::default() };
    peer.codec_mut().decoder.set_limits(limits);
    Ok(peer)
}

/// Answers requests until the peer hangs up.
async fn seed(socket: TcpStream, pieces: &[Vec<u8>]) -> Result<(), CodecError> {
    let mut peer = greet(socket, *b"-XX0001-seederseeder").await?;
    peer.send(Message::Bitfield(&[0b1110_0000])).await?;
    while let Some(received) = peer.try_next().await? {
        println!("to the seeder: {:?}", received.frame);
        match received.message() {
            Message::Interested => peer.send(Message::Unchoke).await?,
            Message::Request { index, offset, length } => {
                // The decoder has judged the index. How long a piece is it does not know.
                let rest = pieces[index as usize].get(offset as usize..);
                let Some(block) = rest.and_then(|rest| rest.get(..length as usize)) else { break };
                peer.send(Message::Piece { index, offset, block }).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Asks for all pieces, one block each, and hangs up.
async fn leech(socket: TcpStream) -> Result<Vec<Bytes>, CodecError> {
    let mut peer = greet(socket, *b"-XX0001-leecherleech").await?;
    let mut blocks = vec![Bytes::new(); PIECES as usize];
    while blocks.iter().any(Bytes::is_empty) {
        let Some(Received { frame, payload }) = peer.try_next().await? else { break };
        println!("to the leecher: {frame:?}, {} bytes", payload.len());
        match frame {
            Frame::Message(Head::Bitfield) => peer.send(Message::Interested).await?,
            Frame::Message(Head::Unchoke) => {
                for index in 0..PIECES {
                    peer.feed(Message::Request { index, offset: 0, length: BLOCK }).await?;
                }
                peer.flush().await?;
            }
            Frame::Message(Head::Piece { index, .. }) => blocks[index as usize] = payload,
            _ => {}
        }
    }
    Ok(blocks)
}

/// Both ends of a connection.
async fn connect() -> Result<(TcpStream, TcpStream), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let (one, (other, _)) =
        tokio::try_join!(TcpStream::connect(listener.local_addr()?), listener.accept())?;
    Ok((one, other))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), CodecError> {
    let pieces: Vec<_> = (0..3).map(|index| vec![index; BLOCK as usize]).collect();
    let (one, other) = connect().await?;
    let ((), blocks) = tokio::try_join!(seed(one, &pieces), leech(other))?;
    assert_eq!(blocks, pieces);
    println!("all pieces are right");
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use peer_wire_protocol::wire::Reserved;
    use proptest::{collection::vec, prelude::*};
    use tokio::{io::AsyncWriteExt, task::yield_now};

    use super::*;

    type All = Vec<Result<Received, CodecError>>;

    fn new() -> PeerCodec {
        PeerCodec::new(Limits::default())
    }

    fn hello() -> Received {
        Received { frame: Frame::Handshake(Reserved([3; 8])), payload: vec![4; 40].into() }
    }

    fn message((head, payload): (Head, Vec<u8>)) -> Received {
        Received { frame: Frame::Message(head), payload: payload.into() }
    }

    fn stream(messages: &[Received]) -> BytesMut {
        let mut bytes = BytesMut::new();
        for one in messages {
            new().encode(one.message(), &mut bytes).unwrap();
        }
        bytes
    }

    /// Reads a stream that comes in chunks whose lengths go round `sizes`, and ends.
    #[tokio::main(flavor = "current_thread")]
    async fn read(mut bytes: &[u8], sizes: &[usize]) -> All {
        let (mut near, far) = tokio::io::duplex(1 << 20);
        let write = async move {
            for size in sizes.iter().cycle() {
                let chunk = bytes.split_off(..bytes.len().min(*size)).unwrap();
                if chunk.is_empty() || near.write_all(chunk).await.is_err() {
                    break;
                }
                yield_now().await;
            }
        };
        tokio::join!(biased; write, Framed::new(far, new()).collect()).1
    }

    /// Reads from a peer that says no more afterwards, but does not hang up.
    #[tokio::main(flavor = "current_thread")]
    async fn read_tcp(bytes: &[u8]) -> All {
        let (mut near, far) = connect().await.unwrap();
        near.write_all(bytes).await.unwrap();
        Framed::new(far, new()).collect().await
    }

    fn any_message() -> impl Strategy<Value = Received> {
        let bytes = |most| vec(any::<u8>(), 0..most);
        let request = Head::Request { index: 1, offset: 2, length: 3 };
        let bare = vec![Head::KeepAlive, Head::Unchoke, Head::Have { index: 1 }, request];
        prop_oneof![
            3 => (prop::sample::select(bare), Just(vec![])),
            1 => (Just(Head::Bitfield), bytes(300)),
            2 => (Just(Head::Piece { index: 1, offset: 2 }), bytes(40_000)),
            1 => (Just(Head::Extended { extension: 1 }), bytes(300)),
            1 => bytes(9).prop_map(|rest| (Head::Unknown, [&[99], &rest[..]].concat())),
        ]
        .prop_map(message)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn messages_arrive_however_they_are_cut(
            mut sent in vec(any_message(), 0..10),
            sizes in vec(prop_oneof![1..40_usize, 1..20_000_usize], 1..8),
        ) {
            sent.insert(0, hello());
            for sizes in [&sizes[..], &[1], &[usize::MAX]] {
                let all = read(&stream(&sent), sizes).into_iter().map(Result::unwrap);
                prop_assert!(all.eq(sent.clone()));
            }
        }
    }

    #[test]
    fn an_end_inside_a_message_is_an_error() {
        let bitfield = message((Head::Bitfield, vec![1, 2]));
        let bytes = stream(&[hello(), message((Head::KeepAlive, vec![])), bitfield]);
        let ends = [0, 68, 68 + 4, 68 + 4 + 7];
        for (length, size) in (0..=bytes.len()).flat_map(|length| [(length, 1), (length, 99)]) {
            let mut all = read(&bytes[..length], &[size]);
            if !ends.contains(&length) {
                assert!(matches!(all.pop(), Some(Err(CodecError::Io(_)))), "{length}");
            }
            assert!(all.iter().all(Result::is_ok));
            assert_eq!(all.len(), ends[1..].iter().filter(|end| **end <= length).count());
        }
    }

    #[test]
    fn payloads_are_slices_of_the_buffer() {
        let piece = message((Head::Piece { index: 1, offset: 0 }, vec![8; 40_000]));
        let bytes = stream(&[hello(), message((Head::Bitfield, vec![9; 50])), piece]);
        for size in [1, 11, 9000, bytes.len()] {
            let (mut codec, mut buffer) = (new(), BytesMut::with_capacity(1 << 16));
            let start = buffer.as_ptr().addr();
            let mut all = Vec::new();
            for chunk in bytes.chunks(size) {
                buffer.extend_from_slice(chunk);
                while let Some(one) = codec.decode(&mut buffer).unwrap() {
                    all.push(one.payload); // Kept, so that no other memory can come to lie there.
                }
            }
            let places = all.iter().map(|payload| (payload.as_ptr().addr() - start, payload.len()));
            assert!(places.eq([(28, 40), (68 + 5, 50), (68 + 55 + 13, 40_000)]));
        }
    }

    #[test]
    fn a_length_prefix_reserves_nothing() {
        let (mut codec, mut buffer) = (new(), stream(&[hello()]));
        Head::Piece { index: 0, offset: 0 }.write((1 << 20) - 9, &mut buffer);
        buffer.extend_from_slice(&[0]);
        while codec.decode(&mut buffer).unwrap().is_some() {}
        assert!(buffer[..] == [0] && buffer.capacity() < 1 << 16);
    }

    #[test]
    fn a_mistake_is_named_after_what_came_before_it() {
        let before = [hello(), message((Head::Have { index: 1 }, vec![]))];
        let too_long = PeerError::MessageTooLong { length: u32::MAX, limit: 1 << 20 };
        for (before, wrong, error) in [
            (&[][..], &b"GET"[..], PeerError::NotBitTorrent { position: 0, found: b'G' }),
            (&before, &[0xff; 4], too_long),
            (&before, &[0, 0, 0, 2, 4], PeerError::MessageLength { id: 4, length: 2 }),
        ] {
            let bytes = [&stream(before)[..], wrong].concat();
            let before = before.iter().cloned().map(Ok);
            let expected: All = before.chain([Err(error.into())]).collect();
            for all in [read_tcp(&bytes), read(&bytes, &[1]), read(&bytes, &[9])] {
                assert_eq!(format!("{all:?}"), format!("{expected:?}"));
            }
        }
    }

    #[test]
    fn a_whole_conversation() {
        main().unwrap();
    }
}
