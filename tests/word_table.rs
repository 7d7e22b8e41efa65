//! How often each word occurs: on every backend, whole, in chunks, merged, saved and limited,
//! against a map.

mod common;

use std::collections::BTreeMap;

use common::Random;
use common::words::{RULES, plainly, separators};
use tally::{Error, ReadOptions, WordRule, Words, WordsOptions};

type Counts<'a> = BTreeMap<&'a [u8], u64>;

/// How often each word occurs.
fn counted(data: &[u8], rule: WordRule) -> Counts<'_> {
    let mut counts = Counts::new();
    for word in plainly(data, rule) {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

/// Words of every length, few or many different ones, with separators of every kind, whole and cut.
fn random_data(random: &mut Random, most: usize) -> Vec<u8> {
    let separators = separators(WordRule::Unicode);
    let len = random.below(most + 1);
    let (different, longest) = (random.pick(&[3, 30, 5000]), random.pick(&[3, 20, 20, 200]));
    let malformed = random.one_in(3);
    let mut data = Vec::new();
    while data.len() < len {
        if !random.one_in(40) {
            let number = random.below(different);
            let length = 1 + number * 7 % longest;
            let letters =
                (0..length).map(|place| b"abcdefg\0\xC3\xA9"[(number >> (place % 13)) % 10]);
            data.extend(letters);
        }
        match random.below(if malformed { 6 } else { 4 }) {
            0 => data.extend(&separators[random.below(separators.len())]),
            4 => data.extend(random.pick(&[&b"\xE2\x80"[..], b"\xC2", b"\xE3", b"\x80", b"\xA0"])),
            _ => data.push(random.pick(b"  \n\t")),
        }
    }
    data.truncate(len);
    data
}

fn check(words: &Words, expected: &Counts<'_>, about: &str) {
    let total: u64 = expected.values().sum();
    assert_eq!(words.total(), total, "{about}");
    assert_eq!(words.distinct(), expected.len() as u64, "{about}");
    let found: Counts<'_> = words.iter().map(|word| (word.bytes, word.count)).collect();
    assert_eq!(&found, expected, "{about}");
    let mut ranked: Vec<(&[u8], u64)> =
        expected.iter().map(|(word, count)| (*word, *count)).collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for most in [0, 1, 5, ranked.len(), ranked.len() + 3] {
        let top = words.top(most).unwrap();
        let top: Vec<(&[u8], u64)> = top.iter().map(|word| (word.bytes, word.count)).collect();
        assert_eq!(top, ranked[..most.min(ranked.len())], "{about}");
    }
    for (word, count) in ranked.iter().take(20) {
        assert_eq!(words.get(word), *count, "{about}");
    }
    assert_eq!((words.get(b""), words.get(b"no such word")), (0, 0));
}

/// Feeds `data` in pieces that are cut at random places.
fn feed_cut(random: &mut Random, words: &mut Words, mut data: &[u8]) {
    let most = random.pick(&[1, 3, 70, 1000]);
    while !data.is_empty() {
        let (chunk, rest) = data.split_at(random.below(most + 1).min(data.len()));
        words.feed(chunk).unwrap();
        data = rest;
    }
}

#[test]
fn tables_are_those_of_the_plain_loop() {
    let mut random = Random::new(21);
    let mut comparisons = 0;
    for case in 0..400 {
        let most = if case % 50 == 0 { 60_000 } else { 900 };
        let data = random_data(&mut random, most);
        for rule in RULES {
            let expected = counted(&data, rule);
            for backend in tally::backends() {
                let about = format!("{backend}, {rule:?}, case {case}");
                let new = || WordsOptions::new(rule).build_on(backend).unwrap().unwrap();
                let mut whole = new();
                whole.feed(&data).unwrap();
                whole.finish().unwrap();
                assert_eq!(whole.bytes(), data.len() as u64);
                check(&whole, &expected, &about);
                let mut chunked = new();
                feed_cut(&mut random, &mut chunked, &data);
                // A state in the middle of a word is as good as the table.
                let loaded = Words::load(WordsOptions::new(rule), &chunked.save().unwrap());
                for mut words in [chunked, loaded.unwrap()] {
                    words.finish().unwrap();
                    check(&words, &expected, &format!("in chunks, {about}"));
                    assert_eq!(words.save().unwrap(), whole.save().unwrap(), "{about}");
                    words.clear();
                    check(&words, &Counts::new(), &about);
                }
                comparisons += 4;
            }
        }
    }
    println!("{comparisons} tables compared, differences: 0");
}

#[test]
fn parts_merge_to_the_whole() {
    let mut random = Random::new(22);
    for case in 0..1500 {
        let data = random_data(&mut random, 300);
        for rule in RULES {
            let expected = counted(&data, rule);
            let mut parts = Vec::new();
            let mut rest = &data[..];
            for _ in 0..random.below(5) {
                let (part, behind) = rest.split_at(random.below(rest.len() + 1));
                parts.push(part);
                rest = behind;
            }
            parts.push(rest);
            let mut tables: Vec<Words> = parts
                .iter()
                .map(|part| {
                    let mut words = Words::new(rule).unwrap();
                    words.feed(part).unwrap();
                    words
                })
                .collect();
            // Neighbours, in any order.
            while tables.len() > 1 {
                let at = random.below(tables.len() - 1);
                let right = tables.remove(at + 1);
                tables[at].merge(&right).unwrap();
            }
            let mut whole = tables.pop().unwrap();
            assert_eq!(whole.bytes(), data.len() as u64);
            whole.finish().unwrap();
            check(&whole, &expected, &format!("{rule:?}, case {case}, {parts:?}"));
        }
    }
}

#[test]
fn finished_tables_do_not_join() {
    let table = |data: &[u8], finish| {
        let mut words = Words::new(WordRule::Ascii).unwrap();
        words.feed(data).unwrap();
        if finish {
            words.finish().unwrap();
        }
        words
    };
    for (left, finished, right, expected) in [
        (&b"one"[..], false, &b"two"[..], &[(&b"onetwo"[..], 1)][..]),
        (b"one", true, b"two", &[(b"one", 1), (b"two", 1)]),
        (b"one ", false, b"two", &[(b"one", 1), (b"two", 1)]),
        (b"one", false, b" two", &[(b"one", 1), (b"two", 1)]),
        (b"one", true, b"", &[(b"one", 1)]),
        (b"", true, b"two", &[(b"two", 1)]),
        (b"a", false, b"a a", &[(b"a", 1), (b"aa", 1)]),
    ] {
        let mut words = table(left, finished);
        words.merge(&table(right, false)).unwrap();
        words.finish().unwrap();
        let found: Vec<_> = words.iter().map(|word| (word.bytes, word.count)).collect();
        let mut found = found;
        found.sort_unstable();
        assert_eq!(found, expected, "{left:?} {finished} {right:?}");
    }
    // A finished table without data ends the word in front of it.
    let mut words = table(b"one", false);
    words.merge(&table(b"", true)).unwrap();
    words.feed(b"two").unwrap();
    words.finish().unwrap();
    assert_eq!((words.get(b"one"), words.get(b"two"), words.total()), (1, 1, 2));
    // Feeding goes on behind the end.
    words.feed(b"two").unwrap();
    words.finish().unwrap();
    assert_eq!((words.get(b"two"), words.bytes()), (2, 9));
    let other = Words::new(WordRule::Unicode).unwrap();
    assert_eq!(words.merge(&other), Err(Error::DifferentCounters));
}

/// Random words of up to 40 bytes.
fn random_words(random: &mut Random, number: usize) -> Vec<u8> {
    let mut data = Vec::new();
    for _ in 0..number {
        let len = 1 + random.below(40);
        data.extend((0..len).map(|_| b'a' + random.below(26) as u8));
        data.push(b' ');
    }
    data
}

/// Whatever the limit, what is before the byte that the table says is counted.
#[test]
fn a_limit_loses_nothing() {
    let mut random = Random::new(23);
    for case in 0..100 {
        let data = random_words(&mut random, 3000);
        let limit = 40_000 + random.below(200_000) as u64;
        let mut words = WordsOptions::new(WordRule::Ascii).max_bytes(limit).build().unwrap();
        let chunk = random.pick(&[1_usize, 50, 999, 1 << 20]);
        let result = data.chunks(chunk).try_for_each(|chunk| words.feed(chunk));
        if result.is_ok() {
            assert_eq!(words.bytes(), data.len() as u64);
            continue;
        }
        assert_eq!(result, Err(Error::Limit));
        let at = words.bytes() as usize;
        assert!(at > 1000 && at < data.len(), "{at}");
        // Feeding goes on there, as far as words are known: the limit is reached again.
        assert_eq!(words.feed(&data[at..]), Err(Error::Limit));
        let at = words.bytes() as usize;
        let in_word = data[..at].iter().rev().take_while(|&&byte| byte != b' ').count();
        check(&words, &counted(&data[..at - in_word], WordRule::Ascii), &format!("case {case}"));
        let known = data.split(|&byte| byte == b' ').next().unwrap();
        if in_word == 0 {
            let before = words.get(known);
            words.feed(&[known, b" "].concat()).unwrap();
            assert_eq!(words.get(known), before + 1);
        }
        // Merging into it is refused, and changes nothing.
        let expected = words.save().unwrap();
        let mut more = Words::new(WordRule::Ascii).unwrap();
        more.feed(&random_words(&mut random, 9000)).unwrap();
        assert_eq!(words.merge(&more), Err(Error::Limit));
        assert_eq!(words.save().unwrap(), expected);
    }
}

#[test]
fn long_words_are_limited() {
    let new = |max_word| WordsOptions::new(WordRule::Ascii).max_word(max_word).build().unwrap();
    for len in [1, 3, 15, 16, 100] {
        let word = vec![b'x'; len];
        for chunk in [1, 7, 1000] {
            let data = [b"a ", &word[..], b" b"].concat();
            let mut words = new(len as u64);
            for chunk in data.chunks(chunk) {
                words.feed(chunk).unwrap();
            }
            words.finish().unwrap();
            assert_eq!(words.total(), 3);
            let mut words = new(len as u64 - 1);
            if len > 1 {
                let fed = data.chunks(chunk).try_for_each(|chunk| words.feed(chunk));
                let result = fed.and_then(|()| words.finish());
                assert_eq!(result, Err(Error::Limit), "{len} {chunk}");
                assert_eq!(words.get(b"a"), 1);
            }
        }
    }
}

/// The first long word comes late, into a place of the index that only some seeds give it: others of
/// its length are other words.
#[test]
fn long_words_of_one_length() {
    let short: Vec<String> = (0..340).map(|number| format!("{number}")).collect();
    let long: Vec<String> = (0..40).map(|number| format!("long word {number:06}")).collect();
    let long: Vec<String> = long.iter().map(|word| word.replace(' ', "_")).collect();
    let first = [short.join(" "), " ".into(), long[0].clone(), " ".into()].concat();
    let second = long[1..].join(" ");
    for backend in tally::backends() {
        for seed in 1..=500 {
            let options = WordsOptions::new(WordRule::Ascii).seed(seed);
            let mut words = options.build_on(backend).unwrap().unwrap();
            words.feed(first.as_bytes()).unwrap();
            words.feed(second.as_bytes()).unwrap();
            words.finish().unwrap();
            assert_eq!((words.total(), words.distinct()), (380, 380), "{backend}, seed {seed}");
            assert!(words.iter().all(|word| word.count == 1), "{backend}, seed {seed}");
        }
    }
}

/// A word of the longest length that ends in a part of a separator can be merged as it can be fed.
#[test]
fn a_cut_separator_behind_the_longest_word() {
    let new = || WordsOptions::new(WordRule::Unicode).max_word(3).build().unwrap();
    let of = |data: &[u8]| {
        let mut words = new();
        words.feed(data).unwrap();
        words
    };
    let separator = "\u{2003}".as_bytes();
    for cut in 0..=separator.len() {
        let (left, right) = separator.split_at(cut);
        for (behind, total) in [("", 1), ("d", 2), ("def", 2), ("def g", 3)] {
            let mut words = of(&[b"abc", left].concat());
            words.merge(&new()).unwrap();
            let mut behind_cut = Words::new(WordRule::Unicode).unwrap();
            behind_cut.feed(&[right, behind.as_bytes()].concat()).unwrap();
            words.merge(&behind_cut).unwrap();
            words.finish().unwrap();
            assert_eq!((words.total(), words.get(b"abc")), (total, 1), "{cut} {behind}");
        }
    }
    let mut words = of(b"abc\xE2\x80");
    assert_eq!(words.merge(&of(b"d")), Err(Error::Limit));
    words.merge(&of(b"\x83d")).unwrap();
    words.finish().unwrap();
    assert_eq!((words.get(b"abc"), words.get(b"d")), (1, 1));
}

/// Words whose bytes collide in simple hashes: sums, products, and those that look at a part.
#[test]
fn words_that_are_alike() {
    let mut random = Random::new(24);
    let mut data = Vec::new();
    for number in 0..50_000_u32 {
        let mut word = match number % 4 {
            // The same bytes in another order; a difference in one byte, early or late.
            0 => {
                let mut letters = *b"abcdefgh";
                for place in (1..8).rev() {
                    letters.swap(place, random.below(place + 1));
                }
                letters.to_vec()
            }
            1 => number.to_le_bytes().map(|byte| byte | 0x80).to_vec(),
            2 => [&b"a common beginning of words"[..5], number.to_string().as_bytes()].concat(),
            _ => [number.to_string().as_bytes(), &[b'z'; 40]].concat(),
        };
        word.retain(|byte| !b" \t\n\x0B\x0C\r".contains(byte));
        data.extend(word);
        data.push(b' ');
    }
    let expected = counted(&data, WordRule::Ascii);
    for backend in tally::backends() {
        let options = WordsOptions::new(WordRule::Ascii).seed(5);
        let mut words = options.build_on(backend).unwrap().unwrap();
        words.feed(&data).unwrap();
        check(&words, &expected, backend);
    }
}

/// Of a damaged state, nothing worse comes than an error or wrong counts.
#[test]
fn damaged_states() {
    let mut random = Random::new(25);
    let mut accepted = 0;
    for _ in 0..10_000 {
        let data = random_data(&mut random, 60);
        let rule = random.pick(&RULES);
        let options = WordsOptions::new(rule);
        let mut words = options.build().unwrap();
        words.feed(&data).unwrap();
        let mut state = words.save().unwrap();
        assert_eq!(Words::load(options, &state).unwrap().save().unwrap(), state);
        match random.below(3) {
            0 => state.truncate(random.below(state.len())),
            1 => state.push(random.next() as u8),
            _ => {
                let at = random.below(state.len());
                state[at] = random.next() as u8;
            }
        }
        match Words::load(options, &state) {
            Ok(mut loaded) => {
                assert_eq!(loaded.save().unwrap(), state);
                loaded.feed(&data).unwrap();
                loaded.merge(&words).unwrap();
                words.merge(&loaded).unwrap();
                words.finish().unwrap();
                accepted += 1;
            }
            Err(error) => {
                assert!(matches!(error, Error::BadState | Error::DifferentCounters), "{error}");
            }
        }
    }
    // More bytes than any data has.
    let mut words = Words::new(WordRule::Ascii).unwrap();
    words.feed(b"a b ").unwrap();
    let mut state = words.save().unwrap();
    state[2..10].copy_from_slice(&u64::MAX.to_le_bytes());
    let result = Words::load(WordsOptions::new(WordRule::Ascii), &state);
    assert!(matches!(result, Err(Error::BadState)));
    println!("{accepted} of 10000 damaged states could not be told from others");
}

#[test]
fn files_are_fed() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("word_table.txt");
    let data = b"to be or not to be\n".repeat(50_000);
    std::fs::write(&path, &data).unwrap();
    let mut words = Words::new(WordRule::Ascii).unwrap();
    words.feed_file(&path, &mut ReadOptions::new()).unwrap();
    words.feed_reader(&data[..], &mut ReadOptions::new()).unwrap();
    assert_eq!((words.get(b"be"), words.distinct(), words.total()), (200_000, 4, 600_000));
    // Several parts, cut inside words, on several threads.
    let data = b"to be or not to be, that is the question\n".repeat(500_000);
    std::fs::write(&path, &data).unwrap();
    for threads in 1..4 {
        let mut last = 0;
        let mut progress = |done, _| {
            last = done;
            std::ops::ControlFlow::Continue(())
        };
        let threads = std::num::NonZeroUsize::new(threads).unwrap();
        let mut options = ReadOptions::new().threads(threads).progress(&mut progress);
        let mut words = Words::new(WordRule::Ascii).unwrap();
        words.feed(b"pre").unwrap();
        words.feed_file(&path, &mut options).unwrap();
        words.finish().unwrap();
        assert_eq!(
            (words.get(b"to"), words.get(b"preto"), words.get(b"be,")),
            (999_999, 1, 500_000)
        );
        assert_eq!((words.total(), words.distinct()), (5_000_000, 10));
        assert_eq!((words.bytes(), last), (data.len() as u64 + 3, data.len() as u64));
    }
    let mut words = Words::new(WordRule::Ascii).unwrap();
    let result = words.feed_file(&path, &mut ReadOptions::new().max_bytes(8));
    assert!(matches!(result, Err(tally::ReadError::Limit)));
    assert_eq!((words.bytes(), words.total(), words.get(b"be")), (8, 2, 1));
    std::fs::remove_file(&path).unwrap();
}
