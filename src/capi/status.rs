/// The status returned by every function that can fail: TALLY_OK, or one of TALLY_ERROR_*.
///
/// Each reason that only the call can find out has a status of its own. What a caller can check
/// beforehand is TALLY_ERROR_INVALID_ARGUMENT. The numbers never change and are never reused; later
/// versions may add some. tally_status_message describes a status. Since 0.1.0.
pub type tally_status = i32;

/// Success. All results have been written.
pub const TALLY_OK: tally_status = 0;
/// A pointer that must not be NULL is NULL.
pub const TALLY_ERROR_NULL_POINTER: tally_status = 1;
/// An argument has a value that the function does not accept.
pub const TALLY_ERROR_INVALID_ARGUMENT: tally_status = 2;
/// Opening or reading a file failed. errno says why; on Windows, GetLastError does.
pub const TALLY_ERROR_IO: tally_status = 3;
/// There is not enough memory.
pub const TALLY_ERROR_NO_MEMORY: tally_status = 4;
/// A limit was exceeded: one that the caller set, or one that the function names.
pub const TALLY_ERROR_LIMIT: tally_status = 5;
/// The progress callback stopped the call.
pub const TALLY_ERROR_CANCELLED: tally_status = 6;
/// The library has a defect; please report it. See "Panics" at the top of this file.
pub const TALLY_ERROR_PANIC: tally_status = 7;
/// The summaries cannot be merged exactly: see tally_summary_merge.
pub const TALLY_ERROR_OVERLAP: tally_status = 8;
/// Another call is using the handle: one on another thread, or the one that called the
/// progress callback.
pub const TALLY_ERROR_IN_USE: tally_status = 9;
/// The needle has several bytes, one of which is a reset byte: no segment could contain it.
pub const TALLY_ERROR_RESET_IN_NEEDLE: tally_status = 10;
/// The match to continue from cannot be a match of this counter in this data.
pub const TALLY_ERROR_NOT_A_MATCH: tally_status = 11;
/// The summaries or tables, or the state and what it is loaded for, ask different questions.
pub const TALLY_ERROR_DIFFERENT_COUNTERS: tally_status = 12;
/// The bytes are not a state that this version can load, or they are damaged.
pub const TALLY_ERROR_BAD_STATE: tally_status = 13;
/// The data of the stream has ended, by tally_stream_finish. Nothing can be fed until it is reset.
pub const TALLY_ERROR_FINISHED: tally_status = 14;
