//! What takes the count of every segment of an input: the histogram, and the first segment with the
//! highest count.

use std::collections::BTreeMap;
use std::ops::ControlFlow::{self, Continue};

use tally::Match;

use crate::failure::Failure;
use crate::json::Bar;
use crate::lines::Place;
use crate::pieces::{Found, Visitor};
use crate::printer::Printer;
use crate::question::Question;

/// Counts above this are rare.
const COMMON: usize = 4096;

/// How many segments have which count.
pub(crate) struct Histogram<'s, 'a> {
    printer: &'s Printer<'a>,
    question: &'a Question,
    common: Vec<u64>,
    rare: BTreeMap<u64, u64>,
}

impl<'s, 'a> Histogram<'s, 'a> {
    pub(crate) fn new(printer: &'s Printer<'a>, question: &'a Question) -> Self {
        Self { printer, question, common: vec![0; COMMON], rare: BTreeMap::new() }
    }

    /// The counts that there are, in order.
    pub(crate) fn bars(&self) -> Vec<Bar> {
        let common =
            self.common.iter().enumerate().map(|(count, &segments)| (count as u64, segments));
        let rare = self.rare.iter().map(|(&count, &segments)| (count, segments));
        common
            .chain(rare)
            .filter(|&(_, segments)| segments > 0)
            .map(|(count, segments)| Bar { count, segments })
            .collect()
    }
}

impl Visitor for Histogram<'_, '_> {
    fn segment(&mut self, found: &mut Found<'_, '_>) -> Result<ControlFlow<()>, Failure> {
        let mut count = found.segment.count;
        if self.question.needs_highest() {
            count = self.printer.highest_count(&found.text()?);
        }
        match usize::try_from(count).ok().and_then(|count| self.common.get_mut(count)) {
            Some(segments) => *segments += 1,
            None => *self.rare.entry(count).or_default() += 1,
        }
        Ok(Continue(()))
    }
}

/// The first segment with the highest count.
pub(crate) struct Most<'s, 'a> {
    printer: &'s Printer<'a>,
    question: &'a Question,
    pub(crate) first: Option<First>,
    /// A segment is selected.
    pub(crate) is_selected: bool,
}

pub(crate) struct First {
    pub(crate) segment: Match,
    /// Its highest count.
    pub(crate) count: u64,
    pub(crate) place: Place,
    pub(crate) text: Vec<u8>,
    pub(crate) has_nul_before: bool,
    pub(crate) ends_in_return: bool,
}

impl<'s, 'a> Most<'s, 'a> {
    pub(crate) fn new(printer: &'s Printer<'a>, question: &'a Question) -> Self {
        Self { printer, question, first: None, is_selected: false }
    }
}

impl Visitor for Most<'_, '_> {
    fn segment(&mut self, found: &mut Found<'_, '_>) -> Result<ControlFlow<()>, Failure> {
        let last = found.segment.count;
        let highest = if self.question.closing.is_empty() {
            last
        } else {
            self.printer.highest_count(&found.text()?)
        };
        let decisive = if self.question.needs_highest() { highest } else { last };
        self.is_selected |= self.question.selects(decisive);
        if self.first.as_ref().is_none_or(|first| highest > first.count) {
            let text = found.text()?;
            self.first = Some(First {
                segment: found.segment,
                count: highest,
                place: found.place(&text),
                has_nul_before: found.has_nul_before(),
                ends_in_return: found.ends_in_return(),
                text: text.into_owned(),
            });
        }
        Ok(Continue(()))
    }
}
