//! Words as a plain loop finds them.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::sync::OnceLock;

use tally::WordRule;

pub const RULES: [WordRule; 2] = [WordRule::Ascii, WordRule::Unicode];

/// The encodings of all separators, from the standard library's table of the property.
pub fn separators(rule: WordRule) -> &'static [Vec<u8>] {
    static FOUND: [OnceLock<Vec<Vec<u8>>>; 2] = [const { OnceLock::new() }; 2];
    let separates = |character: &char| match rule {
        WordRule::Ascii => matches!(character, ' ' | '\t'..='\r'),
        WordRule::Unicode => character.is_whitespace() || ('\x1C'..='\x1F').contains(character),
    };
    let encoded = |character: char| character.to_string().into_bytes();
    FOUND[rule as usize]
        .get_or_init(|| (char::MIN..=char::MAX).filter(separates).map(encoded).collect())
}

/// The words, in order: at each byte, whether a separator starts there.
pub fn plainly(data: &[u8], rule: WordRule) -> Vec<&[u8]> {
    let separators = separators(rule);
    let (mut words, mut start, mut at) = (Vec::new(), 0, 0);
    while at < data.len() {
        // Most bytes are letters.
        let may_start = !data[at].is_ascii_alphabetic();
        let mut candidates = separators.iter().filter(|_| may_start);
        match candidates.find(|separator| data[at..].starts_with(separator)) {
            Some(separator) => {
                words.push(&data[start..at]);
                at += separator.len();
                start = at;
            }
            None => at += 1,
        }
    }
    words.push(&data[start..]);
    words.retain(|word| !word.is_empty());
    words
}
