//! Conditions on the final count, quotes and closing bytes: random questions, on every backend, in
//! one piece, in chunks and merged, against an automaton that reads a byte at a time.

mod common;

use std::num::NonZeroUsize;
use std::ops::Bound;

use common::records::{Known, Question, QuoteOptions, Rule, plainly, random};
use common::{OwnedNeedle, Random, ask};
use tally::{ByteSet, Condition, Counter, CounterOptions, Error, Match, Quotes, Reset};
use tally::{Stream, Summary};

/// The number of cases; `TALLY_TEST_CASES` changes it.
fn cases() -> u64 {
    let number = std::env::var("TALLY_TEST_CASES").ok();
    number.map_or(60_000, |cases| cases.parse().expect("TALLY_TEST_CASES is a number"))
}

/// The number of cuts; `TALLY_TEST_CUTS` changes it.
fn cuts() -> u64 {
    let number = std::env::var("TALLY_TEST_CUTS").ok();
    number.map_or(300_000, |cuts| cuts.parse().expect("TALLY_TEST_CUTS is a number"))
}

/// Runs `work` on as many threads as there are, each with a seed and its share of `number`, and
/// returns the sum of what they return.
fn on_threads(number: u64, work: impl Fn(u64, u64) -> u64 + Sync) -> u64 {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = number.div_ceil(threads);
    std::thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> =
            (0..threads).map(|thread| scope.spawn(move || work(thread, share))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    })
}

#[test]
fn every_backend_answers_as_the_automaton() {
    let done = on_threads(cases(), |seed, cases| {
        let backends: Vec<&str> = tally::backends().collect();
        let mut draw = Random::new(seed + 100);
        let mut buffer = vec![0; 20_000];
        for number in 0..cases {
            let most = if number % 64 == 0 { 9000 } else { 400 };
            let (question, data) = random(&mut draw, most);
            let known = plainly(&question, &data);
            let start = draw.below(64);
            let place = &mut buffer[start..start + data.len()];
            place.copy_from_slice(&data);
            let way = draw.below(4);
            for &backend in &backends {
                let counter = question.counter(backend).unwrap();
                let about = || format!("{backend}, {question:?}, \"{}\"", data.escape_ascii());
                assert_eq!(ask(&counter, place, way), known.answers, "{}", about());
                assert_eq!(counter.unclosed_quote(place), known.unclosed_quote, "{}", about());
            }
        }
        cases
    });
    println!("{done} cases on every backend, differences: 0");
}

/// `data` in chunks.
fn chunks<'a>(random: &mut Random, mut data: &'a [u8]) -> Vec<&'a [u8]> {
    let size = random.pick(&[1, 2, 3, 7, 30, 64, 100, 1000]);
    let mut chunks = Vec::new();
    while !data.is_empty() {
        let len = if random.one_in(2) { size } else { random.below(size + 1) };
        let (chunk, rest) = data.split_at(len.min(data.len()));
        chunks.push(chunk);
        data = rest;
    }
    chunks
}

/// Feeds chunks until a segment matches.
fn feed(question: &Question, stream: &mut Stream, chunks: &[&[u8]], known: &Known) {
    let mut fed = 0;
    let first = known.answers.matches.first().copied();
    let certain_at = known.certain_at.first().copied().unwrap_or(u64::MAX);
    let data = chunks.concat();
    for chunk in chunks {
        fed += chunk.len();
        let expected = certain_at <= fed as u64;
        assert_eq!(stream.feed(chunk), Ok(expected), "{question:?} {chunks:?}");
        assert_eq!(stream.first_match(), first.filter(|_| expected), "{question:?} {chunks:?}");
        if fed % 5 == 0 && !expected {
            let quote = plainly(question, &data[..fed]).unclosed_quote;
            assert_eq!(stream.unclosed_quote(), quote, "{question:?} {chunks:?}");
        }
    }
    let stopped = stream.matched();
    for _ in 0..2 {
        assert_eq!(stream.finish(), Ok(first.is_some()), "{question:?} {chunks:?}");
        assert_eq!(stream.first_match(), first, "{question:?} {chunks:?}");
        let quote = known.unclosed_quote.filter(|_| !stopped);
        assert_eq!(stream.unclosed_quote(), quote, "{question:?} {chunks:?}");
        assert_eq!(stream.feed(b"x"), Err(Error::Finished));
        assert_eq!(stream.find(b"x", &mut []), Err(Error::Finished));
    }
    stream.reset();
}

/// Finds all matches, a few at a time.
fn find(
    question: &Question,
    random: &mut Random,
    stream: &mut Stream,
    chunks: &[&[u8]],
    known: &Known,
) {
    let mut all: Vec<Match> = Vec::new();
    let mut room = [Match::default(); 5];
    let mut fed = 0;
    for chunk in chunks {
        let mut rest = *chunk;
        loop {
            let capacity = random.below(room.len()) + 1;
            let (found, used) = stream.find(rest, &mut room[..capacity]).unwrap();
            all.extend(&room[..found]);
            rest = &rest[used..];
            if found < capacity {
                assert_eq!(rest, b"", "{question:?} {chunks:?}");
                break;
            }
            // The match that fills the room is the last of what was used.
            let last = fed + chunk.len() - rest.len();
            let certain = known.certain_at[all.len() - 1];
            assert!(certain <= last as u64, "{question:?} {chunks:?}");
        }
        fed += chunk.len();
        let certain = known.certain_at.iter().filter(|&&at| at <= fed as u64).count();
        assert_eq!(all.len(), certain, "{question:?} {chunks:?}");
    }
    assert_eq!(stream.unclosed_quote(), known.unclosed_quote, "{question:?} {chunks:?}");
    assert!(chunks.is_empty() || stream.feed(b"") == Err(Error::OtherSearch));
    let expected = all.len() < known.answers.matches.len();
    assert_eq!(stream.finish().unwrap(), expected || chunks.is_empty() && known.answers.has_count);
    all.extend(stream.first_match());
    assert_eq!(all, known.answers.matches, "{question:?} {chunks:?}");
    assert_eq!(stream.unclosed_quote(), known.unclosed_quote, "{question:?} {chunks:?}");
    stream.reset();
}

/// Merges neighbours in a random order until one is left.
fn merge(
    question: &Question,
    random: &mut Random,
    counters: [&Counter; 2],
    chunks: &[&[u8]],
) -> u64 {
    let overlaps = question
        .string()
        .is_some_and(|string| (1..string.len()).any(|len| string.ends_with(&string[..len])));
    let mut parts: Vec<(Summary, Vec<u8>)> = Vec::new();
    for chunk in chunks {
        let mut summary = Summary::new(random.pick(&counters)).unwrap();
        let (a, b) = chunk.split_at(random.below(chunk.len() + 1));
        summary.feed(a);
        if random.one_in(3) {
            let state = summary.save().unwrap();
            summary = Summary::load(random.pick(&counters), &state).unwrap();
            assert_eq!(summary.save().unwrap(), state);
        }
        summary.feed(b);
        parts.push((summary, chunk.to_vec()));
    }
    let mut merges = 0;
    while parts.len() > 1 {
        let at = random.below(parts.len() - 1);
        let (right, right_data) = parts.remove(at + 1);
        let (left, left_data) = &mut parts[at];
        let before = left.totals();
        match left.merge(&right) {
            Ok(()) => {}
            Err(Error::Overlap) if overlaps => {
                assert_eq!(left.totals(), before);
                left.feed(&right_data);
            }
            Err(error) => panic!("{error}: {question:?} {chunks:?}"),
        }
        left_data.extend(right_data);
        let known = plainly(question, left_data);
        assert_eq!(left.totals(), known.totals, "{question:?} {chunks:?} {left_data:?}");
        assert_eq!(left.unclosed_quote(), known.unclosed_quote, "{question:?} {chunks:?}");
        // The state follows from the data alone.
        if random.one_in(8) {
            let mut whole = Summary::new(counters[0]).unwrap();
            whole.feed(left_data);
            assert_eq!(left.save(), whole.save(), "{question:?} {chunks:?} {left_data:?}");
        }
        merges += 1;
    }
    merges
}

#[test]
fn cut_anywhere_and_merged_in_any_order() {
    let done = on_threads(cuts(), |seed, cuts| {
        let backends: Vec<&str> = tally::backends().collect();
        let mut draw = Random::new(seed + 200);
        let mut done = 0;
        while done < cuts {
            let most = if draw.one_in(40) { 6000 } else { 200 };
            let (question, data) = random(&mut draw, most);
            let known = plainly(&question, &data);
            let counter = question.counter(draw.pick(&backends)).unwrap();
            let other = question.counter(draw.pick(&backends)).unwrap();
            let mut stream = Stream::new(&counter).unwrap();
            let chunks = chunks(&mut draw, &data);
            done += chunks.len().saturating_sub(1) as u64;
            feed(&question, &mut stream, &chunks, &known);
            find(&question, &mut draw, &mut stream, &chunks, &known);
            let mut summary = Summary::new(&counter).unwrap();
            for chunk in &chunks {
                summary.feed(chunk);
            }
            assert_eq!(summary.totals(), known.totals, "{question:?} {chunks:?}");
            assert_eq!(summary.unclosed_quote(), known.unclosed_quote, "{question:?} {chunks:?}");
            if chunks.len() < 12 || draw.one_in(20) {
                merge(&question, &mut draw, [&counter, &other], &chunks);
            }
        }
        done
    });
    println!("{done} cuts, differences: 0");
}

/// Data of several strides and parts: quotes that stay open across many blocks, and threads.
#[test]
fn large_data_and_threads() {
    let threads = NonZeroUsize::new(3).unwrap();
    let mut draw = Random::new(5);
    for round in 0..12 {
        let mut data = Vec::new();
        while data.len() < 3 << 20 {
            match draw.below(400) {
                0 => {
                    let len = draw.below(20_000);
                    data.push(b'"');
                    data.extend((0..len).map(|at| b"ab,\n{]"[at % 6]));
                    data.push(b'"');
                }
                1 => data.push(b'"'),
                2 => data.push(b'\\'),
                3..10 => data.extend_from_slice(b"\"x,\"\"\"\n"),
                10..20 => data.extend_from_slice("é}".as_bytes()),
                20..40 => data.push(b'\n'),
                _ => data.extend_from_slice(b"abc,{"),
            }
        }
        let string = round % 4 == 3;
        let needle =
            if string { OwnedNeedle::Character('é') } else { OwnedNeedle::Character(',') };
        let rule = if round % 2 == 0 { Rule::Fields } else { Rule::Anywhere };
        let quotes = QuoteOptions {
            rule,
            quote: b'"',
            escape: (round % 3 == 0).then_some(b'\\'),
            delimiters: (rule == Rule::Fields).then_some(ByteSet::new(b",")),
        };
        let mut question = Question::new(needle, 0, Reset::Newlines);
        question.quotes = (round != 10).then_some(quotes);
        if !string && round % 3 != 1 {
            question.closing = ByteSet::new(b"{");
        }
        let most = plainly(&question, &data).totals.max_count;
        for condition in [
            Condition::AtLeast(most),
            Condition::AtLeast(most + 1),
            Condition::Within { min_number: most, max_number: most },
            Condition::Outside { min_number: 0, max_number: most },
        ] {
            question.condition = condition;
            let known = plainly(&question, &data);
            let counter = question.options().build().unwrap();
            assert_eq!(ask(&counter, &data, 3), known.answers, "{question:?}");
            assert_eq!(counter.unclosed_quote(&data), known.unclosed_quote, "{question:?}");
            let first = known.answers.matches.first().copied();
            assert_eq!(counter.find_threads(&data, threads), first, "{question:?}");
            assert_eq!(counter.has_count_threads(&data, threads), first.is_some());
            let totals = known.totals;
            assert_eq!(counter.count_threads(&data, threads), totals.count, "{question:?}");
            assert_eq!(counter.max_count_threads(&data, threads), totals.max_count);
            let matching = counter.matching_segments_threads(&data, threads);
            assert_eq!(matching, totals.matching_segments, "{question:?}");
        }
    }
}

/// Strings of more than 16 bytes, which are searched ahead for, between quotes that are as near and as
/// far as the string is long: a hit is not found across a quote, and none is missed before or behind it.
#[test]
fn long_strings_between_quotes() {
    let mut draw = Random::new(8);
    for round in 0..400 {
        let len = 17 + draw.below(if round % 8 == 0 { 700 } else { 80 });
        let period = 1 + draw.below(4);
        let string: Vec<u8> = (0..len).map(|at| b"abcd"[at % period]).collect();
        let mut data = Vec::new();
        while data.len() < 12 * len + 500 {
            match draw.below(8) {
                0 => data.push(b'"'),
                1 => data.push(b'\n'),
                2 => data.extend_from_slice(b"\"\"x\","),
                3 => data.extend_from_slice(&string[..draw.below(len)]),
                _ => data.extend_from_slice(&string),
            }
        }
        let rule = if round % 2 == 0 { Rule::Fields } else { Rule::Anywhere };
        let mut question = Question::new(OwnedNeedle::String(string), 0, Reset::Newlines);
        question.quotes = Some(QuoteOptions {
            rule,
            quote: b'"',
            escape: None,
            delimiters: (rule == Rule::Fields).then_some(ByteSet::new(b",")),
        });
        question.condition = Condition::AtLeast(1 + draw.below(2) as u64);
        let known = plainly(&question, &data);
        let counter = question.options().build().unwrap();
        assert_eq!(ask(&counter, &data, 3), known.answers, "{question:?}");
    }
}

#[test]
fn options_that_contradict_one_another_are_refused() {
    let comma = || CounterOptions::new(',').reset(Reset::Newlines);
    let string = || CounterOptions::new("ab").reset(Reset::Newlines);
    let set = ByteSet::new;
    let cases = [
        (Error::EmptyRange, comma().outside((Bound::Included(2), Bound::Included(1)))),
        (Error::EmptyRange, comma().within((Bound::Included(2), Bound::Excluded(2)))),
        (Error::EmptyRange, comma().condition(Condition::Within { min_number: 1, max_number: 0 })),
        (Error::ResetIsHit, CounterOptions::new('\n').reset(Reset::Newlines).skip_empty(true)),
        (Error::ResetIsHit, CounterOptions::new('\n').reset(Reset::Newlines).skip_last_empty(true)),
        (Error::QuoteInUse, comma().quotes(Quotes::fields().quote(0))),
        (Error::QuoteInUse, comma().quotes(Quotes::fields().quote(b','))),
        (Error::QuoteInUse, comma().quotes(Quotes::fields().quote(b'\n'))),
        (Error::QuoteInUse, comma().quotes(Quotes::fields().delimiters(set(b"\"")))),
        (Error::QuoteInUse, comma().closing(set(b"\"")).quotes(Quotes::anywhere())),
        (Error::QuoteInUse, comma().quotes(Quotes::fields().escape(Some(b'"')))),
        (Error::QuoteInUse, comma().quotes(Quotes::anywhere().escape(Some(0)))),
        (Error::QuoteInUse, comma().quotes(Quotes::anywhere().escape(Some(b',')))),
        (Error::QuoteInUse, comma().quotes(Quotes::anywhere().escape(Some(b'\n')))),
        (
            Error::QuoteInUse,
            comma().closing(set(b"\\")).quotes(Quotes::fields().escape(Some(b'\\'))),
        ),
        (Error::QuoteInUse, string().quotes(Quotes::anywhere().quote(b'b'))),
        (Error::NoDelimiters, string().quotes(Quotes::fields())),
        (Error::NotFields, comma().quotes(Quotes::anywhere().delimiters(set(b";")))),
        (Error::ClosingInUse, comma().closing(set(b"),"))),
        (Error::ClosingString, string().closing(set(b")"))),
    ];
    for (error, options) in cases {
        assert_eq!(options.build().unwrap_err(), error, "{options:?}");
    }
    let allowed = [
        comma().outside(..),
        comma().within(0..=0),
        comma().outside(3..),
        comma().quotes(Quotes::fields().delimiters(set(b"\n;"))),
        comma().closing(set(b"\n")),
        string().quotes(Quotes::fields().delimiters(set(b"a"))),
        string().quotes(Quotes::anywhere()).skip_empty(true).skip_last_empty(true),
        CounterOptions::new('a').skip_empty(true),
    ];
    for options in allowed {
        assert!(options.build().is_ok(), "{options:?}");
    }
}

/// What cannot be a match is refused.
#[test]
fn matches_to_continue_from() {
    let data = b"a,b\nc\n\n\"x,\ny\",e,f\n";
    let counter = CounterOptions::new(',')
        .outside(1..=1)
        .reset(Reset::Newlines)
        .quotes(Quotes::fields())
        .build()
        .unwrap();
    let all: Vec<Match> = counter.matches(data).collect();
    let wrong = |change: fn(&mut Match)| {
        let mut wrong = all[0];
        change(&mut wrong);
        counter.find_many(data, Some(&wrong), &mut [Match::default()])
    };
    assert_eq!(all.len(), 4);
    assert_eq!(wrong(|_| {}), Ok(1));
    assert_eq!(wrong(|found| found.count = 1), Err(Error::NotAMatch));
    assert_eq!(wrong(|found| found.count = 40), Err(Error::NotAMatch));
    assert_eq!(wrong(|found| found.end -= 1), Err(Error::NotAMatch));
    assert_eq!(wrong(|found| found.end = 1 << 40), Err(Error::NotAMatch));
    assert_eq!(wrong(|found| found.start -= 1), Err(Error::NotAMatch));
    assert_eq!(wrong(|found| found.segment = 0), Err(Error::NotAMatch));
}
