//! Whether any segment contains the needle at least N times, and the related questions.

#![allow(missing_docs, reason = "criterion's macros make public items")]

mod data;
mod peers;

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use tally::{ByteSet, Counter, Needle, Reset};

use data::{Case, CaseKind};

const L1: usize = 16 << 10;
const MEMORY: usize = 256 << 20;
const SIZES: [usize; 6] = [16, 64, 1 << 10, L1, 1 << 20, MEMORY];

const CASES: [CaseKind; 11] = [
    CaseKind::Absent,
    CaseKind::Rare,
    CaseKind::Common,
    CaseKind::Dense,
    CaseKind::Random,
    CaseKind::Early,
    CaseKind::OneShort(2),
    CaseKind::OneShort(9),
    CaseKind::OneShort(64),
    CaseKind::OneShort(65),
    CaseKind::OneShort(1000),
];

fn counter(needle: Needle<'_>, min_number: u64, reset: Reset) -> Counter {
    Counter::new(needle, min_number, reset).expect("a counter")
}

/// By size, in text with common hits.
fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by size");
    for size in SIZES {
        let Case { data, needle, min_number, .. } = CaseKind::Common.case(size);
        let data: &[u8] = &data;
        let text = peers::as_text(data);
        let reset = b'\n';
        group.throughput(Throughput::Bytes(size as u64)).sampling_mode(SamplingMode::Flat);
        let counter = counter(Needle::String(&[needle]), min_number, Reset::Newlines);
        group.bench_function(BenchmarkId::new("tally", size), |bencher| {
            bencher.iter(|| counter.has_count(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("plain loop", size), |bencher| {
            bencher.iter(|| peers::has_count(black_box(data), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("plain loop over chars", size), |bencher| {
            let (needle, reset) = (needle.into(), reset.into());
            bencher.iter(|| peers::has_count_chars(black_box(text), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("memchr2_iter", size), |bencher| {
            bencher.iter(|| peers::has_count_memchr2(black_box(data), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("split + bytecount", size), |bencher| {
            bencher.iter(|| peers::has_count_split(black_box(data), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("plain read", size), |bencher| {
            bencher.iter(|| peers::read(black_box(data)));
        });
    }
    group.finish();
}

/// By kind of data, with each backend forced.
fn cases(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by data");
    for kind in CASES {
        let Case { name, data, needle, min_number } = kind.case(L1);
        let data: &[u8] = &data;
        let reset = b'\n';
        // With an early match, bytes per second mean nothing: most are not read.
        if kind != CaseKind::Early {
            group.throughput(Throughput::Bytes(data.len() as u64));
        }
        for backend in tally::backends().filter(|&name| name != "avx512-halves") {
            let counter =
                Counter::new_on(backend, Needle::String(&[needle]), min_number, Reset::Newlines);
            let counter = counter.expect("a counter").expect("a backend of this processor");
            group.bench_function(BenchmarkId::new(format!("tally, {backend}"), &name), |bencher| {
                bencher.iter(|| counter.has_count(black_box(data)));
            });
        }
        group.bench_function(BenchmarkId::new("plain loop", &name), |bencher| {
            bencher.iter(|| peers::has_count(black_box(data), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("memchr2_iter", &name), |bencher| {
            bencher.iter(|| peers::has_count_memchr2(black_box(data), needle, min_number, reset));
        });
        group.bench_function(BenchmarkId::new("split + bytecount", &name), |bencher| {
            bencher.iter(|| peers::has_count_split(black_box(data), needle, min_number, reset));
        });
    }
    group.finish();
}

/// By needle and reset.
fn needles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("has_count by needle");
    let text = CaseKind::Common.case(L1).data;
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
    for (name, needle, reset) in questions {
        let counter = counter(needle, u64::MAX, reset);
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
        let Case { data, needle, min_number, .. } = CaseKind::Common.case(size);
        let data: &[u8] = &data;
        group.throughput(Throughput::Bytes(size as u64)).sampling_mode(SamplingMode::Flat);
        let high = counter(Needle::String(&[needle]), min_number, Reset::Newlines);
        // Many lines match, and many do not.
        let low = counter(Needle::String(&[needle]), 6, Reset::Newlines);
        group.bench_function(BenchmarkId::new("find", size), |bencher| {
            bencher.iter(|| high.find(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("max_count", size), |bencher| {
            bencher.iter(|| high.max_count(black_box(data)));
        });
        group.bench_function(BenchmarkId::new("max_count, plain loop", size), |bencher| {
            bencher.iter(|| peers::max_count(black_box(data), needle, b'\n'));
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
    targets = sizes, cases, needles, questions
}
criterion_main!(benches);
