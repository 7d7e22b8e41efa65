# Runs the shared cases, as tests/languages/plain.py writes them: Rscript cases.R FILE

dyn.load(paste0("tally", .Platform$dynlib.ext))
source("tally.R")

INVALID_ARGUMENT <- 2
IO <- 3
OVERLAP <- 8

status <- function(call) tryCatch({ call; 0 }, tally_error = function(error) error$status)

hex <- function(text) {
  if (text == "") return(raw())
  starts <- seq(1, nchar(text), 2)
  as.raw(strtoi(substring(text, starts, starts + 1), 16))
}

place <- function(match) {
  if (length(match$segment) == 0) return(character())
  sprintf("%.0f:%.0f:%.0f", match$segment, match$start, match$end)
}

has_answers <- function(counter, data, fields) {
  numbers <- as.numeric(fields[10:13])
  count <- numbers[1]
  most <- numbers[2]
  matching <- numbers[4]
  listed <- if (fields[15] == "") character() else strsplit(fields[15], ",")[[1]]
  matches <- place(tally_matches(counter, data))
  cut <- length(data) %/% 2
  left <- head(data, cut)
  right <- tail(data, length(data) - cut)
  stream <- tally_stream(counter)
  tally_stream_feed(stream, left)
  tally_stream_feed(stream, right)
  first <- tally_summary(counter)
  second <- tally_summary(counter)
  tally_summary_feed(first, left)
  tally_summary_feed(second, right)
  if (status(tally_summary_merge(first, second)) == OVERLAP) tally_summary_feed(first, right)
  # A string of R has no NUL.
  string <- if (any(data == 0)) NULL else rawToChar(data)
  each <- if (!is.null(string)) tally_has_counts(counter, c(string, "", string, NA))
  all(
    tally_has_count(counter, data) == (matching > 0),
    tally_count(counter, data) == count,
    tally_max_count(counter, data) == most,
    tally_matching_segments(counter, data) == matching,
    length(matches) == matching,
    identical(head(matches, length(listed)), listed),
    fields[14] == "0" || length(listed) == matching,
    is.null(each) || identical(each[c(1, 3, 4)], c(matching > 0, matching > 0, NA)),
    identical(place(tally_stream_match(stream)), head(matches, 1)),
    identical(unlist(tally_summary_totals(first), use.names = FALSE), c(length(data), numbers))
  )
}

is_right <- function(fields) {
  number <- as.numeric(fields[7])
  # R has no such numbers: tally_counter refuses them.
  if (number > 2^53) return(NA)
  make <- function() {
    tally_counter(
      if (fields[2] == "2") as.numeric(fields[4]) else hex(fields[3]),
      number,
      if (fields[6] == "") names(tally_resets)[as.integer(fields[5]) + 1] else hex(fields[6]),
      any_of = fields[2] == "1"
    )
  }
  if (fields[9] != "0") return(status(make()) == as.numeric(fields[9]))
  has_answers(make(), hex(fields[8]), fields)
}

files_are_right <- function() {
  path <- tempfile()
  writeBin(charToRaw("c\ncc\nc.c.c"), path)
  counter <- tally_counter("c", 2, "newlines")
  summary <- tally_summary(counter)
  tally_summary_feed_file(summary, path)
  totals <- tally_summary_totals(summary)
  totals$bytes == 10 && totals$matching_segments == 2 &&
    tally_stream_feed_file(tally_stream(counter), path) &&
    status(tally_summary_feed_file(summary, "no such file")) == IO
}

lines <- readLines(commandArgs(trailingOnly = TRUE)[1], encoding = "UTF-8")
results <- vapply(lines, function(line) {
  # strsplit leaves out an empty last field.
  fields <- strsplit(paste0(line, "\tend"), "\t", fixed = TRUE)[[1]]
  right <- is_right(fields)
  if (identical(right, FALSE)) message(fields[1], ": wrong")
  right
}, logical(1), USE.NAMES = FALSE)
results <- c(results, status(tally_counter(0xD800, 1)) == INVALID_ARGUMENT, files_are_right())
invisible(gc())
cat(sprintf("r: %d passed, %d failed", sum(results, na.rm = TRUE), sum(!results, na.rm = TRUE)))
cat(sprintf("; %d have numbers that R has not\n", sum(is.na(results))))
quit(status = as.integer(any(!results, na.rm = TRUE)))
