//! The recipes of the README, against an answer found in another way.

mod common;

use common::Random;
use tally::{ByteSet, Counter, Reset, WordRule};

/// All bytes but those of `set`.
fn all_but(set: ByteSet) -> ByteSet {
    (0..=u8::MAX).filter(|&byte| !set.contains(byte)).collect()
}

/// Text of words and lines, some empty, with characters of one to four bytes and now and then a NUL.
fn text(random: &mut Random) -> String {
    let parts = [
        "a", "word", "é", "€", "𝄞", " ", "  ", "\t", "\n", "\n\n", "\x0B", "\r\n", "\0", "-",
        "...", "\u{A0}",
    ];
    let text: String = (0..random.below(60)).map(|_| random.pick(&parts)).collect();
    // Now and then a line of some thousand bytes.
    if random.one_in(8) { text + &"é".repeat(random.below(4000)) } else { text }
}

#[test]
fn each_recipe_is_right() {
    let newline = ByteSet::new(b"\n");
    let in_line = all_but(newline);
    let mut random = Random::new(12);
    for _ in 0..5000 {
        let text = text(&mut random);
        let data = text.as_bytes();
        let counter = |set: ByteSet, number, reset| Counter::new(set, number, reset).unwrap();

        let words = counter(all_but(ByteSet::WHITESPACE), 1, Reset::Whitespace);
        let expected = text.split([' ', '\t', '\n', '\x0B', '\x0C', '\r']);
        let expected = expected.filter(|word| !word.is_empty()).count() as u64;
        assert_eq!(words.matching_segments(data), expected, "{text:?}");

        let lines = || text.split('\n');
        let longest = lines().map(str::len).max().unwrap() as u64;
        assert_eq!(counter(in_line, 0, Reset::Newlines).max_count(data), longest, "{text:?}");

        let first_bytes = all_but((0x80..=0xBF).chain(newline.iter()).collect());
        let characters = lines().map(|line| line.chars().count()).max().unwrap() as u64;
        let found = counter(first_bytes, 0, Reset::Newlines).max_count(data);
        assert_eq!(found, characters, "{text:?}");

        for limit in [5, 20, 998, 5000] {
            let longer = counter(in_line, limit + 1, Reset::Newlines);
            assert_eq!(longer.has_count(data), longest > limit, "{text:?}");
            let first = lines().position(|line| line.len() as u64 > limit);
            let found = longer.find(data).map(|found| found.segment as usize);
            assert_eq!(found, first, "{text:?}");
        }

        let binary = counter(ByteSet::new(b"\0"), 1, Reset::None);
        assert_eq!(binary.has_count(data), text.contains('\0'), "{text:?}");

        let filled = lines().filter(|line| !line.is_empty()).count() as u64;
        let found = counter(in_line, 1, Reset::Newlines).matching_segments(data);
        assert_eq!(found, filled, "{text:?}");

        let white = Some(WordRule::Unicode);
        let filled = lines().filter(|line| !line.trim().is_empty()).count() as u64;
        let found = counter(in_line, 0, Reset::Newlines).starting_segments(data, white);
        assert_eq!(found, filled, "{text:?}");

        let bullets = lines().filter(|line| line.trim_start().starts_with('-')).count() as u64;
        let found = counter(ByteSet::new(b"-"), 1, Reset::Newlines).starting_segments(data, white);
        assert_eq!(found, bullets, "{text:?}");

        let dots = lines().filter(|line| line.trim_end().ends_with("...")).count() as u64;
        let ellipsis = Counter::new("...", 1, Reset::Newlines).unwrap();
        assert_eq!(ellipsis.ending_segments(data, white), dots, "{text:?}");
    }
}
