use std::ffi::c_void;
use std::mem::offset_of;

use super::call::{Failure, INVALID, NULL, call, input, out, sized};
use super::counter::{TALLY_RESET_NONE, named_reset, tally_counter, tally_reset};
use super::status::tally_status;
use crate::{ByteSet, Condition, CounterOptions, Needle, Reset};

/// The needle is a string of bytes: its occurrences leftmost first, not overlapping.
pub const TALLY_NEEDLE_STRING: u32 = 0;
/// The needle is any byte of a set.
pub const TALLY_NEEDLE_ANY_OF: u32 = 1;
/// The needle is a code point, counted as its UTF-8 bytes.
pub const TALLY_NEEDLE_CHARACTER: u32 = 2;

/// A segment matches if its count reaches min_number.
pub const TALLY_AT_LEAST: u32 = 0;

/// For max_number: no maximum.
pub const TALLY_NO_MAXIMUM: u64 = u64::MAX;

/// All options of a counter. Set everything to 0, for example with "= {0}", then size to
/// sizeof(tally_counter_options), then the fields that are wanted: 0 is the default of each.
///
/// Later versions add fields at the end.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct tally_counter_options {
    /// sizeof(tally_counter_options): says which fields the caller knows.
    pub size: usize,
    /// The bytes of the string or of the set, in any order; NULL if needle_kind is
    /// TALLY_NEEDLE_CHARACTER.
    pub needle: *const c_void,
    /// How many bytes needle has.
    pub needle_len: usize,
    /// One of TALLY_NEEDLE_*.
    pub needle_kind: u32,
    /// The code point, if needle_kind is TALLY_NEEDLE_CHARACTER; else 0.
    pub character: u32,
    /// What a segment's count has to satisfy: TALLY_AT_LEAST.
    pub condition: u32,
    /// One of TALLY_RESET_*; TALLY_RESET_NONE if the reset bytes are in reset.
    pub named_reset: tally_reset,
    /// For TALLY_AT_LEAST: the number that the count has to reach. Every segment reaches 0.
    pub min_number: u64,
    /// Has to be 0 for TALLY_AT_LEAST.
    pub max_number: u64,
    /// The reset bytes, in any order; may be NULL if reset_len is 0.
    pub reset: *const c_void,
    /// How many bytes reset has.
    pub reset_len: usize,
}

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
        // SAFETY: the caller's promise; integers and pointers may have any bytes.
        unsafe { sized(at, Self::SMALLEST, Self::DEFAULT) }
    }

    /// The same in Rust.
    ///
    /// # Safety
    ///
    /// Pointers that are not NULL point to as many bytes as their lengths say, which nobody writes
    /// during the call.
    unsafe fn checked<'call>(&self) -> Result<CounterOptions<'call>, Failure> {
        // SAFETY: the caller's promise.
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

/// Makes a counter with all options.
///
/// @param options  The options; the bytes they point to are copied.
/// @param counter  Receives the new counter. Free it with tally_counter_free.
///
/// @return  TALLY_ERROR_INVALID_ARGUMENT for an unknown constant, a size below that of the first
///          version, options that this version does not know and that are not 0, a surrogate or
///          a number above 0x10FFFF, an empty needle, a needle or character that needle_kind does
///          not use, both a named reset and reset bytes;
///          TALLY_ERROR_RESET_IN_NEEDLE for a needle of several bytes that contains a reset byte;
///          TALLY_ERROR_NO_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tally_counter_new_with(
    options: *const tally_counter_options,
    counter: *mut *mut tally_counter,
) -> tally_status {
    call("tally_counter_new_with", || {
        // SAFETY: the header asks the caller for options and a place.
        let (options, counter) = unsafe { (tally_counter_options::get(options)?, out(counter)?) };
        // SAFETY: the header asks the caller for the bytes that the options point to.
        counter.write(tally_counter::new(unsafe { options.checked() }?)?);
        Ok(())
    })
}
