use std::ffi::c_void;

use super::call::{Failure, INVALID, call, input, input_array, out_array};
use super::counter::tally_counter;
use super::status::tally_status;

/// tally_counter_has_count for each of many strings, in one call.
///
/// Each string is data of its own: it starts with segment 0, and its last segment ends with it. For
/// short strings, a call for each would cost more than the counting.
///
/// @param counter  The counter.
/// @param data     The strings, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each string in bytes; may be NULL if number is 0.
/// @param number   The number of strings.
/// @param matched  Receives whether a segment matches, for each string; may be NULL if number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_has_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_has_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, `number` lengths, and room for
        // as many results.
        let (counter, strings, mut matched) = unsafe {
            (
                tally_counter::get(counter)?,
                Strings::get(data, len, lens, number)?,
                out_array(matched, number)?,
            )
        };
        strings.for_each(|string| matched.push(counter.has_count(string)));
        Ok(())
    })
}

/// tally_counter_count for each of many strings, in one call; see tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The strings, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each string in bytes; may be NULL if number is 0.
/// @param number   The number of strings.
/// @param counts   Receives the number of hits, for each string; may be NULL if number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, `number` lengths, and room for
        // as many results.
        let (counter, strings, mut counts) = unsafe {
            (
                tally_counter::get(counter)?,
                Strings::get(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        strings.for_each(|string| counts.push(counter.count(string)));
        Ok(())
    })
}

/// tally_counter_max_count for each of many strings, in one call; see tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The strings, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each string in bytes; may be NULL if number is 0.
/// @param number   The number of strings.
/// @param counts   Receives the largest count of any segment, for each string; may be NULL if
///                 number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if the sum of lens is not len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_max_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_max_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, `number` lengths, and room for
        // as many results.
        let (counter, strings, mut counts) = unsafe {
            (
                tally_counter::get(counter)?,
                Strings::get(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        strings.for_each(|string| counts.push(counter.max_count(string)));
        Ok(())
    })
}

/// Strings, one right behind the other.
struct Strings<'call> {
    data: &'call [u8],
    lens: &'call [usize],
}

impl<'call> Strings<'call> {
    /// The strings at `data`, `len` bytes together, of the `number` lengths at `lens`.
    ///
    /// # Safety
    ///
    /// Pointers that are not NULL point to `len` bytes and `number` lengths, which nobody writes
    /// during the call.
    unsafe fn get(
        data: *const c_void,
        len: usize,
        lens: *const usize,
        number: usize,
    ) -> Result<Self, Failure> {
        // SAFETY: the contract above is that of both functions.
        let (data, lens) = unsafe { (input(data, len)?, input_array(lens, number)?) };
        let sum = lens.iter().try_fold(0_usize, |sum, &len| sum.checked_add(len));
        if sum == Some(data.len()) { Ok(Self { data, lens }) } else { Err(INVALID) }
    }

    fn for_each(&self, mut visit: impl FnMut(&'call [u8])) {
        let mut rest = self.data;
        for &len in self.lens {
            // This never returns early: the sum of the lengths is that of the data.
            let Some((string, behind)) = rest.split_at_checked(len) else { return };
            visit(string);
            rest = behind;
        }
    }
}
