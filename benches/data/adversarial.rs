//! Adversarial data: every segment stays below the number of the question by as little as possible,
//! and branches are hard to predict.

use std::fmt;

use super::Random;

/// The bytes that the data consists of.
#[derive(Clone, Copy)]
pub(crate) struct Alphabet {
    /// The needle.
    pub(crate) hit: &'static [u8],
    /// Almost the needle.
    pub(crate) near_miss: &'static [u8],
    pub(crate) other: u8,
    pub(crate) reset: u8,
}

impl Alphabet {
    /// A needle of one byte, which has no near misses.
    pub(crate) const BYTE: Self = Self { hit: b"c", near_miss: b".", other: b'.', reset: b'\n' };

    /// Short and long strings, some of which overlap themselves. Their near misses lack the last
    /// byte.
    pub(crate) const STRINGS: [(&'static str, Self); 8] = [
        ("a character of 3 bytes", Self::string("’".as_bytes(), "‘".as_bytes())),
        ("`aa`", Self::string(b"aa", b"a.")),
        ("`aabaa`", Self::string(b"aabaa", b"aaba.")),
        ("8 bytes", Self::string(LONG.split_at(8).0, LONG.split_at(7).0)),
        ("40 bytes", Self::string(LONG.split_at(40).0, LONG.split_at(39).0)),
        ("40 times `a`", Self::string(&[b'a'; 40], b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.")),
        ("100 bytes", Self::string(LONG, LONG.split_at(99).0)),
        ("100 times `a`", Self::string(&[b'a'; 100], b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.")),
    ];

    const fn string(hit: &'static [u8], near_miss: &'static [u8]) -> Self {
        Self { hit, near_miss, ..Self::BYTE }
    }
}

const LONG: &[u8; 100] = b"A line of text that is long enough to be looked for as a \
    whole, and not one byte after another in it";

/// Where the hits of a segment are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Start,
    End,
    Spread,
    Random,
}

/// A recipe for such data.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Adversarial {
    /// Every segment is one hit short of `number`, and has `fill` other bytes; if `varied`, from 0
    /// to twice that.
    OneShort { number: usize, fill: usize, varied: bool, place: Place },
    /// Each byte is a hit, a near miss or a reset with these probabilities, but no segment reaches
    /// `number`.
    Mixture { number: usize, hit: f64, near_miss: f64, reset: f64 },
    /// Such a mixture, `busy` bytes on average, and then `quiet` bytes on average without a hit, in
    /// turns: what was best for the last block is wrong for the next.
    Bursts { number: usize, hit: f64, reset: f64, busy: usize, quiet: usize },
}

impl Adversarial {
    const NUMBERS: [usize; 10] = [2, 3, 5, 9, 17, 33, 64, 65, 129, 1000];
    const PLACES: [Place; 4] = [Place::Start, Place::End, Place::Spread, Place::Random];

    /// [`Adversarial::OneShort`], with equal values for equal data: without other bytes, `varied`
    /// and `place` do not matter.
    fn one_short(number: usize, fill: usize, varied: bool, place: Place) -> Self {
        let (varied, place) = if fill == 0 { (false, Place::Start) } else { (varied, place) };
        Self::OneShort { number, fill, varied, place }
    }

    /// Every combination of a grid of parameters. Some are there more than once.
    pub(crate) fn grid() -> Vec<Self> {
        const FILLS: [usize; 12] = [0, 1, 3, 8, 20, 40, 64, 100, 256, 700, 2000, 6000];
        const HITS: [f64; 8] = [0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 0.95];
        const RESETS: [f64; 8] = [0.0, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
        let mut all = Vec::new();
        for number in Self::NUMBERS {
            for fill in FILLS {
                for place in Self::PLACES {
                    for varied in [false, true] {
                        all.push(Self::one_short(number, fill, varied, place));
                    }
                }
            }
            for hit in HITS {
                for reset in RESETS {
                    all.push(Self::Mixture { number, hit, near_miss: 0.0, reset });
                }
            }
            for quiet in [100, 300, 1000, 3000, 10_000, 30_000] {
                for busy in [50, 300, 1000, 5000] {
                    for (hit, reset) in [(0.5, 0.1), (0.9, 0.02), (0.1, 0.01)] {
                        all.push(Self::Bursts { number, hit, reset, busy, quiet });
                    }
                }
            }
        }
        all
    }

    /// A coarser grid, with near misses too.
    pub(crate) fn short_grid() -> Vec<Self> {
        let mut all = Vec::new();
        for number in [2, 9, 64, 65, 1000] {
            for fill in [0, 10, 100, 1000] {
                for place in [Place::Spread, Place::Random] {
                    all.push(Self::one_short(number, fill, true, place));
                }
            }
            for hit in [0.01, 0.1, 0.7] {
                for near_miss in [0.0, 0.1, 0.29] {
                    for reset in [0.001, 0.01, 0.1] {
                        all.push(Self::Mixture { number, hit, near_miss, reset });
                    }
                }
            }
            for quiet in [300, 3000] {
                for busy in [100, 1000] {
                    all.push(Self::Bursts { number, hit: 0.5, reset: 0.05, busy, quiet });
                }
            }
        }
        all
    }

    /// The same kind with similar parameters.
    pub(crate) fn similar(self, random: &mut Random) -> Self {
        let similar_number = |number: usize, random: &mut Random| {
            if random.below(4) == 0 {
                random.pick(&Self::NUMBERS)
            } else {
                similar(number, random).max(2)
            }
        };
        match self {
            Self::OneShort { number, fill, varied, place } => Self::one_short(
                similar_number(number, random),
                similar(fill, random),
                varied ^ (random.below(8) == 0),
                if random.below(8) == 0 { random.pick(&Self::PLACES) } else { place },
            ),
            Self::Mixture { number, hit, near_miss, reset } => Self::Mixture {
                number: similar_number(number, random),
                hit: similar_probability(hit, random),
                near_miss: similar_probability(near_miss, random),
                reset: similar_probability(reset, random),
            },
            Self::Bursts { number, hit, reset, busy, quiet } => Self::Bursts {
                number: similar_number(number, random),
                hit: similar_probability(hit, random),
                reset: similar_probability(reset, random),
                busy: similar(busy, random),
                quiet: similar(quiet, random),
            },
        }
    }

    /// `len` bytes of this data.
    pub(crate) fn data(self, alphabet: Alphabet, len: usize) -> Vec<u8> {
        let mut writer = Writer {
            data: Vec::with_capacity(len + alphabet.hit.len() + 8),
            alphabet,
            len,
            max_hits: self.number() - 1,
            count: 0,
            random: Random::new(3),
        };
        while !writer.is_full() {
            match self {
                Self::OneShort { fill, varied, place, .. } => {
                    let fill = if varied { writer.varied(fill) } else { fill };
                    writer.one_short(fill, place);
                }
                Self::Mixture { hit, near_miss, reset, .. } => writer.mixed(hit, near_miss, reset),
                Self::Bursts { hit, reset, busy, quiet, .. } => {
                    for _ in 0..writer.varied(quiet) {
                        writer.other();
                    }
                    for _ in 0..writer.varied(busy) {
                        writer.mixed(hit, 0.0, reset);
                    }
                    writer.other();
                }
            }
        }
        writer.data.truncate(len);
        writer.data
    }

    /// The number of the question, which no segment reaches.
    pub(crate) fn number(self) -> usize {
        match self {
            Self::OneShort { number, .. }
            | Self::Mixture { number, .. }
            | Self::Bursts { number, .. } => number,
        }
    }
}

impl fmt::Display for Adversarial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneShort { number, fill, varied, place } => {
                let about = if *varied { "0 to 2 × " } else { "" };
                let place = format!("{place:?}").to_lowercase();
                write!(f, "N {number}, one short, {about}{fill} other bytes, hits at {place}")
            }
            Self::Mixture { number, hit, near_miss, reset } => {
                write!(
                    f,
                    "N {number}, mixture, hits {hit:.4}, near misses {near_miss:.3}, resets {reset:.4}"
                )
            }
            Self::Bursts { number, hit, reset, busy, quiet } => write!(
                f,
                "N {number}, bursts, {quiet} quiet, {busy} busy with hits {hit:.3}, resets {reset:.4}"
            ),
        }
    }
}

/// From half of `number` to one and a half times `number`.
fn similar(number: usize, random: &mut Random) -> usize {
    number / 2 + random.below(number + 2)
}

fn similar_probability(probability: f64, random: &mut Random) -> f64 {
    (probability * (0.5 + random.below(1000) as f64 / 1000.0)).min(1.0)
}

struct Writer {
    data: Vec<u8>,
    alphabet: Alphabet,
    len: usize,
    /// Per segment.
    max_hits: usize,
    /// The hits in the open segment.
    count: usize,
    random: Random,
}

impl Writer {
    fn is_full(&self) -> bool {
        self.data.len() >= self.len
    }

    fn hit(&mut self) {
        if self.count < self.max_hits {
            self.count += 1;
            self.data.extend_from_slice(self.alphabet.hit);
        } else {
            self.other();
        }
    }

    fn other(&mut self) {
        self.data.push(self.alphabet.other);
    }

    fn reset(&mut self) {
        self.count = 0;
        self.data.push(self.alphabet.reset);
    }

    /// A random number from 0 to twice the average.
    fn varied(&mut self, average: usize) -> usize {
        self.random.below(2 * average + 1)
    }

    fn mixed(&mut self, hit: f64, near_miss: f64, reset: f64) {
        if self.random.chance(reset) {
            self.reset();
        } else if self.random.chance(hit) {
            self.hit();
        } else if self.random.chance(near_miss) {
            self.data.extend_from_slice(self.alphabet.near_miss);
        } else {
            self.other();
        }
    }

    fn one_short(&mut self, fill: usize, place: Place) {
        let total = fill + self.max_hits;
        for step in 0..total {
            let left = self.max_hits - self.count;
            let hit = match place {
                Place::Start => step < self.max_hits,
                Place::End => step >= fill,
                Place::Spread => (step + 1) * self.max_hits / total > step * self.max_hits / total,
                // With this probability at each step, every arrangement is equally likely.
                Place::Random => self.random.below(total - step) < left,
            };
            if hit {
                self.hit();
            } else {
                self.other();
            }
            if self.is_full() {
                return;
            }
        }
        self.reset();
    }
}
