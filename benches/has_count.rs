//! Has any segment at least N hits? And the questions next to it: where, the most, how many.

#![allow(missing_docs, reason = "the macros of criterion document nothing")]

mod data;
mod peers;

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use tally::{ByteSet, Counter, Needle, Reset};

use data::{Case, Named};

const L1: usize = 16 << 10;
const MEMORY: usize = 256 << 20;
const SIZES: [usize; 6] = [16, 64, 1 << 10, L1, 1 << 20, MEMORY];

const CASES: [Named; 11] = [
    Named::Absent,
    Named::Rare,
    Named::Common,
    Named::Dense,
    Named::Random,
    Named::Early,
    Named::OneShort(2),
    Named::OneShort(9),
    Named::OneShort(64),
    Named::OneShort(65),
    Named::OneShort(1000),
];

fn counter(what: Needle<'_>, number: u64, reset: Reset) -> Counter {
    Counter::new(what, number, reset).expect("a counter")
}

/// By size: text with common hits.
fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by size");
    for size in SIZES {
        let Case { data, what, number, .. } = Named::Common.case(size);
        let data: &[u8] = &data;
        let text = peers::as_text(data);
        let reset = b'\n';
        group.throughput(Throughput::Bytes(size as u64)).sampling_mode(SamplingMode::Flat);
        let counter = counter(Needle::String(&[what]), number, Reset::Newlines);
        group.bench_function(BenchmarkId::new("tally", size), |bencher| {
            bencher.iter(|| counter.has_count(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("plain loop", size), |bencher| {
            bencher.iter(|| peers::has_count(black_box(data), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("plain loop over chars", size), |bencher| {
            let (what, reset) = (what.into(), reset.into());
            bencher.iter(|| peers::has_count_chars(black_box(text), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("memchr2_iter", size), |bencher| {
            bencher.iter(|| peers::has_count_memchr2(black_box(data), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("split + bytecount", size), |bencher| {
            bencher.iter(|| peers::has_count_split(black_box(data), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("plain read", size), |bencher| {
            bencher.iter(|| peers::read(black_box(data)));
        });
    }
    group.finish();
}

/// By kind of data, on every backend.
fn cases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by data");
    for named in CASES {
        let Case { name, data, what, number } = named.case(L1);
        let data: &[u8] = &data;
        let reset = b'\n';
        // Where the answer comes early, a speed would mean nothing.
        if named != Named::Early {
            group.throughput(Throughput::Bytes(data.len() as u64));
        }
        for backend in tally::backends() {
            let counter =
                Counter::new_on(backend, Needle::String(&[what]), number, Reset::Newlines);
            let counter = counter.expect("a counter").expect("a backend of this processor");
            group.bench_function(BenchmarkId::new(format!("tally, {backend}"), &name), |bencher| {
                bencher.iter(|| counter.has_count(black_box(data)));
            });
        }
        group.bench_function(BenchmarkId::new("plain loop", &name), |bencher| {
            bencher.iter(|| peers::has_count(black_box(data), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("memchr2_iter", &name), |bencher| {
            bencher.iter(|| peers::has_count_memchr2(black_box(data), what, number, reset));
        });
        group.bench_function(BenchmarkId::new("split + bytecount", &name), |bencher| {
            bencher.iter(|| peers::has_count_split(black_box(data), what, number, reset));
        });
    }
    group.finish();
}

/// By what is counted, and where counts start again.
fn whats(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by what");
    let text = Named::Common.case(L1).data;
    let text: &[u8] = &text;
    group.throughput(Throughput::Bytes(text.len() as u64));
    let string = |length: usize| Needle::String(&text[L1 / 2..L1 / 2 + length]);
    let lines = Reset::Newlines;
    let questions = [
        ("one byte", Needle::String(b","), lines),
        ("one byte, reset at white space", Needle::String(b","), Reset::Whitespace),
        ("one byte, no reset", Needle::String(b","), Reset::None),
        ("a character of 3 bytes", Needle::Character('’'), lines),
        ("any of 16 bytes", Needle::AnyOf(ByteSet::new(b",;:!?\"'()[]{}<>0")), lines),
        ("ee, which overlaps", Needle::String(b"ee"), lines),
        ("8 bytes", string(8), Reset::None),
        ("40 bytes", string(40), Reset::None),
        ("100 bytes", string(100), Reset::None),
    ];
    for (name, what, reset) in questions {
        let counter = counter(what, u64::MAX, reset);
        group.bench_function(name, |bencher| {
            bencher.iter(|| counter.has_count(black_box(text)));
        });
    }
    group.finish();
}

/// The other questions.
fn questions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("other questions");
    for size in [L1, MEMORY] {
        let Case { data, what, number, .. } = Named::Common.case(size);
        let data: &[u8] = &data;
        group.throughput(Throughput::Bytes(size as u64)).sampling_mode(SamplingMode::Flat);
        let high = counter(Needle::String(&[what]), number, Reset::Newlines);
        // Many lines reach this number, and many do not.
        let low = counter(Needle::String(&[what]), 6, Reset::Newlines);
        group.bench_function(BenchmarkId::new("find", size), |bencher| {
            bencher.iter(|| high.find(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("max_count", size), |bencher| {
            bencher.iter(|| high.max_count(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("max_count, plain loop", size), |bencher| {
            bencher.iter(|| peers::max_count(black_box(data), what, b'\n'));
        });
        group.bench_function(BenchmarkId::new("matching_segments, none", size), |bencher| {
            bencher.iter(|| high.matching_segments(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("matching_segments, many", size), |bencher| {
            bencher.iter(|| low.matching_segments(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("matches, many", size), |bencher| {
            bencher.iter(|| low.matches(black_box(data)).count());
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300))
        .sample_size(10);
    targets = sizes, cases, whats, questions
}
criterion_main!(benches);
