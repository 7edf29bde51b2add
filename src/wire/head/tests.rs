//! Heads, byte by byte.

use super::*;
use crate::wire::PREFIX_LEN;

fn written(head: Head, payload: usize) -> Vec<u8> {
    let mut out = Vec::new();
    head.write(payload, &mut out);
    out
}

/// Every layout, byte by byte, as BEP 3, 5, 6, 10 and 52 give it.
#[test]
fn layouts() {
    assert_eq!(written(Head::KeepAlive, 0), [0, 0, 0, 0]);
    assert_eq!(written(Head::Choke, 0), [0, 0, 0, 1, 0]);
    assert_eq!(written(Head::Unchoke, 0), [0, 0, 0, 1, 1]);
    assert_eq!(written(Head::Interested, 0), [0, 0, 0, 1, 2]);
    assert_eq!(written(Head::NotInterested, 0), [0, 0, 0, 1, 3]);
    assert_eq!(written(Head::Have { index: 0x0102_0304 }, 0), [0, 0, 0, 5, 4, 1, 2, 3, 4]);
    assert_eq!(written(Head::Bitfield, 3), [0, 0, 0, 4, 5]);
    assert_eq!(
        written(Head::Request { index: 1, offset: 2, length: 3 }, 0),
        [0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    );
    assert_eq!(
        written(Head::Piece { index: 1, offset: 2 }, 16384),
        [0, 0, 0x40, 9, 7, 0, 0, 0, 1, 0, 0, 0, 2]
    );
    assert_eq!(
        written(Head::Cancel { index: 1, offset: 2, length: 3 }, 0),
        [0, 0, 0, 13, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    );
    assert_eq!(written(Head::Port { port: 6881 }, 0), [0, 0, 0, 3, 9, 0x1a, 0xe1]);
    assert_eq!(written(Head::Extended { extension: 3 }, 5), [0, 0, 0, 7, 20, 3]);
    assert_eq!(written(Head::Suggest { index: 0x0102_0304 }, 0), [0, 0, 0, 5, 13, 1, 2, 3, 4]);
    assert_eq!(written(Head::HaveAll, 0), [0, 0, 0, 1, 14]);
    assert_eq!(written(Head::HaveNone, 0), [0, 0, 0, 1, 15]);
    assert_eq!(
        written(Head::Reject { index: 1, offset: 2, length: 3 }, 0),
        [0, 0, 0, 13, 16, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]
    );
    assert_eq!(written(Head::AllowedFast { index: 0x0102_0304 }, 0), [0, 0, 0, 5, 17, 1, 2, 3, 4]);
    assert_eq!(written(Head::HashRequest, 48), [0, 0, 0, 49, 21]);
    assert_eq!(written(Head::Hashes, 80), [0, 0, 0, 81, 22]);
    assert_eq!(written(Head::HashReject, 48), [0, 0, 0, 49, 23]);
    assert_eq!(written(Head::Unknown, 2), [0, 0, 0, 2]);
}

#[test]
fn every_fixed_length_is_exact() {
    let bep_3_and_5 = [(0, 1), (1, 1), (2, 1), (3, 1), (4, 5), (6, 13), (8, 13), (9, 3)];
    let bep_6_and_52 = [(13, 5), (14, 1), (15, 1), (16, 13), (17, 5), (21, 49), (23, 49)];
    for (id, exact) in bep_3_and_5.into_iter().chain(bep_6_and_52) {
        // What a hash message is about is payload.
        let head = if id > 20 { 1 } else { exact as usize };
        assert_eq!(Head::len_in(id, exact), Ok(head));
        for length in [exact - 1, exact + 1, u32::MAX] {
            assert_eq!(
                Head::len_in(id, length),
                Err(PeerError::MessageLength { id, length }),
                "id {id} length {length}"
            );
        }
    }
}

#[test]
fn payload_messages_have_a_least_length() {
    for (id, least) in [(5, 1), (7, 9), (20, 2)] {
        assert_eq!(Head::len_in(id, least), Ok(least as usize));
        assert_eq!(Head::len_in(id, least + 1), Ok(least as usize));
        assert!(Head::len_in(id, least - 1).is_err());
    }
}

/// A root, four integers, and at least one hash of 32 bytes (BEP 52).
#[test]
fn hashes_are_whole() {
    for length in 0..300 {
        let fits = length > 49 && (length - 49) % 32 == 0;
        assert_eq!(Head::len_in(22, length).is_ok(), fits, "{length}");
    }
}

#[test]
fn unknown_ids_have_no_head() {
    for id in [10, 12, 18, 19, 24, 255] {
        assert_eq!(Head::len_in(id, 1), Ok(0));
    }
}

/// The length that is judged at the id, and the one that is judged with the whole body there.
#[test]
fn both_judgements_of_a_length_agree() {
    for id in 0..=u8::MAX {
        for length in 1..150 {
            let mut body = vec![1; length];
            body[0] = id;
            let split = Head::split(&body).map(|(_, payload)| length - payload.len());
            let length = u32::try_from(length).unwrap();
            assert_eq!(split, Head::len_in(id, length), "id {id} length {length}");
        }
    }
}

#[test]
fn splits_what_it_writes() {
    let heads = [
        Head::KeepAlive,
        Head::NotInterested,
        Head::Have { index: 0x0102_0304 },
        Head::Request { index: 1, offset: 2, length: 3 },
        Head::Cancel { index: 1, offset: 2, length: 3 },
        Head::Port { port: 6881 },
        Head::Suggest { index: 9 },
        Head::HaveAll,
        Head::HaveNone,
        Head::Reject { index: 1, offset: 2, length: 3 },
        Head::AllowedFast { index: 9 },
    ];
    for head in heads {
        assert_eq!(Head::split(&written(head, 0)[PREFIX_LEN..]), Ok((head, &[][..])));
    }
    for head in
        [Head::Bitfield, Head::Piece { index: 1, offset: 2 }, Head::Extended { extension: 3 }]
    {
        let mut body = written(head, 2).split_off(PREFIX_LEN);
        assert_eq!(Head::split(&body), Ok((head, &[][..])), "of an empty payload");
        body.extend([8, 9]);
        assert_eq!(Head::split(&body), Ok((head, &[8, 9][..])));
    }
    for (head, length) in [(Head::HashRequest, 48), (Head::Hashes, 80), (Head::HashReject, 48)] {
        let mut body = written(head, length).split_off(PREFIX_LEN);
        body.extend(vec![7; length]);
        assert_eq!(Head::split(&body), Ok((head, &vec![7; length][..])));
    }
    assert_eq!(Head::split(&[99, 1]), Ok((Head::Unknown, &[99, 1][..])));
}
