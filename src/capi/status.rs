/// The status returned by every function that can fail: TALLY_OK, or one of TALLY_ERROR_*. The
/// numbers never change and are never reused; later versions may add some.
pub type tally_status = i32;

/// Success. All results have been written.
pub const TALLY_OK: tally_status = 0;
/// A pointer that must not be NULL is NULL.
pub const TALLY_ERROR_NULL_POINTER: tally_status = 1;
/// An argument is outside of what the function accepts.
pub const TALLY_ERROR_INVALID_ARGUMENT: tally_status = 2;
/// Opening or reading a file failed; errno (on Windows GetLastError) says why.
pub const TALLY_ERROR_IO: tally_status = 3;
/// Not enough memory.
pub const TALLY_ERROR_NO_MEMORY: tally_status = 4;
/// A limit was reached: one that the caller set, or one that the function names.
pub const TALLY_ERROR_LIMIT: tally_status = 5;
/// The caller's callback stopped the call.
pub const TALLY_ERROR_CANCELLED: tally_status = 6;
/// A defect in the library was caught before it could do harm. Please report it. A stream or summary
/// in which it happened is unusable until it is reset: every other call on it returns this again.
pub const TALLY_ERROR_PANIC: tally_status = 7;
/// The summaries cannot be merged exactly: overlapping occurrences cross the cut between them.
pub const TALLY_ERROR_OVERLAP: tally_status = 8;
/// Another call is using the handle: on another thread, or the one whose callback this is.
pub const TALLY_ERROR_IN_USE: tally_status = 9;
/// The needle has several bytes, and one of them is a reset byte: no segment could contain it.
pub const TALLY_ERROR_RESET_IN_NEEDLE: tally_status = 10;
/// The match to continue from cannot be a match of this counter in this data.
pub const TALLY_ERROR_NOT_A_MATCH: tally_status = 11;
/// The summaries, or the summary and the state, are of counters that ask different questions.
pub const TALLY_ERROR_DIFFERENT_COUNTERS: tally_status = 12;
/// The bytes are not a state that this version can load, or they are damaged.
pub const TALLY_ERROR_BAD_STATE: tally_status = 13;
