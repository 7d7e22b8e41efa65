//! What the library is compared with: the plain loop, the crates that one would use instead, and a
//! plain read of the data, which is a lower bound for everything that looks at each byte.

#![allow(dead_code, unused_imports, reason = "each benchmark uses a part of this")]

mod c;
mod read;
mod records;

pub(crate) use c::CCounter;
pub(crate) use read::read;
pub(crate) use records::{Found, has_record, is_deep};

/// The plain loop, a byte at a time. Calls `on_hit` with the segment's count at each hit, until it
/// returns true; returns whether it did.
#[inline(always)]
pub(crate) fn each_hit(
    data: &[u8],
    is_reset: impl Fn(u8) -> bool,
    is_hit: impl Fn(u8) -> bool,
    mut on_hit: impl FnMut(u64) -> bool,
) -> bool {
    let mut count = 0;
    for &byte in data {
        if is_reset(byte) {
            count = 0;
        }
        if is_hit(byte) {
            count += 1;
            if on_hit(count) {
                return true;
            }
        }
    }
    false
}

/// [`each_hit`] for a string that does not contain the reset byte: leftmost first, not overlapping.
#[inline(always)]
pub(crate) fn each_string(
    data: &[u8],
    reset: u8,
    string: &[u8],
    mut on_hit: impl FnMut(u64) -> bool,
) -> bool {
    let mut count = 0;
    let mut at = 0;
    while at < data.len() {
        if data[at] == reset {
            count = 0;
        }
        // The comparison of the first byte saves the call at most places.
        if data[at] == string[0] && data[at..].starts_with(string) {
            count += 1;
            if on_hit(count) {
                return true;
            }
            at += string.len();
        } else {
            at += 1;
        }
    }
    false
}

/// Whether any segment contains `needle` at least `min_number` times: the loop as one writes it.
#[inline(always)]
pub(crate) fn has_count(data: &[u8], needle: u8, min_number: u64, reset: u8) -> bool {
    let mut count = 0;
    for &byte in data {
        if byte == reset {
            count = 0;
        }
        if byte == needle {
            count += 1;
            if count >= min_number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] over characters.
pub(crate) fn has_count_chars(text: &str, needle: char, min_number: u64, reset: char) -> bool {
    let mut count = 0;
    for character in text.chars() {
        if character == reset {
            count = 0;
        }
        if character == needle {
            count += 1;
            if count >= min_number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] that jumps from one hit or reset byte to the next.
pub(crate) fn has_count_memchr2(data: &[u8], needle: u8, min_number: u64, reset: u8) -> bool {
    let mut count = 0;
    for at in memchr::memchr2_iter(needle, reset, data) {
        if data[at] == reset {
            count = 0;
        }
        if data[at] == needle {
            count += 1;
            if count >= min_number {
                return true;
            }
        }
    }
    false
}

/// [`has_count`] that counts in one segment after the other. Needle and reset byte have to differ.
pub(crate) fn has_count_split(data: &[u8], needle: u8, min_number: u64, reset: u8) -> bool {
    let mut start = 0;
    for end in memchr::memchr_iter(reset, data).chain([data.len()]) {
        if bytecount::count(&data[start..end], needle) as u64 >= min_number {
            return true;
        }
        start = end + 1;
    }
    false
}

/// The largest count of a segment.
pub(crate) fn max_count(data: &[u8], needle: u8, reset: u8) -> u64 {
    let mut max = 0;
    each_hit(
        data,
        |byte| byte == reset,
        |byte| byte == needle,
        |count| {
            max = max.max(count);
            false
        },
    );
    max
}

/// The number of hits. The compiler vectorizes this loop.
#[allow(clippy::naive_bytecount, reason = "this is the plain loop")]
pub(crate) fn count(data: &[u8], needle: u8) -> u64 {
    data.iter().filter(|&&byte| byte == needle).count() as u64
}

/// [`count`] over characters.
pub(crate) fn count_chars(text: &str, needle: char) -> u64 {
    text.chars().filter(|&character| character == needle).count() as u64
}

/// [`count`] with `memchr`.
pub(crate) fn count_memchr(data: &[u8], needle: u8) -> u64 {
    memchr::memchr_iter(needle, data).count() as u64
}

/// [`count`] with `bytecount`.
pub(crate) fn count_bytecount(data: &[u8], needle: u8) -> u64 {
    bytecount::count(data, needle) as u64
}

/// The number of occurrences of a string, leftmost first, with a searcher that was built before.
pub(crate) fn count_memmem(data: &[u8], finder: &memchr::memmem::Finder<'_>) -> u64 {
    finder.find_iter(data).count() as u64
}

/// The longest prefix of `data` that is valid UTF-8.
pub(crate) fn as_text(data: &[u8]) -> &str {
    match std::str::from_utf8(data) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&data[..error.valid_up_to()]).unwrap_or_default(),
    }
}
