# libtally for R, by .Call and the few functions of tally.c. Two files to copy.
#
#     dyn.load("tally.so")
#     source("tally.R")
#     counter <- tally_counter(";", 64, reset = "newlines")
#     tally_matches(counter, readBin("data.csv", "raw", file.size("data.csv")))
#
# Data is a raw vector, or one string, which is taken as its bytes. Counts and offsets are doubles,
# exact up to 2^53. Handles are freed by the garbage collector. A failed call is a condition of the
# class tally_error, which has a status.

tally_stop <- function(status, message) {
  stop(structure(
    class = c("tally_error", "error", "condition"),
    list(message = message, call = NULL, status = status)
  ))
}

tally_resets <- c(none = 0L, newlines = 1L, spaces = 2L, whitespace = 3L)

tally_bytes <- function(data) {
  if (is.raw(data)) data else charToRaw(data)
}

# A question: which segments have the needle at least min_number times?
#
# needle: a string, or its bytes; with any_of, any byte of it counts; or a number, a code point
# reset: a name of tally_resets; or the bytes that end a segment, as a raw vector
tally_counter <- function(needle, min_number, reset = "none", any_of = FALSE) {
  is_character <- is.numeric(needle)
  named <- if (is.raw(reset)) 0L else tally_resets[[reset]]
  .Call(
    "r_tally_counter",
    if (is_character) raw() else tally_bytes(needle),
    if (is_character) 2L else as.integer(any_of),
    if (is_character) as.integer(needle) else 0L,
    as.double(min_number), named,
    if (is.raw(reset)) reset else raw()
  )
}

tally_has_count <- function(counter, data) .Call("r_tally_has_count", counter, tally_bytes(data))
tally_count <- function(counter, data) .Call("r_tally_count", counter, tally_bytes(data))
tally_max_count <- function(counter, data) .Call("r_tally_max_count", counter, tally_bytes(data))

tally_matching_segments <- function(counter, data) {
  .Call("r_tally_matching_segments", counter, tally_bytes(data))
}

# A data frame with a row for each match.
tally_matches <- function(counter, data) {
  matches <- .Call("r_tally_matches", counter, tally_bytes(data))
  data.frame(
    segment = matches[1, ], start = matches[2, ], end = matches[3, ], count = matches[4, ]
  )
}

# For each string of a character vector.
tally_has_counts <- function(counter, strings) {
  .Call("r_tally_has_counts", counter, as.character(strings))
}

# Data in chunks or from files, up to the first match. Feeding returns whether a segment has matched
# so far.
tally_stream <- function(counter) .Call("r_tally_stream", counter)
tally_stream_feed <- function(stream, data) .Call("r_tally_stream_feed", stream, tally_bytes(data))
tally_stream_feed_file <- function(stream, path) .Call("r_tally_stream_feed_file", stream, path)

# The first match, or NULL.
tally_stream_match <- function(stream) {
  match <- .Call("r_tally_stream_match", stream)
  if (!is.null(match)) setNames(as.list(match), c("segment", "start", "end", "count"))
}

# All totals of data in chunks or files; those of the parts of a text can be merged.
tally_summary <- function(counter) .Call("r_tally_summary", counter)

tally_summary_feed <- function(summary, data) {
  invisible(.Call("r_tally_summary_feed", summary, tally_bytes(data)))
}

tally_summary_feed_file <- function(summary, path) {
  invisible(.Call("r_tally_summary_feed_file", summary, path))
}

# Adds a summary of what follows in the text.
tally_summary_merge <- function(left, right) invisible(.Call("r_tally_summary_merge", left, right))

tally_summary_totals <- function(summary) {
  names <- c("bytes", "count", "max_count", "segments", "matching_segments")
  setNames(as.list(.Call("r_tally_summary_totals", summary)), names)
}
