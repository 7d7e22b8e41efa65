/* What tally.hpp adds to the C interface: views of data, errors as exceptions, moves, iteration. */

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>
#if __has_include(<version>)
#include <version>
#endif
#ifdef __cpp_lib_span
#include <span>
#endif
/* Clang before 16 cannot compile all of GCC's <ranges>. */
#if defined(__cpp_lib_ranges) && (!defined(__clang__) || __clang_major__ >= 16)
#define HAS_VIEWS
#include <ranges>
#endif

#ifdef __linux__
#include <sys/resource.h>
#endif

#include "support.hpp"

using namespace std::literals;
using tally::Condition, tally::Counter, tally::CounterOptions, tally::Match, tally::Needle,
    tally::Reset, tally::Status, tally::Stream, tally::Summary, tally::Totals;

/* In header.cpp. */
bool has_two(const char *text);

namespace {

/* Properties that hold at compile time. */

template <class T>
constexpr bool is_handle =
    std::is_nothrow_move_constructible_v<T> &&std::is_nothrow_move_assignable_v<T>
        &&std::is_nothrow_swappable_v<T> &&std::is_nothrow_destructible_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(is_handle<Counter> && is_handle<Stream> && is_handle<Summary>);
static_assert(std::is_base_of_v<std::system_error, tally::Error>);
static_assert(std::is_nothrow_copy_constructible_v<tally::Error>);
static_assert(noexcept(tally::version()) &&noexcept(tally::backend()));
static_assert(std::is_aggregate_v<CounterOptions> && std::is_aggregate_v<tally::ReadOptions>);
/* There is no default for the needle. */
static_assert(!std::is_default_constructible_v<CounterOptions>);

/* Matches of a temporary that owns its bytes, or of a temporary counter, do not compile. */
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

/* Nor does a question of a temporary counter, which would be gone when it is asked. */
template <class C, class = void> constexpr bool has_question = false;
template <class C>
constexpr bool has_question<
    C, std::void_t<decltype(tally::Question::count(std::declval<C>(), nullptr))>> = true;
static_assert(has_question<Counter &> && has_question<const Counter &>);
static_assert(!has_question<Counter> && !has_question<const Counter>);

/* Only bytes are data. An int might be meant as a byte or as a code point, so it is no needle. */
static_assert(std::is_convertible_v<std::string, tally::Bytes>);
static_assert(std::is_convertible_v<std::vector<std::byte>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::vector<int>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::vector<bool>, tally::Bytes>);
static_assert(!std::is_convertible_v<std::wstring, tally::Bytes>);
static_assert(!std::is_convertible_v<int, tally::Bytes>);
static_assert(!std::is_convertible_v<std::nullptr_t, tally::Bytes>);
static_assert(!std::is_convertible_v<int, Needle>);
static_assert(!std::is_convertible_v<std::uint64_t, Condition>);

#ifdef __cpp_lib_concepts
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
    CHECK(has_two("cc") && !has_two("c"), "two files of one program");
    CHECK(tally::backend() == std::string(tally_backend()), "backend");
    const std::error_code code = Status::limit;
    CHECK(code == Status::limit && code != Status::overlap, "error code");
    CHECK(code.category().name() == "tally"s, "category");
    CHECK(code.message() == tally_status_message(TALLY_ERROR_LIMIT), "message");
}

void check_data() {
    const Counter counter('c', 2, Reset::newlines);
    /* Every kind of data contains "c\0c\n"; text ends at the first NUL. */
    const std::string string("c\0c\n", 4);
    const std::array<std::byte, 4> bytes{std::byte{'c'}, std::byte{0}, std::byte{'c'},
                                         std::byte{'\n'}};
    const unsigned char plain[] = {'c', 0, 'c', '\n'};
    std::vector<signed char> numbers{'c', 0, 'c', '\n'};
    CHECK(counter.count(string) == 2, "std::string");
    CHECK(counter.count(std::string_view(string)) == 2, "std::string_view");
    CHECK(counter.count(std::string(string)) == 2, "temporary");
    CHECK(counter.count(bytes) == 2, "std::array");
    CHECK(counter.count(plain) == 2, "array");
    CHECK(counter.count(numbers) == 2, "std::vector");
    CHECK(counter.count({plain, 3}) == 2 && counter.count({plain, 2}) == 1, "pointer and length");
    CHECK(counter.count("c\0c\n") == 1, "text");
    CHECK(counter.count(string.c_str()) == 1, "text");
    CHECK(counter.count(u8"c\0c\n") == 1, "UTF-8 text");
    char buffer[16] = "ccc";
    CHECK(counter.count(buffer) == 3, "array of char");
    CHECK(counter.count({}) == 0 && counter.count({nullptr, 0}) == 0, "empty");
    CHECK(counter.count("") == 0 && counter.count(std::vector<char>()) == 0, "empty");
#ifdef __cpp_lib_span
    CHECK(counter.count(std::span(bytes)) == 2, "std::span");
    CHECK(counter.count(std::as_bytes(std::span(numbers))) == 2, "std::span");
#endif
}

void check_needles() {
    const std::string text = "\xE9 caf\xC3\xA9; \xF0\x9F\x8D\xB5\n\xC3\xA9;\xE2\x82\xAC";
    CHECK(Counter('\xE9', 1).count(text) == 1, "byte above 0x7F");
    CHECK(Counter('\0', 1).count({"a\0b\0", 4}) == 2, "NUL");
    CHECK(Counter(U'\u00E9', 1).count(text) == 2, "2 bytes in UTF-8");
    CHECK((Counter(U'\u20AC', 1, "\n").find(text) == Match{1, 14, 20, 1}), "3 bytes in UTF-8");
    CHECK((Counter(U'\U0001F375', 1, "\n").find(text) == Match{0, 0, 13, 1}), "4 bytes in UTF-8");
    CHECK(Counter(U'\0', 1).count({"a\0b\0", 4}) == 2, "U+0000");
    CHECK(Counter("\xC3\xA9;", 1).count(text) == 2, "string");
    CHECK(Counter("aa"sv, 1).count("aaa") == 1, "string");
    CHECK(Counter(Needle::any_of(";\xE9"), 1).count(text) == 3, "any of");
    CHECK(Counter(Needle::any_of("\n;"), 1, "\n").matching_segments(text) == 2,
          "any of, and reset");
    /* A needle that is copied or kept still counts its own byte. */
    const Needle kept = Needle(';'), copy = kept;
    CHECK(Counter(copy, 1).count(text) == 2 && Counter(kept, 1).count(text) == 2, "kept");
}

void check_resets() {
    const std::string text = "\xE9 caf\xC3\xA9; \xF0\x9F\x8D\xB5\n\xC3\xA9;\xE2\x82\xAC";
    CHECK(Counter(';', 1, ";").max_count(text) == 1, "byte");
    CHECK(Counter(U'\u00E9', 1, Reset::newlines).max_count(text) == 1, "character, named");
    CHECK(Counter(U'\u00E9', 1, ";").max_count(text) == 1, "character, bytes");
    CHECK(Counter(U';', 2, "x").has_count(text), "character of 1 byte, bytes");
    const auto segments = [](Needle needle, Reset reset) {
        return Counter(needle, 1, reset).matching_segments("a\na a");
    };
    CHECK(Counter('a', 1).matching_segments("a\na a") == 1, "default");
    CHECK(segments('a', Reset::none) == 1 && segments('a', "") == 1, "none");
    CHECK(segments('a', Reset::newlines) == 2, "newlines");
    CHECK(segments('a', Reset::spaces) == 2, "spaces");
    CHECK(segments('a', Reset::whitespace) == 3, "white space");
    CHECK(segments('a', std::vector<char>{'\n', ' '}) == 3, "bytes");
    CHECK(Counter("a", 1, Reset::whitespace).matching_segments("a\na\va\fa\ra\ta a") == 7, "all");
}

void check_options() {
    CounterOptions options{Needle::any_of(",;")};
    CHECK(Counter(options).matching_segments("a\n;") == 1, "defaults: at least 0, no reset");
    options.condition = Condition::at_least(2);
    CHECK(Counter(options).has_count("a,\n;"), "at least 2");
    options.reset = Reset::newlines;
    CHECK(!Counter(options).has_count("a,\n;"), "newlines");
    CHECK((Counter(options).find("a,\n;,") == Match{1, 3, 5, 2}), "newlines");
    options.needle = U'\u00E9';
    options.reset = "|";
    CHECK(Counter(options).has_count("\xC3\xA9\xC3\xA9"), "character");
    CHECK(!Counter(options).has_count("\xC3\xA9|\xC3\xA9"), "character");
    options.needle = ';';
    const CounterOptions copy = options;
    CHECK(Counter(copy).has_count(";;") && !Counter(copy).has_count(";|;"), "copy");
#ifdef __cpp_designated_initializers
    const Counter named({.needle = "ab", .condition = Condition::at_least(2), .reset = " "});
    CHECK(named.has_count("abab") && !named.has_count("ab ab"), "by name");
    CHECK(Counter({.needle = ';'}).has_count(""), "by name");
#endif
}

/* Every status that a call on data in memory can have. */
void check_errors() {
    const Status invalid = Status::invalid_argument, null = Status::null_pointer;
    CHECK(status_of([] { Counter(char32_t{0xD800}, 1); }) == invalid, "surrogate");
    CHECK(status_of([] { Counter(char32_t{0xDFFF}, 1, "x"); }) == invalid, "surrogate");
    CHECK(status_of([] { Counter(char32_t{0x110000}, 1); }) == invalid, "no code point");
    CHECK(status_of([] { Counter(char32_t{0xFFFFFFFF}, 1, "x"); }) == invalid, "no code point");
    CHECK(status_of([] { Counter("", 1); }) == invalid, "empty string");
    CHECK(status_of([] { Counter(Needle::any_of(""), 1); }) == invalid, "empty set");
    const Status reset = Status::reset_in_needle;
    CHECK(status_of([] { Counter("a\n", 1, Reset::newlines); }) == reset, "reset in the string");
    CHECK(status_of([] { Counter(U'\u00E9', 1, "\xA9"); }) == reset, "reset in the character");
    const char *no_text = nullptr;
    CHECK(status_of([=] { Counter(no_text, 1); }) == null, "no text");
    CHECK(status_of([=] { Counter('c', 1, no_text); }) == null, "no text");
    CHECK(status_of([] { Counter(tally::Bytes(nullptr, 1), 1); }) == null, "no needle");
    CHECK(status_of([] { Counter('c', 1, tally::Bytes(nullptr, 1)); }) == null, "no reset");

    const Counter counter('c', 2, Reset::newlines);
    const std::size_t too_long = static_cast<std::size_t>(PTRDIFF_MAX) + 1;
    Stream stream(counter);
    Summary summary(counter);
    const tally::Bytes bad[] = {{nullptr, 1}, {"c", too_long}};
    for (const tally::Bytes data : bad) {
        const auto refused = [expected = data.data() == nullptr ? null : invalid](auto call) {
            CHECK(status_of(call) == expected, "data");
        };
        refused([&] { (void)counter.has_count(data); });
        refused([&] { (void)counter.find(data); });
        refused([&] { (void)counter.find_many(data, nullptr, nullptr, 0); });
        refused([&] { (void)counter.matches(data).begin(); });
        refused([&] { (void)counter.count(data); });
        refused([&] { (void)counter.max_count(data); });
        refused([&] { (void)counter.matching_segments(data); });
        refused([&] { (void)counter.has_count_threads(data, 2); });
        refused([&] { (void)counter.find_threads(data, 2); });
        refused([&] { (void)counter.count_threads(data, 2); });
        refused([&] { (void)counter.max_count_threads(data, 2); });
        refused([&] { (void)counter.matching_segments_threads(data, 2); });
        refused([&] { stream.feed(data); });
        refused([&] { summary.feed(data); });
    }
    CHECK(status_of([&] { (void)counter.count(no_text); }) == null, "no text");
    CHECK(status_of([&] { counter.find_many("cc", nullptr, nullptr, 1); }) == null, "no room");
    const Status not_a_match = Status::not_a_match;
    CHECK(status_of([&] { (void)counter.find("c\ncc", Match{1, 0, 2, 2}); }) == not_a_match, "");

    const Summary other(Counter('c', 3, Reset::newlines));
    CHECK(status_of([&] { summary.merge(other); }) == Status::different_counters, "merge");
    const Counter pairs("aa", 1);
    Summary left(pairs), right(pairs);
    left.feed("a");
    right.feed(std::string(1000, 'a'));
    const Totals before = left.totals();
    CHECK(status_of([&] { left.merge(right); }) == Status::overlap, "merge");
    CHECK(left.totals() == before && before.bytes == 1, "unchanged");
}

/* A summary travels as its state. */
void check_states() {
    const Counter counter("é", 2, Reset::newlines);
    Summary left(counter), right(counter);
    left.feed("é\n\xC3");
    right.feed("\xA9é");
    const std::string state = right.save();
    left.merge(Summary::load(counter, state));
    CHECK((left.totals() == Totals{7, 3, 2, 2, 1}), "merged");
    CHECK(right.save() == state, "saving changes nothing");
    /* The counter may be destroyed before; any range of bytes can hold the state. */
    const auto *first = reinterpret_cast<const std::byte *>(state.data());
    const std::vector<std::byte> bytes(first, first + state.size());
    Summary again = Summary::load(Counter("é", 2, "\n"), bytes);
    again.feed("é");
    CHECK((again.totals() == Totals{5, 2, 2, 1, 1}), "it continues");
    again.reset();
    CHECK(again.save() == Summary(counter).save(), "reset");

    const auto load = [&](tally::Bytes data) {
        return status_of([&] { (void)Summary::load(counter, data); });
    };
    CHECK(load({state.data(), state.size() - 1}) == Status::bad_state, "cut short");
    CHECK(load(state + "x") == Status::bad_state, "too long");
    CHECK(load({}) == Status::bad_state && load({nullptr, 1}) == Status::null_pointer, "no state");
    CHECK(status_of([&] { (void)Summary::load(Counter("é", 2), state); }) ==
              Status::different_counters,
          "another question");
    /* A summary of 2^62 bytes can be saved; of one more, it cannot. */
    const Counter single('c', 1);
    Summary large(single);
    large.feed("c");
    for (int i = 0; i < 62; i++) {
        large.merge(large);
    }
    CHECK(Summary::load(single, large.save()).totals() == large.totals(), "2^62 bytes");
    CHECK(status_of([&] { large.merge(large); }) == Status::limit, "2^63 bytes");
    large.feed("c");
    CHECK(status_of([&] { (void)large.save(); }) == Status::limit, "2^62 + 1 bytes");
}

/* Many strings in one call, each data of its own. */
void check_lists() {
    const Counter counter('x', 2, Reset::newlines);
    const std::string text = "xx"
                             "x"
                             ""
                             "x\nxxx"
                             "\n";
    const std::size_t lens[] = {2, 1, 0, 5, 1};
    const bool expected[] = {true, false, false, true, false};
    const std::uint64_t expected_counts[] = {2, 1, 0, 4, 0}, expected_max[] = {2, 1, 0, 3, 0};
    bool matched[5];
    std::uint64_t counts[5], max_counts[5];
    counter.has_counts(text, lens, 5, matched);
    counter.counts(text, lens, 5, counts);
    counter.max_counts(text, lens, 5, max_counts);
    CHECK(std::equal(matched, matched + 5, expected), "has_counts");
    CHECK(std::equal(counts, counts + 5, expected_counts), "counts");
    CHECK(std::equal(max_counts, max_counts + 5, expected_max), "max_counts");
    counter.counts({}, nullptr, 0, nullptr);
    const Status invalid = Status::invalid_argument, null = Status::null_pointer;
    CHECK(status_of([&] { counter.has_counts(text, lens, 4, matched); }) == invalid, "too short");
    CHECK(status_of([&] { counter.counts("xx", lens, 2, counts); }) == invalid, "too long");
    CHECK(status_of([&] { counter.max_counts(text, nullptr, 5, counts); }) == null, "lens");
    CHECK(status_of([&] { counter.counts(text, lens, 5, nullptr); }) == null, "counts");
}

/* The same strings by offsets, and as a column whose last value is null. */
void check_columns() {
    const Counter counter('x', 2, Reset::newlines);
    const std::string text = "xxxx\nxxx\n";
    const std::uint32_t offsets32[] = {0, 2, 3, 3, 8, 9};
    const std::uint64_t offsets64[] = {0, 2, 3, 3, 8, 9};
    const bool expected[] = {true, false, false, true, false};
    const std::uint64_t expected_counts[] = {2, 1, 0, 4, 0}, expected_max[] = {2, 1, 0, 3, 0};
    bool matched[5];
    std::uint64_t counts[5], max_counts[5];
    const auto check = [&](const auto *offsets) {
        counter.has_counts_by_offsets(text, offsets, 5, matched);
        counter.counts_by_offsets(text, offsets, 5, counts);
        counter.max_counts_by_offsets(text, offsets, 5, max_counts);
        CHECK(std::equal(matched, matched + 5, expected), "has_counts_by_offsets");
        CHECK(std::equal(counts, counts + 5, expected_counts), "counts_by_offsets");
        CHECK(std::equal(max_counts, max_counts + 5, expected_max), "max_counts_by_offsets");
        const std::string shorter = text.substr(1);
        CHECK(status_of([&] { counter.counts_by_offsets(shorter, offsets, 5, counts); }) ==
                  Status::invalid_argument,
              "too short");
    };
    check(offsets32);
    check(offsets64);

    const std::uint8_t bits = 0b01111;
    const void *buffers[] = {&bits, offsets32, text.data()};
    ArrowSchema schema{};
    schema.format = "u";
    schema.release = [](ArrowSchema *) {};
    ArrowArray array{};
    array.length = 5;
    array.null_count = 1;
    array.n_buffers = 3;
    array.buffers = buffers;
    array.release = [](ArrowArray *) {};
    std::int64_t column_counts[5], column_max[5];
    std::uint8_t column_matched, validity;
    CHECK(counter.column_has_counts(schema, array, &column_matched, &validity, 5) == 1, "nulls");
    CHECK(column_matched == 0b01001 && validity == bits, "column_has_counts");
    CHECK(counter.column_counts(schema, array, column_counts, nullptr, 5) == 1, "nulls");
    CHECK(counter.column_max_counts(schema, array, column_max, nullptr, 5) == 1, "nulls");
    CHECK(std::equal(column_counts, column_counts + 5, expected_counts), "column_counts");
    CHECK(std::equal(column_max, column_max + 5, expected_max), "column_max_counts");
    /* text, cut at the offsets, as a table of what a plain look says. */
    std::int64_t answers[8][5];
    using tally::Question;
    using tally::Trim;
    const Question questions[] = {
        Question::count(counter, answers[0]),
        Question::max_count(counter, answers[1]),
        Question::has_count(counter, answers[2]),
        Question::matching_segments(counter, answers[3]),
        Question::starting_segments(counter, Trim::none, answers[4]),
        Question::ending_segments(counter, Trim::unicode, answers[5]),
        Question::words(tally::WordRule::unicode, answers[6]),
        Question::bytes(answers[7]),
    };
    CHECK(tally::ask(schema, array, questions, 8, &validity, 5) == 1 && validity == bits, "ask");
    for (std::size_t at = 0; at < 4; at++) {
        const std::string_view value(text.data() + offsets32[at],
                                     offsets32[at + 1] - offsets32[at]);
        const auto as = [](std::uint64_t answer) { return static_cast<std::int64_t>(answer); };
        const std::int64_t right[] = {as(counter.count(value)),
                                      as(counter.max_count(value)),
                                      as(counter.has_count(value)),
                                      as(counter.matching_segments(value)),
                                      as(counter.starting_segments(value)),
                                      as(counter.ending_segments(value, Trim::unicode)),
                                      as(tally::count_words(value)),
                                      as(value.size())};
        for (std::size_t question = 0; question < 8; question++) {
            CHECK(answers[question][at] == right[question] && answers[question][4] == 0, "ask");
        }
    }
    CHECK(status_of([&] { (void)tally::ask(schema, array, questions, 8, nullptr, 4); }) ==
              Status::limit,
          "capacity");
    Counter gone('c', 2, Reset::newlines);
    const Counter taker = std::move(gone);
    const Question of_none = Question::count(gone, answers[0]);
    CHECK(status_of([&] { (void)tally::ask(schema, array, &of_none, 1, nullptr, 5); }) ==
              Status::null_pointer,
          "a counter that was moved from");
    tally::Words words;
    words.feed_column(schema, array);
    tally::TopWords top;
    top.feed_column(schema, array);
    std::int64_t all = 0;
    for (const std::int64_t in_value : answers[6]) {
        all += in_value;
    }
    CHECK(words.total() == static_cast<std::uint64_t>(all) && top.total() == words.total() && all > 0,
          "words of a column");

    Summary summary(counter);
    summary.feed_column(schema, array);
    const Totals totals = summary.totals();
    CHECK(totals.count == 7 && totals.bytes == 12 && totals.matching_segments == 2, "feed_column");
    CHECK(status_of([&] { (void)counter.column_counts(schema, array, column_counts, nullptr, 4); }) ==
              Status::limit,
          "capacity");
    ArrowSchema exported_schema{};
    ArrowArray exported{};
    tally::export_results(tally::Results::counts, column_counts, &bits, 5, 1, exported_schema,
                          exported);
    CHECK(exported.length == 5 && exported.null_count == 1, "export_results");
    CHECK(static_cast<const std::int64_t *>(exported.buffers[1])[3] == 4, "export_results");
    exported.release(&exported);
    exported_schema.release(&exported_schema);
    array.length = -1;
    CHECK(status_of([&] { (void)counter.column_counts(schema, array, column_counts, nullptr, 5); }) ==
              Status::invalid_argument,
          "length");
}

/* Segments that start or end with the needle. */
void check_edges() {
    using tally::Trim;
    const Counter bullets("\u2022", 1, Reset::newlines);
    const std::string_view list = "\u2022 one\n\u00A0\u2022 two\n  \u2022\r\nthree \u2022";
    CHECK(bullets.starting_segments(list) == 1, "starting_segments");
    CHECK(bullets.starting_segments(list, Trim::ascii) == 2, "starting_segments");
    CHECK(bullets.starting_segments(list, Trim::unicode) == 3, "starting_segments");
    CHECK(bullets.ending_segments(list) == 1, "ending_segments");
    CHECK(bullets.ending_segments(list, Trim::ascii) == 2, "ending_segments");
    CHECK(status_of([&] { (void)bullets.ending_segments(list, static_cast<Trim>(3)); }) ==
              Status::invalid_argument,
          "trim");
}

/* After a move, the source can be assigned to or destroyed; all else throws null_pointer. */
void check_moves() {
    Counter counter('c', 2, Reset::newlines);
    Stream stream(counter);
    Summary summary(counter);
    stream.feed("c");
    summary.feed("c");

    Counter counter_now = std::move(counter);
    Stream stream_now = std::move(stream);
    Summary summary_now = std::move(summary);
    CHECK(counter_now.has_count("cc"), "moved");
    CHECK((stream_now.feed("c") && stream_now.first_match() == Match{0, 0, 2, 2}), "moved");
    summary_now.feed("c");
    CHECK((summary_now.totals() == Totals{2, 2, 2, 1, 1}), "moved");

    // NOLINTBEGIN(bugprone-use-after-move): it is what is tested
    CHECK(counter.get() == nullptr && stream.get() == nullptr, "moved from");
    CHECK(std::as_const(summary).get() == nullptr, "moved from");
    const auto refused = [](auto call) {
        CHECK(status_of(call) == Status::null_pointer, "moved from");
    };
    refused([&] { (void)counter.has_count("c"); });
    refused([&] { (void)counter.has_count_threads("c", 2); });
    refused([&] { (void)counter.find("c"); });
    refused([&] { (void)counter.find("c", Match{0, 0, 1, 2}); });
    refused([&] { (void)counter.find_threads("c", 2); });
    refused([&] { counter.find_many("c", nullptr, nullptr, 0); });
    refused([&] { (void)counter.matches("c").begin(); });
    refused([&] { (void)counter.count("c"); });
    refused([&] { (void)counter.count_threads("c", 2); });
    refused([&] { (void)counter.max_count("c"); });
    refused([&] { (void)counter.max_count_threads("c", 2); });
    refused([&] { (void)counter.matching_segments("c"); });
    refused([&] { (void)counter.matching_segments_threads("c", 2); });
    refused([&] { counter.has_counts({}, nullptr, 0, nullptr); });
    refused([&] { counter.counts({}, nullptr, 0, nullptr); });
    refused([&] { counter.max_counts({}, nullptr, 0, nullptr); });
    refused([&] { Stream{counter}; });
    refused([&] { Summary{counter}; });
    refused([&] { stream.feed("c"); });
    refused([&] { stream.feed_file("/dev/null"); });
    refused([&] { stream.feed_fd(-1); });
    refused([&] { (void)stream.matched(); });
    refused([&] { (void)stream.first_match(); });
    refused([&] { stream.reset(); });
    refused([&] { summary.feed("c"); });
    refused([&] { summary.feed_file("/dev/null"); });
    refused([&] { summary.feed_fd(-1); });
    refused([&] { summary.merge(summary_now); });
    refused([&] { summary_now.merge(summary); });
    refused([&] { summary.merge(summary); });
    refused([&] { (void)summary.totals(); });
    refused([&] { (void)summary.save(); });
    refused([&] { (void)Summary::load(counter, summary_now.save()); });
    refused([&] { summary.reset(); });
    CHECK((summary_now.totals() == Totals{2, 2, 2, 1, 1}), "after refused merges");

    counter = Counter('d', 1);
    stream = Stream(counter);
    summary = Summary(counter);
    summary.feed("cd");
    CHECK(counter.has_count("d") && !stream.feed("c"), "assigned");
    CHECK(summary.totals().count == 1, "assigned");
    std::swap(summary, summary_now);
    CHECK(summary.totals().count == 2 && summary_now.totals().count == 1, "swapped");
    // NOLINTEND(bugprone-use-after-move)
}

void check_iteration() {
    /* Around the numbers of matches that an iterator fetches in one call: 1, 4, then 16. */
    const std::size_t numbers[] = {0, 1, 2, 4, 5, 6, 20, 21, 22, 36, 37, 38, 100};
    const Counter counter('x', 2, Reset::newlines);
    for (const std::size_t number : numbers) {
        /* Every second line matches, at its second byte. */
        std::string text;
        std::vector<Match> expected;
        for (std::size_t i = 0; i < number; i++) {
            text += "x.\nxxx\n";
            expected.push_back({2 * i + 1, 7 * i + 3, 7 * i + 5, 2});
        }
        std::vector<Match> found;
        for (const Match &match : counter.matches(text)) {
            found.push_back(match);
        }
        CHECK(found == expected, "range-for");
        const auto matches = counter.matches(text);
        CHECK(std::distance(matches.begin(), matches.end()) == static_cast<std::ptrdiff_t>(number),
              "algorithm");
        CHECK(std::vector<Match>(matches.begin(), matches.end()) == expected, "again");
        const std::size_t rooms[] = {0, 1, 31, 32, 33, 1000};
        const Match untouched{9, 9, 9, 9};
        for (const std::size_t room : rooms) {
            std::vector<Match> some(room, untouched);
            const std::size_t len = counter.find_many(text, nullptr, some.data(), room);
            CHECK(len == std::min(room, number), "find_many");
            for (std::size_t i = 0; i < room; i++) {
                CHECK(some[i] == (i < len ? expected[i] : untouched), "find_many");
            }
        }
        /* `after` may be one of the matches that are overwritten. */
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
    /* Moving the counter does not move its handle. */
    Counter first('x', 1, Reset::newlines);
    const auto moving = first.matches(text);
    const Counter second = std::move(first);
    CHECK(std::distance(moving.begin(), moving.end()) == 2, "moved counter");
    /* Every segment has at least 0. */
    std::uint64_t segments = 0;
    const Counter none('y', 0, Reset::newlines);
    for (const auto &match : none.matches(text)) {
        CHECK((match == Match{segments, 3 * segments, 3 * segments, 0}), "at least 0");
        segments++;
    }
    CHECK(segments == 3, "at least 0");
}

/* Memory runs out. RLIMIT_AS bounds neither the address sanitizer's allocator nor an emulated
   process. */
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

/* One counter for all threads, and a summary for each, merged in the order of the data. */
void check_threads() {
    const Counter counter("ab", 3, Reset::newlines);
    std::string text;
    for (int i = 0; i < 200000; i++) {
        text += i % 4 == 0 ? "ab.ab.ab\n" : "ab.ba.ab\n";
    }
    const Totals whole{1800000, 450000, 3, 200001, 50000};
    std::vector<Summary> parts;
    for (int i = 0; i < 4; i++) {
        parts.emplace_back(counter);
    }
    std::vector<std::thread> threads;
    std::atomic<int> right = 0;
    for (std::size_t i = 0; i < parts.size(); i++) {
        threads.emplace_back([&, i] {
            /* Cut inside lines and strings. */
            const std::size_t from = i * 449999, to = i == 3 ? text.size() : from + 449999;
            parts[i].feed({text.data() + from, to - from});
            right += counter.count(text) == 450000 && counter.find(text) == Match{0, 0, 8, 3};
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
        CHECK(counter.matching_segments_threads(text, number) == whole.matching_segments,
              "threads");
        CHECK((counter.find_threads(text, number) == Match{0, 0, 8, 3}), "threads");
        CHECK(counter.has_count_threads(text, number), "threads");
        CHECK(!Counter("abab", 1).find_threads(text, number), "threads");
    }
    /* A summary merged with itself. */
    parts[1].reset();
    parts[1].feed("ab.a");
    parts[1].merge(parts[1]);
    CHECK((parts[1].totals() == Totals{8, 2, 2, 1, 0}), "twice");
}

} // namespace

/* With an argument: in an emulator. */
int main(int argc, char **) {
    check_library();
    check_data();
    check_needles();
    check_resets();
    check_options();
    check_errors();
    check_states();
    check_lists();
    check_columns();
    check_edges();
    check_moves();
    check_iteration();
    if (argc == 1) {
        check_memory();
    }
    check_threads();
    return report("C++ bindings");
}
