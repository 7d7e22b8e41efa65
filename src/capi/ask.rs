use super::arrow::{ArrowArray, ArrowSchema, with_column};
use super::call::{Failure, INVALID, NULL, call, input_array, out_array};
use super::columns::{Rest, signed};
use super::count_words::{TALLY_WORDS_ASCII, rule_of, tally_word_rule};
use super::counter::{TALLY_TRIM_NONE, tally_counter, tally_trim, trim_of};
use super::status::{TALLY_ERROR_NO_MEMORY, tally_status};
use crate::columns::Question;
use crate::counter::Counter;

/// What is asked of each value of a column: one of TALLY_QUESTION_*. Since 0.1.0.
pub type tally_question_kind = u32;

/// tally_counter_count.
pub const TALLY_QUESTION_COUNT: tally_question_kind = 0;
/// tally_counter_max_count.
pub const TALLY_QUESTION_MAX_COUNT: tally_question_kind = 1;
/// tally_counter_has_count; the result is 0 or 1.
pub const TALLY_QUESTION_HAS_COUNT: tally_question_kind = 2;
/// tally_counter_matching_segments.
pub const TALLY_QUESTION_MATCHING_SEGMENTS: tally_question_kind = 3;
/// tally_counter_starting_segments, with trim.
pub const TALLY_QUESTION_STARTING_SEGMENTS: tally_question_kind = 4;
/// tally_counter_ending_segments, with trim.
pub const TALLY_QUESTION_ENDING_SEGMENTS: tally_question_kind = 5;
/// tally_count_words, with rule; without a counter.
pub const TALLY_QUESTION_WORDS: tally_question_kind = 6;
/// The length in bytes; without a counter.
pub const TALLY_QUESTION_BYTES: tally_question_kind = 7;

/// A question for tally_column_ask. Set all bytes to 0, for example with "= {0}", then the fields
/// that the kind uses; the others stay 0. This struct never changes. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_question {
    /// What is asked.
    pub kind: tally_question_kind,
    /// For segments that start or end with the needle: which white space is left out.
    pub trim: tally_trim,
    /// For words: what separates them.
    pub rule: tally_word_rule,
    /// Not used: 0.
    pub reserved: u32,
    /// The counter; NULL for words and bytes.
    pub counter: *const tally_counter,
    /// Receives the result for each value: as many as the capacity of the call. May be NULL if that
    /// is 0. The results must not overlap other results, the questions, the validity or the column.
    pub results: *mut i64,
}

// Programs that were compiled before rely on it.
const _: () = assert!(size_of::<tally_question>() == 16 + 2 * size_of::<usize>());

/// Asks many questions of each value of a column, in one call. Each value is read from memory once,
/// and all questions are answered while it is in the cache. Columns are described at
/// tally_counter_column_has_counts.
///
/// @param schema     The type of the column.
/// @param array      The column. It is not released.
/// @param questions  The questions; may be NULL if number is 0. The results of a null are 0.
/// @param number     How many questions there are.
/// @param validity   Receives which values are not null, as bits, the lowest of a byte first; may be
///                   NULL.
/// @param capacity   The number of values for which there is room in the results of each question and
///                   in validity.
/// @param nulls      Receives the number of nulls; may be NULL.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for a kind, a trim or a rule that does not exist, for fields
///          that the kind does not use and that are not 0, for another type of column, and for a
///          column that is broken;
///          TALLY_ERROR_NULL_POINTER also if a counter, results, or a buffer of the column is missing;
///          TALLY_ERROR_LIMIT if capacity is too small;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Uses some memory for each question; for views, 16 bytes for each buffer; for a
/// dictionary, 8 for each question and value of it. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_column_ask(
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    questions: *const tally_question,
    number: usize,
    validity: *mut u8,
    capacity: usize,
    nulls: *mut u64,
) -> tally_status {
    call("tally_column_ask", || {
        if !questions.is_aligned() {
            return Err(INVALID);
        }
        let no_memory = |_| Failure(TALLY_ERROR_NO_MEMORY);
        // SAFETY: the header requires `number` questions with valid counters, a valid column, and
        // room for the results.
        unsafe {
            let questions = input_array(questions, number)?;
            let (mut counters, mut list, mut results) = (Vec::new(), Vec::new(), Vec::new());
            counters.try_reserve_exact(number).map_err(no_memory)?;
            list.try_reserve_exact(number).map_err(no_memory)?;
            results.try_reserve_exact(number).map_err(no_memory)?;
            for question in questions {
                let has_counter = !question.counter.is_null();
                counters
                    .push(has_counter.then(|| tally_counter::get(question.counter)).transpose()?);
                // Where nothing is written, the address does not matter.
                if capacity > 0 && !question.results.is_aligned() {
                    return Err(INVALID);
                }
                results.push(out_array(question.results, capacity)?);
            }
            for (question, counter) in questions.iter().zip(&counters) {
                list.push(question.build(counter.as_deref())?);
            }
            let mut rest = Rest::new(validity, capacity, nulls)?;
            with_column(schema, array, |column| {
                rest.reserve(column.len())?;
                column.answers(&list, &mut |mut answers| {
                    results[answers.question].extend(signed(answers.numbers()));
                })?;
                rest.fill_in(column);
                Ok(())
            })?;
            rest.finish();
        }
        Ok(())
    })
}

impl tally_question {
    /// The question, about its counter.
    fn build<'c>(&self, counter: Option<&'c Counter>) -> Result<Question<'c>, Failure> {
        let Self { kind, trim, rule, reserved, .. } = *self;
        let has_trim =
            matches!(kind, TALLY_QUESTION_STARTING_SEGMENTS | TALLY_QUESTION_ENDING_SEGMENTS);
        let is_words = kind == TALLY_QUESTION_WORDS;
        let has_counter = !is_words && kind != TALLY_QUESTION_BYTES;
        if reserved != 0
            || trim != TALLY_TRIM_NONE && !has_trim
            || rule != TALLY_WORDS_ASCII && !is_words
            || counter.is_some() && !has_counter
        {
            return Err(INVALID);
        }
        let counter = counter.ok_or(NULL);
        Ok(match kind {
            TALLY_QUESTION_COUNT => Question::Count(counter?),
            TALLY_QUESTION_MAX_COUNT => Question::MaxCount(counter?),
            TALLY_QUESTION_HAS_COUNT => Question::HasCount(counter?),
            TALLY_QUESTION_MATCHING_SEGMENTS => Question::MatchingSegments(counter?),
            TALLY_QUESTION_STARTING_SEGMENTS => {
                Question::StartingSegments(counter?, trim_of(trim)?)
            }
            TALLY_QUESTION_ENDING_SEGMENTS => Question::EndingSegments(counter?, trim_of(trim)?),
            TALLY_QUESTION_WORDS => Question::Words(rule_of(rule)?),
            TALLY_QUESTION_BYTES => Question::Bytes,
            _ => return Err(INVALID),
        })
    }
}
