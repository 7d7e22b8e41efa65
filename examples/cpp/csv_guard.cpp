/*
 * Rejects a file (CSV, a log) that has a line with too many separators, before a parser reads it.
 * The file may have any size: it is read in chunks, and no further than the first chunk in which a
 * line has too many.
 *
 *     csv_guard FILE SEPARATOR MOST
 *
 * FILE is a path, or - for standard input. SEPARATOR is one byte other than a newline, or \t for a
 * tab. If no line has more than MOST separators, the guard prints nothing and exits with 0.
 * Otherwise it prints the line and the column (in bytes, from 1) of the first separator too many,
 * and exits with 1. After an error it exits with 2. On a terminal it shows its progress.
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

enum { ACCEPTED = 0, REJECTED = 1, FAILED = 2 };

char parse_separator(std::string_view text) {
    if (text == "\\t") {
        return '\t';
    }
    if (text.size() != 1 || text[0] == '\n') {
        throw std::invalid_argument("the separator is one byte other than a newline");
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

/* Shows the progress on a line of the terminal, and clears the line in the end. */
class ProgressLine {
public:
    ProgressLine() = default;
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    ~ProgressLine() {
        if (is_shown_) {
            std::fputs("\r\033[K", stderr);
        }
    }

    bool operator()(std::uint64_t done, std::uint64_t total) {
        std::fprintf(stderr, "\r%llu MiB", static_cast<unsigned long long>(done >> 20));
        if (total > 0) {
            std::fprintf(stderr, " of %llu", static_cast<unsigned long long>(total >> 20));
        }
        is_shown_ = true;
        return true;
    }

private:
    bool is_shown_ = false;
};

/* The first line that has more than `most` separators. */
std::optional<tally::Match> find(const std::string &path, char separator, std::uint64_t most) {
    /* "More than most" is "at least most + 1". */
    tally::Stream stream(tally::Counter(separator, most + 1, tally::Reset::newlines));
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
    return stream.first_match();
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: csv_guard FILE SEPARATOR MOST\n";
        return FAILED;
    }
    const std::string path = argv[1];
    try {
        const std::uint64_t most = parse_most(argv[3]);
        if (const auto match = find(path, parse_separator(argv[2]), most)) {
            std::cerr << path << ':' << match->segment + 1 << ':' << match->end - match->start
                      << ": more than " << most << " separators\n";
            return REJECTED;
        }
        return ACCEPTED;
    } catch (const tally::Error &error) {
        std::cerr << "csv_guard: " << path << ": " << error.code().message() << '\n';
    } catch (const std::exception &error) {
        std::cerr << "csv_guard: " << error.what() << '\n';
    }
    return FAILED;
}
