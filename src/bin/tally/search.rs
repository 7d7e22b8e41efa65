//! Searches the inputs one after the other, and prints what is asked for.

use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow::{Break, Continue};

use memchr::{memchr, memchr_iter};
use tally::{Counter, Error, Match, Stream};

use crate::ahead::{self, Prepared};
use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::finder::Finder;
use crate::input::{Input, OutputFile, Reader, Start};
use crate::json::{Record, Searched, Text, Totals};
use crate::lines::Lines;
use crate::options::{Binary, Options, Report};
use crate::output::{self, Output, message};
use crate::pieces::Follow;
use crate::printer::{Printer, Selected};
use crate::progress::Progress;
use crate::question::Numbers;
use crate::selection::{Found, Print, Selection};
use crate::standard::StandardOutput;
use crate::survey::{First, Histogram, Most};
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
    /// Finds what is selected, or all for a survey, where that takes more than a plain search.
    finder: Option<Finder<'a>>,
    lines: Lines,
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
    /// The offset of the quote that is open at the end of the current file.
    unclosed_quote: Option<u64>,
}

impl<'a> Search<'a> {
    fn new(
        options: &'a Options,
        stdout: StandardOutput,
        outcome: &'a mut Outcome,
        progress: &'a Progress,
    ) -> Result<Self, Error> {
        let question = &options.question;
        let counter = question.counter()?;
        let finder = match options.report {
            Report::MostLine | Report::Histogram => Some(Finder::every(question)?),
            _ if question.is_plain() || question.unit == Unit::File => None,
            _ => Some(Finder::selected(question)?),
        };
        Ok(Self {
            options,
            outcome,
            stream: Stream::new(&counter)?,
            sums: Sums::new(options, &counter, progress)?,
            blocks: Blocks::new(question.unit),
            finder,
            lines: Lines::new(question, options.json)?,
            printer: Printer::new(options, counter.clone()),
            counter,
            output_file: OutputFile::new(&stdout),
            out: Output::new(stdout, progress),
            progress,
            total: Totals::default(),
            searched: Searched::default(),
            rows: 0,
            found: false,
            unclosed_quote: None,
        })
    }

    fn prints_segments(&self) -> bool {
        let report = self.options.report;
        matches!(report, Report::Segments | Report::MostLine) && !self.options.quiet
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
        self.unclosed_quote = None;
        let reader = Reader::open(input, start, self.progress).map_err(Failure::reading);
        let result = reader.and_then(|mut reader| {
            self.opened(input, &mut reader)?;
            self.closed(input, &mut reader)
        });
        self.progress.end();
        self.searched.files += u64::from(result.is_ok());
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
        // A file with fields in another encoding would have other quotes and separators.
        if self.options.question.skips_mark() {
            self.blocks.begin(reader)?;
            if let Some(encoding) = reader.encoding() {
                return Err(Failure::Input(format!(
                    "{encoding} text, in which rows and quotes are not found; see iconv(1)"
                )));
            }
            self.doubt_separator(input);
        }
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

    /// If the first line has no comma, but another usual separator, says so: with the wrong one, all
    /// rows have one field, and none is ragged.
    fn doubt_separator(&self, input: &Input) {
        if !self.options.question.ragged || self.options.has_separator {
            return;
        }
        let line = self.blocks.first_line();
        let count = |separator: u8| memchr_iter(separator, line).count();
        let likely = b";\t|".iter().copied().max_by_key(|&separator| count(separator));
        if let Some(likely) = likely.filter(|&likely| count(likely) > 0 && count(b',') == 0) {
            let likely = likely.escape_ascii();
            let reason = format!("there is no comma in the first line; is -d '{likely}' meant?");
            self.say(input.name(), &reason);
        }
    }

    /// Reports the quote that is open at the end of the input, and the line where it was opened.
    fn closed(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Some(offset) = self.unclosed_quote else { return Ok(()) };
        let line = match self.lines.line_of_quote(offset) {
            Some(line) => line,
            None => match self.lines.line_at(offset, reader) {
                Ok(line) => line,
                // What is known is said before why no more is.
                Err(failure) => {
                    let reason = format!(": the quote at offset {offset} is never closed\n");
                    self.out.message(&[input.name(), reason.as_bytes()].concat());
                    return Err(failure);
                }
            },
        };
        self.outcome.failed = true;
        self.searched.errors += 1;
        if self.options.json && !self.options.quiet {
            let path = input.given_name().map(Text::from);
            Record::UnclosedQuote { path, line, start: offset }.print(&mut self.out)?;
        }
        // -s is about files that cannot be read. This is about what is in one.
        let reason = format!(":{line}: the quote that opens here is never closed\n");
        self.out.message(&[input.name(), reason.as_bytes()].concat());
        Ok(())
    }

    fn answer(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        match self.options.report {
            _ if self.options.quiet => {
                self.has_any(input, reader)?;
            }
            Report::Segments if self.options.question.unit == Unit::File => {
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
            Report::MostLine => self.print_most(input, reader)?,
            Report::Histogram => self.print_histogram(input, reader)?,
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
            Report::Segments | Report::Totals | Report::MostLine | Report::Histogram => {}
            Report::Name | Report::NameWithout => self.print_name(input, false)?,
            Report::Count | Report::Hits | Report::Most => self.print_number(input, 0)?,
        }
        Ok(())
    }

    /// Whether a segment is selected. Stops reading at the first one.
    fn has_any(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<bool, Failure> {
        let Options { ref question, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(false);
        }
        if question.unit != Unit::File && !question.is_plain() {
            let found = self.each_selected(input, reader, 1, Print::Nothing)?;
            return Ok(found.segments > 0);
        }
        let found = self.first_match(input, reader)?.is_some() != question.invert;
        self.found |= found;
        Ok(found)
    }

    fn first_match(
        &mut self,
        input: &Input,
        reader: &mut Reader<'_>,
    ) -> Result<Option<Match>, Failure> {
        let question = &self.options.question;
        // A match would end the search without having found anything, but what follows may be
        // unreadable, or open a quote.
        if self.options.none && question.invert {
            let totals = self.sums_of(input, reader)?;
            return Ok((totals.matching_segments == 0).then(Match::default));
        }
        let start = self.blocks.skip_mark(question.skips_mark(), reader)?;
        let mut base = start;
        self.lines.reset(start);
        self.stream.reset();
        while !self.stream.matched() {
            let Some(chunk) = self.blocks.chunk(reader)? else {
                self.stream.finish()?;
                break;
            };
            if question.quotes.is_some() {
                // For the line of a quote that is not closed.
                let mut fed = 0;
                for part in question.parts(chunk) {
                    self.stream.feed(part)?;
                    fed += part.len();
                    let open = self.stream.unclosed_quote().map(|offset| offset + start);
                    self.lines.note_quote(chunk, base, fed, open);
                }
                self.lines.end_piece(chunk, base);
            } else {
                self.stream.feed(chunk)?;
            }
            base += chunk.len() as u64;
        }
        self.unclosed_quote = self.stream.unclosed_quote().map(|offset| offset + start);
        let located = |found: Match| Match { end: found.end + start, ..found };
        Ok(self.stream.first_match().map(located))
    }

    /// The number of selected segments, up to the limit.
    fn count(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<u64, Failure> {
        let question = &self.options.question;
        match (question.unit, self.options.max_count) {
            (Unit::File, _) => Ok(self.has_any(input, reader)?.into()),
            (_, u64::MAX) if !question.ragged => Ok(self.sums_of(input, reader)?.matching_segments),
            // The limit is there to stop reading.
            (_, max_count) => {
                Ok(self.each_selected(input, reader, max_count, Print::Nothing)?.segments)
            }
        }
    }

    fn sums_of(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<Totals, Failure> {
        let (totals, open) = self.sums.of(input, reader, &mut self.blocks, &mut self.lines)?;
        self.unclosed_quote = open;
        self.found |= totals.matching_segments > 0;
        Ok(totals)
    }

    /// Prints the selected segments. Of a binary file, only that there are some.
    fn print_selected(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let Options { json, waits, max_count, .. } = *self.options;
        let print = if self.hides_binary() && !json { Print::Text } else { Print::All };
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
        } else if input.path.is_none() && found.segments > 0 && found.segments == max_count {
            // As with grep, the next program reads what follows the last line.
            reader.seek_behind(found.printed_end, self.options.question.unit);
        }
        Ok(())
    }

    /// Whether the matches of binary files are hidden.
    fn hides_binary(&self) -> bool {
        let Options { binary, ref question, .. } = *self.options;
        binary != Binary::Print && question.unit.line_end() != 0
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
        let finder = self.finder.as_mut();
        let result = selection.run(finder, &mut self.lines, &mut self.blocks, reader);
        let found = selection.found;
        self.found |= found.segments > 0;
        self.unclosed_quote = found.unclosed_quote;
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
        let Options { ref question, max_count, .. } = *self.options;
        if max_count == 0 {
            return Ok(());
        }
        let first = self.first_match(input, reader)?;
        if first.is_some() != question.invert {
            self.found = true;
            self.total.matching_segments += 1;
            let path = input.given_name().map(Text::from);
            let is_decided = matches!(question.numbers, Numbers::AtLeast(1..));
            let end = first.filter(|_| is_decided).map(|first| first.end);
            Record::File { path, end }.print(&mut self.out)?;
        }
        Ok(())
    }

    /// Prints the first segment with the highest count.
    fn print_most(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let question = &self.options.question;
        let mut most = Most::new(&self.printer, question);
        if let Some(finder) = &mut self.finder {
            let lines = &mut self.lines;
            let mut follow =
                Follow { question, finder, lines, needs_text: true, needs_place: true };
            self.unclosed_quote = follow.each(&mut self.blocks, reader, &mut most)?;
        }
        self.found |= most.is_selected;
        let Some(First { segment, count, place, text, has_nul_before, ends_in_return }) =
            most.first
        else {
            return Ok(());
        };
        self.total.max_count = self.total.max_count.max(count);
        let is_binary = has_nul_before || memchr(0, &text).is_some();
        if is_binary && self.hides_binary() && !self.options.json {
            self.hide(input);
            return Ok(());
        }
        let selected = Selected {
            start: segment.start,
            text: &text,
            place,
            hit_end: None,
            end: None,
            count: Some(segment.count),
            expected: None,
            ends_in_return,
        };
        Ok(self.printer.print(input, &selected, &mut self.out)?)
    }

    /// Prints how many segments have which count.
    fn print_histogram(&mut self, input: &Input, reader: &mut Reader<'_>) -> Result<(), Failure> {
        let question = &self.options.question;
        let mut histogram = Histogram::new(&self.printer, question);
        if let Some(finder) = &mut self.finder {
            let (lines, needs_text) = (&mut self.lines, question.needs_highest());
            let mut follow = Follow { question, finder, lines, needs_text, needs_place: false };
            self.unclosed_quote = follow.each(&mut self.blocks, reader, &mut histogram)?;
        }
        let mut bars = histogram.bars();
        self.found |= if question.ragged {
            // Some rows differ from the first one, or all are like it.
            (bars.len() > 1) == question.invert
        } else {
            bars.iter().any(|bar| question.selects(bar.count))
        };
        if question.ragged {
            for bar in &mut bars {
                bar.count += 1;
            }
        }
        self.total.segments += bars.iter().map(|bar| bar.segments).sum::<u64>();
        let (options, out) = (self.options, &mut self.out);
        if options.json {
            let path = input.given_name().map(Text::from);
            return Ok(Record::Histogram { path, histogram: &bars }.print(out)?);
        }
        self.rows += 1;
        let name = options.with_name.then(|| input.name());
        Ok(output::histogram(&bars, name, self.rows == 1, options, out)?)
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
                max_count: is(&[Report::Most, Report::MostLine, Report::Totals])
                    .then_some(max_count),
                matching_segments: is(&[Report::Segments, Report::Count, Report::Totals])
                    .then_some(matching_segments),
                segments: is(&[Report::Histogram, Report::Totals]).then_some(segments),
                bytes: is(&[Report::Totals]).then_some(bytes),
                searched: self.searched,
            }
            .print(&mut self.out)?;
        } else if self.rows > 1 && self.options.report == Report::Totals {
            output::row(&self.total, b"total", &mut self.out)?;
        }
        self.out.flush()
    }
}
