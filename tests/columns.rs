//! Columns: random strings in every layout, on every backend, against the plain loop.

#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::similar_names,
    reason = "offsets and keys of every integer type, of which all are small"
)]

mod common;

use common::edges::expected as edges;
use common::records::{Known, Question as Plain};
use common::words;
use common::{Case, Random, plainly};
use tally::{
    Column, Counter, Error, Question, Reset, Summary, TopWords, Validity, WordRule, Words,
};

/// The number of cases; `TALLY_TEST_CASES` changes it.
fn cases() -> u64 {
    let number = std::env::var("TALLY_TEST_CASES").ok();
    number.map_or(20_000, |cases| cases.parse().expect("TALLY_TEST_CASES is a number"))
}

/// The data of a case cut into strings: mostly short ones, some empty, some of more than a batch.
fn cut(random: &mut Random, data: &[u8]) -> Vec<usize> {
    let longest = random.pick(&[1, 8, 30, 100, 700, 20_000]);
    let mut ends = vec![0];
    let mut end = 0;
    while end < data.len() {
        end = data.len().min(end + random.below(longest + 1));
        ends.push(end);
        if random.one_in(30) {
            ends.resize(ends.len() + random.below(300), end);
        }
    }
    ends
}

/// What is right of a string, or `None` for a null.
type Expected = Option<(bool, u64, u64)>;

fn check(column: &Column<'_>, counter: &Counter, expected: &[Expected], about: &str) {
    let (mut has, mut counts, mut largest) = (Vec::new(), Vec::new(), Vec::new());
    column.has_counts(counter, |answer| has.push(answer)).unwrap();
    column.counts(counter, |answer| counts.push(answer)).unwrap();
    column.max_counts(counter, |answer| largest.push(answer)).unwrap();
    assert_eq!(
        (has.len(), counts.len(), largest.len()),
        (expected.len(), expected.len(), expected.len()),
        "{about}"
    );
    for (at, right) in expected.iter().enumerate() {
        let found = has[at].map(|has| (has, counts[at].unwrap(), largest[at].unwrap()));
        assert_eq!(found, *right, "string {at}, {about}");
        assert_eq!(
            (counts[at].is_some(), largest[at].is_some()),
            (right.is_some(), right.is_some())
        );
    }
}

/// The answers to all questions, for a string.
fn all_of(
    Case { needle, reset, min_number, .. }: &Case,
    trim: Option<WordRule>,
    string: &[u8],
) -> [u64; 8] {
    let right = plainly(needle.get(), *reset, *min_number, string);
    let known = Known { visible: vec![true; string.len()], ..Known::default() };
    let plain = Plain::new(needle.clone(), *min_number, *reset);
    let (starting, ending) = edges(&plain, &known, string, trim);
    let words = words::plainly(string, WordRule::Unicode).len() as u64;
    let (has, len) = (u64::from(right.has_count), string.len() as u64);
    [right.count, right.max_count, has, right.matching_segments, starting, ending, words, len]
}

/// Asks all questions at once, and some of them twice.
fn check_ask(
    column: &Column<'_>,
    counter: &Counter,
    trim: Option<WordRule>,
    right: &[Option<[u64; 8]>],
    about: &str,
) {
    let questions = [
        Question::Count(counter),
        Question::MaxCount(counter),
        Question::HasCount(counter),
        Question::MatchingSegments(counter),
        Question::StartingSegments(counter, trim),
        Question::EndingSegments(counter, trim),
        Question::Words(WordRule::Unicode),
        Question::Bytes,
        Question::Count(counter),
        Question::Words(WordRule::Unicode),
    ];
    let mut answers = [const { Vec::new() }; 10];
    column.ask(&questions, |question, answer| answers[question].push(answer)).unwrap();
    for (number, found) in answers.iter().enumerate() {
        let place = [0, 1, 2, 3, 4, 5, 6, 7, 0, 6][number];
        let right: Vec<_> = right.iter().map(|all| all.map(|all| all[place])).collect();
        assert_eq!(*found, right, "question {number}, {about}");
    }
    column.ask(&[], |_, _| panic!("there is no question")).unwrap();
}

/// A view of a string at a place in a buffer.
fn view(data: &[u8], buffer: i32, start: usize) -> [u8; 16] {
    let mut view = [0; 16];
    view[..4].copy_from_slice(&i32::try_from(data.len()).unwrap().to_ne_bytes());
    if data.len() <= 12 {
        view[4..4 + data.len()].copy_from_slice(data);
    } else {
        view[4..8].copy_from_slice(&data[..4]);
        view[8..12].copy_from_slice(&buffer.to_ne_bytes());
        view[12..].copy_from_slice(&i32::try_from(start).unwrap().to_ne_bytes());
    }
    view
}

/// The views of strings in buffers that are the data from each of `cuts` on; those of nulls are
/// nonsense.
fn views_of(
    data: &[u8],
    ends: &[usize],
    cuts: [usize; 3],
    is_null: impl Fn(usize) -> bool,
) -> Vec<[u8; 16]> {
    let strings = ends.windows(2).map(|ends| ends[0]..ends[1]).enumerate();
    let of = |(at, string): (usize, std::ops::Range<usize>)| {
        if is_null(at) {
            return [0xEE; 16];
        }
        let buffer = cuts.iter().rposition(|&cut| cut <= string.start).unwrap();
        view(&data[string.clone()], buffer as i32, string.start - cuts[buffer])
    };
    strings.map(of).collect()
}

/// Where the bits of keys begin.
const KEY_OFFSET: usize = 3;

/// Which are valid, as bits from [`KEY_OFFSET`] on.
fn bits_of(valid: &[bool]) -> Vec<u8> {
    let mut bits = vec![0; (KEY_OFFSET + valid.len()).div_ceil(8)];
    for (at, _) in valid.iter().enumerate().filter(|&(_, valid)| *valid) {
        bits[(KEY_OFFSET + at) / 8] |= 1 << ((KEY_OFFSET + at) % 8);
    }
    bits
}

/// Makes one of `share` keys null, and returns which are not. The key of a null may be that of a
/// value, or `other`.
fn with_nulls<K: Copy>(random: &mut Random, share: usize, keys: &mut [K], other: K) -> Vec<bool> {
    let mut valid = vec![true; keys.len()];
    for (at, key) in keys.iter_mut().enumerate() {
        if share > 0 && random.one_in(share) {
            valid[at] = false;
            *key = if random.one_in(2) { *key } else { other };
        }
    }
    valid
}

/// What is right of keys: that of the value of each, or nothing for a null.
fn by_keys_of<T: Copy>(
    right: &[Option<T>],
    values: impl Iterator<Item = usize>,
    valid: &[bool],
) -> Vec<Option<T>> {
    values.zip(valid).map(|(value, valid)| right[value].filter(|_| *valid)).collect()
}

#[test]
fn every_layout_answers_as_the_plain_loop() {
    let backends: Vec<&str> = tally::backends().collect();
    let mut random = Random::new(7);
    let (mut strings, mut nulls) = (0, 0);
    for number in 0..cases() {
        let most = if number % 40 == 0 { 40_000 } else { 3000 };
        let case = Case::random(&mut random, most);
        let Case { needle, reset, min_number, data } = case.clone();
        let ends = cut(&mut random, &data);
        let len = ends.len() - 1;
        let offset = random.below(9);
        let mut bits = vec![0xFF_u8; (offset + len).div_ceil(8)];
        let share = random.pick(&[0, 0, 3, 40]);
        let mut expected: Vec<Expected> = Vec::new();
        for (at, ends) in ends.windows(2).enumerate() {
            if share > 0 && random.one_in(share) {
                bits[(offset + at) / 8] &= !(1 << ((offset + at) % 8));
                expected.push(None);
                nulls += 1;
            } else {
                let right = plainly(needle.get(), reset, min_number, &data[ends[0]..ends[1]]);
                expected.push(Some((right.has_count, right.count, right.max_count)));
            }
        }
        strings += len;
        let is_null = |at: usize| expected[at].is_none();
        let validity = (share > 0).then(|| Validity::new(&bits, offset));

        let as_u32: Vec<u32> = ends.iter().map(|&end| end as u32).collect();
        let as_i32: Vec<i32> = ends.iter().map(|&end| end as i32).collect();
        let as_u64: Vec<u64> = ends.iter().map(|&end| end as u64).collect();
        let as_i64: Vec<i64> = ends.iter().map(|&end| end as i64).collect();
        let cuts = [0, data.len() / 3, data.len() / 2];
        let buffers = cuts.map(|cut| &data[cut..]);
        let views = views_of(&data, &ends, cuts, is_null);
        let all = Column::from_offsets(&data, &as_u32, validity).unwrap();
        // Each string twice, then all backwards.
        let mut keys: Vec<i32> = (0..len as i32).flat_map(|at| [at, at]).collect();
        keys.extend((0..len as i32).rev());
        let mut few: Vec<u16> = (0..len.min(7)).map(|at| at as u16).collect();
        let values: Vec<usize> = keys.iter().map(|&key| key as usize).collect();
        let key_share = random.pick(&[0, 4]);
        let valid_keys = with_nulls(&mut random, key_share, &mut keys, -1);
        let valid_few = with_nulls(&mut random, key_share, &mut few, u16::MAX);
        let (key_bits, few_bits) = (bits_of(&valid_keys), bits_of(&valid_few));
        let validities = [&key_bits, &few_bits]
            .map(|bits| (key_share > 0).then(|| Validity::new(bits, KEY_OFFSET)));
        let by_keys = by_keys_of(&expected, values.iter().copied(), &valid_keys);
        let by_few = by_keys_of(&expected, 0..few.len(), &valid_few);
        let columns = [
            (Column::from_offsets(&data, &as_i32, validity).unwrap(), &expected[..], "i32"),
            (Column::from_offsets(&data, &as_u64, validity).unwrap(), &expected, "u64"),
            (Column::from_offsets(&data, &as_i64, validity).unwrap(), &expected, "i64"),
            (Column::from_views(&views, &buffers, validity).unwrap(), &expected, "views"),
            (Column::from_keys(&keys, &all, validities[0]).unwrap(), &by_keys, "keys"),
            (Column::from_keys(&few, &all, validities[1]).unwrap(), &by_few, "few keys"),
        ];
        for backend in &backends {
            let counter = Counter::new_on(backend, needle.get(), min_number, reset);
            let counter = counter.unwrap().unwrap();
            check(&all, &counter, &expected, &format!("u32, {backend}, case {number}"));
            if number % 4 == 0 {
                for (column, expected, layout) in &columns {
                    check(column, &counter, expected, &format!("{layout}, {backend}, {number}"));
                }
            }
        }

        if number % 64 == 0 {
            let trim = random.pick(&[None, Some(WordRule::Ascii), Some(WordRule::Unicode)]);
            let strings = ends.windows(2).map(|ends| &data[ends[0]..ends[1]]).enumerate();
            let right: Vec<Option<[u64; 8]>> = strings
                .map(|(at, string)| (!is_null(at)).then(|| all_of(&case, trim, string)))
                .collect();
            let by_keys = by_keys_of(&right, values.iter().copied(), &valid_keys);
            let by_few = by_keys_of(&right, 0..few.len(), &valid_few);
            for backend in &backends {
                let counter = Counter::new_on(backend, needle.get(), min_number, reset);
                let counter = counter.unwrap().unwrap();
                let about = format!("{backend}, case {number}");
                check_ask(&all, &counter, trim, &right, &about);
                check_ask(&columns[3].0, &counter, trim, &right, &about);
                check_ask(&columns[4].0, &counter, trim, &by_keys, &about);
                check_ask(&columns[5].0, &counter, trim, &by_few, &about);
            }
        }
        if number % 128 == 0 {
            check_words(&all, &columns[4].0);
        }

        check_summary(&all, &case);
    }
    println!("{strings} strings, {nulls} nulls, differences: 0");
}

/// A summary counts each value as lines of a file in which it is one.
fn check_summary(all: &Column<'_>, Case { needle, reset, min_number, .. }: &Case) {
    let (reset, min_number) = (*reset, *min_number);
    let counter = Counter::new(needle.get(), min_number, reset).unwrap();
    let mut fed = Summary::new(&counter).unwrap();
    let hits = plainly(needle.get(), reset, 0, &(0..=255).collect::<Vec<u8>>()).count;
    let reset_byte = reset
        .bytes()
        .iter()
        .find(|&byte| hits == 0 || plainly(needle.get(), reset, 0, &[byte]).count == 0);
    match (fed.feed_column(all), reset_byte) {
        (Ok(()), Some(byte)) => {
            let mut text = Vec::new();
            for value in (0..all.len()).filter_map(|at| all.get(at)) {
                text.extend_from_slice(value);
                text.push(byte);
            }
            let right = plainly(needle.get(), reset, min_number, &text);
            let totals = fed.totals();
            assert_eq!(totals.bytes, text.len() as u64);
            assert_eq!(totals.count, right.count);
            assert_eq!(totals.max_count, right.max_count);
            assert_eq!(totals.matching_segments, right.matching_segments);
        }
        (Err(error), None) => assert_eq!(error, Error::NoReset),
        (result, byte) => panic!("{result:?} with {byte:?}"),
    }
}

/// Tables of words that are fed columns, behind a word that is not ended.
fn check_words(all: &Column<'_>, by_keys: &Column<'_>) {
    for rule in words::RULES {
        let mut table = Words::new(rule).unwrap();
        let mut top = TopWords::new(rule, 1 << 20).unwrap();
        table.feed(b"first").unwrap();
        top.feed(b"first").unwrap();
        let mut right = std::collections::HashMap::from([(&b"first"[..], 1)]);
        let mut bytes = 5;
        for column in [all, by_keys] {
            table.feed_column(column).unwrap();
            top.feed_column(column).unwrap();
            for value in (0..column.len()).filter_map(|at| column.get(at)) {
                bytes += value.len() as u64 + 1;
                for word in words::plainly(value, rule) {
                    *right.entry(word).or_default() += 1;
                }
            }
        }
        // The columns may have no value.
        table.finish().unwrap();
        top.finish();
        assert_eq!((table.bytes(), top.bytes()), (bytes, bytes));
        assert_eq!(table.total(), right.values().sum::<u64>());
        assert_eq!(
            table
                .iter()
                .map(|word| (word.bytes, word.count))
                .collect::<std::collections::HashMap<_, _>>(),
            right
        );
        assert_eq!(top.total(), table.total());
        for (word, count) in right.iter().filter(|(word, _)| word.len() <= 1024) {
            assert_eq!(top.get(word), (*count, 0));
        }
    }
}

/// A column without a value is no text: a word goes on behind it.
#[test]
fn words_around_an_empty_column() {
    let empty = Column::from_offsets(b"", &[0_u32], None).unwrap();
    let mut table = Words::new(WordRule::Ascii).unwrap();
    let mut top = TopWords::new(WordRule::Ascii, 1 << 20).unwrap();
    for column in [&empty, &Column::of_nulls(0)] {
        table.feed(b"a").unwrap();
        table.feed_column(column).unwrap();
        top.feed(b"a").unwrap();
        top.feed_column(column).unwrap();
    }
    // A null ends a word, as any other value does.
    table.feed_column(&Column::of_nulls(1)).unwrap();
    table.feed(b"b").unwrap();
    table.finish().unwrap();
    top.finish();
    assert_eq!((table.get(b"aa"), table.get(b"b"), table.total()), (1, 1, 2));
    assert_eq!((top.get(b"aa"), top.total()), ((1, 0), 1));
}

#[test]
fn fixed_width_and_nulls() {
    let counter = Counter::new('c', 2, tally::Reset::None).unwrap();
    let data = b"ccabcc-c";
    let column = Column::from_fixed_width(data, 2, 4, Some(Validity::new(&[0b1101_1000], 3)));
    let right = [Some((true, 2, 2)), Some((false, 0, 0)), None, Some((false, 1, 1))];
    check(&column.unwrap(), &counter, &right, "width 2");
    let column = Column::from_fixed_width(&[], 0, 3, None).unwrap();
    check(&column, &counter, &[Some((false, 0, 0)); 3], "width 0");
    check(&Column::of_nulls(3), &counter, &[None; 3], "nulls");
    assert_eq!(Column::of_nulls(3).get(1), None);
    // Nulls take no memory, and no time.
    let mut summary = Summary::new(&Counter::new(',', 1, Reset::Newlines).unwrap()).unwrap();
    summary.feed_column(&Column::of_nulls(usize::MAX)).unwrap();
    assert_eq!(summary.totals().bytes, 0);
}

/// Which values a random column has: where each is in the data. Some follow one another, some do not,
/// and some are empty.
fn places(random: &mut Random, len: usize, longest: usize) -> Vec<std::ops::Range<usize>> {
    let mut end = 0;
    let follow = random.pick(&[0, 2, 50]);
    let place = |_| {
        if follow == 0 || random.one_in(follow) {
            end = random.below(len);
        }
        let start = end;
        end = if random.one_in(4) { start } else { len.min(start + random.below(longest + 1)) };
        start..end
    };
    (0..300).map(place).collect()
}

#[test]
fn views_in_any_order_answer_as_the_plain_loop() {
    let mut random = Random::new(11);
    let mut refused = 0;
    for number in 0..cases() / 10 {
        let Case { needle, reset, min_number, data } = Case::random(&mut random, 3000);
        let data: Vec<u8> = data.into_iter().chain([b'.']).cycle().take(10_000).collect();
        let longest = random.pick(&[8, 12, 25, 200, 600, 6000]);
        let places = places(&mut random, data.len(), longest);
        // The buffers overlap: two of them may have a value at the same offset.
        let cuts = [0, 20, 7000];
        let buffers = cuts.map(|cut| &data[cut..]);
        let mut bits = vec![0xFF_u8; 40];
        let mut expected: Vec<Expected> = Vec::new();
        let mut views = Vec::new();
        let share = random.pick(&[5, 50]);
        for (at, place) in places.iter().enumerate() {
            let string = &data[place.clone()];
            if random.one_in(share) {
                bits[at / 8] &= !(1 << (at % 8));
                expected.push(None);
                views.push(if random.one_in(2) { [0xEE; 16] } else { [0; 16] });
                continue;
            }
            let right = plainly(needle.get(), reset, min_number, string);
            expected.push(Some((right.has_count, right.count, right.max_count)));
            let buffer = random.below(3);
            let buffer = if cuts[buffer] <= place.start { buffer } else { 0 };
            views.push(view(string, buffer as i32, place.start - cuts[buffer]));
        }
        let validity = Some(Validity::new(&bits, 0));
        let about = format!("views, case {number}");
        let counter = Counter::new(needle.get(), min_number, reset).unwrap();
        let column = Column::from_views(&views, &buffers, validity).unwrap();
        check(&column, &counter, &expected, &about);
        for (at, place) in places.iter().enumerate() {
            let right = expected[at].map(|_| &data[place.clone()]);
            assert_eq!(column.get(at), right, "{at}, {about}");
        }

        // Some of the values in another order, by the numbers of few of them.
        let keys: Vec<u16> = (0..200).map(|_| random.below(300) as u16).collect();
        let right: Vec<Expected> = keys.iter().map(|&key| expected[usize::from(key)]).collect();
        let by_keys = Column::from_keys(&keys, &column, None).unwrap();
        check(&by_keys, &counter, &right, &format!("by keys, {about}"));

        // One number of one view is another one.
        let at = random.below(300);
        let field = random.pick(&[0, 8, 12]);
        // Up to the end of the first buffer, and one byte further.
        let last = (data.len() - places[at].len()) as i32 + random.pick(&[0, 1]);
        let wrong = random.pick(&[i32::MIN, -13, -1, 0, 2, 3, 12, 13, last, last, i32::MAX]);
        views[at][field..field + 4].copy_from_slice(&wrong.to_ne_bytes());
        let number =
            |of: usize| i64::from(i32::from_ne_bytes(views[at][of..of + 4].try_into().unwrap()));
        let (len, buffer, start) = (number(0), number(8), number(12));
        let room = match buffer {
            0..3 => buffers[buffer as usize].len() as i64,
            _ => -1,
        };
        let is_inside = room >= 0 && start >= 0 && start + len <= room;
        let is_right = expected[at].is_none() || (0..=12).contains(&len) || len > 12 && is_inside;
        refused += u64::from(!is_right);
        let column = Column::from_views(&views, &buffers, validity);
        assert_eq!(column.is_ok(), is_right, "{at}: {len}, {buffer}, {start}, {about}");
    }
    println!("{refused} columns refused");
    assert!(refused > cases() / 100);
}

/// Offsets have 31 bits, but a value may end behind the last of them.
#[test]
#[cfg(all(unix, target_pointer_width = "64"))]
fn views_at_the_highest_offsets() {
    let start = i32::MAX as usize - 5;
    // Nothing of it is written or read but the value and what is around it.
    let mut buffer = vec![0; start + 60];
    buffer[start..start + 20].fill(b'c');
    let counter = Counter::new('c', 2, Reset::None).unwrap();
    let mut views = [view(&buffer[start..start + 20], 0, start); 40];
    let buffers = [&buffer[..]];
    let column = Column::from_views(&views, &buffers, None).unwrap();
    check(&column, &counter, &[Some((true, 20, 20)); 40], "the highest offset");
    views[39] = view(&buffer[start..start + 60], 0, start);
    assert!(Column::from_views(&views, &buffers, None).is_ok());
    views[39][..4].copy_from_slice(&61_i32.to_ne_bytes());
    assert!(Column::from_views(&views, &buffers, None).is_err());
}

#[test]
fn values_of_any_width_answer_as_the_plain_loop() {
    let mut random = Random::new(12);
    for number in 0..cases() / 20 {
        let Case { needle, reset, min_number, data } = Case::random(&mut random, 20_000);
        let width = random.pick(&[1, 3, 8, 100, 511, 512, 3000, 4096, 4097]);
        let values = data.len() / width;
        let data = &data[..values * width];
        let share = random.pick(&[1, 2, 30]);
        let valid: Vec<bool> = (0..values).map(|_| !random.one_in(share)).collect();
        let bits = bits_of(&valid);
        let expected: Vec<Expected> = data
            .chunks(width)
            .zip(&valid)
            .map(|(value, &valid)| {
                let right = plainly(needle.get(), reset, min_number, value);
                valid.then_some((right.has_count, right.count, right.max_count))
            })
            .collect();
        let counter = Counter::new(needle.get(), min_number, reset).unwrap();
        let validity = Some(Validity::new(&bits, KEY_OFFSET));
        let column = Column::from_fixed_width(data, width, values, validity).unwrap();
        check(&column, &counter, &expected, &format!("width {width}, case {number}"));
    }
}

#[test]
fn keys_of_no_value_are_null() {
    let counter = Counter::new('c', 0, Reset::None).unwrap();
    let none = Column::from_offsets::<u32>(b"", &[], None).unwrap();
    let nulls = Column::of_nulls(3);
    let bits = [0; 40];
    for (values, keys) in [(&none, [5_u8; 300]), (&nulls, [2; 300])] {
        let column = Column::from_keys(&keys, values, Some(Validity::new(&bits, 7))).unwrap();
        check(&column, &counter, &[None; 300], "no value");
    }
    let column = Column::from_keys(&[2_u8; 300], &nulls, None).unwrap();
    check(&column, &counter, &[None; 300], "nulls");
}

#[test]
fn what_is_broken_is_refused() {
    let bad = |column: Result<Column<'_>, Error>| assert_eq!(column.unwrap_err(), Error::BadColumn);
    let data = b"ccc and more than twelve";
    for offsets in [&[0, 2, 1][..], &[0, 25], &[-1, 3], &[i32::MIN, 0], &[0, -1], &[0, i32::MAX]] {
        bad(Column::from_offsets(data, offsets, None));
        let wide: Vec<i64> = offsets.iter().map(|&offset| offset.into()).collect();
        bad(Column::from_offsets(data, &wide, None));
    }
    bad(Column::from_offsets(data, &[0, u32::MAX], None));
    bad(Column::from_offsets(data, &[0, u64::MAX], None));
    // Too few bits.
    bad(Column::from_offsets(data, &[0, 1, 2], Some(Validity::new(&[0xFF], 7))));
    bad(Column::from_offsets(data, &[0, 1, 2], Some(Validity::new(&[0xFF], usize::MAX))));
    bad(Column::from_fixed_width(&[], 0, usize::MAX, None));
    for (width, number) in [(3, 7), (5, 5), (usize::MAX, 2), (0, 1)] {
        bad(Column::from_fixed_width(data, width, number, None));
    }
    for broken in [view(data, 1, 0), view(data, -1, 0), view(data, 0, 1), view(data, 0, 1 << 30)] {
        bad(Column::from_views(&[broken], &[data], None));
        // A null is not looked at.
        let (views, buffers) = ([broken], [&data[..]]);
        let column = Column::from_views(&views, &buffers, Some(Validity::new(&[0], 0))).unwrap();
        assert_eq!(column.get(0), None);
    }
    let values = Column::from_offsets(data, &[0_u32, 3], None).unwrap();
    bad(Column::from_keys(&[-1_i8], &values, None));
    bad(Column::from_keys(&[1_u64], &values, None));
    bad(Column::from_keys(&[u64::MAX], &values, None));
    let keys = Column::from_keys(&[0_u8], &values, None).unwrap();
    bad(Column::from_keys(&[0_u8], &keys, None));
    assert_eq!((keys.get(0), keys.get(1)), (Some(&data[..3]), None));
}
