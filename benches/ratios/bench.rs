//! What the sections share: how to measure, and what they report.

use std::fmt::Display;

use crate::measure::{self, Contender, Effort, Statistic, Timing};
use crate::plot::Panel;
use crate::report::Report;

/// Sizes of data that fits the first-level cache, the second-level cache, and neither.
pub(crate) const L1: usize = 16 << 10;
pub(crate) const L2: usize = 1 << 20;
pub(crate) const MEMORY: usize = 256 << 20;

pub(crate) struct Bench {
    pub(crate) report: Report,
    pub(crate) panels: Vec<Panel>,
    /// Only check that everything runs.
    pub(crate) quick: bool,
    statistic: Statistic,
}

impl Bench {
    pub(crate) fn new(quick: bool, statistic: Statistic) -> Self {
        Self { report: Report::default(), panels: Vec::new(), quick, statistic }
    }

    /// `size`, or less for a quick check.
    pub(crate) fn size(&self, size: usize) -> usize {
        if self.quick { size.min(L2) } else { size }
    }

    /// Measures with the effort that suits data of this size.
    pub(crate) fn timings(
        &self,
        question: &dyn Display,
        contenders: &mut [Contender<'_>],
        size: usize,
    ) -> Vec<Timing> {
        let effort = if size == MEMORY { Effort::MEMORY } else { Effort::CACHE };
        let effort = if self.quick { Effort::ONCE } else { effort };
        measure::compare(question, contenders, effort)
    }

    /// [`Self::timings`] as seconds.
    pub(crate) fn compare(
        &self,
        question: &dyn Display,
        contenders: &mut [Contender<'_>],
        size: usize,
    ) -> Vec<f64> {
        let timings = self.timings(question, contenders, size);
        timings.iter().map(|timing| timing.seconds(self.statistic)).collect()
    }

    /// The seconds, measured with this effort.
    pub(crate) fn compare_with(
        &self,
        question: &dyn Display,
        contenders: &mut [Contender<'_>],
        effort: Effort,
    ) -> Vec<f64> {
        let effort = if self.quick { Effort::ONCE } else { effort };
        let timings = measure::compare(question, contenders, effort);
        timings.iter().map(|timing| timing.seconds(self.statistic)).collect()
    }
}
