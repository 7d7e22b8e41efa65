/*
 * Guesses what separates the fields of a file: which of comma, semicolon, bar and tab occurs most
 * evenly in its rows.
 *
 *     separator_sniffer FILE
 *
 * Prints the separator, the number of fields that most rows have, and how many rows of all looked at
 * have it. Separators and line ends in quotes do not count, and blank lines are no rows. The exit
 * status is 0, 1 if none of the four is in the file, or 2 after an error.
 */

#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include <tally.hpp>

namespace {

enum { FOUND = 0, NOT_FOUND = 1, FAILED = 2 };

/* The most bytes that are looked at. */
constexpr std::size_t SAMPLE = std::size_t{1} << 20;

struct Guess {
    std::string_view separator;
    std::uint64_t separators = 0; /* the number in most rows that have one */
    std::uint64_t rows = 0;       /* the rows that have it */
    std::uint64_t all_rows = 0;

    /* The part of the rows that are even decides; then the number of fields. */
    [[nodiscard]] bool is_better_than(const Guess &other) const {
        const auto ours = rows * other.all_rows;
        const auto theirs = other.rows * all_rows;
        if (other.rows == 0) {
            return rows > 0;
        }
        return ours > theirs || (ours == theirs && separators > other.separators);
    }
};

/* How evenly one separator occurs. If the sample is cut, its last row is left out. */
Guess guess(std::string_view separator, std::string_view data, bool is_cut) {
    tally::CounterOptions options{tally::Needle::any_of(separator)};
    options.condition = tally::Condition::within(0, tally::Condition::no_maximum);
    options.reset = std::string_view("\r\n");
    options.skip_empty = true;
    options.quotes = tally::Quotes::fields();
    const tally::Counter counter(options);
    std::map<std::uint64_t, std::uint64_t> rows_with;
    Guess result;
    result.separator = separator;
    /* With the wrong separator, a quote can open that nothing closes. */
    if (!is_cut && counter.unclosed_quote(data)) {
        return result;
    }
    for (const tally::Match &row : counter.matches(data)) {
        if (!(is_cut && row.end == data.size())) {
            result.all_rows++;
            rows_with[row.count]++;
        }
    }
    for (const auto &[separators, rows] : rows_with) {
        if (separators > 0 && rows > result.rows) {
            result.separators = separators;
            result.rows = rows;
        }
    }
    return result;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: separator_sniffer FILE\n";
        return FAILED;
    }
    try {
        std::ifstream file(argv[1], std::ios::binary);
        std::string data(SAMPLE, '\0');
        file.read(data.data(), static_cast<std::streamsize>(data.size()));
        data.resize(static_cast<std::size_t>(file.gcount()));
        if (!file.eof() && !file) {
            std::cerr << "separator_sniffer: " << argv[1] << ": it cannot be read\n";
            return FAILED;
        }
        const bool is_cut = file.good() && file.peek() != std::ifstream::traits_type::eof();
        Guess best;
        for (const std::string_view separator : {",", ";", "|", "\t"}) {
            const Guess next = guess(separator, data, is_cut);
            if (next.is_better_than(best)) {
                best = next;
            }
        }
        if (best.rows == 0) {
            return NOT_FOUND;
        }
        std::cout << (best.separator == "\t" ? "\\t" : best.separator) << ": "
                  << best.separators + 1 << " fields in " << best.rows << " of " << best.all_rows
                  << " rows\n";
        return FOUND;
    } catch (const std::exception &error) {
        std::cerr << "separator_sniffer: " << error.what() << '\n';
        return FAILED;
    }
}
