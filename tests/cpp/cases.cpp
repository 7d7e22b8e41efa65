/* Runs the cases of files: tests/cases/counter.txt and records.txt, which describe their format. */

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <tally.hpp>

#include "../c/check.h"
#include "text.hpp"

using tally::Counter, tally::Condition, tally::Match, tally::Needle, tally::Quotes, tally::Reset;
using tally::Status, tally::Stream, tally::Summary;

namespace {

struct Case {
    std::string name, needle_kind, needle, reset_name, resets, data;
    char32_t character = 0;
    std::uint64_t count = 0, max_count = 0;
    bool skip_empty = false, skip_last_empty = false;
    std::string quote_rule, delimiters, closing;
    char quote = '"', escape = '\0';
    /* Where the quote was opened that is open at the end. */
    std::optional<std::uint64_t> unclosed;
    /* The lines that start with edges, without that word. */
    std::vector<std::string> edges;
    /* The lines that start with at, outside and within. */
    std::vector<std::string> questions;
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

void parse_quotes(const std::string &value) {
    std::istringstream words(value);
    std::string word, text;
    words >> test.quote_rule;
    if (test.quote_rule != "fields" && test.quote_rule != "anywhere") {
        stop(value);
    }
    while (words >> word >> text) {
        const std::string bytes = parse_text(text);
        if (word == "delimiters") {
            test.delimiters = bytes;
        } else if (word == "quote") {
            test.quote = bytes.at(0);
        } else if (word == "escape") {
            test.escape = bytes.at(0);
        } else {
            stop(value);
        }
    }
}

bool has_options() {
    return test.skip_empty || test.skip_last_empty || !test.quote_rule.empty() ||
           !test.closing.empty();
}

/* The options of the case, with the bytes of a named reset. */
tally::CounterOptions options(Condition condition) {
    tally::CounterOptions options{needle()};
    options.condition = condition;
    options.reset = test.resets;
    options.skip_empty = test.skip_empty;
    options.skip_last_empty = test.skip_last_empty;
    if (test.quote_rule == "fields") {
        options.quotes = Quotes::fields(test.quote, test.escape, test.delimiters);
    } else if (test.quote_rule == "anywhere") {
        options.quotes = Quotes::anywhere(test.quote, test.escape);
    }
    options.closing = test.closing;
    return options;
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
    auto segments = static_cast<std::uint64_t>(resets) + 1;
    if (!test.quote_rule.empty()) {
        /* Quotes hide resets: ask how many segments have any count. */
        auto any = options(Condition::within(0, Condition::no_maximum));
        any.skip_empty = any.skip_last_empty = false;
        segments = Counter(any).matching_segments(test.data);
    }
    return {test.data.size(), test.count, test.max_count, segments, matching_segments};
}

/* All matches in the chunks `a` and `b`, three at a time. */
std::vector<Match> stream_all(Stream &stream, tally::Bytes a, tally::Bytes b) {
    std::vector<Match> all;
    for (tally::Bytes rest : {a, b}) {
        Match some[3];
        std::size_t found, used;
        do {
            std::tie(found, used) = stream.find(rest, some, 3);
            all.insert(all.end(), some, some + found);
            rest = tally::Bytes(static_cast<const char *>(rest.data()) + used, rest.size() - used);
        } while (found == 3);
        CHECK(rest.size() == 0, name());
    }
    CHECK(stream.unclosed_quote() == test.unclosed, name());
    if (stream.finish()) {
        all.push_back(*stream.first_match());
    }
    stream.reset();
    return all;
}

/* The data fed in two chunks, and merged from two parts: cut at every offset; in long data, at all
 * offsets near its ends, and at 50 between. */
void check_cuts(const Counter &counter, const std::vector<Match> &matches, bool is_at_least,
                bool is_late) {
    Stream stream(counter);
    Summary left(counter), right(counter);
    const std::string &data = test.data;
    const Match *first = matches.empty() ? nullptr : &matches.front();
    const tally::Totals expected = expected_totals(matches.size());
    for (std::size_t cut = 0; cut <= data.size();
         cut += cut < 300 || cut + 300 > data.size() ? 1 : 1 + data.size() / 50) {
        /* In memory of their own, so that the sanitizer sees every read outside. */
        const std::vector<char> a(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(cut));
        const std::vector<char> b(data.begin() + static_cast<std::ptrdiff_t>(cut), data.end());
        /* A final count is known at the reset byte. */
        const bool is_known = first && first->end + (is_at_least ? 0 : 1) <= cut;
        CHECK(stream.feed(a) == is_known || is_late, name());
        CHECK(stream.feed(b) == (first != nullptr) || is_late || !is_at_least, name());
        CHECK(stream.finish() == (first != nullptr), name());
        CHECK(stream.matched() == (first != nullptr), name());
        const std::optional<Match> match = stream.first_match();
        CHECK(match.has_value() == (first != nullptr) && (!match || *match == *first), name());
        stream.reset();
        CHECK(stream_all(stream, a, b) == matches, name());

        left.feed(a);
        left = Summary::load(counter, left.save());
        right.feed(b);
        try {
            left.merge(Summary::load(counter, right.save()));
        } catch (const tally::Error &error) {
            CHECK(error.status() == Status::overlap, name());
            left.feed(b);
        }
        CHECK(left.totals() == expected, name());
        CHECK(left.unclosed_quote() == test.unclosed, name());
        left.reset();
        right.reset();
        cuts++;
    }
}

/* What a line that starts with edges says. */
void check_edges(const Counter &counter, const std::vector<char> &data, const std::string &line) {
    std::istringstream fields(line);
    std::string word;
    std::uint64_t starting = 0, ending = 0;
    fields >> word >> starting >> ending;
    const tally::Trim trim = word == "none"      ? tally::Trim::none
                             : word == "ascii"   ? tally::Trim::ascii
                             : word == "unicode" ? tally::Trim::unicode
                                                 : (stop(line), tally::Trim::none);
    CHECK(counter.starting_segments(data, trim) == starting, name());
    CHECK(counter.ending_segments(data, trim) == ending, name());
}

/* What a line that starts with at, outside or within says. */
void check_question(const std::string &line) {
    std::istringstream fields(line);
    std::string kind;
    const auto number = [&fields] {
        std::string word;
        fields >> word;
        return word == "any" ? Condition::no_maximum : std::stoull(word);
    };
    fields >> kind;
    const std::uint64_t min_number = number();
    const std::uint64_t max_number = kind == "at" ? 0 : number();
    const std::uint64_t matching_segments = number();
    const Condition condition = kind == "at"        ? Condition::at_least(min_number)
                                : kind == "outside" ? Condition::outside(min_number, max_number)
                                                    : Condition::within(min_number, max_number);
    const Counter counter = kind == "at" && !has_options()
                                ? Counter(needle(), min_number, reset())
                                : Counter(options(condition));
    const std::vector<char> data(test.data.begin(), test.data.end());
    CHECK(counter.has_count(data) == (matching_segments > 0), name());
    CHECK(counter.count(data) == test.count, name());
    CHECK(counter.max_count(data) == test.max_count, name());
    CHECK(counter.matching_segments(data) == matching_segments, name());
    CHECK(counter.has_count_threads(data, 2) == (matching_segments > 0), name());
    CHECK(counter.count_threads(data, 2) == test.count, name());
    CHECK(counter.max_count_threads(data, 2) == test.max_count, name());
    CHECK(counter.matching_segments_threads(data, 2) == matching_segments, name());

    for (const std::string &edges : test.edges) {
        check_edges(counter, data, edges);
    }
    CHECK(counter.unclosed_quote(data) == test.unclosed, name());
    CHECK(Counter(options(condition)).matching_segments(data) == matching_segments, name());

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
        std::istringstream places(field);
        places >> match.segment >> colon >> match.start >> colon >> match.end;
        if (kind != "at") {
            places >> colon >> match.count;
        }
        CHECK(given < all.size() && all[given] == match, name());
        given++;
    }
    CHECK(field == "..." || given == all.size(), name());
    const bool is_late = min_number == 0 && (test.skip_empty || test.skip_last_empty);
    check_cuts(counter, all, kind == "at", is_late);
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

/* Asks what the case says, and forgets it. */
void end_case() {
    for (const std::string &question : test.questions) {
        check_question(question);
    }
    test = Case();
}

unsigned run_file(const char *path) {
    std::ifstream file(path, std::ios::binary);
    unsigned cases = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        } else if (auto value = after_word(line, "case")) {
            end_case();
            test.name = *value;
            cases++;
        } else if ((value = after_word(line, "needle"))) {
            parse_needle(*value);
        } else if ((value = after_word(line, "reset"))) {
            parse_reset(*value);
        } else if ((value = after_word(line, "skip"))) {
            test.skip_empty = *value == "empty" || *value == "both";
            test.skip_last_empty = *value == "last" || *value == "both";
        } else if ((value = after_word(line, "quotes"))) {
            parse_quotes(std::string(*value));
        } else if ((value = after_word(line, "closing"))) {
            test.closing = parse_text(*value);
        } else if ((value = after_word(line, "edges"))) {
            test.edges.emplace_back(*value);
        } else if ((value = after_word(line, "unclosed"))) {
            test.unclosed = std::stoull(std::string(*value));
        } else if ((value = after_word(line, "data"))) {
            test.data = parse_text(*value);
        } else if ((value = after_word(line, "count"))) {
            test.count = std::stoull(std::string(*value));
        } else if ((value = after_word(line, "max"))) {
            test.max_count = std::stoull(std::string(*value));
        } else if (after_word(line, "at") || after_word(line, "outside") ||
                   after_word(line, "within")) {
            test.questions.push_back(line);
        } else if (after_word(line, "error")) {
            check_error();
        } else {
            stop(line);
        }
    }
    end_case();
    return cases;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: cases FILE...\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        const unsigned cases = run_file(argv[i]);
        CHECK(cases >= 20, "the file is complete");
        std::printf("%s: %u cases, cut %lu times, on %s\n", argv[i], cases, cuts,
                    tally::backend());
    }
    return report("C++ cases");
}
