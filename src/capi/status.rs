/// What a function says of how it went: TALLY_OK, or one of TALLY_ERROR_*. The numbers never change
/// and are never used again for something else; later versions may add some.
pub type tally_status = i32;

/// It went well, and the results are written.
pub const TALLY_OK: tally_status = 0;
/// A pointer that may not be NULL is NULL.
pub const TALLY_ERROR_NULL_POINTER: tally_status = 1;
/// An argument is outside of what the function takes.
pub const TALLY_ERROR_INVALID_ARGUMENT: tally_status = 2;
/// Reading failed; errno (on Windows GetLastError) says why.
pub const TALLY_ERROR_IO: tally_status = 3;
/// There is not enough memory.
pub const TALLY_ERROR_NO_MEMORY: tally_status = 4;
/// A limit that the caller set, or the function's comment names, is reached.
pub const TALLY_ERROR_LIMIT: tally_status = 5;
/// The caller's callback stopped it.
pub const TALLY_ERROR_CANCELLED: tally_status = 6;
/// A defect of the library, which was stopped before it could do harm. Please report it.
pub const TALLY_ERROR_PANIC: tally_status = 7;
/// Parts cannot be merged exactly, because occurrences that overlap each other run across the cut.
pub const TALLY_ERROR_OVERLAP: tally_status = 8;
