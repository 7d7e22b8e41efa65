//! A panic inside any function of the C interface stops there: the caller gets a status, the
//! results are not written, and the process and its handles go on.

#![allow(unsafe_code, reason = "calls the C interface")]

use std::ffi::{CStr, c_void};
use std::ptr;

use tally::capi::*;

const DATA: &[u8] = b"c\ncc\nccc";
/// This file, for a function to feed.
const FILE: &CStr = c"tests/panics.rs";
const UNTOUCHED: u64 = 0x5A5A_5A5A_5A5A_5A5A;

fn data() -> (*const c_void, usize) {
    (DATA.as_ptr().cast(), DATA.len())
}

fn new_counter() -> *mut tally_counter {
    let mut counter = ptr::null_mut();
    // SAFETY: the place is one.
    let status = unsafe { tally_counter_new(99, 2, TALLY_RESET_NEWLINES, &raw mut counter) };
    assert_eq!(status, TALLY_OK);
    counter
}

/// A stream and a summary, which were fed the data.
struct Fed(*mut tally_stream, *mut tally_summary);

fn new_fed(counter: *const tally_counter) -> Fed {
    let mut fed = Fed(ptr::null_mut(), ptr::null_mut());
    let (mut reached, (data, len)) = (false, data());
    // SAFETY: counter, data and places are what they should be.
    unsafe {
        assert_eq!(tally_stream_new(counter, &raw mut fed.0), TALLY_OK);
        assert_eq!(tally_summary_new(counter, &raw mut fed.1), TALLY_OK);
        assert_eq!(tally_stream_feed(fed.0, data, len, &raw mut reached), TALLY_OK);
        assert_eq!(tally_summary_feed(fed.1, data, len), TALLY_OK);
    }
    fed
}

/// Needle the stream and the summary hold.
fn holds(fed: &Fed) -> [u64; 5] {
    let mut reached = false;
    let mut found = tally_match { segment: 0, start: 0, end: 0 };
    let mut totals =
        tally_totals { bytes: 0, count: 0, max_count: 0, segments: 0, matching_segments: 0 };
    // SAFETY: handles and places are what they should be.
    unsafe {
        assert_eq!(tally_stream_match(fed.0, &raw mut found, &raw mut reached), TALLY_OK);
        assert_eq!(tally_summary_totals(fed.1, &raw mut totals), TALLY_OK);
    }
    assert!(reached);
    [found.end, totals.bytes, totals.count, totals.segments, totals.matching_segments]
}

/// Counts with a handle that was there before the panic.
fn count(counter: *const tally_counter) -> u64 {
    let (mut count, (data, len)) = (0, data());
    // SAFETY: counter, data and place are what they should be.
    assert_eq!(unsafe { tally_counter_count(counter, data, len, &raw mut count) }, TALLY_OK);
    count
}

/// Every function that returns a status, called with good arguments.
type Call = (&'static str, fn(*const tally_counter, &Fed, *mut u64) -> tally_status);

// SAFETY (of all below): counter and data are what they should be, and the place for results has
// room for the largest of them.
const CALLS: [Call; 31] = [
    // SAFETY: as above.
    ("tally_counter_new", |_, _, place| unsafe {
        tally_counter_new(99, 2, TALLY_RESET_NEWLINES, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_new_bytes", |_, _, place| unsafe {
        tally_counter_new_bytes(data().0, 1, 2, ptr::null(), 0, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_new_any_of", |_, _, place| unsafe {
        tally_counter_new_any_of(data().0, 1, 2, ptr::null(), 0, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_has_count", |counter, _, place| unsafe {
        tally_counter_has_count(counter, data().0, data().1, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_find", |counter, _, place| unsafe {
        let (data, len) = data();
        let mut found = 0;
        let none = ptr::null();
        tally_counter_find(counter, data, len, none, place.cast(), 1, &raw mut found)
    }),
    // SAFETY: as above.
    ("tally_counter_count", |counter, _, place| unsafe {
        tally_counter_count(counter, data().0, data().1, place)
    }),
    // SAFETY: as above.
    ("tally_counter_max_count", |counter, _, place| unsafe {
        tally_counter_max_count(counter, data().0, data().1, place)
    }),
    // SAFETY: as above.
    ("tally_counter_matching_segments", |counter, _, place| unsafe {
        tally_counter_matching_segments(counter, data().0, data().1, place)
    }),
    // SAFETY: as above.
    ("tally_counter_has_counts", |counter, _, place| unsafe {
        tally_counter_has_counts(counter, data().0, 3, [1, 2].as_ptr(), 2, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_counts", |counter, _, place| unsafe {
        tally_counter_counts(counter, data().0, 3, [1, 2].as_ptr(), 2, place)
    }),
    // SAFETY: as above.
    ("tally_counter_max_counts", |counter, _, place| unsafe {
        tally_counter_max_counts(counter, data().0, 3, [1, 2].as_ptr(), 2, place)
    }),
    // SAFETY: as above.
    ("tally_counter_has_count_threads", |counter, _, place| unsafe {
        let (data, len) = data();
        tally_counter_has_count_threads(counter, data, len, 2, ptr::null_mut(), place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_count_threads", |counter, _, place| unsafe {
        tally_counter_count_threads(counter, data().0, data().1, 2, place)
    }),
    // SAFETY: as above.
    ("tally_counter_max_count_threads", |counter, _, place| unsafe {
        tally_counter_max_count_threads(counter, data().0, data().1, 2, place)
    }),
    // SAFETY: as above.
    ("tally_counter_matching_segments_threads", |counter, _, place| unsafe {
        tally_counter_matching_segments_threads(counter, data().0, data().1, 2, place)
    }),
    // SAFETY: as above.
    ("tally_stream_new", |counter, _, place| unsafe { tally_stream_new(counter, place.cast()) }),
    // SAFETY: as above.
    ("tally_stream_feed", |_, fed, place| unsafe {
        tally_stream_feed(fed.0, data().0, data().1, place.cast())
    }),
    // SAFETY: as above.
    ("tally_stream_feed_file", |_, fed, place| unsafe {
        tally_stream_feed_file(fed.0, FILE.as_ptr(), ptr::null(), place.cast())
    }),
    // SAFETY: as above.
    ("tally_stream_feed_fd", |_, fed, place| unsafe {
        tally_stream_feed_fd(fed.0, -1, ptr::null(), place.cast())
    }),
    // SAFETY: as above.
    ("tally_stream_match", |_, fed, place| unsafe {
        tally_stream_match(fed.0, ptr::null_mut(), place.cast())
    }),
    // SAFETY: as above.
    ("tally_stream_reset", |_, fed, _| unsafe { tally_stream_reset(fed.0) }),
    // SAFETY: as above.
    ("tally_summary_new", |counter, _, place| unsafe { tally_summary_new(counter, place.cast()) }),
    // SAFETY: as above.
    ("tally_summary_feed", |_, fed, _| unsafe { tally_summary_feed(fed.1, data().0, data().1) }),
    // SAFETY: as above.
    ("tally_summary_feed_file", |_, fed, _| unsafe {
        tally_summary_feed_file(fed.1, FILE.as_ptr(), ptr::null())
    }),
    // SAFETY: as above.
    ("tally_summary_feed_fd", |_, fed, _| unsafe { tally_summary_feed_fd(fed.1, -1, ptr::null()) }),
    // SAFETY: as above.
    ("tally_summary_load", |counter, _, place| unsafe {
        tally_summary_load(counter, data().0, data().1, place.cast())
    }),
    // SAFETY: as above.
    ("tally_summary_merge", |_, fed, _| unsafe { tally_summary_merge(fed.1, fed.1) }),
    // SAFETY: as above.
    ("tally_summary_reset", |_, fed, _| unsafe { tally_summary_reset(fed.1) }),
    // SAFETY: as above.
    ("tally_summary_save", |_, fed, place| unsafe {
        tally_summary_save(fed.1, place.cast(), 32, place.add(4).cast())
    }),
    // SAFETY: as above.
    ("tally_summary_state_size", |_, fed, place| unsafe {
        tally_summary_state_size(fed.1, place.cast())
    }),
    // SAFETY: as above.
    ("tally_summary_totals", |_, fed, place| unsafe { tally_summary_totals(fed.1, place.cast()) }),
];

/// Keeps the panics that are meant from being printed.
fn expect_injected() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        if !text.is_some_and(|text| text.starts_with("injected into")) {
            usual(info);
        }
    }));
}

#[test]
fn every_function_stops_a_panic() {
    expect_injected();
    let counter = new_counter();
    let fed = new_fed(counter);
    for (name, call) in CALLS {
        let mut place = [UNTOUCHED; 5];
        inject_panic(name);
        assert_eq!(call(counter, &fed, place.as_mut_ptr()), TALLY_ERROR_PANIC, "{name}");
        assert_eq!(place, [UNTOUCHED; 5], "{name}");
        assert_eq!(count(counter), 6, "{name}");
        assert_eq!(holds(&fed), [4, 8, 6, 3, 2], "{name}");
    }
    // Those that return no status have an answer all the same.
    for name in ["tally_version", "tally_backend", "tally_status_message"] {
        inject_panic(name);
        let text = match name {
            "tally_version" => tally_version(),
            "tally_backend" => tally_backend(),
            _ => tally_status_message(TALLY_OK),
        };
        // SAFETY: these functions never return NULL, but static texts.
        let after_panic = unsafe { CStr::from_ptr(text) };
        let good = match name {
            "tally_version" => tally_version(),
            "tally_backend" => tally_backend(),
            _ => tally_status_message(TALLY_OK),
        };
        // SAFETY: the same.
        assert_ne!(after_panic, unsafe { CStr::from_ptr(good) }, "{name}");
    }
    inject_panic("tally_stream_free");
    // SAFETY: nobody uses the stream meanwhile.
    unsafe { tally_stream_free(fed.0) };
    inject_panic("tally_summary_free");
    // SAFETY: nobody uses the summary meanwhile.
    unsafe { tally_summary_free(fed.1) };
    assert_eq!(holds(&fed), [4, 8, 6, 3, 2]);
    // SAFETY: nobody uses them any more.
    unsafe {
        tally_stream_free(fed.0);
        tally_summary_free(fed.1);
    }
    inject_panic("tally_counter_free");
    // SAFETY: nobody uses the counter meanwhile.
    unsafe { tally_counter_free(counter) };
    // The panic came before anything was freed.
    assert_eq!(count(counter), 6);
    // SAFETY: nobody uses the counter any more.
    unsafe { tally_counter_free(counter) };
    println!("{} functions", CALLS.len() + 6);
}

/// The list above has every function.
#[test]
fn no_function_is_forgotten() {
    let exports = include_str!("exports.txt");
    let tested = [
        "tally_version",
        "tally_backend",
        "tally_status_message",
        "tally_counter_free",
        "tally_stream_free",
        "tally_summary_free",
    ];
    for name in exports.lines() {
        let called = CALLS.iter().any(|(call, _)| *call == name) || tested.contains(&name);
        assert!(called, "{name}");
    }
    assert_eq!(exports.lines().count(), CALLS.len() + tested.len());
}
