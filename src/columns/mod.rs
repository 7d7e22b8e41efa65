//! Many strings in one call: columns of a table, and lists.
//!
//! - [`values`]: where the values of a column lie, in each of the layouts;
//! - [`validity`]: which of them are null;
//! - [`keys`]: the numbers by which a column names the values of another;
//! - [`question`]: what can be asked of each value;
//! - [`batch`]: the [`answers`], for many strings at a time, each of which is a [`place`] in a
//!   buffer.

mod answers;
mod batch;
mod keys;
mod place;
mod question;
mod validity;
mod values;

use std::fmt;

pub use keys::Key;
pub(crate) use keys::Keys;
pub use question::Question;
pub use validity::Validity;
pub use values::Offset;

use crate::counter::Counter;
use crate::engine::MAX_STRINGS_LEN;
use crate::error::Error;
pub(crate) use answers::Answers;
pub(crate) use batch::Sink;
use batch::{Ends, MAX_NUMBER, Strings, answer_all};
use place::Place;
use values::{ByOffsets, FixedWidth, Values, Views};

/// Strings in one of the layouts of Apache Arrow, each of which is data of its own. A value may be
/// null; it is then never read, and has no answer.
///
/// The answers for all values come from one call, which costs much less than one for each. They are
/// those of the counter's methods of similar names.
///
/// ```
/// use tally::{Column, Counter, Reset, Validity};
///
/// let counter = Counter::new('c', 2, Reset::None)?;
/// // "abc", "cc", null and "", the third of which is "x" underneath.
/// let valid = Validity::new(&[0b1011], 0);
/// let column = Column::from_offsets(b"abcccx", &[0_u32, 3, 5, 6, 6], Some(valid))?;
///
/// let mut counts = Vec::new();
/// column.counts(&counter, |count| counts.push(count))?;
/// assert_eq!(counts, [Some(1), Some(2), None, Some(0)]);
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone)]
pub struct Column<'a> {
    layout: Layout<'a>,
    validity: Option<Validity<'a>>,
}

#[derive(Clone)]
enum Layout<'a> {
    Values(Values<'a>),
    /// A value of the column for each key.
    Keys(Keys<'a>, &'a Column<'a>),
}

impl<'a> Column<'a> {
    /// Strings in one buffer: string `i` is `data[offsets[i]..offsets[i + 1]]`. Without offsets
    /// there is no string.
    ///
    /// # Errors
    ///
    /// [`Error::BadColumn`] if offsets fall, are negative or behind the end of `data`, or if there
    /// is a value without validity.
    pub fn from_offsets<T: Offset>(
        data: &'a [u8],
        offsets: &'a [T],
        validity: Option<Validity<'a>>,
    ) -> Result<Self, Error> {
        Self::new(T::values(ByOffsets::new(data, offsets)?), validity)
    }

    /// Strings in one buffer, one right behind the other, of `width` bytes each.
    ///
    /// # Errors
    ///
    /// [`Error::BadColumn`] unless `data` has exactly `number` of them, for 2³¹ values or more of
    /// width 0, or if there is a value without validity.
    pub fn from_fixed_width(
        data: &'a [u8],
        width: usize,
        number: usize,
        validity: Option<Validity<'a>>,
    ) -> Result<Self, Error> {
        Self::new(Values::FixedWidth(FixedWidth::new(data, width, number)?), validity)
    }

    /// Strings of which each is described by a view of 16 bytes, in the processor's byte order: its
    /// length, and the string itself, if it has at most 12 bytes; otherwise its first four bytes,
    /// the number of its buffer, and the offset in that.
    ///
    /// # Errors
    ///
    /// [`Error::BadColumn`] if the view of a value that is not null has a negative number, names a
    /// buffer that does not exist, or leaves it; or if there is a value without validity.
    pub fn from_views(
        views: &'a [[u8; 16]],
        buffers: &'a [&'a [u8]],
        validity: Option<Validity<'a>>,
    ) -> Result<Self, Error> {
        let views = Views::new(views, buffers, |at| is_valid(validity, at))?;
        Self::new(Values::Views(views), validity)
    }

    /// The values of another column, by their numbers in it. A value that occurs many times is
    /// looked at once.
    ///
    /// # Errors
    ///
    /// [`Error::BadColumn`] if a key that is not null is not the number of a value; if there is a
    /// key without validity; or if `values` has keys itself.
    pub fn from_keys<K: Key>(
        keys: &'a [K],
        values: &'a Column<'a>,
        validity: Option<Validity<'a>>,
    ) -> Result<Self, Error> {
        let keys = K::keys(keys);
        let is_key = |key: Option<usize>| key.is_some_and(|key| key < values.len());
        if matches!(values.layout, Layout::Keys(..)) || !covers(validity, keys.len()) {
            return Err(Error::BadColumn);
        }
        if (0..keys.len()).all(|at| !is_valid(validity, at) || is_key(keys.get(at))) {
            Ok(Self { layout: Layout::Keys(keys, values), validity })
        } else {
            Err(Error::BadColumn)
        }
    }

    /// Nulls alone.
    #[must_use]
    pub fn of_nulls(number: usize) -> Self {
        Self { layout: Layout::Values(Values::Nulls(number)), validity: None }
    }

    fn new(values: Values<'a>, validity: Option<Validity<'a>>) -> Result<Self, Error> {
        if covers(validity, values.len()) {
            Ok(Self { layout: Layout::Values(values), validity })
        } else {
            Err(Error::BadColumn)
        }
    }

    /// The number of values, nulls included.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.layout {
            Layout::Values(values) => values.len(),
            Layout::Keys(keys, _) => keys.len(),
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many values are null.
    pub(crate) fn nulls(&self) -> usize {
        // Nulls alone take no memory, so their number may be anything.
        if self.is_of_nulls() {
            return self.len();
        }
        let mut nulls = 0;
        self.validity(|bits, number| nulls += number - bits.count_ones() as usize);
        nulls
    }

    /// Passes which values are not null to `sink`: bits of 64 at a time, the first in the lowest, and
    /// how many these are. The bits behind the last one are 0.
    pub(crate) fn validity(&self, mut sink: impl FnMut(u64, usize)) {
        for at in (0..self.len()).step_by(64) {
            let number = (self.len() - at).min(64);
            let bits = match (&self.layout, self.validity) {
                (Layout::Values(Values::Nulls(_)), _) => 0,
                (Layout::Values(_), None) => u64::MAX,
                (Layout::Values(_), Some(validity)) => validity.word(at),
                (Layout::Keys(_, values), own) if !values.may_have_nulls() => {
                    own.map_or(u64::MAX, |validity| validity.word(at))
                }
                (Layout::Keys(..), _) => {
                    let bit = |of: usize| u64::from(self.is_valid(at + of)) << of;
                    (0..number).fold(0, |bits, of| bits | bit(of))
                }
            };
            sink(bits & u64::MAX >> (64 - number), number);
        }
    }

    /// Whether a value may be null, by what is known of all.
    fn may_have_nulls(&self) -> bool {
        self.validity.is_some()
            || matches!(self.layout, Layout::Values(Values::Nulls(_)) | Layout::Keys(..))
    }

    /// Whether it is of nulls alone.
    fn is_of_nulls(&self) -> bool {
        match &self.layout {
            Layout::Values(values)
            | Layout::Keys(_, Column { layout: Layout::Values(values), .. }) => {
                matches!(values, Values::Nulls(_))
            }
            Layout::Keys(..) => false,
        }
    }

    /// The value with a number; `None` if it is null, or there is none.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<&'a [u8]> {
        (at < self.len()).then(|| self.place(at))?.map(|place| place.bytes())
    }

    /// Whether the value with a number, which exists, is not null.
    fn is_valid(&self, at: usize) -> bool {
        is_valid(self.validity, at)
            && match &self.layout {
                Layout::Values(values) => !matches!(values, Values::Nulls(_)),
                Layout::Keys(keys, values) => keys.get(at).is_some_and(|key| values.is_valid(key)),
            }
    }

    /// Passes the number of hits in each value to `sink`, in order; `None` for a null.
    ///
    /// # Errors
    ///
    /// [`Error::NoMemory`], if the column has keys.
    pub fn counts(&self, counter: &Counter, sink: impl FnMut(Option<u64>)) -> Result<(), Error> {
        self.ask_one(Question::Count(counter), sink)
    }

    /// Passes the largest count of a segment of each value to `sink`, as [`counts`](Self::counts).
    ///
    /// # Errors
    ///
    /// As [`counts`](Self::counts).
    pub fn max_counts(
        &self,
        counter: &Counter,
        sink: impl FnMut(Option<u64>),
    ) -> Result<(), Error> {
        self.ask_one(Question::MaxCount(counter), sink)
    }

    /// Passes to `sink` whether a segment of each value matches, as [`counts`](Self::counts).
    ///
    /// # Errors
    ///
    /// As [`counts`](Self::counts).
    pub fn has_counts(
        &self,
        counter: &Counter,
        mut sink: impl FnMut(Option<bool>),
    ) -> Result<(), Error> {
        self.ask_one(Question::HasCount(counter), |answer| sink(answer.map(|answer| answer != 0)))
    }

    /// Asks many questions of each value, which is read from memory once. Passes the number of a
    /// question and an answer to `sink`; `None` for a null. Those of one question come in the order of
    /// the values.
    ///
    /// ```
    /// use tally::{Column, Counter, Question, Reset, WordRule};
    ///
    /// let lines = Counter::new('#', 0, Reset::Newlines)?;
    /// let questions = [
    ///     Question::Words(WordRule::Unicode),
    ///     Question::MatchingSegments(&lines),
    ///     Question::StartingSegments(&lines, None),
    /// ];
    /// let column = Column::from_offsets(b"# one\ntwo", &[0_u32, 9, 9], None)?;
    /// let mut answers = [const { Vec::new() }; 3];
    /// column.ask(&questions, |question, answer| answers[question].push(answer.unwrap()))?;
    /// assert_eq!(answers, [[3, 0], [2, 1], [1, 0]]);
    /// # Ok::<(), tally::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`counts`](Self::counts).
    pub fn ask(
        &self,
        questions: &[Question<'_>],
        mut sink: impl FnMut(usize, Option<u64>),
    ) -> Result<(), Error> {
        self.answers(questions, &mut |mut answers| {
            let (question, first) = (answers.question, answers.first);
            for (at, &mut answer) in (first..).zip(answers.numbers()) {
                sink(question, self.is_valid(at).then_some(answer));
            }
        })
    }

    /// Passes the answers to `sink`, some at a time; for a null, 0. Those to one question come in the
    /// order of the values.
    pub(crate) fn answers(&self, questions: &[Question<'_>], sink: Sink<'_>) -> Result<(), Error> {
        if questions.is_empty() {
            return Ok(());
        }
        match &self.layout {
            Layout::Values(values) => answer_values(values, self.validity, questions, sink),
            Layout::Keys(keys, Column { layout: Layout::Values(values), validity })
                if values.len() <= keys.len() =>
            {
                let answers = answers_in_order(values, *validity, questions)?;
                self.answers_by_keys(keys, questions.len(), &answers, sink);
            }
            // Most values of the other column do not occur in this one.
            Layout::Keys(..) => {
                answer_all(questions, Scattered(self), None, &mut |mut answers| {
                    for (at, answer) in (answers.first..).zip(answers.numbers()) {
                        *answer *= u64::from(self.is_valid(at));
                    }
                    sink(answers);
                });
            }
        }
        Ok(())
    }

    /// Passes the answers to `sink` that the values of the other column have, of which as many are
    /// given for each of the questions.
    fn answers_by_keys(&self, keys: &Keys<'_>, questions: usize, answers: &[u64], sink: Sink<'_>) {
        let number = answers.len() / questions;
        let mut places = [0; MAX_NUMBER];
        let mut some = [0; MAX_NUMBER];
        for first in (0..keys.len()).step_by(MAX_NUMBER) {
            let len = (keys.len() - first).min(MAX_NUMBER);
            for (at, place) in (first..).zip(&mut places[..len]) {
                let key = keys.get(at).filter(|_| is_valid(self.validity, at));
                *place = key.unwrap_or(usize::MAX);
            }
            for question in 0..questions {
                let answers = &answers[question * number..][..number];
                for (answer, &place) in some.iter_mut().zip(&places[..len]) {
                    *answer = answers.get(place).copied().unwrap_or(0);
                }
                sink(Answers { question, first, numbers: &mut some[..len], least: None });
            }
        }
    }

    /// Passes the values that are not null to `sink`, as pieces of a text in which each value is
    /// followed by the byte `end`. Short values come many at a time.
    pub(crate) fn as_text<E>(
        &self,
        end: u8,
        mut sink: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        /// How many bytes of short values come at a time: on the stack, so that nothing is
        /// allocated.
        const ROOM: usize = 4 << 10;
        let mut room = [0; ROOM];
        let mut len = 0;
        // Nulls alone take no memory, so their number may be anything.
        let number = if self.is_of_nulls() { 0 } else { self.len() };
        for value in (0..number).filter_map(|at| self.get(at)) {
            if value.len() >= ROOM - len {
                sink(&room[..len])?;
                len = 0;
            }
            if value.len() >= ROOM {
                sink(value)?;
            } else {
                room[len..len + value.len()].copy_from_slice(value);
                len += value.len();
            }
            room[len] = end;
            len += 1;
        }
        sink(&room[..len])
    }

    /// Passes the answer to one question for each value to `sink`.
    fn ask_one(
        &self,
        question: Question<'_>,
        mut sink: impl FnMut(Option<u64>),
    ) -> Result<(), Error> {
        self.ask(&[question], |_, answer| sink(answer))
    }

    /// Where a value lies; `None` if it is null.
    fn place(&self, at: usize) -> Option<Place<'a>> {
        if !is_valid(self.validity, at) {
            return None;
        }
        match &self.layout {
            Layout::Values(values) => values.place(at),
            Layout::Keys(keys, values) => values.place(keys.get(at)?),
        }
    }
}

/// Strings by their lengths, one right behind the other.
pub(crate) struct List<'a> {
    data: &'a [u8],
    lens: &'a [usize],
    /// The first string of the chain that was found last, and where it begins in the data.
    first: usize,
    start: usize,
}

impl<'a> List<'a> {
    /// `None` if the sum of the lengths is not that of the data.
    pub(crate) fn new(data: &'a [u8], lens: &'a [usize]) -> Option<Self> {
        let sum = lens.iter().try_fold(0_usize, |sum, &len| sum.checked_add(len));
        (sum == Some(data.len())).then_some(Self { data, lens, first: 0, start: 0 })
    }

    /// Passes the answers to a question for each string to `sink`, some at a time.
    pub(crate) fn answers(self, question: Question<'_>, sink: Sink<'_>) {
        answer_all(&[question], self, None, sink);
    }
}

impl<'a> Strings<'a> for List<'a> {
    fn len(&self) -> usize {
        self.lens.len()
    }

    fn place(&self, at: usize) -> Place<'a> {
        let start = self.start + self.lens[self.first..at].iter().sum::<usize>();
        Place::new(self.data, start, start + self.lens[at])
    }

    fn chain(
        &mut self,
        first: usize,
        _: Option<Validity<'_>>,
        ends: &mut Ends,
    ) -> (usize, Place<'a>) {
        self.start += self.lens[self.first..first].iter().sum::<usize>();
        self.first = first;
        let (mut number, mut len) = (0, 0);
        for (end, more) in ends.iter_mut().zip(&self.lens[first..]) {
            let longer = len + more;
            if longer > MAX_STRINGS_LEN {
                break;
            }
            len = longer;
            *end = len as u32;
            number += 1;
        }
        (number, Place::new(self.data, self.start, self.start + len))
    }
}

/// The values of a column as strings that lie anywhere.
struct Scattered<'c, 'a>(&'c Column<'a>);

impl<'a> Strings<'a> for Scattered<'_, 'a> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn place(&self, at: usize) -> Place<'a> {
        self.0.place(at).unwrap_or(Place::EMPTY)
    }

    fn chain(&mut self, _: usize, _: Option<Validity<'_>>, _: &mut Ends) -> (usize, Place<'a>) {
        (0, Place::EMPTY)
    }
}

/// Passes the answers for each of the values to `sink`; for a null, 0. The loop for each layout is
/// compiled once, whatever the sink is.
fn answer_values(
    values: &Values<'_>,
    validity: Option<Validity<'_>>,
    questions: &[Question<'_>],
    sink: Sink<'_>,
) {
    match validity {
        None => values.answer(questions, None, sink),
        Some(valid) => values.answer(questions, validity, &mut |answers| {
            valid.clear_nulls(answers.first, answers.numbers);
            sink(answers);
        }),
    }
}

/// The answers for each of the values, one question behind the other.
fn answers_in_order(
    values: &Values<'_>,
    validity: Option<Validity<'_>>,
    questions: &[Question<'_>],
) -> Result<Vec<u64>, Error> {
    let number = values.len().checked_mul(questions.len()).ok_or(Error::NoMemory)?;
    let mut all = Vec::new();
    all.try_reserve_exact(number).map_err(|_| Error::NoMemory)?;
    all.resize(number, 0);
    answer_values(values, validity, questions, &mut |mut answers| {
        let first = answers.question * values.len() + answers.first;
        let numbers = answers.numbers();
        all[first..][..numbers.len()].copy_from_slice(numbers);
    });
    Ok(all)
}

/// Whether a value is not null.
fn is_valid(validity: Option<Validity<'_>>, at: usize) -> bool {
    validity.is_none_or(|validity| validity.get(at))
}

/// Whether every one of `number` values is known to be null or not.
fn covers(validity: Option<Validity<'_>>, number: usize) -> bool {
    validity.is_none_or(|validity| validity.covers(number))
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column").field("len", &self.len()).finish_non_exhaustive()
    }
}
