//! A Rust library with a C interface that has nothing to do with libtally, for a program that links
//! both.

use std::collections::HashMap;
use std::panic::catch_unwind;
use std::thread;

/// How many different bytes there are, counted on another thread; or `usize::MAX`, after a panic, if
/// there is a NUL.
///
/// # Safety
///
/// `data` points to `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn other_distinct(data: *const u8, len: usize) -> usize {
    // SAFETY: the contract above.
    let data = unsafe { std::slice::from_raw_parts(data, len) };
    catch_unwind(|| {
        let count = || {
            let mut counts = HashMap::new();
            for &byte in data {
                assert!(byte != 0, "injected");
                *counts.entry(byte).or_insert(0_u64) += 1;
            }
            counts.len()
        };
        thread::scope(|scope| scope.spawn(count).join().unwrap())
    })
    .unwrap_or(usize::MAX)
}
