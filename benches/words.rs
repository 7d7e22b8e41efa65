//! Words: how many, and how often each occurs, beside other ways to do it.
//!
//!     cargo bench --bench words -- PROSE SOURCE
//!
//! measures two files, of English prose and of source code; without them, it measures text that it
//! makes. Contenders take turns, and a figure is the median of the rounds. Before come hostile input
//! under a limit of memory, and the most frequent words of a long stream in fixed memory, against
//! exact counts. With names of sections behind the files, only these are measured: limits, top, count,
//! scripts, tables, memory, threads, hostile. `benches/words.py` measures Python, `cat` and `wc`.

#![allow(
    unsafe_code,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a peer with vectors; figures"
)]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod data;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use data::Random;
use foldhash::fast::RandomState;
use hashbrown::HashMap;
use tally::{ReadOptions, TopWord, TopWords, WordRule, Words, WordsOptions, count_words};

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

/// A number of `/proc/self/status`, in bytes; 0 where there is none.
fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    number.unwrap_or(0) << 10
}

/// Runs `run`, and prints how much memory the process needed at its peak, more than before.
fn peak<T>(about: &str, run: impl FnOnce() -> T) -> T {
    // Starts the peak again.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS");
    let start = Instant::now();
    let result = run();
    let seconds = start.elapsed().as_secs_f64();
    let more = memory("VmHWM").saturating_sub(before) as f64 / f64::from(1 << 20);
    println!("  {about:<34} {more:>8.1} MiB at the peak, {seconds:>7.2} s");
    result
}

/// The `number`-th of many words of 13 letters, which are all different and look random.
fn random_word(number: u64) -> [u8; 14] {
    let mut bits = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^= bits >> 32;
    let mut word = [b' '; 14];
    for letter in &mut word[..13] {
        *letter = b'a' + (bits & 31) as u8;
        bits >>= 5;
    }
    word
}

/// Input that shall use up memory, under a limit of 64 MiB.
fn limited(number: u64) {
    println!("\nUnder a limit of 64 MiB");
    let new = || WordsOptions::new(WordRule::Ascii).max_bytes(64 << 20).build().expect("memory");
    let words = peak("10 million different words", || {
        let mut words = new();
        let mut numbers = 0..number;
        let mut chunk = Vec::new();
        let mut result = Ok(());
        while result.is_ok() && !numbers.is_empty() {
            chunk.clear();
            chunk.extend(numbers.by_ref().take(10_000).flat_map(random_word));
            result = words.feed(&chunk);
        }
        println!("  {result:?} after {} words, {} different", words.total(), words.distinct());
        words
    });
    let whole = words.bytes() / 14;
    assert_eq!((words.total(), words.distinct()), (whole, whole));
    assert!((0..whole).all(|number| words.get(&random_word(number)[..13]) == 1));
    drop(words);
    peak("a word of 1 GiB", || {
        let mut words = new();
        words.feed(b"a b a ").expect("room");
        let chunk = vec![b'x'; 1 << 20];
        let result = (0..1 << 10).try_for_each(|_| words.feed(&chunk));
        println!("  {result:?} after {} bytes", words.bytes());
        assert_eq!((words.total(), words.get(b"a"), words.get(b"b")), (3, 2, 1));
    });
}

/// The most frequent words of a long stream, against exact counts.
fn top(words: usize) {
    const DISTINCT: usize = 1_000_000;
    println!(
        "\nThe most frequent words: {words} words by Zipf's law, {DISTINCT} different, in 1 MiB"
    );
    let mut random = Random::new(11);
    let names: Vec<String> = (0..DISTINCT).map(|number| format!("w{number:x}")).collect();
    let mut exact = Words::new(WordRule::Ascii).expect("memory");
    let mut top = TopWords::new(WordRule::Ascii, 1 << 20).expect("memory");
    let (mut chunk, mut bytes, mut seconds) = (Vec::new(), 0, [0.0; 2]);
    for _ in 0..words.div_ceil(1_000_000) {
        chunk.clear();
        for _ in 0..words.min(1_000_000) {
            let place = (DISTINCT as f64).powf(random.below(1 << 30) as f64 / f64::from(1 << 30));
            chunk.extend(names[(place as usize).min(DISTINCT) - 1].bytes());
            chunk.push(b' ');
        }
        bytes += chunk.len();
        let start = Instant::now();
        top.feed(&chunk).expect("memory");
        let middle = Instant::now();
        exact.feed(&chunk).expect("memory");
        seconds[0] += (middle - start).as_secs_f64();
        seconds[1] += middle.elapsed().as_secs_f64();
    }
    let (mut held, mut errors, mut real) = (0, 0, 0);
    for word in exact.iter() {
        let (count, error) = top.get(word.bytes);
        assert!(word.count <= count && word.count >= count - error, "a bound does not hold");
        held += u64::from(count > top.floor());
    }
    let best = exact.top(100).expect("memory");
    let found = top.words(100).expect("memory");
    let recall = best.iter().filter(|word| found.iter().any(|top| top.bytes == word.bytes)).count();
    for &TopWord { bytes, count, error } in &found {
        errors = errors.max(error);
        real = real.max(count - exact.get(bytes));
    }
    println!("  {recall} of the first 100 found; all bounds hold, of {} words", exact.distinct());
    println!(
        "  their largest bound of an error {errors}, largest error {real}; the 100th occurs {}",
        { best.last().map_or(0, |word| word.count) }
    );
    println!("  {held} words held, each other one at most {} times", top.floor());
    let speed = seconds.map(|seconds| bytes as f64 / seconds / 1e9);
    println!("  {:.3} GB/s, the exact table {:.3} GB/s", speed[0], speed[1]);
}

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let (scale, rounds) = if is_test { (100, 1) } else { (1, 9) };
    let (files, sections): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .partition(|argument| Path::new(argument).is_file());
    let wanted = |name: &str| sections.is_empty() || sections.iter().any(|section| section == name);
    // The first two find memory as the process starts with it.
    if wanted("limits") {
        limited(10_000_000 / scale as u64);
    }
    if wanted("top") {
        top(100_000_000 / scale);
    }
    let read = |place: usize, distinct| match files.get(place) {
        Some(path) => std::fs::read(path).expect("a file"),
        None => zipf(distinct / scale, (100 << 20) / scale),
    };
    let prose = read(0, 15_000);
    let source = read(1, 850_000);
    if wanted("count") {
        count(&prose, (256 << 20) / scale, rounds);
    }
    if wanted("scripts") {
        scripts(rounds);
    }
    if wanted("tables") {
        measure("How often, prose", &prose, rounds, &tables());
        measure("How often, source code", &source, rounds, &tables());
    }
    if wanted("memory") {
        println!("\nMemory for the table of source code, whose bytes are in memory before");
        peak("Words, ASCII", || tally_table(WordRule::Ascii)(&source));
        peak("hashbrown with foldhash, borrowed", || hashbrown_table(&source));
    }
    if wanted("threads") {
        threads("prose", &prose, rounds);
        threads("source code", &source, rounds);
    }
    if wanted("hostile") {
        hostile(1_000_000 / scale as u64, rounds);
    }
}

/// How many words there are.
fn count(prose: &[u8], len: usize, rounds: usize) {
    let memory: Vec<u8> = prose.iter().copied().cycle().take(len).collect();
    let mut counters = vec![
        contender("count_words, ASCII", |data| count_words(data, WordRule::Ascii)),
        contender("count_words, UNICODE", |data| count_words(data, WordRule::Unicode)),
        contender("plain read", plain_read),
    ];
    #[cfg(target_arch = "x86_64")]
    counters.push(contender("the method of fastlwc", fastlwc));
    measure("How many, prose, in memory", &memory, rounds, &counters);
    for (size, part) in [("16 MiB", len >> 4), ("4 MiB", len >> 6), ("1 MiB", len >> 8)] {
        measure(&format!("How many, prose, {size}"), &memory[..part], rounds * 5, &counters);
    }
    measure("How many, prose, in the cache", &memory[..len >> 10], rounds * 21, &counters);
}

fn scripts(rounds: usize) {
    let scripts: [(&str, Vec<u8>); 4] = [
        ("Greek", of_script(|random| letters(random, 0x3B1, 24, 9))),
        ("Russian", of_script(|random| letters(random, 0x430, 32, 9))),
        ("Chinese", of_script(|random| letters(random, 0x4E00, 3000, 12) + "\u{3002}")),
        ("emoji", of_script(|random| letters(random, 0x1F600, 60, 4))),
    ];
    let unicode = [contender("count_words, UNICODE", |data| count_words(data, WordRule::Unicode))];
    for (name, text) in &scripts {
        measure(&format!("How many, {name}"), text, rounds, &unicode);
    }
}

fn contender<'a>(name: &'a str, run: impl Fn(&[u8]) -> u64 + 'a) -> Contender<'a> {
    (name, Box::new(run))
}

/// The ways to count how often each word occurs.
fn tables() -> [Contender<'static>; 3] {
    [
        contender("Words, ASCII", tally_table(WordRule::Ascii)),
        contender("Words, UNICODE", tally_table(WordRule::Unicode)),
        contender("hashbrown with foldhash, borrowed", hashbrown_table),
    ]
}

/// A table of a file, by two threads and by one.
fn threads(name: &str, data: &[u8], rounds: usize) {
    let path = std::env::temp_dir().join(format!("words-{}", std::process::id()));
    std::fs::write(&path, data).expect("a file");
    let of_file = |threads: usize| {
        let path = &path;
        move |_: &[u8]| {
            let mut words = Words::new(WordRule::Ascii).expect("memory");
            let threads = NonZeroUsize::new(threads).expect("a number");
            words.feed_file(path, &mut ReadOptions::new().threads(threads)).expect("a file");
            words.finish().expect("memory");
            words.distinct()
        }
    };
    let contenders = [contender("two threads", of_file(2)), contender("one thread", of_file(1))];
    measure(&format!("How often, a file of {name}"), data, rounds, &contenders);
    std::fs::remove_file(&path).expect("the file");
}

/// As many words of the same length, none of them known: random ones, some that differ in few bits, and
/// some for which 31 * h + byte, the hash of many languages, is the same.
fn hostile(number: u64, rounds: usize) {
    let words: [(&str, Vec<u8>); 4] = [
        ("random words", (0..number).flat_map(random_word).collect()),
        (
            "words that are alike",
            (0..number).flat_map(|n| format!("w{n:012} ").into_bytes()).collect(),
        ),
        (
            "random words of 40 bytes",
            (0..number)
                .flat_map(|n| {
                    let [left, right] = [n, n + number].map(random_word);
                    [&left[..13], &right[..13], b"xxxxxxxxxxxxxx "].concat()
                })
                .collect(),
        ),
        (
            "words of 40 bytes that collide in 31 * h + byte",
            (0..number)
                .flat_map(|n| {
                    let pair = move |bit: u64| if n >> bit & 1 == 0 { *b"Aa" } else { *b"BB" };
                    (0..20).flat_map(pair).chain([b' '])
                })
                .collect(),
        ),
    ];
    for (name, data) in &words {
        measure(&format!("How often, {name}"), data, rounds, &tables()[..1]);
    }
}
