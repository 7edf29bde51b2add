//! The stream cipher next to the `rc4` crate, and one exchange: `node benchmark/crate.js`, or
//! `cargo bench --bench mse` in this package.

mod exchange;
#[path = "../shared/settings.rs"]
mod settings;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peer_wire_protocol::mse::Rc4;
use rc4::{KeyInit, StreamCipher};

const OURS: &str = "this crate";
const THEIRS: &str = "rc4";

const KEY: [u8; 20] = [0x5a; 20];
/// Bytes of a stream that both sides of an exchange throw away.
const DISCARDED: usize = 1024;

fn ours() -> Rc4 {
    Rc4::new(&KEY)
}

fn theirs() -> rc4::Rc4 {
    let mut cipher = rc4::Rc4::new_from_slice(&KEY).expect("a key of a usual length");
    cipher.write_keystream(&mut [0; DISCARDED]);
    cipher
}

/// From one place to another, in the sizes of what a socket gives and of a block.
fn cipher(criterion: &mut Criterion) {
    for size in [1448, 16384, 65536] {
        let from = vec![7; size];
        let mut to = vec![0; size];
        let (mut ours, mut theirs) = (ours(), theirs());
        ours.apply_to(&from, &mut to);
        let expected = to.clone();
        theirs.apply_keystream_b2b(&from, &mut to);
        assert_eq!(to, expected, "the same stream");
        let mut group = criterion.benchmark_group(format!("cipher/{size} bytes"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(OURS, |bencher| {
            bencher.iter(|| ours.apply_to(black_box(&from), black_box(&mut to)));
        });
        group.bench_function(THEIRS, |bencher| {
            bencher.iter(|| theirs.apply_keystream_b2b(black_box(&from), black_box(&mut to)));
        });
        group.bench_function("memcpy", |bencher| {
            bencher.iter(|| black_box(&mut to).copy_from_slice(black_box(&from)));
        });
        group.finish();
    }
}

/// A cipher up to the first byte that is used.
fn key(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cipher/key");
    group.bench_function(OURS, |bencher| bencher.iter(ours));
    group.bench_function(THEIRS, |bencher| bencher.iter(theirs));
    group.finish();
}

/// Four powers of 768 bits, and four ciphers.
fn exchanges(criterion: &mut Criterion) {
    criterion.bench_function("exchange, both sides", |bencher| bencher.iter(exchange::exchange));
}

criterion_group! {
    name = benches;
    config = settings::settings();
    targets = cipher, key, exchanges
}
criterion_main!(benches);
