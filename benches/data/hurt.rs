//! Data made to hurt: every segment stays below the number asked for, by as little as possible,
//! and what comes next is hard to foretell.

use std::fmt;

use super::Random;

/// The bytes that such data is made of.
#[derive(Clone, Copy)]
pub(crate) struct Alphabet {
    /// Needle is counted.
    pub(crate) hit: &'static [u8],
    /// Needle almost is.
    pub(crate) near: &'static [u8],
    pub(crate) other: u8,
    pub(crate) reset: u8,
}

impl Alphabet {
    /// One byte is counted; nothing else is like it.
    pub(crate) const BYTE: Self = Self { hit: b"c", near: b".", other: b'.', reset: b'\n' };

    /// Strings: short and long, some that overlap themselves, with all but their last byte next to
    /// them.
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

    const fn string(hit: &'static [u8], near: &'static [u8]) -> Self {
        Self { hit, near, ..Self::BYTE }
    }
}

const LONG: &[u8; 100] = b"A line of text that is long enough to be looked for as a \
    whole, and not one byte after another in it";

/// Where in its segment the hits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Start,
    End,
    Spread,
    Random,
}

/// A way to make such data.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hurt {
    /// Every segment is one hit short of `number`, with `fill` other bytes; or so many on average.
    OneShort { number: usize, fill: usize, varied: bool, place: Place },
    /// Each byte is a hit, a near miss or a reset with these probabilities, but no segment reaches
    /// `number`.
    Mixture { number: usize, hit: f64, near: f64, reset: f64 },
    /// Stretches of such a mixture, of `busy` bytes on average, between stretches of `quiet` bytes
    /// without any hit: what worked for the last block is wrong for the next.
    Flips { number: usize, hit: f64, reset: f64, busy: usize, quiet: usize },
}

impl Hurt {
    const NUMBERS: [usize; 10] = [2, 3, 5, 9, 17, 33, 64, 65, 129, 1000];
    const PLACES: [Place; 4] = [Place::Start, Place::End, Place::Spread, Place::Random];

    /// [`Hurt::OneShort`]. Without other bytes, the rest does not matter, and is always the same.
    fn one_short(number: usize, fill: usize, varied: bool, place: Place) -> Self {
        let (varied, place) = if fill == 0 { (false, Place::Start) } else { (varied, place) };
        Self::OneShort { number, fill, varied, place }
    }

    /// One of each kind for every combination of parameters. Some may be there twice.
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
                    all.push(Self::Mixture { number, hit, near: 0.0, reset });
                }
            }
            for quiet in [100, 300, 1000, 3000, 10_000, 30_000] {
                for busy in [50, 300, 1000, 5000] {
                    for (hit, reset) in [(0.5, 0.1), (0.9, 0.02), (0.1, 0.01)] {
                        all.push(Self::Flips { number, hit, reset, busy, quiet });
                    }
                }
            }
        }
        all
    }

    /// Fewer, with near misses too.
    pub(crate) fn short_grid() -> Vec<Self> {
        let mut all = Vec::new();
        for number in [2, 9, 64, 65, 1000] {
            for fill in [0, 10, 100, 1000] {
                for place in [Place::Spread, Place::Random] {
                    all.push(Self::one_short(number, fill, true, place));
                }
            }
            for hit in [0.01, 0.1, 0.7] {
                for near in [0.0, 0.1, 0.29] {
                    for reset in [0.001, 0.01, 0.1] {
                        all.push(Self::Mixture { number, hit, near, reset });
                    }
                }
            }
            for quiet in [300, 3000] {
                for busy in [100, 1000] {
                    all.push(Self::Flips { number, hit: 0.5, reset: 0.05, busy, quiet });
                }
            }
        }
        all
    }

    /// The same kind with other parameters, not far away.
    pub(crate) fn neighbour(self, random: &mut Random) -> Self {
        let number_near = |number: usize, random: &mut Random| {
            if random.below(4) == 0 {
                random.pick(&Self::NUMBERS)
            } else {
                near(number, random).max(2)
            }
        };
        match self {
            Self::OneShort { number, fill, varied, place } => Self::one_short(
                number_near(number, random),
                near(fill, random),
                varied ^ (random.below(8) == 0),
                if random.below(8) == 0 { random.pick(&Self::PLACES) } else { place },
            ),
            Self::Mixture { number, hit, near, reset } => Self::Mixture {
                number: number_near(number, random),
                hit: chance_near(hit, random),
                near: chance_near(near, random),
                reset: chance_near(reset, random),
            },
            Self::Flips { number, hit, reset, busy, quiet } => Self::Flips {
                number: number_near(number, random),
                hit: chance_near(hit, random),
                reset: chance_near(reset, random),
                busy: near(busy, random),
                quiet: near(quiet, random),
            },
        }
    }

    /// `len` bytes of it.
    pub(crate) fn data(self, alphabet: Alphabet, len: usize) -> Vec<u8> {
        let mut writer = Writer {
            data: Vec::with_capacity(len + alphabet.hit.len() + 8),
            alphabet,
            len,
            // Room for `number - 1` in each segment.
            most: self.number() - 1,
            count: 0,
            random: Random::new(3),
        };
        while writer.is_open() {
            match self {
                Self::OneShort { fill, varied, place, .. } => {
                    let fill = if varied { writer.varied(fill) } else { fill };
                    writer.one_short(fill, place);
                }
                Self::Mixture { hit, near, reset, .. } => writer.mixed(hit, near, reset),
                Self::Flips { hit, reset, busy, quiet, .. } => {
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

    /// The number that no segment reaches.
    pub(crate) fn number(self) -> usize {
        match self {
            Self::OneShort { number, .. }
            | Self::Mixture { number, .. }
            | Self::Flips { number, .. } => number,
        }
    }
}

impl fmt::Display for Hurt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneShort { number, fill, varied, place } => {
                let about = if *varied { "0 to 2 × " } else { "" };
                let place = format!("{place:?}").to_lowercase();
                write!(f, "N {number}, one short, {about}{fill} other bytes, hits at {place}")
            }
            Self::Mixture { number, hit, near, reset } => {
                write!(f, "N {number}, mixture, hits {hit:.4}, near {near:.3}, resets {reset:.4}")
            }
            Self::Flips { number, hit, reset, busy, quiet } => write!(
                f,
                "N {number}, flips, {quiet} quiet, {busy} busy with hits {hit:.3}, resets {reset:.4}"
            ),
        }
    }
}

/// From half to one and a half.
fn near(number: usize, random: &mut Random) -> usize {
    number / 2 + random.below(number + 2)
}

fn chance_near(probability: f64, random: &mut Random) -> f64 {
    (probability * (0.5 + random.below(1000) as f64 / 1000.0)).min(1.0)
}

struct Writer {
    data: Vec<u8>,
    alphabet: Alphabet,
    len: usize,
    /// The most hits in a segment.
    most: usize,
    /// Those in the open segment.
    count: usize,
    random: Random,
}

impl Writer {
    fn is_open(&self) -> bool {
        self.data.len() < self.len
    }

    fn hit(&mut self) {
        if self.count < self.most {
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

    /// From 0 to twice the average.
    fn varied(&mut self, average: usize) -> usize {
        self.random.below(2 * average + 1)
    }

    fn mixed(&mut self, hit: f64, near: f64, reset: f64) {
        if self.random.chance(reset) {
            self.reset();
        } else if self.random.chance(hit) {
            self.hit();
        } else if self.random.chance(near) {
            self.data.extend_from_slice(self.alphabet.near);
        } else {
            self.other();
        }
    }

    fn one_short(&mut self, fill: usize, place: Place) {
        let total = fill + self.most;
        for step in 0..total {
            let left = self.most - self.count;
            let hit = match place {
                Place::Start => step < self.most,
                Place::End => step >= fill,
                Place::Spread => (step + 1) * self.most / total > step * self.most / total,
                // Such a choice at each step makes every arrangement equally likely.
                Place::Random => self.random.below(total - step) < left,
            };
            if hit {
                self.hit();
            } else {
                self.other();
            }
            if !self.is_open() {
                return;
            }
        }
        self.reset();
    }
}
