use super::answers::Answers;
use super::batch::{Ends, MAX_NUMBER, Sink, Strings, answer_all};
use super::place::{INLINE, Place};
use super::question::Question;
use super::validity::Validity;
use crate::engine::MAX_STRINGS_LEN;
use crate::error::Error;

/// The values of a column. What says where they lie has been checked.
#[derive(Clone)]
pub enum Values<'a> {
    I32(ByOffsets<'a, i32>),
    I64(ByOffsets<'a, i64>),
    U32(ByOffsets<'a, u32>),
    U64(ByOffsets<'a, u64>),
    FixedWidth(FixedWidth<'a>),
    Views(Views<'a>),
    Nulls(usize),
}

impl<'a> Values<'a> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::I32(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::U32(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::FixedWidth(values) => values.number,
            Self::Views(values) => values.views.len(),
            Self::Nulls(number) => *number,
        }
    }

    /// Where the value `at` lies, which is not null for other reasons than that all are.
    pub(super) fn place(&self, at: usize) -> Option<Place<'a>> {
        Some(match self {
            Self::I32(values) => values.place(at),
            Self::I64(values) => values.place(at),
            Self::U32(values) => values.place(at),
            Self::U64(values) => values.place(at),
            Self::FixedWidth(values) => values.place(at),
            Self::Views(values) => values.place(at),
            Self::Nulls(_) => return None,
        })
    }

    /// Passes the answers for all values to `sink`; for those that are not valid, the answers for
    /// an empty string, since they are not read.
    pub(super) fn answer(
        &self,
        questions: &[Question<'_>],
        validity: Option<Validity<'_>>,
        sink: Sink<'_>,
    ) {
        match self {
            Self::I32(values) => answer_all(questions, values.clone(), validity, sink),
            Self::I64(values) => answer_all(questions, values.clone(), validity, sink),
            Self::U32(values) => answer_all(questions, values.clone(), validity, sink),
            Self::U64(values) => answer_all(questions, values.clone(), validity, sink),
            Self::FixedWidth(values) => answer_all(questions, values.clone(), validity, sink),
            Self::Views(values) => answer_all(questions, values.clone(), validity, sink),
            Self::Nulls(number) => {
                let mut zeros = [0; MAX_NUMBER];
                for question in 0..questions.len() {
                    for at in (0..*number).step_by(MAX_NUMBER) {
                        let numbers = &mut zeros[..(number - at).min(MAX_NUMBER)];
                        sink(Answers { question, first: at, numbers, least: None });
                    }
                }
            }
        }
    }
}

/// An integer that is an offset in bytes, for
/// [`Column::from_offsets`](crate::Column::from_offsets).
pub trait Offset: sealed::Sealed + Copy + PartialOrd + 'static {
    #[doc(hidden)]
    fn values(offsets: ByOffsets<'_, Self>) -> Values<'_>;

    /// `None` if it is negative.
    #[doc(hidden)]
    fn as_index(self) -> Option<usize>;

    /// As an index, if it is known not to be negative.
    #[doc(hidden)]
    fn index(self) -> usize;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! offsets {
    ($($name:ident $offset:ty,)*) => {$(
        impl sealed::Sealed for $offset {}

        impl Offset for $offset {
            fn values(offsets: ByOffsets<'_, Self>) -> Values<'_> {
                Values::$name(offsets)
            }

            #[inline]
            fn as_index(self) -> Option<usize> {
                usize::try_from(self).ok()
            }

            #[inline]
            #[allow(clippy::cast_sign_loss, reason = "it is known not to be negative")]
            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}

offsets! {
    I32 i32,
    I64 i64,
    U32 u32,
    U64 u64,
}

/// Values in one buffer, by the offsets at which they start and end.
#[derive(Clone)]
pub struct ByOffsets<'a, T> {
    data: &'a [u8],
    offsets: &'a [T],
}

impl<'a, T: Offset> ByOffsets<'a, T> {
    pub(super) fn new(data: &'a [u8], offsets: &'a [T]) -> Result<Self, Error> {
        let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else {
            return Ok(Self { data, offsets });
        };
        // All are looked at: without a branch for each, many are compared at a time.
        let mut falls = false;
        for two in offsets.windows(2) {
            falls |= two[0] > two[1];
        }
        let is_inside = last.as_index().is_some_and(|last| last <= data.len());
        if !falls && is_inside && first.as_index().is_some() {
            Ok(Self { data, offsets })
        } else {
            Err(Error::BadColumn)
        }
    }
}

impl<'a, T: Offset> Strings<'a> for ByOffsets<'a, T> {
    fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Offsets do not fall, and are inside the data.
    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        Place::new(self.data, self.offsets[at].index(), self.offsets[at + 1].index())
    }

    #[inline(always)]
    fn chain(
        &mut self,
        first: usize,
        validity: Option<Validity<'_>>,
        ends: &mut Ends,
    ) -> (usize, Place<'a>) {
        /// A chain is found in steps, as the processor guesses wrong where it ends.
        const STEP: usize = 8;
        let offsets = &self.offsets[first..];
        let (start, offsets) = (offsets[0].index(), &offsets[1..]);
        let offsets = &offsets[..offsets.len().min(MAX_NUMBER)];
        let fits = |end: &T| end.index() - start <= MAX_STRINGS_LEN;
        let steps = offsets.chunks_exact(STEP).take_while(|ends| fits(&ends[STEP - 1])).count();
        let rest = offsets[STEP * steps..].iter().take_while(|end| fits(end)).count();
        let mut number = STEP * steps + rest;
        for (end, offset) in ends.iter_mut().zip(&offsets[..number]) {
            *end = (offset.index() - start) as u32;
        }
        let before = |ends: &Ends, at: usize| if at > 0 { ends[at - 1] } else { 0 };
        if let Some(validity) = validity {
            // The chain ends with a null that has bytes, or one that did not fit.
            let has_bytes = |&at: &usize| before(ends, at) < ends[at];
            let null = validity.nulls(first, number).find(has_bytes);
            number = null.unwrap_or(number);
            if number < offsets.len() && !validity.get(first + number) {
                ends[number] = before(ends, number);
                number += 1;
            }
        }
        (number, Place::new(self.data, start, start + before(ends, number) as usize))
    }
}

/// Values of one length.
#[derive(Clone)]
pub struct FixedWidth<'a> {
    data: &'a [u8],
    width: usize,
    number: usize,
}

impl<'a> FixedWidth<'a> {
    /// The most values of width 0: Arrow advises every producer to stay below 2³¹ values.
    const MAX_EMPTY: usize = i32::MAX as usize;

    pub(super) fn new(data: &'a [u8], width: usize, number: usize) -> Result<Self, Error> {
        // Values without a byte take no memory. With a false number of them, a caller would wait
        // for ever.
        let is_false = width == 0 && number > Self::MAX_EMPTY;
        if number.checked_mul(width) == Some(data.len()) && !is_false {
            Ok(Self { data, width, number })
        } else {
            Err(Error::BadColumn)
        }
    }
}

impl<'a> Strings<'a> for FixedWidth<'a> {
    fn len(&self) -> usize {
        self.number
    }

    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        let start = at * self.width;
        Place::new(self.data, start, start + self.width)
    }

    #[inline(always)]
    fn chain(
        &mut self,
        first: usize,
        validity: Option<Validity<'_>>,
        ends: &mut Ends,
    ) -> (usize, Place<'a>) {
        let most = MAX_STRINGS_LEN.checked_div(self.width).unwrap_or(MAX_NUMBER);
        let most = most.min(MAX_NUMBER).min(self.number - first);
        let null = validity.and_then(|validity| validity.nulls(first, most).next());
        let number = null.unwrap_or(most);
        for (at, end) in ends[..number].iter_mut().enumerate() {
            *end = ((at + 1) * self.width) as u32;
        }
        let start = first * self.width;
        (number, Place::new(self.data, start, start + number * self.width))
    }
}

/// A number as an index. A negative one becomes so high that it is in no slice.
#[inline(always)]
#[allow(clippy::cast_sign_loss, reason = "what becomes of a negative number is said above")]
fn index(number: i32) -> usize {
    number as usize
}

/// The length of the value of a view, the number of its buffer, and the offset in that.
#[inline(always)]
fn numbers(view: &[u8; 16]) -> [i32; 3] {
    let number =
        |at: usize| i32::from_ne_bytes([view[at], view[at + 1], view[at + 2], view[at + 3]]);
    [number(0), number(8), number(12)]
}

/// Where a value begins that is not short, as one number: the buffer in the lower half, the offset in
/// the upper one. Behind the value it is higher by the length in the upper half.
#[inline(always)]
#[allow(clippy::cast_sign_loss, reason = "of a value that is not short, no number is negative")]
fn place_of([_, buffer, start]: [i32; 3]) -> u64 {
    u64::from(buffer as u32) | u64::from(start as u32) << 32
}

/// Values with a view of 16 bytes each.
///
/// ```text
/// bytes    0..4      4..8                    8..12        12..16
/// short    length    the string itself, up to 12 bytes
/// long     length    its first four bytes    buffer       offset in the buffer
/// ```
#[derive(Clone)]
pub struct Views<'a> {
    views: &'a [[u8; 16]],
    buffers: &'a [&'a [u8]],
}

impl<'a> Views<'a> {
    #[allow(clippy::cast_possible_wrap, reason = "it is 12")]
    const MAX_SHORT: i32 = INLINE as i32;
    /// How many views are checked together.
    const TOGETHER: usize = 32;

    pub(super) fn new(
        views: &'a [[u8; 16]],
        buffers: &'a [&'a [u8]],
        is_valid: impl Fn(usize) -> bool,
    ) -> Result<Self, Error> {
        // Most values are in the buffer of the one before.
        let mut buffer = 0;
        for (first, some) in (0..).step_by(Self::TOGETHER).zip(views.chunks(Self::TOGETHER)) {
            let room = buffers.get(index(buffer)).map_or(0, |buffer| buffer.len());
            if are_in(some, buffer, room) {
                continue;
            }
            for (at, view) in (first..).zip(some) {
                let [len, its_buffer, _] = numbers(view);
                // The view of a null may be anything, but most are right: it is looked up last.
                if !is_right(view, buffers) {
                    if is_valid(at) {
                        return Err(Error::BadColumn);
                    }
                } else if len > Self::MAX_SHORT {
                    buffer = its_buffer;
                }
            }
        }
        Ok(Self { views, buffers })
    }
}

/// Whether the value of a view is short, or inside its buffer.
fn is_right(view: &[u8; 16], buffers: &[&[u8]]) -> bool {
    let [len, buffer, start] = numbers(view);
    if len <= Views::MAX_SHORT {
        return len >= 0;
    }
    let buffer = buffers.get(index(buffer));
    start >= 0 && buffer.is_some_and(|buffer| index(start) + index(len) <= buffer.len())
}

/// Whether all values are short, or inside one buffer, of `room` bytes. Of a buffer that is longer than
/// any offset, no more than that is seen.
#[allow(clippy::needless_bitwise_bool, reason = "without a branch, some are compared at a time")]
fn are_in(views: &[[u8; 16]], buffer: i32, room: usize) -> bool {
    let room = i32::try_from(room).unwrap_or(i32::MAX);
    views.iter().fold(true, |all, view| {
        let [len, its_buffer, start] = numbers(view);
        let is_inside = (its_buffer == buffer) & (start >= 0) & (start <= room.wrapping_sub(len));
        all & (len >= 0) & ((len <= Views::MAX_SHORT) | is_inside)
    })
}

impl<'a> Strings<'a> for Views<'a> {
    fn len(&self) -> usize {
        self.views.len()
    }

    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        let [len, buffer, start] = numbers(&self.views[at]);
        if len <= Self::MAX_SHORT {
            return Place { is_inline: true, ..Place::new(&self.views[at], 4, 4 + index(len)) };
        }
        Place::new(self.buffers[index(buffer)], index(start), index(start) + index(len))
    }

    /// Most producers write values one right behind the other.
    #[inline(always)]
    fn chain(
        &mut self,
        first: usize,
        validity: Option<Validity<'_>>,
        ends: &mut Ends,
    ) -> (usize, Place<'a>) {
        let (mut strings, mut len) = (0, 0);
        // Of the chain, and behind it.
        let (mut at, mut next) = (0, 0);
        'chain: for (views, ends) in self.views[first..].chunks(64).zip(ends.chunks_mut(64)) {
            let mut nulls = validity.map_or(0, |validity| !validity.word(first + strings));
            for (view, end) in views.iter().zip(ends) {
                let numbers = numbers(view);
                let more = numbers[0];
                if nulls & 1 == 0 && more > Self::MAX_SHORT {
                    let place = place_of(numbers);
                    if place != next {
                        if len > 0 {
                            break 'chain;
                        }
                        (at, next) = (place, place);
                    }
                    if len + index(more) > MAX_STRINGS_LEN {
                        break 'chain;
                    }
                    len += index(more);
                    next += (index(more) as u64) << 32;
                } else if nulls & 1 == 0 && more != 0 {
                    break 'chain;
                }
                nulls >>= 1;
                *end = len as u32;
                strings += 1;
            }
        }
        let (buffer, start) = (at as u32 as usize, (at >> 32) as usize);
        let place =
            Place::new(self.buffers.get(buffer).copied().unwrap_or_default(), start, start + len);
        (strings, if len > 0 { place } else { Place::EMPTY })
    }
}
