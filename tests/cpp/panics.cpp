/* A panic in the library is an Error with Status::panic, and the program continues. An object in
 * which it happened is unusable until it is reset. For a library with the feature inject-panic. */

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

/* Makes the point `name` of the library panic, after it was passed `passes` times: the start of a
 * function, or a point inside the work. */
extern "C" void tally_inject_panic(const char *name, std::uint64_t passes);

using tally::Counter, tally::Match, tally::Needle, tally::ReadOptions, tally::Reset, tally::Status,
    tally::Stream, tally::Summary, tally::Totals;

namespace {

/* The data of all tests, and what is in it. */
const std::string text = "c\ncc\nccc";
const Match first{1, 2, 4, 2};
const Totals whole{8, 6, 3, 3, 2};

/* Enough for several threads, and for several strides of a stream or summary. */
const std::string long_text(16 << 20, 'x');

Counter new_counter() {
    return {'c', 2, Reset::newlines};
}

/* A panic at the start of any function leaves every object unchanged. */
void check_functions(const char *file) {
    const std::size_t len = text.size();
    bool matched = false;
    std::uint64_t count = 0;
    const Counter counter = new_counter();
    Stream stream(counter);
    Summary summary(counter);
    stream.feed(text);
    summary.feed(text);
    const std::string state = summary.save();
    /* A column of one null. */
    ArrowSchema schema{}, new_schema{};
    ArrowArray column{}, new_array{};
    schema.format = "n";
    schema.release = [](ArrowSchema *) {};
    column.length = 1;
    column.release = [](ArrowArray *) {};
    const std::uint32_t offsets32[] = {0, 1};
    const std::uint64_t offsets64[] = {0, 1};
    std::uint8_t bits = 0;
    std::int64_t column_count = 0;
    tally::Words words;
    words.feed("c c ");
    tally::TopWords top;
    top.feed("c c ");
    const std::vector<std::pair<const char *, std::function<void()>>> calls{
        {"tally_counter_new_with", [] { Counter('c', 2); }},
        {"tally_counter_has_count", [&] { (void)counter.has_count(text); }},
        {"tally_counter_find", [&] { (void)counter.find(text); }},
        {"tally_counter_find", [&] { (void)counter.matches(text).begin(); }},
        {"tally_counter_count", [&] { (void)counter.count(text); }},
        {"tally_counter_unclosed_quote", [&] { (void)counter.unclosed_quote(text); }},
        {"tally_counter_max_count", [&] { (void)counter.max_count(text); }},
        {"tally_counter_matching_segments", [&] { (void)counter.matching_segments(text); }},
        {"tally_counter_has_counts", [&] { counter.has_counts(text, &len, 1, &matched); }},
        {"tally_counter_counts", [&] { counter.counts(text, &len, 1, &count); }},
        {"tally_counter_max_counts", [&] { counter.max_counts(text, &len, 1, &count); }},
        {"tally_counter_offsets32_has_counts",
         [&] { counter.has_counts_by_offsets(text, offsets32, 1, &matched); }},
        {"tally_counter_offsets32_counts",
         [&] { counter.counts_by_offsets(text, offsets32, 1, &count); }},
        {"tally_counter_offsets32_max_counts",
         [&] { counter.max_counts_by_offsets(text, offsets32, 1, &count); }},
        {"tally_counter_offsets64_has_counts",
         [&] { counter.has_counts_by_offsets(text, offsets64, 1, &matched); }},
        {"tally_counter_offsets64_counts",
         [&] { counter.counts_by_offsets(text, offsets64, 1, &count); }},
        {"tally_counter_offsets64_max_counts",
         [&] { counter.max_counts_by_offsets(text, offsets64, 1, &count); }},
        {"tally_counter_column_has_counts",
         [&] { counter.column_has_counts(schema, column, &bits, nullptr, 1); }},
        {"tally_counter_column_counts",
         [&] { counter.column_counts(schema, column, &column_count, nullptr, 1); }},
        {"tally_counter_column_max_counts",
         [&] { counter.column_max_counts(schema, column, &column_count, nullptr, 1); }},
        {"tally_column_ask",
         [&] {
             const auto question = tally::Question::bytes(&column_count);
             tally::ask(schema, column, &question, 1, nullptr, 1);
         }},
        {"tally_counter_starting_segments", [&] { (void)counter.starting_segments(text); }},
        {"tally_counter_ending_segments", [&] { (void)counter.ending_segments(text); }},
        {"tally_words_feed_column", [&] { words.feed_column(schema, column); }},
        {"tally_top_feed_column", [&] { top.feed_column(schema, column); }},
        {"tally_summary_feed_column", [&] { summary.feed_column(schema, column); }},
        {"tally_results_export",
         [&] {
             tally::export_results(tally::Results::counts, &column_count, nullptr, 1, 0, new_schema,
                                   new_array);
         }},
        {"tally_counter_has_count_threads", [&] { (void)counter.has_count_threads(text, 2); }},
        {"tally_counter_has_count_threads", [&] { (void)counter.find_threads(text, 2); }},
        {"tally_counter_count_threads", [&] { (void)counter.count_threads(text, 2); }},
        {"tally_counter_max_count_threads", [&] { (void)counter.max_count_threads(text, 2); }},
        {"tally_counter_matching_segments_threads",
         [&] { (void)counter.matching_segments_threads(text, 2); }},
        {"tally_count_words", [] { (void)tally::count_words(text); }},
        {"tally_count_words_chunk", [] { tally::WordCounter().feed(text); }},
        {"tally_count_words_file", [&] { tally::WordCounter().feed_file(file); }},
        {"tally_count_words_fd", [] { tally::WordCounter().feed_fd(0); }},
        {"tally_words_new", [] { tally::Words{}; }},
        {"tally_words_new_with", [] { tally::Words{tally::WordsOptions{}}; }},
        {"tally_words_feed", [&] { words.feed(text); }},
        {"tally_words_feed_file", [&] { words.feed_file(file); }},
        {"tally_words_feed_fd", [&] { words.feed_fd(0); }},
        {"tally_words_finish", [&] { words.finish(); }},
        {"tally_words_total", [&] { (void)words.total(); }},
        {"tally_words_distinct", [&] { (void)words.distinct(); }},
        {"tally_words_bytes", [&] { (void)words.bytes(); }},
        {"tally_words_get", [&] { (void)words.get("c"); }},
        {"tally_words_top", [&] { (void)words.top(1); }},
        {"tally_words_list", [&] { (void)words.all(); }},
        {"tally_words_merge", [&] { words.merge(words); }},
        {"tally_words_state_size", [&] { (void)words.save(); }},
        {"tally_words_save", [&] { (void)words.save(); }},
        {"tally_words_load", [] { (void)tally::Words::load({}, "x"); }},
        {"tally_words_clear", [&] { words.clear(); }},
        {"tally_top_new", [] { tally::TopWords{}; }},
        {"tally_top_new_with", [] { tally::TopWords{tally::WordsOptions{}}; }},
        {"tally_top_feed", [&] { top.feed(text); }},
        {"tally_top_feed_file", [&] { top.feed_file(file); }},
        {"tally_top_feed_fd", [&] { top.feed_fd(0); }},
        {"tally_top_finish", [&] { top.finish(); }},
        {"tally_top_total", [&] { (void)top.total(); }},
        {"tally_top_skipped", [&] { (void)top.skipped(); }},
        {"tally_top_bytes", [&] { (void)top.bytes(); }},
        {"tally_top_held", [&] { (void)top.held(); }},
        {"tally_top_floor", [&] { (void)top.floor(); }},
        {"tally_top_get", [&] { (void)top.get("c"); }},
        {"tally_top_words", [&] { (void)top.words(1); }},
        {"tally_top_merge", [&] { top.merge(top); }},
        {"tally_top_state_size", [&] { (void)top.save(); }},
        {"tally_top_save", [&] { (void)top.save(); }},
        {"tally_top_load", [] { (void)tally::TopWords::load({}, "x"); }},
        {"tally_top_clear", [&] { top.clear(); }},
        {"tally_stream_new", [&] { Stream{counter}; }},
        {"tally_stream_feed", [&] { stream.feed(text); }},
        {"tally_stream_feed_file", [&] { stream.feed_file(file); }},
        {"tally_stream_feed_fd", [&] { stream.feed_fd(0); }},
        {"tally_stream_match", [&] { (void)stream.first_match(); }},
        {"tally_stream_match", [&] { (void)stream.matched(); }},
        {"tally_stream_find", [&] { (void)stream.find(text, nullptr, 0); }},
        {"tally_stream_finish", [&] { stream.finish(); }},
        {"tally_stream_unclosed_quote", [&] { (void)stream.unclosed_quote(); }},
        {"tally_stream_reset", [&] { stream.reset(); }},
        {"tally_summary_new", [&] { Summary{counter}; }},
        {"tally_summary_feed", [&] { summary.feed(text); }},
        {"tally_summary_feed_file", [&] { summary.feed_file(file); }},
        {"tally_summary_feed_fd", [&] { summary.feed_fd(0); }},
        {"tally_summary_merge", [&] { summary.merge(summary); }},
        {"tally_summary_unclosed_quote", [&] { (void)summary.unclosed_quote(); }},
        {"tally_summary_totals", [&] { (void)summary.totals(); }},
        {"tally_summary_state_size", [&] { (void)summary.save(); }},
        {"tally_summary_save", [&] { (void)summary.save(); }},
        {"tally_summary_load", [&] { (void)Summary::load(counter, state); }},
        {"tally_summary_reset", [&] { summary.reset(); }},
    };
    for (const auto &[name, call] : calls) {
        tally_inject_panic(name, 0);
        CHECK(status_of(call) == Status::panic, name);
        CHECK(counter.count(text) == whole.count, name);
        CHECK(stream.first_match() == first, name);
        CHECK(summary.totals() == whole, name);
        CHECK(words.get("c") == 2 && words.bytes() == 4, name);
    }
    /* In the second call of an iteration: it continues. */
    const auto matches = counter.matches(text);
    auto at = matches.begin();
    tally_inject_panic("tally_counter_find", 0);
    CHECK(status_of([&] { ++at; }) == Status::panic, "iteration");
    CHECK(*at == first, "iteration");
    ++at;
    CHECK((*at == Match{2, 5, 7, 2} && ++at == matches.end()), "iteration");
}

/* A panic on one of several threads is that of the call. The counter has not changed. */
void check_threads() {
    const Counter counter = new_counter();
    const std::vector<std::function<void()>> calls{
        [&] { (void)counter.has_count_threads(long_text, 2); },
        [&] { (void)counter.find_threads(long_text, 2); },
        [&] { (void)counter.count_threads(long_text, 2); },
        [&] { (void)counter.max_count_threads(long_text, 2); },
        [&] { (void)counter.matching_segments_threads(long_text, 2); },
    };
    for (const auto &call : calls) {
        for (const std::uint64_t passes : {0, 1}) {
            tally_inject_panic("worker", passes);
            CHECK(status_of(call) == Status::panic, "worker");
            CHECK(status_of(call) == Status::ok, "worker");
        }
    }
}

/* After a panic inside the work, a stream throws from every call until it is reset. */
void check_stream(const char *file) {
    const Counter counter = new_counter();
    Stream stream(counter);
    const auto check_broken = [&](const char *point, std::uint64_t passes, auto call) {
        stream.feed("c");
        tally_inject_panic(point, passes);
        CHECK(status_of(call) == Status::panic, point);
        /* Moving does not mend it. */
        Stream moved = std::move(stream);
        stream = std::move(moved);
        CHECK(status_of([&] { stream.feed(text); }) == Status::panic, point);
        CHECK(status_of([&] { stream.feed_file(file); }) == Status::panic, point);
        CHECK(status_of([&] { stream.feed_fd(0); }) == Status::panic, point);
        CHECK(status_of([&] { (void)stream.matched(); }) == Status::panic, point);
        CHECK(status_of([&] { (void)stream.first_match(); }) == Status::panic, point);
        stream.reset();
        CHECK(!stream.matched() && stream.feed(text), point);
        CHECK(stream.first_match() == first, point);
        stream.reset();
    };
    check_broken("advance", 0, [&] { stream.feed("x"); });
    check_broken("advance", 2, [&] { stream.feed(long_text); });
    check_broken("advance", 0, [&] { stream.feed_file(file); });
    check_broken("read", 0, [&] { stream.feed_file(file); });
    /* One that is not reset can be destroyed or assigned to. */
    Stream broken(counter), assigned(counter);
    tally_inject_panic("advance", 0);
    CHECK(status_of([&] { broken.feed("x"); }) == Status::panic, "destroyed");
    tally_inject_panic("advance", 0);
    CHECK(status_of([&] { assigned.feed("x"); }) == Status::panic, "assigned");
    assigned = Stream(counter);
    CHECK(assigned.feed("cc"), "assigned");
}

/* After a panic inside the work, a summary throws from every call until it is reset. */
void check_summary(const char *file, const char *long_file) {
    const Counter counter = new_counter();
    Summary summary(counter), other(counter);
    other.feed(text);
    ReadOptions threads;
    threads.threads = 2;
    const auto check_broken = [&](const char *point, std::uint64_t passes, auto call) {
        summary.feed("c");
        tally_inject_panic(point, passes);
        CHECK(status_of(call) == Status::panic, point);
        Summary moved = std::move(summary);
        summary = std::move(moved);
        CHECK(status_of([&] { summary.feed(text); }) == Status::panic, point);
        CHECK(status_of([&] { summary.feed_file(file); }) == Status::panic, point);
        CHECK(status_of([&] { summary.feed_fd(0); }) == Status::panic, point);
        CHECK(status_of([&] { (void)summary.totals(); }) == Status::panic, point);
        CHECK(status_of([&] { (void)summary.save(); }) == Status::panic, point);
        CHECK(status_of([&] { summary.merge(Summary(counter)); }) == Status::panic, point);
        CHECK(status_of([&] { other.merge(summary); }) == Status::panic, point);
        CHECK(other.totals() == whole, "the other side of a merge");
        summary.reset();
        summary.feed(text);
        CHECK(summary.totals() == whole, point);
        summary.reset();
    };
    check_broken("feed", 0, [&] { summary.feed("x"); });
    check_broken("feed", 2, [&] { summary.feed(long_text); });
    check_broken("feed", 0, [&] { summary.feed_file(file); });
    check_broken("read", 0, [&] { summary.feed_file(file); });
    check_broken("worker", 0, [&] { summary.feed_file(long_file, threads); });
    check_broken("worker", 1, [&] { summary.feed_file(long_file, threads); });
    check_broken("merge", 0, [&] { summary.merge(summary); });
    check_broken("merge", 0, [&] { summary.merge(other); });
    check_broken("merged", 0, [&] { summary.merge(other); });
}

/* An exception of a callback is no panic: the object stays usable. */
void check_callback(const char *file) {
    Summary summary(new_counter());
    ReadOptions options;
    options.progress = [](auto, auto) -> bool { throw tally::Error(Status::panic); };
    CHECK(status_of([&] { summary.feed_file(file, options); }) == Status::panic, "callback");
    CHECK(status_of([&] { (void)summary.totals(); }) == Status::ok, "callback");
}

} // namespace

/* FILE is any file that is not empty, LONG one of 8 MiB or more. */
int main(int argc, char **argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: panics FILE LONG\n");
        return 2;
    }
    check_functions(argv[1]);
    check_threads();
    check_stream(argv[1]);
    check_summary(argv[1], argv[2]);
    check_callback(argv[1]);
    return report("C++ panics");
}
