//! No question about data allocates memory, and no chunk fed to a stream or summary does; nor does
//! writing the state of a summary to memory of C. Where memory is needed and there is none, the C
//! interface reports it.

#![allow(unsafe_code, reason = "an allocator is unsafe to write, and the C interface to call")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

use tally::capi::*;
use tally::{ByteSet, Counter, Match, Needle, Reset, Stream, Summary};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// How many allocations there are that were not freed.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    /// How many allocations succeed before all others fail.
    static LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
    /// Whether one has failed.
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

struct Counting;

// SAFETY: memory comes from the system's allocator, or there is none.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        if LEFT.get() == 0 {
            FAILED.set(true);
            return ptr::null_mut();
        }
        if LEFT.get() != usize::MAX {
            LEFT.set(LEFT.get() - 1);
        }
        LIVE.set(LIVE.get() + 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn questions_do_not_allocate() {
    // The allocator does count.
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(vec![0_u8; 100]));
    assert_eq!(ALLOCATIONS.get(), before + 1);

    let line = b"one, two, three; aaaa abababab, and more of it\n";
    let data: Vec<u8> = line.iter().copied().cycle().take(100_000).collect();
    let long = &line[..46].repeat(3);
    let needles = [
        Needle::from('a'),
        Needle::from('é'),
        Needle::from("two"),
        Needle::from("abab"),
        Needle::from("more of it"),
        Needle::from(&long[..]),
        Needle::from(ByteSet::new(b",;")),
    ];
    let mut matches = [Match::default(); 8];
    let mut calls = 0;
    for backend in tally::backends() {
        for needle in needles {
            for reset in [Reset::None, Reset::Newlines, Reset::AnyOf(ByteSet::new(b"\0\n"))] {
                for min_number in [0, 1, 3, 1_000_000] {
                    let counter = Counter::new_on(backend, needle, min_number, reset);
                    let counter = counter.unwrap().unwrap();
                    let mut stream = Stream::new(&counter).unwrap();
                    let mut summary = Summary::new(&counter).unwrap();
                    let mut right = Summary::load(&counter, &summary.save().unwrap()).unwrap();
                    for data in [&data[..], &data[..20], &data[..0]] {
                        let before = ALLOCATIONS.get();
                        let _ = counter.has_count(data);
                        let _ = counter.find(data);
                        let found = counter.find_many(data, None, &mut matches).unwrap();
                        let last = matches[..found].last().copied();
                        counter.find_many(data, last.as_ref(), &mut matches).unwrap();
                        let _ = counter.matches(data).take(20).count();
                        let _ = counter.count(data);
                        let _ = counter.max_count(data);
                        let _ = counter.matching_segments(data);
                        stream.reset();
                        summary.reset();
                        right.reset();
                        let mut chunks = 0;
                        for chunk in data.chunks(data.len() / 13 + 1) {
                            stream.feed(chunk).unwrap();
                            summary.feed(chunk);
                            chunks += 1;
                        }
                        right.feed(data);
                        summary.merge(&right).unwrap();
                        let _ = (stream.first_match(), summary.totals());
                        assert_eq!(ALLOCATIONS.get(), before, "{backend} {needle:?} {min_number}");
                        calls += 15 + 2 * chunks;
                    }
                }
            }
        }
    }
    println!("{calls} calls, 0 allocations");
}

/// A counter of the string `aa`, and a summary of a text that it fills.
fn new_summary() -> (*mut tally_counter, *mut tally_summary) {
    let (mut counter, mut summary) = (ptr::null_mut(), ptr::null_mut());
    let options = options();
    // SAFETY: the bytes and places are valid.
    unsafe {
        assert_eq!(tally_counter_new_with(&raw const options, &raw mut counter), TALLY_OK);
        assert_eq!(tally_summary_new(counter, &raw mut summary), TALLY_OK);
        assert_eq!(tally_summary_feed(summary, [b'a'; 300].as_ptr().cast(), 300), TALLY_OK);
    }
    (counter, summary)
}

fn options() -> tally_counter_options {
    tally_counter_options {
        size: size_of::<tally_counter_options>(),
        needle: b"aa".as_ptr().cast(),
        needle_len: 2,
        needle_kind: TALLY_NEEDLE_STRING,
        character: 0,
        condition: TALLY_AT_LEAST,
        named_reset: TALLY_RESET_NONE,
        min_number: 1,
        max_number: 0,
        reset: ptr::null(),
        reset_len: 0,
        flags: 0,
        quote_rule: TALLY_QUOTES_NONE,
        quote: 0,
        escape: 0,
        delimiters: ptr::null(),
        delimiters_len: 0,
        closing: ptr::null(),
        closing_len: 0,
    }
}

#[test]
fn saving_to_c_does_not_allocate() {
    let (counter, summary) = new_summary();
    let (mut state, mut size, mut len) = ([0_u8; 1000], 0, 0);
    // SAFETY: the places are valid, and the handles are used until they are freed.
    unsafe {
        let before = ALLOCATIONS.get();
        assert_eq!(tally_summary_state_size(summary, &raw mut size), TALLY_OK);
        let place = state.as_mut_ptr().cast();
        assert_eq!(tally_summary_save(summary, place, size, &raw mut len), TALLY_OK);
        assert_eq!(ALLOCATIONS.get(), before);
        tally_summary_free(summary);
        tally_counter_free(counter);
    }
    assert_eq!(len, size);
    assert_eq!(state[len - 256..len], [b'a'; 256]);
}

/// Makes the first allocation of `call` fail, then the second, and so on, until none does: each time
/// the status is [`TALLY_ERROR_NO_MEMORY`], nothing is left allocated, and `check` holds.
fn with_failing_allocations(
    name: &str,
    mut call: impl FnMut() -> tally_status,
    mut check: impl FnMut(),
) {
    for left in 0.. {
        let live = LIVE.get();
        LEFT.set(left);
        let status = call();
        LEFT.set(usize::MAX);
        if status == TALLY_OK {
            assert_ne!(left, 0, "{name} allocates");
            return;
        }
        assert_eq!(status, TALLY_ERROR_NO_MEMORY, "{name}, {left} allocations succeed");
        assert_eq!(LIVE.get(), live, "{name}, {left} allocations succeed");
        check();
    }
}

#[test]
fn failed_allocations_are_reported() {
    // The output of tests is kept in memory too: that has to be there already.
    println!("each allocation of six functions fails in turn");
    let live = LIVE.get();
    let (counter, summary) = new_summary();
    let (mut state, mut len) = ([0_u8; 1000], 0);
    let options = options();
    let mut counters = [ptr::null_mut(); 2];
    let mut stream = ptr::null_mut();
    let mut summaries = [ptr::null_mut(); 2];
    // SAFETY: all pointers are valid for their calls.
    unsafe {
        let place = &raw mut counters[0];
        with_failing_allocations(
            "tally_counter_new",
            || tally_counter_new(0xE9, 1, TALLY_RESET_NONE, place),
            || assert!((*place).is_null()),
        );
        let place = &raw mut counters[1];
        with_failing_allocations(
            "tally_counter_new_with",
            || tally_counter_new_with(&raw const options, place),
            || assert!((*place).is_null()),
        );
        let place = &raw mut stream;
        with_failing_allocations(
            "tally_stream_new",
            || tally_stream_new(counter, place),
            || assert!((*place).is_null()),
        );
        let place = &raw mut summaries[0];
        with_failing_allocations(
            "tally_summary_new",
            || tally_summary_new(counter, place),
            || assert!((*place).is_null()),
        );
        let saved = state.as_mut_ptr().cast();
        assert_eq!(tally_summary_save(summary, saved, state.len(), &raw mut len), TALLY_OK);
        let place = &raw mut summaries[1];
        with_failing_allocations(
            "tally_summary_load",
            || tally_summary_load(counter, saved, len, place),
            || assert!((*place).is_null()),
        );
        let bytes = || {
            let mut totals = std::mem::zeroed::<tally_totals>();
            assert_eq!(tally_summary_totals(summary, &raw mut totals), TALLY_OK);
            totals.bytes
        };
        with_failing_allocations(
            "tally_summary_merge with itself",
            || tally_summary_merge(summary, summary),
            || assert_eq!(bytes(), 300),
        );
        assert_eq!(bytes(), 600);
        tally_stream_free(stream);
        for summary in [summary, summaries[0], summaries[1]] {
            tally_summary_free(summary);
        }
        for counter in [counter, counters[0], counters[1]] {
            tally_counter_free(counter);
        }
    }
    assert_eq!(LIVE.get(), live);
}

/// Functions that read files or start threads: either they report that there is no memory, or they
/// do without it and answer right. (What other threads allocate does not fail here.)
#[test]
fn failed_allocations_in_files_and_threads() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("allocations.txt");
    let data = b"aab\n".repeat(1 << 20);
    std::fs::write(&path, &data).unwrap();
    // So long that `File::open` would need memory for it.
    let path = format!("{}{}", "/.".repeat(500), path.display());
    let path = std::ffi::CString::new(path).unwrap();
    let (at, len) = (data.as_ptr().cast(), data.len());
    let (mut counter, mut summary, mut stream) =
        (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let options = tally_counter_options { min_number: u64::MAX, ..options() };
    let read = tally_read_options {
        size: size_of::<tally_read_options>(),
        progress: None,
        context: ptr::null_mut(),
        max_bytes: 0,
        threads: 3,
        reserved: 0,
    };
    let mut failures = [0; 4];
    // SAFETY: all pointers are valid for their calls.
    unsafe {
        assert_eq!(tally_counter_new_with(&raw const options, &raw mut counter), TALLY_OK);
        assert_eq!(tally_summary_new(counter, &raw mut summary), TALLY_OK);
        assert_eq!(tally_stream_new(counter, &raw mut stream), TALLY_OK);
        for (way, failures) in failures.iter_mut().enumerate() {
            for left in 0.. {
                let (mut matched, mut count) = (true, u64::MAX);
                let mut totals = std::mem::zeroed::<tally_totals>();
                assert_eq!(tally_summary_reset(summary), TALLY_OK);
                FAILED.set(false);
                LEFT.set(left);
                let status = match way {
                    0 => tally_summary_feed_file(summary, path.as_ptr(), ptr::null()),
                    1 => tally_summary_feed_file(summary, path.as_ptr(), &raw const read),
                    2 => {
                        tally_stream_feed_file(stream, path.as_ptr(), ptr::null(), &raw mut matched)
                    }
                    _ => tally_counter_count_threads(counter, at, len, 3, &raw mut count),
                };
                LEFT.set(usize::MAX);
                assert_eq!(tally_summary_totals(summary, &raw mut totals), TALLY_OK);
                let right = if way < 2 { totals.count } else { 1 << 20 };
                match status {
                    TALLY_OK => assert_eq!(right, 1 << 20, "{way}, {left}"),
                    // What was read before is fed.
                    TALLY_ERROR_NO_MEMORY => assert_eq!(totals.count, totals.bytes / 4),
                    _ => panic!("{way}, {left}: status {status}"),
                }
                match (way, status) {
                    (2, TALLY_OK) => assert!(!matched),
                    (3, _) => assert_eq!((status, count), (TALLY_OK, 1 << 20), "{left}"),
                    _ => {}
                }
                if !FAILED.get() {
                    assert_eq!(status, TALLY_OK);
                    break;
                }
                *failures += 1;
            }
        }
        tally_stream_free(stream);
        tally_summary_free(summary);
        tally_counter_free(counter);
    }
    assert!(failures.iter().all(|&failures| failures > 0), "{failures:?}");
    println!("failures in each function: {failures:?}");
}
