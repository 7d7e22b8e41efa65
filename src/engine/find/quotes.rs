//! Which bytes quotes and escapes hide.
//!
//! # The idea
//!
//! A byte is inside quotes if the number of quotes up to it is odd. With the quotes of a block as a
//! mask, that is a *prefix parity*: bit `i` of the result is the parity of the bits 0 to `i`.
//! (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019.) [`hide`](super::hide) has the
//! same for many blocks at once.
//!
//! ```text
//! data       a , " b , c " , d        the comma inside the quotes is hidden
//! quotes     . . 1 . . . 1 . .
//! parity     . . 1 1 1 1 . . .        from each opening quote up to before the closing one
//! ```
//!
//! **Escapes.** A run of escapes makes the byte behind it literal if its length is odd. An addition
//! carries through all runs at once, and shows which of them end at an odd distance ([`escaped`]).
//! What is literal is no quote.
//!
//! **Fields.** Where quotes may only open at the start of a field, parity counts quotes that open
//! nothing. It is right for a block if each quote that it takes for an opening one is the first byte
//! of a field, or stands directly behind a closing one (both together are a doubled quote, a
//! literal one):
//!
//! ```text
//! data       a , b " c , d " e        the quotes are ordinary bytes
//! quotes     . . . 1 . . . 1 .
//! parity     . . . 1 1 1 1 . .
//! may open   1 . 1 . . . 1 . .        the bytes behind a delimiter, a reset or a quote
//! opening, but may not: the quote behind b. So the parity is not used.
//! ```
//!
//! By induction over the bytes: up to the first such quote, parity and the true state agree. An
//! escape directly behind a closing quote is an ordinary byte, and the second reason not to use the
//! parity. Then the block is read from quote to quote ([`Quotes::by_events`]), in as many steps as
//! it has quoted fields and runs of quotes in them.
//!
//! Invariant: [`QuoteState`] is all that has to be known of the bytes before a block.

use crate::bytes::ByteSet;

/// Where a quote may open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QuoteRule {
    /// At the start of a field alone: of the data, or behind a delimiter or a reset byte.
    Fields,
    /// Anywhere.
    Anywhere,
}

/// How quotes hide bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quotes {
    pub(crate) rule: QuoteRule,
    pub(crate) quote: u8,
    pub(crate) escape: Option<u8>,
    /// The bytes that end a field and do not reset; none for [`QuoteRule::Anywhere`].
    pub(crate) delimiters: ByteSet,
}

/// What the bytes so far mean for the next one.
///
/// ```text
///                       quote                         quote: was doubled
///           Start ------------------> Quoted <------------------- Closed
///             ^ ^                       |    -----------------------^ | |
///   delimiter | |                       |           quote             | | another byte
///   or reset  | +-----------------------|-----------------------------+ |
///             |                         | escape                        |
///           Field <---------------------|-------------------------------+
///             | escape                  v
///             v                    EscapedInside: back to Quoted after any byte
///       EscapedOutside: to Field after any byte
/// ```
///
/// Where quotes open anywhere, there is no `Field` and no `Closed`; `Start` is then all that is
/// outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum QuoteState {
    /// A field starts here.
    #[default]
    Start,
    /// Inside a field, outside quotes.
    Field,
    /// Directly behind a closing quote.
    Closed,
    /// Inside quotes.
    Quoted,
    /// Behind an escape outside quotes.
    EscapedOutside,
    /// Behind an escape inside quotes.
    EscapedInside,
}

impl QuoteState {
    /// All, in the order of their numbers.
    pub(crate) const ALL: [Self; 6] = [
        Self::Start,
        Self::Field,
        Self::Closed,
        Self::Quoted,
        Self::EscapedOutside,
        Self::EscapedInside,
    ];

    /// Whether a quote is open.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Quoted | Self::EscapedInside)
    }

    /// Whether a quote is open, or is again if it turns out to have been doubled.
    pub(crate) fn may_be_open(self) -> bool {
        self.is_open() || self == Self::Closed
    }

    pub(super) fn is_escaped(self) -> bool {
        matches!(self, Self::EscapedOutside | Self::EscapedInside)
    }
}

/// The masks of up to 64 bytes. Bits behind the last byte are 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct QuoteMasks {
    pub(in crate::engine) quotes: u64,
    pub(in crate::engine) escapes: u64,
    /// Delimiters and resets; not used where quotes open anywhere.
    pub(in crate::engine) ends: u64,
    /// How many bytes there are: 1 to 64.
    pub(in crate::engine) len: u32,
}

/// What quotes and escapes do to these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Hidden {
    /// The quoted bytes, quotes, escapes, and what these make literal. Bits behind the last byte
    /// are unspecified.
    pub(in crate::engine) mask: u64,
    /// The quotes that open, without those that are the second of a doubled one.
    pub(in crate::engine) opening: u64,
    pub(in crate::engine) state: QuoteState,
}

/// The even places.
pub(super) const EVEN: u64 = 0x5555_5555_5555_5555;

/// Bit `i` is the parity of the bits 0 to `i`.
#[inline(always)]
pub(in crate::engine) fn prefix_parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// The bytes that escapes make literal, and whether the byte behind the 64 is one. `first`: whether
/// the first byte is one.
///
/// A run of escapes makes every second byte literal, up to the one behind it: where the run starts
/// at an even place, those at odd places, and the other way round. The runs that start at odd places
/// are added to all escapes. The carry turns each of them to zeros, and sets the bit behind it; so
/// the sum, moved by one, is set at the bytes that follow the escapes of an even start, and not at
/// those of an odd one.
///
/// ```text
/// place            0 1 2 3 4 5 6 7
/// escapes          1 1 1 . . 1 1 .      runs of 3 from 0, and of 2 from 5
/// follow           . 1 1 1 . . 1 1      the bytes behind an escape
/// odd starts       . . . . . 1 . .
/// sum              1 1 1 . . . . 1
/// sum << 1         . 1 1 1 . . . .
/// xor even places  1 1 . 1 1 . 1 .
/// literal          . 1 . 1 . . 1 .      of these, those that follow an escape
/// ```
#[inline(always)]
pub(in crate::engine) fn escaped(escapes: u64, first: bool) -> (u64, bool) {
    let first = u64::from(first);
    // An escape that is itself literal escapes nothing.
    let escapes = escapes & !first;
    let follows = escapes << 1 | first;
    let odd_starts = escapes & !EVEN & !follows;
    let (sum, overflow) = odd_starts.overflowing_add(escapes);
    ((EVEN ^ sum << 1) & follows, overflow)
}

/// The bits from `place` (0 to 64) on.
#[inline(always)]
fn from(place: u32) -> u64 {
    if place < 64 { u64::MAX << place } else { 0 }
}

impl Quotes {
    /// The states that data can be in.
    pub(crate) fn states(&self) -> &'static [QuoteState] {
        use QuoteState::{Closed, EscapedInside, EscapedOutside, Field, Quoted, Start};
        match (self.rule, self.escape) {
            (QuoteRule::Fields, Some(_)) => &QuoteState::ALL,
            (QuoteRule::Fields, None) => &[Start, Field, Closed, Quoted],
            (QuoteRule::Anywhere, Some(_)) => &[Start, Quoted, EscapedOutside, EscapedInside],
            (QuoteRule::Anywhere, None) => &[Start, Quoted],
        }
    }

    /// The state behind a byte that is not hidden and is no quote.
    pub(crate) fn state_behind(&self, byte: u8, resets: &ByteSet) -> QuoteState {
        if self.rule == QuoteRule::Anywhere
            || self.delimiters.contains(byte)
            || resets.contains(byte)
        {
            QuoteState::Start
        } else {
            QuoteState::Field
        }
    }

    /// What is hidden of these bytes, where the state before them is `state`.
    #[inline(always)]
    pub(in crate::engine) fn hide(&self, masks: QuoteMasks, state: QuoteState) -> Hidden {
        let QuoteMasks { quotes, mut escapes, ends, len } = masks;
        if state == QuoteState::Closed {
            // Behind a closing quote an escape is an ordinary byte.
            escapes &= !1;
        }
        let (literal, overflow) = escaped(escapes, state.is_escaped());
        let quotes = quotes & !literal;
        let inside = prefix_parity(quotes) ^ if state.is_open() { u64::MAX } else { 0 };
        let opening = quotes & inside;
        let behind_quote = quotes << 1 | u64::from(state == QuoteState::Closed);
        let is_literal_next = if len < 64 { literal >> len & 1 != 0 } else { overflow };
        let is_open = inside >> (len - 1) & 1 != 0;
        let mask = inside | quotes | literal | escapes;
        let last = 1 << (len - 1);
        if self.rule == QuoteRule::Anywhere {
            let state = match (is_open, is_literal_next) {
                (false, false) => QuoteState::Start,
                (true, false) => QuoteState::Quoted,
                (false, true) => QuoteState::EscapedOutside,
                (true, true) => QuoteState::EscapedInside,
            };
            return Hidden { mask, opening, state };
        }
        let ends = ends & !literal;
        let may_open = ends << 1 | u64::from(state == QuoteState::Start) | behind_quote;
        if opening & !may_open | escapes & (quotes & !inside) << 1 != 0 {
            return Self::by_events(masks, state);
        }
        let state = match (is_open, is_literal_next) {
            (true, false) => QuoteState::Quoted,
            (true, true) => QuoteState::EscapedInside,
            (false, true) => QuoteState::EscapedOutside,
            (false, false) if quotes & last != 0 => QuoteState::Closed,
            (false, false) if ends & last != 0 => QuoteState::Start,
            (false, false) => QuoteState::Field,
        };
        Hidden { mask, opening: opening & !behind_quote, state }
    }

    /// [`hide`](Self::hide) for [`QuoteRule::Fields`], from quote to quote.
    #[inline(never)]
    fn by_events(masks: QuoteMasks, state: QuoteState) -> Hidden {
        let QuoteMasks { quotes: all_quotes, mut escapes, ends, len } = masks;
        if state == QuoteState::Closed {
            escapes &= !1;
        }
        let (mut literal, mut overflow) = escaped(escapes, state.is_escaped());
        let mut is_open = state.is_open();
        // Whether `at` is directly behind a closing quote.
        let mut is_closed = state == QuoteState::Closed;
        let mut at = 0;
        let (mut inside, mut opening) = (0, 0);
        loop {
            let quotes = all_quotes & !literal;
            if is_open {
                let closing = quotes & from(at);
                if closing == 0 {
                    inside |= from(at);
                    break;
                }
                let place = closing.trailing_zeros();
                inside |= from(at) & !from(place + 1);
                (at, is_open, is_closed) = (place + 1, false, true);
                // The escape is an ordinary byte.
                if at < 64 && escapes >> at & 1 != 0 {
                    escapes &= !(1 << at);
                    (literal, overflow) = escaped(escapes, state.is_escaped());
                }
            } else if is_closed && quotes & from(at) & !from(at + 1) != 0 {
                inside |= 1 << at;
                (at, is_open, is_closed) = (at + 1, true, false);
            } else {
                let first = u64::from(state == QuoteState::Start);
                let may_open = quotes & ((ends & !literal) << 1 | first) & from(at);
                if may_open == 0 {
                    is_closed &= at == len;
                    break;
                }
                let place = may_open.trailing_zeros();
                opening |= 1 << place;
                inside |= 1 << place;
                (at, is_open, is_closed) = (place + 1, true, false);
            }
        }
        let is_literal_next = if len < 64 { literal >> len & 1 != 0 } else { overflow };
        let state = match (is_open, is_literal_next) {
            (true, false) => QuoteState::Quoted,
            (true, true) => QuoteState::EscapedInside,
            (false, _) if is_closed => QuoteState::Closed,
            (false, true) => QuoteState::EscapedOutside,
            (false, false) if ends & !literal & 1 << (len - 1) != 0 => QuoteState::Start,
            (false, false) => QuoteState::Field,
        };
        Hidden { mask: inside | literal | escapes, opening, state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules, a byte at a time.
    fn plainly(rule: QuoteRule, masks: QuoteMasks, mut state: QuoteState) -> Hidden {
        use QuoteState::{Closed, EscapedInside, EscapedOutside, Field, Quoted, Start};
        let (mut mask, mut opening) = (0, 0);
        for place in 0..masks.len {
            let is = |mask: u64| mask >> place & 1 != 0;
            let (quote, escape, end) = (is(masks.quotes), is(masks.escapes), is(masks.ends));
            let is_fields = rule == QuoteRule::Fields;
            let field = if is_fields { Field } else { Start };
            let (next, hides) = match state {
                EscapedOutside => (field, true),
                Quoted if escape => (EscapedInside, true),
                Quoted if quote => (if is_fields { Closed } else { Start }, true),
                EscapedInside | Quoted => (Quoted, true),
                Closed if quote => (Quoted, true),
                Start if quote => {
                    opening |= 1 << place;
                    (Quoted, true)
                }
                Start | Field if escape => (EscapedOutside, true),
                Start | Field | Closed if end && is_fields => (Start, false),
                Start | Field | Closed => (field, false),
            };
            mask |= u64::from(hides) << place;
            state = next;
        }
        Hidden { mask, opening, state }
    }

    #[test]
    fn as_a_byte_at_a_time() {
        let mut seed = 1_u64;
        let mut below = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % bound
        };
        let mut by_events = 0;
        for round in 0..400_000 {
            let rule = if round % 3 == 0 { QuoteRule::Anywhere } else { QuoteRule::Fields };
            let escape = (round % 2 == 0).then_some(b'\\');
            let quotes = Quotes { rule, quote: b'"', escape, delimiters: ByteSet::EMPTY };
            let len = if below(2) == 0 { 64 } else { below(64) as u32 + 1 };
            let mut masks = QuoteMasks { quotes: 0, escapes: 0, ends: 0, len };
            let others = [0, 1, 4, 20][below(4) as usize];
            for place in 0..len {
                match below(3 + others) {
                    0 => masks.quotes |= 1 << place,
                    1 => masks.ends |= 1 << place,
                    2 if escape.is_some() => masks.escapes |= 1 << place,
                    _ => {}
                }
            }
            for &state in quotes.states() {
                let expected = plainly(rule, masks, state);
                let mut hidden = quotes.hide(masks, state);
                hidden.mask &= u64::MAX >> (64 - len);
                assert_eq!(hidden, expected, "{rule:?} {state:?} {masks:x?}");
                if rule == QuoteRule::Fields {
                    let mut hidden = Quotes::by_events(masks, state);
                    hidden.mask &= u64::MAX >> (64 - len);
                    assert_eq!(hidden, expected, "by events: {state:?} {masks:x?}");
                    by_events += 1;
                }
            }
        }
        assert!(by_events > 500_000);
    }
}
