//! What is asked of each line, word or row: what is counted in it, and which counts are selected.

use tally::{ByteSet, Condition, Counter, CounterOptions, Error, Quotes};

use crate::needle::OwnedNeedle;
use crate::unit::Unit;

/// Which counts match.
#[derive(Clone, Copy)]
pub(crate) enum Numbers {
    /// The count reaches this number somewhere in the segment.
    AtLeast(u64),
    /// The final count is from the first number to the second.
    Within(u64, u64),
}

pub(crate) struct Question {
    pub(crate) needle: OwnedNeedle,
    /// With `ragged`, they are those of the first row of a file, and this is not used.
    pub(crate) numbers: Numbers,
    /// Select the segments that do not match.
    pub(crate) invert: bool,
    pub(crate) unit: Unit,
    pub(crate) quotes: Option<Quotes>,
    pub(crate) quote: u8,
    /// The quotes are those of fields, and the start of the data is the start of a field.
    pub(crate) has_fields: bool,
    pub(crate) closing: ByteSet,
    pub(crate) ragged: bool,
}

impl Question {
    /// Whether a segment is selected as soon as its count reaches a number, and ends at the next
    /// byte that can end one.
    pub(crate) fn is_plain(&self) -> bool {
        let reaches = matches!(self.numbers, Numbers::AtLeast(1..)) && !self.invert;
        let simple = matches!(self.unit, Unit::Line(_) | Unit::Word) && !self.ragged;
        reaches && simple && self.quotes.is_none() && self.closing.is_empty()
    }

    /// The counter of what matches, without -v.
    pub(crate) fn counter(&self) -> Result<Counter, Error> {
        match self.numbers {
            Numbers::AtLeast(min_number) => self.counter_with(Condition::AtLeast(min_number)),
            Numbers::Within(min_number, max_number) => {
                self.counter_with(Condition::Within { min_number, max_number })
            }
        }
    }

    /// A counter with the condition `condition`.
    ///
    /// It matches only what is a line, a word or a row: not the empty segment behind the last
    /// newline, and no empty word or row.
    fn counter_with(&self, condition: Condition) -> Result<Counter, Error> {
        let mut options = CounterOptions::new(self.needle.get())
            .condition(condition)
            .reset(self.unit.reset())
            .closing(self.closing);
        if let Some(quotes) = self.quotes {
            options = options.quotes(quotes);
        }
        match self.unit {
            // An empty segment does not reach 1 anyway.
            _ if matches!(condition, Condition::AtLeast(1..)) => options,
            Unit::Line(_) => options.skip_last_empty(true),
            Unit::Word | Unit::Row(_) => options.skip_empty(true),
            Unit::File => options,
        }
        .build()
    }

    /// The counter of every line, word or row.
    pub(crate) fn every(&self) -> Result<Counter, Error> {
        self.counter_with(Condition::Within { min_number: 0, max_number: u64::MAX })
    }

    /// The counter of the segments that are selected: those whose final count is within or, with
    /// -v, outside these numbers.
    pub(crate) fn selected(&self, min_number: u64, max_number: u64) -> Result<Counter, Error> {
        self.counter_with(if self.invert {
            Condition::Outside { min_number, max_number }
        } else {
            Condition::Within { min_number, max_number }
        })
    }

    /// Whether the highest count of a segment decides. With closing bytes, it is not the final one.
    pub(crate) fn needs_highest(&self) -> bool {
        !self.closing.is_empty() && matches!(self.numbers, Numbers::AtLeast(_))
    }

    /// Whether a segment with the count `count` is selected.
    pub(crate) fn selects(&self, count: u64) -> bool {
        let matches = match self.numbers {
            Numbers::AtLeast(min_number) => count >= min_number,
            Numbers::Within(min_number, max_number) => (min_number..=max_number).contains(&count),
        };
        matches != self.invert
    }

    /// Whether a byte order mark is skipped, as it is not part of the first field.
    pub(crate) fn skips_mark(&self) -> bool {
        self.has_fields || matches!(self.unit, Unit::Row(_))
    }

    /// The parts in which a piece of the input is fed: before the quotes that end it, and these.
    /// Whether a quoted field is open is known between them, and not behind them.
    pub(crate) fn parts<'p>(&self, piece: &'p [u8]) -> [&'p [u8]; 2] {
        let quotes = if self.has_fields {
            piece.iter().rev().take_while(|&&byte| byte == self.quote).count()
        } else {
            0
        };
        let (before, quotes) = piece.split_at(piece.len() - quotes);
        [before, quotes]
    }
}
