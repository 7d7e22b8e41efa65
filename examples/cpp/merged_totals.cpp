/*
 * Counts something in a text that lies in several files, cut anywhere (as by `split`), or in
 * several logs one behind the other: all files at the same time, each by a thread of its own, and
 * then merged. What a cut splits, a line or the string itself, is counted as one.
 *
 *     merged_totals WHAT MIN FILE...
 *
 * WHAT is one character or a string. Prints how often it occurs, the most in one line, and how many
 * lines have MIN of them or more. The exit status is 0 if there is such a line, 1 if there is none,
 * 2 after an error.
 */

#include <charconv>
#include <cstdint>
#include <functional>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tally.hpp>

namespace {

enum { FOUND = 0, NOT_FOUND = 1, FAILED = 2 };

std::uint64_t parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const char *end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end) {
        throw std::invalid_argument(std::string(text) + ": not a number");
    }
    return number;
}

tally::Summary count_file(const tally::Counter &counter, const char *path) {
    tally::Summary summary = counter.summary();
    summary.feed_file(path);
    return summary;
}

tally::Totals count_files(const tally::Counter &counter, const std::vector<const char *> &paths) {
    /* Any number of threads may share a counter. */
    std::vector<std::future<tally::Summary>> parts;
    for (const char *path : paths) {
        parts.push_back(std::async(std::launch::async, count_file, std::cref(counter), path));
    }
    tally::Summary whole = counter.summary();
    for (auto &part : parts) {
        whole.merge(part.get());
    }
    return whole.totals();
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 4) {
        std::cerr << "usage: merged_totals WHAT MIN FILE...\n";
        return FAILED;
    }
    try {
        const tally::Counter counter(argv[1], parse_number(argv[2]), tally::Reset::newlines);
        const tally::Totals totals = count_files(counter, {argv + 3, argv + argc});
        std::cout << totals.count << " in all, at most " << totals.max_count << " in a line; "
                  << totals.segments_reached << " lines of " << totals.segments << '\n';
        return totals.segments_reached > 0 ? FOUND : NOT_FOUND;
    } catch (const std::exception &error) {
        std::cerr << "merged_totals: " << error.what() << '\n';
        return FAILED;
    }
}
