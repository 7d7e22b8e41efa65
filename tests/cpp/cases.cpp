/* Runs the cases of a file, tests/cases/counter.txt, which describes its format. */

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <tally.hpp>

#include "../c/check.h"
#include "text.hpp"

using tally::Counter, tally::Match, tally::Needle, tally::Reset, tally::Status, tally::Summary;

namespace {

struct Case {
    std::string name, needle_kind, needle, reset_name, resets, data;
    char32_t character = 0;
    std::uint64_t count = 0, max_count = 0;
};

Case test;
unsigned long cuts;

const char *name() {
    return test.name.c_str();
}

void parse_needle(std::string_view value) {
    for (const char *kind : {"char", "bytes", "any"}) {
        if (const auto rest = after_word(value, kind)) {
            test.needle_kind = kind;
            test.needle = parse_text(*rest);
        }
    }
    if (test.needle_kind == "char") {
        test.character = static_cast<char32_t>(std::stoul(test.needle, nullptr, 16));
    }
}

void parse_reset(std::string_view value) {
    if (const auto bytes = after_word(value, "bytes")) {
        test.reset_name.clear();
        test.resets = parse_text(*bytes);
        return;
    }
    test.reset_name = value;
    test.resets = value == "none"         ? ""
                  : value == "newlines"   ? "\n"
                  : value == "spaces"     ? " "
                  : value == "whitespace" ? " \t\n\v\f\r"
                                          : (stop(value), "");
}

Needle needle() {
    return test.needle_kind == "char"  ? Needle(test.character)
           : test.needle_kind == "any" ? Needle::any_of(test.needle)
                                       : Needle(test.needle);
}

Reset reset() {
    return test.reset_name == "none"         ? Reset::none
           : test.reset_name == "newlines"   ? Reset::newlines
           : test.reset_name == "spaces"     ? Reset::spaces
           : test.reset_name == "whitespace" ? Reset::whitespace
                                             : Reset(test.resets);
}

/* Finds all matches one by one, and `room` at a time. */
std::vector<Match> find_each(const Counter &counter, tally::Bytes data) {
    std::vector<Match> all;
    for (auto found = counter.find(data); found; found = counter.find(data, *found)) {
        all.push_back(*found);
    }
    return all;
}

std::vector<Match> find_many(const Counter &counter, tally::Bytes data, std::size_t room) {
    std::vector<Match> all, some(room);
    std::size_t found;
    do {
        found = counter.find_many(data, all.empty() ? nullptr : &all.back(), some.data(), room);
        all.insert(all.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(found));
    } while (found == room);
    return all;
}

tally::Totals expected_totals(std::uint64_t matching_segments) {
    const auto is_reset = [](char byte) { return test.resets.find(byte) != std::string::npos; };
    const auto resets = std::count_if(test.data.begin(), test.data.end(), is_reset);
    return {test.data.size(), test.count, test.max_count, static_cast<std::uint64_t>(resets) + 1,
            matching_segments};
}

/* The data fed in two chunks, and merged from two parts: cut at every offset; in long data, at all
 * offsets near its ends, and at 50 between. */
void check_cuts(const Counter &counter, const std::vector<Match> &matches) {
    tally::Stream stream(counter);
    Summary left(counter), right(counter);
    const std::string &data = test.data;
    const Match *first = matches.empty() ? nullptr : &matches.front();
    for (std::size_t cut = 0; cut <= data.size();
         cut += cut < 300 || cut + 300 > data.size() ? 1 : 1 + data.size() / 50) {
        /* In memory of their own, so that the sanitizer sees every read outside. */
        const std::vector<char> a(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cut));
        const std::vector<char> b(data.begin() + static_cast<std::ptrdiff_t>(cut), data.end());
        CHECK(stream.feed(a) == (first && first->end <= cut), name());
        CHECK(stream.feed(b) == (first != nullptr), name());
        CHECK(stream.matched() == (first != nullptr), name());
        const std::optional<Match> match = stream.first_match();
        CHECK(match.has_value() == (first != nullptr) && (!match || *match == *first), name());
        stream.reset();

        left.feed(a);
        left = Summary::load(counter, left.save());
        right.feed(b);
        try {
            left.merge(Summary::load(counter, right.save()));
        } catch (const tally::Error &error) {
            CHECK(error.status() == Status::overlap, name());
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
    std::uint64_t min_number = 0, matching_segments = 0;
    fields >> min_number >> matching_segments;
    const Counter counter(needle(), min_number, reset());
    const std::vector<char> data(test.data.begin(), test.data.end());
    CHECK(counter.has_count(data) == (matching_segments > 0), name());
    CHECK(counter.count(data) == test.count, name());
    CHECK(counter.max_count(data) == test.max_count, name());
    CHECK(counter.matching_segments(data) == matching_segments, name());
    CHECK(counter.has_count_threads(data, 2) == (matching_segments > 0), name());
    CHECK(counter.count_threads(data, 2) == test.count, name());
    CHECK(counter.max_count_threads(data, 2) == test.max_count, name());
    CHECK(counter.matching_segments_threads(data, 2) == matching_segments, name());

    /* The same question with options, and with the bytes of a named reset. */
    tally::CounterOptions options{needle()};
    options.condition = tally::Condition::at_least(min_number);
    options.reset = test.resets;
    CHECK(Counter(options).matching_segments(data) == matching_segments, name());

    const tally::Matches matches = counter.matches(data);
    const std::vector<Match> all(matches.begin(), matches.end());
    CHECK(all.size() == matching_segments, name());
    CHECK(find_each(counter, data) == all, name());
    CHECK(find_many(counter, data, 3) == all, name());
    CHECK(find_many(counter, data, 100) == all, name());
    CHECK(counter.find_threads(data, 2) == counter.find(data), name());
    std::size_t given = 0;
    std::string field;
    while (fields >> field && field != "...") {
        Match match{0, 0, 0, min_number};
        char colon;
        std::istringstream(field) >> match.segment >> colon >> match.start >> colon >> match.end;
        CHECK(given < all.size() && all[given] == match, name());
        given++;
    }
    CHECK(field == "..." || given == all.size(), name());
    check_cuts(counter, all);
}

void check_error() {
    Status status = Status::ok;
    try {
        Counter(needle(), 1, reset());
    } catch (const tally::Error &error) {
        status = error.status();
    }
    CHECK(status == (test.needle.empty() ? Status::invalid_argument : Status::reset_in_needle),
          name());
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
        } else if ((value = after_word(line, "needle"))) {
            parse_needle(*value);
        } else if ((value = after_word(line, "reset"))) {
            parse_reset(*value);
        } else if ((value = after_word(line, "data"))) {
            test.data = parse_text(*value);
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
    CHECK(cases > 70, "the file is complete");
    std::printf("%u cases, cut %lu times, on %s\n", cases, cuts, tally::backend());
    return report("C++ cases");
}
