//! Searches the inputs one after the other, and prints what is asked for.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow::{Break, Continue};

use tally::{Counter, Error, Match, Stream};

use crate::ahead::{self, Prepared};
use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::input::{Input, OutputFile, Reader, Start};
use crate::json::{Record, Searched, Text, Totals};
use crate::options::{Binary, Options, Report};
use crate::output::{self, Output, message};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::selection::{Found, Print, Selection};
use crate::standard::StandardOutput;
use crate::totals::Sums;
use crate::unit::Unit;
use crate::walk::Problem;

/// What the exit status depends on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcome {
    /// A segment was selected.
    pub(crate) found: bool,
    /// Something could not be read.
    pub(crate) failed: bool,
}

/// Searches all inputs, and prints to `stdout`. Fails only if that cannot be written.
pub(crate) fn run(
    options: &Options,
    stdout: StandardOutput,
    outcome: &mut Outcome,
) -> io::Result<()> {
    let progress = Progress::new(options.progress);
    let mut search = Search::new(options, stdout, outcome, &progress).map_err(io::Error::other)?;
    let mut written = Ok(());
    let keep_open = search.prints_segments() && search.output_file.exists();
    let _ = ahead::each(options, keep_open, &mut |input| {
        match input {
            Ok(Prepared { input, start }) => written = search.file(&input, start),
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
    stream: Stream,
    sums: Sums<'a>,
    blocks: Blocks,
    printer: Printer<'a>,
    out: Output<'a>,
    progress: &'a Progress,
    output_file: OutputFile,
    /// The sums of what was counted for each file.
    total: Totals,
    searched: Searched,
    /// The number of rows of the table of totals.
    rows: u64,
    /// A segment of the current file is selected.
    found: bool,
}

impl<'a> Search<'a> {
    fn new(
        options: &'a Options,
        stdout: StandardOutput,
        outcome: &'a mut Outcome,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let Options { ref needle, min_number, unit, .. } = *options;
        let counter = Counter::new(needle.get(), min_number, unit.reset())?;
        Ok(Self {
            options,
            outcome,
            stream: Stream::new(&counter)?,
            sums: Sums::new(options, &counter, progress)?,
            blocks: Blocks::new(unit),
            printer: Printer::new(options, counter.clone())?,
            counter,
            output_file: OutputFile::new(&stdout),
            out: Output::new(stdout, progress),
            progress,
            total: Totals::default(),
            searched: Searched::default(),
            rows: 0,
            found: false,
        })
    }

    fn prints_segments(&self) -> bool {
        self.options.report == Report::Segments && !self.options.quiet
    }

    /// Reports something that cannot be read.
    fn problem(&mut self, problem: &Problem) {
        self.say(&problem.name, &problem.reason);
        self.outcome.failed |= !problem.harmless;
        self.searched.errors += u64::from(!problem.harmless);
    }

    /// Prints a message, unless there are to be none.
    fn say(&self, name: &[u8], reason: &str) {
        if self.options.messages {
            self.progress.hidden(|| message(name, reason));
        }
    }

    /// Searches one input. Fails only if the output cannot be written.
    fn file(&mut self, input: &Input, start: Option<io::Result<Start>>) -> io::Result<()> {
        self.found = false;
        let reader = Reader::open(input, start, self.progress).map_err(Failure::reading);
        let result = reader.and_then(|mut reader| self.opened(input, &mut reader));
        self.progress.end();
        self.searched.files += 1;
        self.searched.matching_files += u64::from(self.found);
        self.outcome.found |= self.found;
        match result {
            Ok(()) => {}
            Err(Failure::Input(reason)) => {
                let name = input.name().to_vec();
                self.problem(&Problem { name, reason, harmless: false });
            }
            Err(Failure::Output(error)) => return Err(error),
        }
        if self.options.flush { self.out.flush() } else { Ok(()) }
    }

    fn opened(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        if self.prints_segments() && self.output_file.is(reader) {
            return Err(Failure::Input("input file is also the output".into()));
        }
        self.blocks.reset();
        let result = if self.options.binary == Binary::Skip && self.blocks.is_binary(reader)? {
            self.answer_without_match(input)
        } else {
            self.answer(input, reader)
        };
        if let Some(encoding) = reader.encoding() {
            let reason = format!("{encoding} text, which is searched byte by byte; see iconv(1)");
            self.say(input.name(), &reason);
        }
        result
    }

    fn answer(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        match self.options.report {
            _ if self.options.quiet => {
                self.has_any(input, reader)?;
            }
            Report::Segments if self.options.unit == Unit::File => {
                self.print_file(input, reader)?;
            }
            Report::Segments => self.print_selected(input, reader)?,
            Report::Name | Report::NameWithout => {
                let found = self.has_any(input, reader)?;
                self.print_name(input, found)?;
            }
            Report::Count => {
                let count = self.count(input, reader)?;
                self.total.matching_segments += count;
                self.print_number(input, count)?;
            }
            Report::Hits | Report::Most | Report::Totals => {
                let totals = self.sums_of(input, reader)?;
                self.total.add(&totals);
                match self.options.report {
                    Report::Hits => self.print_number(input, totals.count)?,
                    Report::Most => self.print_number(input, totals.max_count)?,
                    _ => self.print_totals(input, totals)?,
                }
            }
        }
        Ok(())
    }

    /// The answer for a binary file that is skipped.
    fn answer_without_match(&mut self, input: &Input) -> Result<(), Failure> {
        match self.options.report {
            _ if self.options.quiet => {}
            Report::Segments | Report::Totals => {}
            Report::Name | Report::NameWithout => self.print_name(input, false)?,
            Report::Count | Report::Hits | Report::Most => self.print_number(input, 0)?,
        }
        Ok(())
    }

    /// Whether a segment is selected. Stops reading at the first one.
    fn has_any(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<bool, Failure> {
        let Options { min_number, unit, invert, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(false);
        }
        if unit != Unit::File && (invert || min_number == 0) {
            let found = self.each_selected(input, reader, 1, Print::Nothing)?;
            return Ok(found.segments > 0);
        }
        let found = self.first_match(reader)?.is_some() != invert;
        self.found |= found;
        Ok(found)
    }

    fn first_match(&mut self, reader: &mut Reader<'_>) -> Result<Option<Match>, Failure> {
        self.stream.reset();
        while !self.stream.matched() {
            let Some(chunk) = self.blocks.chunk(reader)? else { break };
            self.stream.feed(chunk)?;
        }
        Ok(self.stream.first_match())
    }

    /// The number of selected segments, up to the limit.
    fn count(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<u64, Failure> {
        match (self.options.unit, self.options.max_count) {
            (Unit::File, _) => Ok(self.has_any(input, reader)?.into()),
            (_, u64::MAX) => Ok(self.sums_of(input, reader)?.matching_segments),
            // The limit is there to stop reading.
            (_, max_count) => {
                Ok(self.each_selected(input, reader, max_count, Print::Nothing)?.segments)
            }
        }
    }

    fn sums_of(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<Totals, Failure> {
        let totals = self.sums.of(input, reader, &mut self.blocks)?;
        self.found |= totals.matching_segments > 0;
        Ok(totals)
    }

    /// Prints the selected segments. Of a binary file, only that there are some.
    fn print_selected(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Options { unit, json, binary, waits, max_count, .. } = *self.options;
        let print = match binary {
            Binary::Hide | Binary::Skip if !json && unit.line_end() != 0 => Print::Text,
            _ => Print::All,
        };
        // Who types the input wants to see each line.
        let waits = waits && (input.path.is_some() || !io::stdin().is_terminal());
        if print == Print::Text && waits && max_count > 0 && self.blocks.is_binary(reader)? {
            if self.has_any(input, reader)? {
                self.hide(input);
            }
            return Ok(());
        }
        let found = self.each_selected(input, reader, max_count, print)?;
        self.total.matching_segments += found.segments;
        if found.hidden {
            self.hide(input);
        }
        Ok(())
    }

    /// Says that the matches of a binary file are not printed.
    fn hide(&self, input: &Input) {
        let reason = "binary file matches; use -a to print the matches";
        self.progress.hidden(|| message(input.name(), reason));
    }

    /// Finds at most `limit` selected segments, and prints them.
    fn each_selected(
        &mut self,
        input: &Input,
        reader: &mut Reader<'_>,
        limit: u64,
        print: Print,
    ) -> Result<Found, Failure> {
        let mut selection = Selection {
            options: self.options,
            input,
            counter: &self.counter,
            printer: &mut self.printer,
            out: &mut self.out,
            print,
            limit,
            found: Found::default(),
        };
        let result = selection.run(&mut self.blocks, reader);
        let found = selection.found;
        self.found |= found.segments > 0;
        result.map(|()| found)
    }

    fn print_number(&mut self, input: &Input, number: u64) -> io::Result<()> {
        let (options, out) = (self.options, &mut self.out);
        if !options.json {
            let name = options.with_name.then(|| input.name());
            return output::number(name, number, options, out);
        }
        let path = input.given_name().map(Text::from);
        match options.report {
            Report::Hits => Record::Hits { path, count: number },
            Report::Most => Record::Most { path, max_count: number },
            _ => Record::Count { path, matching_segments: number },
        }
        .print(out)
    }

    /// Prints the name of a file, if the report lists those in which a segment is selected, or
    /// those in which none is.
    fn print_name(&mut self, input: &Input, found: bool) -> io::Result<()> {
        let (options, out) = (self.options, &mut self.out);
        if found != (options.report == Report::Name) {
            Ok(())
        } else if options.json {
            Record::Name { path: input.given_name().map(Text::from) }.print(out)
        } else {
            output::name(input.name(), b"\n", options, out)
        }
    }

    /// Prints a file as JSON if it is selected.
    fn print_file(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Options { min_number, invert, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(());
        }
        let first = self.first_match(reader)?;
        if first.is_some() != invert {
            self.found = true;
            self.total.matching_segments += 1;
            let path = input.given_name().map(Text::from);
            let end = first.filter(|_| min_number > 0).map(|first| first.end);
            Record::File { path, end }.print(&mut self.out)?;
        }
        Ok(())
    }

    fn print_totals(&mut self, input: &Input, totals: Totals) -> io::Result<()> {
        let (options, out) = (self.options, &mut self.out);
        self.rows += 1;
        if options.json {
            let path = input.given_name().map(Text::from);
            return Record::Totals { path, totals }.print(out);
        }
        if self.rows == 1 {
            output::heading(options, out)?;
        }
        // Standard input needs no name if it is the only input.
        let nameless =
            options.files.is_empty() && options.list.is_none() && input.given_name().is_none();
        output::row(&totals, if nameless { b"" } else { input.name() }, out)
    }

    /// Prints what follows the last file.
    fn end(&mut self) -> io::Result<()> {
        let Totals { count, max_count, matching_segments, segments, bytes } = self.total;
        if self.options.quiet {
        } else if self.options.json {
            let report = self.options.report;
            let is = |reports: &[Report]| reports.contains(&report);
            Record::Total {
                count: is(&[Report::Hits, Report::Totals]).then_some(count),
                max_count: is(&[Report::Most, Report::Totals]).then_some(max_count),
                matching_segments: is(&[Report::Segments, Report::Count, Report::Totals])
                    .then_some(matching_segments),
                segments: is(&[Report::Totals]).then_some(segments),
                bytes: is(&[Report::Totals]).then_some(bytes),
                searched: self.searched,
            }
            .print(&mut self.out)?;
        } else if self.rows > 1 {
            output::row(&self.total, b"total", &mut self.out)?;
        }
        self.out.flush()
    }
}
