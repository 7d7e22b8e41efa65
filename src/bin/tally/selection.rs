//! Finding the selected segments of an input, and printing them.

use std::io::{self, Write};
use std::ops::ControlFlow::{self, Break, Continue};

use memchr::memchr;
use tally::Counter;

use crate::blocks::{Block, Blocks, Extent};
use crate::failure::Failure;
use crate::finder::Finder;
use crate::input::{Input, Reader};
use crate::lines::{Lines, Place};
use crate::long::Long;
use crate::options::Options;
use crate::output::Output;
use crate::pieces::{self, Follow, Visitor};
use crate::printer::{Printer, Selected};
use crate::segments::{Segment, matching};

/// Which of the selected segments are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Print {
    Nothing,
    /// Those before the first in a binary input.
    Text,
    All,
}

/// A search of one input, up to a limit.
pub(crate) struct Selection<'s, 'a> {
    pub(crate) options: &'a Options,
    pub(crate) input: &'s Input,
    pub(crate) counter: &'s Counter,
    pub(crate) printer: &'s mut Printer<'a>,
    pub(crate) out: &'s mut Output<'a>,
    pub(crate) print: Print,
    /// The most segments that are selected.
    pub(crate) limit: u64,
    pub(crate) found: Found,
}

/// What was found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Found {
    /// The number of selected segments.
    pub(crate) segments: u64,
    /// The last of them is not printed, nor are those behind it: the input is binary.
    pub(crate) hidden: bool,
    /// The offset of the end of the last one that was printed.
    pub(crate) printed_end: u64,
    /// The offset of the quote that is open at the end of the input, if that was reached.
    pub(crate) unclosed_quote: Option<u64>,
}

impl Selection<'_, '_> {
    /// Searches the input: by the finder, if segments match by their end or bytes can be quoted.
    /// What was found counts also if that fails.
    pub(crate) fn run(
        &mut self,
        finder: Option<&mut Finder<'_>>,
        lines: &mut Lines,
        blocks: &mut Blocks,
        reader: &mut Reader<'_>,
    ) -> Result<(), Failure> {
        let Some(finder) = finder else { return self.by_blocks(lines, blocks, reader) };
        if self.is_done() {
            return Ok(());
        }
        let mut follow = Follow {
            question: &self.options.question,
            finder,
            lines,
            needs_text: self.print != Print::Nothing,
            needs_place: self.print != Print::Nothing && self.printer.needs_place(),
        };
        let result = follow.each(blocks, reader, self);
        self.printer.end_piece(self.out)?;
        self.found.unclosed_quote = result?;
        Ok(())
    }

    /// Searches block by block.
    fn by_blocks(
        &mut self,
        lines: &mut Lines,
        blocks: &mut Blocks,
        reader: &mut Reader<'_>,
    ) -> Result<(), Failure> {
        lines.reset(0);
        let needs_lines = self.print != Print::Nothing && self.printer.needs_place();
        let (mut base, mut long) = (0, None);
        while !self.is_done() {
            let Some(block) = blocks.next(reader)? else { break };
            match block.extent {
                Extent::Whole => self.whole(&block, base, lines)?,
                Extent::Part => self.part((&block, base), None, &mut long, lines, reader)?,
                Extent::LastPart(end) => {
                    self.part((&block, base), Some(end), &mut long, lines, reader)?;
                }
            }
            if needs_lines {
                lines.advance(block.bytes, base, block.bytes.len());
            }
            base += block.bytes.len() as u64;
            if self.options.flush {
                self.out.flush()?;
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.found.segments >= self.limit || self.found.hidden
    }

    /// Searches a block of whole segments, which starts at the offset `base` of the input.
    fn whole(&mut self, block: &Block<'_>, base: u64, lines: &mut Lines) -> io::Result<()> {
        for segment in matching(self.counter, self.options.question.unit, block.bytes) {
            let text = &block.bytes[segment.start..segment.end];
            let is_binary = self.print == Print::Text
                && (block.has_nul_before(base + segment.end as u64) || memchr(0, text).is_some());
            self.select((block.bytes, base), &segment, is_binary, lines)?;
            if self.is_done() {
                break;
            }
        }
        Ok(())
    }

    /// Follows a segment that comes in parts. In its last part, it ends at `end`.
    fn part(
        &mut self,
        (block, base): (&Block<'_>, u64),
        end: Option<usize>,
        long: &mut Option<Long>,
        lines: &mut Lines,
        reader: &mut Reader<'_>,
    ) -> Result<(), Failure> {
        let question = &self.options.question;
        let part = &block.bytes[..end.unwrap_or(block.bytes.len())];
        let segment = match long {
            Some(long) => long,
            None => long.insert(Long::new(
                self.counter,
                base,
                self.print != Print::Nothing && !reader.can_seek(),
            )?),
        };
        segment.feed(part, question)?;
        let is_binary = self.print == Print::Text
            && (segment.has_nul || block.has_nul_before(base + part.len() as u64));
        let needs_text = self.print != Print::Nothing && !is_binary;
        // A match is certain as soon as there is one, and its absence at the end.
        let is_selected = segment.matched();
        if !needs_text || !is_selected && end.is_some() {
            segment.drop_text();
        }
        if is_selected && !segment.is_counted && (end.is_some() || !needs_text) {
            segment.is_counted = true;
            let text = if needs_text { segment.text(reader, question)? } else { Vec::new() };
            let whole = Segment { start: 0, end: text.len(), hit_end: segment.hit_end() };
            self.select((&text, segment.start), &whole, is_binary, lines)?;
        }
        if end.is_some() {
            *long = None;
        }
        Ok(())
    }

    /// Counts and prints a selected segment.
    fn select(
        &mut self,
        (block, base): (&[u8], u64),
        segment: &Segment,
        is_binary: bool,
        lines: &mut Lines,
    ) -> io::Result<()> {
        self.found.segments += 1;
        if is_binary {
            self.found.hidden = true;
            return Ok(());
        }
        if self.print == Print::Nothing {
            return Ok(());
        }
        let start = base + segment.start as u64;
        let place = if self.printer.needs_place() {
            lines.place(block, base, start, &[])
        } else {
            Place::default()
        };
        let selected = Selected {
            start,
            text: &block[segment.start..segment.end],
            place,
            hit_end: segment.hit_end.map(|end| base + end as u64),
            end: None,
            count: None,
            expected: None,
            ends_in_return: false,
        };
        self.found.printed_end = base + segment.end as u64;
        self.printer.print(self.input, &selected, self.out)
    }
}

impl Visitor for Selection<'_, '_> {
    fn segment(&mut self, found: &mut pieces::Found<'_, '_>) -> Result<ControlFlow<()>, Failure> {
        self.found.segments += 1;
        if self.print != Print::Nothing {
            self.found.hidden = self.print == Print::Text && found.has_nul_before();
        }
        if self.print != Print::Nothing && !self.found.hidden {
            let text = found.text()?;
            if self.print == Print::Text && memchr(0, &text).is_some() {
                self.found.hidden = true;
            } else {
                self.found.printed_end = found.segment.end;
                self.printer.print_found(self.input, found, &text, self.out)?;
                if self.options.flush {
                    self.printer.end_piece(self.out)?;
                }
            }
        }
        Ok(if self.is_done() { Break(()) } else { Continue(()) })
    }

    fn end_piece(&mut self) -> Result<(), Failure> {
        self.printer.end_piece(self.out)?;
        if self.options.flush {
            self.out.flush()?;
        }
        Ok(())
    }
}
