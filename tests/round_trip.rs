//! Properties: what is encoded is decoded again, however the bytes are cut, through the borrowed
//! messages and through the records alike.

use peer_wire_protocol::codec::records::{self, End};
use peer_wire_protocol::codec::{Decoder, Fast, Limits, Reader, Step};
use peer_wire_protocol::wire::{Handshake, HashRange, Message, PeerError, Reserved};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A message that owns its payload, so that proptest can make and shrink it.
#[derive(Clone, Debug)]
enum Owned {
    Bare(Message<'static>),
    Bitfield(Vec<u8>),
    Piece(u32, u32, Vec<u8>),
    Extended(u8, Vec<u8>),
    HashRequest([u8; 32], [u32; 4]),
    Hashes([u8; 32], [u32; 4], Vec<u8>),
    HashReject([u8; 32], [u32; 4]),
    Unknown(Vec<u8>),
}

fn range<'a>(pieces_root: &'a [u8; 32], numbers: &[u32; 4]) -> HashRange<'a> {
    let [base_layer, index, length, proof_layers] = *numbers;
    HashRange { pieces_root, base_layer, index, length, proof_layers }
}

/// Bounds between two peers that have agreed to everything.
fn agreed() -> Limits {
    Limits { fast: Fast::Agreed, v2: true, ..Limits::default() }
}

impl Owned {
    fn borrow(&self) -> Message<'_> {
        match self {
            Self::Bare(message) => *message,
            Self::Bitfield(bits) => Message::Bitfield(bits),
            Self::Piece(index, offset, block) => {
                Message::Piece { index: *index, offset: *offset, block }
            }
            Self::Extended(extension, payload) => {
                Message::Extended { extension: *extension, payload }
            }
            Self::HashRequest(root, numbers) => Message::HashRequest(range(root, numbers)),
            Self::Hashes(root, numbers, hashes) => {
                Message::Hashes { range: range(root, numbers), hashes }
            }
            Self::HashReject(root, numbers) => Message::HashReject(range(root, numbers)),
            Self::Unknown(body) => Message::Unknown { body },
        }
    }
}

/// Piece, offset and length of a block that ends where offsets do.
fn block() -> impl Strategy<Value = (u32, u32, u32)> {
    any::<[u32; 3]>().prop_map(|[index, offset, length]| (index, offset, length.min(!offset)))
}

fn message() -> impl Strategy<Value = Owned> {
    let bare = prop_oneof![
        Just(Message::KeepAlive),
        Just(Message::Choke),
        Just(Message::Unchoke),
        Just(Message::Interested),
        Just(Message::NotInterested),
        (0..1_u32 << 21).prop_map(|index| Message::Have { index }),
        block().prop_map(|(index, offset, length)| Message::Request { index, offset, length }),
        block().prop_map(|(index, offset, length)| Message::Cancel { index, offset, length }),
        any::<u16>().prop_map(|port| Message::Port { port }),
        any::<u32>().prop_map(|index| Message::Suggest { index }),
        Just(Message::HaveAll),
        Just(Message::HaveNone),
        block().prop_map(|(index, offset, length)| Message::Reject { index, offset, length }),
        any::<u32>().prop_map(|index| Message::AllowedFast { index }),
    ];
    let hashes = (any::<[u8; 32]>(), any::<[u32; 2]>(), 1..200_u32, 0..12_u32).prop_map(
        |(root, [base_layer, index], length, proof_layers)| {
            let numbers = [base_layer, index, length, proof_layers];
            let count = usize::try_from(range(&root, &numbers).hash_count().unwrap()).unwrap();
            Owned::Hashes(root, numbers, root.repeat(count))
        },
    );
    prop_oneof![
        4 => bare.prop_map(Owned::Bare),
        1 => vec(any::<u8>(), 0..300).prop_map(Owned::Bitfield),
        2 => (any::<u32>(), any::<u32>(), vec(any::<u8>(), 0..70_000))
            .prop_map(|(index, offset, block)| Owned::Piece(index, offset.min(1 << 31), block)),
        1 => (any::<u8>(), vec(any::<u8>(), 0..300))
            .prop_map(|(extension, payload)| Owned::Extended(extension, payload)),
        1 => any::<([u8; 32], [u32; 4])>().prop_map(|(root, n)| Owned::HashRequest(root, n)),
        1 => any::<([u8; 32], [u32; 4])>().prop_map(|(root, n)| Owned::HashReject(root, n)),
        1 => hashes,
        1 => vec(any::<u8>(), 0..300).prop_map(|mut body| {
            body.insert(0, 99);
            Owned::Unknown(body)
        }),
    ]
}

fn stream(messages: &[Owned]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut handshake = Handshake::new([1; 20], [2; 20]);
    handshake.reserved = handshake.reserved.with(Reserved::DHT);
    handshake.encode(&mut bytes);
    for message in messages {
        message.borrow().encode(&mut bytes);
    }
    bytes
}

/// Cuts `bytes` into chunks whose lengths go round `sizes`.
fn cut<'a>(mut bytes: &'a [u8], sizes: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    sizes.iter().cycle().map_while(move |&size| {
        let (chunk, rest) = bytes.split_at(size.min(bytes.len()));
        bytes = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn read_all<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<Vec<String>, PeerError> {
    let mut reader = Reader::new(agreed());
    let mut seen = Vec::new();
    for chunk in chunks {
        reader.read(chunk, |message| seen.push(format!("{message:?}")))?;
    }
    Ok(seen)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_split_gives_the_same_messages(
        messages in vec(message(), 0..12),
        sizes in vec(prop_oneof![1..40_usize, 1..20_000_usize], 1..8),
    ) {
        let bytes = stream(&messages);
        let whole = read_all(std::iter::once(&bytes[..])).unwrap();
        prop_assert_eq!(whole.len(), messages.len() + 1);
        for (seen, sent) in whole[1..].iter().zip(&messages) {
            prop_assert_eq!(seen, &format!("{:?}", sent.borrow()));
        }
        prop_assert_eq!(read_all(cut(&bytes, &sizes)).unwrap(), whole);
    }

    #[test]
    fn garbage_gives_the_same_however_it_is_cut(
        messages in vec(message(), 0..3),
        garbage in vec(any::<u8>(), 0..200),
        sizes in vec(1..40_usize, 1..8),
    ) {
        let mut bytes = stream(&messages);
        bytes.extend(&garbage);
        let whole = read_all(std::iter::once(&bytes[..]));
        prop_assert_eq!(read_all(cut(&bytes, &sizes)), whole);
    }

    #[test]
    fn records_carry_every_field(
        messages in vec(message(), 1..12),
        sizes in vec(1..20_000_usize, 1..8),
    ) {
        let bytes = stream(&messages);
        prop_assert_eq!(through_records(cut(&bytes, &sizes)), bytes);
    }

    #[test]
    fn a_batch_of_records_is_what_the_steps_give(
        messages in vec(message(), 0..12),
        garbage in vec(any::<u8>(), 0..40),
        sizes in vec(prop_oneof![1..40_usize, 1..20_000_usize], 1..8),
        table in records::MAX_RECORD as usize..40,
        piece_count in option::of(0..3000_u32),
    ) {
        let mut bytes = stream(&messages);
        bytes.extend(&garbage);
        let limits = Limits { piece_count, ..agreed() };
        let stepped = by_steps(cut(&bytes, &sizes), limits);
        prop_assert_eq!(&by_batches(cut(&bytes, &sizes), limits, table), &stepped);
        // The same messages and the same mistake, wherever it is cut.
        let whole = by_steps(std::iter::once(&bytes[..]), limits);
        prop_assert_eq!((whole.0.len(), whole.1), (stepped.0.len(), stepped.1));
    }
}

type Records = (Vec<Vec<u32>>, Option<PeerError>);

/// The records of a stream, one by one, and what is wrong with it.
fn by_steps<'a>(chunks: impl Iterator<Item = &'a [u8]>, limits: Limits) -> Records {
    let mut decoder = Decoder::new(limits);
    let mut assembly = Vec::new();
    let mut all = Vec::new();
    for chunk in chunks {
        let mut at = 0;
        loop {
            match decoder.step(chunk, &mut at, &mut assembly) {
                Ok(Step::Starved) => break,
                Ok(Step::Space(length)) => assembly.resize(length, 0),
                Ok(Step::Frame(frame, payload)) => {
                    let mut words = records::Room::default();
                    let size = records::write(frame, &payload, chunk, &assembly, &mut words);
                    all.push(words[..size].to_vec());
                }
                Err(error) => return (all, Some(error)),
            }
        }
    }
    (all, None)
}

/// The same through tables of `words` words.
fn by_batches<'a>(chunks: impl Iterator<Item = &'a [u8]>, limits: Limits, words: usize) -> Records {
    let mut decoder = Decoder::new(limits);
    let mut assembly = Vec::new();
    let mut table = vec![0; words];
    let mut all = Vec::new();
    for chunk in chunks {
        let mut at = 0;
        loop {
            let (end, size) =
                records::read(&mut decoder, chunk, &mut at, &mut assembly, &mut table);
            all.extend(split(&table[..size]));
            match end {
                End::Starved => break,
                End::Full | End::Taught => {}
                End::Space(length) => assembly.resize(length, 0),
                End::Failed => return (all, decoder.error().cloned()),
            }
        }
    }
    (all, None)
}

/// Splits a table into its records.
fn split(mut words: &[u32]) -> Vec<Vec<u32>> {
    let mut all = Vec::new();
    while let Some(&kind) = words.first() {
        let size = match kind {
            0..=3 | 14 | 15 | records::KEEP_ALIVE => 1,
            4 | 9 | 13 | 17 => 2,
            5 | records::UNKNOWN => 3,
            7 => 5,
            21..=23 => 7,
            _ => 4,
        };
        let (record, rest) = words.split_at(size);
        all.push(record.to_vec());
        words = rest;
    }
    all
}

/// Decodes to records and encodes those again, one message at a time.
fn through_records<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut decoder = Decoder::new(agreed());
    let mut assembly = Vec::new();
    let mut out = Vec::new();
    for chunk in chunks {
        let mut at = 0;
        loop {
            match decoder.step(chunk, &mut at, &mut assembly).unwrap() {
                Step::Starved => break,
                Step::Space(length) => assembly.resize(length, 0),
                Step::Frame(frame, payload) => {
                    let mut bytes = payload.of(chunk, &assembly);
                    let mut room = records::Room::default();
                    let size = records::write(frame, &payload, chunk, &assembly, &mut room);
                    let mut words = room[..size].to_vec();
                    // An outgoing record has no start of its payload, and a handshake no length.
                    match words[0] {
                        records::HANDSHAKE => words.truncate(2),
                        5 | 7 | 20 | records::UNKNOWN => {
                            words.remove(size - 2);
                        }
                        // The root moves into the record, and the numbers are there already.
                        21..=23 => {
                            words.truncate(5);
                            let (head, hashes) = bytes.split_at(48);
                            if room[0] == 22 {
                                words.push(u32::try_from(hashes.len()).unwrap());
                            }
                            let pieces_root = head[..32].chunks_exact(4);
                            words.extend(
                                pieces_root.map(|w| u32::from_be_bytes(w.try_into().unwrap())),
                            );
                            bytes = hashes;
                        }
                        _ => {}
                    }
                    let mut encoded = vec![0; records::encoded_bound(words.len())];
                    let length = records::encode(&words, &mut encoded).unwrap();
                    out.extend(&encoded[..length]);
                    out.extend(bytes);
                }
            }
        }
    }
    out
}
