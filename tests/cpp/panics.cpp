/* A panic inside any function of the library is an Error with Status::panic; the program and its
 * objects go on. For a library with the feature inject-panic. */

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <tally.hpp>

#include "../c/check.h"

/* Makes the next call of the function `name` on this thread panic. */
extern "C" void tally_inject_panic(const char *name);

using tally::Counter, tally::Match, tally::Reset, tally::Stream, tally::Summary;

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: panics FILE\n");
        return 2;
    }
    const std::string file = argv[1], text = "c\ncc\nccc";
    const std::size_t len = text.size();
    bool reached = false;
    std::uint64_t count = 0;
    const Counter counter('c', 2, Reset::newlines);
    Stream stream = counter.stream();
    Summary summary = counter.summary();
    stream.feed(text);
    summary.feed(text);
    const std::string state = summary.save();
    const std::vector<std::pair<const char *, std::function<void()>>> calls{
        {"tally_counter_new", [] { Counter(U'c', 2); }},
        {"tally_counter_new_bytes", [] { Counter("c", 2); }},
        {"tally_counter_new_any_of", [] { Counter(tally::any_of("c"), 2); }},
        {"tally_counter_has_count", [&] { (void)counter.has_count(text); }},
        {"tally_counter_find", [&] { (void)counter.find(text); }},
        {"tally_counter_find", [&] { (void)counter.find_all(text); }},
        {"tally_counter_find", [&] { (void)counter.matches(text).begin(); }},
        {"tally_counter_count", [&] { (void)counter.count(text); }},
        {"tally_counter_max_count", [&] { (void)counter.max_count(text); }},
        {"tally_counter_segments_reached", [&] { (void)counter.segments_reached(text); }},
        {"tally_counter_has_counts", [&] { counter.has_counts(text, &len, 1, &reached); }},
        {"tally_counter_counts", [&] { counter.counts(text, &len, 1, &count); }},
        {"tally_counter_max_counts", [&] { counter.max_counts(text, &len, 1, &count); }},
        {"tally_counter_has_count_threads", [&] { (void)counter.has_count_threads(text, 2); }},
        {"tally_counter_has_count_threads", [&] { (void)counter.find_threads(text, 2); }},
        {"tally_counter_count_threads", [&] { (void)counter.count_threads(text, 2); }},
        {"tally_counter_max_count_threads", [&] { (void)counter.max_count_threads(text, 2); }},
        {"tally_counter_segments_reached_threads",
         [&] { (void)counter.segments_reached_threads(text, 2); }},
        {"tally_stream_new", [&] { (void)counter.stream(); }},
        {"tally_stream_feed", [&] { stream.feed(text); }},
        {"tally_stream_feed_file", [&] { stream.feed_file(file); }},
        {"tally_stream_feed_fd", [&] { stream.feed_fd(0); }},
        {"tally_stream_match", [&] { (void)stream.match(); }},
        {"tally_stream_match", [&] { (void)stream.reached(); }},
        {"tally_stream_reset", [&] { stream.reset(); }},
        {"tally_summary_new", [&] { (void)counter.summary(); }},
        {"tally_summary_feed", [&] { summary.feed(text); }},
        {"tally_summary_feed_file", [&] { summary.feed_file(file); }},
        {"tally_summary_feed_fd", [&] { summary.feed_fd(0); }},
        {"tally_summary_merge", [&] { summary.merge(summary); }},
        {"tally_summary_totals", [&] { (void)summary.totals(); }},
        {"tally_summary_state_size", [&] { (void)summary.save(); }},
        {"tally_summary_save", [&] { (void)summary.save(); }},
        {"tally_summary_load", [&] { (void)Summary::load(counter, state); }},
        {"tally_summary_reset", [&] { summary.reset(); }},
    };
    for (const auto &[name, call] : calls) {
        tally_inject_panic(name);
        tally::Status status = tally::Status::ok;
        try {
            call();
        } catch (const tally::Error &error) {
            status = error.status();
        }
        CHECK(status == tally::Status::panic, name);
        CHECK(counter.count(text) == 6, name);
        CHECK((stream.match() == Match{1, 2, 4}), name);
        CHECK((summary.totals() == tally::Totals{8, 6, 3, 3, 2}), name);
    }
    /* Within an iteration: the second time it asks for more. */
    const auto matches = counter.matches(text);
    auto at = matches.begin();
    tally_inject_panic("tally_counter_find");
    bool thrown = false;
    try {
        ++at;
    } catch (const tally::Error &error) {
        thrown = error.status() == tally::Status::panic;
    }
    CHECK(thrown && (*at == Match{1, 2, 4}), "iteration");
    ++at;
    CHECK((*at == Match{2, 5, 7}) && ++at == matches.end(), "it goes on");
    return report("C++ panics");
}
