//! The decoder and the encoder alone, next to `librqbit-peer-protocol` and to `memcpy` of the same
//! bytes: `node benchmark/crate.js`, or `cargo bench` in this package.
//!
//! A batch of small messages has 1,000 of them, so its microseconds are a message's nanoseconds.
//! `port` and `extended` are not here: the other crate does not know the one, and decodes the
//! dictionary inside the other, where this one leaves the payload alone.

mod input;
mod ours;
#[path = "../shared/settings.rs"]
mod settings;
mod theirs;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_wire_protocol::codec::records;

use input::Batch;

/// Whole messages, all in one chunk.
fn decode(criterion: &mut Criterion) {
    for batch in input::batches() {
        let mut group = criterion.benchmark_group(format!("decode/{}", batch.name));
        group.throughput(throughput(&batch));
        assert_eq!(ours::count(&batch.bytes), theirs::count(&batch.bytes), "the same messages");
        let mut reader = ours::reader();
        group.bench_function("this crate", |bencher| {
            bencher.iter(|| ours::read(&mut reader, black_box(&batch.bytes)));
        });
        let mut decoder = ours::decoder();
        let mut table = vec![0; 8 * batch.count];
        group.bench_function("this crate, to records", |bencher| {
            bencher.iter(|| ours::record(&mut decoder, black_box(&batch.bytes), &mut table));
        });
        group.bench_function("librqbit-peer-protocol", |bencher| {
            bencher.iter(|| theirs::read(black_box(&batch.bytes)));
        });
        let mut copy = vec![0; batch.bytes.len()];
        group.bench_function("memcpy", |bencher| {
            bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(&batch.bytes)));
        });
        group.finish();
    }
}

/// Blocks that do not end where the chunks do, which come from elsewhere: a runtime, a layer that
/// decrypts. The other crate leaves holding on to fragments to its caller, so it gets a ring of twice
/// its longest message. (A program that lets the socket write into that ring saves the copy.)
fn decode_cut(criterion: &mut Criterion) {
    let batch = input::blocks();
    for size in [65536, 1448] {
        let mut group = criterion.benchmark_group(format!("decode/blocks in {size}-byte chunks"));
        group.throughput(Throughput::Bytes(batch.bytes.len() as u64));
        let mut reader = ours::reader();
        group.bench_function("this crate", |bencher| {
            bencher.iter(|| {
                for chunk in batch.bytes.chunks(size) {
                    ours::read(&mut reader, black_box(chunk));
                }
            });
        });
        let mut ring = theirs::Ring::new();
        group.bench_function("librqbit-peer-protocol", |bencher| {
            bencher.iter(|| {
                for chunk in batch.bytes.chunks(size) {
                    ring.read(black_box(chunk));
                }
            });
        });
        let mut copy = vec![0; size];
        group.bench_function("memcpy", |bencher| {
            bencher.iter(|| {
                for chunk in batch.bytes.chunks(size) {
                    black_box(&mut copy)[..chunk.len()].copy_from_slice(black_box(chunk));
                }
            });
        });
        group.finish();
    }
}

fn encode(criterion: &mut Criterion) {
    for batch in input::batches() {
        let mut group = criterion.benchmark_group(format!("encode/{}", batch.name));
        group.throughput(throughput(&batch));
        let ours = ours::messages(&batch);
        let theirs = theirs::messages(&batch.bytes);
        let mut out = vec![0; batch.bytes.len()];
        ours::write(&ours, &mut out);
        assert_eq!(out, batch.bytes);
        out.fill(0);
        theirs::write(&theirs, &mut out);
        assert_eq!(out, batch.bytes, "the same bytes");
        group.bench_function("this crate", |bencher| {
            bencher.iter(|| ours::write(black_box(&ours), black_box(&mut out)));
        });
        let words = ours::words(&ours);
        let mut heads = vec![0; records::encoded_bound(words.len())];
        group.bench_function("this crate, from records, heads only", |bencher| {
            bencher.iter(|| records::encode(black_box(&words), black_box(&mut heads)));
        });
        group.bench_function("librqbit-peer-protocol", |bencher| {
            bencher.iter(|| theirs::write(black_box(&theirs), black_box(&mut out)));
        });
        group.bench_function("memcpy", |bencher| {
            bencher.iter(|| black_box(&mut out).copy_from_slice(black_box(&batch.bytes)));
        });
        group.finish();
    }
}

fn handshake(criterion: &mut Criterion) {
    let bytes = input::handshake();
    let mut group = criterion.benchmark_group("handshake");
    group.bench_function("decode/this crate", |bencher| {
        bencher.iter(|| ours::handshake(black_box(&bytes)));
    });
    group.bench_function("decode/librqbit-peer-protocol", |bencher| {
        bencher.iter(|| theirs::handshake(black_box(&bytes)));
    });
    let (ours, theirs) = (ours::handshake(&bytes), theirs::handshake(&bytes));
    let mut out = [0; 68];
    group.bench_function("encode/this crate", |bencher| {
        bencher.iter(|| black_box(&ours).encode(&mut black_box(&mut out).as_mut_slice()));
    });
    group.bench_function("encode/librqbit-peer-protocol", |bencher| {
        bencher.iter(|| black_box(&theirs).serialize_unchecked_len(black_box(&mut out)));
    });
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| black_box(&mut out).copy_from_slice(black_box(&bytes)));
    });
    group.finish();
}

/// Blocks in bytes, the rest in messages.
fn throughput(batch: &Batch) -> Throughput {
    if batch.name == "blocks" {
        Throughput::Bytes(batch.bytes.len() as u64)
    } else {
        Throughput::Elements(batch.count as u64)
    }
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = decode, decode_cut, encode, handshake
}
criterion_main!(benches);
