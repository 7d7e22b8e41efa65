//! The cost of a call on short strings, from Rust and from C, and of making a counter.

#![allow(missing_docs, reason = "criterion's macros make public items")]

mod data;
mod peers;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use tally::{ByteSet, Counter, Error, Needle, Reset};

use data::{Case, CaseKind};

/// Calls of a counter that exists. No line has nearly 9 hits.
fn calls(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a call");
    for size in [1, 8, 16, 20, 32, 64, 100] {
        let Case { data, needle, .. } = CaseKind::Common.case(size);
        let data: &[u8] = &data;
        let counter = Counter::new(&[needle], 9, Reset::Newlines).expect("a counter");
        group.bench_function(BenchmarkId::new("from Rust", size), |bencher| {
            bencher.iter(|| counter.has_count(black_box(data)));
        });
        let counter = peers::CCounter::new(needle.into(), 9);
        group.bench_function(BenchmarkId::new("from C", size), |bencher| {
            bencher.iter(|| counter.has_count(black_box(data)));
        });
        // The compiler inlines it, and knows needle and number.
        group.bench_function(BenchmarkId::new("plain loop", size), |bencher| {
            bencher.iter(|| peers::has_count(black_box(data), b'e', 9, b'\n'));
        });
        group.bench_function(BenchmarkId::new("memchr2_iter", size), |bencher| {
            bencher.iter(|| peers::has_count_memchr2(black_box(data), b'e', 9, b'\n'));
        });
    }
    group.finish();
}

/// Making and freeing a counter.
fn making(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a new counter");
    let needles = [
        ("one byte", Needle::String(b"c")),
        ("any of 16 bytes", Needle::AnyOf(ByteSet::new(b",;:!?\"'()[]{}<>0"))),
        ("8 bytes", Needle::String(b"question")),
        ("100 bytes", Needle::String(&[b'a'; 100])),
    ];
    for (name, needle) in needles {
        group.bench_function(name, |bencher| {
            let new =
                |needle| -> Result<Counter, Error> { Counter::new(needle, 9, Reset::Newlines) };
            bencher.iter(|| new(black_box(needle)).expect("a counter"));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(20);
    targets = calls, making
}
criterion_main!(benches);
