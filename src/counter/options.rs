use super::{Counter, Needle, Reset};
use crate::Error;
use crate::engine::{Backend, Plan};
use crate::sys::Shared;

/// What a segment's count has to satisfy for the segment to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// The count reaches this number; 0 holds for every segment.
    AtLeast(u64),
}

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
        self.build_on(Backend::chosen())
    }

    pub(super) fn build_on(self, backend: Backend) -> Result<Counter, Error> {
        let Condition::AtLeast(min_number) = self.condition;
        let resets = self.reset.bytes();
        let needle = self.needle.compile(&resets)?;
        let plan = Plan::new(backend, needle, min_number, &resets);
        Ok(Counter::from_plan(Shared::try_new(plan)?))
    }
}
