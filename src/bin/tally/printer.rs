//! Printing selected segments, as text or JSON.

use std::io;

use tally::{Counter, Error};

use crate::input::Input;
use crate::json::{Record, Text};
use crate::options::Options;
use crate::output::{Found, Output};
use crate::segments::{Lines, Segment};
use crate::unit::Unit;

/// Prints the segments of one file after the other.
pub(crate) struct Printer<'a> {
    options: &'a Options,
    counter: Counter,
    lines: Lines,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(options: &'a Options, counter: Counter) -> Result<Self, Error> {
        Ok(Self { options, counter, lines: Lines::new(options.unit.line_end())? })
    }

    /// Prepares for another file.
    pub(crate) fn reset(&mut self) {
        self.lines.reset();
    }

    /// Prints a segment of `block`, which starts at the offset `base` of the file. The segments of
    /// a block are printed in order.
    pub(crate) fn print(
        &mut self,
        input: &Input,
        (block, base): (&[u8], u64),
        segment: &Segment,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let Options { place, json, unit, with_name, .. } = *self.options;
        if self.needs_lines() {
            self.lines.advance(block, base, segment.start);
        }
        let start = base + segment.start as u64;
        let line = self.lines.number + 1;
        let line_start = if unit == Unit::Word { self.lines.start } else { start };
        let end = segment.hit_end.map(|end| base + end as u64);
        let hit_column = end.map(|end| end - self.options.needle.hit_len() as u64 - line_start + 1);
        let text = &block[segment.start..segment.end];
        if json {
            let record = Record::Segment {
                path: input.given_name().map(Text::from),
                line,
                start,
                end,
                column: hit_column,
                count: self.counter.count(text),
                text: text.into(),
            };
            return record.print(out);
        }
        // Every segment reaches 0 at its start.
        let column = hit_column.unwrap_or(start - line_start + 1);
        let found = Found {
            name: with_name.then(|| input.name()),
            line: place.line.then_some(line),
            column: place.column.then_some(column),
            offset: place.offset.then_some(start),
            text,
        };
        found.print(self.options, out)
    }

    /// Continues behind the end of a block.
    pub(crate) fn end_block(&mut self, block: &[u8], base: u64) {
        if self.needs_lines() {
            self.lines.advance(block, base, block.len());
        }
    }

    fn needs_lines(&self) -> bool {
        let Options { place, json, unit, .. } = *self.options;
        place.line || json || (place.column && unit == Unit::Word)
    }
}
