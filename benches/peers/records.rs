//! The automata that one would write for records and for depth, a byte at a time.

/// What a record has to be to be found.
#[derive(Clone, Copy)]
pub(crate) enum Found {
    AtLeast(u64),
    Outside(u64, u64),
}

enum State {
    Start,
    Field,
    Quoted,
    Closed,
    Escaped,
    EscapedInside,
}

/// Whether a record is found, where quotes open at the start of a field alone, as in CSV.
#[inline(never)]
pub(crate) fn has_record(data: &[u8], delimiter: u8, escape: Option<u8>, found: Found) -> bool {
    match found {
        Found::AtLeast(number) => {
            records(data, delimiter, escape, |count| count >= number, |_| false)
        }
        Found::Outside(low, high) => {
            records(data, delimiter, escape, |_| false, |count| count < low || count > high)
        }
    }
}

#[inline(always)]
fn records(
    data: &[u8],
    delimiter: u8,
    escape: Option<u8>,
    is_reached: impl Fn(u64) -> bool,
    is_wrong: impl Fn(u64) -> bool,
) -> bool {
    let mut state = State::Start;
    let mut count = 0;
    let mut is_empty = true;
    for &byte in data {
        match state {
            State::Quoted => {
                if byte == b'"' {
                    state = State::Closed;
                } else if Some(byte) == escape {
                    state = State::EscapedInside;
                }
            }
            State::Closed | State::Start if byte == b'"' => state = State::Quoted,
            State::EscapedInside => state = State::Quoted,
            State::Escaped => state = State::Field,
            State::Start | State::Field if Some(byte) == escape => state = State::Escaped,
            _ => {
                state = State::Field;
                if byte == delimiter {
                    state = State::Start;
                    count += 1;
                    if is_reached(count) {
                        return true;
                    }
                } else if byte == b'\n' {
                    state = State::Start;
                    if !is_empty && is_wrong(count) {
                        return true;
                    }
                    (count, is_empty) = (0, true);
                    continue;
                }
            }
        }
        is_empty = false;
    }
    !is_empty && is_wrong(count)
}

/// Whether JSON nests as deep as `number`.
#[inline(never)]
pub(crate) fn is_deep(data: &[u8], number: u64) -> bool {
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u64, false, false);
    for &byte in data {
        if is_escaped {
            is_escaped = false;
        } else if byte == b'\\' {
            is_escaped = true;
        } else if byte == b'"' {
            is_quoted = !is_quoted;
        } else if !is_quoted {
            match byte {
                b'{' | b'[' => {
                    depth += 1;
                    if depth >= number {
                        return true;
                    }
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    false
}
