//! The most frequent words in fixed memory: every bound against exact counts, whole, in chunks, merged
//! and saved, on every backend.

mod common;

use std::collections::BTreeMap;

use common::Random;
use common::words::{RULES, plainly, separators};
use tally::{Error, ReadOptions, TopWord, TopWords, WordRule, Words, WordsOptions};

/// The least memory, which is full soon.
const LEAST: u64 = 32 << 10;
/// The longest word that is held then.
const LONGEST: usize = 512;

/// Words of one of several kinds, few or many of them frequent.
fn random_data(random: &mut Random, words: usize) -> Vec<u8> {
    let separators = separators(WordRule::Unicode);
    let (kind, different) = (random.below(5), random.pick(&[20, 700, 5000, 1 << 30]));
    let mut data = Vec::new();
    for _ in 0..words {
        // Smaller numbers are more frequent.
        let scale = 1 + random.below(different);
        let number = 1 + random.below(scale);
        match kind {
            // Too long for a key, each a little different.
            1 => data.extend(format!("{number}_a_common_end_of_words").bytes()),
            // Now and then very long.
            2 if random.one_in(200) => data.resize(data.len() + random.below(1200), b'L'),
            // Of each length up to the limit, and one above it.
            3 => data.extend([b'0' + (number % 10) as u8].repeat(1 + number % (LONGEST + 1))),
            _ => data.extend(number.to_string().bytes()),
        }
        match random.below(9) {
            0 => data.extend(&separators[random.below(separators.len())]),
            1 if kind == 4 => data.extend(random.pick(&[&b"\xE2\x80"[..], b"\xC2", b"\x80"])),
            _ => data.push(b' '),
        }
    }
    data
}

/// Checks everything that it says against exact counts of `texts`, each of which ended.
fn check(top: &TopWords, texts: &[&[u8]], about: &str) {
    let words: Vec<&[u8]> = texts.iter().flat_map(|text| plainly(text, top.rule())).collect();
    let (short, long): (Vec<&[u8]>, Vec<&[u8]>) =
        words.iter().partition(|word| word.len() <= LONGEST);
    assert_eq!(top.total(), words.len() as u64, "{about}");
    assert_eq!(top.skipped(), long.len() as u64, "{about}");
    let mut exact: BTreeMap<&[u8], u64> = BTreeMap::new();
    for word in short {
        *exact.entry(word).or_default() += 1;
    }
    let held = top.words(usize::MAX).unwrap();
    assert_eq!(held.len() as u64, top.held(), "{about}");
    for &TopWord { bytes, count, error } in &held {
        let word = bytes.escape_ascii();
        let times = exact[bytes];
        assert!(times <= count, "{about}: {word} occurs {times} times, and not up to {count}");
        assert!(times >= count - error, "{about}: {word} {times} {count} {error}");
        assert!(count > top.floor() && error <= top.floor(), "{about}: {word}");
        assert_eq!(top.get(bytes), (count, error), "{about}: {word}");
    }
    for (word, &times) in &exact {
        let (count, error) = top.get(word);
        assert!(times <= count && times >= count - error, "{about}: {}", word.escape_ascii());
    }
    let absent = exact.iter().filter(|(word, _)| held.iter().all(|held| held.bytes != **word));
    let most = absent.map(|(_, &times)| times).max().unwrap_or(0);
    assert!(most <= top.floor(), "{about}: {most} {}", top.floor());
    let is_ranked = |pair: &[TopWord<'_>]| {
        (pair[1].count, pair[0].bytes) < (pair[0].count, pair[1].bytes)
            && pair[1].count <= pair[0].count
    };
    assert!(held.windows(2).all(is_ranked), "{about}");
    assert_eq!(top.words(3).unwrap(), held[..held.len().min(3)], "{about}");
    if top.floor() == 0 {
        assert_eq!(held.len(), exact.len(), "{about}");
    }
}

fn new(rule: WordRule) -> TopWords {
    TopWords::new(rule, LEAST).unwrap()
}

/// Feeds `data` in pieces that are cut at random places.
fn feed_cut(random: &mut Random, top: &mut TopWords, mut data: &[u8]) {
    let most = random.pick(&[3, 70, 1000, 9000]);
    while !data.is_empty() {
        let (chunk, rest) = data.split_at(random.below(most + 1).min(data.len()));
        top.feed(chunk).unwrap();
        data = rest;
    }
}

#[test]
fn every_bound_holds() {
    let mut random = Random::new(31);
    let (mut words, mut evicted) = (0, 0);
    for case in 0..60 {
        let data = random_data(&mut random, 4000);
        for rule in RULES {
            let about = format!("{rule:?}, case {case}");
            let mut whole = new(rule);
            whole.feed(&data).unwrap();
            whole.finish();
            assert_eq!(whole.bytes(), data.len() as u64);
            check(&whole, &[&data], &about);
            words += whole.total();
            evicted += usize::from(whole.floor() > 0);
            let state = whole.save().unwrap();
            // Neither chunks nor backends nor seeds change anything, nor does a state on the way.
            for backend in tally::backends() {
                let options = WordsOptions::new(rule).max_bytes(LEAST).seed(case);
                let mut top = options.build_top_on(backend).unwrap().unwrap();
                let (left, right) = data.split_at(random.below(data.len()));
                feed_cut(&mut random, &mut top, left);
                let mut top = TopWords::load(options, &top.save().unwrap()).unwrap();
                feed_cut(&mut random, &mut top, right);
                top.finish();
                assert_eq!(top.save().unwrap(), state, "{backend}, {about}");
                top.clear();
                assert_eq!(top.save().unwrap(), new(rule).save().unwrap(), "{about}");
            }
        }
    }
    println!("bounds of {words} words hold; {evicted} of 120 tables were full");
    assert!(evicted > 40 && evicted < 120, "{evicted}");
}

#[test]
fn bounds_of_merged_parts_hold() {
    let mut random = Random::new(32);
    for case in 0..60 {
        let data: Vec<Vec<u8>> = (0..2 + random.below(3))
            .map(|_| {
                let words = random.below(3000);
                random_data(&mut random, words)
            })
            .collect();
        let texts: Vec<&[u8]> = data.iter().map(|text| &text[..]).collect();
        let rule = random.pick(&RULES);
        let mut tops: Vec<TopWords> = Vec::new();
        for (number, text) in texts.iter().enumerate() {
            // Memory may differ; an open last word ends.
            let max_bytes = LEAST << random.below(2);
            let options = WordsOptions::new(rule).max_bytes(max_bytes).max_word(LONGEST as u64);
            let mut top = options.build_top().unwrap();
            top.feed(text).unwrap();
            if number % 2 == 0 {
                top.finish();
            }
            tops.push(top);
        }
        while tops.len() > 1 {
            let at = random.below(tops.len() - 1);
            let right = tops.remove(at + 1);
            let floors = tops[at].floor() + right.floor();
            tops[at].merge(&right).unwrap();
            assert!(tops[at].floor() >= floors);
        }
        let mut top = tops.pop().unwrap();
        assert_eq!(top.bytes(), data.iter().map(|text| text.len() as u64).sum());
        top.finish();
        check(&top, &texts, &format!("case {case}"));
    }
}

/// A word that a cut would make of two stays two, but the last part's goes on.
#[test]
fn merging_ends_words() {
    let (mut left, mut right) = (new(WordRule::Ascii), new(WordRule::Ascii));
    left.feed(b"a on").unwrap();
    right.feed(b"e a tw").unwrap();
    left.merge(&right).unwrap();
    left.feed(b"o").unwrap();
    left.finish();
    let words = left.words(9).unwrap();
    let words: Vec<_> = words.iter().map(|word| (word.bytes, word.count, word.error)).collect();
    let one = |word: &'static [u8]| (word, 1, 0);
    assert_eq!(words, [(&b"a"[..], 2, 0), one(b"e"), one(b"on"), one(b"two")]);
    assert_eq!((left.total(), left.bytes(), left.floor()), (5, 11, 0));
    let other = TopWords::new(WordRule::Unicode, LEAST).unwrap();
    assert_eq!(left.merge(&other), Err(Error::DifferentCounters));
    let other = WordsOptions::new(WordRule::Ascii).max_bytes(LEAST).max_word(9).build_top();
    assert_eq!(left.merge(&other.unwrap()), Err(Error::DifferentCounters));
}

/// The floor is about N / m at most, also if no word is frequent.
#[test]
fn the_floor_is_low() {
    let mut top = TopWords::new(WordRule::Ascii, 1 << 20).unwrap();
    let mut random = Random::new(33);
    let mut data = Vec::new();
    for _ in 0..400_000_u32 {
        // All are different or equally frequent, but for one in eight.
        let word = if random.one_in(8) { 0 } else { 1 + random.below(300_000) };
        data.extend(format!("{word} ").bytes());
    }
    top.feed(&data).unwrap();
    // 16 Ki words fit at least.
    assert!(top.held() > 8 << 10 && top.floor() < 2 * 400_000 / (16 << 10), "{top:?}");
    let most = top.words(1).unwrap()[0];
    assert_eq!(most.bytes, b"0");
    assert_eq!(most.error, 0);
}

/// Words longer than the limit are counted apart, however they are cut and wherever they end.
#[test]
fn long_words_are_skipped() {
    for rule in RULES {
        for len in [9, 10, 11, 12, 13, 14, 100] {
            let word = vec![b'x'; len];
            let data =
                [b"a ", &word[..], b"\xE2\x80\x83", &word[..], b"\xC2\xA0 a ", &word[..]].concat();
            for chunk in [1, 2, 3, 7, 1000] {
                let options = WordsOptions::new(rule).max_bytes(LEAST).max_word(10);
                let mut top = options.build_top().unwrap();
                data.chunks(chunk).for_each(|chunk| top.feed(chunk).unwrap());
                top.finish();
                let words = plainly(&data, rule);
                let long = words.iter().filter(|word| word.len() > 10).count();
                assert_eq!((top.total(), top.skipped()), (words.len() as u64, long as u64));
                assert_eq!(top.get(b"a"), (2, 0));
                let short = words.iter().any(|word| word[0] == b'x' && word.len() <= 10);
                assert_eq!(top.held(), 1 + u64::from(short), "{len} {chunk}");
                assert_eq!(top.bytes(), data.len() as u64);
            }
        }
    }
}

#[test]
fn options_are_checked() {
    let options = WordsOptions::new(WordRule::Ascii);
    for bad in [
        options.max_bytes(LEAST - 1),
        options.max_bytes(0),
        options.max_bytes(LEAST).max_word(LEAST / 16 + 1),
        options.max_word(u64::MAX),
    ] {
        assert!(matches!(bad.build_top(), Err(Error::Limit)), "{bad:?}");
    }
    for huge in [1 << 62, u64::MAX] {
        assert!(matches!(options.max_bytes(huge).build_top(), Err(Error::NoMemory)));
    }
    assert!(options.max_bytes(LEAST).max_word(LEAST / 16).build_top().is_ok());
    assert!(options.build_top().is_ok());
}

/// Of a damaged state, nothing worse comes than an error or wrong counts.
#[test]
fn damaged_states() {
    let mut random = Random::new(34);
    let mut accepted = 0;
    for _ in 0..5000 {
        let words = random.below(700);
        let data = random_data(&mut random, words);
        let rule = random.pick(&RULES);
        let options = WordsOptions::new(rule).max_bytes(LEAST);
        let mut top = options.build_top().unwrap();
        top.feed(&data).unwrap();
        let mut state = top.save().unwrap();
        assert_eq!(TopWords::load(options, &state).unwrap().save().unwrap(), state);
        match random.below(3) {
            0 => state.truncate(random.below(state.len())),
            1 => state.push(random.next() as u8),
            _ => {
                let at = random.below(state.len().min(60));
                state[at] = random.next() as u8;
            }
        }
        match TopWords::load(options, &state) {
            Ok(mut loaded) => {
                loaded.feed(&data).unwrap();
                loaded.merge(&top).unwrap();
                top.merge(&loaded).unwrap();
                top.finish();
                top.words(10).unwrap();
                accepted += 1;
            }
            Err(error) => {
                assert!(matches!(error, Error::BadState | Error::DifferentCounters), "{error}");
            }
        }
    }
    println!("{accepted} of 5000 damaged states could not be told from others");
    // More bytes than any data has.
    let options = WordsOptions::new(WordRule::Ascii).max_bytes(LEAST);
    let mut top = options.build_top().unwrap();
    top.feed(b"a b ").unwrap();
    let mut state = top.save().unwrap();
    state[2..10].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(TopWords::load(options, &state), Err(Error::BadState)));
    // One is not the other.
    let (words, top) = (Words::new(WordRule::Ascii).unwrap(), new(WordRule::Ascii));
    let options = WordsOptions::new(WordRule::Ascii);
    assert!(matches!(Words::load(options, &top.save().unwrap()), Err(Error::BadState)));
    assert!(matches!(TopWords::load(options, &words.save().unwrap()), Err(Error::BadState)));
    let other = WordsOptions::new(WordRule::Unicode);
    let result = TopWords::load(other, &top.save().unwrap());
    assert!(matches!(result, Err(Error::DifferentCounters)));
}

/// Loaded with less memory, it holds fewer words, and the bounds still hold.
#[test]
fn states_are_loaded_with_less_memory() {
    let mut random = Random::new(35);
    let options = WordsOptions::new(WordRule::Ascii).max_word(LONGEST as u64);
    for _ in 0..20 {
        let data = random_data(&mut random, 4000);
        let mut large = options.max_bytes(1 << 20).build_top().unwrap();
        large.feed(&data).unwrap();
        large.finish();
        let state = large.save().unwrap();
        let small = TopWords::load(options.max_bytes(LEAST), &state).unwrap();
        check(&small, &[&data], "less memory");
    }
}

#[test]
fn files_are_fed() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("top_words.txt");
    let data = b"to be or not to be\n".repeat(50_000);
    std::fs::write(&path, &data).unwrap();
    let mut top = new(WordRule::Ascii);
    top.feed_file(&path, &mut ReadOptions::new()).unwrap();
    top.feed_reader(&data[..], &mut ReadOptions::new()).unwrap();
    assert_eq!((top.get(b"be"), top.held(), top.total()), ((200_000, 0), 4, 600_000));
    let result = top.feed_file(&path, &mut ReadOptions::new().max_bytes(8));
    assert!(matches!(result, Err(tally::ReadError::Limit)));
    assert_eq!(top.bytes(), 2 * data.len() as u64 + 8);
    std::fs::remove_file(&path).unwrap();
}
