//! Every question, on every backend of this machine, against the plain loop.

#![no_main]

#[path = "../../tests/common/mod.rs"]
mod common;
mod decode;

use common::{Answers, Case, OwnedNeedle, ask, plainly};
use decode::{Input, exactly};
use libfuzzer_sys::arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use tally::{Counter, Error, Match};

#[derive(Debug)]
struct Question {
    case: Case,
    /// How far behind the start of its memory the data begins.
    shift: usize,
    /// Which way of finding matches comes first.
    way: usize,
    /// The match to go on from, and room for how many.
    after: usize,
    room: usize,
}

impl Arbitrary<'_> for Question {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut input = Input::new(u.bytes(u.len())?);
        let shift = input.below(128).saturating_sub(64);
        let (way, after, room) = (input.below(4), input.byte().into(), input.below(40));
        Ok(Self { shift, way, after, room, case: input.case() })
    }
}

fuzz_target!(|question: Question| {
    let Question { case, shift, way, .. } = &question;
    let memory = exactly(&case.data, *shift);
    let data = &memory[*shift..];
    let refusal = refusal(case);
    let expected = plainly(case.needle.get(), case.reset, case.min_number, data);
    for (turn, backend) in tally::backends().enumerate() {
        let counter = Counter::new_on(backend, case.needle.get(), case.min_number, case.reset);
        assert_eq!(counter.as_ref().err(), refusal.as_ref(), "{backend}");
        if let Ok(Some(counter)) = counter {
            let answers = ask(&counter, data, way + turn);
            assert_eq!(answers, expected, "{backend}");
            go_on(&question, &counter, data, &expected);
        }
    }
});

/// Why there can be no such counter, in the words of the rules.
fn refusal(case: &Case) -> Option<Error> {
    let resets = case.reset.bytes();
    let string = match &case.needle {
        OwnedNeedle::Character(character) => character.to_string().into_bytes(),
        OwnedNeedle::String(bytes) => bytes.clone(),
        OwnedNeedle::AnyOf(set) => return set.is_empty().then_some(Error::EmptyNeedle),
    };
    let holds_reset = string.len() > 1 && string.iter().any(|&byte| resets.contains(byte));
    let empty = string.is_empty().then_some(Error::EmptyNeedle);
    empty.or(holds_reset.then_some(Error::ResetInNeedle))
}

/// Finding continues behind any match, not only the last one found, for any number of matches.
fn go_on(question: &Question, counter: &Counter, data: &[u8], expected: &Answers) {
    let matches = &expected.matches;
    let after = (!matches.is_empty()).then(|| question.after % matches.len());
    let behind = &matches[after.map_or(0, |after| after + 1)..];
    let mut place =
        vec![
            Match { segment: u64::MAX, start: u64::MAX, end: u64::MAX, count: u64::MAX };
            question.room
        ];
    let mut written = place.clone();
    let number = behind.len().min(place.len());
    written[..number].copy_from_slice(&behind[..number]);
    let found = counter.find_many(data, after.map(|after| &matches[after]), &mut place);
    assert_eq!((found, place), (Ok(number), written), "matches behind another");
}
