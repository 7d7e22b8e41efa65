//! The slowest input for other needles, resets and questions, in a coarser grid.

use std::collections::HashSet;
use std::hint::black_box;

use tally::{ByteSet, Counter, Needle, Reset};

use crate::backends;
use crate::bench::Bench;
use crate::data::{Adversarial, Aligned, Alphabet};
use crate::measure::{Contender, Effort};
use crate::peers;
use crate::question::Question;
use crate::report::{Table, digits, speed};

const LENGTH: usize = 32 << 10;
/// For each backend, the number of inputs that are measured again with more effort.
const FINALISTS: usize = 6;
const EFFORT: Effort = Effort { rounds: 9, ..Effort::CACHE };

const QUESTIONS: [Question; 4] =
    [Question::HasCount, Question::MaxCount, Question::MatchingSegments, Question::Count];

/// A needle and a reset, and the bytes of adversarial data for them.
struct Kind {
    name: &'static str,
    /// The bytes of a set. Without them the needle is the alphabet's hit.
    set: Option<&'static [u8]>,
    reset: Reset,
    alphabet: Alphabet,
}

impl Kind {
    fn needle(&self) -> Needle<'_> {
        match self.set {
            Some(bytes) => Needle::AnyOf(ByteSet::new(bytes)),
            None => Needle::String(self.alphabet.hit),
        }
    }

    /// The plain loop for this kind.
    fn each_hit(&self, data: &[u8], on_hit: impl FnMut(u64) -> bool) -> bool {
        match (self.set, self.alphabet.hit) {
            (Some(bytes), _) => {
                let is_hit = membership(bytes.iter().copied());
                let is_hit = |byte| is_hit[usize::from(byte)];
                let resets: Vec<u8> = self.reset.bytes().iter().collect();
                if let [reset] = resets[..] {
                    peers::each_hit(data, |byte| byte == reset, is_hit, on_hit)
                } else {
                    let is_reset = membership(resets);
                    peers::each_hit(data, |byte| is_reset[usize::from(byte)], is_hit, on_hit)
                }
            }
            (None, &[needle]) => {
                peers::each_hit(data, |byte| byte == b'\n', |byte| byte == needle, on_hit)
            }
            (None, string) => peers::each_string(data, b'\n', string, on_hit),
        }
    }

    /// The plain loop's answer.
    fn answer(&self, question: Question, data: &[u8], min_number: u64) -> u64 {
        let mut answer = 0;
        match question {
            Question::HasCount | Question::Find => {
                return self.each_hit(data, |count| count >= min_number).into();
            }
            Question::MaxCount => {
                self.each_hit(data, |count| {
                    answer = answer.max(count);
                    false
                });
            }
            Question::MatchingSegments => {
                self.each_hit(data, |count| {
                    answer += u64::from(count == min_number);
                    false
                });
            }
            Question::Count => match (self.set, self.alphabet.hit) {
                (None, &[needle]) => return peers::count(data, needle),
                _ => {
                    self.each_hit(data, |_| {
                        answer += 1;
                        false
                    });
                }
            },
        }
        answer
    }
}

fn membership(bytes: impl IntoIterator<Item = u8>) -> [bool; 256] {
    let mut is_member = [false; 256];
    for byte in bytes {
        is_member[usize::from(byte)] = true;
    }
    is_member
}

fn kinds() -> Vec<Kind> {
    let set = |name, bytes, reset, near_miss| Kind {
        name,
        set: Some(bytes),
        reset,
        alphabet: Alphabet { near_miss, ..Alphabet::BYTE },
    };
    let string = |(name, alphabet)| Kind { name, set: None, reset: Reset::Newlines, alphabet };
    let mut kinds = vec![
        string(("one byte", Alphabet::BYTE)),
        set("one byte, reset at white space", b"c", Reset::Whitespace, b"."),
        set("any of 16 bytes", b"abcdefgh,;:!?'()", Reset::Newlines, b"i"),
    ];
    kinds.extend(Alphabet::STRINGS.map(string));
    kinds
}

pub(super) fn section(bench: &mut Bench) {
    let mut grid = Adversarial::short_grid();
    let mut names = HashSet::new();
    grid.retain(|recipe| names.insert(recipe.to_string()));
    bench.report.section(
        "The slowest input, other needles and questions",
        &format!(
            "GB/s, and in brackets the ratio to the plain loop: the lowest of {} inputs of 32 KiB, \
             near misses among them, for each question and choice of backend. The input is the one \
             of the automatic choice.",
            grid.len()
        ),
    );
    if bench.quick {
        grid.truncate(3);
    }
    let choices: Vec<&str> = backends::choices().collect();
    let head = ["needle", "question"].into_iter().chain(choices.iter().copied());
    let mut table = Table::new(head.chain(["slowest input"]));
    for kind in kinds() {
        let data = |recipe: Adversarial| Aligned::new(&recipe.data(kind.alphabet, LENGTH));
        // For each question, each input with the ratio of each choice.
        let mut coarse: [Vec<(Adversarial, Vec<f64>)>; 4] = Default::default();
        for &recipe in &grid {
            let data = data(recipe);
            for (question, coarse) in QUESTIONS.into_iter().zip(&mut coarse) {
                let seconds = compare(bench, &kind, &data, question, &choices, Effort::COARSE);
                let ratios = seconds[1..].iter().map(|time| seconds[0] / time).collect();
                coarse.push((recipe, ratios));
            }
        }
        for (question, mut coarse) in QUESTIONS.into_iter().zip(coarse) {
            let mut row = vec![kind.name.to_owned(), question.to_string()];
            let mut slowest = None;
            for (number, choice) in choices.iter().enumerate() {
                coarse.sort_by(|a, b| a.1[number].total_cmp(&b.1[number]));
                let measured = coarse.iter().take(FINALISTS).map(|&(recipe, _)| {
                    let data = data(recipe);
                    let seconds = compare(bench, &kind, &data, question, &[choice], EFFORT);
                    (seconds[0] / seconds[1], speed(LENGTH, seconds[1]), recipe)
                });
                if let Some((ratio, speed, recipe)) = measured.min_by(|a, b| a.0.total_cmp(&b.0)) {
                    row.push(format!("{} ({}×)", digits(speed), digits(ratio)));
                    slowest.get_or_insert(recipe.to_string());
                }
            }
            row.extend(slowest);
            table.row(row);
        }
    }
    bench.report.table(&table);
}

/// The seconds of the plain loop, then of each choice.
fn compare(
    bench: &Bench,
    kind: &Kind,
    data: &[u8],
    question: Question,
    choices: &[&str],
    effort: Effort,
) -> Vec<f64> {
    let max_count = kind.answer(Question::MaxCount, data, 0);
    // No segment reaches it, or the fullest segments reach it with their last hits.
    let min_number = if question == Question::HasCount { max_count + 1 } else { max_count.max(1) };
    let counters: Vec<Counter> = choices
        .iter()
        .map(|choice| backends::counter(choice, kind.needle(), min_number, kind.reset))
        .collect();
    let plain = || kind.answer(question, black_box(data), black_box(min_number));
    let mut contenders = vec![Contender::new("plain loop", plain)];
    contenders.extend(choices.iter().zip(&counters).map(|(&choice, counter)| {
        Contender::new(choice, move || question.ask(black_box(counter), black_box(data)))
    }));
    let about = format!("{}, {question}, N {min_number}", kind.name);
    bench.compare_with(&about, &mut contenders, effort)
}
