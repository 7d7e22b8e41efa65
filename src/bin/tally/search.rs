//! Reads the files and answers for each.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::ops::ControlFlow::{Break, Continue};
use std::ops::Deref;
use std::path::Path;
use std::rc::Rc;

use memchr::memchr;
use tally::{ByteSet, Counter, Error, ReadError, ReadOptions, Reset, Summary, Totals};

use crate::arguments::{Options, Per, Report};
use crate::input::{self, Input, OutputFile, Problem, Unreadable, reason};
use crate::json::Object;
use crate::output::{self, Found, Numbers, Output};
use crate::progress::Progress;
use crate::segments::{Blocks, Lines, Question, Segment};

/// A file smaller than this is read faster on one thread.
const WORTH_THREADS: u64 = 16 << 20;

/// How it went.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcome {
    /// A segment asked for was found.
    pub(crate) found: bool,
    /// Something could not be read.
    pub(crate) failed: bool,
}

/// Does all that is asked; an error is one of the output.
pub(crate) fn run(options: &Options, outcome: &mut Outcome) -> io::Result<()> {
    let mut search = Search::new(options, outcome).map_err(io::Error::other)?;
    let mut written = Ok(());
    let _ = input::each(options, &mut |input| {
        written = match input {
            Ok(input) => search.file(input),
            Err(problem) => {
                search.problem(&problem);
                Ok(())
            }
        };
        let enough = options.quiet && search.outcome.found;
        if enough || written.is_err() { Break(()) } else { Continue(()) }
    });
    written.and_then(|()| search.end())
}

struct Search<'a> {
    options: &'a Options,
    outcome: &'a mut Outcome,
    counter: Counter,
    /// Counts the bytes that end lines.
    line_ends: Counter,
    blocks: Blocks,
    out: Output,
    progress: Rc<Progress>,
    output_file: OutputFile,
    all: Numbers,
    files: u64,
}

impl<'a> Search<'a> {
    fn new(options: &'a Options, outcome: &'a mut Outcome) -> Result<Self, Error> {
        let reset = Reset::AnyOf(options.per.resets());
        let progress = Rc::new(Progress::new(options.progress));
        Ok(Self {
            options,
            outcome,
            counter: Counter::new(options.what.get(), options.number, reset)?,
            line_ends: Counter::new(ByteSet::EMPTY.with(options.line_end()), 1, Reset::None)?,
            blocks: Blocks::new(options.per),
            out: Output::new(Rc::clone(&progress)),
            progress,
            output_file: OutputFile::new(),
            all: Numbers::default(),
            files: 0,
        })
    }

    /// Tells of something that cannot be read.
    fn problem(&mut self, problem: &Problem) {
        if self.options.messages {
            message(&problem.name, &problem.reason);
        }
        self.outcome.failed |= !problem.harmless;
    }

    /// Answers for one file; an error is one of the output.
    fn file(&mut self, input: Input) -> io::Result<()> {
        let printing = self.options.report == Report::Segments && !self.options.quiet;
        if printing && self.output_file.is(&input) {
            let reason = "it is the file that the output goes to".to_owned();
            self.problem(&Problem { name: input.name().to_vec(), reason, harmless: false });
            return Ok(());
        }
        if let Some(size) = input.size() {
            self.progress.begin(&String::from_utf8_lossy(input.name()), size);
        }
        self.blocks.start();
        let mut input = Watched { input, progress: Rc::clone(&self.progress) };
        let answered = self.answer(&mut input);
        self.progress.end();
        match answered {
            Err(Failure::Output(error)) => return Err(error),
            Err(Failure::Input(reason)) => {
                let name = input.name().to_vec();
                self.problem(&Problem { name, reason, harmless: false });
            }
            Ok(()) => {}
        }
        if self.options.prompt { self.out.flush() } else { Ok(()) }
    }

    fn answer(&mut self, file: &mut Watched) -> Result<(), Failure> {
        let options = self.options;
        match options.report {
            _ if options.quiet => {
                self.has_any(file)?;
            }
            Report::Segments if options.per == Per::File => self.print_file(file)?,
            Report::Segments => {
                self.walk(file, true)?;
            }
            Report::Name | Report::NameWithout => {
                if self.has_any(file)? == (options.report == Report::Name) {
                    output::name(file.name(), b"\n", options, &mut self.out)?;
                }
            }
            // A limit is there to stop reading.
            Report::Count | Report::Hits | Report::Most => {
                let number = match options.report {
                    Report::Hits => self.numbers(file)?.hits,
                    Report::Most => self.numbers(file)?.most,
                    _ if options.limit == u64::MAX => self.count(file)?,
                    // A limit is there to stop reading.
                    _ if options.per == Per::File => self.has_any(file)?.into(),
                    _ => self.walk(file, false)?,
                };
                let name = options.with_name.then(|| file.name());
                output::number(name, number, options, &mut self.out)?;
            }
            Report::Totals => {
                let numbers = self.numbers(file)?;
                self.row(file, &numbers)?;
            }
        }
        Ok(())
    }

    fn row(&mut self, file: &Watched, numbers: &Numbers) -> io::Result<()> {
        let (options, out) = (self.options, &mut self.out);
        if options.json {
            let mut object = Object::new("totals", out)?;
            object.path(file.path())?;
            numbers.json(options, object)?;
        } else {
            if self.files == 0 {
                Numbers::heading(options, out)?;
            }
            // Standard input that nobody named needs no name.
            numbers.row(
                if options.files.is_empty() && file.path.is_none() { b"" } else { file.name() },
                out,
            )?;
        }
        self.files += 1;
        self.all.add(numbers);
        Ok(())
    }

    /// Needle comes after the last file.
    fn end(&mut self) -> io::Result<()> {
        if self.files > 1 {
            if self.options.json {
                self.all.json(self.options, Object::new("total", &mut self.out)?)?;
            } else {
                self.all.row(b"total", &mut self.out)?;
            }
        }
        self.out.flush()
    }

    /// Whether the file has any segment that is asked for; reads no further than it must.
    fn has_any(&mut self, file: &mut Watched) -> Result<bool, Failure> {
        let Options { number, per, invert, limit, .. } = *self.options;
        if limit == 0 {
            return Ok(false);
        }
        if per != Per::File && (invert || number == 0) {
            return Ok(self.walk(file, false)? > 0);
        }
        let found = self.first(file)?.is_some() != invert;
        self.outcome.found |= found;
        Ok(found)
    }

    /// The first match.
    fn first(&mut self, file: &mut Watched) -> Result<Option<tally::Match>, Failure> {
        let mut stream = Stream::new(&self.counter)?;
        while !stream.matched() {
            let chunk = self.blocks.next_chunk(file)?;
            if chunk.is_empty() {
                break;
            }
            stream.feed(chunk);
        }
        Ok(stream.find())
    }

    /// Prints a file that has a match, in JSON.
    fn print_file(&mut self, file: &mut Watched) -> Result<(), Failure> {
        if self.options.limit == 0 {
            return Ok(());
        }
        if let Some(found) = self.first(file)? {
            self.outcome.found = true;
            let mut object = Object::new("match", &mut self.out)?;
            object.path(file.path())?;
            if self.options.number > 0 {
                object.number("hit", found.end - self.options.what.hit_len() as u64)?;
            }
            object.end()?;
        }
        Ok(())
    }

    /// How many segments are asked for.
    fn count(&mut self, file: &mut Watched) -> Result<u64, Failure> {
        let Options { number, per, invert, .. } = *self.options;
        if number == 0 || invert || per == Per::File || self.is_worth_threads(file) {
            return Ok(self.numbers(file)?.found);
        }
        // Whole segments are counted as they stand, faster than all numbers are found. Needle chunks
        // cut is put together in a summary; it ends in the byte that ends the segment.
        let mut cut = Summary::new(&self.counter)?;
        let mut found = 0;
        loop {
            let chunk = self.blocks.next_chunk(file)?;
            if chunk.is_empty() {
                break;
            }
            let (Some(first), Some(last)) = (per.first_end(chunk), per.last_end(chunk)) else {
                cut.feed(chunk);
                continue;
            };
            cut.feed(&chunk[..=first]);
            found += self.counter.matching_segments(&chunk[first + 1..=last]);
            cut.feed(&chunk[last + 1..]);
        }
        found += cut.totals().matching_segments;
        self.outcome.found |= found > 0;
        Ok(found)
    }

    /// All numbers.
    fn numbers(&mut self, file: &mut Watched) -> Result<Numbers, Failure> {
        let options = self.options;
        let mut summary = Summary::new(&self.counter)?;
        let mut last = None;
        // Words are runs that are not empty; the segments of white space are many more.
        let mut words = match options.per {
            Per::Word => Some(word_counter(options.per)?.summary()?),
            _ => None,
        };
        match &file.input.path {
            Some(path) if words.is_none() && self.is_worth_threads(file) => {
                last = self.on_threads(path, &mut summary)?;
            }
            _ => loop {
                let chunk = self.blocks.next_chunk(file)?;
                let Some(&end) = chunk.last() else { break };
                last = Some(end);
                summary.feed(chunk);
                if let Some(words) = &mut words {
                    words.feed(chunk);
                }
            },
        }
        let Totals { bytes, count, max_count, segments, matching_segments } = summary.totals();
        let segments = match (&words, options.per) {
            (Some(words), _) => words.totals().matching_segments,
            // Needle follows the last line's end is a line if it has a byte.
            (None, Per::Line(end)) if last.is_none_or(|last| last == end) => segments - 1,
            _ => segments,
        };
        let reached = if options.number == 0 { segments } else { matching_segments };
        let found = if options.invert { segments - reached } else { reached };
        self.outcome.found |= found > 0;
        Ok(Numbers { hits: count, most: max_count, found, segments, bytes })
    }

    /// Goes through the segments that are asked for, prints them if asked to, and counts them.
    fn walk(&mut self, file: &mut Watched, print: bool) -> Result<u64, Failure> {
        let options = self.options;
        let question = Question::new(&self.counter, options);
        let any = options.quiet || matches!(options.report, Report::Name | Report::NameWithout);
        let limit = if any { 1.min(options.limit) } else { options.limit };
        let check = print && !options.json && !options.text && options.line_end() != 0;
        let (path, name) = (file.path().map(<[u8]>::to_vec), file.name().to_vec());
        let mut printer = Printer {
            options,
            counter: &self.counter,
            line_ends: &self.line_ends,
            lines: Lines::default(),
            path: path.as_deref(),
            name: &name,
            out: &mut self.out,
        };
        let (mut found, mut base, mut binary) = (0, 0, false);
        while found < limit {
            let Some(block) = self.blocks.next(file)? else { break };
            binary |= check && base == 0 && memchr(0, block).is_some();
            let flow = question.each(block, |segment| {
                found += 1;
                self.outcome.found = true;
                if check && (binary || memchr(0, &block[segment.start..segment.end]).is_some()) {
                    message(printer.name, "a binary file, with lines found; -a prints them");
                    return Break(Ok(()));
                }
                if print && let Err(error) = printer.print(block, base, &segment) {
                    return Break(Err(error));
                }
                if found == limit { Break(Ok(())) } else { Continue(()) }
            });
            if let Break(ended) = flow {
                ended?;
                break;
            }
            if print && (options.place.line || options.place.column || options.json) {
                printer.pass(block, base, block.len());
            }
            base += block.len() as u64;
            if options.prompt {
                printer.out.flush()?;
            }
        }
        Ok(found)
    }
}

/// Counts words, as those segments that have a byte.
fn word_counter(per: Per) -> Result<Counter, Error> {
    let ends = per.resets();
    let others: ByteSet = (0..=u8::MAX).filter(|&byte| !ends.contains(byte)).collect();
    Counter::new(others, 1, Reset::AnyOf(ends))
}

impl Search<'_> {
    fn is_worth_threads(&self, file: &Watched) -> bool {
        let has_path = file.input.path.is_some();
        self.options.threads > 1 && has_path && file.size() >= Some(WORTH_THREADS)
    }

    /// Feeds a large file on several threads; gives its last byte.
    fn on_threads(&self, path: &Path, summary: &mut Summary) -> Result<Option<u8>, Failure> {
        let mut told = 0;
        let mut tell = |done: u64, _| {
            self.progress.advance(done.saturating_sub(told));
            told = done;
            Continue(())
        };
        let threads = NonZeroUsize::new(self.options.threads).unwrap_or(NonZeroUsize::MIN);
        let mut options = ReadOptions::new().progress(&mut tell).threads(threads);
        summary.feed_file(path, &mut options).map_err(|error| match error {
            ReadError::Io(error) => Failure::Input(reason(&error)),
            error => Failure::Input(error.to_string()),
        })?;
        last_byte(path).map_err(|error| Failure::Input(reason(&error)))
    }
}

fn last_byte(path: &Path) -> io::Result<Option<u8>> {
    let mut file = fs::File::open(path)?;
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(Some(last[0]))
}

/// Why there is no answer.
enum Failure {
    /// The file cannot be read on; the next can.
    Input(String),
    /// Nothing can be printed any more.
    Output(io::Error),
}

impl From<Unreadable> for Failure {
    fn from(Unreadable(reason): Unreadable) -> Self {
        Self::Input(reason)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A file whose reading is told to the progress bar.
struct Watched {
    input: Input,
    progress: Rc<Progress>,
}

impl Deref for Watched {
    type Target = Input;

    fn deref(&self) -> &Input {
        &self.input
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.reader.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}

/// Prints what is found in one file.
struct Printer<'a> {
    options: &'a Options,
    counter: &'a Counter,
    line_ends: &'a Counter,
    lines: Lines,
    path: Option<&'a [u8]>,
    name: &'a [u8],
    out: &'a mut Output,
}

impl Printer<'_> {
    /// Prints a segment of `block`, which starts at the offset `base` of the file.
    fn print(&mut self, block: &[u8], base: u64, segment: &Segment) -> io::Result<()> {
        let Options { place, json, per, with_name, .. } = *self.options;
        let start = base + segment.start as u64;
        if place.line || json || (place.column && per == Per::Word) {
            self.pass(block, base, segment.start);
        }
        let line_start = if per == Per::Word { self.lines.start } else { start };
        let hit = segment.hit_end.map(|end| base + (end - self.options.what.hit_len()) as u64);
        // Every segment has none at its start.
        let column = hit.unwrap_or(start) - line_start + 1;
        let text = &block[segment.start..segment.end];
        if !json {
            let found = Found {
                name: with_name.then_some(self.name),
                line: place.line.then_some(self.lines.number + 1),
                column: place.column.then_some(column),
                offset: place.offset.then_some(start),
                text,
            };
            return found.print(self.options, self.out);
        }
        let mut object = Object::new("match", self.out)?;
        object.path(self.path)?;
        object.number("line", self.lines.number + 1)?;
        object.number("offset", start)?;
        if let Some(hit) = hit {
            object.number("column", column)?;
            object.number("hit", hit)?;
        }
        object.number("count", self.counter.count(text))?;
        object.bytes("text", text)?;
        object.end()
    }

    /// Goes on to the offset `to` of the block, to know the line there.
    fn pass(&mut self, block: &[u8], base: u64, to: usize) {
        self.lines.advance(self.line_ends, self.options.line_end(), block, base, to);
    }
}

/// A line on standard error. Where that cannot be written, nobody can be told.
pub(crate) fn message(name: &[u8], reason: &str) {
    let mut line = b"tally: ".to_vec();
    line.extend_from_slice(name);
    line.extend_from_slice(b": ");
    line.extend_from_slice(reason.as_bytes());
    line.push(b'\n');
    let _ = io::stderr().write_all(&line);
}
