//! Conditions on the final count, quotes and closing bytes: the answers as an automaton gives them
//! that reads a byte at a time, and random cases.

use std::fmt;

use tally::{ByteSet, Condition, Counter, CounterOptions, Error, Match, Quotes, Reset, Totals};

use super::{Answers, OwnedNeedle, Random};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Fields,
    Anywhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteOptions {
    pub rule: Rule,
    pub quote: u8,
    pub escape: Option<u8>,
    /// None: the bytes of the needle.
    pub delimiters: Option<ByteSet>,
}

/// A question with all options.
#[derive(Clone)]
pub struct Question {
    pub needle: OwnedNeedle,
    pub condition: Condition,
    pub reset: Reset,
    pub skip_empty: bool,
    pub skip_last_empty: bool,
    pub quotes: Option<QuoteOptions>,
    pub closing: ByteSet,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { condition, skip_empty, skip_last_empty, quotes, closing, .. } = self;
        match &self.needle {
            OwnedNeedle::Character(character) => write!(f, "character {character:?}")?,
            OwnedNeedle::String(bytes) => write!(f, "bytes \"{}\"", bytes.escape_ascii())?,
            OwnedNeedle::AnyOf(set) => write!(f, "any of {set:?}")?,
        }
        write!(f, ", {condition:?}, reset {:?}, closing {closing:?}", self.reset.bytes())?;
        write!(f, ", skip {skip_empty} {skip_last_empty}, {quotes:?}")
    }
}

impl Question {
    /// `needle` at least `min_number` times in the segments of `reset`.
    pub fn new(needle: OwnedNeedle, min_number: u64, reset: Reset) -> Self {
        Self {
            needle,
            condition: Condition::AtLeast(min_number),
            reset,
            skip_empty: false,
            skip_last_empty: false,
            quotes: None,
            closing: ByteSet::EMPTY,
        }
    }

    pub fn options(&self) -> CounterOptions<'_> {
        let options = CounterOptions::new(self.needle.get())
            .condition(self.condition)
            .reset(self.reset)
            .skip_empty(self.skip_empty)
            .skip_last_empty(self.skip_last_empty)
            .closing(self.closing);
        match self.quotes {
            None => options,
            Some(QuoteOptions { rule, quote, escape, delimiters }) => {
                let quotes = match rule {
                    Rule::Fields => Quotes::fields(),
                    Rule::Anywhere => Quotes::anywhere(),
                };
                let quotes = quotes.quote(quote).escape(escape);
                options.quotes(quotes.delimiters(delimiters.unwrap_or_default()))
            }
        }
    }

    pub fn counter(&self, backend: &str) -> Result<Counter, Error> {
        Ok(self.options().build_on(backend)?.expect("the backend exists"))
    }

    /// The bytes of the needle: of a string, or of a set.
    fn bytes(&self) -> (Vec<u8>, bool) {
        match &self.needle {
            OwnedNeedle::Character(character) => {
                let bytes = character.to_string().into_bytes();
                let is_string = bytes.len() > 1;
                (bytes, is_string)
            }
            OwnedNeedle::String(bytes) => (bytes.clone(), bytes.len() > 1),
            OwnedNeedle::AnyOf(set) => (set.iter().collect(), false),
        }
    }

    /// The string, if the needle has several bytes.
    pub fn string(&self) -> Option<Vec<u8>> {
        let (bytes, is_string) = self.bytes();
        is_string.then_some(bytes)
    }

    fn holds(&self, count: u64, highest: u64, is_empty: bool, is_last: bool) -> bool {
        if is_empty && (self.skip_empty || self.skip_last_empty && is_last) {
            return false;
        }
        match self.condition {
            Condition::AtLeast(number) => highest >= number,
            Condition::Outside { min_number, max_number } => {
                count < min_number || count > max_number
            }
            Condition::Within { min_number, max_number } => {
                count >= min_number && count <= max_number
            }
            _ => unreachable!(),
        }
    }
}

/// All that is known of data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub answers: Answers,
    pub totals: Totals,
    pub unclosed_quote: Option<u64>,
    /// For each match, how many bytes of the data have to be known for it to be certain; more than
    /// there are if it is certain only because the data ends.
    pub certain_at: Vec<u64>,
    /// For each byte, whether no quote hides it.
    pub visible: Vec<bool>,
}

/// The states of the automaton, in the words of Python's `csv` module where it has them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartField,
    InField,
    InQuoted,
    QuoteInQuoted,
    Escaped,
    EscapedInQuoted,
}

/// The reference.
#[allow(clippy::too_many_lines, reason = "one automaton, in one place")]
pub fn plainly(question: &Question, data: &[u8]) -> Known {
    let resets = question.reset.bytes();
    let (needle, is_string) = question.bytes();
    let delimiters = match question.quotes {
        Some(QuoteOptions { rule: Rule::Fields, delimiters: Some(set), .. }) => set,
        _ => ByteSet::new(&needle),
    };
    let mut known = Known::default();
    let mut state = State::StartField;
    let mut quote_at = None;
    let (mut segment, mut start, mut count, mut highest) = (0, 0, 0_u64, 0);
    let (mut total, mut max_count) = (0, 0);
    // The visible bytes since the last hidden one or hit, for strings.
    let mut run: Vec<u8> = Vec::new();
    let at_least = match question.condition {
        Condition::AtLeast(number) => Some(number),
        _ => None,
    };
    let skips = question.skip_empty || question.skip_last_empty;
    if at_least == Some(0) && !skips {
        known.push(Match::default(), 0);
    }
    for (place, &byte) in data.iter().enumerate() {
        let (place, behind) = (place as u64, place as u64 + 1);
        // What the first byte of a segment makes certain; of the first, or of the one that starts
        // behind a reset byte.
        let is_first = place == start;
        let (visible, next) = match question.quotes {
            None => (true, State::StartField),
            Some(QuoteOptions { rule, quote, escape, .. }) => {
                let fields = rule == Rule::Fields;
                let is_quote = byte == quote;
                let is_escape = Some(byte) == escape;
                let ends_field = resets.contains(byte) || delimiters.contains(byte);
                let in_field = if fields { State::InField } else { State::StartField };
                match state {
                    State::Escaped => (false, in_field),
                    State::InQuoted if is_escape => (false, State::EscapedInQuoted),
                    State::InQuoted if is_quote && fields => (false, State::QuoteInQuoted),
                    State::InQuoted if is_quote => (false, State::StartField),
                    State::EscapedInQuoted | State::InQuoted => (false, State::InQuoted),
                    State::QuoteInQuoted if is_quote => (false, State::InQuoted),
                    State::StartField if is_quote => {
                        quote_at = Some(place);
                        (false, State::InQuoted)
                    }
                    State::StartField | State::InField if is_escape => (false, State::Escaped),
                    _ if ends_field && fields => (true, State::StartField),
                    _ => (true, in_field),
                }
            }
        };
        state = next;
        known.visible.push(visible);
        let resets_here = visible && resets.contains(byte);
        if at_least == Some(0) && skips && is_first && !(question.skip_empty && resets_here) {
            known.push(Match { segment, start, end: start, count: 0 }, behind);
        }
        if resets_here {
            max_count = max_count.max(highest);
            if at_least.is_none() && question.holds(count, highest, place == start, false) {
                known.push(Match { segment, start, end: place, count }, behind);
            }
            known.totals.matching_segments +=
                u64::from(question.holds(count, highest, place == start, false));
            (segment, start, count, highest) = (segment + 1, behind, 0, 0);
            if at_least == Some(0) && !skips {
                known.push(Match { segment, start, end: start, count: 0 }, behind);
            }
        }
        if visible {
            run.push(byte);
        } else {
            run.clear();
        }
        let is_hit =
            visible && if is_string { run.ends_with(&needle) } else { needle.contains(&byte) };
        if is_hit {
            run.clear();
            total += 1;
            count += 1;
            if count > highest {
                highest = count;
                if at_least == Some(count) {
                    known.push(Match { segment, start, end: behind, count }, behind);
                }
            }
        } else if visible && question.closing.contains(byte) {
            count = count.saturating_sub(1);
        }
        if run.len() > 4 * needle.len() + 400 {
            run.drain(..200);
        }
    }
    let len = data.len() as u64;
    if at_least.is_none() && question.holds(count, highest, len == start, true) {
        known.push(Match { segment, start, end: len, count }, len + 1);
    }
    known.totals = Totals {
        bytes: len,
        count: total,
        max_count: max_count.max(highest),
        segments: segment + 1,
        matching_segments: known.totals.matching_segments
            + u64::from(question.holds(count, highest, len == start, true)),
    };
    assert_eq!(known.totals.matching_segments, known.answers.matches.len() as u64);
    known.answers.has_count = !known.answers.matches.is_empty();
    known.answers.count = total;
    known.answers.max_count = known.totals.max_count;
    known.answers.matching_segments = known.totals.matching_segments;
    if matches!(state, State::InQuoted | State::EscapedInQuoted) {
        known.unclosed_quote = quote_at;
    }
    known
}

impl Known {
    fn push(&mut self, found: Match, certain_at: u64) {
        self.answers.matches.push(found);
        self.certain_at.push(certain_at);
    }
}

/// A random question and data full of what it asks for.
pub fn random(random: &mut Random, most: usize) -> (Question, Vec<u8>) {
    let alphabet: &[u8] = match random.below(8) {
        0 => b",\"\n",
        1 => b",\"\na",
        2 => b",\"\n\\a",
        3 => b",,,,,,,\"\"\n",
        4 => b"{}[]\"\\\n:",
        5 => b"ab,\"\n\\\xC3\xA9;",
        6 => b"aaab\"\\\n",
        _ => b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,\"\n",
    };
    let length = random.length(most);
    let mut data = Vec::with_capacity(length + 100);
    while data.len() < length {
        match random.below(30) {
            0 => {
                let byte = random.pick(alphabet);
                data.resize(data.len() + random.below(90), byte);
            }
            1 if !data.is_empty() => {
                let from = random.below(data.len());
                data.extend_from_within(from..);
            }
            2..5 => data.extend_from_slice(random.pick(&[
                &b",\"a,b\n\"\"\","[..],
                b"\"\",",
                b",\"a\"b,",
                b"\"\\\"\",",
                b",a,\n",
                b"\n",
                b"\"\n\"",
                b"{[{[",
                b"]}]}",
            ])),
            _ => data.push(random.pick(alphabet)),
        }
    }
    data.truncate(length);
    loop {
        let question = random_question(random, alphabet, &data);
        if question.options().build().is_ok() {
            return (question, data);
        }
    }
}

fn random_question(random: &mut Random, alphabet: &[u8], data: &[u8]) -> Question {
    let needle = match random.below(10) {
        0..5 => OwnedNeedle::Character(','),
        5 => OwnedNeedle::AnyOf(ByteSet::new(b"{[")),
        6 => OwnedNeedle::Character('é'),
        7 => OwnedNeedle::String(random.pick(&[&b"ab"[..], b"aa", b"aab", b"aba"]).to_vec()),
        8 if data.len() > 40 => {
            let from = random.below(data.len() - 30);
            OwnedNeedle::String(data[from..][..=random.below(30)].to_vec())
        }
        _ => OwnedNeedle::AnyOf((0..=random.below(3)).map(|_| random.pick(alphabet)).collect()),
    };
    let reset = match random.below(6) {
        0 => Reset::None,
        1 => Reset::AnyOf((0..random.below(3)).map(|_| random.pick(alphabet)).collect()),
        2 => Reset::Whitespace,
        _ => Reset::Newlines,
    };
    let closing = match random.below(6) {
        0 => ByteSet::new(b"}]"),
        1 => (0..random.below(3)).map(|_| random.pick(alphabet)).collect(),
        _ => ByteSet::EMPTY,
    };
    let quotes = (!random.one_in(6)).then(|| QuoteOptions {
        rule: random.pick(&[Rule::Fields, Rule::Fields, Rule::Anywhere]),
        quote: random.pick(b"\"\"\"\"a'"),
        escape: random.pick(&[None, None, Some(b'\\'), Some(b'\\'), Some(b'b')]),
        delimiters: None,
    });
    let quotes = quotes.map(|quotes| match quotes.rule {
        Rule::Fields if random.one_in(3) => {
            let some = (0..=random.below(3)).map(|_| random.pick(alphabet)).collect();
            QuoteOptions { delimiters: Some(some), ..quotes }
        }
        _ => quotes,
    });
    let mut question = Question {
        needle,
        condition: Condition::AtLeast(0),
        reset,
        skip_empty: random.one_in(3),
        skip_last_empty: random.one_in(4),
        quotes,
        closing,
    };
    let number = |random: &mut Random| match random.below(8) {
        0 => random.pick(&[0, 1, 62, 63, 64, 65, 66, 128, 1000, u64::MAX - 1]),
        1 => random.below(70) as u64,
        _ => random.below(8) as u64,
    };
    question.condition = match random.below(4) {
        0 if question.options().build().is_ok() => {
            // Reached by the highest count, or just not.
            let most = plainly(&question, data).totals.max_count;
            Condition::AtLeast(most + random.below(2) as u64)
        }
        0 | 1 => Condition::AtLeast(number(random)),
        kind => {
            let min_number = number(random);
            let width = random.pick(&[0, 0, 1, 3, 100]);
            let max_number =
                if random.one_in(5) { u64::MAX } else { min_number.saturating_add(width) };
            if kind == 2 {
                Condition::Outside { min_number, max_number }
            } else {
                Condition::Within { min_number, max_number }
            }
        }
    };
    question
}
