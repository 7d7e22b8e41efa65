//! Searches the inputs one after the other, and prints what is asked for.

use std::io::{self, Write};
use std::ops::ControlFlow::{Break, Continue};

use memchr::memchr;
use tally::{Counter, Error, Match, ReadOptions, Stream};

use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::input::{self, Input, OutputFile, Problem};
use crate::json::{Record, Text, Totals};
use crate::options::{Options, Report};
use crate::output::{self, Output, message};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::segments::selected;
use crate::totals::totals;
use crate::unit::Unit;

/// What the exit status depends on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcome {
    /// A segment was selected.
    pub(crate) found: bool,
    /// Something could not be read.
    pub(crate) failed: bool,
}

/// Searches all inputs. Fails only if the output cannot be written.
pub(crate) fn run(options: &Options, outcome: &mut Outcome) -> io::Result<()> {
    let progress = Progress::new(options.progress);
    let mut search = Search::new(options, outcome, &progress).map_err(io::Error::other)?;
    let mut written = Ok(());
    let _ = input::each(options, &mut |input| {
        match input {
            Ok(input) => written = search.file(&input),
            Err(problem) => search.problem(&problem),
        }
        let done = options.quiet && search.outcome.found;
        if done || written.is_err() { Break(()) } else { Continue(()) }
    });
    written.and_then(|()| search.end())
}

struct Search<'a> {
    options: &'a Options,
    outcome: &'a mut Outcome,
    counter: Counter,
    blocks: Blocks,
    printer: Printer<'a>,
    out: Output<'a>,
    progress: &'a Progress,
    output_file: OutputFile,
    /// The sums of the totals, and the number of files that they are of.
    sums: Totals,
    files: u64,
}

impl<'a> Search<'a> {
    fn new(
        options: &'a Options,
        outcome: &'a mut Outcome,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let Options { ref needle, min_number, unit, .. } = *options;
        let counter = Counter::new(needle.get(), min_number, unit.reset())?;
        Ok(Self {
            options,
            outcome,
            blocks: Blocks::new(unit),
            printer: Printer::new(options, counter.clone())?,
            counter,
            out: Output::new(progress),
            progress,
            output_file: OutputFile::new(),
            sums: Totals::default(),
            files: 0,
        })
    }

    /// Reports something that cannot be read.
    fn problem(&mut self, problem: &Problem) {
        if self.options.messages {
            message(&problem.name, &problem.reason);
        }
        self.outcome.failed |= !problem.harmless;
    }

    /// Searches one input. Fails only if the output cannot be written.
    fn file(&mut self, input: &Input) -> io::Result<()> {
        let prints_segments = self.options.report == Report::Segments && !self.options.quiet;
        let problem = |reason| Problem { name: input.name().to_vec(), reason, harmless: false };
        if prints_segments && self.output_file.is(input) {
            self.problem(&problem("input file is also the output".into()));
            return Ok(());
        }
        self.progress.begin(input.name(), || input.size());
        let result = self.answer(input);
        self.progress.end();
        match result {
            Ok(()) => {}
            Err(Failure::Input(reason)) => self.problem(&problem(reason)),
            Err(Failure::Output(error)) => return Err(error),
        }
        if self.options.flush { self.out.flush() } else { Ok(()) }
    }

    fn answer(&mut self, input: &Input) -> Result<(), Failure> {
        let options = self.options;
        match options.report {
            _ if options.quiet => {
                self.has_any(input)?;
            }
            Report::Segments if options.unit == Unit::File => self.print_file(input)?,
            Report::Segments => {
                self.each_selected(input, options.max_count, true)?;
            }
            Report::Name | Report::NameWithout => {
                if self.has_any(input)? == (options.report == Report::Name) {
                    output::name(input.name(), b"\n", options, &mut self.out)?;
                }
            }
            Report::Count => {
                let count = self.count(input)?;
                self.print_number(input, count)?;
            }
            Report::Hits => {
                let count = self.totals(input)?.count;
                self.print_number(input, count)?;
            }
            Report::Most => {
                let count = self.totals(input)?.max_count;
                self.print_number(input, count)?;
            }
            Report::Totals => {
                let totals = self.totals(input)?;
                self.print_totals(input, totals)?;
            }
        }
        Ok(())
    }

    /// Whether a segment is selected. Stops reading at the first one.
    fn has_any(&mut self, input: &Input) -> Result<bool, Failure> {
        let Options { min_number, unit, invert, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(false);
        }
        if unit != Unit::File && (invert || min_number == 0) {
            return Ok(self.each_selected(input, 1, false)? > 0);
        }
        let found = self.first_match(input)?.is_some() != invert;
        self.outcome.found |= found;
        Ok(found)
    }

    fn first_match(&self, input: &Input) -> Result<Option<Match>, Failure> {
        let mut stream = Stream::new(&self.counter)?;
        let mut progress = |done, _| {
            self.progress.set(done);
            Continue(())
        };
        let mut options = ReadOptions::new().progress(&mut progress);
        match &input.path {
            // Where every segment matches, the stream does not even open the file.
            Some(path) if !stream.matched() => stream.feed_file(path, &mut options)?,
            _ => {
                let file = input.open().map_err(Failure::reading)?;
                stream.feed_reader(file, &mut options)?
            }
        };
        Ok(stream.first_match())
    }

    /// The number of selected segments, up to the limit.
    fn count(&mut self, input: &Input) -> Result<u64, Failure> {
        match (self.options.unit, self.options.max_count) {
            (Unit::File, _) => Ok(self.has_any(input)?.into()),
            (_, u64::MAX) => Ok(self.totals(input)?.matching_segments),
            // The limit is there to stop reading.
            (_, max_count) => self.each_selected(input, max_count, false),
        }
    }

    fn totals(&mut self, input: &Input) -> Result<Totals, Failure> {
        let totals = totals(input, &self.counter, self.options, self.progress)?;
        self.outcome.found |= totals.matching_segments > 0;
        Ok(totals)
    }

    /// Finds at most `limit` selected segments, prints them if `print`, and returns their number.
    fn each_selected(&mut self, input: &Input, limit: u64, print: bool) -> Result<u64, Failure> {
        let Options { unit, invert, json, text, flush, .. } = *self.options;
        let hides_binary = print && !json && !text && unit.line_end() != 0;
        let file = input.open().map_err(Failure::reading)?;
        let mut reader = self.progress.watch(file);
        self.blocks.reset();
        self.printer.reset();
        let (mut found, mut base, mut is_binary) = (0, 0, false);
        while found < limit {
            let Some(block) = self.blocks.next(&mut reader)? else { break };
            is_binary |= hides_binary && base == 0 && memchr(0, block).is_some();
            for segment in selected(&self.counter, unit, invert, block) {
                found += 1;
                self.outcome.found = true;
                let bytes = &block[segment.start..segment.end];
                if hides_binary && (is_binary || memchr(0, bytes).is_some()) {
                    let reason = "binary file matches; use -a to print the matches";
                    self.progress.hidden(|| message(input.name(), reason));
                    return Ok(found);
                }
                if print {
                    self.printer.print(input, (block, base), &segment, &mut self.out)?;
                }
                if found == limit {
                    break;
                }
            }
            if print {
                self.printer.end_block(block, base);
            }
            base += block.len() as u64;
            if flush {
                self.out.flush()?;
            }
        }
        Ok(found)
    }

    fn print_number(&mut self, input: &Input, number: u64) -> io::Result<()> {
        let name = self.options.with_name.then(|| input.name());
        output::number(name, number, self.options, &mut self.out)
    }

    /// Prints a file as JSON if it is selected.
    fn print_file(&mut self, input: &Input) -> Result<(), Failure> {
        let Options { min_number, invert, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(());
        }
        let first = self.first_match(input)?;
        if first.is_some() != invert {
            self.outcome.found = true;
            let path = input.path_bytes().map(Text::from);
            let end = first.filter(|_| min_number > 0).map(|first| first.end);
            Record::File { path, end }.print(&mut self.out)?;
        }
        Ok(())
    }

    fn print_totals(&mut self, input: &Input, totals: Totals) -> io::Result<()> {
        let (options, out) = (self.options, &mut self.out);
        self.files += 1;
        self.sums.add(&totals);
        if options.json {
            let path = input.path_bytes().map(Text::from);
            return Record::Totals { path, totals }.print(out);
        }
        if self.files == 1 {
            output::heading(options, out)?;
        }
        // Standard input needs no name if it is the only input.
        let nameless = options.files.is_empty() && input.path.is_none();
        output::row(&totals, if nameless { b"" } else { input.name() }, out)
    }

    /// Prints what follows the last file.
    fn end(&mut self) -> io::Result<()> {
        if self.files > 1 && self.options.json {
            Record::Total(self.sums).print(&mut self.out)?;
        } else if self.files > 1 {
            output::row(&self.sums, b"total", &mut self.out)?;
        }
        self.out.flush()
    }
}
