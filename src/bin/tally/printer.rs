//! Printing selected segments, as text or JSON.

use std::io::{self, Write};

use tally::{Counter, Match};

use crate::input::Input;
use crate::json::{Fields, Record, Text};
use crate::lines::Place;
use crate::options::{Options, Report};
use crate::output::{self, Output};
use crate::pieces;
use crate::question::Numbers;
use crate::unit::Unit;

/// Prints segments.
pub(crate) struct Printer<'a> {
    options: &'a Options,
    /// The question's, for the count and for the hit with which it reaches the number.
    counter: Counter,
    /// Why rows are ragged, until this is printed behind the rows.
    reasons: Vec<u8>,
}

/// A segment to be printed.
pub(crate) struct Selected<'s> {
    pub(crate) start: u64,
    pub(crate) text: &'s [u8],
    pub(crate) place: Place,
    /// The offset in the file just past the hit with which the count reaches the number.
    pub(crate) hit_end: Option<u64>,
    /// The offset of the end of a segment that matches by its final count.
    pub(crate) end: Option<u64>,
    /// The final count, if it is known.
    pub(crate) count: Option<u64>,
    /// The number of hits in the first row, if the rows are compared with it.
    pub(crate) expected: Option<u64>,
    /// A carriage return ends it, and maybe a newline.
    pub(crate) ends_in_return: bool,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(options: &'a Options, counter: Counter) -> Self {
        Self { options, counter, reasons: Vec::new() }
    }

    /// Whether places of segments are printed.
    pub(crate) fn needs_place(&self) -> bool {
        let Options { place, json, ref question, report, .. } = *self.options;
        let is_column_in_line = place.column && question.unit == Unit::Word;
        place.line || json || is_column_in_line || question.ragged || report == Report::MostLine
    }

    /// Prints a segment that was found by its end.
    pub(crate) fn print_found(
        &mut self,
        input: &Input,
        found: &mut pieces::Found<'_, '_>,
        text: &[u8],
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let pieces::Found { segment: Match { start, end, count, .. }, expected, .. } = *found;
        let place = if self.needs_place() { found.place(text) } else { Place::default() };
        let question = &self.options.question;
        let by_end = question.ragged || matches!(question.numbers, Numbers::Within(..));
        let selected = Selected {
            start,
            text,
            place,
            hit_end: self.hit_end(start, text),
            end: by_end.then_some(end),
            count: Some(count),
            expected,
            ends_in_return: found.ends_in_return(),
        };
        self.print(input, &selected, out)
    }

    /// The offset just past the hit with which the count of a segment reaches the number.
    fn hit_end(&self, start: u64, text: &[u8]) -> Option<u64> {
        let Options { place, json, ref question, .. } = *self.options;
        match question.numbers {
            Numbers::AtLeast(1..) if !question.invert && (json || place.column) => {
                self.counter.find(text).map(|found| start + found.end)
            }
            _ => None,
        }
    }

    /// The count of a segment that is printed: the highest one where that decides.
    fn count(&self, text: &[u8], final_count: Option<u64>) -> u64 {
        let Options { ref question, report, .. } = *self.options;
        match final_count {
            _ if question.needs_highest() || report == Report::MostLine => self.highest_count(text),
            Some(count) => count,
            None => self.counter.count(text),
        }
    }

    /// The highest count in a segment, which without closing bytes is the final one.
    pub(crate) fn highest_count(&self, text: &[u8]) -> u64 {
        self.counter.max_count(text)
    }

    pub(crate) fn print(
        &mut self,
        input: &Input,
        selected: &Selected<'_>,
        out: &mut Output<'_>,
    ) -> io::Result<()> {
        let Options { place, json, with_name, show_count, report, ref question, .. } =
            *self.options;
        let &Selected { start, text, hit_end, expected, .. } = selected;
        let most = report == Report::MostLine;
        let needs_count = json || show_count || most;
        let count = if needs_count { self.count(text, selected.count) } else { 0 };
        let Place { line, line_start, row } = selected.place;
        let line_start = if question.unit == Unit::Word { line_start } else { start };
        let hit_column = hit_end.map(|end| end - question.needle.hit_len() as u64 - line_start + 1);
        // A row has one field more than separators.
        let fields = expected.map(|expected| {
            let fields = selected.count.unwrap_or(count) + 1;
            Fields { fields, expected: expected + 1 }
        });
        if json {
            let path = input.given_name().map(Text::from);
            let text = text.into();
            return if most {
                Record::MostLine { path, line, record: row, start, max_count: count, text }
            } else {
                Record::Segment {
                    path,
                    line,
                    record: row,
                    start,
                    end: hit_end.or(selected.end),
                    column: hit_column,
                    count,
                    fields,
                    text,
                }
            }
            .print(out);
        }
        if let Some(Fields { fields, expected }) = fields.filter(|it| it.fields != it.expected) {
            let s = if fields == 1 { "" } else { "s" };
            let reasons = &mut self.reasons;
            reasons.extend_from_slice(input.name());
            writeln!(reasons, ":{line}: {fields} field{s}, expected {expected}")?;
        }
        // Every segment reaches 0 at its start.
        let column = hit_column.unwrap_or(start - line_start + 1);
        let count = fields.map_or(count, |fields| fields.fields);
        output::Found {
            name: with_name.then(|| input.name()),
            numbers: [
                place.line.then_some(line),
                place.column.then_some(column),
                place.offset.then_some(start),
                (show_count || most).then_some(count),
            ],
            text,
            ends_in_return: selected.ends_in_return,
        }
        .print(self.options, out)
    }

    /// Prints to standard error why rows are ragged: behind the rows, if both go to a terminal.
    pub(crate) fn end_piece(&mut self, out: &mut Output<'_>) -> io::Result<()> {
        if !self.reasons.is_empty() {
            if self.options.messages {
                if self.options.flush {
                    out.flush()?;
                }
                out.message(&self.reasons);
            }
            self.reasons.clear();
        }
        Ok(())
    }
}
