/*
 * Lets a CSV file pass if each row has as many fields as the first, and names the first row that has
 * not. The file may have any size: it is read in chunks, and no further than that row.
 *
 *     csv_gate FILE [SEPARATOR]
 *
 * FILE is a regular file without a byte order mark. SEPARATOR is a byte, or \t for a tab; a comma if
 * there is none. Quoted separators and line ends belong to their field, and blank lines are no rows.
 * The exit status is 0 if the file passes, 1 if it does not, 2 after an error.
 */

#include <algorithm>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <tally.hpp>

namespace {

enum { PASSED = 0, REJECTED = 1, FAILED = 2 };

/* A stream that stops at the first row whose number of separators satisfies the condition. */
tally::Stream rows(std::string_view separator, tally::Condition condition) {
    tally::CounterOptions options{tally::Needle::any_of(separator)};
    options.condition = condition;
    options.reset = std::string_view("\r\n");
    options.skip_empty = true;
    options.quotes = tally::Quotes::fields();
    return tally::Stream(tally::Counter(options));
}

/* The number of the line at an offset. Lines end as rows do: with "\n", "\r" or both. */
std::uint64_t line_at(const std::string &path, std::uint64_t offset) {
    std::ifstream file(path, std::ios::binary);
    std::uint64_t line = 1;
    std::string chunk(65536, '\0');
    char last = '\0';
    while (offset > 0) {
        const auto wanted = std::min<std::uint64_t>(offset, chunk.size());
        file.read(chunk.data(), static_cast<std::streamsize>(wanted));
        const auto len = file.gcount();
        if (len == 0) {
            break;
        }
        for (const char byte : std::string_view(chunk).substr(0, static_cast<std::size_t>(len))) {
            line += byte == '\r' || (byte == '\n' && last != '\r') ? 1 : 0;
            last = byte;
        }
        offset -= static_cast<std::uint64_t>(len);
    }
    return line;
}

int gate(const std::string &path, std::string_view separator) {
    using tally::Condition;
    /* Any number of separators: the first row there is. */
    tally::Stream stream = rows(separator, Condition::within(0, Condition::no_maximum));
    stream.feed_file(path);
    stream.finish();
    const auto first = stream.first_match();
    if (first) {
        stream = rows(separator, Condition::outside(first->count, first->count));
        stream.feed_file(path);
        if (stream.finish()) {
            const tally::Match other = *stream.first_match();
            std::cerr << path << ':' << line_at(path, other.start) << ": " << other.count + 1
                      << (other.count == 0 ? " field" : " fields") << ", expected "
                      << first->count + 1 << '\n';
            return REJECTED;
        }
    }
    if (const auto quote = stream.unclosed_quote()) {
        std::cerr << path << ':' << line_at(path, *quote)
                  << ": the quote that opens here is never closed\n";
        return REJECTED;
    }
    return PASSED;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2 && argc != 3) {
        std::cerr << "usage: csv_gate FILE [SEPARATOR]\n";
        return FAILED;
    }
    std::string_view separator = argc == 3 ? argv[2] : ",";
    if (separator == "\\t") {
        separator = "\t";
    }
    if (separator.size() != 1) {
        std::cerr << "csv_gate: " << separator << ": the separator is one byte\n";
        return FAILED;
    }
    try {
        return gate(argv[1], separator);
    } catch (const tally::Error &error) {
        std::cerr << "csv_gate: " << argv[1] << ": " << error.code().message() << '\n';
    } catch (const std::exception &error) {
        std::cerr << "csv_gate: " << error.what() << '\n';
    }
    return FAILED;
}
