//! Following an input piece by piece: its segments, their texts and their places.

use std::borrow::Cow;
use std::ops::ControlFlow::{self, Break};

use tally::{Match, Summary};

use crate::blocks::Blocks;
use crate::failure::Failure;
use crate::finder::Finder;
use crate::input::Reader;
use crate::lines::{Lines, Place};
use crate::question::Question;
use crate::unit::Unit;

/// How an input is followed.
pub(crate) struct Follow<'f, 'a> {
    pub(crate) question: &'f Question,
    pub(crate) finder: &'f mut Finder<'a>,
    pub(crate) lines: &'f mut Lines,
    /// Texts will be asked for.
    pub(crate) needs_text: bool,
    /// Places will be asked for.
    pub(crate) needs_place: bool,
}

/// What is known where a segment was found.
pub(crate) struct Found<'p, 'r> {
    /// Its offsets are those in the input.
    pub(crate) segment: Match,
    /// The number of hits in the first row, if the others are compared with it.
    pub(crate) expected: Option<u64>,
    piece: &'p [u8],
    base: u64,
    first_nul: Option<u64>,
    kept: Option<&'p Kept>,
    reader: &'p mut Reader<'r>,
    lines: &'p mut Lines,
    question: &'p Question,
}

impl<'p> Found<'p, '_> {
    /// The text of the segment: from the piece, from what was kept of those before it, or read
    /// again.
    pub(crate) fn text(&mut self) -> Result<Cow<'p, [u8]>, Failure> {
        let Match { start, end, .. } = self.segment;
        let no_memory = || no_memory(self.question);
        let len = usize::try_from(end - start).map_err(|_| no_memory())?;
        if let Some(start) = start.checked_sub(self.base) {
            return Ok(Cow::Borrowed(&self.piece[start as usize..][..len]));
        }
        let Some(kept) = self.kept else {
            return self.reader.bytes_at(start, len).map(Cow::Owned).map_err(|error| {
                match error.kind() {
                    std::io::ErrorKind::OutOfMemory => no_memory(),
                    _ => Failure::reading(error),
                }
            });
        };
        let before = &kept.bytes[(start - kept.base) as usize..];
        let before = &before[..before.len().min(len)];
        let mut text = Vec::new();
        text.try_reserve_exact(len).map_err(|_| no_memory())?;
        text.extend_from_slice(before);
        text.extend_from_slice(&self.piece[..len - before.len()]);
        Ok(Cow::Owned(text))
    }

    /// The place of the segment, which has the text `text`.
    pub(crate) fn place(&mut self, text: &[u8]) -> Place {
        let before = self.base.saturating_sub(self.segment.start).min(text.len() as u64);
        self.lines.place(self.piece, self.base, self.segment.start, &text[..before as usize])
    }

    /// Whether the input has a NUL byte in the window before the end of the segment.
    pub(crate) fn has_nul_before(&self) -> bool {
        self.first_nul.is_some_and(|nul| nul < self.segment.end)
    }

    /// Whether a carriage return ends the segment. It is part of the line end.
    pub(crate) fn ends_in_return(&self) -> bool {
        let end = self.segment.end.checked_sub(self.base);
        let byte = end.and_then(|end| self.piece.get(end as usize));
        self.question.unit == Unit::Row(b'\n') && byte == Some(&b'\r')
    }
}

/// What is done with the segments that are found.
pub(crate) trait Visitor {
    fn segment(&mut self, found: &mut Found<'_, '_>) -> Result<ControlFlow<()>, Failure>;

    /// Everything that was read so far has been searched.
    fn end_piece(&mut self) -> Result<(), Failure> {
        Ok(())
    }
}

impl Follow<'_, '_> {
    /// Passes the segments of an input to `visitor`, until that breaks. Returns the offset of the
    /// quote that is open at the end of the input, if it was reached.
    pub(crate) fn each(
        &mut self,
        blocks: &mut Blocks,
        reader: &mut Reader<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<Option<u64>, Failure> {
        let mut base = blocks.skip_mark(self.question.skips_mark(), reader)?;
        self.finder.reset(base)?;
        self.lines.reset(base);
        let needs_kept = self.needs_text && !reader.can_seek();
        let mut kept = if needs_kept { Some(Kept::new(self.question, base)?) } else { None };
        // The line of an open quote is needed too, and may be looked for in the file.
        let needs_lines = self.needs_place || self.question.quotes.is_some() && !reader.can_seek();
        loop {
            let (piece, first_nul) = blocks.piece(reader)?;
            self.finder.begin_piece(piece)?;
            let mut fed = 0;
            for part in self.question.parts(piece) {
                let end = fed + part.len();
                // At the end of the input there is nothing to feed.
                while fed < end || piece.is_empty() {
                    if piece.is_empty() {
                        self.finder.finish()?;
                    } else {
                        fed += self.finder.find(&piece[fed..end])?;
                    }
                    let expected = self.finder.expected();
                    for &segment in self.finder.found() {
                        let mut found = Found {
                            segment,
                            expected,
                            piece,
                            base,
                            first_nul,
                            kept: kept.as_ref(),
                            reader,
                            lines: self.lines,
                            question: self.question,
                        };
                        if let Break(()) = visitor.segment(&mut found)? {
                            return Ok(None);
                        }
                    }
                    if piece.is_empty() {
                        return Ok(self.finder.unclosed_quote());
                    }
                }
                if needs_lines {
                    self.lines.note_quote(piece, base, end, self.finder.open_quote());
                }
            }
            if let Some(kept) = &mut kept {
                kept.keep(piece, base, self.question)?;
            }
            if needs_lines {
                self.lines.end_piece(piece, base);
            }
            base += piece.len() as u64;
            visitor.end_piece()?;
        }
    }
}

/// The bytes since the start of the open segment, and some before it, for an input that cannot be
/// read again.
struct Kept {
    bytes: Vec<u8>,
    base: u64,
    /// Counts the segments, if bytes can be quoted.
    segments: Option<Summary>,
}

impl Kept {
    fn new(question: &Question, base: u64) -> Result<Self, Failure> {
        let is_quoted = question.quotes.is_some();
        let segments = if is_quoted { Some(Summary::new(&question.every()?)?) } else { None };
        Ok(Self { bytes: Vec::new(), base, segments })
    }

    /// Keeps what is needed of `piece` and of the bytes before it.
    fn keep(&mut self, piece: &[u8], base: u64, question: &Question) -> Result<(), Failure> {
        // What is open behind the piece starts at the offset `start` of it, or behind that.
        let start = match &mut self.segments {
            None => question.unit.last_end(piece).map(|end| end + 1),
            Some(segments) => {
                let before = segments.totals().segments;
                segments.feed(piece);
                (segments.totals().segments > before).then_some(0)
            }
        };
        if let Some(start) = start {
            self.bytes.clear();
            self.base = base + start as u64;
        }
        let piece = &piece[start.unwrap_or(0)..];
        self.bytes.try_reserve(piece.len()).map_err(|_| no_memory(question))?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}

pub(crate) fn no_memory(question: &Question) -> Failure {
    Failure::Input(format!("not enough memory for one of its {}", question.unit.plural()))
}
