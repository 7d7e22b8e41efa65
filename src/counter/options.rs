use super::{Condition, Counter, Needle, Reset};
use crate::engine::Backend;
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
}

impl<'a> CounterOptions<'a> {
    /// A counter of `needle`, with the defaults: at least 0, no reset.
    pub fn new(needle: impl Into<Needle<'a>>) -> Self {
        Self { needle: needle.into(), condition: Condition::AtLeast(0), reset: Reset::None }
    }

    /// A segment matches if its count reaches `min_number`.
    pub fn at_least(self, min_number: u64) -> Self {
        self.condition(Condition::AtLeast(min_number))
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

    /// Makes the counter.
    ///
    /// # Errors
    ///
    /// As [`Counter::new`].
    pub fn build(self) -> Result<Counter, Error> {
        Counter::make(self.needle, self.condition, self.reset, Backend::chosen())
    }
}
