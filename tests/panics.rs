//! A panic inside any function of the C interface stops there: the caller gets a status, the
//! results are not written, and the process and its handles go on.

#![allow(unsafe_code, reason = "calls the C interface")]

use std::ffi::{CStr, c_void};
use std::ptr;

use tally::capi::*;

const DATA: &[u8] = b"c\ncc\nccc";
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

/// Counts with a handle that was there before the panic.
fn count(counter: *const tally_counter) -> u64 {
    let (mut count, (data, len)) = (0, data());
    // SAFETY: counter, data and place are what they should be.
    assert_eq!(unsafe { tally_counter_count(counter, data, len, &raw mut count) }, TALLY_OK);
    count
}

/// Every function that returns a status, called with good arguments.
type Call = (&'static str, fn(*const tally_counter, *mut u64) -> tally_status);

// SAFETY (of all below): counter and data are what they should be, and the place for results has
// room for the largest of them.
const CALLS: [Call; 8] = [
    // SAFETY: as above.
    ("tally_counter_new", |_, place| unsafe {
        tally_counter_new(99, 2, TALLY_RESET_NEWLINES, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_new_bytes", |_, place| unsafe {
        tally_counter_new_bytes(data().0, 1, 2, ptr::null(), 0, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_new_any_of", |_, place| unsafe {
        tally_counter_new_any_of(data().0, 1, 2, ptr::null(), 0, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_has_count", |counter, place| unsafe {
        tally_counter_has_count(counter, data().0, data().1, place.cast())
    }),
    // SAFETY: as above.
    ("tally_counter_find", |counter, place| unsafe {
        let (data, len) = data();
        let mut found = 0;
        let none = ptr::null();
        tally_counter_find(counter, data, len, none, place.cast(), 1, &raw mut found)
    }),
    // SAFETY: as above.
    ("tally_counter_count", |counter, place| unsafe {
        tally_counter_count(counter, data().0, data().1, place)
    }),
    // SAFETY: as above.
    ("tally_counter_max_count", |counter, place| unsafe {
        tally_counter_max_count(counter, data().0, data().1, place)
    }),
    // SAFETY: as above.
    ("tally_counter_segments_reached", |counter, place| unsafe {
        tally_counter_segments_reached(counter, data().0, data().1, place)
    }),
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
    for (name, call) in CALLS {
        let mut place = [UNTOUCHED; 3];
        inject_panic(name);
        assert_eq!(call(counter, place.as_mut_ptr()), TALLY_ERROR_PANIC, "{name}");
        assert_eq!(place, [UNTOUCHED; 3], "{name}");
        assert_eq!(count(counter), 6, "{name}");
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
    inject_panic("tally_counter_free");
    // SAFETY: nobody uses the counter meanwhile.
    unsafe { tally_counter_free(counter) };
    // The panic came before anything was freed.
    assert_eq!(count(counter), 6);
    // SAFETY: nobody uses the counter any more.
    unsafe { tally_counter_free(counter) };
    println!("{} functions", CALLS.len() + 4);
}

/// The list above has every function.
#[test]
fn no_function_is_forgotten() {
    let exports = include_str!("exports.txt");
    let tested = ["tally_version", "tally_backend", "tally_status_message", "tally_counter_free"];
    for name in exports.lines() {
        let called = CALLS.iter().any(|(call, _)| *call == name) || tested.contains(&name);
        assert!(called, "{name}");
    }
    assert_eq!(exports.lines().count(), CALLS.len() + tested.len());
}
