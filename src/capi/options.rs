use std::ffi::c_void;
use std::mem::offset_of;

use super::call::{Failure, INVALID, NULL, call, input, out, sized};
use super::counter::{TALLY_RESET_NONE, named_reset, tally_counter, tally_reset};
use super::status::tally_status;
use crate::bytes::{ByteSet, Condition};
use crate::counter::{CounterOptions, Needle, Quotes, Reset};

/// For needle_kind: a byte string. Its occurrences are found from left to right and do not overlap.
pub const TALLY_NEEDLE_STRING: u32 = 0;
/// For needle_kind: any byte of a set.
pub const TALLY_NEEDLE_ANY_OF: u32 = 1;
/// For needle_kind: a Unicode code point, counted as its UTF-8 bytes.
pub const TALLY_NEEDLE_CHARACTER: u32 = 2;

/// For condition: a segment matches if its count is at least min_number.
pub const TALLY_AT_LEAST: u32 = 0;

/// For condition: a segment matches if its final count is below min_number or above max_number.
pub const TALLY_OUTSIDE: u32 = 1;
/// For condition: a segment matches if its final count is from min_number to max_number.
pub const TALLY_WITHIN: u32 = 2;

/// For max_number: no maximum.
pub const TALLY_NO_MAXIMUM: u64 = u64::MAX;

/// For flags: a segment without a byte never matches.
pub const TALLY_SKIP_EMPTY: u32 = 1;
/// For flags: the last segment never matches if it has no byte. What follows a final newline is no
/// line.
pub const TALLY_SKIP_LAST_EMPTY: u32 = 2;

/// For quote_rule: nothing is quoted.
pub const TALLY_QUOTES_NONE: u32 = 0;
/// For quote_rule: the quotes of CSV, as Python's csv.reader reads them. A quote opens only where a
/// field starts: at the start of the data, and behind a reset byte or a delimiter. Inside, a doubled
/// quote is a literal one; any other closes, and what follows up to the next delimiter or reset byte
/// is ordinary. An escape directly behind a closing quote is ordinary too.
pub const TALLY_QUOTES_FIELDS: u32 = 1;
/// For quote_rule: the quotes of JSON, programs and logs. Every quote that is not escaped opens or
/// closes.
pub const TALLY_QUOTES_ANYWHERE: u32 = 2;

/// All options of a counter. Set all bytes to 0, for example with "= {0}", then size to
/// sizeof(tally_counter_options), then the fields that are needed: 0 is the default of each field.
///
/// Later versions may add fields at the end. A program and a library of different versions still
/// work together: a field that the program does not know has its default, and a field that the
/// library does not know has to be 0. Since 0.1.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_counter_options {
    /// The size of the struct that the caller knows, in bytes: sizeof(tally_counter_options).
    pub size: usize,
    /// The bytes of the string, or those of the set, in any order; they are copied. NULL for a
    /// character.
    pub needle: *const c_void,
    /// The length of needle in bytes: 0 for a character, otherwise at least 1.
    pub needle_len: usize,
    /// What the needle is: one of TALLY_NEEDLE_*.
    pub needle_kind: u32,
    /// The code point for TALLY_NEEDLE_CHARACTER; otherwise 0.
    pub character: u32,
    /// What the count of a segment has to satisfy: one of TALLY_AT_LEAST, TALLY_OUTSIDE and
    /// TALLY_WITHIN.
    pub condition: u32,
    /// Which bytes end a segment: one of TALLY_RESET_*; TALLY_RESET_NONE if they are given in
    /// reset.
    pub named_reset: tally_reset,
    /// For TALLY_AT_LEAST, the number of hits with which a segment matches; with 0, every segment
    /// does. Otherwise the lowest number of the range.
    pub min_number: u64,
    /// The highest number of the range, or TALLY_NO_MAXIMUM. 0 for TALLY_AT_LEAST.
    pub max_number: u64,
    /// The bytes that end a segment, in any order; they are copied. May be NULL if reset_len is 0.
    pub reset: *const c_void,
    /// The length of reset in bytes: 0 if named_reset is not TALLY_RESET_NONE.
    pub reset_len: usize,
    /// TALLY_SKIP_EMPTY and TALLY_SKIP_LAST_EMPTY, or neither. With a needle that has a reset byte,
    /// neither.
    pub flags: u32,
    /// Which quotes hide bytes: one of TALLY_QUOTES_*. Quoted bytes, quotes, escapes and the bytes
    /// that these make literal are neither hits nor resets, closing bytes or delimiters.
    pub quote_rule: u32,
    /// The quote, a byte value; 0: '"'.
    pub quote: u32,
    /// A byte value that makes the next byte literal, inside quotes and outside; 0: none.
    pub escape: u32,
    /// For TALLY_QUOTES_FIELDS: the bytes that end a field, besides the reset bytes. They are in
    /// any order, and are copied. May be NULL if delimiters_len is 0.
    pub delimiters: *const c_void,
    /// The length of delimiters in bytes; 0: the delimiters are the bytes of the needle, which then
    /// are not several bytes of a string.
    pub delimiters_len: usize,
    /// The bytes that lower the count by one, but not below 0, in any order; they are copied. With
    /// the needle "{[" and these "}]", the count is the depth of nesting. Not for a string of
    /// several bytes. May be NULL if closing_len is 0.
    pub closing: *const c_void,
    /// The length of closing in bytes.
    pub closing_len: usize,
}

// A later field must not fit padding at the end: its presence would not show in the size.
const _: () = {
    const SIZE: usize = tally_counter_options::SMALLEST;
    assert!(SIZE == SIZE.next_multiple_of(align_of::<tally_counter_options>()));
};

impl tally_counter_options {
    const DEFAULT: Self = Self {
        size: size_of::<Self>(),
        needle: std::ptr::null(),
        needle_len: 0,
        needle_kind: TALLY_NEEDLE_STRING,
        character: 0,
        condition: TALLY_AT_LEAST,
        named_reset: TALLY_RESET_NONE,
        min_number: 0,
        max_number: 0,
        reset: std::ptr::null(),
        reset_len: 0,
        flags: 0,
        quote_rule: TALLY_QUOTES_NONE,
        quote: 0,
        escape: 0,
        delimiters: std::ptr::null(),
        delimiters_len: 0,
        closing: std::ptr::null(),
        closing_len: 0,
    };

    /// The size of the first version.
    const SMALLEST: usize = offset_of!(Self, reset_len) + size_of::<usize>();

    /// The options at `at`.
    ///
    /// # Safety
    ///
    /// A pointer that is not NULL points to options of the size that they say.
    unsafe fn get(at: *const Self) -> Result<Self, Failure> {
        if at.is_null() {
            return Err(NULL);
        }
        // SAFETY: by the contract above there are as many bytes as the size says. Integers and
        // pointers may have any bytes.
        unsafe { sized(at, Self::SMALLEST, Self::DEFAULT) }
    }

    /// The same as Rust options.
    ///
    /// # Safety
    ///
    /// Pointers that are not NULL point to as many bytes as their lengths say, which nobody writes
    /// during the call.
    unsafe fn checked<'call>(&self) -> Result<CounterOptions<'call>, Failure> {
        // SAFETY: the contract above is that of `input`.
        let (needle, reset, delimiters, closing) = unsafe {
            (
                input(self.needle, self.needle_len)?,
                input(self.reset, self.reset_len)?,
                input(self.delimiters, self.delimiters_len)?,
                input(self.closing, self.closing_len)?,
            )
        };
        let needle = match self.needle_kind {
            TALLY_NEEDLE_STRING if self.character == 0 => Needle::String(needle),
            TALLY_NEEDLE_ANY_OF if self.character == 0 => Needle::AnyOf(ByteSet::new(needle)),
            TALLY_NEEDLE_CHARACTER if needle.is_empty() => {
                Needle::Character(char::from_u32(self.character).ok_or(INVALID)?)
            }
            _ => return Err(INVALID),
        };
        let Self { min_number, max_number, flags, .. } = *self;
        let condition = match self.condition {
            TALLY_AT_LEAST if self.max_number == 0 => Condition::AtLeast(self.min_number),
            TALLY_OUTSIDE => Condition::Outside { min_number, max_number },
            TALLY_WITHIN => Condition::Within { min_number, max_number },
            _ => return Err(INVALID),
        };
        let reset = match named_reset(self.named_reset)? {
            Reset::None => Reset::AnyOf(ByteSet::new(reset)),
            named if reset.is_empty() => named,
            _ => return Err(INVALID),
        };
        if flags & !(TALLY_SKIP_EMPTY | TALLY_SKIP_LAST_EMPTY) != 0 {
            return Err(INVALID);
        }
        let options = CounterOptions::new(needle)
            .condition(condition)
            .reset(reset)
            .skip_empty(flags & TALLY_SKIP_EMPTY != 0)
            .skip_last_empty(flags & TALLY_SKIP_LAST_EMPTY != 0)
            .closing(ByteSet::new(closing));
        Ok(match self.quotes(delimiters)? {
            Some(quotes) => options.quotes(quotes),
            None => options,
        })
    }

    fn quotes(&self, delimiters: &[u8]) -> Result<Option<Quotes>, Failure> {
        let byte = |value: u32| u8::try_from(value).map_err(|_| INVALID);
        let (quote, escape) = (byte(self.quote)?, byte(self.escape)?);
        let quotes = match self.quote_rule {
            TALLY_QUOTES_NONE if quote == 0 && escape == 0 && delimiters.is_empty() => {
                return Ok(None);
            }
            TALLY_QUOTES_FIELDS => Quotes::fields().delimiters(ByteSet::new(delimiters)),
            TALLY_QUOTES_ANYWHERE if delimiters.is_empty() => Quotes::anywhere(),
            _ => return Err(INVALID),
        };
        let quotes = quotes.escape((escape != 0).then_some(escape));
        Ok(Some(if quote == 0 { quotes } else { quotes.quote(quote) }))
    }
}

/// Creates a counter with all options.
///
/// @param options  The options.
/// @param counter  Receives the counter. Free it with tally_counter_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for an empty needle, a surrogate (0xD800 to 0xDFFF), a
///          character above 0x10FFFF, an unknown constant or flag, a length, byte or number that
///          the needle_kind, condition or quote_rule does not use and that is not 0, a byte value
///          above 255, both a named reset and reset bytes, a maximum below the minimum, a flag with a
///          needle that has a reset byte, a quote or escape that is in the needle, the reset, the
///          closing bytes or the delimiters, or that is the other one, closing bytes that are in
///          the needle or for a string of several bytes, TALLY_QUOTES_FIELDS without delimiters for
///          such a string, a size that ends before reset_len does or is larger than 4096, and
///          bytes of the struct that this version does not know and that are not 0;
///          TALLY_ERROR_RESET_IN_NEEDLE for a needle of several bytes, one of which is a reset
///          byte;
///          TALLY_ERROR_NO_MEMORY.
///
/// Thread-safe. Since 0.1.0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new_with(
    options: *const tally_counter_options,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new_with", || {
        // SAFETY: the header requires options of the size that they say, and a valid place.
        let (options, counter) = unsafe { (tally_counter_options::get(options)?, out(counter)?) };
        // SAFETY: the header requires the bytes that the options point to.
        counter.write(tally_counter::new(unsafe { options.checked() }?)?);
        Ok(())
    })
}
