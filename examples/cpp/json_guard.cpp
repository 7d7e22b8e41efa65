/*
 * A guard in front of a JSON parser: rejects a request body that nests too deep, in whatever chunks
 * it arrives, at the bracket that is one too many.
 *
 *     json_guard MOST < BODY
 *
 * Brackets in strings do not count. The exit status is 0 if the body may be parsed, 1 if it nests
 * deeper than MOST or ends inside a string, 2 after an error. Whether it is valid JSON is for the
 * parser to find out.
 */

#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <string>
#include <string_view>

#include <tally.hpp>

namespace {

enum { ACCEPTED = 0, REJECTED = 1, FAILED = 2 };

/* What a server makes once, and its requests share. */
class DepthGuard {
public:
    explicit DepthGuard(std::uint64_t most) : counter_(options(most)) {}

    /* One request: feed its chunks until it is rejected, and end it. */
    class Request {
    public:
        explicit Request(const DepthGuard &guard) : stream_(guard.counter_) {}

        /* Whether it nests too deep, so far. */
        bool feed(std::string_view chunk) { return stream_.feed(chunk); }

        /* Why it is rejected, if it is: at the end, or as soon as feed says so. */
        [[nodiscard]] std::string reason() const {
            if (const auto match = stream_.first_match()) {
                return "too deep at byte " + std::to_string(match->end - 1);
            }
            if (const auto quote = stream_.unclosed_quote()) {
                return "the string at byte " + std::to_string(*quote) + " does not end";
            }
            return {};
        }

    private:
        tally::Stream stream_;
    };

private:
    static tally::CounterOptions options(std::uint64_t most) {
        tally::CounterOptions options{tally::Needle::any_of("{[")};
        options.closing = "}]";
        options.quotes = tally::Quotes::anywhere('"', '\\');
        /* "Deeper than most" is "at least most + 1". */
        options.condition = tally::Condition::at_least(most + 1);
        return options;
    }

    tally::Counter counter_;
};

} // namespace

int main(int argc, char **argv) {
    const std::string_view text = argc == 2 ? argv[1] : "";
    std::uint64_t most = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), most);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() ||
        most == std::numeric_limits<std::uint64_t>::max()) {
        std::cerr << "usage: json_guard MOST < BODY\n";
        return FAILED;
    }
    try {
        const DepthGuard guard(most);
        DepthGuard::Request request(guard);
        std::array<char, 4096> chunk{};
        std::size_t len = 0;
        do {
            std::cin.read(chunk.data(), chunk.size());
            len = static_cast<std::size_t>(std::cin.gcount());
        } while (len > 0 && !request.feed({chunk.data(), len}));
        if (std::cin.bad()) {
            std::cerr << "json_guard: the body cannot be read\n";
            return FAILED;
        }
        const std::string reason = request.reason();
        if (!reason.empty()) {
            std::cerr << reason << '\n';
        }
        return reason.empty() ? ACCEPTED : REJECTED;
    } catch (const std::exception &error) {
        std::cerr << "json_guard: " << error.what() << '\n';
        return FAILED;
    }
}
