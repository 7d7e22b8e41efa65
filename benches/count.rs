//! The number of hits in all segments.

#![allow(missing_docs, reason = "criterion's macros make public items")]

mod data;
mod peers;

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use memchr::memmem::Finder;
use tally::{ByteSet, Counter, Needle, Reset};

use data::{Case, CaseKind};

const L1: usize = 16 << 10;
const SIZES: [usize; 6] = [16, 64, 1 << 10, L1, 1 << 20, 256 << 20];

fn counter(needle: Needle<'_>) -> Counter {
    Counter::new(needle, 1, Reset::None).expect("a counter")
}

/// One byte, by size.
fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("count by size");
    for size in SIZES {
        let Case { data, needle, .. } = CaseKind::Common.case(size);
        let data: &[u8] = &data;
        let text = peers::as_text(data);
        group.throughput(Throughput::Bytes(size as u64)).sampling_mode(SamplingMode::Flat);
        let counter = counter(Needle::String(&[needle]));
        group.bench_function(BenchmarkId::new("tally", size), |bencher| {
            bencher.iter(|| counter.count(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("plain loop", size), |bencher| {
            bencher.iter(|| peers::count(black_box(data), black_box(needle)));
        });
        group.bench_function(BenchmarkId::new("plain loop over chars", size), |bencher| {
            bencher.iter(|| peers::count_chars(black_box(text), needle.into()));
        });
        group.bench_function(BenchmarkId::new("memchr_iter", size), |bencher| {
            bencher.iter(|| peers::count_memchr(black_box(data), needle));
        });
        group.bench_function(BenchmarkId::new("bytecount", size), |bencher| {
            bencher.iter(|| peers::count_bytecount(black_box(data), needle));
        });
        group.bench_function(BenchmarkId::new("plain read", size), |bencher| {
            bencher.iter(|| peers::read(black_box(data)));
        });
    }
    group.finish();
}

/// One byte, by kind of data, with each backend forced.
fn cases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("count by data");
    for kind in
        [CaseKind::Absent, CaseKind::Rare, CaseKind::Common, CaseKind::Dense, CaseKind::Random]
    {
        let Case { name, data, needle, .. } = kind.case(L1);
        let data: &[u8] = &data;
        group.throughput(Throughput::Bytes(data.len() as u64));
        for backend in tally::backends().filter(|&name| name != "avx512-halves") {
            let counter = Counter::new_on(backend, Needle::String(&[needle]), 1, Reset::None);
            let counter = counter.expect("a counter").expect("a backend of this processor");
            group.bench_function(BenchmarkId::new(format!("tally, {backend}"), &name), |bencher| {
                bencher.iter(|| counter.count(black_box(data)));
            });
        }
        group.bench_function(BenchmarkId::new("memchr_iter", &name), |bencher| {
            bencher.iter(|| peers::count_memchr(black_box(data), needle));
        });
        group.bench_function(BenchmarkId::new("bytecount", &name), |bencher| {
            bencher.iter(|| peers::count_bytecount(black_box(data), needle));
        });
    }
    group.finish();
}

/// By needle; strings compared with `memmem`.
fn needles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("count by needle");
    let text = CaseKind::Common.case(L1).data;
    let text: &[u8] = &text;
    group.throughput(Throughput::Bytes(text.len() as u64));
    let string = |length: usize| &text[L1 / 2..L1 / 2 + length];
    let strings = [
        ("a character of 3 bytes", "’".as_bytes()),
        ("ee, which overlaps", b"ee"),
        ("8 bytes", string(8)),
        ("40 bytes", string(40)),
        ("100 bytes", string(100)),
    ];
    for (name, needle) in strings {
        let counter = counter(Needle::String(needle));
        group.bench_function(BenchmarkId::new("tally", name), |bencher| {
            bencher.iter(|| counter.count(black_box(text)));
        });
        let finder = Finder::new(needle);
        group.bench_function(BenchmarkId::new("memmem", name), |bencher| {
            bencher.iter(|| peers::count_memmem(black_box(text), &finder));
        });
    }
    let counter = counter(Needle::AnyOf(ByteSet::new(b",;:!?\"'()[]{}<>0")));
    group.bench_function(BenchmarkId::new("tally", "any of 16 bytes"), |bencher| {
        bencher.iter(|| counter.count(black_box(text)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(10);
    targets = sizes, cases, needles
}
criterion_main!(benches);
