//! A panic inside the C interface stops there: the caller gets `TALLY_ERROR_PANIC`, no single result
//! is written, and the process continues.
//!
//! Each function is made to panic when it is entered, which leaves all handles as they were, and at
//! each point inside its work, which leaves the counter as it was, and a stream or summary unusable
//! until it is reset.

#![allow(unsafe_code, reason = "calls the C interface")]

use std::ffi::{CStr, CString, c_int, c_void};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use tally::capi::*;
use tally::fault::{arm, disarm};

/// What streams and summaries are fed before a panic.
const FED: &[u8] = b"xxab\nxa";
/// How many lines of [`long`] have one hit. It is fed in 13 strides or reads of 256 KiB, or counted
/// in four parts by several threads.
const LINES: usize = 650_000;
/// A place for results that was not written.
const UNTOUCHED: [u64; 16] = [0x5A5A_5A5A_5A5A_5A5A; 16];
/// Where arrays of results start in such a place; single results come before.
const ARRAY: usize = 4;

/// Lines with one hit of `ab` each; the last one has three, and so matches.
fn long() -> Vec<u8> {
    [b"xxab\n".repeat(LINES).as_slice(), b"ababab"].concat()
}

/// What the calls use.
struct Handles {
    counter: *mut tally_counter,
    stream: *mut tally_stream,
    /// One that is not fed, but finds all matches.
    finder: *mut tally_stream,
    summary: *mut tally_summary,
    /// Two to merge into `summary`: one short, which is counted again, and one long.
    short: *mut tally_summary,
    right: *mut tally_summary,
    words: *mut tally_words,
    right_words: *mut tally_words,
    top: *mut tally_top,
    right_top: *mut tally_top,
    data: Vec<u8>,
    /// A file with this data.
    path: CString,
}

impl Handles {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("panics.txt");
        let data = long();
        std::fs::write(&path, &data).unwrap();
        let mut handles = Self {
            counter: ptr::null_mut(),
            stream: ptr::null_mut(),
            finder: ptr::null_mut(),
            summary: ptr::null_mut(),
            short: ptr::null_mut(),
            right: ptr::null_mut(),
            words: ptr::null_mut(),
            right_words: ptr::null_mut(),
            top: ptr::null_mut(),
            right_top: ptr::null_mut(),
            data,
            path: CString::new(path.to_str().unwrap()).unwrap(),
        };
        let options = options();
        // SAFETY: options, handles and places are valid.
        unsafe {
            assert_eq!(
                tally_counter_new_with(&raw const options, &raw mut handles.counter),
                TALLY_OK
            );
            let counter = handles.counter;
            assert_eq!(tally_stream_new(counter, &raw mut handles.stream), TALLY_OK);
            assert_eq!(tally_stream_new(counter, &raw mut handles.finder), TALLY_OK);
            for summary in [&mut handles.summary, &mut handles.short, &mut handles.right] {
                assert_eq!(tally_summary_new(counter, summary), TALLY_OK);
            }
        }
        for words in [&mut handles.words, &mut handles.right_words] {
            // SAFETY: the place is valid.
            assert_eq!(unsafe { tally_words_new(TALLY_WORDS_ASCII, 0, words) }, TALLY_OK);
        }
        feed_words(handles.right_words, &Self::many_words());
        for top in [&mut handles.top, &mut handles.right_top] {
            // SAFETY: the place is valid.
            assert_eq!(unsafe { tally_top_new(TALLY_WORDS_ASCII, TOP_BYTES, top) }, TALLY_OK);
        }
        feed_top(handles.right_top, &Self::many_words());
        feed(handles.short, b"b");
        feed(handles.right, b"ba\nab\nab");
        handles.start();
        handles
    }

    /// Different words, more than fit the first index of a table.
    fn many_words() -> Vec<u8> {
        (0..2000).flat_map(|number| format!("w{number} ").into_bytes()).collect()
    }

    /// The table holds what [`start`](Self::start) fed it.
    fn check_words(&self) {
        let mut numbers = [0; 3];
        let [total, bytes, count] = &mut numbers;
        // SAFETY: table, word and places are valid.
        unsafe {
            assert_eq!(tally_words_total(self.words, total), TALLY_OK);
            assert_eq!(tally_words_bytes(self.words, bytes), TALLY_OK);
            let status = tally_words_get(self.words, b"xxab".as_ptr().cast(), 4, count);
            assert_eq!(status, TALLY_OK);
        }
        assert_eq!(numbers, [1, FED.len() as u64, 1]);
    }

    /// The top holds what [`start`](Self::start) fed it.
    fn check_top(&self) {
        let mut numbers = [0; 4];
        let [total, bytes, count, error] = &mut numbers;
        // SAFETY: handle, word and places are valid.
        unsafe {
            assert_eq!(tally_top_total(self.top, total), TALLY_OK);
            assert_eq!(tally_top_bytes(self.top, bytes), TALLY_OK);
            let status = tally_top_get(self.top, b"xxab".as_ptr().cast(), 4, count, error);
            assert_eq!(status, TALLY_OK);
        }
        assert_eq!(numbers, [1, FED.len() as u64, 1, 0]);
    }

    fn data(&self) -> *const c_void {
        self.data.as_ptr().cast()
    }

    fn len(&self) -> usize {
        self.data.len()
    }

    /// Resets the streams and the summary, and feeds them what they hold before each panic.
    fn start(&self) {
        let mut matched = true;
        // SAFETY: handles, data and place are valid.
        unsafe {
            assert_eq!(tally_stream_reset(self.stream), TALLY_OK);
            assert_eq!(tally_stream_reset(self.finder), TALLY_OK);
            assert_eq!(tally_summary_reset(self.summary), TALLY_OK);
            assert_eq!(tally_words_clear(self.words), TALLY_OK);
            assert_eq!(tally_top_clear(self.top), TALLY_OK);
            let (data, len) = (FED.as_ptr().cast(), FED.len());
            assert_eq!(tally_stream_feed(self.stream, data, len, &raw mut matched), TALLY_OK);
        }
        assert!(!matched);
        feed(self.summary, FED);
        feed_words(self.words, FED);
        feed_top(self.top, FED);
    }

    /// The counter answers right.
    fn check_counter(&self) {
        let mut count = 0;
        let (data, len) = (FED.as_ptr().cast(), FED.len());
        // SAFETY: counter, data and place are valid.
        let status = unsafe { tally_counter_count(self.counter, data, len, &raw mut count) };
        assert_eq!((status, count), (TALLY_OK, 1));
    }

    /// The stream holds what [`start`](Self::start) fed it: the next chunk completes a hit and a
    /// match.
    fn check_stream(&self) {
        let (mut matched, mut found) = (true, NO_MATCH);
        // SAFETY: stream, data and places are valid.
        unsafe {
            let status = tally_stream_match(self.stream, ptr::null_mut(), &raw mut matched);
            assert_eq!((status, matched), (TALLY_OK, false));
            let next = b"babab".as_ptr().cast();
            assert_eq!(tally_stream_feed(self.stream, next, 5, &raw mut matched), TALLY_OK);
            let status = tally_stream_match(self.stream, &raw mut found, &raw mut matched);
            assert_eq!((status, matched), (TALLY_OK, true));
        }
        assert_eq!([found.segment, found.start, found.end, found.count], [1, 5, 12, 3]);
    }

    /// The summary holds what [`start`](Self::start) fed it: the next chunk completes a hit and a
    /// match.
    fn check_summary(&self) {
        assert_eq!(totals(self.summary), [7, 1, 1, 2, 0]);
        feed(self.summary, b"babab");
        assert_eq!(totals(self.summary), [12, 4, 3, 2, 1]);
    }

    /// The right sides of merges are never changed.
    fn check_rights(&self) {
        assert_eq!(totals(self.short), [1, 0, 0, 1, 0]);
        assert_eq!(totals(self.right), [8, 2, 1, 3, 0]);
    }

    fn free(self) {
        // SAFETY: nobody uses them any more.
        unsafe {
            tally_stream_free(self.stream);
            tally_stream_free(self.finder);
            tally_summary_free(self.summary);
            tally_summary_free(self.short);
            tally_summary_free(self.right);
            tally_words_free(self.words);
            tally_words_free(self.right_words);
            tally_top_free(self.top);
            tally_top_free(self.right_top);
            tally_counter_free(self.counter);
        }
    }
}

const NO_MATCH: tally_match = tally_match { segment: 0, start: 0, end: 0, count: 0 };

/// Of the string `ab`, 3 times in a line. Strings have the most points.
fn options() -> tally_counter_options {
    tally_counter_options {
        size: size_of::<tally_counter_options>(),
        needle: b"ab".as_ptr().cast(),
        needle_len: 2,
        needle_kind: TALLY_NEEDLE_STRING,
        character: 0,
        condition: TALLY_AT_LEAST,
        named_reset: TALLY_RESET_NEWLINES,
        min_number: 3,
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

/// Reads on two threads.
const TWO_THREADS: tally_read_options = tally_read_options {
    size: size_of::<tally_read_options>(),
    progress: None,
    context: ptr::null_mut(),
    max_bytes: 0,
    threads: 2,
    reserved: 0,
};

fn feed(summary: *mut tally_summary, data: &[u8]) {
    // SAFETY: summary and data are valid.
    let status = unsafe { tally_summary_feed(summary, data.as_ptr().cast(), data.len()) };
    assert_eq!(status, TALLY_OK);
}

fn feed_words(words: *mut tally_words, data: &[u8]) {
    // SAFETY: table and data are valid.
    let status = unsafe { tally_words_feed(words, data.as_ptr().cast(), data.len()) };
    assert_eq!(status, TALLY_OK);
}

/// The memory of a top: fewer words than [`Handles::many_words`].
const TOP_BYTES: u64 = 32 << 10;

fn feed_top(top: *mut tally_top, data: &[u8]) {
    // SAFETY: handle and data are valid.
    let status = unsafe { tally_top_feed(top, data.as_ptr().cast(), data.len()) };
    assert_eq!(status, TALLY_OK);
}

fn totals(summary: *const tally_summary) -> [u64; 5] {
    let mut totals =
        tally_totals { bytes: 0, count: 0, max_count: 0, segments: 0, matching_segments: 0 };
    // SAFETY: summary and place are valid.
    assert_eq!(unsafe { tally_summary_totals(summary, &raw mut totals) }, TALLY_OK);
    let tally_totals { bytes, count, max_count, segments, matching_segments } = totals;
    [bytes, count, max_count, segments, matching_segments]
}

/// Calls `body` with a descriptor of the file.
fn with_file(handles: &Handles, body: impl FnOnce(c_int) -> tally_status) -> tally_status {
    // SAFETY: the path ends in NUL.
    let fd = unsafe { libc::open(handles.path.as_ptr(), libc::O_RDONLY) };
    assert!(fd >= 0);
    let status = body(fd);
    // SAFETY: it was opened above.
    unsafe { libc::close(fd) };
    status
}

/// A schema and an array.
struct Room {
    schema: ArrowSchema,
    array: ArrowArray,
}

impl Room {
    fn new() -> Self {
        unsafe extern "C" fn release_schema(_: *mut ArrowSchema) {}
        unsafe extern "C" fn release_array(_: *mut ArrowArray) {}
        let schema = ArrowSchema {
            format: c"u".as_ptr(),
            name: ptr::null(),
            metadata: ptr::null(),
            flags: 0,
            n_children: 0,
            children: ptr::null_mut(),
            dictionary: ptr::null_mut(),
            release: Some(release_schema),
            private_data: ptr::null_mut(),
        };
        let array = ArrowArray {
            length: 2,
            null_count: 0,
            offset: 0,
            n_buffers: 3,
            n_children: 0,
            buffers: ptr::null_mut(),
            children: ptr::null_mut(),
            dictionary: ptr::null_mut(),
            release: Some(release_array),
            private_data: ptr::null_mut(),
        };
        Self { schema, array }
    }

    fn release(&mut self) {
        let release = self.array.release.unwrap();
        // SAFETY: the function is the array's.
        unsafe { release(&raw mut self.array) };
    }
}

/// A column of two strings, the first of 10 bytes.
struct Strings {
    _offsets: Box<[i32; 3]>,
    _buffers: Box<[*const c_void; 3]>,
    room: Room,
}

impl Strings {
    fn new(handles: &Handles) -> Self {
        let offsets = Box::new([0, 10, i32::try_from(handles.len()).unwrap()]);
        let mut buffers = Box::new([ptr::null(), offsets.as_ptr().cast(), handles.data()]);
        let mut room = Room::new();
        room.array.buffers = buffers.as_mut_ptr();
        Self { _offsets: offsets, _buffers: buffers, room }
    }
}

/// A call of one function with good arguments: results go to the place for them.
struct Call {
    name: &'static str,
    run: fn(&Handles, *mut u64) -> tally_status,
    /// What it changes or reads, besides the counter.
    handle: Handle,
    /// The points inside its work, and how many times each is passed before it panics.
    points: &'static [(&'static str, u64)],
}

#[derive(Clone, Copy, PartialEq)]
enum Handle {
    None,
    Stream,
    Summary,
    Words,
    Top,
}

macro_rules! call {
    ($handle:ident, $points:expr, $name:ident, |$handles:pat_param, $place:pat_param| $call:expr) => {
        Call {
            name: stringify!($name),
            handle: Handle::$handle,
            points: $points,
            run: |$handles, $place| {
                // SAFETY: handles and data are valid, and there is room for the results.
                unsafe { $call }
            },
        }
    };
}

/// Points that every scan of data in memory passes, about once for each MiB.
const SCAN: &[(&str, u64)] = &[("scan", 0), ("scan", 1), ("scan", 5)];
/// The points of three questions about two strings, each of which is passed again for the second.
const ASK: &[(&str, u64)] =
    &[("scan", 0), ("scan", 2), ("edges", 0), ("edges", 1), ("count_words", 1)];
/// Hits in whatever segments are counted by a plain loop without a point.
const COUNT: &[(&str, u64)] = &[];
/// The points of data counted by several threads, of which it has four parts.
const PARTS: &[(&str, u64)] = &[
    ("worker", 0),
    ("worker", 1),
    ("worker", 3),
    ("feed", 0),
    ("feed", 5),
    ("feed", 12),
    ("merge", 0),
    ("merge", 2),
];
/// The points of a stream that is fed.
const ADVANCE: &[(&str, u64)] =
    &[("advance", 0), ("advance", 6), ("advance", 12), ("scan", 0), ("scan", 12)];
/// The same, from a file.
const READ_AND_ADVANCE: &[(&str, u64)] = &[
    ("advance", 0),
    ("advance", 6),
    ("advance", 12),
    ("scan", 0),
    ("scan", 12),
    ("read", 0),
    ("read", 6),
    ("read", 12),
];
/// The points of a summary that is fed.
const FEED: &[(&str, u64)] = &[("feed", 0), ("feed", 6), ("feed", 12), ("scan", 0), ("scan", 12)];
/// The same, from a file.
const READ_AND_FEED: &[(&str, u64)] = &[
    ("feed", 0),
    ("feed", 6),
    ("feed", 12),
    ("scan", 0),
    ("scan", 12),
    ("read", 0),
    ("read", 6),
    ("read", 12),
];

/// The points of words that are counted in a file.
const READ_AND_COUNT: &[(&str, u64)] =
    &[("count_words", 0), ("count_words", 6), ("count_words", 12), ("read", 0), ("read", 12)];

/// Calls `body` with the place as a cursor; the place is untouched if the cursor is.
fn with_cursor(
    place: *mut u64,
    body: impl FnOnce(*mut tally_word_cursor) -> tally_status,
) -> tally_status {
    let place: *mut tally_word_cursor = place.cast();
    // SAFETY: there is room for a cursor at the place.
    let before = unsafe { place.replace(tally_word_cursor { words: 0, state: 0 }) };
    let status = body(place);
    // SAFETY: as above.
    let after = unsafe { place.read() };
    if (after.words, after.state) == (0, 0) {
        // SAFETY: as above.
        unsafe { place.write(before) };
    }
    status
}

/// The points of a table that is fed from a file.
const READ_WORDS: &[(&str, u64)] = &[("batch", 0), ("batch", 2000), ("read", 0), ("read", 12)];

const WORDS_OPTIONS: tally_words_options = tally_words_options {
    size: size_of::<tally_words_options>(),
    max_bytes: 0,
    max_word: 0,
    seed: 0,
    rule: TALLY_WORDS_ASCII,
    reserved: 0,
};

static CALLS: &[Call] = &[
    call!(None, &[], tally_counter_new, |_, place| {
        tally_counter_new(99, 2, TALLY_RESET_NEWLINES, place.cast())
    }),
    call!(None, &[], tally_counter_new_with, |_, place| {
        tally_counter_new_with(&options(), place.cast())
    }),
    call!(None, SCAN, tally_counter_has_count, |h, place| {
        tally_counter_has_count(h.counter, h.data(), h.len(), place.cast())
    }),
    call!(None, SCAN, tally_counter_find, |h, place| {
        let (none, array) = (ptr::null(), place.add(ARRAY).cast());
        tally_counter_find(h.counter, h.data(), h.len(), none, array, 2, place.cast())
    }),
    call!(None, COUNT, tally_counter_count, |h, place| {
        tally_counter_count(h.counter, h.data(), h.len(), place)
    }),
    call!(None, SCAN, tally_counter_max_count, |h, place| {
        tally_counter_max_count(h.counter, h.data(), h.len(), place)
    }),
    call!(None, SCAN, tally_counter_matching_segments, |h, place| {
        tally_counter_matching_segments(h.counter, h.data(), h.len(), place)
    }),
    call!(None, SCAN, tally_counter_has_counts, |h, place| {
        let (lens, array) = ([10, h.len() - 10], place.add(ARRAY).cast());
        tally_counter_has_counts(h.counter, h.data(), h.len(), lens.as_ptr(), 2, array)
    }),
    call!(None, COUNT, tally_counter_counts, |h, place| {
        let (lens, array) = ([10, h.len() - 10], place.add(ARRAY));
        tally_counter_counts(h.counter, h.data(), h.len(), lens.as_ptr(), 2, array)
    }),
    call!(None, SCAN, tally_counter_max_counts, |h, place| {
        let (lens, array) = ([10, h.len() - 10], place.add(ARRAY));
        tally_counter_max_counts(h.counter, h.data(), h.len(), lens.as_ptr(), 2, array)
    }),
    call!(None, &[], tally_results_export, |_, _| {
        let mut room = Room::new();
        let status = tally_results_export(
            TALLY_RESULTS_COUNTS,
            [1_i64].as_ptr().cast(),
            ptr::null(),
            1,
            0,
            &raw mut room.schema,
            &raw mut room.array,
        );
        room.release();
        status
    }),
    call!(None, SCAN, tally_counter_column_has_counts, |h, place| {
        let (column, array) = (Strings::new(h), place.add(ARRAY).cast());
        let Room { schema, array: column } = &column.room;
        tally_counter_column_has_counts(h.counter, schema, column, array, ptr::null_mut(), 2, place)
    }),
    call!(None, COUNT, tally_counter_column_counts, |h, place| {
        let (column, array) = (Strings::new(h), place.add(ARRAY).cast());
        let Room { schema, array: column } = &column.room;
        tally_counter_column_counts(h.counter, schema, column, array, ptr::null_mut(), 2, place)
    }),
    call!(None, SCAN, tally_counter_column_max_counts, |h, place| {
        let (column, array) = (Strings::new(h), place.add(ARRAY).cast());
        let Room { schema, array: column } = &column.room;
        tally_counter_column_max_counts(h.counter, schema, column, array, ptr::null_mut(), 2, place)
    }),
    call!(None, ASK, tally_column_ask, |h, place| {
        let (column, results) = (Strings::new(h), place.add(ARRAY).cast());
        let Room { schema, array } = &column.room;
        let questions = [
            (TALLY_QUESTION_MATCHING_SEGMENTS, h.counter.cast_const()),
            (TALLY_QUESTION_ENDING_SEGMENTS, h.counter.cast_const()),
            (TALLY_QUESTION_WORDS, ptr::null()),
        ];
        let questions = questions.map(|(kind, counter)| tally_question {
            kind,
            trim: TALLY_TRIM_NONE,
            rule: TALLY_WORDS_ASCII,
            reserved: 0,
            counter,
            results,
        });
        tally_column_ask(schema, array, questions.as_ptr(), 3, ptr::null_mut(), 2, place)
    }),
    call!(None, &[("edges", 0)], tally_counter_starting_segments, |h, place| {
        tally_counter_starting_segments(h.counter, h.data(), h.len(), TALLY_TRIM_NONE, place)
    }),
    call!(None, &[("edges", 0)], tally_counter_ending_segments, |h, place| {
        tally_counter_ending_segments(h.counter, h.data(), h.len(), TALLY_TRIM_NONE, place)
    }),
    call!(
        Words,
        &[("batch", 0), ("batch", 5), ("batch", 1000)],
        tally_words_feed_column,
        |h, _| {
            let column = Strings::new(h);
            let Room { schema, array } = &column.room;
            tally_words_feed_column(h.words, schema, array)
        }
    ),
    call!(Top, &[("batch", 0), ("batch", 5), ("batch", 1000)], tally_top_feed_column, |h, _| {
        let column = Strings::new(h);
        let Room { schema, array } = &column.room;
        tally_top_feed_column(h.top, schema, array)
    }),
    call!(Summary, FEED, tally_summary_feed_column, |h, _| {
        let column = Strings::new(h);
        let Room { schema, array } = &column.room;
        tally_summary_feed_column(h.summary, schema, array)
    }),
    call!(None, SCAN, tally_counter_offsets32_has_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u32], place.add(ARRAY).cast());
        tally_counter_offsets32_has_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, COUNT, tally_counter_offsets32_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u32], place.add(ARRAY).cast());
        tally_counter_offsets32_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, SCAN, tally_counter_offsets32_max_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u32], place.add(ARRAY).cast());
        tally_counter_offsets32_max_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, SCAN, tally_counter_offsets64_has_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u64], place.add(ARRAY).cast());
        tally_counter_offsets64_has_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, COUNT, tally_counter_offsets64_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u64], place.add(ARRAY).cast());
        tally_counter_offsets64_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, SCAN, tally_counter_offsets64_max_counts, |h, place| {
        let (offsets, array) = ([0, 10, h.len() as u64], place.add(ARRAY).cast());
        tally_counter_offsets64_max_counts(h.counter, h.data(), h.len(), offsets.as_ptr(), 2, array)
    }),
    call!(None, &[], tally_counter_unclosed_quote, |h, place| {
        tally_counter_unclosed_quote(h.counter, h.data(), h.len(), place.add(1), place.cast())
    }),
    call!(None, PARTS, tally_counter_has_count_threads, |h, place| {
        let found = place.add(1).cast();
        tally_counter_has_count_threads(h.counter, h.data(), h.len(), 2, found, place.cast())
    }),
    call!(None, SCAN, tally_counter_has_count_threads, |h, place| {
        let found = place.add(1).cast();
        tally_counter_has_count_threads(h.counter, h.data(), h.len(), 2, found, place.cast())
    }),
    // The match is looked for in its part once it is known which one that is.
    call!(None, &[("advance", 0)], tally_counter_has_count_threads, |h, place| {
        let found = place.add(1).cast();
        tally_counter_has_count_threads(h.counter, h.data(), h.len(), 2, found, place.cast())
    }),
    call!(None, PARTS, tally_counter_count_threads, |h, place| {
        tally_counter_count_threads(h.counter, h.data(), h.len(), 2, place)
    }),
    call!(None, PARTS, tally_counter_max_count_threads, |h, place| {
        tally_counter_max_count_threads(h.counter, h.data(), h.len(), 2, place)
    }),
    call!(None, SCAN, tally_counter_max_count_threads, |h, place| {
        tally_counter_max_count_threads(h.counter, h.data(), h.len(), 2, place)
    }),
    call!(None, PARTS, tally_counter_matching_segments_threads, |h, place| {
        tally_counter_matching_segments_threads(h.counter, h.data(), h.len(), 2, place)
    }),
    call!(None, SCAN, tally_counter_matching_segments_threads, |h, place| {
        tally_counter_matching_segments_threads(h.counter, h.data(), h.len(), 2, place)
    }),
    call!(None, &[("count_words", 0)], tally_count_words, |h, place| {
        tally_count_words(h.data(), h.len(), TALLY_WORDS_UNICODE, place)
    }),
    call!(None, &[("count_words", 0)], tally_count_words_chunk, |h, place| {
        with_cursor(place, |cursor| {
            tally_count_words_chunk(h.data(), h.len(), TALLY_WORDS_UNICODE, cursor)
        })
    }),
    call!(None, READ_AND_COUNT, tally_count_words_file, |h, place| {
        with_cursor(place, |cursor| {
            let (rule, path) = (TALLY_WORDS_UNICODE, h.path.as_ptr());
            tally_count_words_file(path, rule, ptr::null(), cursor)
        })
    }),
    call!(None, READ_AND_COUNT, tally_count_words_fd, |h, place| {
        with_cursor(place, |cursor| {
            with_file(h, |fd| tally_count_words_fd(fd, TALLY_WORDS_UNICODE, ptr::null(), cursor))
        })
    }),
    call!(None, &[], tally_stream_new, |h, place| tally_stream_new(h.counter, place.cast())),
    call!(Stream, ADVANCE, tally_stream_feed, |h, place| {
        tally_stream_feed(h.stream, h.data(), h.len(), place.cast())
    }),
    call!(Stream, READ_AND_ADVANCE, tally_stream_feed_file, |h, place| {
        tally_stream_feed_file(h.stream, h.path.as_ptr(), ptr::null(), place.cast())
    }),
    call!(Stream, READ_AND_ADVANCE, tally_stream_feed_fd, |h, place| {
        with_file(h, |fd| tally_stream_feed_fd(h.stream, fd, ptr::null(), place.cast()))
    }),
    call!(None, &[("advance", 0), ("each", 0)], tally_stream_find, |h, place| {
        let array = place.add(ARRAY).cast();
        tally_stream_find(h.finder, h.data(), h.len(), array, 2, place.cast(), place.add(1).cast())
    }),
    call!(Stream, &[("finish", 0)], tally_stream_finish, |h, place| {
        tally_stream_finish(h.stream, place.cast())
    }),
    call!(Stream, &[], tally_stream_unclosed_quote, |h, place| {
        tally_stream_unclosed_quote(h.stream, place.add(1), place.cast())
    }),
    call!(Stream, &[], tally_stream_match, |h, place| {
        tally_stream_match(h.stream, place.add(1).cast(), place.cast())
    }),
    call!(Stream, &[], tally_stream_reset, |h, _| tally_stream_reset(h.stream)),
    call!(None, &[], tally_summary_new, |h, place| tally_summary_new(h.counter, place.cast())),
    call!(Summary, FEED, tally_summary_feed, |h, _| {
        tally_summary_feed(h.summary, h.data(), h.len())
    }),
    call!(Summary, READ_AND_FEED, tally_summary_feed_file, |h, _| tally_summary_feed_file(
        h.summary,
        h.path.as_ptr(),
        ptr::null()
    )),
    // On two threads, which read three whole parts; the calling thread reads the rest.
    call!(
        Summary,
        &[
            ("worker", 0),
            ("worker", 1),
            ("worker", 2),
            ("feed", 0),
            ("feed", 11),
            ("feed", 12),
            ("merge", 0),
            ("merge", 2),
            ("merged", 0),
            ("merged", 2),
            ("read", 0),
        ],
        tally_summary_feed_file,
        |h, _| tally_summary_feed_file(h.summary, h.path.as_ptr(), &TWO_THREADS)
    ),
    call!(Summary, READ_AND_FEED, tally_summary_feed_fd, |h, _| with_file(h, |fd| {
        tally_summary_feed_fd(h.summary, fd, ptr::null())
    })),
    call!(None, &[], tally_summary_load, |h, place| {
        let mut state = [0_u8; 1000];
        let mut len = 0;
        let at = state.as_mut_ptr().cast();
        assert_eq!(tally_summary_save(h.right, at, 1000, &raw mut len), TALLY_OK);
        tally_summary_load(h.counter, at, len, place.cast())
    }),
    call!(Summary, &[("merge", 0), ("merged", 0)], tally_summary_merge, |h, _| {
        tally_summary_merge(h.summary, h.right)
    }),
    call!(Summary, &[("merge", 0), ("feed", 0), ("merged", 0)], tally_summary_merge, |h, _| {
        tally_summary_merge(h.summary, h.short)
    }),
    call!(Summary, &[("merge", 0), ("merged", 0)], tally_summary_merge, |h, _| {
        tally_summary_merge(h.summary, h.summary)
    }),
    call!(Summary, &[], tally_summary_reset, |h, _| tally_summary_reset(h.summary)),
    call!(Summary, &[], tally_summary_save, |h, place| {
        tally_summary_save(h.summary, place.add(ARRAY).cast(), 96, place.cast())
    }),
    call!(Summary, &[], tally_summary_state_size, |h, place| {
        tally_summary_state_size(h.summary, place.cast())
    }),
    call!(Summary, &[], tally_summary_unclosed_quote, |h, place| {
        tally_summary_unclosed_quote(h.summary, place.add(1), place.cast())
    }),
    call!(Summary, &[], tally_summary_totals, |h, place| {
        tally_summary_totals(h.summary, place.cast())
    }),
    call!(None, &[], tally_words_new, |_, place| tally_words_new(0, 0, place.cast())),
    call!(None, &[], tally_words_new_with, |_, place| {
        tally_words_new_with(&WORDS_OPTIONS, place.cast())
    }),
    call!(None, &[("grown", 0)], tally_words_load, |h, place| {
        let mut state = [0_u8; 50_000];
        let mut len = 0;
        let at = state.as_mut_ptr().cast();
        assert_eq!(tally_words_save(h.right_words, at, 50_000, &raw mut len), TALLY_OK);
        tally_words_load(&WORDS_OPTIONS, at, len, place.cast())
    }),
    call!(Words, &[("batch", 0), ("batch", 5), ("batch", 1000)], tally_words_feed, |h, _| {
        tally_words_feed(h.words, h.data(), h.len())
    }),
    // A table that is cleared keeps its index, so this is the only time that one grows.
    call!(Words, &[("grown", 0), ("batch", 4)], tally_words_feed, |h, _| {
        let words = Handles::many_words();
        tally_words_feed(h.words, words.as_ptr().cast(), words.len())
    }),
    call!(Words, READ_WORDS, tally_words_feed_file, |h, _| {
        tally_words_feed_file(h.words, h.path.as_ptr(), ptr::null())
    }),
    call!(Words, READ_WORDS, tally_words_feed_fd, |h, _| {
        with_file(h, |fd| tally_words_feed_fd(h.words, fd, ptr::null()))
    }),
    call!(Words, &[], tally_words_finish, |h, _| tally_words_finish(h.words)),
    call!(Words, &[], tally_words_total, |h, place| tally_words_total(h.words, place)),
    call!(Words, &[], tally_words_distinct, |h, place| tally_words_distinct(h.words, place)),
    call!(Words, &[], tally_words_bytes, |h, place| tally_words_bytes(h.words, place)),
    call!(Words, &[], tally_words_get, |h, place| {
        tally_words_get(h.words, b"xa".as_ptr().cast(), 2, place)
    }),
    call!(Words, &[], tally_words_top, |h, place| {
        tally_words_top(h.words, place.add(ARRAY).cast(), 2, place.cast())
    }),
    call!(Words, &[], tally_words_list, |h, place| {
        tally_words_list(h.words, 0, place.add(ARRAY).cast(), 2, place.cast())
    }),
    call!(Words, &[("merged", 0)], tally_words_merge, |h, _| {
        tally_words_merge(h.words, h.right_words)
    }),
    call!(Words, &[("merged", 0), ("merged", 1)], tally_words_merge, |h, _| {
        tally_words_merge(h.words, h.words)
    }),
    call!(Words, &[], tally_words_state_size, |h, place| {
        tally_words_state_size(h.words, place.cast())
    }),
    call!(Words, &[], tally_words_save, |h, place| {
        tally_words_save(h.words, place.add(ARRAY).cast(), 96, place.cast())
    }),
    call!(Words, &[], tally_words_clear, |h, _| tally_words_clear(h.words)),
    call!(None, &[], tally_top_new, |_, place| tally_top_new(0, 0, place.cast())),
    call!(None, &[], tally_top_new_with, |_, place| {
        tally_top_new_with(&WORDS_OPTIONS, place.cast())
    }),
    call!(None, &[], tally_top_load, |h, place| {
        let mut state = [0_u8; 50_000];
        let mut len = 0;
        let at = state.as_mut_ptr().cast();
        assert_eq!(tally_top_save(h.right_top, at, 50_000, &raw mut len), TALLY_OK);
        let options = tally_words_options { max_bytes: TOP_BYTES, ..WORDS_OPTIONS };
        tally_top_load(&raw const options, at, len, place.cast())
    }),
    call!(Top, &[("batch", 0), ("batch", 5), ("batch", 1000)], tally_top_feed, |h, _| {
        tally_top_feed(h.top, h.data(), h.len())
    }),
    call!(Top, &[("evicted", 0), ("evicted", 1), ("batch", 4)], tally_top_feed, |h, _| {
        let words = Handles::many_words();
        tally_top_feed(h.top, words.as_ptr().cast(), words.len())
    }),
    call!(Top, READ_WORDS, tally_top_feed_file, |h, _| {
        tally_top_feed_file(h.top, h.path.as_ptr(), ptr::null())
    }),
    call!(Top, READ_WORDS, tally_top_feed_fd, |h, _| {
        with_file(h, |fd| tally_top_feed_fd(h.top, fd, ptr::null()))
    }),
    call!(Top, &[], tally_top_finish, |h, _| tally_top_finish(h.top)),
    call!(Top, &[], tally_top_total, |h, place| tally_top_total(h.top, place)),
    call!(Top, &[], tally_top_skipped, |h, place| tally_top_skipped(h.top, place)),
    call!(Top, &[], tally_top_bytes, |h, place| tally_top_bytes(h.top, place)),
    call!(Top, &[], tally_top_held, |h, place| tally_top_held(h.top, place)),
    call!(Top, &[], tally_top_floor, |h, place| tally_top_floor(h.top, place)),
    call!(Top, &[], tally_top_get, |h, place| {
        tally_top_get(h.top, b"xa".as_ptr().cast(), 2, place, place.add(1))
    }),
    call!(Top, &[], tally_top_words, |h, place| {
        tally_top_words(h.top, place.add(ARRAY).cast(), 2, place.cast())
    }),
    call!(Top, &[("merged", 0)], tally_top_merge, |h, _| tally_top_merge(h.top, h.right_top)),
    call!(Top, &[("merged", 0)], tally_top_merge, |h, _| tally_top_merge(h.top, h.top)),
    call!(Top, &[], tally_top_state_size, |h, place| tally_top_state_size(h.top, place.cast())),
    call!(Top, &[], tally_top_save, |h, place| {
        tally_top_save(h.top, place.add(ARRAY).cast(), 96, place.cast())
    }),
    call!(Top, &[], tally_top_clear, |h, _| tally_top_clear(h.top)),
];

/// Whether a panic was injected into a thread that the library had started.
static IN_ANOTHER_THREAD: AtomicBool = AtomicBool::new(false);

/// Keeps the panics that are meant from being printed.
fn expect_injected() {
    let usual = std::panic::take_hook();
    let tests = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or_default();
        if text.starts_with("injected at") {
            let is_another = std::thread::current().id() != tests;
            IN_ANOTHER_THREAD.fetch_or(is_another, Ordering::Relaxed);
        } else if text != "a scoped thread panicked" {
            usual(info);
        }
    }));
}

/// Makes a call that panics at a point, and returns the place for its results.
fn panic_at(call: &Call, point: &str, passes: u64, handles: &Handles) -> [u64; 16] {
    let mut place = UNTOUCHED;
    arm(point, passes);
    let status = (call.run)(handles, place.as_mut_ptr());
    let about = format!("{} at {point}, passed {passes} times", call.name);
    assert!(!disarm(), "{about}: not reached");
    assert_eq!(status, TALLY_ERROR_PANIC, "{about}");
    place
}

/// Every other call on the stream or summary in which a panic happened returns its status again.
fn check_broken(handle: Handle, handles: &Handles) {
    let mends = |name: &str| name.ends_with("_reset") || name.ends_with("_clear");
    for call in CALLS.iter().filter(|call| call.handle == handle && !mends(call.name)) {
        let mut place = UNTOUCHED;
        assert_eq!((call.run)(handles, place.as_mut_ptr()), TALLY_ERROR_PANIC, "{}", call.name);
        assert_eq!(place, UNTOUCHED, "{}", call.name);
    }
    if handle == Handle::Summary {
        // SAFETY: both summaries are valid.
        let status = unsafe { tally_summary_merge(handles.right, handles.summary) };
        assert_eq!(status, TALLY_ERROR_PANIC);
    }
}

#[test]
fn every_function_stops_a_panic() {
    expect_injected();
    let handles = Handles::new();
    let mut points = 0;
    for call in CALLS {
        let place = panic_at(call, call.name, 0, &handles);
        assert_eq!(place, UNTOUCHED, "{}", call.name);
        handles.check_counter();
        handles.check_stream();
        handles.check_summary();
        handles.check_words();
        handles.check_top();
        handles.check_rights();
        handles.start();
        for &(point, passes) in call.points {
            let place = panic_at(call, point, passes, &handles);
            assert_eq!(place[..ARRAY], UNTOUCHED[..ARRAY], "{} at {point}", call.name);
            handles.check_counter();
            handles.check_rights();
            check_broken_or_whole(call, &handles);
            handles.start();
            // The same call succeeds now.
            let mut place = UNTOUCHED;
            assert_eq!((call.run)(&handles, place.as_mut_ptr()), TALLY_OK, "{}", call.name);
            handles.start();
        }
        points += 1 + call.points.len();
    }
    panic_in_another_thread(&handles);
    free_what_is_broken(&handles);
    check_functions_without_status(&handles);
    handles.free();
    println!("{points} pairs of a function and a point, and {} functions without a status", 8);
}

/// After a panic inside the work of `call`.
fn check_broken_or_whole(call: &Call, handles: &Handles) {
    if call.handle == Handle::Stream {
        check_broken(Handle::Stream, handles);
        // A reset that panics before it does anything changes nothing.
        arm("tally_stream_reset", 0);
        // SAFETY: the stream is valid.
        assert_eq!(unsafe { tally_stream_reset(handles.stream) }, TALLY_ERROR_PANIC);
        check_broken(Handle::Stream, handles);
    } else {
        handles.check_stream();
    }
    if call.handle == Handle::Summary {
        check_broken(Handle::Summary, handles);
        arm("tally_summary_reset", 0);
        // SAFETY: the summary is valid.
        assert_eq!(unsafe { tally_summary_reset(handles.summary) }, TALLY_ERROR_PANIC);
        check_broken(Handle::Summary, handles);
    } else {
        handles.check_summary();
    }
    if call.handle == Handle::Words {
        check_broken(Handle::Words, handles);
        arm("tally_words_clear", 0);
        // SAFETY: the table is valid.
        assert_eq!(unsafe { tally_words_clear(handles.words) }, TALLY_ERROR_PANIC);
        check_broken(Handle::Words, handles);
    } else {
        handles.check_words();
    }
    if call.handle == Handle::Top {
        check_broken(Handle::Top, handles);
        arm("tally_top_clear", 0);
        // SAFETY: the handle is valid.
        assert_eq!(unsafe { tally_top_clear(handles.top) }, TALLY_ERROR_PANIC);
        check_broken(Handle::Top, handles);
    } else {
        handles.check_top();
    }
    handles.start();
    handles.check_stream();
    handles.check_summary();
    handles.check_words();
    handles.check_top();
}

/// Which thread takes the second part is up to the system, so this is tried until it is another one.
fn panic_in_another_thread(handles: &Handles) {
    let call = CALLS.iter().find(|call| call.name == "tally_counter_count_threads").unwrap();
    for _ in 0..10_000 {
        if IN_ANOTHER_THREAD.load(Ordering::Relaxed) {
            return;
        }
        panic_at(call, "worker", 1, handles);
    }
    panic!("the calling thread did all work");
}

/// A stream or summary in which a panic happened can be freed.
fn free_what_is_broken(handles: &Handles) {
    let (mut stream, mut summary, mut matched) = (ptr::null_mut(), ptr::null_mut(), false);
    let (data, len) = (handles.data(), handles.len());
    // SAFETY: counter, data and places are valid; the handles are freed once.
    unsafe {
        assert_eq!(tally_stream_new(handles.counter, &raw mut stream), TALLY_OK);
        assert_eq!(tally_summary_new(handles.counter, &raw mut summary), TALLY_OK);
        arm("advance", 1);
        let status = tally_stream_feed(stream, data, len, &raw mut matched);
        assert_eq!(status, TALLY_ERROR_PANIC);
        tally_stream_free(stream);
        arm("feed", 1);
        assert_eq!(tally_summary_feed(summary, data, len), TALLY_ERROR_PANIC);
        tally_summary_free(summary);
    }
}

/// Functions without a status return a fallback, and free nothing.
fn check_functions_without_status(handles: &Handles) {
    let text = |name: &str| {
        let text = match name {
            "tally_version" => tally_version(),
            "tally_backend" => tally_backend(),
            _ => tally_status_message(TALLY_OK),
        };
        // SAFETY: these functions never return NULL, but static texts.
        unsafe { CStr::from_ptr(text) }
    };
    for name in ["tally_version", "tally_backend", "tally_status_message"] {
        arm(name, 0);
        let after_panic = text(name);
        assert_ne!(after_panic, text(name), "{name}");
    }
    // The panic comes before anything is freed.
    for name in [
        "tally_stream_free",
        "tally_summary_free",
        "tally_words_free",
        "tally_top_free",
        "tally_counter_free",
    ] {
        arm(name, 0);
        // SAFETY: the handles are valid, and are not freed here.
        unsafe {
            match name {
                "tally_stream_free" => tally_stream_free(handles.stream),
                "tally_summary_free" => tally_summary_free(handles.summary),
                "tally_words_free" => tally_words_free(handles.words),
                "tally_top_free" => tally_top_free(handles.top),
                _ => tally_counter_free(handles.counter),
            }
        }
        assert!(!disarm(), "{name}");
    }
    handles.check_counter();
    handles.check_stream();
    handles.check_summary();
}

/// The list above has every function.
#[test]
fn no_function_is_forgotten() {
    let without_status = [
        "tally_backend",
        "tally_counter_free",
        "tally_status_message",
        "tally_stream_free",
        "tally_summary_free",
        "tally_top_free",
        "tally_version",
        "tally_words_free",
    ];
    let mut tested: Vec<_> = CALLS.iter().map(|call| call.name).chain(without_status).collect();
    tested.sort_unstable();
    tested.dedup();
    let exports: Vec<_> = include_str!("exports.txt").lines().collect();
    assert_eq!(tested, exports);
}
