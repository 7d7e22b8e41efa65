//! No question about data allocates memory, and no chunk fed to a stream or summary does; nor does
//! writing the state of a summary to memory of C.

#![allow(unsafe_code, reason = "an allocator is unsafe to write, and the C interface to call")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr;

use tally::capi::*;
use tally::{ByteSet, Counter, Match, Needle, Reset, Summary};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn questions_do_not_allocate() {
    // The allocator counts at all.
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(vec![0_u8; 100]));
    assert_eq!(ALLOCATIONS.get(), before + 1);

    let line = b"one, two, three; aaaa abababab, and more of it\n";
    let data: Vec<u8> = line.iter().copied().cycle().take(100_000).collect();
    let long = &line[..46].repeat(3);
    let whats = [
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
        for what in whats {
            for reset in [Reset::None, Reset::Newlines, Reset::AnyOf(ByteSet::new(b"\0\n"))] {
                for min_number in [0, 1, 3, 1_000_000] {
                    let counter = Counter::new_on(backend, what, min_number, reset);
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
                            stream.feed(chunk);
                            summary.feed(chunk);
                            chunks += 1;
                        }
                        right.feed(data);
                        summary.merge(&right).unwrap();
                        let _ = (stream.first_match(), summary.totals());
                        assert_eq!(ALLOCATIONS.get(), before, "{backend} {what:?} {min_number}");
                        calls += 15 + 2 * chunks;
                    }
                }
            }
        }
    }
    println!("{calls} calls, 0 allocations");
}

#[test]
fn saving_to_c_does_not_allocate() {
    let (mut counter, mut summary) = (ptr::null_mut(), ptr::null_mut());
    let what = b"aa".as_ptr().cast();
    let (mut state, mut size, mut len) = ([0_u8; 1000], 0, 0);
    // SAFETY: the bytes and places are there, and the handles are used until they are freed.
    unsafe {
        let made = tally_counter_new_bytes(what, 2, 1, ptr::null(), 0, &raw mut counter);
        assert_eq!(made, TALLY_OK);
        assert_eq!(tally_summary_new(counter, &raw mut summary), TALLY_OK);
        assert_eq!(tally_summary_feed(summary, [b'a'; 300].as_ptr().cast(), 300), TALLY_OK);
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
