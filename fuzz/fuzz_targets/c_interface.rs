//! Counters and the states of summaries in the C interface, called as a C program may call them, with
//! any arguments whose pointers and lengths are true, or refused: a status that the header names is
//! returned, results are written with `TALLY_OK` alone, and they are those of the Rust interface.

#![no_main]
#![allow(unsafe_code, reason = "calls the C interface")]

#[path = "../../tests/common/mod.rs"]
mod common;
mod decode;

use std::ffi::{CStr, c_char, c_void};
use std::fmt;
use std::mem::offset_of;
use std::ptr;

use common::OwnedNeedle;
use decode::{Change, Input, exactly};
use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use tally::capi::*;
use tally::{ByteSet, Condition, Counter, CounterOptions, Error, Match, Reset, Summary};

/// What a C program does: make a counter, ask it, free it.
#[derive(Debug)]
struct Program {
    new: New,
    min_number: u64,
    /// Whether there is a place for the counter.
    place: bool,
    calls: Vec<Call>,
    data: Bytes,
    /// A number to ask the meaning of.
    status: tally_status,
}

#[derive(Debug)]
enum New {
    Simple { needle: u32, reset: tally_reset },
    With(With),
}

/// The fields of `tally_counter_options`.
#[derive(Debug)]
struct With {
    kind: u32,
    character: u32,
    needle: Bytes,
    named_reset: tally_reset,
    reset: Bytes,
    condition: u32,
    max_number: u64,
    /// The size of the struct, and the value of its last byte if this version does not know it.
    size: usize,
    last: u8,
    null: bool,
}

struct Bytes {
    bytes: Box<[u8]>,
    given: Given,
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, given } = self;
        write!(f, "{given:?} {} bytes: \"{}\"", bytes.len(), bytes.escape_ascii())
    }
}

/// How memory is given: a pointer, and how many bytes or matches there are.
#[derive(Clone, Copy, Debug)]
enum Given {
    Truly,
    Null(usize),
    /// A good pointer, and more than memory can have.
    TooMany(usize),
}

#[derive(Debug)]
struct Call {
    function: Function,
    /// Whether there is a counter, and a place for the result.
    counter: bool,
    place: bool,
    data: Given,
}

#[derive(Debug)]
enum Function {
    HasCount,
    Count,
    MaxCount,
    MatchingSegments,
    Find(Find),
    State(State),
}

#[derive(Debug)]
struct Find {
    after: After,
    /// How many places for matches there are.
    room: usize,
    /// The one of them that `after` is at, if it is at one.
    same: Option<usize>,
    matches: Given,
}

#[derive(Debug)]
struct State {
    /// How many bytes more or fewer there are for it than it needs.
    room: isize,
    saved: Given,
    /// What happens to it on its way; the fuzzer's bytes alone, if it is `None`.
    changes: Option<Vec<Change>>,
    bytes: Box<[u8]>,
    loaded: Given,
}

#[derive(Debug)]
enum After {
    Null,
    /// Any numbers; something added to the right count.
    Any(Match),
    /// A match that there is, with something added to its fields.
    Found(usize, Match),
}

impl Arbitrary<'_> for Program {
    fn arbitrary(u: &mut Unstructured<'_>) -> libfuzzer_sys::arbitrary::Result<Self> {
        let mut input = Input::new(u.bytes(u.len())?);
        let new = New::decode(&mut input);
        let (place, status) = (input.mostly(), input.number() as tally_status);
        let calls = (0..input.below(12)).map(|_| Call::decode(&mut input)).collect();
        let (needle, reset) = new.question();
        let (min_number, data) = input.rest(needle.get(), reset);
        let data = Bytes { bytes: exactly(&data, 0), given: Given::Truly };
        Ok(Self { new, min_number, place, calls, data, status })
    }
}

impl New {
    fn decode(input: &mut Input<'_>) -> Self {
        let byte = input.byte();
        if byte % 4 == 0 {
            let needle = match input.needle() {
                OwnedNeedle::Character(character) => character.into(),
                _ => input.number() as u32,
            };
            return Self::Simple { needle, reset: input.small() as tally_reset };
        }
        let (kind, bytes) = match byte % 4 {
            1 => (TALLY_NEEDLE_ANY_OF, set as fn(&mut Input<'_>) -> Vec<u8>),
            _ => (TALLY_NEEDLE_STRING, string as _),
        };
        let mut with = With {
            kind,
            character: 0,
            needle: Bytes::decode(input, bytes),
            named_reset: TALLY_RESET_NONE,
            reset: Bytes::decode(input, set),
            condition: TALLY_AT_LEAST,
            max_number: 0,
            size: size_of::<tally_counter_options>(),
            last: 0,
            null: false,
        };
        with.vary(byte / 4, input);
        Self::With(with)
    }
}

impl With {
    /// Mostly leaves the options as they are.
    fn vary(&mut self, way: u8, input: &mut Input<'_>) {
        match way {
            48 => self.named_reset = input.small() as tally_reset,
            49 => {
                self.reset = Bytes { bytes: Box::default(), given: Given::Truly };
                self.named_reset = input.small() as tally_reset;
            }
            50 => self.condition = input.small() as u32,
            51 => self.max_number = input.number(),
            52 => self.character = input.number() as u32,
            53 => self.kind = input.small() as u32,
            54 => self.size = input.number() as usize,
            55 | 56 => {
                self.size += usize::from(input.byte());
                self.last = input.small() as u8;
            }
            57 => self.null = true,
            58..62 => {
                self.kind = TALLY_NEEDLE_CHARACTER;
                self.character = input.number() as u32;
                self.needle = Bytes { bytes: Box::default(), given: Given::Truly };
            }
            _ => {}
        }
    }

    /// The largest size that there may be.
    const MOST: usize = 4096;

    /// The struct's bytes: as many as its size says, if that may be so, and at least the size.
    fn bytes(&self, min_number: u64) -> Box<[u8]> {
        const KNOWN: usize = size_of::<tally_counter_options>();
        let (needle, needle_len) = self.needle.raw();
        let (reset, reset_len) = self.reset.raw();
        let options = tally_counter_options {
            size: self.size,
            needle,
            needle_len,
            needle_kind: self.kind,
            character: self.character,
            condition: self.condition,
            named_reset: self.named_reset,
            min_number,
            max_number: self.max_number,
            reset,
            reset_len,
            flags: 0,
            quote_rule: TALLY_QUOTES_NONE,
            quote: 0,
            escape: 0,
            delimiters: ptr::null(),
            delimiters_len: 0,
            closing: ptr::null(),
            closing_len: 0,
        };
        // SAFETY: the struct has no padding.
        let known = unsafe { std::mem::transmute::<tally_counter_options, [u8; KNOWN]>(options) };
        let mut bytes = known.to_vec();
        let size = if self.size <= Self::MOST { self.size } else { 0 };
        bytes.resize(size.max(size_of::<usize>()), 0);
        if bytes.len() > KNOWN {
            *bytes.last_mut().expect("there are some") = self.last;
        }
        bytes.into_boxed_slice()
    }

    fn add_faults(&self, min_number: u64, faults: &mut Faults) {
        const KNOWN: usize = size_of::<tally_counter_options>();
        const FIRST: usize = offset_of!(tally_counter_options, flags);
        faults.add(TALLY_ERROR_NULL_POINTER, self.null);
        let is_range = matches!(self.condition, TALLY_OUTSIDE | TALLY_WITHIN);
        let is_unknown = !(FIRST..=Self::MOST).contains(&self.size)
            || self.size > KNOWN && self.last != 0
            || !is_range && (self.condition != TALLY_AT_LEAST || self.max_number != 0)
            || is_range && self.max_number < min_number
            || named(self.named_reset).is_none();
        let two_resets = self.named_reset != TALLY_RESET_NONE && self.reset.raw().1 > 0;
        let has_bytes = self.needle.raw().1 > 0;
        let is_needle = match self.kind {
            TALLY_NEEDLE_STRING | TALLY_NEEDLE_ANY_OF => has_bytes && self.character == 0,
            TALLY_NEEDLE_CHARACTER => !has_bytes && char::from_u32(self.character).is_some(),
            _ => false,
        };
        faults.add(TALLY_ERROR_INVALID_ARGUMENT, is_unknown || two_resets || !is_needle);
        faults.add_given(self.needle.given, most::<u8>());
        faults.add_given(self.reset.given, most::<u8>());
    }
}

fn string(input: &mut Input<'_>) -> Vec<u8> {
    input.string()
}

fn set(input: &mut Input<'_>) -> Vec<u8> {
    input.set().iter().collect()
}

impl Bytes {
    fn decode(input: &mut Input<'_>, bytes: fn(&mut Input<'_>) -> Vec<u8>) -> Self {
        let given = Given::decode(input, most::<u8>());
        Self { bytes: exactly(&bytes(input), 0), given }
    }
}

impl Given {
    fn decode(input: &mut Input<'_>, most: usize) -> Self {
        match input.below(32) {
            30 => Self::Null(input.small() as usize),
            31 => Self::TooMany((input.number() as usize).max(most + 1)),
            _ => Self::Truly,
        }
    }
}

impl Call {
    fn decode(input: &mut Input<'_>) -> Self {
        let function = match input.below(8) {
            0 => Function::HasCount,
            1 => Function::Count,
            2 => Function::MaxCount,
            3 => Function::MatchingSegments,
            4 => Function::State(State::decode(input)),
            _ => {
                let (after, room) = (After::decode(input), input.below(40));
                let same = Some(input.below(80)).filter(|&place| place < room);
                let matches = Given::decode(input, most::<tally_match>());
                Function::Find(Find { after, room, same, matches })
            }
        };
        let [counter, place] = [input.mostly(), input.mostly()];
        Self { function, counter, place, data: Given::decode(input, most::<u8>()) }
    }
}

impl State {
    fn decode(input: &mut Input<'_>) -> Self {
        let room = input.below(8) as isize - 2;
        let saved = Given::decode(input, most::<u8>());
        let changes = input.mostly().then(|| Change::some(input));
        let bytes = exactly(&input.string(), 0);
        Self { room, saved, changes, bytes, loaded: Given::decode(input, most::<u8>()) }
    }
}

impl After {
    fn decode(input: &mut Input<'_>) -> Self {
        let byte = input.byte();
        let kind = byte % 4;
        let number: fn(&mut Input<'_>) -> u64 = match kind {
            0 => return Self::Null,
            1 => return Self::Found(input.byte().into(), Match::default()),
            2 => |input| input.number(),
            // Nothing, one more, one less, or anything.
            _ => |input| match input.below(8) {
                0..5 => 0,
                5 => 1,
                6 => u64::MAX,
                _ => input.number(),
            },
        };
        let [segment, start, end] = [number(input), number(input), number(input)];
        // Mostly the right one.
        let count = if byte < 192 { 0 } else { number(input) };
        let numbers = Match { segment, start, end, count };
        if kind == 2 { Self::Any(numbers) } else { Self::Found(input.byte().into(), numbers) }
    }
}

fuzz_target!(|program: Program| {
    let Program { new, min_number, calls, data, .. } = &program;
    let untouched = ptr::dangling_mut::<tally_counter>();
    let mut made = Box::new(untouched);
    let place = if program.place { &raw mut *made } else { ptr::null_mut() };
    let (needle, reset) = new.question();
    let condition = new.condition(*min_number);
    let options = CounterOptions::new(needle.get()).condition(condition).reset(reset);
    let counter = options.build();
    let mut faults = new.faults(*min_number);
    if let (true, Err(error)) = (faults.none(), &counter) {
        faults.add(status_of(*error), true);
    }
    faults.add(TALLY_ERROR_NULL_POINTER, place.is_null());
    let status = new.call(*min_number, place);
    let handle = if faults.allow(status) { *made } else { ptr::null_mut() };
    assert_eq!(*made == untouched, handle.is_null());
    for call in calls {
        let handle = if call.counter { handle } else { ptr::null_mut() };
        let counter = counter.as_ref().ok().filter(|_| !handle.is_null());
        call.make(handle, counter, &data.bytes);
    }
    // SAFETY: nobody uses the counter any more. NULL is fine.
    unsafe { tally_counter_free(handle) };

    assert_eq!(text(tally_backend()), tally::backend());
    assert_ne!(text(tally_version()), "");
    let is_known = (TALLY_OK..=TALLY_ERROR_FINISHED).contains(&program.status);
    let message = text(tally_status_message(program.status));
    assert_eq!(message != text(tally_status_message(-1)), is_known);
});

/// A text that a function returns.
fn text(at: *const c_char) -> &'static str {
    assert!(!at.is_null());
    // SAFETY: the header promises a static text.
    unsafe { CStr::from_ptr(at) }.to_str().unwrap()
}

/// The statuses that a call may return, if it has any fault.
#[derive(Default)]
struct Faults(Vec<tally_status>);

impl Faults {
    fn none(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, status: tally_status, is_one: bool) {
        self.0.extend(is_one.then_some(status));
    }

    /// The faults of memory of which there can be `most`.
    fn add_given(&mut self, given: Given, most: usize) {
        let number = given.number(0);
        self.add(TALLY_ERROR_NULL_POINTER, matches!(given, Given::Null(1..)));
        self.add(TALLY_ERROR_INVALID_ARGUMENT, number > most);
    }

    /// Whether the call succeeded; it may neither fail without a fault, nor succeed with one.
    fn allow(&self, status: tally_status) -> bool {
        let allowed = if self.none() { &[TALLY_OK] } else { &self.0[..] };
        assert!(allowed.contains(&status), "{status}, not one of {allowed:?}");
        status == TALLY_OK
    }
}

/// The most that memory can hold.
fn most<T>() -> usize {
    isize::MAX as usize / size_of::<T>()
}

impl Given {
    /// The pointer to memory that is really at `at`.
    fn pointer<T>(self, at: *mut T) -> *mut T {
        if let Self::Null(_) = self { ptr::null_mut() } else { at }
    }

    /// The number to pass where there are really `truly`.
    fn number(self, truly: usize) -> usize {
        match self {
            Self::Truly => truly,
            Self::Null(number) | Self::TooMany(number) => number,
        }
    }

    /// What the callee may use of `there`.
    fn usable<T>(self, there: &[T]) -> &[T] {
        if let Self::Truly = self { there } else { &[] }
    }
}

impl Bytes {
    fn usable(&self) -> &[u8] {
        self.given.usable(&self.bytes)
    }

    fn raw(&self) -> (*const c_void, usize) {
        raw(self.given, &self.bytes)
    }
}

fn raw(given: Given, bytes: &[u8]) -> (*const c_void, usize) {
    (given.pointer(bytes.as_ptr().cast_mut()).cast(), given.number(bytes.len()))
}

impl New {
    /// The needle and the reset, as far as they make sense.
    fn question(&self) -> (OwnedNeedle, Reset) {
        match self {
            Self::Simple { needle, reset } => {
                let character = char::from_u32(*needle).unwrap_or_default();
                (OwnedNeedle::Character(character), named(*reset).unwrap_or_default())
            }
            Self::With(with) => {
                let bytes = with.needle.usable();
                let needle = match with.kind {
                    TALLY_NEEDLE_STRING => OwnedNeedle::String(bytes.to_vec()),
                    TALLY_NEEDLE_ANY_OF => OwnedNeedle::AnyOf(ByteSet::new(bytes)),
                    _ => OwnedNeedle::Character(char::from_u32(with.character).unwrap_or_default()),
                };
                let reset = match with.named_reset {
                    TALLY_RESET_NONE => ByteSet::new(with.reset.usable()).into(),
                    reset => named(reset).unwrap_or_default(),
                };
                (needle, reset)
            }
        }
    }

    /// The faults that show in the arguments alone.
    fn faults(&self, min_number: u64) -> Faults {
        let mut faults = Faults::default();
        match self {
            Self::Simple { needle, reset } => {
                let unknown = char::from_u32(*needle).is_none() || named(*reset).is_none();
                faults.add(TALLY_ERROR_INVALID_ARGUMENT, unknown);
            }
            Self::With(with) => with.add_faults(min_number, &mut faults),
        }
        faults
    }

    fn condition(&self, min_number: u64) -> Condition {
        match self {
            Self::With(With { condition: TALLY_OUTSIDE, max_number, .. }) => {
                Condition::Outside { min_number, max_number: *max_number }
            }
            Self::With(With { condition: TALLY_WITHIN, max_number, .. }) => {
                Condition::Within { min_number, max_number: *max_number }
            }
            _ => Condition::AtLeast(min_number),
        }
    }

    fn call(&self, min_number: u64, place: *mut *mut tally_counter) -> tally_status {
        match self {
            Self::Simple { needle, reset } => {
                // SAFETY: `place` is one, or NULL.
                unsafe { tally_counter_new(*needle, min_number, *reset, place) }
            }
            Self::With(with) => {
                let bytes = with.bytes(min_number);
                let options = if with.null { ptr::null() } else { bytes.as_ptr().cast() };
                // SAFETY: the same; the struct has the size that it says, or one that is refused.
                // A pointer in it is NULL, or points to as many bytes as the length says, or the
                // length is one that is refused.
                unsafe { tally_counter_new_with(options, place) }
            }
        }
    }
}

/// The status of an error in Rust.
fn status_of(error: Error) -> tally_status {
    match error {
        Error::EmptyNeedle => TALLY_ERROR_INVALID_ARGUMENT,
        Error::ResetInNeedle => TALLY_ERROR_RESET_IN_NEEDLE,
        Error::NotAMatch => TALLY_ERROR_NOT_A_MATCH,
        Error::DifferentCounters => TALLY_ERROR_DIFFERENT_COUNTERS,
        Error::Overlap => TALLY_ERROR_OVERLAP,
        Error::Limit => TALLY_ERROR_LIMIT,
        Error::BadState => TALLY_ERROR_BAD_STATE,
        _ => panic!("{error}"),
    }
}

fn named(reset: tally_reset) -> Option<Reset> {
    let named = [Reset::None, Reset::Newlines, Reset::Spaces, Reset::Whitespace];
    named.get(reset as usize).copied()
}

const UNTOUCHED: u64 = 0x5A5A_5A5A_5A5A_5A5A;

/// A function with a number as its result, and what answers the same.
type Same = (
    unsafe extern "C" fn(*const tally_counter, *const c_void, usize, *mut u64) -> tally_status,
    fn(&Counter, &[u8]) -> u64,
);

/// [`tally_counter_has_count`], whose result is the first byte of a number.
unsafe extern "C" fn has_count(
    counter: *const tally_counter,
    data: *const c_void,
    len: usize,
    place: *mut u64,
) -> tally_status {
    // SAFETY: the caller's promise.
    unsafe { tally_counter_has_count(counter, data, len, place.cast()) }
}

fn has_count_in_rust(counter: &Counter, data: &[u8]) -> u64 {
    let mut bytes = UNTOUCHED.to_ne_bytes();
    bytes[0] = counter.has_count(data).into();
    u64::from_ne_bytes(bytes)
}

impl Call {
    /// Makes the call, and checks its outcome; `counter` is `handle` as the Rust interface has it.
    fn make(&self, handle: *const tally_counter, counter: Option<&Counter>, data: &[u8]) {
        let mut faults = Faults::default();
        faults.add(TALLY_ERROR_NULL_POINTER, handle.is_null() || !self.place);
        faults.add_given(self.data, most::<u8>());
        let (function, in_rust): Same = match &self.function {
            Function::HasCount => (has_count, has_count_in_rust),
            Function::Count => (tally_counter_count, Counter::count),
            Function::MaxCount => (tally_counter_max_count, Counter::max_count),
            Function::MatchingSegments => {
                (tally_counter_matching_segments, Counter::matching_segments)
            }
            Function::Find(find) => return self.find(find, handle, counter, data, faults),
            Function::State(state) => return self.state(state, handle, counter, data, faults),
        };
        let mut result = Box::new(UNTOUCHED);
        let place = if self.place { &raw mut *result } else { ptr::null_mut() };
        let (at, len) = raw(self.data, data);
        // SAFETY: a counter, as many bytes as it says, and a place, or NULL for each; or a length that no
        // memory has, which the function refuses.
        let status = unsafe { function(handle, at, len, place) };
        let expected = match (faults.allow(status), counter) {
            (true, Some(counter)) => in_rust(counter, self.data.usable(data)),
            _ => UNTOUCHED,
        };
        assert_eq!(*result, expected);
    }

    fn find(
        &self,
        find: &Find,
        handle: *const tally_counter,
        counter: Option<&Counter>,
        data: &[u8],
        mut faults: Faults,
    ) {
        faults.add_given(find.matches, most::<tally_match>());
        let usable = self.data.usable(data);
        let after = find.after.get(counter, usable);
        let untouched =
            Match { segment: UNTOUCHED, start: UNTOUCHED, end: UNTOUCHED, count: UNTOUCHED };
        let mut places = vec![tally_match::from(untouched); find.room].into_boxed_slice();
        let mut expected = vec![untouched; find.room];
        let mut elsewhere = after.map(|after| Box::new(tally_match::from(after)));
        let first = places.as_mut_ptr();
        let at = match (find.same, after) {
            (Some(same), Some(after)) => {
                (places[same], expected[same]) = (after.into(), after);
                first.wrapping_add(same)
            }
            _ => elsewhere.as_deref_mut().map_or(ptr::null_mut(), ptr::from_mut),
        };
        let mut number = UNTOUCHED as usize;
        if faults.none()
            && let Some(counter) = counter
        {
            let room = find.matches.number(find.room);
            let found = counter.find_many(usable, after.as_ref(), &mut expected[..room]);
            match found {
                Ok(found) => number = found,
                Err(error) => faults.add(status_of(error), true),
            }
        }
        let mut found = Box::new(UNTOUCHED as usize);
        let place = if self.place { &raw mut *found } else { ptr::null_mut() };
        let ((data, len), room) = (raw(self.data, data), find.matches.number(find.room));
        // SAFETY: as above; `at` points to a match, or is NULL.
        let status = unsafe {
            let matches = find.matches.pointer(first);
            tally_counter_find(handle, data, len, at, matches, room, place)
        };
        faults.allow(status);
        assert_eq!(*found, number);
        let written: Vec<Match> = places.iter().map(|&place| place.into()).collect();
        assert_eq!(written, expected);
    }
}

impl Call {
    /// Feeds a summary, and saves, loads and merges it.
    fn state(
        &self,
        state: &State,
        handle: *const tally_counter,
        counter: Option<&Counter>,
        data: &[u8],
        faults: Faults,
    ) {
        let mut of_new = Faults::default();
        of_new.add(TALLY_ERROR_NULL_POINTER, handle.is_null() || !self.place);
        let mut fed = Box::new(ptr::dangling_mut::<tally_summary>());
        let place = if self.place { &raw mut *fed } else { ptr::null_mut() };
        // SAFETY: a counter and a place, or NULL.
        let made = of_new.allow(unsafe { tally_summary_new(handle, place) });
        let (true, Some(counter)) = (made, counter) else {
            assert_eq!(*fed, ptr::dangling_mut());
            return;
        };
        let mut in_rust = Summary::new(counter).expect("there is memory");
        let (at, len) = raw(self.data, data);
        // SAFETY: the summary is there, and the bytes, or NULL, or a length that is refused.
        if faults.allow(unsafe { tally_summary_feed(*fed, at, len) }) {
            in_rust.feed(self.data.usable(data));
        }
        let saved = in_rust.save().expect("there is memory");
        state.save(*fed, &saved);

        let bytes = state.on_its_way(saved);
        let mut faults = Faults::default();
        faults.add_given(state.loaded, most::<u8>());
        let loaded_in_rust = Summary::load(counter, state.loaded.usable(&bytes));
        if let (true, Err(error)) = (faults.none(), &loaded_in_rust) {
            faults.add(status_of(*error), true);
        }
        let mut loaded = Box::new(ptr::dangling_mut::<tally_summary>());
        let (at, len) = raw(state.loaded, &bytes);
        // SAFETY: the counter is there, and the bytes, or NULL, or a length that is refused.
        let status = unsafe { tally_summary_load(handle, at, len, &raw mut *loaded) };
        if let (true, Ok(loaded_in_rust)) = (faults.allow(status), loaded_in_rust) {
            let merged = in_rust.merge(&loaded_in_rust).map_or_else(status_of, |()| TALLY_OK);
            // SAFETY: both are there.
            assert_eq!(unsafe { tally_summary_merge(*fed, *loaded) }, merged);
            // SAFETY: nobody uses it any more.
            unsafe { tally_summary_free(*loaded) };
        } else {
            assert_eq!(*loaded, ptr::dangling_mut());
        }
        let [bytes, count, max_count, segments, matching_segments] = [UNTOUCHED; 5];
        let mut totals = tally_totals { bytes, count, max_count, segments, matching_segments };
        // SAFETY: the summary and the place are there, and then nobody uses the summary any more.
        unsafe {
            assert_eq!(tally_summary_totals(*fed, &raw mut totals), TALLY_OK);
            tally_summary_free(*fed);
        }
        let expected = tally_totals::from(in_rust.totals());
        assert_eq!(totals.bytes, expected.bytes);
        assert_eq!(totals.count, expected.count);
        assert_eq!(totals.max_count, expected.max_count);
        assert_eq!(totals.segments, expected.segments);
        assert_eq!(totals.matching_segments, expected.matching_segments);
    }
}

impl State {
    /// Saves a summary, of which `expected` is the state.
    fn save(&self, summary: *const tally_summary, expected: &[u8]) {
        let mut size = 0;
        // SAFETY: the summary and the place are there.
        assert_eq!(unsafe { tally_summary_state_size(summary, &raw mut size) }, TALLY_OK);
        assert_eq!(size, expected.len());
        let mut faults = Faults::default();
        let room = size.saturating_add_signed(self.room);
        faults.add_given(self.saved, most::<u8>());
        faults.add(TALLY_ERROR_LIMIT, self.saved.number(room) < size);
        let mut place = vec![0x5A; room].into_boxed_slice();
        let mut len = Box::new(UNTOUCHED as usize);
        let at = self.saved.pointer(place.as_mut_ptr()).cast();
        // SAFETY: the summary is there, and so much room, or NULL, or a number that is refused.
        let status =
            unsafe { tally_summary_save(summary, at, self.saved.number(room), &raw mut *len) };
        let (written, behind) = if faults.allow(status) {
            assert_eq!(*len, size);
            place.split_at(size)
        } else {
            assert_eq!(*len, UNTOUCHED as usize);
            place.split_at(0)
        };
        assert!(written.is_empty() || written == expected);
        assert!(behind.iter().all(|&byte| byte == 0x5A));
    }

    /// What arrives of a saved state.
    fn on_its_way(&self, mut saved: Vec<u8>) -> Box<[u8]> {
        let Some(changes) = &self.changes else { return self.bytes.clone() };
        Change::make(changes, &mut saved);
        exactly(&saved, 0)
    }
}

impl After {
    fn get(&self, counter: Option<&Counter>, data: &[u8]) -> Option<Match> {
        match *self {
            Self::Null => None,
            Self::Any(any) => {
                let number = counter.map_or(0, Counter::min_number);
                Some(Match { count: any.count.wrapping_add(number), ..any })
            }
            Self::Found(which, added) => {
                let all: Vec<Match> = counter?.matches(data).collect();
                let found = all.get(which % all.len().max(1))?;
                Some(Match {
                    segment: found.segment.wrapping_add(added.segment),
                    start: found.start.wrapping_add(added.start),
                    end: found.end.wrapping_add(added.end),
                    count: found.count.wrapping_add(added.count),
                })
            }
        }
    }
}
