/* What tally.hpp adds to the C interface: moves, errors as exceptions, callbacks that throw, views
 * of data, iteration. */

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>
/* Clang before 16 cannot take all of GCC's <ranges>. */
#if defined(__cpp_lib_ranges) && (!defined(__clang__) || __clang_major__ >= 16)
#define HAS_VIEWS
#include <ranges>
#endif

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <tally.hpp>

#include "../c/check.h"

using namespace std::literals;
using tally::Counter, tally::Match, tally::Reset, tally::Status, tally::Stream, tally::Summary;

/* In header.cpp. */
bool has_two(const char *text);

namespace {

/* What a call ends with: ok where it throws no tally::Error. */
template <class Call> Status status_of(Call call) {
    try {
        call();
        return Status::ok;
    } catch (const tally::Error &error) {
        CHECK(error.what() != ""s, "what()");
        if (error.status() != Status::io) {
            CHECK(error.code() == error.status(), "code()");
            CHECK(error.code().message() == tally::message(error.status()), "message");
        }
        return error.status();
    }
}

/* A folder for this run, which ends with it. */
class Folder {
public:
    Folder() {
        char name[] = "/tmp/tally-cpp-XXXXXX";
        if (mkdtemp(name) == nullptr) {
            std::perror(name);
            std::exit(2);
        }
        path_ = name;
    }
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::filesystem::path file(const char *name, std::string_view content) const {
        std::ofstream(path_ / name, std::ios::binary) << content;
        return path_ / name;
    }

    const std::filesystem::path &path() const { return path_; }

private:
    std::filesystem::path path_;
};

/* Properties that hold at compile time. */

template <class T>
constexpr bool is_handle =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    std::is_nothrow_swappable_v<T> && std::is_nothrow_destructible_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(is_handle<Counter> && is_handle<Stream> && is_handle<Summary>);
static_assert(std::is_base_of_v<std::runtime_error, tally::Error>);
static_assert(std::is_nothrow_copy_constructible_v<tally::Error>);
static_assert(noexcept(tally::version()) && noexcept(tally::backend()));
static_assert(std::is_trivially_copyable_v<Match> && std::is_aggregate_v<Match>);

/* Matches of what ends before them are refused. */
template <class C, class Data, class = void> constexpr bool has_matches = false;
template <class C, class Data>
constexpr bool
    has_matches<C, Data, std::void_t<decltype(std::declval<C>().matches(std::declval<Data>()))>> =
        true;
static_assert(has_matches<const Counter &, const std::string &>);
static_assert(has_matches<Counter &, std::vector<unsigned char> &>);
static_assert(has_matches<Counter &, std::string_view> && has_matches<Counter &, const char *>);
static_assert(!has_matches<Counter &, std::string>);
static_assert(!has_matches<Counter &, const std::string>);
static_assert(!has_matches<Counter &, std::vector<std::byte>>);
static_assert(!has_matches<Counter &, std::array<char, 3>>);
static_assert(!has_matches<Counter, std::string &>);

/* Only bytes are data, and only text ends in NUL by itself. */
static_assert(std::is_convertible_v<std::string, tally::Bytes>);
static_assert(std::is_convertible_v<std::vector<std::byte>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::vector<int>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::vector<bool>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::wstring, tally::Bytes>);
static_assert(!std::is_convertible_v<int, tally::Bytes>);
static_assert(!std::is_convertible_v<std::nullptr_t, tally::Bytes>);
/* An int may be meant as a byte or as a character. */
static_assert(!std::is_convertible_v<int, tally::What>);

/* A callback gives nothing or a bool: C's int, where 0 goes on, is refused. */
static_assert(std::is_convertible_v<void (*)(std::uint64_t, std::uint64_t), tally::Progress>);
static_assert(std::is_convertible_v<bool (*)(std::uint64_t, std::uint64_t), tally::Progress>);
static_assert(!std::is_convertible_v<int (*)(std::uint64_t, std::uint64_t), tally::Progress>);
static_assert(!std::is_convertible_v<bool (*)(const char *), tally::Progress>);

#ifdef __cpp_lib_concepts
static_assert(tally::ByteRange<std::string> && !tally::ByteRange<std::vector<int>>);
static_assert(std::input_iterator<tally::Matches::iterator>);
#endif
#ifdef HAS_VIEWS
static_assert(std::ranges::input_range<tally::Matches>);
static_assert(std::ranges::common_range<tally::Matches>);
#endif
#ifdef __cpp_lib_span
static_assert(std::is_convertible_v<std::span<const std::byte>, tally::Bytes>);
static_assert(std::is_convertible_v<std::span<unsigned char, 4>, tally::Bytes>);
static_assert(has_matches<Counter &, std::span<char>>);
#endif

void check_library() {
    const std::string version = std::to_string(TALLY_VERSION_MAJOR) + "." +
                                std::to_string(TALLY_VERSION_MINOR) + "." +
                                std::to_string(TALLY_VERSION_PATCH);
    CHECK(tally::version() == version, "version");
    CHECK(has_two("cc") && !has_two("c"), "two files");
    CHECK(tally::backend() == std::string(tally_backend()), "backend");
    CHECK(std::error_code(Status::limit).message() == tally::message(Status::limit), "code");
    CHECK(std::error_code(Status::no_memory) == std::errc::not_enough_memory, "code");
    CHECK(std::error_code(Status::cancelled) == std::errc::operation_canceled, "code");
    CHECK(std::error_code(Status::panic) != std::errc::operation_canceled, "code");
    CHECK(std::error_code(Status::panic).category().name() == "tally"s, "category");
}

void check_data() {
    const Counter counter('c', 2, Reset::newlines);
    /* Every kind of data holds "c\0c\n", of which a text ends at the first NUL. */
    const std::string string("c\0c\n", 4);
    const std::array<std::byte, 4> bytes{std::byte{'c'}, std::byte{0}, std::byte{'c'},
                                         std::byte{'\n'}};
    const unsigned char plain[] = {'c', 0, 'c', '\n'};
    std::vector<signed char> numbers{'c', 0, 'c', '\n'};
    CHECK(counter.count(string) == 2, "std::string");
    CHECK(counter.count(std::string_view(string)) == 2, "std::string_view");
    CHECK(counter.count(std::string(string)) == 2, "made for the call");
    CHECK(counter.count(bytes) == 2, "std::array");
    CHECK(counter.count(plain) == 2, "array");
    CHECK(counter.count(numbers) == 2, "std::vector");
    CHECK(counter.count({plain, 3}) == 2 && counter.count({plain, 2}) == 1, "pointer and length");
    CHECK(counter.count("c\0c\n") == 1, "text");
    CHECK(counter.count(string.c_str()) == 1, "text");
    CHECK(counter.count(u8"c\0c\n") == 1, "UTF-8 text");
    char buffer[16] = "ccc";
    CHECK(counter.count(buffer) == 3, "array of char");
    CHECK(counter.count({}) == 0 && counter.count({nullptr, 0}) == 0, "nothing");
    CHECK(counter.count("") == 0 && counter.count(std::vector<char>()) == 0, "nothing");
#ifdef __cpp_lib_span
    CHECK(counter.count(std::span(bytes)) == 2, "std::span");
    CHECK(counter.count(std::as_bytes(std::span(numbers))) == 2, "std::span");
#endif
}

void check_questions() {
    /* A byte above 0x7F is that byte; a character is its bytes in UTF-8, whatever the reset. */
    const std::string text = "\xE9 caf\xC3\xA9; \xF0\x9F\x8D\xB5\n\xC3\xA9;\xE2\x82\xAC";
    CHECK(Counter('\xE9', 1).count(text) == 1, "byte");
    CHECK(Counter(';', 1, ";").max_count(text) == 1, "byte and reset bytes");
    CHECK(Counter(U'\u00E9', 1).count(text) == 2, "character");
    CHECK(Counter(U'\u00E9', 1, Reset::newlines).max_count(text) == 1, "character by line");
    CHECK(Counter(U'\u00E9', 1, ";").max_count(text) == 1, "2 bytes and reset bytes");
    CHECK(Counter(U'\u00E9', 2, "|").has_count(text), "2 bytes and reset bytes");
    CHECK((Counter(U'\u20AC', 1, "\n").find(text) == Match{1, 14, 20}), "3 bytes");
    CHECK((Counter(U'\U0001F375', 1, "\n").find(text) == Match{0, 0, 13}), "4 bytes");
    CHECK(Counter(U';', 2, "x").has_count(text), "1 byte and reset bytes");
    CHECK(Counter("\xC3\xA9;", 1).count(text) == 2, "string");
    CHECK(Counter("aa"sv, 1).count("aaa") == 1, "string");
    CHECK(Counter(any_of(tally::Bytes(";\xE9")), 1).count(text) == 3, "any of");
    CHECK(Counter(tally::any_of("\n;"), 1, "\n").segments_reached(text) == 2, "any of, and reset");
    CHECK(Counter('a', 1).segments_reached("a\na a") == 1, "no reset");
    CHECK(Counter('a', 1, Reset::none).segments_reached("a\na a") == 1, "no reset");
    CHECK(Counter('a', 1, Reset::newlines).segments_reached("a\na a") == 2, "newlines");
    CHECK(Counter('a', 1, Reset::spaces).segments_reached("a\na a") == 2, "spaces");
    CHECK(Counter('a', 1, Reset::whitespace).segments_reached("a\na a") == 3, "white space");
    CHECK(Counter("a", 1, Reset::whitespace).segments_reached("a\na\va\fa\ra\ta a") == 7, "string");
    CHECK(Counter('a', 1, std::vector<char>{'\n', ' '}).segments_reached("a\na a") == 3, "bytes");
}

void check_refused() {
    const Status invalid = Status::invalid_argument, null = Status::null_pointer;
    CHECK(status_of([] { Counter(char32_t{0xD800}, 1); }) == invalid, "surrogate");
    CHECK(status_of([] { Counter(char32_t{0xDFFF}, 1, "x"); }) == invalid, "surrogate");
    CHECK(status_of([] { Counter(char32_t{0x110000}, 1); }) == invalid, "no character");
    CHECK(status_of([] { Counter(char32_t{0xFFFFFFFF}, 1, "x"); }) == invalid, "no character");
    CHECK(status_of([] { Counter("", 1); }) == invalid, "empty string");
    CHECK(status_of([] { Counter(tally::any_of(""), 1); }) == invalid, "empty set");
    CHECK(status_of([] { Counter("a\n", 1, Reset::newlines); }) == invalid, "reset in the string");
    CHECK(status_of([] { Counter(U'\u00E9', 1, "\xA9"); }) == invalid, "reset in the character");
    const char *no_text = nullptr;
    CHECK(status_of([=] { Counter(no_text, 1); }) == null, "no text");
    CHECK(status_of([=] { Counter('c', 1, no_text); }) == null, "no text");

    const Counter counter('c', 2, Reset::newlines);
    const std::size_t too_long = static_cast<std::size_t>(PTRDIFF_MAX) + 1;
    Stream stream = counter.stream();
    Summary summary = counter.summary();
    const tally::Bytes bad[] = {{nullptr, 1}, {"c", too_long}};
    for (const tally::Bytes data : bad) {
        const Status expected = data.data() == nullptr ? null : invalid;
        CHECK(status_of([=, &counter] { (void)counter.has_count(data); }) == expected, "data");
        CHECK(status_of([=, &counter] { (void)counter.find(data); }) == expected, "data");
        CHECK(status_of([=, &counter] { (void)counter.find_all(data); }) == expected, "data");
        CHECK(status_of([=, &counter] { (void)counter.find_many(data, nullptr, nullptr, 0); }) ==
                  expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.matches(data).begin(); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.count(data); }) == expected, "data");
        CHECK(status_of([=, &counter] { (void)counter.max_count(data); }) == expected, "data");
        CHECK(status_of([=, &counter] { (void)counter.segments_reached(data); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.has_count_threads(data, 2); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.find_threads(data, 2); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.count_threads(data, 2); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.max_count_threads(data, 2); }) == expected,
              "data");
        CHECK(status_of([=, &counter] { (void)counter.segments_reached_threads(data, 2); }) ==
                  expected,
              "data");
        CHECK(status_of([=, &stream] { stream.feed(data); }) == expected, "data");
        CHECK(status_of([=, &summary] { summary.feed(data); }) == expected, "data");
    }
    CHECK(status_of([&] { (void)counter.count(no_text); }) == null, "no text");
    CHECK(status_of([&] { (void)counter.find_many("cc", nullptr, nullptr, 1); }) == null, "places");
    CHECK(status_of([&] { (void)counter.find("c\ncc", Match{1, 0, 2}); }) == invalid, "no match");

    /* Merging: other questions, and what cannot be exact. */
    const Summary other = Counter('c', 3, Reset::newlines).summary();
    CHECK(status_of([&] { summary.merge(other); }) == invalid, "other question");
    const Counter pairs("aa", 1);
    Summary left = pairs.summary(), right = pairs.summary();
    left.feed("a");
    right.feed(std::string(1000, 'a'));
    const tally::Totals before = left.totals();
    CHECK(status_of([&] { left.merge(right); }) == Status::overlap, "overlap");
    CHECK(left.totals() == before && before.bytes == 1, "after an overlap");
}

/* A summary travels as its state. */
void check_states() {
    const Counter counter("é", 2, Reset::newlines);
    Summary left = counter.summary(), right = counter.summary();
    left.feed("é\n\xC3");
    right.feed("\xA9é");
    const std::string state = right.save();
    left.merge(Summary::load(counter, state));
    CHECK((left.totals() == tally::Totals{7, 3, 2, 2, 1}), "merged");
    CHECK(right.save() == state, "saving changes nothing");
    /* The counter may end before; the bytes may be in anything that has bytes. */
    const std::vector<std::byte> bytes = [&] {
        const auto *first = reinterpret_cast<const std::byte *>(state.data());
        return std::vector<std::byte>(first, first + state.size());
    }();
    Summary again = Summary::load(Counter("é", 2, "\n"), bytes);
    again.feed("é");
    CHECK((again.totals() == tally::Totals{5, 2, 2, 1, 1}), "it goes on");
    again.reset();
    CHECK(again.save() == counter.summary().save(), "reset");

    const Status invalid = Status::invalid_argument;
    const auto load = [&](tally::Bytes data) {
        return status_of([&] { (void)Summary::load(counter, data); });
    };
    CHECK(load({state.data(), state.size() - 1}) == invalid, "cut short");
    CHECK(load(state + "x") == invalid, "too long");
    CHECK(load({}) == invalid && load({nullptr, 1}) == Status::null_pointer, "no state");
    CHECK(status_of([&] { (void)Summary::load(Counter("é", 2), state); }) == invalid, "question");
    /* More data than can be counted. */
    const Counter single('c', 1);
    Summary large = single.summary();
    large.feed("c");
    for (int i = 0; i < 62; i++) {
        large.merge(large);
    }
    CHECK(Summary::load(single, large.save()).totals() == large.totals(), "the most");
    large.feed("c");
    CHECK(status_of([&] { (void)large.save(); }) == Status::limit, "more than the most");
}

/* Many pieces with one call, each data of its own. */
void check_pieces() {
    const Counter counter('x', 2, Reset::newlines);
    const std::string text = "xx"
                             "x"
                             ""
                             "x\nxxx"
                             "\n";
    const std::size_t lens[] = {2, 1, 0, 5, 1};
    const bool expected[] = {true, false, false, true, false};
    const std::uint64_t expected_counts[] = {2, 1, 0, 4, 0}, expected_max[] = {2, 1, 0, 3, 0};
    bool reached[5];
    std::uint64_t counts[5], max_counts[5];
    counter.has_counts(text, lens, 5, reached);
    counter.counts(text, lens, 5, counts);
    counter.max_counts(text, lens, 5, max_counts);
    CHECK(std::equal(reached, reached + 5, expected), "has_counts");
    CHECK(std::equal(counts, counts + 5, expected_counts), "counts");
    CHECK(std::equal(max_counts, max_counts + 5, expected_max), "max_counts");
    counter.counts({}, nullptr, 0, nullptr);
    const Status invalid = Status::invalid_argument, null = Status::null_pointer;
    CHECK(status_of([&] { counter.has_counts(text, lens, 4, reached); }) == invalid, "too short");
    CHECK(status_of([&] { counter.counts("xx", lens, 2, counts); }) == invalid, "too long");
    CHECK(status_of([&] { counter.max_counts(text, nullptr, 5, counts); }) == null, "lens");
    CHECK(status_of([&] { counter.counts(text, lens, 5, nullptr); }) == null, "counts");
}

/* Everything that can be done with them after a move is an error, but for a new value. */
void check_moves() {
    Counter counter('c', 2, Reset::newlines);
    Stream stream = counter.stream();
    Summary summary = counter.summary();
    stream.feed("c");
    summary.feed("c");

    Counter counter_now = std::move(counter);
    Stream stream_now = std::move(stream);
    Summary summary_now = std::move(summary);
    CHECK(counter_now.has_count("cc"), "moved");
    CHECK((stream_now.feed("c") && stream_now.match() == Match{0, 0, 2}), "moved");
    summary_now.feed("c");
    CHECK((summary_now.totals() == tally::Totals{2, 2, 2, 1, 1}), "moved");

    /* Null, as the C interface sees it. */
    // NOLINTBEGIN(bugprone-use-after-move): that is the point
    CHECK(counter.get() == nullptr && stream.get() == nullptr, "moved from");
    CHECK(std::as_const(summary).get() == nullptr, "moved from");
    const std::vector<void (*)(Counter &, Stream &, Summary &, Summary &)> uses{
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.has_count("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.has_count_threads("c", 2); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.find("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.find("c", Match{0, 0, 1}); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.find_threads("c", 2); },
        [](Counter &c, Stream &, Summary &, Summary &) {
            (void)c.find_many("c", nullptr, nullptr, 0);
        },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.find_all("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.matches("c").begin(); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.count("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.count_threads("c", 2); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.max_count("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.max_count_threads("c", 2); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.segments_reached("c"); },
        [](Counter &c, Stream &, Summary &, Summary &) {
            (void)c.segments_reached_threads("c", 2);
        },
        [](Counter &c, Stream &, Summary &, Summary &) { c.has_counts({}, nullptr, 0, nullptr); },
        [](Counter &c, Stream &, Summary &, Summary &) { c.counts({}, nullptr, 0, nullptr); },
        [](Counter &c, Stream &, Summary &, Summary &) { c.max_counts({}, nullptr, 0, nullptr); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.stream(); },
        [](Counter &c, Stream &, Summary &, Summary &) { (void)c.summary(); },
        [](Counter &, Stream &s, Summary &, Summary &) { s.feed("c"); },
        [](Counter &, Stream &s, Summary &, Summary &) { s.feed_file("/dev/null"); },
        [](Counter &, Stream &s, Summary &, Summary &) { s.feed_fd(-1); },
        [](Counter &, Stream &s, Summary &, Summary &) { (void)s.reached(); },
        [](Counter &, Stream &s, Summary &, Summary &) { (void)s.match(); },
        [](Counter &, Stream &s, Summary &, Summary &) { s.reset(); },
        [](Counter &, Stream &, Summary &s, Summary &) { s.feed("c"); },
        [](Counter &, Stream &, Summary &s, Summary &) { s.feed_file("/dev/null"); },
        [](Counter &, Stream &, Summary &s, Summary &) { s.feed_fd(-1); },
        [](Counter &, Stream &, Summary &s, Summary &now) { s.merge(now); },
        [](Counter &, Stream &, Summary &s, Summary &now) { now.merge(s); },
        [](Counter &, Stream &, Summary &s, Summary &) { s.merge(s); },
        [](Counter &, Stream &, Summary &s, Summary &) { (void)s.totals(); },
        [](Counter &, Stream &, Summary &s, Summary &) { (void)s.save(); },
        [](Counter &c, Stream &, Summary &, Summary &now) {
            (void)Summary::load(c, now.save());
        },
        [](Counter &, Stream &, Summary &s, Summary &) { s.reset(); },
    };
    for (const auto use : uses) {
        CHECK(status_of([&] { use(counter, stream, summary, summary_now); }) ==
                  Status::null_pointer,
              "moved from");
    }
    CHECK((summary_now.totals() == tally::Totals{2, 2, 2, 1, 1}), "after refused merges");

    counter = Counter('d', 1);
    stream = counter.stream();
    summary = counter.summary();
    summary.feed("cd");
    CHECK(counter.has_count("d") && !stream.feed("c"), "new value");
    CHECK(summary.totals().count == 1, "new value");
    std::swap(summary, summary_now);
    CHECK(summary.totals().count == 2 && summary_now.totals().count == 1, "swapped");
    // NOLINTEND(bugprone-use-after-move)
}

void check_iteration() {
    const std::size_t numbers[] = {0, 1, 2, 4, 5, 6, 20, 21, 22, 36, 37, 38, 100};
    const Counter counter('x', 2, Reset::newlines);
    for (const std::size_t number : numbers) {
        /* Every second line reaches 2, with its third byte. */
        std::string text;
        for (std::size_t i = 0; i < number; i++) {
            text += "x.\nxxx\n";
        }
        std::vector<Match> expected;
        for (std::size_t i = 0; i < number; i++) {
            expected.push_back({2 * i + 1, 7 * i + 3, 7 * i + 5});
        }
        std::vector<Match> seen;
        for (const Match &match : counter.matches(text)) {
            seen.push_back(match);
        }
        CHECK(seen == expected, "range-for");
        CHECK(counter.find_all(text) == expected, "find_all");
        const auto matches = counter.matches(text);
        CHECK(std::distance(matches.begin(), matches.end()) == static_cast<std::ptrdiff_t>(number),
              "algorithm");
        CHECK(std::vector<Match>(matches.begin(), matches.end()) == expected, "again");
        const std::size_t rooms[] = {0, 1, 31, 32, 33, 1000};
        for (const std::size_t room : rooms) {
            std::vector<Match> some(room, Match{9, 9, 9});
            const std::size_t found = counter.find_many(text, nullptr, some.data(), room);
            CHECK(found == std::min(room, number), "find_many");
            for (std::size_t i = 0; i < room; i++) {
                CHECK((some[i] == (i < found ? expected[i] : Match{9, 9, 9})), "find_many");
            }
#ifdef __cpp_lib_span
            CHECK(counter.find_many(text, nullptr, std::span(some)).size() == found, "span");
#endif
        }
        /* In place, behind the first. */
        if (number > 1) {
            Match place = expected[0];
            CHECK(counter.find_many(text, &place, &place, 1) == 1 && place == expected[1],
                  "in place");
        }
#ifdef HAS_VIEWS
        std::size_t taken = 0;
        for (const Match &match : counter.matches(text) | std::views::take(3)) {
            CHECK(match == expected[taken], "views::take");
            taken++;
        }
        CHECK(taken == std::min<std::size_t>(number, 3), "views::take");
#endif
    }

    const std::string text = "xx\nxx\n";
    auto matches = counter.matches(text);
    auto at = matches.begin();
    CHECK(at->segment == 0 && (*at++).end == 2 && at->segment == 1, "post-increment");
    CHECK(at != matches.begin() && at == ++matches.begin(), "comparison");
    const auto copy = at;
    ++at;
    CHECK(at == matches.end() && copy->segment == 1 && copy != at, "a copy stays");
    CHECK(++at == matches.end(), "behind the end");
    CHECK(tally::Matches::iterator() == matches.end(), "the end");
    /* The matches go on after a move of the counter. */
    Counter first('x', 1, Reset::newlines);
    const auto moving = first.matches(text);
    const Counter second = std::move(first);
    CHECK(std::distance(moving.begin(), moving.end()) == 2, "moved counter");
    /* The number 0 is reached by every segment. */
    std::uint64_t segments = 0;
    const Counter none('y', 0, Reset::newlines);
    for (const auto &match : none.matches(text)) {
        CHECK((match == Match{segments, 3 * segments, 3 * segments}), "the number 0");
        segments++;
    }
    CHECK(segments == 3, "the number 0");
}

/* Files and descriptors: what is fed, and each error with the system's reason and the path. */
void check_files(const Folder &folder) {
    const Counter counter(',', 3, Reset::newlines);
    const auto table = folder.file("table.csv", "a,b\na,b,c,d\n\na,b,c\n");
    const tally::Totals whole{19, 6, 3, 5, 1};
    const std::string name = table.string();
    Stream stream = counter.stream();
    Summary summary = counter.summary();

    CHECK(stream.feed_file(table), "path");
    CHECK((stream.match() == Match{1, 4, 10}), "path");
    summary.feed_file(table);
    CHECK(summary.totals() == whole, "path");
    stream.reset();
    summary.reset();
    CHECK(!stream.reached() && !stream.match(), "reset");
    CHECK((summary.totals() == tally::Totals{0, 0, 0, 1, 0}), "reset");
    CHECK(stream.feed_file(name) && stream.reached(), "string");
    CHECK(stream.feed_file(folder.path() / "missing"), "reached: nothing is opened");
    summary.feed_file(name.c_str());
    CHECK(summary.totals() == whole, "text");
    summary.feed_file(std::string_view(name), {{}, 0, 2});
    CHECK(summary.totals().bytes == 38 && summary.totals().count == 12, "one behind the other");

    /* A limit, and going on behind it. */
    tally::ReadOptions few;
    few.max_bytes = 9;
    stream.reset();
    summary.reset();
    const int fd = open(name.c_str(), O_RDONLY);
    CHECK(status_of([&] { summary.feed_fd(fd, few); }) == Status::limit, "limit");
    CHECK(summary.totals().bytes == 9 && summary.totals().count == 3, "limit");
    summary.feed_fd(fd);
    CHECK(summary.totals() == whole, "after the limit");
    lseek(fd, 4, SEEK_SET);
    CHECK(status_of([&] { stream.feed_fd(fd, few); }) == Status::ok, "reached before the limit");
    CHECK((stream.match() == Match{0, 0, 6}), "from where it stands");
    stream.reset();
    few.max_bytes = 3;
    CHECK(status_of([&] { stream.feed_file(table, few); }) == Status::limit, "limit");
    CHECK(!stream.reached(), "limit");
    CHECK(close(fd) == 0, "it stays open");

    /* Nothing is fed, and the system's reason arrives. */
    summary.reset();
    const auto refused = [&](auto feed, std::errc reason, const std::string &about) {
        try {
            feed();
            CHECK(about.empty(), "an error was due");
        } catch (const tally::Error &error) {
            CHECK(error.status() == Status::io, about.c_str());
            CHECK(error.code() == reason, about.c_str());
            const std::string message = std::make_error_code(reason).message();
            CHECK(error.what() == about + ": " + message, error.what());
        }
        CHECK(summary.totals().bytes == 0 && !stream.reached(), about.c_str());
    };
    const auto missing = folder.path() / "missing";
    const auto no_file = std::errc::no_such_file_or_directory;
    refused([&] { stream.feed_file(missing); }, no_file, missing.string());
    refused([&] { summary.feed_file(missing, few); }, no_file, missing.string());
    refused([&] { stream.feed_file(""); }, no_file, "");
    const auto directory = std::errc::is_a_directory;
    refused([&] { stream.feed_file(folder.path()); }, directory, folder.path().string());
    refused([&] { summary.feed_file(folder.path()); }, directory, folder.path().string());
    const auto bad = std::errc::bad_file_descriptor;
    refused([&] { stream.feed_fd(fd); }, bad, "file descriptor " + std::to_string(fd));
    refused([&] { summary.feed_fd(-1); }, bad, "file descriptor -1");
    /* C would read the file whose name ends at the NUL. */
    const std::filesystem::path cut = name + '\0' + "x"s;
    const Status invalid = Status::invalid_argument;
    CHECK(status_of([&] { stream.feed_file(cut); }) == invalid, "NUL in a path");
    CHECK(status_of([&] { summary.feed_file(cut); }) == invalid, "NUL in a path");
    CHECK(summary.totals().bytes == 0 && !stream.reached(), "NUL in a path");
}

/* An exception that the library knows nothing of, and that cannot be copied unseen. */
struct Stopped {
    int number;
};

/* The number of the Stopped that a call ends with, or -1. */
template <class Call> int stopped(Call call) {
    try {
        call();
    } catch (const Stopped &thrown) {
        return thrown.number;
    }
    return -1;
}

bool function_called;

void function(std::uint64_t, std::uint64_t) {
    function_called = true;
}

void check_callbacks(const Folder &folder) {
    const Counter counter('x', 1000, Reset::none);
    const auto file = folder.file("100.txt", std::string(100, 'x'));
    Stream stream = counter.stream();
    Summary summary = counter.summary();
    const auto forget = [&] {
        stream.reset();
        summary.reset();
    };

    /* Anything that can be called, and it is told of all. */
    std::uint64_t last = 0;
    const auto lambda = [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done <= total && total == 100, "done and total");
        last = done;
    };
    summary.feed_file(file, {lambda});
    CHECK(last == 100, "the last call");
    last = 0;
    summary.feed_file(file, {std::ref(lambda)});
    CHECK(last == 100, "reference");
    auto owned = std::make_unique<std::uint64_t>(0);
    const std::uint64_t *seen = owned.get();
    tally::ReadOptions options;
    CHECK(!options.progress, "no callback");
    options.progress = [total = std::move(owned)](auto done, auto) mutable {
        *total += done;
        return true;
    };
    CHECK(static_cast<bool>(options.progress), "a callback");
    const tally::ReadOptions copy = options;
    CHECK(!stream.feed_file(file, copy), "move-only callable");
    CHECK(*seen == 100, "copies share what they call");
    options.progress = function;
    summary.feed_file(file, options);
    CHECK(function_called, "function");
    void (*none)(std::uint64_t, std::uint64_t) = nullptr;
    options.progress = none;
    CHECK(!options.progress, "no function");
    summary.feed_file(file, options);
    CHECK(summary.totals().bytes == 400, "no function");
    options.progress = std::function<bool(std::uint64_t, std::uint64_t)>();
    bool empty = false;
    try {
        summary.feed_file(file, options);
    } catch (const std::bad_function_call &) {
        empty = true;
    }
    CHECK(empty, "an empty std::function");
#ifdef __cpp_designated_initializers
    forget();
    summary.feed_file(file, {.progress = [&](auto done, auto) { last = done + 1; }});
    CHECK(last == 101 && summary.totals().bytes == 100, "by name");
    CHECK(status_of([&] { summary.feed_file(file, {.max_bytes = 7}); }) == Status::limit,
          "by name");
    CHECK(summary.totals().bytes == 107, "by name");
#endif
    forget();

    /* False stops; what was read is fed. */
    options.progress = [](auto, auto) { return false; };
    CHECK(status_of([&] { summary.feed_file(file, options); }) == Status::cancelled, "cancelled");
    CHECK(summary.totals().bytes == 100, "what was read is fed");
    CHECK(status_of([&] { stream.feed_file(file, options); }) == Status::cancelled, "cancelled");
    forget();

    /* What it throws arrives as it was, from every function that reads. */
    int number = 0;
    options.progress = [&](auto, auto) { throw Stopped{++number}; };
    const int fd = open(file.c_str(), O_RDONLY);
    CHECK(stopped([&] { stream.feed_file(file, options); }) == 1, "thrown");
    CHECK(stopped([&] { summary.feed_file(file, options); }) == 2, "thrown");
    CHECK(stopped([&] { stream.feed_fd(fd, options); }) == 3, "thrown");
    CHECK(stopped([&] { summary.feed_fd(fd, options); }) == 4, "thrown");
    CHECK(number == 4, "one call each");
    lseek(fd, 0, SEEK_SET);
    options.threads = 2;
    CHECK(stopped([&] { summary.feed_fd(fd, options); }) == 5, "thrown with threads");
    CHECK(summary.totals().bytes == 200, "what was read is fed");
    close(fd);
    forget();
    /* A large file, several threads: they are joined before it goes on. */
    const auto large = folder.file("large.txt", std::string(8 << 20, 'x'));
    CHECK(stopped([&] { summary.feed_file(large, options); }) == 6, "thrown with threads");
    const std::uint64_t fed = summary.totals().bytes;
    CHECK(fed <= 8 << 20 && summary.totals().count == fed, "what was read is fed");
    forget();

    /* Stopped between two reads of a pipe: nothing is lost. */
    int ends[2];
    CHECK(pipe(ends) == 0, "pipe");
    std::thread writer([&ends] {
        for (int i = 0; i < 20; i++) {
            CHECK(write(ends[1], "xxxxx", 5) == 5, "write");
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        close(ends[1]);
    });
    std::uint64_t done_then = 0;
    options.progress = [&](auto done, auto total) {
        CHECK(total == 0, "a pipe's total is not known");
        done_then = done;
        throw Stopped{7};
    };
    CHECK(stopped([&] { summary.feed_fd(ends[0], options); }) == 7, "pipe");
    CHECK(done_then > 0 && summary.totals().bytes == done_then, "what was read is fed");
    summary.feed_fd(ends[0]);
    CHECK((summary.totals() == tally::Totals{100, 100, 100, 1, 0}), "it goes on");
    writer.join();
    close(ends[0]);
    forget();

    /* The object being fed cannot be used, others can; and the library's own errors go through. */
    const Status invalid = Status::invalid_argument;
    Summary other = counter.summary();
    options.progress = [&](auto, auto) {
        CHECK(status_of([&] { summary.feed("x"); }) == invalid, "re-entered");
        CHECK(status_of([&] { (void)summary.totals(); }) == invalid, "re-entered");
        CHECK(status_of([&] { summary.merge(other); }) == invalid, "re-entered");
        CHECK(status_of([&] { other.merge(summary); }) == invalid, "re-entered");
        CHECK(status_of([&] { (void)summary.save(); }) == invalid, "re-entered");
        CHECK(status_of([&] { summary.reset(); }) == invalid, "re-entered");
        other.feed_file(file);
        Counter("", 1);
    };
    CHECK(status_of([&] { summary.feed_file(file, options); }) == invalid, "an Error thrown");
    CHECK(summary.totals().bytes == 100 && other.totals().bytes == 100, "re-entered");
    /* It may change its own options, and so end what it is. */
    forget();
    bool called = false;
    options.progress = [&called, &options](auto, auto) {
        options.progress = {};
        called = true;
        return true;
    };
    summary.feed_file(file, options);
    CHECK(called && !options.progress, "changed by itself");
}

/* Memory runs out. (The address sanitizer has its own, which does not.) */
void check_memory() {
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
    const std::string string(64 << 20, 'x');
    rlimit usual{};
    CHECK(getrlimit(RLIMIT_AS, &usual) == 0, "getrlimit");
    rlimit small = usual;
    small.rlim_cur = 1 << 20;
    CHECK(setrlimit(RLIMIT_AS, &small) == 0, "setrlimit");
    const Status status = status_of([&] { Counter(string, 1); });
    CHECK(setrlimit(RLIMIT_AS, &usual) == 0, "setrlimit");
    CHECK(status == Status::no_memory, "no memory");
    CHECK(Counter(string, 1).has_count(string), "memory again");
#endif
}

/* One counter for all threads, a summary for each, merged in their order. */
void check_threads() {
    const Counter counter("ab", 3, Reset::newlines);
    std::string text;
    for (int i = 0; i < 200000; i++) {
        text += i % 4 == 0 ? "ab.ab.ab\n" : "ab.ba.ab\n";
    }
    const tally::Totals whole{1800000, 450000, 3, 200001, 50000};
    std::vector<Summary> parts;
    for (int i = 0; i < 4; i++) {
        parts.push_back(counter.summary());
    }
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (std::size_t i = 0; i < parts.size(); i++) {
        threads.emplace_back([&, i] {
            /* Cut within lines and strings. */
            const std::size_t from = i * 449999, to = i == 3 ? text.size() : from + 449999;
            parts[i].feed({text.data() + from, to - from});
            right += counter.count(text) == 450000 && counter.find(text) == Match{0, 0, 8};
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    for (std::size_t i = 1; i < parts.size(); i++) {
        parts[0].merge(parts[i]);
    }
    CHECK(parts[0].totals() == whole, "merged");
    CHECK(right == 4, "shared");
    for (std::uint32_t number = 0; number < 4; number++) {
        CHECK(counter.count_threads(text, number) == whole.count, "threads");
        CHECK(counter.max_count_threads(text, number) == whole.max_count, "threads");
        CHECK(counter.segments_reached_threads(text, number) == whole.segments_reached, "threads");
        CHECK((counter.find_threads(text, number) == Match{0, 0, 8}), "threads");
        CHECK(counter.has_count_threads(text, number), "threads");
        CHECK(!Counter("abab", 1).find_threads(text, number), "threads");
    }
    /* A summary is merged with itself. */
    parts[1].reset();
    parts[1].feed("ab.a");
    parts[1].merge(parts[1]);
    CHECK((parts[1].totals() == tally::Totals{8, 2, 2, 1, 0}), "twice");
}

} // namespace

int main() {
    const Folder folder;
    check_library();
    check_data();
    check_questions();
    check_refused();
    check_states();
    check_pieces();
    check_moves();
    check_iteration();
    check_files(folder);
    check_callbacks(folder);
    check_memory();
    check_threads();
    return report("C++ bindings");
}
