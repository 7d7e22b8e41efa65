/* Runs the cases of a file (tests/cases/counter.txt, which says how it is written). */

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <tally.hpp>

#include "../c/check.h"

namespace {

[[noreturn]] void stop(std::string_view line) {
    std::fprintf(stderr, "cases: cannot read: %.*s\n", static_cast<int>(line.size()), line.data());
    std::exit(2);
}

/* What a TEXT stands for. */
std::string text(std::string_view from) {
    std::string bytes;
    while (!from.empty()) {
        std::size_t taken = 1;
        if (from.substr(0, 2) == "\\n") {
            bytes += '\n';
            taken = 2;
        } else if (from.substr(0, 2) == "\\x") {
            bytes += static_cast<char>(std::stoul(std::string(from.substr(2, 2)), nullptr, 16));
            taken = 4;
        } else if (from.front() == '{') {
            const std::size_t space = from.find(' '), close = from.find('}');
            if (space > close || close == from.npos) {
                stop(from);
            }
            const std::string piece = text(from.substr(space + 1, close - space - 1));
            for (auto times = std::stoul(std::string(from.substr(1))); times > 0; times--) {
                bytes += piece;
            }
            taken = close + 1;
        } else {
            bytes += from.front();
        }
        from.remove_prefix(taken);
    }
    return bytes;
}

/* What follows `word` and a space in `line`, if it starts so. */
std::optional<std::string_view> after_word(std::string_view line, std::string_view word) {
    if (line.substr(0, word.size()) != word ||
        (line.size() > word.size() && line[word.size()] != ' ')) {
        return std::nullopt;
    }
    return line.substr(std::min(line.size(), word.size() + 1));
}

struct Case {
    std::string name, what_kind, what, reset_name, resets, data;
    char32_t character = 0;
    std::uint64_t count = 0, max_count = 0;
};

Case test;
unsigned long cuts;

const char *name() {
    return test.name.c_str();
}

void parse_what(std::string_view value) {
    for (const char *kind : {"char", "bytes", "any"}) {
        if (const auto rest = after_word(value, kind)) {
            test.what_kind = kind;
            test.what = text(*rest);
        }
    }
    if (test.what_kind == "char") {
        test.character = static_cast<char32_t>(std::stoul(test.what, nullptr, 16));
    }
}

void parse_reset(std::string_view value) {
    if (const auto bytes = after_word(value, "bytes")) {
        test.reset_name.clear();
        test.resets = text(*bytes);
        return;
    }
    test.reset_name = value;
    test.resets = value == "none"         ? ""
                  : value == "newlines"   ? "\n"
                  : value == "spaces"     ? " "
                  : value == "whitespace" ? " \t\n\v\f\r"
                                          : (stop(value), "");
}

tally::Counter new_counter(std::uint64_t min_number) {
    const tally::What what = test.what_kind == "char"  ? tally::What(test.character)
                             : test.what_kind == "any" ? tally::any_of(test.what)
                                                       : tally::What(test.what);
    const tally::Reset reset = test.reset_name == "none"         ? tally::Reset::none
                               : test.reset_name == "newlines"   ? tally::Reset::newlines
                               : test.reset_name == "spaces"     ? tally::Reset::spaces
                               : test.reset_name == "whitespace" ? tally::Reset::whitespace
                                                                 : tally::Reset(test.resets);
    return tally::Counter(what, min_number, reset);
}

/* Finds all matches one by one, and `room` at a time. */
std::vector<tally::Match> find_each(const tally::Counter &counter, tally::Bytes data) {
    std::vector<tally::Match> all;
    for (auto found = counter.find(data); found; found = counter.find(data, *found)) {
        all.push_back(*found);
    }
    return all;
}

std::vector<tally::Match> find_many(const tally::Counter &counter, tally::Bytes data,
                                    std::size_t room) {
    std::vector<tally::Match> all, some(room);
    std::size_t found;
    do {
        found = counter.find_many(data, all.empty() ? nullptr : &all.back(), some.data(), room);
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(found));
    } while (found == room);
    return all;
}

tally::Totals expected_totals(std::uint64_t segments_reached) {
    std::uint64_t segments = 1;
    for (const char byte : test.data) {
        segments += test.resets.find(byte) != std::string::npos;
    }
    return {test.data.size(), test.count, test.max_count, segments, segments_reached};
}

/* The data fed in two chunks, and merged from two parts, wherever it can be cut (in long data, near
 * its ends and here and there). */
void check_cuts(const tally::Counter &counter, const std::vector<tally::Match> &matches) {
    tally::Stream stream = counter.stream();
    tally::Summary left = counter.summary(), right = counter.summary();
    const std::string &data = test.data;
    const tally::Match *first = matches.empty() ? nullptr : &matches.front();
    for (std::size_t cut = 0; cut <= data.size();
         cut += cut < 300 || cut + 300 > data.size() ? 1 : 1 + data.size() / 50) {
        /* Memory of their own, with nothing around it. */
        const std::vector<char> a(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cut));
        const std::vector<char> b(data.begin() + static_cast<std::ptrdiff_t>(cut), data.end());
        CHECK(stream.feed(a) == (first && first->end <= cut), name());
        CHECK(stream.feed(b) == (first != nullptr), name());
        CHECK(stream.reached() == (first != nullptr), name());
        const std::optional<tally::Match> match = stream.match();
        CHECK(match.has_value() == (first != nullptr) && (!match || *match == *first), name());
        stream.reset();

        left.feed(a);
        left = tally::Summary::load(counter, left.save());
        right.feed(b);
        try {
            left.merge(tally::Summary::load(counter, right.save()));
        } catch (const tally::Error &error) {
            CHECK(error.status() == tally::Status::overlap, name());
            left.feed(b);
        }
        CHECK(left.totals() == expected_totals(matches.size()), name());
        left.reset();
        right.reset();
        cuts++;
    }
}

void check_at(const std::string &line) {
    std::istringstream fields(line);
    std::uint64_t min_number = 0, segments_reached = 0;
    fields >> min_number >> segments_reached;
    const tally::Counter counter = new_counter(min_number);
    const std::vector<char> data(test.data.begin(), test.data.end());
    CHECK(counter.has_count(data) == (segments_reached > 0), name());
    CHECK(counter.count(data) == test.count, name());
    CHECK(counter.max_count(data) == test.max_count, name());
    CHECK(counter.segments_reached(data) == segments_reached, name());
    CHECK(counter.has_count_threads(data, 2) == (segments_reached > 0), name());
    CHECK(counter.count_threads(data, 2) == test.count, name());
    CHECK(counter.max_count_threads(data, 2) == test.max_count, name());
    CHECK(counter.segments_reached_threads(data, 2) == segments_reached, name());

    const auto all = counter.find_all(data);
    CHECK(all.size() == segments_reached, name());
    CHECK(find_each(counter, data) == all, name());
    CHECK(find_many(counter, data, 3) == all, name());
    CHECK(find_many(counter, data, 100) == all, name());
    CHECK(counter.find_threads(data, 2) == counter.find(data), name());
    std::size_t given = 0;
    std::string field;
    while (fields >> field && field != "...") {
        tally::Match match;
        char colon;
        std::istringstream(field) >> match.segment >> colon >> match.start >> colon >> match.end;
        CHECK(given < all.size() && all[given] == match, name());
        given++;
    }
    CHECK(field == "..." || given == all.size(), name());
    check_cuts(counter, all);
}

void check_error() {
    tally::Status status = tally::Status::ok;
    try {
        (void)new_counter(1);
    } catch (const tally::Error &error) {
        status = error.status();
    }
    CHECK(status == tally::Status::invalid_argument, name());
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: cases FILE\n");
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    unsigned cases = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        } else if (auto value = after_word(line, "case")) {
            test.name = *value;
            cases++;
        } else if ((value = after_word(line, "what"))) {
            parse_what(*value);
        } else if ((value = after_word(line, "reset"))) {
            parse_reset(*value);
        } else if ((value = after_word(line, "data"))) {
            test.data = text(*value);
        } else if ((value = after_word(line, "count"))) {
            test.count = std::stoull(std::string(*value));
        } else if ((value = after_word(line, "max"))) {
            test.max_count = std::stoull(std::string(*value));
        } else if ((value = after_word(line, "at"))) {
            check_at(std::string(*value));
        } else if (after_word(line, "error")) {
            check_error();
        } else {
            stop(line);
        }
    }
    CHECK(cases > 70, "the file is cut short");
    std::printf("%u cases, cut %lu times, on %s\n", cases, cuts, tally::backend());
    return report("C++ cases");
}
