//! What quotes hide in many blocks at once: the masks of eight blocks (or four) side by side.
//!
//! [`quotes`](super::quotes) has the rules and the idea. Here the prefix parity is computed in lanes:
//!
//! ```text
//! block            0        1        2        3
//! quotes           . 1 . .  . . 1 .  . . . .  1 . 1 .
//! parity, each     . 1 1 1  . . 1 1  . . . .  1 1 . .      six shifts, for all blocks
//! odd blocks       yes      yes      no       no           the last bit of each
//! quotes before    even     odd      even     even         a prefix parity of these bits
//! inside           . 1 1 1  1 1 . .  . . . .  1 1 . .      flipped where it is odd
//! ```
//!
//! A carry-less multiplication computes the parity of one mask in one instruction, and the mask has
//! to be moved to a vector and back: three for each block. The shifts are twelve instructions for
//! eight blocks.
//!
//! Escapes are followed in the same way ([`escaped_lanes`]). Blocks of nothing but escapes hand on
//! what they began with, which lanes cannot do; then all blocks are read one by one.
//!
//! Fields are checked for all lanes at once: each quote that the parity takes for an opening one
//! has to stand behind a delimiter, a reset or a quote. Where one does not, and another one may open,
//! these blocks are read one by one ([`Quotes::hide`]).
//!
//! Cost: as many steps for any masks, plus those of the blocks that are read one by one. Invariant:
//! behind each step, `is_open` and the last lanes of `ends_before`, `quotes_before` and
//! `literal_before` are the state.

use super::quotes::{EVEN, QuoteMasks, QuoteRule, QuoteState, Quotes};
use crate::engine::isa::block::BLOCK;
use crate::engine::isa::lanes::{Arithmetic, CountLanes, Lanes, ROW};

/// The masks of whole blocks that follow one another, and what is made of them. All go on up
/// to the end of a [`ROW`]; masks behind the last block are 0.
pub(in crate::engine) struct QuoteBatch<'a> {
    pub(in crate::engine) blocks: usize,
    /// The quotes. Receives those that open, without the second ones of doubled quotes.
    pub(in crate::engine) quotes: &'a mut [u64],
    pub(in crate::engine) escapes: &'a [u64],
    /// The delimiters apart from the resets, and from the hits if these are delimiters.
    pub(in crate::engine) other_ends: &'a [u64],
    /// Whether all hits are delimiters: all bits or none.
    pub(in crate::engine) hits_end: u64,
    /// Of these, what is hidden is removed.
    pub(in crate::engine) hits: &'a mut [u64],
    pub(in crate::engine) resets: &'a mut [u64],
    /// Empty if nothing closes.
    pub(in crate::engine) closings: &'a mut [u64],
    /// Receives the hidden bytes, if it is not empty.
    pub(in crate::engine) hidden: &'a mut [u64],
}

/// Whether a bit is set.
#[inline(always)]
fn any(masks: &[u64]) -> bool {
    masks.iter().fold(0, |any, mask| any | mask) != 0
}

/// [`prefix_parity`](super::quotes::prefix_parity) of each lane.
#[inline(always)]
fn prefix_parities<L: Lanes>(mut lanes: L) -> L {
    for step in [1, 2, 4, 8, 16, 32] {
        lanes = lanes.xor(lanes.up(step));
    }
    lanes
}

/// [`escaped`](super::quotes::escaped) of each lane, where no lane has escapes alone. Returns the bytes
/// that are literal, and lanes whose highest bits say whether the byte behind the block is. For the
/// block before the first lane, `before` is such a lane, its last one.
///
/// The run of escapes that ends a block begins in it. So whether the byte behind is literal does not
/// depend on the blocks before: it is, if the run starts at an odd place, and the sum has turned it to
/// zeros.
#[inline(always)]
fn escaped_lanes<L: CountLanes>(escapes: L, before: L) -> (L, L) {
    let odd = escapes.all(!EVEN);
    let sum = escapes.and(odd).and(escapes.up(1).not()).plus(escapes);
    let behind = escapes.and(sum.not());
    let first = behind.tops_before(before);
    let escapes = escapes.and(first.not());
    let follows = escapes.up(1).or(first);
    let sum = escapes.and(odd).and(follows.not()).plus(escapes);
    (sum.up(1).xor(odd.not()).and(follows), behind)
}

impl QuoteBatch<'_> {
    /// Panics unless there are blocks, and this many masks of each kind.
    #[inline(always)]
    fn check(&self, masks: usize) {
        let Self { quotes, escapes, other_ends, hits, resets, closings, hidden, .. } = self;
        let lengths = [quotes.len(), escapes.len(), other_ends.len(), hits.len(), resets.len()];
        assert!(self.blocks > 0 && lengths.into_iter().all(|len| len >= masks));
        assert!([closings, hidden].into_iter().all(|all| all.is_empty() || all.len() >= masks));
    }

    /// Hides what quotes hide, where the state before the first block is `state`. Returns the state
    /// behind the last one.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of `A`.
    #[inline(always)]
    pub(in crate::engine) unsafe fn hide<A: Arithmetic>(
        &mut self,
        rules: &Quotes,
        state: QuoteState,
    ) -> QuoteState {
        self.check(self.blocks.next_multiple_of(ROW));
        let is_fields = rules.rule == QuoteRule::Fields;
        let (has_closings, has_hidden) = (!self.closings.is_empty(), !self.hidden.is_empty());
        let last = self.blocks - 1;
        let has_escapes =
            state.is_escaped() || rules.escape.is_some() && any(&self.escapes[..self.blocks]);
        let last_quotes = self.quotes[last];
        let last_ends = self.hits[last] & self.hits_end | self.resets[last] | self.other_ends[last];
        if let Some(state) = self.hide_simply(rules, state, has_escapes, last_ends) {
            return state;
        }
        let is_literal_next = self.escapes[last].leading_ones() % 2 != 0;
        let mut is_open = if state.is_open() { u64::MAX } else { 0 };
        // SAFETY: the caller vouches for the processor.
        let (mut ends_before, mut quotes_before, mut literal_before, hits_end) = unsafe {
            let (ends, quotes) = tops(state);
            let literal = u64::from(state.is_escaped()) << 63;
            (
                A::Counts::splat(ends),
                A::Counts::splat(quotes),
                A::Counts::splat(literal),
                A::Counts::splat(self.hits_end),
            )
        };
        let mut at = 0;
        while at < self.blocks {
            // SAFETY: the caller vouches for the processor. Whole rows are in the slices, and the
            // number of lanes divides a row.
            let (mut quotes, mut escapes, other_ends, hits, resets) = unsafe {
                (
                    A::Counts::load(self.quotes.as_ptr().add(at)),
                    A::Counts::load(self.escapes.as_ptr().add(at)),
                    A::Counts::load(self.other_ends.as_ptr().add(at)),
                    A::Counts::load(self.hits.as_ptr().add(at)),
                    A::Counts::load(self.resets.as_ptr().add(at)),
                )
            };
            if has_escapes {
                let literal;
                (literal, literal_before) = escaped_lanes(escapes, literal_before);
                quotes = quotes.and(literal.not());
                escapes = escapes.or(literal);
            }
            let parities = prefix_parities(quotes);
            let (flips, is_open_behind) = parities.parities_before(is_open);
            let inside = parities.xor(flips);
            let mut opening = quotes.and(inside);
            if is_fields {
                let ends = other_ends.or(hits.and(hits_end)).or(resets);
                // A quote may open behind these, or be the second of a doubled one.
                let before = ends.or(quotes);
                let behind = before.up(1).or(before.tops_before(ends_before));
                if !opening.and(behind.not()).is_zero() {
                    let end = self.blocks.min(at + A::Counts::NUMBER);
                    let starts = ends.up(1).or(ends.tops_before(ends_before));
                    if is_open == 0 && quotes.and(starts).is_zero() {
                        // Outside, and none stands where a field starts: all are ordinary bytes.
                        self.hide_nothing(at, end);
                        if end == self.blocks {
                            return state_before(0, last_ends, 0);
                        }
                        (ends_before, quotes_before) = (ends, ends.all(0));
                        at = end;
                        continue;
                    }
                    let state = state_before(is_open, ends_before.last(), quotes_before.last());
                    let state = self.hide_each(rules, state, at, end);
                    if end == self.blocks {
                        return state;
                    }
                    is_open = if state.is_open() { u64::MAX } else { 0 };
                    let (ends, quotes) = tops(state);
                    (ends_before, quotes_before) =
                        (quotes_before.all(ends), quotes_before.all(quotes));
                    at = end;
                    continue;
                }
                let doubled = quotes.up(1).or(quotes.tops_before(quotes_before));
                opening = opening.and(doubled.not());
                (ends_before, quotes_before) = (before, quotes);
            }
            let hidden = inside.or(quotes).or(escapes);
            let visible = hidden.not();
            // SAFETY: as above.
            unsafe {
                opening.store(self.quotes.as_mut_ptr().add(at));
                hits.and(visible).store(self.hits.as_mut_ptr().add(at));
                resets.and(visible).store(self.resets.as_mut_ptr().add(at));
                if has_closings {
                    let closings = self.closings.as_mut_ptr().add(at);
                    A::Counts::load(closings).and(visible).store(closings);
                }
                if has_hidden {
                    hidden.store(self.hidden.as_mut_ptr().add(at));
                }
            }
            is_open = is_open_behind;
            at += A::Counts::NUMBER;
        }
        match (is_open != 0, is_literal_next) {
            (true, true) => QuoteState::EscapedInside,
            (true, false) => QuoteState::Quoted,
            (false, true) => QuoteState::EscapedOutside,
            (false, false) if !is_fields => QuoteState::Start,
            (false, false) => state_before(0, last_ends, last_quotes),
        }
    }

    /// Hides what takes no lanes, or what these cannot do, in all blocks. Returns the state behind the
    /// last one, whose ends are `last_ends`.
    #[inline(always)]
    fn hide_simply(
        &mut self,
        rules: &Quotes,
        state: QuoteState,
        has_escapes: bool,
        last_ends: u64,
    ) -> Option<QuoteState> {
        let is_fields = rules.rule == QuoteRule::Fields;
        let escapes = &self.escapes[..self.blocks];
        if !is_fields && escapes.iter().all(|&escapes| escapes == u64::MAX) {
            // An even number of escapes: the byte behind them is what the first one was.
            self.hidden.fill(u64::MAX);
            return Some(state);
        }
        if has_escapes && (is_fields || escapes.contains(&u64::MAX)) {
            return Some(self.hide_each(rules, state, 0, self.blocks));
        }
        if state.is_open() || has_escapes || any(&self.quotes[..self.blocks]) {
            return None;
        }
        self.hide_nothing(0, self.blocks);
        Some(if is_fields { state_before(0, last_ends, 0) } else { QuoteState::Start })
    }

    /// In these blocks no quote opens, and nothing is hidden.
    #[inline(always)]
    fn hide_nothing(&mut self, from: usize, to: usize) {
        self.quotes[from..to].fill(0);
        if let Some(hidden) = self.hidden.get_mut(from..to) {
            hidden.fill(0);
        }
    }

    /// Reads blocks one by one.
    #[inline(never)]
    fn hide_each(
        &mut self,
        rules: &Quotes,
        mut state: QuoteState,
        from: usize,
        to: usize,
    ) -> QuoteState {
        for block in from..to {
            let (hits, resets) = (self.hits[block], self.resets[block]);
            let masks = QuoteMasks {
                quotes: self.quotes[block],
                escapes: self.escapes[block],
                ends: hits & self.hits_end | resets | self.other_ends[block],
                len: BLOCK as u32,
            };
            let hidden = rules.hide(masks, state);
            self.quotes[block] = hidden.opening;
            self.hits[block] &= !hidden.mask;
            self.resets[block] &= !hidden.mask;
            if let Some(closings) = self.closings.get_mut(block) {
                *closings &= !hidden.mask;
            }
            if let Some(place) = self.hidden.get_mut(block) {
                *place = hidden.mask;
            }
            state = hidden.state;
        }
        state
    }
}

/// Masks of the block before, as far as they matter in this state: of ends and quotes, and of quotes.
#[inline(always)]
fn tops(state: QuoteState) -> (u64, u64) {
    let top = |is_set: bool| u64::from(is_set) << 63;
    let is_closed = state == QuoteState::Closed;
    (top(is_closed || state == QuoteState::Start), top(is_closed))
}

/// The state behind a block with these ends and quotes, where fields are quoted and none is escaped.
#[inline(always)]
fn state_before(is_open: u64, ends: u64, quotes: u64) -> QuoteState {
    match (is_open != 0, quotes >> 63 != 0, ends >> 63 != 0) {
        (true, ..) => QuoteState::Quoted,
        (false, true, _) => QuoteState::Closed,
        (false, false, true) => QuoteState::Start,
        (false, false, false) => QuoteState::Field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::ByteSet;
    use crate::engine::isa::{CheckArithmetic, check_arithmetic};

    /// The masks of quotes, escapes, other ends of fields, hits, resets and closing bytes of some blocks.
    type Arrays = [[u64; 2 * ROW]; 6];

    struct Case {
        rules: Quotes,
        blocks: usize,
        hits_end: u64,
        state: QuoteState,
        arrays: Arrays,
    }

    impl Case {
        /// The masks of opening quotes, hits, resets, closing bytes and hidden bytes.
        unsafe fn hide<A: Arithmetic>(&self) -> ([Vec<u64>; 5], QuoteState) {
            let [mut quotes, escapes, other_ends, mut hits, mut resets, mut closings] = self.arrays;
            let mut hidden = [0; 2 * ROW];
            let mut batch = QuoteBatch {
                blocks: self.blocks,
                quotes: &mut quotes,
                escapes: &escapes,
                other_ends: &other_ends,
                hits_end: self.hits_end,
                hits: &mut hits,
                resets: &mut resets,
                closings: &mut closings,
                hidden: &mut hidden,
            };
            // SAFETY: the caller vouches for the processor.
            let state = unsafe { batch.hide::<A>(&self.rules, self.state) };
            let results = [quotes, hits, resets, closings, hidden];
            (results.map(|masks| masks[..self.blocks].to_vec()), state)
        }

        /// The same, block by block.
        fn each(&self) -> ([Vec<u64>; 5], QuoteState) {
            let [quotes, escapes, other_ends, hits, resets, closings] = self.arrays;
            let mut results = [const { Vec::new() }; 5];
            let mut state = self.state;
            for block in 0..self.blocks {
                let masks = QuoteMasks {
                    quotes: quotes[block],
                    escapes: escapes[block],
                    ends: hits[block] & self.hits_end | resets[block] | other_ends[block],
                    len: 64,
                };
                let hidden = self.rules.hide(masks, state);
                state = hidden.state;
                let visible = [hits, resets, closings].map(|masks| masks[block] & !hidden.mask);
                let [hits, resets, closings] = visible;
                let made = [hidden.opening, hits, resets, closings, hidden.mask];
                for (result, mask) in results.iter_mut().zip(made) {
                    result.push(mask);
                }
            }
            (results, state)
        }
    }

    impl CheckArithmetic for Case {
        unsafe fn check<A: Arithmetic>(&self) {
            // SAFETY: the caller vouches for the processor.
            let hidden = unsafe { self.hide::<A>() };
            let Self { rules, blocks, hits_end, state, arrays } = self;
            assert_eq!(hidden, self.each(), "{rules:?} {blocks} {hits_end} {state:?} {arrays:x?}");
        }
    }

    /// Well-formed fields and any bytes, with and without escapes, from every state.
    #[test]
    fn as_block_by_block() {
        let mut seed = 1_u64;
        let mut below = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % bound
        };
        for round in 0..5_000 {
            let rule = if round % 3 == 0 { QuoteRule::Anywhere } else { QuoteRule::Fields };
            let escape = (round % 4 == 0).then_some(b'\\');
            let rules = Quotes { rule, quote: b'"', escape, delimiters: ByteSet::EMPTY };
            let blocks = [1, 3, 4, 7, 8, 9, 16, 20, 32][below(9) as usize];
            let mut arrays: Arrays = [[0; 2 * ROW]; 6];
            let longest = [2, 9, 40, 300][below(4) as usize];
            let stray = [2, 30, 2000][below(3) as usize];
            let unquoted = [2, 50][below(2) as usize];
            let mut place = 0;
            while place < 64 * blocks {
                let mut set = |array: usize, place: usize| {
                    if place < 64 * blocks {
                        arrays[array][place / 64] |= 1 << (place % 64);
                    }
                };
                // A field, quoted or not, then a delimiter, which is a hit or not, or a reset.
                let len = below(longest) as usize;
                let is_quoted = below(unquoted) == 0;
                if is_quoted {
                    set(0, place);
                    for inner in 0..len {
                        set([2, 3, 4, 5][below(4) as usize], place + 1 + inner);
                    }
                    set(0, place + 1 + len);
                }
                if below(stray) == 0 {
                    set(if escape.is_some() { below(2) as usize } else { 0 }, place + len / 2);
                }
                place += len + if is_quoted { 2 } else { 0 };
                set([2, 3, 3, 4][below(4) as usize], place);
                set(5, place + 1);
                place += 1;
            }
            if escape.is_some() && below(2) == 0 {
                // A run of escapes, which may fill blocks, or all of them.
                let len = 64 * blocks;
                let start = below(len as u64) as usize;
                let run = start..(start + below(200) as usize).min(len);
                for place in if round % 16 == 0 { 0..len } else { run } {
                    arrays[1][place / 64] |= 1 << (place % 64);
                    arrays[0][place / 64] &= !(1 << (place % 64));
                }
            }
            // A byte is one of these only.
            for block in 0..blocks {
                let [quotes, escapes, _, hits, ..] = arrays.map(|masks| masks[block]);
                arrays[1][block] &= !quotes;
                arrays[2][block] &= !(quotes | escapes);
                arrays[3][block] &= !(quotes | escapes);
                arrays[4][block] &= !(quotes | escapes);
                arrays[5][block] &= !(quotes | escapes | hits);
            }
            for &state in rules.states() {
                let hits_end = if round % 2 == 0 { u64::MAX } else { 0 };
                check_arithmetic(&Case { rules, blocks, hits_end, state, arrays });
            }
        }
    }
}
