/*
 * Refuses a file (CSV, a log) with a line of too many separators, before a parser sees it. The file
 * may be of any size: it is read in chunks, and no further than to the first separator too many.
 *
 *     csv_guard FILE SEPARATOR MOST
 *
 * FILE is a path, or - for standard input; SEPARATOR is one byte, or \t for a tab. The guard is
 * silent and exits with 0 if no line has more than MOST of them; else it names the first such line
 * and the column (in bytes, from 1) of the first separator too many, and exits with 1. After an
 * error it exits with 2. On a terminal it shows how far it is.
 */

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iostream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <unistd.h>

#include <tally.hpp>

namespace {

enum { ACCEPTED = 0, REFUSED = 1, FAILED = 2 };

char parse_separator(std::string_view text) {
    if (text == "\\t") {
        return '\t';
    }
    if (text.size() != 1 || text[0] == '\n') {
        throw std::invalid_argument("the separator is one byte, and not a newline");
    }
    return text[0];
}

std::uint64_t parse_most(std::string_view text) {
    std::uint64_t number = 0;
    const char *end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end ||
        number == std::numeric_limits<std::uint64_t>::max()) {
        throw std::invalid_argument(std::string(text) + ": not a number, or too large");
    }
    return number;
}

/* How far it is, on a line that is gone in the end. */
class ProgressLine {
public:
    ProgressLine() = default;
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    ~ProgressLine() {
        if (shown_) {
            std::fputs("\r\033[K", stderr);
        }
    }

    void operator()(std::uint64_t done, std::uint64_t total) {
        std::fprintf(stderr, "\r%llu MiB", static_cast<unsigned long long>(done >> 20));
        if (total > 0) {
            std::fprintf(stderr, " of %llu", static_cast<unsigned long long>(total >> 20));
        }
        shown_ = true;
    }

private:
    bool shown_ = false;
};

/* Whether a line has more than `most` separators, and where. */
std::optional<tally::Match> find(const std::string &path, char separator, std::uint64_t most) {
    /* One more than the most is the one too many. */
    tally::Stream stream = tally::Counter(separator, most + 1, tally::Reset::newlines).stream();
    ProgressLine line;
    tally::ReadOptions options;
    if (isatty(STDERR_FILENO)) {
        options.progress = std::ref(line);
    }
    if (path == "-") {
        stream.feed_fd(STDIN_FILENO, options);
    } else {
        stream.feed_file(path, options);
    }
    return stream.match();
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: csv_guard FILE SEPARATOR MOST\n";
        return FAILED;
    }
    try {
        const std::string path = argv[1];
        const std::uint64_t most = parse_most(argv[3]);
        if (const auto match = find(path, parse_separator(argv[2]), most)) {
            std::cerr << path << ':' << match->segment + 1 << ':' << match->end - match->start
                      << ": more than " << most << " separators\n";
            return REFUSED;
        }
        return ACCEPTED;
    } catch (const std::exception &error) {
        std::cerr << "csv_guard: " << error.what() << '\n';
        return FAILED;
    }
}
