//! Which segments of an input are selected, in the order of the input, when that depends on their
//! end: on the final count, on quotes, on closing bytes.

use std::collections::VecDeque;

use tally::{Error, Match, Stream};

use crate::question::{Numbers, Question};

/// The most matches that are found at a time.
const BATCH: usize = 512;

/// Finds segments in one input after the other. Their offsets are those in the input.
pub(crate) struct Finder<'a> {
    question: &'a Question,
    kind: Kind,
    stream: Stream,
    /// The offset in the input of the first byte that the stream was fed.
    origin: u64,
    /// How far the input has been fed.
    fed: u64,
    matches: Vec<Match>,
    /// The offset of the quote that was open at the end of the input.
    open: Option<u64>,
}

enum Kind {
    /// The stream finds the segments.
    Direct,
    /// The stream finds all segments, and this knows which of them are selected.
    Marked(Marks),
    /// The first row is awaited: the stream finds all.
    First,
    /// The number of hits in the first row. The stream finds the rows behind it.
    Ragged(u64),
}

impl<'a> Finder<'a> {
    /// Finds the selected segments.
    pub(crate) fn selected(question: &'a Question) -> Result<Self, Error> {
        let (kind, counter) = match question.numbers {
            _ if question.ragged => (Kind::First, question.every()?),
            Numbers::AtLeast(min_number) if min_number > 0 && question.needs_highest() => {
                (Kind::Marked(Marks::new(question)?), question.every()?)
            }
            Numbers::AtLeast(min_number) => {
                (Kind::Direct, question.selected(min_number, u64::MAX)?)
            }
            Numbers::Within(min_number, max_number) => {
                (Kind::Direct, question.selected(min_number, max_number)?)
            }
        };
        Ok(Self::new(question, kind, Stream::new(&counter)?))
    }

    /// Finds all segments.
    pub(crate) fn every(question: &'a Question) -> Result<Self, Error> {
        Ok(Self::new(question, Kind::Direct, Stream::new(&question.every()?)?))
    }

    fn new(question: &'a Question, kind: Kind, stream: Stream) -> Self {
        let matches = vec![Match::default(); BATCH];
        Self { question, kind, stream, origin: 0, fed: 0, matches, open: None }
    }

    /// Prepares for another input, which is fed from the offset `start` on.
    pub(crate) fn reset(&mut self, start: u64) -> Result<(), Error> {
        match &mut self.kind {
            Kind::Direct | Kind::First => self.stream.reset(),
            Kind::Marked(marks) => {
                self.stream.reset();
                marks.reset();
            }
            Kind::Ragged(_) => {
                self.stream = Stream::new(&self.question.every()?)?;
                self.kind = Kind::First;
            }
        }
        (self.origin, self.fed) = (start, start);
        Ok(())
    }

    /// Prepares for a piece of the input, all of which is then fed with [`Self::find`].
    pub(crate) fn begin_piece(&mut self, piece: &[u8]) -> Result<(), Error> {
        if let Kind::Marked(marks) = &mut self.kind { marks.feed(piece) } else { Ok(()) }
    }

    /// Finds the next segments, which are then [`Self::found`]. Returns how much of `data` was
    /// used: as long as that is not all, this is called again with the rest.
    pub(crate) fn find(&mut self, data: &[u8]) -> Result<usize, Error> {
        let room = if let Kind::First = self.kind { 1 } else { BATCH };
        self.matches.resize(room, Match::default());
        let (found, used) = self.stream.find(data, &mut self.matches)?;
        self.matches.truncate(found);
        self.fed += used as u64;
        self.judge()?;
        Ok(used)
    }

    /// The input ends here. The last segment is then [`Self::found`], if it is one to be found.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.stream.finish()?;
        self.open = self.open_quote();
        self.matches.clear();
        self.matches.extend(self.stream.first_match());
        self.judge()
    }

    /// Keeps the matches that are selected, with their places in the input.
    fn judge(&mut self) -> Result<(), Error> {
        for found in &mut self.matches {
            found.start += self.origin;
            found.end += self.origin;
        }
        match (&mut self.kind, self.matches.first()) {
            (Kind::First, Some(&Match { count, .. })) => {
                self.stream = Stream::new(&self.question.selected(count, count)?)?;
                self.origin = self.fed;
                self.kind = Kind::Ragged(count);
                // It has as many fields as itself.
                if self.question.invert {
                    self.matches.clear();
                }
            }
            (Kind::Marked(marks), _) => self.matches.retain(|found| marks.selects(found.segment)),
            _ => {}
        }
        Ok(())
    }

    /// What the last call has found.
    pub(crate) fn found(&self) -> &[Match] {
        &self.matches
    }

    /// The offset of the quote that was open at the end of the input.
    pub(crate) fn unclosed_quote(&self) -> Option<u64> {
        self.open
    }

    /// The offset of the quote that is open at the end of what was fed.
    pub(crate) fn open_quote(&self) -> Option<u64> {
        self.stream.unclosed_quote().map(|offset| offset + self.origin)
    }

    /// The number of hits in the first row, if the others are compared with it.
    pub(crate) fn expected(&self) -> Option<u64> {
        if let Kind::Ragged(count) = self.kind { Some(count) } else { None }
    }
}

/// The segments in which the count reaches a number, also if it falls again.
struct Marks {
    stream: Stream,
    matches: Vec<Match>,
    /// Their numbers, as far as they are known and not passed.
    segments: VecDeque<u64>,
    invert: bool,
}

impl Marks {
    fn new(question: &Question) -> Result<Self, Error> {
        Ok(Self {
            stream: Stream::new(&question.counter()?)?,
            matches: vec![Match::default(); BATCH],
            segments: VecDeque::new(),
            invert: question.invert,
        })
    }

    fn reset(&mut self) {
        self.stream.reset();
        self.segments.clear();
    }

    fn feed(&mut self, mut data: &[u8]) -> Result<(), Error> {
        while !data.is_empty() {
            let (found, used) = self.stream.find(data, &mut self.matches)?;
            self.segments.extend(self.matches[..found].iter().map(|found| found.segment));
            data = &data[used..];
        }
        Ok(())
    }

    /// Whether a segment is selected. It has been fed to its end, and none before it is asked for
    /// any more.
    fn selects(&mut self, segment: u64) -> bool {
        while self.segments.front().is_some_and(|&front| front < segment) {
            self.segments.pop_front();
        }
        (self.segments.front() == Some(&segment)) != self.invert
    }
}
