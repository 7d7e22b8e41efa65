/* The part of tally.R that has to be C: R's values in, R's values out. Built by
 *
 *     PKG_LIBS=-ltally R CMD SHLIB tally.c
 *
 * A handle is an external pointer whose finalizer frees it. R has no 64-bit integers: counts and
 * offsets are doubles, exact up to 2^53. */

#include <stdint.h>
#include <string.h>

#define R_NO_REMAP
#include <R.h>
#include <R_ext/Rdynload.h>
#include <Rinternals.h>

#include <tally.h>

enum { ROOM = 64 };

/* Ends the call as an R condition of the class tally_error; see tally.R. */
static void check(tally_status status) {
    if (status == TALLY_OK) {
        return;
    }
    SEXP call = PROTECT(Rf_lang3(Rf_install("tally_stop"), Rf_ScalarInteger(status),
                                 Rf_mkString(tally_status_message(status))));
    Rf_eval(call, R_GlobalEnv);
    UNPROTECT(1); /* Not reached. */
}

/* NULL, which the library refuses, for a handle that was freed or comes from a saved session. */
static void *handle(SEXP pointer, const char *type) {
    if (TYPEOF(pointer) != EXTPTRSXP || R_ExternalPtrTag(pointer) != Rf_install(type)) {
        Rf_error("not a %s", type);
    }
    return R_ExternalPtrAddr(pointer);
}

static SEXP hold(void *made, const char *type, R_CFinalizer_t finalizer) {
    SEXP pointer = PROTECT(R_MakeExternalPtr(made, Rf_install(type), R_NilValue));
    R_RegisterCFinalizerEx(pointer, finalizer, TRUE);
    UNPROTECT(1);
    return pointer;
}

static void free_counter(SEXP pointer) {
    tally_counter_free(R_ExternalPtrAddr(pointer));
    R_ClearExternalPtr(pointer);
}

static void free_stream(SEXP pointer) {
    tally_stream_free(R_ExternalPtrAddr(pointer));
    R_ClearExternalPtr(pointer);
}

static void free_summary(SEXP pointer) {
    tally_summary_free(R_ExternalPtrAddr(pointer));
    R_ClearExternalPtr(pointer);
}

/* needle and reset are raw vectors, the others numbers. */
SEXP r_tally_counter(SEXP needle, SEXP kind, SEXP character, SEXP min_number, SEXP named_reset,
                     SEXP reset) {
    tally_counter_options options;
    tally_counter *counter;
    const double number = Rf_asReal(min_number);
    if (!(number >= 0 && number <= 9007199254740992.0)) {
        Rf_error("the number is not from 0 to 2^53");
    }
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.needle = RAW(needle);
    options.needle_len = (size_t)XLENGTH(needle);
    options.needle_kind = (uint32_t)Rf_asInteger(kind);
    options.character = (uint32_t)Rf_asInteger(character);
    options.min_number = (uint64_t)number;
    options.named_reset = (tally_reset)Rf_asInteger(named_reset);
    options.reset = RAW(reset);
    options.reset_len = (size_t)XLENGTH(reset);
    check(tally_counter_new_with(&options, &counter));
    return hold(counter, "tally_counter", free_counter);
}

SEXP r_tally_has_count(SEXP counter, SEXP data) {
    bool matched;
    check(tally_counter_has_count(handle(counter, "tally_counter"), RAW(data),
                                  (size_t)XLENGTH(data), &matched));
    return Rf_ScalarLogical(matched);
}

SEXP r_tally_count(SEXP counter, SEXP data) {
    uint64_t count;
    check(tally_counter_count(handle(counter, "tally_counter"), RAW(data), (size_t)XLENGTH(data),
                              &count));
    return Rf_ScalarReal((double)count);
}

SEXP r_tally_max_count(SEXP counter, SEXP data) {
    uint64_t count;
    check(tally_counter_max_count(handle(counter, "tally_counter"), RAW(data),
                                  (size_t)XLENGTH(data), &count));
    return Rf_ScalarReal((double)count);
}

SEXP r_tally_matching_segments(SEXP counter, SEXP data) {
    uint64_t segments;
    check(tally_counter_matching_segments(handle(counter, "tally_counter"), RAW(data),
                                          (size_t)XLENGTH(data), &segments));
    return Rf_ScalarReal((double)segments);
}

/* All matches as a matrix of four rows, a column for each match. */
SEXP r_tally_matches(SEXP counter, SEXP data) {
    const tally_counter *of = handle(counter, "tally_counter");
    const size_t len = (size_t)XLENGTH(data);
    tally_match room[ROOM];
    uint64_t segments;
    size_t found, at = 0;
    check(tally_counter_matching_segments(of, RAW(data), len, &segments));
    if (segments > INT_MAX) {
        Rf_error("more matches than a matrix has columns");
    }
    SEXP matrix = PROTECT(Rf_allocMatrix(REALSXP, 4, (int)segments));
    double *numbers = REAL(matrix);
    while (at < segments) {
        check(tally_counter_find(of, RAW(data), len, at > 0 ? &room[ROOM - 1] : NULL, room, ROOM,
                                 &found));
        for (size_t i = 0; i < found; i++, at++) {
            numbers[4 * at] = (double)room[i].segment;
            numbers[4 * at + 1] = (double)room[i].start;
            numbers[4 * at + 2] = (double)room[i].end;
            numbers[4 * at + 3] = (double)room[i].count;
        }
    }
    UNPROTECT(1);
    return matrix;
}

/* For each string of a character vector, in one call of the library. NA stays NA. */
SEXP r_tally_has_counts(SEXP counter, SEXP strings) {
    const R_xlen_t number = XLENGTH(strings);
    size_t len = 0, at = 0;
    size_t *lens = (size_t *)R_alloc((size_t)number, sizeof *lens);
    bool *matched = (bool *)R_alloc((size_t)number, sizeof *matched);
    for (R_xlen_t i = 0; i < number; i++) {
        lens[i] = (size_t)LENGTH(STRING_ELT(strings, i));
        len += lens[i];
    }
    char *data = R_alloc(len, 1);
    for (R_xlen_t i = 0; i < number; i++) {
        memcpy(data + at, CHAR(STRING_ELT(strings, i)), lens[i]);
        at += lens[i];
    }
    check(tally_counter_has_counts(handle(counter, "tally_counter"), data, len, lens,
                                   (size_t)number, matched));
    SEXP answers = PROTECT(Rf_allocVector(LGLSXP, number));
    for (R_xlen_t i = 0; i < number; i++) {
        LOGICAL(answers)[i] = STRING_ELT(strings, i) == NA_STRING ? NA_LOGICAL : matched[i];
    }
    UNPROTECT(1);
    return answers;
}

SEXP r_tally_stream(SEXP counter) {
    tally_stream *stream;
    check(tally_stream_new(handle(counter, "tally_counter"), &stream));
    return hold(stream, "tally_stream", free_stream);
}

SEXP r_tally_stream_feed(SEXP stream, SEXP data) {
    bool matched;
    check(tally_stream_feed(handle(stream, "tally_stream"), RAW(data), (size_t)XLENGTH(data),
                            &matched));
    return Rf_ScalarLogical(matched);
}

SEXP r_tally_stream_feed_file(SEXP stream, SEXP path) {
    bool matched;
    check(tally_stream_feed_file(handle(stream, "tally_stream"),
                                 R_ExpandFileName(CHAR(STRING_ELT(path, 0))), NULL, &matched));
    return Rf_ScalarLogical(matched);
}

/* Four numbers, or NULL. */
SEXP r_tally_stream_match(SEXP stream) {
    tally_match match;
    bool matched;
    check(tally_stream_match(handle(stream, "tally_stream"), &match, &matched));
    if (!matched) {
        return R_NilValue;
    }
    SEXP numbers = PROTECT(Rf_allocVector(REALSXP, 4));
    REAL(numbers)[0] = (double)match.segment;
    REAL(numbers)[1] = (double)match.start;
    REAL(numbers)[2] = (double)match.end;
    REAL(numbers)[3] = (double)match.count;
    UNPROTECT(1);
    return numbers;
}

SEXP r_tally_summary(SEXP counter) {
    tally_summary *summary;
    check(tally_summary_new(handle(counter, "tally_counter"), &summary));
    return hold(summary, "tally_summary", free_summary);
}

SEXP r_tally_summary_feed(SEXP summary, SEXP data) {
    check(tally_summary_feed(handle(summary, "tally_summary"), RAW(data), (size_t)XLENGTH(data)));
    return R_NilValue;
}

SEXP r_tally_summary_feed_file(SEXP summary, SEXP path) {
    check(tally_summary_feed_file(handle(summary, "tally_summary"),
                                  R_ExpandFileName(CHAR(STRING_ELT(path, 0))), NULL));
    return R_NilValue;
}

SEXP r_tally_summary_merge(SEXP left, SEXP right) {
    check(tally_summary_merge(handle(left, "tally_summary"), handle(right, "tally_summary")));
    return R_NilValue;
}

SEXP r_tally_summary_totals(SEXP summary) {
    tally_totals totals;
    check(tally_summary_totals(handle(summary, "tally_summary"), &totals));
    SEXP numbers = PROTECT(Rf_allocVector(REALSXP, 5));
    REAL(numbers)[0] = (double)totals.bytes;
    REAL(numbers)[1] = (double)totals.count;
    REAL(numbers)[2] = (double)totals.max_count;
    REAL(numbers)[3] = (double)totals.segments;
    REAL(numbers)[4] = (double)totals.matching_segments;
    UNPROTECT(1);
    return numbers;
}
