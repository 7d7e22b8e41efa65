//! Needle the crate is measured against: the plain loop, the crates that one would reach for, and a
//! plain read of the data, which nothing that looks at every byte can beat.

#![allow(dead_code, unused_imports, reason = "each program uses its part")]

mod c;
mod read;

pub(crate) use c::CCounter;
pub(crate) use read::read;

/// The plain loop: a byte at a time. Gives the count at each hit to `counted`, which says whether
/// to stop, and tells whether it did.
#[inline(always)]
pub(crate) fn each_hit(
    data: &[u8],
    is_reset: impl Fn(u8) -> bool,
    is_hit: impl Fn(u8) -> bool,
    mut counted: impl FnMut(u64) -> bool,
) -> bool {
    let mut count = 0;
    for &byte in data {
        if is_reset(byte) {
            count = 0;
        }
        if is_hit(byte) {
            count += 1;
            if counted(count) {
                return true;
            }
        }
    }
    false
}

/// The same for a string of bytes without a reset byte, leftmost first.
#[inline(always)]
pub(crate) fn each_string(
    data: &[u8],
    reset: u8,
    string: &[u8],
    mut counted: impl FnMut(u64) -> bool,
) -> bool {
    let mut count = 0;
    let mut at = 0;
    while at < data.len() {
        if data[at] == reset {
            count = 0;
        }
        // The first byte tells most places apart, without a call.
        if data[at] == string[0] && data[at..].starts_with(string) {
            count += 1;
            if counted(count) {
                return true;
            }
            at += string.len();
        } else {
            at += 1;
        }
    }
    false
}

/// Has any segment `number` times `what`? The loop that one writes.
#[inline(always)]
pub(crate) fn has_count(data: &[u8], what: u8, number: u64, reset: u8) -> bool {
    let mut count = 0;
    for &byte in data {
        if byte == reset {
            count = 0;
        }
        if byte == what {
            count += 1;
            if count >= number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] over characters.
pub(crate) fn has_count_chars(text: &str, what: char, number: u64, reset: char) -> bool {
    let mut count = 0;
    for character in text.chars() {
        if character == reset {
            count = 0;
        }
        if character == what {
            count += 1;
            if count >= number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] from hit to hit and reset to reset.
pub(crate) fn has_count_memchr2(data: &[u8], what: u8, number: u64, reset: u8) -> bool {
    let mut count = 0;
    for place in memchr::memchr2_iter(what, reset, data) {
        if data[place] == reset {
            count = 0;
        }
        if data[place] == what {
            count += 1;
            if count >= number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] by counting each segment, where the reset is not what is counted.
pub(crate) fn has_count_split(data: &[u8], what: u8, number: u64, reset: u8) -> bool {
    let mut start = 0;
    for end in memchr::memchr_iter(reset, data).chain([data.len()]) {
        if bytecount::count(&data[start..end], what) as u64 >= number {
            return true;
        }
        start = end + 1;
    }
    false
}

/// The most of `what` in one segment.
pub(crate) fn max_count(data: &[u8], what: u8, reset: u8) -> u64 {
    let mut most = 0;
    each_hit(
        data,
        |byte| byte == reset,
        |byte| byte == what,
        |count| {
            most = most.max(count);
            false
        },
    );
    most
}

/// How many times is `what` there? The compiler turns this loop into vector code by itself.
#[allow(clippy::naive_bytecount, reason = "this is the plain loop")]
pub(crate) fn count(data: &[u8], what: u8) -> u64 {
    data.iter().filter(|&&byte| byte == what).count() as u64
}

/// [`count`] over characters.
pub(crate) fn count_chars(text: &str, what: char) -> u64 {
    text.chars().filter(|&character| character == what).count() as u64
}

/// [`count`] with `memchr`.
pub(crate) fn count_memchr(data: &[u8], what: u8) -> u64 {
    memchr::memchr_iter(what, data).count() as u64
}

/// [`count`] with `bytecount`.
pub(crate) fn count_bytecount(data: &[u8], what: u8) -> u64 {
    bytecount::count(data, what) as u64
}

/// How many times is a string there, leftmost first? The searcher is made before.
pub(crate) fn count_memmem(data: &[u8], what: &memchr::memmem::Finder<'_>) -> u64 {
    what.find_iter(data).count() as u64
}

/// The part of `data` that is whole characters.
pub(crate) fn as_text(data: &[u8]) -> &str {
    match std::str::from_utf8(data) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&data[..error.valid_up_to()]).unwrap_or_default(),
    }
}
