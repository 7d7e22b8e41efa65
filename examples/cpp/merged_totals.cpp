/*
 * Counts a string in a text that is split into several files at arbitrary places (as by `split`).
 * Each file is counted by a thread of its own, and the results are merged. A line or a string that
 * is cut by the end of a file is counted as one.
 *
 *     merged_totals STRING MIN FILE...
 *
 * Prints the number of hits, the most in one line, and the number of lines with at least MIN of
 * them. The exit status is 0 if there is such a line, 1 if there is none, 2 after an error.
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
    try {
        tally::Summary summary(counter);
        summary.feed_file(path);
        return summary;
    } catch (const tally::Error &error) {
        throw std::runtime_error(path + (": " + error.code().message()));
    }
}

tally::Totals count_files(const tally::Counter &counter, const std::vector<const char *> &paths) {
    /* All threads use the same counter; each has a summary of its own. */
    std::vector<std::future<tally::Summary>> parts;
    for (const char *path : paths) {
        parts.push_back(std::async(std::launch::async, count_file, std::cref(counter), path));
    }
    tally::Summary whole(counter);
    for (auto &part : parts) {
        whole.merge(part.get());
    }
    return whole.totals();
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 4) {
        std::cerr << "usage: merged_totals STRING MIN FILE...\n";
        return FAILED;
    }
    try {
        const tally::Counter counter(argv[1], parse_number(argv[2]), tally::Reset::newlines);
        const tally::Totals totals = count_files(counter, {argv + 3, argv + argc});
        std::cout << totals.count << " in all, at most " << totals.max_count << " in a line; "
                  << totals.matching_segments << " of " << totals.segments << " lines\n";
        return totals.matching_segments > 0 ? FOUND : NOT_FOUND;
    } catch (const std::exception &error) {
        std::cerr << "merged_totals: " << error.what() << '\n';
        return FAILED;
    }
}
