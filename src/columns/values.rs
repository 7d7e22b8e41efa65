use super::answers::Answers;
use super::batch::{MAX_NUMBER, Sink, answer_all};
use super::place::Place;
use super::question::Question;
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
        are_valid: impl Iterator<Item = bool>,
        sink: Sink<'_>,
    ) {
        /// The loop for one layout.
        macro_rules! answer {
            ($values:expr) => {{
                let places = $values.places().zip(are_valid);
                let places = places.map(|(place, valid)| if valid { place } else { Place::EMPTY });
                answer_all(questions, places, sink);
            }};
        }
        match self {
            Self::I32(values) => answer!(values),
            Self::I64(values) => answer!(values),
            Self::U32(values) => answer!(values),
            Self::U64(values) => answer!(values),
            Self::FixedWidth(values) => answer!(values),
            Self::Views(values) => answer!(values),
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
        // All are counted: without a branch for each, many are compared at a time.
        let falls = offsets.windows(2).filter(|two| two[0] > two[1]).count();
        let is_inside = last.as_index().is_some_and(|last| last <= data.len());
        if falls == 0 && is_inside && first.as_index().is_some() {
            Ok(Self { data, offsets })
        } else {
            Err(Error::BadColumn)
        }
    }

    fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        self.between(self.offsets[at], self.offsets[at + 1])
    }

    #[inline]
    fn places(&self) -> impl Iterator<Item = Place<'a>> {
        self.offsets.windows(2).map(|two| self.between(two[0], two[1]))
    }

    /// Offsets rise from one that is not negative to one inside the data.
    #[inline]
    fn between(&self, start: T, end: T) -> Place<'a> {
        Place { buffer: self.data, start: start.index(), end: end.index() }
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

    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        let start = at * self.width;
        Place { buffer: self.data, start, end: start + self.width }
    }

    #[inline]
    fn places(&self) -> impl Iterator<Item = Place<'a>> {
        (0..self.number).map(|at| self.place(at))
    }
}

/// A number as an index. A negative one becomes so high that it is in no slice.
#[inline(always)]
#[allow(clippy::cast_sign_loss, reason = "what becomes of a negative number is said above")]
fn index(number: i32) -> usize {
    number as usize
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
    const MAX_SHORT: i32 = 12;

    pub(super) fn new(
        views: &'a [[u8; 16]],
        buffers: &'a [&'a [u8]],
        is_valid: impl Fn(usize) -> bool,
    ) -> Result<Self, Error> {
        let views = Self { views, buffers };
        // The view of a null may be anything, but most are right: it is looked up last.
        let is_right = |at| views.is_inside(at) || !is_valid(at);
        if (0..views.views.len()).all(is_right) { Ok(views) } else { Err(Error::BadColumn) }
    }

    /// The length of a value, the number of its buffer, and the offset in that.
    #[inline]
    fn numbers(&self, at: usize) -> [i32; 3] {
        let view = &self.views[at];
        let number =
            |at: usize| i32::from_ne_bytes([view[at], view[at + 1], view[at + 2], view[at + 3]]);
        [number(0), number(8), number(12)]
    }

    /// Whether the view of a value is right.
    #[inline]
    fn is_inside(&self, at: usize) -> bool {
        let [len, buffer, start] = self.numbers(at);
        if len <= Self::MAX_SHORT {
            return len >= 0;
        }
        let buffer = self.buffers.get(index(buffer));
        start >= 0 && buffer.is_some_and(|buffer| index(start) + index(len) <= buffer.len())
    }

    /// Where a value lies. The view of a null may be anything: then this is no place.
    #[inline]
    fn place(&self, at: usize) -> Place<'a> {
        let [len, buffer, start] = self.numbers(at);
        if len <= Self::MAX_SHORT {
            return Place { buffer: &self.views[at], start: 4, end: index(len).wrapping_add(4) };
        }
        let buffer = self.buffers.get(index(buffer)).copied().unwrap_or_default();
        Place { buffer, start: index(start), end: index(start).wrapping_add(index(len)) }
    }

    #[inline]
    fn places(&self) -> impl Iterator<Item = Place<'a>> {
        (0..self.views.len()).map(|at| self.place(at))
    }
}
