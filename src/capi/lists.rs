use std::ffi::c_void;
use std::mem::ManuallyDrop;

use super::call::{Failure, INVALID, OutArray, call, input, input_array, out_array};
use super::counter::tally_counter;
use super::status::tally_status;
use crate::columns::{Answers, Column, List, Offset, Question};
use crate::counter::Counter;

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
        let (counter, strings, matched) = unsafe {
            (
                tally_counter::get(counter)?,
                list(data, len, lens, number)?,
                out_array(matched, number)?,
            )
        };
        strings.answers(Question::HasCount(&counter), &mut write_whether(matched));
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
        let (counter, strings, counts) = unsafe {
            (
                tally_counter::get(counter)?,
                list(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        strings.answers(Question::Count(&counter), &mut write(counts));
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
        let (counter, strings, counts) = unsafe {
            (
                tally_counter::get(counter)?,
                list(data, len, lens, number)?,
                out_array(counts, number)?,
            )
        };
        strings.answers(Question::MaxCount(&counter), &mut write(counts));
        Ok(())
    })
}

/// tally_counter_has_count for each of many strings, in one call, by 32-bit offsets.
///
/// Each string is data of its own, from its offset in the data up to the next string's offset. For
/// columns of Apache Arrow, see tally_counter_column_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param matched   Receives whether a segment matches, for each string; may be NULL if number is
///                  0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets32_has_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u32,
    number: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_offsets32_has_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, matched) =
            unsafe { asked(counter, data, len, offsets, number, matched) }?;
        Ok(strings.answers(&[Question::HasCount(&counter)], &mut write_whether(matched))?)
    })
}

/// tally_counter_has_count for each of many strings, in one call, by 64-bit offsets; see
/// tally_counter_offsets32_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param matched   Receives whether a segment matches, for each string; may be NULL if number is
///                  0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets64_has_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u64,
    number: usize,
    matched: *mut bool,
) -> tally_status {
    call("tally_counter_offsets64_has_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, matched) =
            unsafe { asked(counter, data, len, offsets, number, matched) }?;
        Ok(strings.answers(&[Question::HasCount(&counter)], &mut write_whether(matched))?)
    })
}

/// tally_counter_count for each of many strings, in one call, by 32-bit offsets; see
/// tally_counter_offsets32_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param counts    Receives the number of hits, for each string; may be NULL if number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets32_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u32,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_offsets32_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, counts) =
            unsafe { asked(counter, data, len, offsets, number, counts) }?;
        Ok(strings.answers(&[Question::Count(&counter)], &mut write(counts))?)
    })
}

/// tally_counter_count for each of many strings, in one call, by 64-bit offsets; see
/// tally_counter_offsets32_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param counts    Receives the number of hits, for each string; may be NULL if number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets64_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u64,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_offsets64_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, counts) =
            unsafe { asked(counter, data, len, offsets, number, counts) }?;
        Ok(strings.answers(&[Question::Count(&counter)], &mut write(counts))?)
    })
}

/// tally_counter_max_count for each of many strings, in one call, by 32-bit offsets; see
/// tally_counter_offsets32_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param counts    Receives the largest count of any segment, for each string; may be NULL if
///                  number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets32_max_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u32,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_offsets32_max_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, counts) =
            unsafe { asked(counter, data, len, offsets, number, counts) }?;
        Ok(strings.answers(&[Question::MaxCount(&counter)], &mut write(counts))?)
    })
}

/// tally_counter_max_count for each of many strings, in one call, by 64-bit offsets; see
/// tally_counter_offsets32_has_counts.
///
/// @param counter   The counter.
/// @param data      The data in which the strings are; may be NULL if len is 0.
/// @param len       Its length in bytes.
/// @param offsets   The offset of each string in bytes, and the end of the last one: number + 1 of
///                  them. May be NULL if number is 0.
/// @param number    The number of strings.
/// @param counts    Receives the largest count of any segment, for each string; may be NULL if
///                  number is 0.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT if offsets fall or are above len.
///
/// Thread-safe. Allocates no memory. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_offsets64_max_counts(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const u64,
    number: usize,
    counts: *mut u64,
) -> tally_status {
    call("tally_counter_offsets64_max_counts", || {
        // SAFETY: the header requires a valid counter, `len` bytes, the offsets, and room for as
        // many results as there are strings.
        let (counter, strings, counts) =
            unsafe { asked(counter, data, len, offsets, number, counts) }?;
        Ok(strings.answers(&[Question::MaxCount(&counter)], &mut write(counts))?)
    })
}

/// Writes answers that are numbers.
fn write(mut counts: OutArray<u64>) -> impl FnMut(Answers<'_>) {
    move |mut answers| counts.extend(answers.numbers())
}

/// Writes answers to a question of yes or no.
fn write_whether(mut matched: OutArray<bool>) -> impl FnMut(Answers<'_>) {
    move |mut answers| answers.numbers().iter().for_each(|&answer| matched.push(answer != 0))
}

/// The strings at `data`, `len` bytes together, of the `number` lengths at `lens`.
///
/// # Safety
///
/// Pointers that are not NULL point to `len` bytes and `number` lengths, which nobody writes during
/// the call.
unsafe fn list<'call>(
    data: *const c_void,
    len: usize,
    lens: *const usize,
    number: usize,
) -> Result<List<'call>, Failure> {
    // SAFETY: the contract above is that of both functions.
    let (data, lens) = unsafe { (input(data, len)?, input_array(lens, number)?) };
    List::new(data, lens).ok_or(INVALID)
}

/// The counter, the strings of [`strings`], and the places for their answers.
///
/// # Safety
///
/// That of [`strings`]; `counter` is NULL or a valid counter, and `answers` NULL or a place for
/// `number` answers.
unsafe fn asked<'call, T: Offset, A>(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    offsets: *const T,
    number: usize,
    answers: *mut A,
) -> Result<(ManuallyDrop<Counter>, Column<'call>, OutArray<A>), Failure> {
    // SAFETY: the contract above is that of all three functions.
    unsafe {
        Ok((
            tally_counter::get(counter)?,
            strings(data, len, offsets, number)?,
            out_array(answers, number)?,
        ))
    }
}

/// The strings between each two of the offsets at `offsets`, of which there is one more than
/// `number`, in the `len` bytes at `data`.
///
/// # Safety
///
/// Pointers that are not NULL point to `len` bytes and, unless `number` is 0, to `number` + 1
/// offsets, which nobody writes during the call.
unsafe fn strings<'call, T: Offset>(
    data: *const c_void,
    len: usize,
    offsets: *const T,
    number: usize,
) -> Result<Column<'call>, Failure> {
    let places = if number == 0 { 0 } else { number.checked_add(1).ok_or(INVALID)? };
    if !offsets.is_aligned() {
        return Err(INVALID);
    }
    // SAFETY: the contract above is that of both functions.
    let (data, offsets) = unsafe { (input(data, len)?, input_array(offsets, places)?) };
    Ok(Column::from_offsets(data, offsets, None)?)
}
