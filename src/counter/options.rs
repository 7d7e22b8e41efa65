use std::ops::{Bound, RangeBounds};

use super::{Counter, Needle, Quotes, Reset};
use crate::bytes::{ByteSet, Condition};
use crate::engine::{Backend, Question};
use crate::error::Error;

/// All options of a [`Counter`].
///
/// ```
/// use tally::{CounterOptions, Reset};
///
/// let counter = CounterOptions::new("::").at_least(2).reset(Reset::Spaces).build()?;
/// assert!(counter.has_count(b"std::fmt std::fmt::Debug"));
/// # Ok::<(), tally::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct CounterOptions<'a> {
    needle: Needle<'a>,
    condition: Condition,
    reset: Reset,
    skip_empty: bool,
    skip_last_empty: bool,
    quotes: Option<Quotes>,
    closing: ByteSet,
}

impl<'a> CounterOptions<'a> {
    /// A counter of `needle`, with the defaults: at least 0, no reset, no quotes, no closing bytes.
    pub fn new(needle: impl Into<Needle<'a>>) -> Self {
        Self {
            needle: needle.into(),
            condition: Condition::AtLeast(0),
            reset: Reset::None,
            skip_empty: false,
            skip_last_empty: false,
            quotes: None,
            closing: ByteSet::EMPTY,
        }
    }

    /// A segment matches if its count reaches `min_number`.
    pub fn at_least(self, min_number: u64) -> Self {
        self.condition(Condition::AtLeast(min_number))
    }

    /// A segment matches if its final count is not in `range`: `outside(11..=11)` finds the rows
    /// that do not have eleven commas, and `outside(2..)` those that have fewer than two.
    pub fn outside(self, range: impl RangeBounds<u64>) -> Self {
        let (min_number, max_number) = bounds(&range);
        self.condition(Condition::Outside { min_number, max_number })
    }

    /// A segment matches if its final count is in `range`.
    pub fn within(self, range: impl RangeBounds<u64>) -> Self {
        let (min_number, max_number) = bounds(&range);
        self.condition(Condition::Within { min_number, max_number })
    }

    /// A segment matches if its count satisfies `condition`.
    pub fn condition(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }

    /// The bytes that end a segment.
    pub fn reset(mut self, reset: impl Into<Reset>) -> Self {
        self.reset = reset.into();
        self
    }

    /// Whether a segment without a byte never matches.
    pub fn skip_empty(mut self, skip_empty: bool) -> Self {
        self.skip_empty = skip_empty;
        self
    }

    /// Whether the last segment, if it has no byte, never matches: what follows a final newline is
    /// no line.
    pub fn skip_last_empty(mut self, skip_last_empty: bool) -> Self {
        self.skip_last_empty = skip_last_empty;
        self
    }

    /// The quotes, which hide bytes.
    pub fn quotes(mut self, quotes: Quotes) -> Self {
        self.quotes = Some(quotes);
        self
    }

    /// The bytes that lower the count by one, but not below 0: with the needle `{[` and these `}]`,
    /// the count is the depth of nesting. For needles of single bytes.
    pub fn closing(mut self, closing: ByteSet) -> Self {
        self.closing = closing;
        self
    }

    /// Makes the counter.
    ///
    /// # Errors
    ///
    /// As [`Counter::new`]; and [`Error::EmptyRange`], [`Error::ResetIsHit`],
    /// [`Error::QuoteInUse`], [`Error::NoDelimiters`], [`Error::NotFields`],
    /// [`Error::ClosingInUse`] and [`Error::ClosingString`] for options that contradict one another.
    pub fn build(self) -> Result<Counter, Error> {
        self.build_with(Backend::chosen())
    }

    /// [`build`](Self::build) with a backend of choice, or `None` if this processor does not have
    /// it. For tests and benchmarks; not part of the stable interface.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    #[doc(hidden)]
    pub fn build_on(self, backend: &str) -> Result<Option<Counter>, Error> {
        Backend::named(backend).map(|backend| self.build_with(backend)).transpose()
    }

    fn build_with(self, backend: Backend) -> Result<Counter, Error> {
        let Self { needle, condition, skip_empty, skip_last_empty, closing, .. } = self;
        let reset = self.reset.bytes();
        let (bytes, is_string) = needle.bytes();
        match condition {
            Condition::Outside { min_number, max_number }
            | Condition::Within { min_number, max_number }
                if min_number > max_number =>
            {
                return Err(Error::EmptyRange);
            }
            _ => {}
        }
        let has_reset = reset.iter().any(|byte| bytes.contains(byte));
        if is_string && has_reset {
            return Err(Error::ResetInNeedle);
        }
        if has_reset && (skip_empty || skip_last_empty) {
            return Err(Error::ResetIsHit);
        }
        if !closing.is_empty() && is_string {
            return Err(Error::ClosingString);
        }
        if closing.iter().any(|byte| bytes.contains(byte)) {
            return Err(Error::ClosingInUse);
        }
        let quotes = self.quotes.map(|rule| rule.compile(&bytes, is_string, [&reset, &closing]));
        let quotes = quotes.transpose()?;
        let question = Question { condition, skip_empty, skip_last_empty, reset, quotes, closing };
        Counter::make(needle, question, backend)
    }
}

/// The lowest and the highest number of a range; the lowest is above the highest if it is empty.
fn bounds(range: &impl RangeBounds<u64>) -> (u64, u64) {
    const EMPTY: (u64, u64) = (1, 0);
    let low = match range.start_bound() {
        Bound::Included(&low) => low,
        Bound::Excluded(&u64::MAX) => return EMPTY,
        Bound::Excluded(&below) => below + 1,
        Bound::Unbounded => 0,
    };
    let high = match range.end_bound() {
        Bound::Included(&high) => high,
        Bound::Excluded(&0) => return EMPTY,
        Bound::Excluded(&above) => above - 1,
        Bound::Unbounded => u64::MAX,
    };
    (low, high)
}
