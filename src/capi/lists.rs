use std::ffi::c_void;

use super::call::{Failure, INVALID, call, input, input_array, out_array};
use super::counter::tally_counter;
use super::status::tally_status;

/// tally_counter_has_count of each of many pieces of data, with one call.
///
/// Each piece is data of its own: counting starts again in it, and segments end with it. For short
/// pieces, a call for each would cost more than the counting.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param matched  Where the answers go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or reached, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the answers may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
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
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut matched) = unsafe {
            (
                tally_counter::get(counter)?,
                Pieces::get(data, len, lens, number)?,
                out_array(matched, number)?,
            )
        };
        pieces.for_each(|piece| matched.push(counter.has_count(piece)));
        Ok(())
    })
}

/// tally_counter_count of each of many pieces of data, with one call.
///
/// See tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the counts may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
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
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut counts) = unsafe {
            (
                tally_counter::get(counter)?,
                Pieces::get(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        pieces.for_each(|piece| counts.push(counter.count(piece)));
        Ok(())
    })
}

/// tally_counter_max_count of each of many pieces of data, with one call.
///
/// See tally_counter_has_counts.
///
/// @param counter  The counter.
/// @param data     The pieces, one right behind the other; may be NULL if len is 0.
/// @param len      Their length together, in bytes.
/// @param lens     The length of each piece; may be NULL if number is 0. Together they make len.
/// @param number   How many pieces there are.
/// @param counts   Where the counts go, one for each piece; may be NULL if number is 0.
///
/// @return  TALLY_OK;
///          TALLY_ERROR_NULL_POINTER for a NULL counter, or NULL with a length or a number;
///          TALLY_ERROR_INVALID_ARGUMENT for a length, or a size of lens or counts, above
///          PTRDIFF_MAX, or where the lengths do not make len;
///          TALLY_ERROR_PANIC, after which some of the counts may be written.
///
/// Other threads may use the counter meanwhile. No memory is allocated.
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
        // SAFETY: the header asks the caller for a counter, so many bytes and lengths, and places.
        let (counter, pieces, mut counts) = unsafe {
            (
                tally_counter::get(counter)?,
                Pieces::get(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        pieces.for_each(|piece| counts.push(counter.max_count(piece)));
        Ok(())
    })
}

/// Pieces of data, one right behind the other.
struct Pieces<'call> {
    data: &'call [u8],
    lens: &'call [usize],
}

impl<'call> Pieces<'call> {
    /// The pieces at `data`, `len` bytes together, of the `number` lengths at `lens`.
    ///
    /// # Safety
    ///
    /// Pointers that are not NULL point to so many bytes and lengths, which nobody writes during
    /// the call.
    unsafe fn get(
        data: *const c_void,
        len: usize,
        lens: *const usize,
        number: usize,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let (data, lens) = unsafe { (input(data, len)?, input_array(lens, number)?) };
        let sum = lens.iter().try_fold(0_usize, |sum, &len| sum.checked_add(len));
        if sum == Some(data.len()) { Ok(Self { data, lens }) } else { Err(INVALID) }
    }

    fn for_each(&self, mut take: impl FnMut(&'call [u8])) {
        let mut rest = self.data;
        for &len in self.lens {
            // There always is one: `get` has added the lengths up.
            let Some((piece, behind)) = rest.split_at_checked(len) else { return };
            take(piece);
            rest = behind;
        }
    }
}
