//! Measures contenders side by side: in each round all of them, one after the other, so that a
//! disturbance of the machine hits all alike.

#![allow(unsafe_code, reason = "the clock of a thread")]

use std::fmt::Display;
use std::hint::black_box;
use std::time::Duration;

/// Does the work this many times. Returns the time for all, and the answer.
type Run<'a> = Box<dyn FnMut(u32) -> (Duration, u64) + 'a>;

pub(crate) struct Contender<'a> {
    pub(crate) name: String,
    /// Whether the answer has to equal the others'.
    is_checked: bool,
    /// `None` for one that cannot do this.
    run: Option<Run<'a>>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: impl Into<String>, mut work: impl FnMut() -> u64 + 'a) -> Self {
        // The loop is inside of the indirect call, whose time does not count then.
        let run = move |times| {
            let mut answer = 0;
            let start = now();
            for _ in 0..times {
                answer = black_box(work());
            }
            (now().saturating_sub(start), answer)
        };
        Self { name: name.into(), is_checked: true, run: Some(Box::new(run)) }
    }

    /// One whose answer is another than the others'.
    pub(crate) fn unchecked(name: impl Into<String>, work: impl FnMut() -> u64 + 'a) -> Self {
        Self { is_checked: false, ..Self::new(name, work) }
    }

    /// One that cannot do this. Its time is NaN.
    pub(crate) fn absent(name: &str) -> Self {
        Self { name: name.into(), is_checked: false, run: None }
    }
}

/// The CPU time of this thread: the time of other processes does not count.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the out-parameter points to a local variable of its type.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "clock_gettime");
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// The time since the first call.
#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

/// How long to measure.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) rounds: usize,
    /// The minimum for each contender in each round.
    pub(crate) sample: Duration,
}

impl Effort {
    /// For data in a cache.
    pub(crate) const CACHE: Self = Self { rounds: 81, sample: Duration::from_micros(100) };
    /// For data in memory, where one call takes long enough.
    pub(crate) const MEMORY: Self = Self { rounds: 11, sample: Duration::ZERO };
    /// To select the inputs that are measured with more effort.
    pub(crate) const COARSE: Self = Self { rounds: 3, sample: Duration::from_micros(20) };
    /// To check that all runs.
    pub(crate) const ONCE: Self = Self { rounds: 1, sample: Duration::ZERO };
}

/// Which of a contender's samples counts.
#[derive(Clone, Copy)]
pub(crate) enum Statistic {
    Median,
    Minimum,
}

/// The seconds of one call.
#[derive(Clone, Copy)]
pub(crate) struct Timing {
    pub(crate) median: f64,
    pub(crate) minimum: f64,
}

impl Timing {
    pub(crate) fn seconds(self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::Median => self.median,
            Statistic::Minimum => self.minimum,
        }
    }

    fn new(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let at = |index: usize| samples.get(index).copied().unwrap_or(f64::NAN);
        Self { median: at(samples.len() / 2), minimum: at(0) }
    }
}

/// Measures the contenders. Returns their timings in their order.
///
/// # Panics
///
/// If their answers to `question` differ, since then they do not do the same work.
pub(crate) fn compare(
    question: &dyn Display,
    contenders: &mut [Contender<'_>],
    effort: Effort,
) -> Vec<Timing> {
    let mut expected = None;
    let mut repeats = Vec::new();
    for contender in contenders.iter_mut() {
        let Some(run) = &mut contender.run else {
            repeats.push(0);
            continue;
        };
        let (_, answer) = run(1);
        if contender.is_checked {
            let expected = *expected.get_or_insert(answer);
            assert_eq!(answer, expected, "{question}: the answer of {}", contender.name);
        }
        repeats.push(repeats_for(run, effort.sample));
    }
    let mut samples = vec![Vec::with_capacity(effort.rounds); contenders.len()];
    for _ in 0..effort.rounds {
        for ((contender, samples), &times) in contenders.iter_mut().zip(&mut samples).zip(&repeats)
        {
            if let Some(run) = &mut contender.run {
                let (duration, _) = run(times);
                samples.push(duration.as_secs_f64() / f64::from(times));
            }
        }
    }
    samples.into_iter().map(Timing::new).collect()
}

/// The number of calls that take at least as long as `sample`.
fn repeats_for(run: &mut Run<'_>, sample: Duration) -> u32 {
    let mut times: u32 = 1;
    if sample.is_zero() {
        return times;
    }
    loop {
        let (duration, _) = run(times);
        if duration >= sample {
            return times;
        }
        let needed = sample.as_secs_f64() / duration.as_secs_f64().max(1e-9) * f64::from(times);
        // The first calls are slow (cold caches), so an estimate from more calls replaces this one.
        times = (needed * 1.05).clamp(f64::from(times) + 1.0, f64::from(times) * 20.0) as u32;
    }
}
