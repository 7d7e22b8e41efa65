//! Records of fields, and JSON, that nobody wrote.

use super::Random;

/// What the fields of records are like.
#[derive(Clone, Copy)]
pub(crate) enum Fields {
    /// This percentage of the fields is quoted. Of these, one in five has a comma in it, one in fifty a
    /// newline, and one in twenty a doubled quote.
    Quoted(usize),
    /// Each has quotes in its middle.
    QuoteInside,
    /// All are quoted, and each is empty or has one byte.
    Tiny,
    /// Each has an escaped quote, and every other is quoted.
    Escaped,
    /// The first quote is never closed.
    Unclosed,
}

/// Records of 12 fields, with 11 commas outside quotes each, a newline behind the last of them.
pub(crate) fn records(fields: Fields, len: usize) -> Vec<u8> {
    let mut random = Random::new(11);
    let mut data = Vec::with_capacity(len + (1 << 10));
    if let Fields::Unclosed = fields {
        data.push(b'"');
    }
    while data.len() < len {
        let start = data.len();
        for number in 0..12 {
            if number > 0 {
                data.push(b',');
            }
            field(&mut random, fields, number, &mut data);
        }
        data.push(b'\n');
        if data.len() > len {
            // A last record that is as long as what is left, or blank ones.
            data.truncate(start);
            let left = len - start;
            let letters = left.saturating_sub(12);
            data.resize(start + letters, b'x');
            let rest: &[u8] = if left > 12 { b",,,,,,,,,,," } else { b"" };
            data.extend_from_slice(rest);
            data.resize(len, b'\n');
        }
    }
    data
}

fn field(random: &mut Random, fields: Fields, number: usize, data: &mut Vec<u8>) {
    let is_quoted = match fields {
        Fields::Quoted(percent) => random.below(100) < percent,
        Fields::Tiny => true,
        Fields::Escaped => number % 2 == 0,
        Fields::QuoteInside | Fields::Unclosed => false,
    };
    if is_quoted {
        data.push(b'"');
    }
    match fields {
        Fields::Tiny => letters(random, random_len(number, 2), data),
        Fields::QuoteInside => {
            letters(random, 1, data);
            data.push(b'"');
            letters(random, random_len(number, 3), data);
            data.push(b'"');
        }
        Fields::Escaped => {
            letters(random, random_len(number, 4), data);
            data.extend_from_slice(b"\\\"");
            letters(random, 1, data);
        }
        Fields::Quoted(_) | Fields::Unclosed => {
            let len = 1 + random.below(12);
            letters(random, len, data);
            if is_quoted && random.below(5) == 0 {
                data.extend_from_slice(b", ");
            }
            if is_quoted && random.below(50) == 0 {
                data.push(b'\n');
            }
            if is_quoted && random.below(20) == 0 {
                data.extend_from_slice(b"\"\"");
            }
        }
    }
    if is_quoted {
        data.push(b'"');
    }
}

/// A length below `bound` that differs from field to field.
fn random_len(number: usize, bound: usize) -> usize {
    number % bound
}

fn letters(random: &mut Random, number: usize, data: &mut Vec<u8>) {
    data.extend((0..number).map(|_| random.pick(b"abcdefghijklmnopqrstuvwxyz0123456789.- ")));
}

/// An array of JSON objects with strings, numbers, arrays and objects, never deeper than 6. One in
/// twenty strings has an escape, one in ten a brace or a bracket.
pub(crate) fn json(len: usize) -> Vec<u8> {
    let mut random = Random::new(12);
    let mut data = Vec::with_capacity(len + (1 << 12));
    data.push(b'[');
    while data.len() < len {
        object(&mut random, 2, &mut data);
        data.extend_from_slice(b",\n");
    }
    data.truncate(len);
    data
}

fn object(random: &mut Random, depth: usize, data: &mut Vec<u8>) {
    data.push(b'{');
    for number in 0..3 + random.below(5) {
        if number > 0 {
            data.push(b',');
        }
        string(random, data);
        data.push(b':');
        match random.below(10) {
            0 if depth < 5 => object(random, depth + 1, data),
            1 => {
                data.push(b'[');
                for number in 0..random.below(5) {
                    if number > 0 {
                        data.push(b',');
                    }
                    data.extend_from_slice(random.below(100_000).to_string().as_bytes());
                }
                data.push(b']');
            }
            2..6 => data.extend_from_slice(random.below(1_000_000).to_string().as_bytes()),
            _ => string(random, data),
        }
    }
    data.push(b'}');
}

fn string(random: &mut Random, data: &mut Vec<u8>) {
    data.push(b'"');
    let len = 3 + random.below(14);
    letters(random, len, data);
    if random.below(20) == 0 {
        data.extend_from_slice(b"\\\"");
    }
    if random.below(10) == 0 {
        data.extend_from_slice(random.pick(&[b"{", b"]", b"[", b"}"]));
    }
    data.push(b'"');
}
