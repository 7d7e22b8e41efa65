use std::ffi::c_void;
use std::mem::offset_of;

use super::call::{Failure, INVALID, NULL, call, input, out, sized};
use super::counter::{TALLY_RESET_NONE, named_reset, tally_counter, tally_reset};
use super::status::tally_status;
use crate::bytes::ByteSet;
use crate::counter::{Condition, CounterOptions, Needle, Reset};

/// For needle_kind: a byte string. Its occurrences are found from left to right and do not overlap.
pub const TALLY_NEEDLE_STRING: u32 = 0;
/// For needle_kind: any byte of a set.
pub const TALLY_NEEDLE_ANY_OF: u32 = 1;
/// For needle_kind: a Unicode code point, counted as its UTF-8 bytes.
pub const TALLY_NEEDLE_CHARACTER: u32 = 2;

/// For condition: a segment matches if its count is at least min_number.
pub const TALLY_AT_LEAST: u32 = 0;

/// For max_number: no maximum.
pub const TALLY_NO_MAXIMUM: u64 = u64::MAX;

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
    /// What the count of a segment has to satisfy: TALLY_AT_LEAST.
    pub condition: u32,
    /// Which bytes end a segment: one of TALLY_RESET_*; TALLY_RESET_NONE if they are given in
    /// reset.
    pub named_reset: tally_reset,
    /// The number of hits with which a segment matches. With 0, every segment does.
    pub min_number: u64,
    /// Not used by TALLY_AT_LEAST: 0.
    pub max_number: u64,
    /// The bytes that end a segment, in any order; they are copied. May be NULL if reset_len is 0.
    pub reset: *const c_void,
    /// The length of reset in bytes: 0 if named_reset is not TALLY_RESET_NONE.
    pub reset_len: usize,
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
        let (needle, reset) =
            unsafe { (input(self.needle, self.needle_len)?, input(self.reset, self.reset_len)?) };
        let needle = match self.needle_kind {
            TALLY_NEEDLE_STRING if self.character == 0 => Needle::String(needle),
            TALLY_NEEDLE_ANY_OF if self.character == 0 => Needle::AnyOf(ByteSet::new(needle)),
            TALLY_NEEDLE_CHARACTER if needle.is_empty() => {
                Needle::Character(char::from_u32(self.character).ok_or(INVALID)?)
            }
            _ => return Err(INVALID),
        };
        let condition = match self.condition {
            TALLY_AT_LEAST if self.max_number == 0 => Condition::AtLeast(self.min_number),
            _ => return Err(INVALID),
        };
        let reset = match named_reset(self.named_reset)? {
            Reset::None => Reset::AnyOf(ByteSet::new(reset)),
            named if reset.is_empty() => named,
            _ => return Err(INVALID),
        };
        Ok(CounterOptions::new(needle).condition(condition).reset(reset))
    }
}

/// Creates a counter with all options.
///
/// @param options  The options.
/// @param counter  Receives the counter. Free it with tally_counter_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for an empty needle, a surrogate (0xD800 to 0xDFFF), a
///          character above 0x10FFFF, a length, character or number that needle_kind or condition
///          does not use and that is not 0, both a named reset and reset bytes, a size smaller than the struct of version
///          0.1.0 or larger than 4096, and bytes of the struct that this version does not know and
///          that are not 0;
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
