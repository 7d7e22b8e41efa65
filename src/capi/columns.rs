use std::ffi::c_void;

use super::arrow::{ArrowArray, ArrowSchema, Results, with_column};
use super::call::{Bits, Failure, INVALID, call, input, object, out, out_array};
use super::counter::tally_counter;
use super::status::{TALLY_ERROR_LIMIT, tally_status};
use super::summary::tally_summary;
use crate::columns::{Column, Question, Sink};

/// tally_counter_has_count for each value of a column, in one call.
///
/// A column is an array of the Arrow C data interface: of strings or binary values, with 32- or
/// 64-bit offsets, of a fixed width, or as views (formats u, U, z, Z, w:N, vu, vz), a dictionary of
/// these, or of the null type. Each value is data of its own. A value of a dictionary is looked at
/// once, however often it occurs. A null is never read, and its results are 0.
///
/// What the structs and buffers say of themselves is checked before any value is read: numbers,
/// missing buffers, offsets, views and keys. That a buffer is as long as its layout makes it cannot
/// be checked, except for views.
///
/// @param counter   The counter.
/// @param schema    The type of the column.
/// @param array     The column. It is not released.
/// @param matched   Receives whether a segment matches, for each value: one bit, the lowest of a
///                  byte first. Bits behind the last value are 0.
/// @param validity  Receives which values are not null, in the same form; may be NULL.
/// @param capacity  The number of values for which there is room in matched, and in validity: an
///                  eighth of it in bytes, rounded up.
/// @param nulls     Receives the number of nulls; may be NULL.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for another type, and for a column that is broken;
///          TALLY_ERROR_NULL_POINTER also if it lacks a buffer;
///          TALLY_ERROR_LIMIT if capacity is too small;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
/// its values. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_column_has_counts(
    counter: *const tally_counter,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    matched: *mut u8,
    validity: *mut u8,
    capacity: usize,
    nulls: *mut u64,
) -> tally_status {
    call("tally_counter_column_has_counts", || {
        // SAFETY: the header requires a valid counter, a valid column, and room for the results.
        unsafe {
            let counter = tally_counter::get(counter)?;
            let mut matched = Bits::new(matched, capacity)?;
            let rest = Rest::new(validity, capacity, nulls)?;
            ask(Question::HasCount(&counter), schema, array, rest, &mut |answers| {
                answers.bits().for_each(|(bits, number)| matched.push(bits, number));
            })?;
            matched.finish();
        }
        Ok(())
    })
}

/// tally_counter_count for each value of a column, in one call; see tally_counter_column_has_counts.
///
/// @param counter   The counter.
/// @param schema    The type of the column.
/// @param array     The column. It is not released.
/// @param counts    Receives the number of hits, for each value; may be NULL if capacity is 0.
/// @param validity  Receives which values are not null; may be NULL.
/// @param capacity  The number of values for which there is room.
/// @param nulls     Receives the number of nulls; may be NULL.
///
/// @return  As tally_counter_column_has_counts.
///
/// Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
/// its values. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_column_counts(
    counter: *const tally_counter,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    counts: *mut i64,
    validity: *mut u8,
    capacity: usize,
    nulls: *mut u64,
) -> tally_status {
    call("tally_counter_column_counts", || {
        // SAFETY: the header requires a valid counter, a valid column, and room for the results.
        unsafe {
            let counter = tally_counter::get(counter)?;
            let mut counts = out_array(counts, capacity)?;
            let rest = Rest::new(validity, capacity, nulls)?;
            ask(Question::Count(&counter), schema, array, rest, &mut |mut answers| {
                counts.extend(signed(answers.numbers()));
            })
        }
    })
}

/// tally_counter_max_count for each value of a column, in one call; see
/// tally_counter_column_has_counts.
///
/// @param counter   The counter.
/// @param schema    The type of the column.
/// @param array     The column. It is not released.
/// @param counts    Receives the largest count of any segment, for each value; may be NULL if
///                  capacity is 0.
/// @param validity  Receives which values are not null; may be NULL.
/// @param capacity  The number of values for which there is room.
/// @param nulls     Receives the number of nulls; may be NULL.
///
/// @return  As tally_counter_column_has_counts.
///
/// Thread-safe. For views, uses 16 bytes of memory for each buffer; for a dictionary, 8 for each of
/// its values. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_column_max_counts(
    counter: *const tally_counter,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    counts: *mut i64,
    validity: *mut u8,
    capacity: usize,
    nulls: *mut u64,
) -> tally_status {
    call("tally_counter_column_max_counts", || {
        // SAFETY: the header requires a valid counter, a valid column, and room for the results.
        unsafe {
            let counter = tally_counter::get(counter)?;
            let mut counts = out_array(counts, capacity)?;
            let rest = Rest::new(validity, capacity, nulls)?;
            ask(Question::MaxCount(&counter), schema, array, rest, &mut |mut answers| {
                counts.extend(signed(answers.numbers()));
            })
        }
    })
}

/// Passes the answers to a question for each value of a column to `sink`, some at a time.
///
/// # Safety
///
/// As [`with_column`]; the places in `rest` are valid.
unsafe fn ask(
    question: Question<'_>,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    mut rest: Rest,
    sink: Sink<'_>,
) -> Result<(), Failure> {
    // SAFETY: the caller's promise.
    unsafe {
        with_column(schema, array, |column| {
            rest.reserve(column.len())?;
            column.answers(&[question], sink)?;
            rest.fill_in(column);
            Ok(())
        })?;
        rest.finish();
    }
    Ok(())
}

/// Feeds a column to a summary, as if it was text in which each value is followed by a reset byte:
/// values are segments, and values of several segments are several. Nulls are left out. Columns are
/// described at tally_counter_column_has_counts.
///
/// The reset bytes count as data. Behind the last value an empty segment is open, as behind the last
/// newline of a text; it never has a hit, unless the reset byte is one.
///
/// @param summary  The summary, of a counter with reset bytes.
/// @param schema   The type of the column.
/// @param array    The column. It is not released.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for another type, for a column that is broken, and for a
///          counter without reset bytes, or whose reset bytes are all in the needle;
///          TALLY_ERROR_NULL_POINTER also if the column lacks a buffer;
///          TALLY_ERROR_NO_MEMORY.
///
/// One call at a time. For views, uses 16 bytes of memory for each buffer. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_summary_feed_column(
    summary: *mut tally_summary,
    schema: *const ArrowSchema,
    array: *const ArrowArray,
) -> tally_status {
    call("tally_summary_feed_column", || {
        // SAFETY: the header requires a valid summary and a valid column.
        unsafe {
            let summary = object(summary)?;
            with_column(schema, array, |column| {
                Ok(summary.0.with(|summary| summary.feed_column(column))??)
            })
        }
    })
}

/// The type of the results of functions on columns: one of TALLY_RESULTS_*. Since 0.1.0.
pub type tally_results = u32;

/// Counts: 64-bit integers with a sign.
pub const TALLY_RESULTS_COUNTS: tally_results = 0;
/// Whether a segment matches: bits, the lowest of a byte first.
pub const TALLY_RESULTS_BITS: tally_results = 1;

/// Copies the results of a function on columns to an array of the Arrow C data interface, which owns
/// its memory, to be passed on to any program that reads Arrow.
///
/// @param type      The type of the results.
/// @param values    The results; may be NULL if number is 0.
/// @param validity  Which of them are not null, as bits; NULL if all are not.
/// @param number    How many there are.
/// @param nulls     How many of them are null.
/// @param schema    Receives the type of the array, for which its release has to be called.
/// @param array     Receives the array, for which its release has to be called.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for more nulls than results, and for nulls without
///          validity;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_results_export(
    r#type: tally_results,
    values: *const c_void,
    validity: *const u8,
    number: usize,
    nulls: u64,
    schema: *mut ArrowSchema,
    array: *mut ArrowArray,
) -> tally_status {
    call("tally_results_export", || {
        let bits = number.div_ceil(8);
        let (format, len) = match r#type {
            TALLY_RESULTS_COUNTS => (c"l", number.checked_mul(8).ok_or(INVALID)?),
            TALLY_RESULTS_BITS => (c"b", bits),
            _ => return Err(INVALID),
        };
        if nulls > number as u64 || nulls > 0 && validity.is_null() {
            return Err(INVALID);
        }
        let len_of_validity = if validity.is_null() { 0 } else { bits };
        // SAFETY: the header requires that many values and bits, and valid places.
        let (values, validity, schema_out, array_out) = unsafe {
            (
                input(values, len)?,
                input(validity.cast(), len_of_validity)?,
                out(schema)?,
                out(array)?,
            )
        };
        let (schema, array) = Results { format, number, values, validity, nulls }.export()?;
        schema_out.write(schema);
        array_out.write(array);
        Ok(())
    })
}

/// Answers for C: numbers of bytes or segments in memory, which fit.
pub(super) fn signed(answers: &[u64]) -> &[i64] {
    // SAFETY: both types have the same size and alignment, and any bits are right for both.
    unsafe { std::slice::from_raw_parts(answers.as_ptr().cast(), answers.len()) }
}

/// The places for what all functions return besides the answers.
pub(super) struct Rest {
    validity: Option<Bits>,
    capacity: usize,
    nulls: *mut u64,
    number: u64,
}

impl Rest {
    /// # Safety
    ///
    /// Pointers that are not NULL point to `capacity` bits, and to a place.
    pub(super) unsafe fn new(
        validity: *mut u8,
        capacity: usize,
        nulls: *mut u64,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller's promise.
        let bits = || unsafe { Bits::new(validity, capacity) };
        let validity = if validity.is_null() { None } else { Some(bits()?) };
        Ok(Self { validity, capacity, nulls, number: 0 })
    }

    /// Whether there is room for this number of values.
    pub(super) fn reserve(&self, number: usize) -> Result<(), Failure> {
        if number > self.capacity { Err(Failure(TALLY_ERROR_LIMIT)) } else { Ok(()) }
    }

    /// Looks which values of a column are null.
    pub(super) fn fill_in(&mut self, column: &Column<'_>) {
        let Some(validity) = &mut self.validity else {
            self.number = column.nulls() as u64;
            return;
        };
        column.validity(|bits, number| {
            validity.push(bits, number);
            self.number += (number - bits.count_ones() as usize) as u64;
        });
    }

    /// Writes what is left.
    ///
    /// # Safety
    ///
    /// As [`new`](Self::new).
    pub(super) unsafe fn finish(self) {
        if let Some(validity) = self.validity {
            validity.finish();
        }
        // SAFETY: the caller's promise.
        if let Ok(nulls) = unsafe { out(self.nulls) } {
            nulls.write(self.number);
        }
    }
}
