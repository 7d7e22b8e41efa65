//! Finding the selected segments of an input, block by block, and printing them.

use std::io::{self, Write};

use memchr::memchr;
use tally::Counter;

use crate::blocks::{Block, Blocks, Extent};
use crate::failure::Failure;
use crate::input::{Input, Reader};
use crate::long::Long;
use crate::options::Options;
use crate::output::Output;
use crate::printer::Printer;
use crate::segments::{Segment, selected};

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
}

impl Selection<'_, '_> {
    /// Searches the input. What was found counts also if that fails.
    pub(crate) fn run(
        &mut self,
        blocks: &mut Blocks,
        reader: &mut Reader<'_>,
    ) -> Result<(), Failure> {
        self.printer.reset();
        let (mut base, mut long) = (0, None);
        while !self.is_done() {
            let Some(block) = blocks.next(reader)? else { break };
            match block.extent {
                Extent::Whole => self.whole(&block, base)?,
                Extent::Part => self.part(&block, base, None, &mut long, reader)?,
                Extent::LastPart(end) => self.part(&block, base, Some(end), &mut long, reader)?,
            }
            if self.print != Print::Nothing {
                self.printer.end_block(block.bytes, base);
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
    fn whole(&mut self, block: &Block<'_>, base: u64) -> io::Result<()> {
        let Options { unit, invert, .. } = *self.options;
        for segment in selected(self.counter, unit, invert, block.bytes) {
            let text = &block.bytes[segment.start..segment.end];
            let is_binary = self.print == Print::Text
                && (block.has_nul_before(base + segment.end as u64) || memchr(0, text).is_some());
            self.select((block.bytes, base), &segment, is_binary)?;
            if self.is_done() {
                break;
            }
        }
        Ok(())
    }

    /// Follows a segment that comes in parts. In its last part, it ends at `end`.
    fn part(
        &mut self,
        block: &Block<'_>,
        base: u64,
        end: Option<usize>,
        long: &mut Option<Long>,
        reader: &mut Reader<'_>,
    ) -> Result<(), Failure> {
        let Options { unit, invert, .. } = *self.options;
        let part = &block.bytes[..end.unwrap_or(block.bytes.len())];
        let segment = match long {
            Some(long) => long,
            None => long.insert(Long::new(
                self.counter,
                base,
                self.print != Print::Nothing && !reader.can_seek(),
            )?),
        };
        segment.feed(part, unit)?;
        let is_binary = self.print == Print::Text
            && (segment.has_nul || block.has_nul_before(base + part.len() as u64));
        let needs_text = self.print != Print::Nothing && !is_binary;
        // A match is certain as soon as there is one, and its absence at the end.
        let is_selected = if segment.matched() { Some(!invert) } else { end.map(|_| invert) };
        if !needs_text || is_selected == Some(false) {
            segment.drop_text();
        }
        if is_selected == Some(true) && !segment.is_counted && (end.is_some() || !needs_text) {
            segment.is_counted = true;
            let text = if needs_text { segment.text(reader, unit)? } else { Vec::new() };
            let (start, hit_end) = (segment.start, segment.hit_end().filter(|_| !invert));
            let whole = Segment { start: 0, end: text.len(), hit_end };
            self.select((&text, start), &whole, is_binary)?;
        }
        if end.is_some() {
            *long = None;
        }
        Ok(())
    }

    /// Counts and prints a selected segment.
    fn select(
        &mut self,
        block: (&[u8], u64),
        segment: &Segment,
        is_binary: bool,
    ) -> io::Result<()> {
        self.found.segments += 1;
        if is_binary {
            self.found.hidden = true;
        } else if self.print != Print::Nothing {
            self.printer.print(self.input, block, segment, self.out)?;
        }
        Ok(())
    }
}
