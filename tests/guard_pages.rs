//! Nothing outside the data is read: no byte before it, and none behind.

#![cfg(unix)]
#![allow(unsafe_code, reason = "maps memory that must not be touched")]

mod common;

use std::ptr;
use std::slice;

use common::{OwnedNeedle, Random, ask, plainly};
use tally::{ByteSet, Counter, Reset};

/// A page of memory between two that must not be touched.
struct Guarded {
    page: *mut u8,
    size: usize,
}

impl Guarded {
    fn new() -> Self {
        // SAFETY: the system chooses the place of new memory, and only that is protected.
        unsafe {
            let size = usize::try_from(libc::sysconf(libc::_SC_PAGESIZE)).unwrap();
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let start = libc::mmap(ptr::null_mut(), 3 * size, libc::PROT_NONE, flags, -1, 0);
            assert_ne!(start, libc::MAP_FAILED);
            let page = start.cast::<u8>().add(size);
            let usable = libc::PROT_READ | libc::PROT_WRITE;
            assert_eq!(libc::mprotect(page.cast(), size, usable), 0);
            Self { page, size }
        }
    }

    /// A copy of `data`, `distance` bytes behind the first guard, or before the second.
    fn place(&mut self, data: &[u8], before_end: bool, distance: usize) -> &[u8] {
        let start = if before_end { self.size - data.len() - distance } else { distance };
        assert!(start + data.len() <= self.size);
        // SAFETY: that is inside the page, which nothing else uses.
        unsafe {
            ptr::copy_nonoverlapping(data.as_ptr(), self.page.add(start), data.len());
            slice::from_raw_parts(self.page.add(start), data.len())
        }
    }
}

fn questions() -> Vec<(OwnedNeedle, Reset)> {
    let scattered =
        ByteSet::new(b"\x01\x13\x25\x37\x49\x5B\x6D\x7F\x81\x93\xA5\xB7\xC9\xDB\xED\xFFa");
    let newlines = Reset::Newlines;
    vec![
        (OwnedNeedle::String(b"a".to_vec()), newlines),
        (OwnedNeedle::String(b"a".to_vec()), Reset::None),
        (OwnedNeedle::String(b"a".to_vec()), Reset::Whitespace),
        (OwnedNeedle::String(b"a".to_vec()), Reset::AnyOf(scattered)),
        (OwnedNeedle::AnyOf(ByteSet::new(b"ab")), newlines),
        (OwnedNeedle::AnyOf(scattered), newlines),
        (OwnedNeedle::Character('é'), newlines),
        (OwnedNeedle::String(b"ab".to_vec()), newlines),
        (OwnedNeedle::String(b"aa".to_vec()), newlines),
        (OwnedNeedle::String(b"aaba".to_vec()), newlines),
        (OwnedNeedle::String([b"a".repeat(32), b"b".repeat(32)].concat()), newlines),
        (OwnedNeedle::String(b"a".repeat(64)), newlines),
        (OwnedNeedle::String(b"a".repeat(65)), newlines),
    ]
}

#[test]
fn nothing_outside_the_data_is_read() {
    let mut guarded = Guarded::new();
    let mut random = Random::new(7);
    let mut runs = 0_u64;
    for backend in tally::backends() {
        for (needle, reset) in questions() {
            for len in 0..=320 {
                let data: Vec<u8> = (0..len).map(|_| random.pick(b"aaaaab\n\xC3\xA9")).collect();
                // Numbers reached at once, late, and never.
                let min_number = [1, 9, u64::MAX][len % 3];
                let counter = Counter::new_on(backend, needle.get(), min_number, reset);
                let counter = counter.unwrap().unwrap();
                let expected = plainly(needle.get(), reset, min_number, &data);
                for distance in 0..64 {
                    for before_end in [false, true] {
                        let place = guarded.place(&data, before_end, distance);
                        assert_eq!(ask(&counter, place, distance), expected, "{backend} {len}");
                        runs += 1;
                    }
                }
            }
        }
    }
    let backends: Vec<&str> = tally::backends().collect();
    println!("{runs} runs between guard pages, on {}", backends.join(", "));
}
