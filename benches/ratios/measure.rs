//! Contenders measured side by side: each in turn, round after round, so that whatever else the
//! machine does meets them all; then the median of each.

#![allow(unsafe_code, reason = "the clock of a thread")]

use std::fmt::Display;
use std::hint::black_box;
use std::time::Duration;

/// Does its work so often, and gives the time that took and its answer.
type Run<'a> = Box<dyn FnMut(u32) -> (Duration, u64) + 'a>;

pub(crate) struct Contender<'a> {
    pub(crate) name: String,
    /// Whether its answer is the same as the others'.
    answers: bool,
    run: Option<Run<'a>>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: impl Into<String>, mut work: impl FnMut() -> u64 + 'a) -> Self {
        // The loop is in here, so that the indirect call is not measured.
        let run = move |times| {
            let mut answer = 0;
            let start = now();
            for _ in 0..times {
                answer = black_box(work());
            }
            (now().saturating_sub(start), answer)
        };
        Self { name: name.into(), answers: true, run: Some(Box::new(run)) }
    }

    /// One that cannot do this; its time is not a number.
    pub(crate) fn absent(name: &str) -> Self {
        Self { name: name.into(), answers: false, run: None }
    }

    /// One that answers something else.
    pub(crate) fn apart(name: impl Into<String>, work: impl FnMut() -> u64 + 'a) -> Self {
        Self { answers: false, ..Self::new(name, work) }
    }
}

/// The time for which this thread ran: what other programs run meanwhile is not measured.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is a place for the answer.
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
    /// At least so long for each contender in each round.
    pub(crate) sample: Duration,
}

impl Effort {
    /// Data in a cache.
    pub(crate) const CACHE: Self = Self { rounds: 41, sample: Duration::from_micros(100) };
    /// Data from memory, where once through takes long enough.
    pub(crate) const MEMORY: Self = Self { rounds: 7, sample: Duration::ZERO };
    /// To see which inputs are worth a closer look.
    pub(crate) const GLANCE: Self = Self { rounds: 3, sample: Duration::from_micros(20) };
    /// To see that it runs.
    pub(crate) const ONCE: Self = Self { rounds: 1, sample: Duration::ZERO };
}

/// The median seconds that each contender takes, in their order.
///
/// # Panics
///
/// If their answers to `question` differ: then they do not do the same work.
pub(crate) fn race(
    question: &dyn Display,
    contenders: &mut [Contender<'_>],
    effort: Effort,
) -> Vec<f64> {
    let mut expected = None;
    let mut times = Vec::new();
    for contender in contenders.iter_mut() {
        let Some(run) = &mut contender.run else {
            times.push(0);
            continue;
        };
        let (_, answer) = run(1);
        if contender.answers {
            let expected = *expected.get_or_insert(answer);
            assert_eq!(answer, expected, "{question}: the answer of {}", contender.name);
        }
        times.push(times_for(run, effort.sample));
    }
    let mut samples = vec![Vec::with_capacity(effort.rounds); contenders.len()];
    for _ in 0..effort.rounds {
        for ((contender, samples), &times) in contenders.iter_mut().zip(&mut samples).zip(&times) {
            if let Some(run) = &mut contender.run {
                let (took, _) = run(times);
                samples.push(took.as_secs_f64() / f64::from(times));
            }
        }
    }
    samples.iter_mut().map(|samples| median(samples)).collect()
}

/// How often to run for a sample to be so long.
fn times_for(run: &mut Run<'_>, sample: Duration) -> u32 {
    let mut times: u32 = 1;
    if sample.is_zero() {
        return times;
    }
    loop {
        let (took, _) = run(times);
        if took >= sample {
            return times;
        }
        let needed = sample.as_secs_f64() / took.as_secs_f64().max(1e-9) * f64::from(times);
        // The first runs are slow, so the estimate is made again from the more.
        times = (needed * 1.05).clamp(f64::from(times) + 1.0, f64::from(times) * 20.0) as u32;
    }
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}
