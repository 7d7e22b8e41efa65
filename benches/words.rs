//! Words: how many, and how often each occurs, beside other ways to do it.
//!
//!     cargo bench --bench words -- PROSE SOURCE
//!
//! measures two files, of English prose and of source code; without them, it measures text that it
//! makes. Contenders take turns, and a figure is the median of the rounds. `benches/words.py` does
//! the same in Python.

#![allow(
    unsafe_code,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a peer with vectors; figures"
)]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod data;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use data::Random;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use tally::{WordRule, Words, WordsOptions, count_words};

/// A contender: its name, and what it does with data.
type Contender<'a> = (&'a str, Box<dyn Fn(&[u8]) -> u64 + 'a>);

/// Prints the speed of each contender, and the ratio of the first one's to it.
fn measure(title: &str, data: &[u8], rounds: usize, contenders: &[Contender<'_>]) {
    println!("\n{title}: {:.1} MB", data.len() as f64 / 1e6);
    let mut times = vec![Vec::new(); contenders.len()];
    let mut answers = vec![0; contenders.len()];
    for _ in 0..rounds {
        for (place, (_, run)) in contenders.iter().enumerate() {
            let start = Instant::now();
            answers[place] = run(black_box(data));
            times[place].push(start.elapsed().as_secs_f64());
        }
    }
    let medians: Vec<f64> = times
        .iter_mut()
        .map(|times| {
            times.sort_unstable_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect();
    for (((name, _), median), answer) in contenders.iter().zip(&medians).zip(answers) {
        let speed = data.len() as f64 / median / 1e9;
        println!("  {name:<34} {speed:>8.3} GB/s  {:>6.2}  = {answer}", median / medians[0]);
    }
}

/// Loads all bytes, and combines them.
fn plain_read(data: &[u8]) -> u64 {
    let mut all = [0_u64; 8];
    for block in data.chunks_exact(64) {
        for (all, word) in all.iter_mut().zip(block.chunks_exact(8)) {
            *all |= word.try_into().map_or(0, u64::from_ne_bytes);
        }
    }
    all.into_iter().fold(0, |all, word| all | word)
}

/// The method of fastlwc, written from its description: a mask of white space for each 32 bytes, of
/// which the rising edges are counted.
#[cfg(target_arch = "x86_64")]
fn fastlwc(data: &[u8]) -> u64 {
    #[target_feature(enable = "avx2,popcnt,bmi1")]
    unsafe fn count(data: &[u8]) -> u64 {
        use std::arch::x86_64::{
            _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
            _mm256_or_si256, _mm256_set1_epi8, _mm256_sub_epi8,
        };
        let (mut words, mut before) = (0_u64, 1_u32);
        let blocks = data.chunks_exact(32);
        let rest = blocks.remainder();
        for block in blocks {
            // SAFETY: the block has 32 bytes.
            let space = unsafe {
                let bytes = _mm256_loadu_si256(block.as_ptr().cast());
                let is_space = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(32));
                let from_tab = _mm256_sub_epi8(bytes, _mm256_set1_epi8(9));
                let in_range =
                    _mm256_cmpeq_epi8(_mm256_min_epu8(from_tab, _mm256_set1_epi8(4)), from_tab);
                _mm256_movemask_epi8(_mm256_or_si256(is_space, in_range)) as u32
            };
            words += u64::from((!space & (space << 1 | before)).count_ones());
            before = space >> 31;
        }
        for &byte in rest {
            let is_space = u32::from(matches!(byte, b' ' | 9..=13));
            words += u64::from(before & !is_space & 1);
            before = is_space;
        }
        words
    }
    assert!(std::arch::is_x86_feature_detected!("avx2"));
    // SAFETY: the processor has AVX2, and with it the others.
    unsafe { count(data) }
}

fn tally_table(rule: WordRule) -> impl Fn(&[u8]) -> u64 {
    move |data| {
        let mut words = Words::new(rule).expect("memory");
        words.feed(data).expect("memory");
        words.finish().expect("memory");
        words.distinct()
    }
}

/// The loop that one would write: a map of borrowed words, split at ASCII white space.
fn hashbrown_table(data: &[u8]) -> u64 {
    let mut counts: HashMap<&[u8], u64, RandomState> = HashMap::default();
    let words = data.split(|byte| matches!(byte, b' ' | 9..=13));
    for word in words.filter(|word| !word.is_empty()) {
        *counts.entry(word).or_default() += 1;
    }
    counts.len() as u64
}

fn of_script(word: impl Fn(&mut Random) -> String) -> Vec<u8> {
    let mut random = Random::new(3);
    let mut text = String::new();
    while text.len() < 16 << 20 {
        text += &word(&mut random);
        text.push(' ');
    }
    text.into_bytes()
}

fn letters(random: &mut Random, first: u32, number: usize, longest: usize) -> String {
    let len = 1 + random.below(longest);
    let letter = |_| char::from_u32(first + random.below(number) as u32).unwrap_or(' ');
    (0..len).map(letter).collect()
}

/// Text by Zipf's law, of `distinct` words.
fn zipf(distinct: usize, len: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    let words: Vec<String> = (0..distinct).map(|_| letters(&mut random, 97, 26, 10)).collect();
    let mut text = Vec::new();
    while text.len() < len {
        let place = (distinct as f64).powf(random.below(1 << 30) as f64 / f64::from(1 << 30));
        text.extend(words[(place as usize).min(distinct) - 1].bytes());
        text.push(if random.chance(0.1) { b'\n' } else { b' ' });
    }
    text
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_test = std::env::args().any(|argument| argument == "--test");
    let scale = if is_test { 100 } else { 1 };
    let rounds = if is_test { 1 } else { 9 };
    let read = |place: usize, distinct| match arguments.get(place) {
        Some(path) => std::fs::read(Path::new(path)).expect("a file"),
        None => zipf(distinct / scale, (100 << 20) / scale),
    };
    let prose = read(0, 15_000);
    let source = read(1, 850_000);
    let memory: Vec<u8> = prose.iter().copied().cycle().take((256 << 20) / scale).collect();
    let count = |rule| move |data: &[u8]| count_words(data, rule);
    let mut counters: Vec<Contender<'_>> = vec![
        ("count_words, ASCII", Box::new(count(WordRule::Ascii))),
        ("count_words, UNICODE", Box::new(count(WordRule::Unicode))),
        ("plain read", Box::new(plain_read)),
    ];
    #[cfg(target_arch = "x86_64")]
    counters.push(("the method of fastlwc", Box::new(fastlwc)));
    measure("How many, prose, in memory", &memory, rounds, &counters);
    measure("How many, prose, in the cache", &memory[..(1 << 18) / scale], rounds * 21, &counters);
    let scripts: [(&str, Vec<u8>); 4] = [
        ("Greek", of_script(|random| letters(random, 0x3B1, 24, 9))),
        ("Russian", of_script(|random| letters(random, 0x430, 32, 9))),
        ("Chinese", of_script(|random| letters(random, 0x4E00, 3000, 12) + "\u{3002}")),
        ("emoji", of_script(|random| letters(random, 0x1F600, 60, 4))),
    ];
    for (name, text) in &scripts {
        measure(&format!("How many, {name}"), text, rounds, &counters[1..2]);
    }

    let tables: [Contender<'_>; 3] = [
        ("Words, ASCII", Box::new(tally_table(WordRule::Ascii))),
        ("Words, UNICODE", Box::new(tally_table(WordRule::Unicode))),
        ("hashbrown with foldhash, borrowed", Box::new(hashbrown_table)),
    ];
    measure("How often, prose", &prose, rounds, &tables);
    measure("How often, source code", &source, rounds, &tables);

    // Words that differ in few bits, and random ones of the same length: as many, none of them known.
    let number = 1_000_000 / scale;
    let alike: Vec<u8> = (0..number).flat_map(|n| format!("w{n:012} ").into_bytes()).collect();
    let mut random = Random::new(9);
    let random: Vec<u8> = (0..number)
        .flat_map(|_| {
            let mut word = [b' '; 14];
            word[..13].fill_with(|| b'a' + random.below(26) as u8);
            word
        })
        .collect();
    measure("How often, words that are alike", &alike, rounds, &tables[..1]);
    measure("How often, random words", &random, rounds, &tables[..1]);

    // Under a limit.
    let mut words = WordsOptions::new(WordRule::Ascii).max_bytes(64 << 20).build().expect("memory");
    let result = words.feed(&source);
    println!(
        "\n64 MiB: {result:?} after {} of {} bytes, {} distinct",
        words.bytes(),
        source.len(),
        words.distinct()
    );
}
