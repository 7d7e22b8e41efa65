/*
 * tally for C++17 and later: does this character occur at least N times, in any word, any line, or
 * the whole text?
 *
 *     #include <tally.hpp>
 *
 *     const tally::Counter counter(';', 64, tally::Reset::newlines);
 *     if (counter.has_count(text)) {
 *         std::puts("a line has 64 semicolons or more");
 *     }
 *     for (const tally::Match &match : counter.matches(text)) {
 *         std::cout << "line " << match.segment + 1 << '\n';
 *     }
 *
 * This header wraps all of tally.h, which defines hits, segments and matches, and needs nothing but
 * the library itself. Conventions:
 *
 * - A function that fails throws tally::Error, or std::bad_alloc if this header itself cannot
 *   allocate. Objects are then unchanged, with two exceptions: if reading a file ends early, what
 *   was read before has been fed; and what Status::panic happened in has to be reset, or cleared.
 * - Counter, Stream, Summary, Words and TopWords can be moved, but not copied. After a move, the
 *   source can be assigned to or destroyed; anything else throws an Error with
 *   Status::null_pointer.
 * - Data is borrowed for the call. Lengths and offsets are in bytes.
 * - Any number of threads can use a Counter at the same time. Everything else is for one thread at a
 *   time; concurrent or re-entrant use of what the library holds throws an Error with
 *   Status::in_use.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TALLY_HPP
#define TALLY_HPP

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <tally.h>

#ifdef _WIN32
extern "C" __declspec(dllimport) unsigned long __stdcall GetLastError(void);
#endif

namespace tally {

// ---------------------------------------------------------------------------------------------
// Errors and information
// ---------------------------------------------------------------------------------------------

/// The reason for an Error: the numbers of tally_status. Later versions may add some.
enum class Status : tally_status {
    ok = TALLY_OK,
    /// A pointer that must not be null is null, or an object was moved from.
    null_pointer = TALLY_ERROR_NULL_POINTER,
    /// An argument is outside of what the function accepts.
    invalid_argument = TALLY_ERROR_INVALID_ARGUMENT,
    /// Opening or reading a file failed; Error::code() says why.
    io = TALLY_ERROR_IO,
    /// Not enough memory.
    no_memory = TALLY_ERROR_NO_MEMORY,
    /// A limit was reached: one that the caller set, or one that the function names.
    limit = TALLY_ERROR_LIMIT,
    /// The progress callback stopped the call.
    cancelled = TALLY_ERROR_CANCELLED,
    /// The library has a defect; please report it. A Stream, Summary, Words or TopWords in which it
    /// happened throws this from every call until it is reset, or cleared.
    panic = TALLY_ERROR_PANIC,
    /// The summaries cannot be merged exactly: overlapping occurrences cross the cut between them.
    overlap = TALLY_ERROR_OVERLAP,
    /// Another call is using the object: on another thread, or the one whose callback this is.
    in_use = TALLY_ERROR_IN_USE,
    /// The needle has several bytes, and one of them is a reset byte.
    reset_in_needle = TALLY_ERROR_RESET_IN_NEEDLE,
    /// The match to continue from cannot be a match of this counter in this data.
    not_a_match = TALLY_ERROR_NOT_A_MATCH,
    /// The summaries or tables, or the state and what it is loaded for, ask different questions.
    different_counters = TALLY_ERROR_DIFFERENT_COUNTERS,
    /// The bytes are not a state that this version can load, or they are damaged.
    bad_state = TALLY_ERROR_BAD_STATE,
    /// The data of the stream has ended; nothing can be fed until it is reset.
    finished = TALLY_ERROR_FINISHED,
};

/// What a status means, in English. The text is static.
[[nodiscard]] inline const char *message(Status status) noexcept {
    return tally_status_message(static_cast<tally_status>(status));
}

/// The category of error codes that are a Status.
[[nodiscard]] inline const std::error_category &error_category() noexcept {
    class Category final : public std::error_category {
        const char *name() const noexcept override { return "tally"; }
        std::string message(int status) const override { return tally_status_message(status); }
    };
    static const Category category;
    return category;
}

[[nodiscard]] inline std::error_code make_error_code(Status status) noexcept {
    return {static_cast<int>(status), error_category()};
}

} // namespace tally

template <> struct std::is_error_code_enum<tally::Status> : std::true_type {};

namespace tally {

/// What this header throws; besides it, only std::bad_alloc and what a progress callback throws.
///
/// code() is the system's reason for Status::io, which compares with std::errc, and otherwise the
/// status. what() is message(status()), for Status::io followed by the reason.
class Error : public std::system_error {
public:
    explicit Error(Status status) : std::system_error(status), status_(status) {}

    /// Status::io, and why: errno, or GetLastError() on Windows.
    explicit Error(std::error_code reason)
        : std::system_error(reason, message(Status::io)), status_(Status::io) {}

    [[nodiscard]] Status status() const noexcept { return status_; }

private:
    Status status_;
};

/// The version of the library in use, as "MAJOR.MINOR.PATCH". The macros TALLY_VERSION_MAJOR,
/// _MINOR and _PATCH are the header's version.
[[nodiscard]] inline const char *version() noexcept {
    return tally_version();
}

/// The widest instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
[[nodiscard]] inline const char *backend() noexcept {
    return tally_backend();
}

// ---------------------------------------------------------------------------------------------
// Arguments and results
// ---------------------------------------------------------------------------------------------

namespace detail {

template <class T> inline constexpr bool is_text = std::is_same_v<T, char>;
#ifdef __cpp_char8_t
template <> inline constexpr bool is_text<char8_t> = true;
#endif

template <class T>
inline constexpr bool is_byte = is_text<T> || std::is_same_v<T, signed char> ||
                                std::is_same_v<T, unsigned char> || std::is_same_v<T, std::byte>;

/// What std::data points to, with its const.
template <class T> using Element = std::remove_pointer_t<decltype(std::data(std::declval<T &>()))>;

/// Whether a T has contiguous bytes. Arrays of text are excluded: they end in NUL.
template <class T, class = void> inline constexpr bool is_byte_range = false;
template <class T>
inline constexpr bool is_byte_range<
    T, std::void_t<Element<const T>, decltype(std::size(std::declval<const T &>()))>> =
    is_byte<std::remove_const_t<Element<const T>>> &&
    !(std::is_array_v<T> && is_text<std::remove_const_t<Element<const T>>>);

/// Whether the bytes die with the T. A view's elements do not depend on the const of the view.
template <class T, bool = is_byte_range<T>> inline constexpr bool owns_bytes = false;
template <class T>
inline constexpr bool owns_bytes<T, true> = !std::is_same_v<Element<T>, Element<const T>>;

} // namespace detail

/// A view of bytes, which every function accepts as data. It converts from
///
/// - std::string, std::string_view, std::vector, std::array, std::span, arrays and their like, of
///   char, signed char, unsigned char, char8_t or std::byte;
/// - text that ends in NUL: const char *, arrays of char, and the same of char8_t;
/// - a pointer and a length, as {data, size}. Null with a size of 0 is empty data.
class Bytes {
public:
    constexpr Bytes() noexcept = default;

    constexpr Bytes(const void *data, std::size_t size) noexcept : data_(data), size_(size) {}

    template <class Text, std::enable_if_t<detail::is_text<Text>, int> = 0>
    constexpr Bytes(const Text *text)
        : data_(text), size_(text != nullptr ? std::char_traits<Text>::length(text)
                                             : throw Error(Status::null_pointer)) {}

    template <class T, std::enable_if_t<detail::is_byte_range<T>, int> = 0>
    constexpr Bytes(const T &range) : data_(std::data(range)), size_(std::size(range)) {}

    [[nodiscard]] constexpr const void *data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    const void *data_ = nullptr;
    std::size_t size_ = 0;
};

/// What is counted. An occurrence of it is a hit. A view: it is only valid as long as the bytes it
/// was made from.
///
/// - ';', a char: that byte;
/// - U'é', a char32_t: a code point, counted as its UTF-8 bytes;
/// - "\r\n", or anything else that converts to Bytes: a string of at least one byte, its
///   occurrences leftmost first, not overlapping;
/// - Needle::any_of(",;\t"): any byte of a set, which must not be empty.
class Needle {
public:
    constexpr Needle(char byte) noexcept : is_byte_(true), byte_(byte) {}

    constexpr Needle(char32_t character) noexcept
        : kind_(TALLY_NEEDLE_CHARACTER), character_(character) {}

    template <class T, std::enable_if_t<std::is_convertible_v<const T &, Bytes>, int> = 0>
    constexpr Needle(const T &string) : bytes_(string) {}

    [[nodiscard]] static constexpr Needle any_of(Bytes set) noexcept {
        Needle needle(set);
        needle.kind_ = TALLY_NEEDLE_ANY_OF;
        return needle;
    }

private:
    friend class Counter;

    std::uint32_t kind_ = TALLY_NEEDLE_STRING;
    bool is_byte_ = false;
    char byte_ = 0;
    char32_t character_ = 0;
    Bytes bytes_;
};

/// Which white space is left out at the edge of a segment.
enum class Trim : tally_trim {
    none = TALLY_TRIM_NONE,
    /// A space, "\t", "\n", "\v", "\f" or "\r".
    ascii = TALLY_TRIM_ASCII,
    /// Each character that Python's str.strip() leaves out; see TALLY_TRIM_UNICODE.
    unicode = TALLY_TRIM_UNICODE,
};

/// The bytes that end a segment: a named set, or any that converts to Bytes. A view: it is only
/// valid as long as the bytes it was made from.
class Reset {
public:
    /// None: all data is one segment.
    static const Reset none;
    /// "\n": segments are lines.
    static const Reset newlines;
    /// A space, U+0020 only.
    static const Reset spaces;
    /// A space, "\t", "\n", "\v", "\f" or "\r": segments are words.
    static const Reset whitespace;

    template <class T, std::enable_if_t<std::is_convertible_v<const T &, Bytes>, int> = 0>
    constexpr Reset(const T &bytes) : bytes_(bytes) {}

private:
    friend class Counter;

    enum class Named : tally_reset {};
    constexpr Reset(Named named) noexcept : named_(static_cast<tally_reset>(named)) {}

    tally_reset named_ = TALLY_RESET_NONE;
    Bytes bytes_;
};

inline constexpr Reset Reset::none(Named{TALLY_RESET_NONE});
inline constexpr Reset Reset::newlines(Named{TALLY_RESET_NEWLINES});
inline constexpr Reset Reset::spaces(Named{TALLY_RESET_SPACES});
inline constexpr Reset Reset::whitespace(Named{TALLY_RESET_WHITESPACE});

/// What a segment's count has to satisfy for the segment to match.
class Condition {
public:
    /// The count reaches `min_number`; 0 holds for every segment.
    [[nodiscard]] static constexpr Condition at_least(std::uint64_t min_number) noexcept {
        return {TALLY_AT_LEAST, min_number, 0};
    }

    /// For max_number: no maximum.
    static constexpr std::uint64_t no_maximum = TALLY_NO_MAXIMUM;

    /// The final count is below `min_number` or above `max_number`.
    [[nodiscard]] static constexpr Condition outside(std::uint64_t min_number,
                                                     std::uint64_t max_number) noexcept {
        return {TALLY_OUTSIDE, min_number, max_number};
    }

    /// The final count is from `min_number` to `max_number`.
    [[nodiscard]] static constexpr Condition within(std::uint64_t min_number,
                                                    std::uint64_t max_number) noexcept {
        return {TALLY_WITHIN, min_number, max_number};
    }

private:
    friend class Counter;

    constexpr Condition(std::uint32_t kind, std::uint64_t min_number,
                        std::uint64_t max_number) noexcept
        : kind_(kind), min_number_(min_number), max_number_(max_number) {}

    std::uint32_t kind_;
    std::uint64_t min_number_;
    std::uint64_t max_number_;
};

/// Which quotes hide bytes; see TALLY_QUOTES_* in tally.h. A view: it is only valid as long as the
/// bytes of the delimiters.
class Quotes {
public:
    /// Nothing is quoted.
    static const Quotes none;

    /// The quotes of CSV: a quote opens only where a field starts.
    ///
    /// @param quote       The quote.
    /// @param escape      Makes the next byte literal; NUL: none.
    /// @param delimiters  The bytes that end a field, besides the reset bytes; none: the needle's.
    [[nodiscard]] static Quotes fields(char quote = '"', char escape = '\0',
                                       Bytes delimiters = {}) noexcept {
        return {TALLY_QUOTES_FIELDS, quote, escape, delimiters};
    }

    /// The quotes of JSON, programs and logs: every quote that is not escaped opens or closes.
    [[nodiscard]] static Quotes anywhere(char quote = '"', char escape = '\0') noexcept {
        return {TALLY_QUOTES_ANYWHERE, quote, escape, {}};
    }

private:
    friend class Counter;

    Quotes(std::uint32_t rule, char quote, char escape, Bytes delimiters) noexcept
        : rule_(rule), quote_(static_cast<unsigned char>(quote)),
          escape_(static_cast<unsigned char>(escape)), delimiters_(delimiters) {}

    std::uint32_t rule_;
    std::uint32_t quote_;
    std::uint32_t escape_;
    Bytes delimiters_;
};

inline const Quotes Quotes::none{TALLY_QUOTES_NONE, '\0', '\0', {}};

/// All options of a Counter. Only the needle has no default.
///
///     tally::CounterOptions options{tally::Needle::any_of(",;\t")};
///     options.condition = tally::Condition::at_least(12);
///     options.reset = tally::Reset::newlines;
///     const tally::Counter counter(options);
struct CounterOptions {
    Needle needle;
    Condition condition = Condition::at_least(0);
    Reset reset = Reset::none;
    /// A segment without a byte never matches.
    bool skip_empty = false;
    /// The last segment never matches if it has no byte.
    bool skip_last_empty = false;
    /// The quotes, which hide bytes.
    Quotes quotes = Quotes::none;
    /// The bytes that lower the count by one, but not below 0.
    Bytes closing = {};
};

/// A segment that matches, and where: the number of the segment, counted from 0, its start, the end
/// of the hit with which the count reached the number, and the count there. It is C's struct, and
/// has comparison operators here.
using Match = tally_match;

/// What a Summary has counted: bytes, count, max_count, segments, matching_segments. It is C's
/// struct, and has comparison operators here.
using Totals = tally_totals;

} // namespace tally

// In the namespace of C's structs, so that comparisons in templates of other namespaces find them.

[[nodiscard]] constexpr bool operator==(const tally_match &left,
                                        const tally_match &right) noexcept {
    return left.segment == right.segment && left.start == right.start && left.end == right.end &&
           left.count == right.count;
}

[[nodiscard]] constexpr bool operator!=(const tally_match &left,
                                        const tally_match &right) noexcept {
    return !(left == right);
}

[[nodiscard]] constexpr bool operator==(const tally_totals &left,
                                        const tally_totals &right) noexcept {
    return left.bytes == right.bytes && left.count == right.count &&
           left.max_count == right.max_count && left.segments == right.segments &&
           left.matching_segments == right.matching_segments;
}

[[nodiscard]] constexpr bool operator!=(const tally_totals &left,
                                        const tally_totals &right) noexcept {
    return !(left == right);
}

namespace tally {

namespace detail {

struct Free {
    void operator()(tally_counter *counter) const noexcept { tally_counter_free(counter); }
    void operator()(tally_stream *stream) const noexcept { tally_stream_free(stream); }
    void operator()(tally_summary *summary) const noexcept { tally_summary_free(summary); }
};

template <class T> using Handle = std::unique_ptr<T, Free>;

inline void check(tally_status status) {
    if (status != TALLY_OK) {
        throw Error(static_cast<Status>(status));
    }
}

/// Calls a function of tally.h whose last parameter receives the result.
template <class T, class Function, class... Args> T call(Function function, Args... args) {
    T result{};
    check(function(args..., &result));
    return result;
}

/// Calls a function of tally.h whose last parameters receive the offset of an open quote and whether
/// one is open.
template <class Function, class... Args>
std::optional<std::uint64_t> call_for_quote(Function function, Args... args) {
    std::uint64_t offset = 0;
    const bool open = call<bool>(function, args..., &offset);
    return open ? std::optional(offset) : std::nullopt;
}

/// Calls a function of tally.h whose last parameters receive a match and whether there is one.
template <class Function, class... Args>
std::optional<Match> call_for_match(Function function, Args... args) {
    Match match{};
    const bool matched = call<bool>(function, args..., &match);
    return matched ? std::optional(match) : std::nullopt;
}

} // namespace detail

// ---------------------------------------------------------------------------------------------
// Data in memory
// ---------------------------------------------------------------------------------------------

/// The matches of a Counter in some data, in order, one for each segment that matches. Returned by
/// Counter::matches. It and its iterators must not outlive the counter's handle and the data.
class Matches {
public:
    /// An input iterator. Incrementing it throws as Counter::find_many does.
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Match;
        using difference_type = std::ptrdiff_t;
        using pointer = const Match *;
        using reference = const Match &;

        /// The end of any matches.
        iterator() noexcept = default;

        [[nodiscard]] reference operator*() const noexcept { return fetched_[next_]; }
        [[nodiscard]] pointer operator->() const noexcept { return &fetched_[next_]; }

        iterator &operator++() {
            if (next_ + 1 < found_) {
                next_++;
            } else if (found_ == room_) {
                fetch(&fetched_[next_], room_ * 4 < most ? room_ * 4 : most);
            } else {
                found_ = 0; // The last call filled less than its room: there are no more.
            }
            return *this;
        }

        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }

        /// For iterators of the same matches.
        [[nodiscard]] friend bool operator==(const iterator &left, const iterator &right) noexcept {
            return left.found_ == 0 || right.found_ == 0 ? left.found_ == right.found_
                                                         : *left == *right;
        }

        [[nodiscard]] friend bool operator!=(const iterator &left, const iterator &right) noexcept {
            return !(left == right);
        }

    private:
        friend class Matches;

        static constexpr std::size_t most = 16;

        iterator(const tally_counter *counter, Bytes data) : counter_(counter), data_(data) {
            fetch(nullptr, 1); // One: the first may be all that is needed.
        }

        void fetch(const Match *after, std::size_t room) {
            found_ = detail::call<std::size_t>(tally_counter_find, counter_, data_.data(),
                                               data_.size(), after, fetched_, room);
            room_ = room;
            next_ = 0;
        }

        const tally_counter *counter_ = nullptr;
        Bytes data_;
        Match fetched_[most] = {};
        std::size_t next_ = 0;
        std::size_t found_ = 0; // 0 at the end.
        std::size_t room_ = 1;
    };

    /// Finds the first match. Throws as Counter::find does.
    [[nodiscard]] iterator begin() const { return {counter_, data_}; }
    [[nodiscard]] iterator end() const noexcept { return {}; }

private:
    friend class Counter;

    Matches(const tally_counter *counter, Bytes data) noexcept : counter_(counter), data_(data) {}

    const tally_counter *counter_;
    Bytes data_;
};

/// A question: does the needle occur at least a number of times in a segment?
///
/// A counter never changes, so any number of threads can use one at the same time without a lock.
///
/// Functions that end in _threads work on that number of threads, the calling one included; 0 is
/// the same as 1. The answer does not depend on the number. Threads pay from a few megabytes on.
/// Only these functions allocate memory; if there is none, the calling thread works alone.
///
/// Data that is null with a length, or longer than PTRDIFF_MAX, is Status::null_pointer or
/// Status::invalid_argument.
class Counter {
public:
    /// A counter of `needle`: a segment matches if its count reaches `min_number`.
    ///
    /// Status::invalid_argument for a surrogate, a number above 0x10FFFF, or an empty needle;
    /// Status::reset_in_needle for a needle of several bytes that contains a reset byte;
    /// Status::no_memory.
    Counter(Needle needle, std::uint64_t min_number, Reset reset = Reset::none)
        : Counter(CounterOptions{needle, Condition::at_least(min_number), reset, false, false,
                                 Quotes::none, Bytes{}}) {}

    /// A counter with all options. Throws as the other constructor.
    explicit Counter(const CounterOptions &options) {
        const Needle &needle = options.needle;
        tally_counter_options in_c{};
        in_c.size = sizeof in_c;
        in_c.needle = needle.is_byte_ ? &needle.byte_ : needle.bytes_.data();
        in_c.needle_len = needle.is_byte_ ? 1 : needle.bytes_.size();
        in_c.needle_kind = needle.kind_;
        in_c.character = needle.character_;
        in_c.condition = options.condition.kind_;
        in_c.min_number = options.condition.min_number_;
        in_c.max_number = options.condition.max_number_;
        in_c.named_reset = options.reset.named_;
        in_c.reset = options.reset.bytes_.data();
        in_c.reset_len = options.reset.bytes_.size();
        in_c.flags = (options.skip_empty ? TALLY_SKIP_EMPTY : 0U) |
                     (options.skip_last_empty ? TALLY_SKIP_LAST_EMPTY : 0U);
        in_c.quote_rule = options.quotes.rule_;
        in_c.quote = options.quotes.quote_;
        in_c.escape = options.quotes.escape_;
        in_c.delimiters = options.quotes.delimiters_.data();
        in_c.delimiters_len = options.quotes.delimiters_.size();
        in_c.closing = options.closing.data();
        in_c.closing_len = options.closing.size();
        handle_.reset(detail::call<tally_counter *>(tally_counter_new_with, &in_c));
    }

    /// Whether any segment matches. Reads no more of the data than the answer needs.
    [[nodiscard]] bool has_count(Bytes data) const {
        return detail::call<bool>(tally_counter_has_count, get(), data.data(), data.size());
    }

    [[nodiscard]] bool has_count_threads(Bytes data, std::uint32_t threads) const {
        return detail::call<bool>(tally_counter_has_count_threads, get(), data.data(), data.size(),
                                  threads, nullptr);
    }

    /// The first match.
    [[nodiscard]] std::optional<Match> find(Bytes data) const { return find_one(data, nullptr); }

    /// The first match behind the segment of `after`, which is a match that this counter found in
    /// the same data. Status::not_a_match if it cannot be one.
    [[nodiscard]] std::optional<Match> find(Bytes data, const Match &after) const {
        return find_one(data, &after);
    }

    /// The first match in the data, whichever thread finds a match first.
    [[nodiscard]] std::optional<Match> find_threads(Bytes data, std::uint32_t threads) const {
        return detail::call_for_match(tally_counter_has_count_threads, get(), data.data(),
                                      data.size(), threads);
    }

    /// The first matches, or the next ones behind the segment of `after`, in order.
    ///
    /// @param after     Null: from the start. Otherwise as for find; it may be one of `matches`.
    /// @param matches   Receives the matches; may be null if `capacity` is 0.
    /// @param capacity  The number of matches that there is room for.
    ///
    /// @return  How many were found. If less than `capacity`, these were the last.
    std::size_t find_many(Bytes data, const Match *after, Match *matches,
                          std::size_t capacity) const {
        return detail::call<std::size_t>(tally_counter_find, get(), data.data(), data.size(), after,
                                         matches, capacity);
    }

    /// All matches, for a range-for. Each is searched for when the loop gets there.
    ///
    /// The data and the counter have to outlive the result, so temporaries do not compile.
    [[nodiscard]] Matches matches(Bytes data) const &noexcept { return {get(), data}; }

    template <class T, std::enable_if_t<!std::is_lvalue_reference_v<T> &&
                                            detail::owns_bytes<std::remove_const_t<T>>,
                                        int> = 0>
    Matches matches(T &&data) const & = delete;
    Matches matches(Bytes data) const && = delete;

    /// The number of hits in the data, in all segments together.
    [[nodiscard]] std::uint64_t count(Bytes data) const {
        return detail::call<std::uint64_t>(tally_counter_count, get(), data.data(), data.size());
    }

    [[nodiscard]] std::uint64_t count_threads(Bytes data, std::uint32_t threads) const {
        return detail::call<std::uint64_t>(tally_counter_count_threads, get(), data.data(),
                                           data.size(), threads);
    }

    /// The largest count in one segment.
    [[nodiscard]] std::uint64_t max_count(Bytes data) const {
        return detail::call<std::uint64_t>(tally_counter_max_count, get(), data.data(),
                                           data.size());
    }

    [[nodiscard]] std::uint64_t max_count_threads(Bytes data, std::uint32_t threads) const {
        return detail::call<std::uint64_t>(tally_counter_max_count_threads, get(), data.data(),
                                           data.size(), threads);
    }

    /// The number of segments that match.
    [[nodiscard]] std::uint64_t matching_segments(Bytes data) const {
        return detail::call<std::uint64_t>(tally_counter_matching_segments, get(), data.data(),
                                           data.size());
    }

    [[nodiscard]] std::uint64_t matching_segments_threads(Bytes data, std::uint32_t threads) const {
        return detail::call<std::uint64_t>(tally_counter_matching_segments_threads, get(),
                                           data.data(), data.size(), threads);
    }

    /// The number of segments that start with the needle; tally_counter_starting_segments says what
    /// that is. White space before it is left out as `trim` says.
    [[nodiscard]] std::uint64_t starting_segments(Bytes data, Trim trim = Trim::none) const {
        return detail::call<std::uint64_t>(tally_counter_starting_segments, get(), data.data(),
                                           data.size(), static_cast<tally_trim>(trim));
    }

    /// The number of segments that end with the needle. White space behind it is left out as `trim`
    /// says.
    [[nodiscard]] std::uint64_t ending_segments(Bytes data, Trim trim = Trim::none) const {
        return detail::call<std::uint64_t>(tally_counter_ending_segments, get(), data.data(),
                                           data.size(), static_cast<tally_trim>(trim));
    }

    /// Where the quote was opened that is still open at the end of the data.
    [[nodiscard]] std::optional<std::uint64_t> unclosed_quote(Bytes data) const {
        return detail::call_for_quote(tally_counter_unclosed_quote, get(), data.data(),
                                      data.size());
    }

    /// has_count for each of many strings, in one call: for short strings, a call for each would
    /// take longer than the counting. Each string is data of its own.
    ///
    /// @param data     The strings, without gaps.
    /// @param lens     The length of each string; may be null if `number` is 0. Status::
    ///                 invalid_argument if they do not add up to the length of the data.
    /// @param number   The number of strings.
    /// @param matched  Receives an answer for each string; may be null if `number` is 0.
    void has_counts(Bytes data, const std::size_t *lens, std::size_t number, bool *matched) const {
        detail::check(
            tally_counter_has_counts(get(), data.data(), data.size(), lens, number, matched));
    }

    /// count for each of many strings, as has_counts.
    void counts(Bytes data, const std::size_t *lens, std::size_t number,
                std::uint64_t *counts) const {
        detail::check(tally_counter_counts(get(), data.data(), data.size(), lens, number, counts));
    }

    /// max_count for each of many strings, as has_counts.
    void max_counts(Bytes data, const std::size_t *lens, std::size_t number,
                    std::uint64_t *max_counts) const {
        detail::check(
            tally_counter_max_counts(get(), data.data(), data.size(), lens, number, max_counts));
    }

    /// has_count for each of many strings, in one call, by the offset of each in `data`.
    ///
    /// @param data     The data in which the strings are.
    /// @param offsets  `number` + 1 offsets: where each string starts, and where the last one ends.
    ///                 Status::invalid_argument if they fall or leave the data.
    /// @param number   The number of strings.
    /// @param matched  Receives an answer for each string; may be null if `number` is 0.
    void has_counts_by_offsets(Bytes data, const std::uint32_t *offsets, std::size_t number,
                               bool *matched) const {
        detail::check(tally_counter_offsets32_has_counts(get(), data.data(), data.size(), offsets,
                                                         number, matched));
    }
    void has_counts_by_offsets(Bytes data, const std::uint64_t *offsets, std::size_t number,
                               bool *matched) const {
        detail::check(tally_counter_offsets64_has_counts(get(), data.data(), data.size(), offsets,
                                                         number, matched));
    }

    /// count for each of many strings, as has_counts_by_offsets.
    void counts_by_offsets(Bytes data, const std::uint32_t *offsets, std::size_t number,
                           std::uint64_t *counts) const {
        detail::check(tally_counter_offsets32_counts(get(), data.data(), data.size(), offsets,
                                                     number, counts));
    }
    void counts_by_offsets(Bytes data, const std::uint64_t *offsets, std::size_t number,
                           std::uint64_t *counts) const {
        detail::check(tally_counter_offsets64_counts(get(), data.data(), data.size(), offsets,
                                                     number, counts));
    }

    /// max_count for each of many strings, as has_counts_by_offsets.
    void max_counts_by_offsets(Bytes data, const std::uint32_t *offsets, std::size_t number,
                               std::uint64_t *max_counts) const {
        detail::check(tally_counter_offsets32_max_counts(get(), data.data(), data.size(), offsets,
                                                         number, max_counts));
    }
    void max_counts_by_offsets(Bytes data, const std::uint64_t *offsets, std::size_t number,
                               std::uint64_t *max_counts) const {
        detail::check(tally_counter_offsets64_max_counts(get(), data.data(), data.size(), offsets,
                                                         number, max_counts));
    }

    /// has_count for each value of a column of the Arrow C data interface, in one call; tally.h says
    /// which types there are. A null is never read, and its results are 0.
    ///
    /// @param schema    The type of the column.
    /// @param array     The column. It is not released.
    /// @param matched   Receives a bit for each value, the lowest of a byte first.
    /// @param validity  Receives which values are not null, in the same form; may be null.
    /// @param capacity  The number of values for which there is room; Status::limit if that is too
    ///                  small.
    /// @return          The number of nulls.
    ///
    /// Status::invalid_argument or Status::null_pointer for another type, and for a column that is
    /// broken; Status::no_memory.
    std::uint64_t column_has_counts(const ArrowSchema &schema, const ArrowArray &array,
                                    std::uint8_t *matched, std::uint8_t *validity,
                                    std::size_t capacity) const {
        return detail::call<std::uint64_t>(tally_counter_column_has_counts, get(), &schema, &array,
                                           matched, validity, capacity);
    }

    /// count for each value of a column, as column_has_counts.
    std::uint64_t column_counts(const ArrowSchema &schema, const ArrowArray &array,
                                std::int64_t *counts, std::uint8_t *validity,
                                std::size_t capacity) const {
        return detail::call<std::uint64_t>(tally_counter_column_counts, get(), &schema, &array,
                                           counts, validity, capacity);
    }

    /// max_count for each value of a column, as column_has_counts.
    std::uint64_t column_max_counts(const ArrowSchema &schema, const ArrowArray &array,
                                    std::int64_t *max_counts, std::uint8_t *validity,
                                    std::size_t capacity) const {
        return detail::call<std::uint64_t>(tally_counter_column_max_counts, get(), &schema, &array,
                                           max_counts, validity, capacity);
    }

    /// The handle, for functions of tally.h; this object keeps it. Null after a move.
    [[nodiscard]] const tally_counter *get() const noexcept { return handle_.get(); }

private:
    std::optional<Match> find_one(Bytes data, const Match *after) const {
        Match match{};
        return find_many(data, after, &match, 1) > 0 ? std::optional(match) : std::nullopt;
    }

    detail::Handle<tally_counter> handle_;
};

// ---------------------------------------------------------------------------------------------
// Files
// ---------------------------------------------------------------------------------------------

/// How files are read.
struct ReadOptions {
    /// Called while a file is read, on the calling thread: at most 20 times a second, between
    /// reads, and once more when all is read. Its arguments are the number of bytes that this call
    /// has read, and the number there were to read when it began, 0 if that is unknown. It returns
    /// whether to continue: after false, the function that reads throws Status::cancelled, even if
    /// all was read.
    ///
    /// An exception stops the reading and passes through the function that reads. The callback may
    /// use the library, but not the object that is being fed: that is Status::in_use. If it
    /// destroys or assigns to that object, the object's memory leaks.
    std::function<bool(std::uint64_t done, std::uint64_t total)> progress = {};
    /// The number of bytes to read at most; 0: no limit. If there are more: Status::limit. Only a
    /// regular file can be asked whether there are: probing a pipe would consume a byte, so there
    /// exactly `max_bytes` bytes also end in Status::limit.
    std::uint64_t max_bytes = 0;
    /// The number of threads, the calling one included, with which Summary::feed_file reads a large
    /// regular file; 0 is the same as 1. Everything else is read by the calling thread.
    std::uint32_t threads = 1;
};

namespace detail {

/// Makes the call that reads, with the options in C's form.
template <class Call> void read(const ReadOptions &options, Call call) {
    // A copy of the callback, which may change the options that it stands in.
    struct Context {
        decltype(options.progress) progress;
        std::exception_ptr thrown;
    } context{options.progress, nullptr};
    tally_read_options in_c{};
    in_c.size = sizeof in_c;
    in_c.max_bytes = options.max_bytes;
    in_c.threads = options.threads;
    if (context.progress) {
        in_c.context = &context;
        in_c.progress = [](void *at, std::uint64_t done, std::uint64_t total) noexcept {
            Context &self = *static_cast<Context *>(at);
            try {
                return self.progress(done, total) ? 0 : 1;
            } catch (...) {
                self.thrown = std::current_exception();
                return 1;
            }
        };
    }
    const tally_status status = call(&in_c);
    if (status == TALLY_ERROR_IO) {
#ifdef _WIN32
        throw Error(std::error_code(static_cast<int>(GetLastError()), std::system_category()));
#else
        throw Error(std::error_code(errno, std::system_category()));
#endif
    }
    if (context.thrown != nullptr) {
        std::rethrow_exception(context.thrown);
    }
    check(status);
}

/// The path as C expects it: in UTF-8 on Windows, and without a NUL, which would cut it short.
inline std::string c_path(const std::filesystem::path &path) {
#ifdef _WIN32
    const auto utf8 = path.u8string();
    std::string text(utf8.begin(), utf8.end());
#else
    std::string text = path.native();
#endif
    if (text.find('\0') != std::string::npos) {
        throw Error(Status::invalid_argument);
    }
    return text;
}

} // namespace detail

// ---------------------------------------------------------------------------------------------
// Streams
// ---------------------------------------------------------------------------------------------

/// Incremental search: feed chunks or files until a segment matches.
///
/// The answer is that for all data fed so far as one text; a hit that is cut by the end of a chunk
/// is counted once. Chunks may have any size, 0 included. After the first match, the answer is
/// final and nothing more is read.
class Stream {
public:
    /// A stream of `counter`, which may be destroyed before it. Status::no_memory.
    explicit Stream(const Counter &counter)
        : handle_(detail::call<tally_stream *>(tally_stream_new, counter.get())) {}

    /// Feeds the next chunk, and returns whether a segment has matched by now. Bad data is reported
    /// as by Counter.
    bool feed(Bytes data) {
        return detail::call<bool>(tally_stream_feed, get(), data.data(), data.size());
    }

    /// Feeds a file up to its end or until a segment matches, and returns whether one has matched
    /// by now. It reads at most 256 KiB behind the match; if a segment had matched before, the file
    /// is not even opened.
    ///
    /// @param path  A regular file, a named pipe or a device.
    ///
    /// Status::io if opening or reading fails; Status::invalid_argument for a path that contains
    /// NUL; Status::limit and Status::cancelled as the options say; Status::no_memory. After an
    /// error, what was read before has been fed, and feeding can continue.
    bool feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        bool matched = false;
        const std::string text = detail::c_path(path);
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_stream_feed_file(get(), text.c_str(), in_c, &matched);
        });
        return matched;
    }

    /// Feeds what a file descriptor has from its current position on, as feed_file. The descriptor
    /// stays open. If it is non-blocking, feeding can continue after EAGAIN.
    ///
    /// @param fd  The descriptor of a file, a pipe, a socket or a terminal; on Windows, of the C
    ///            runtime that the library uses, in binary mode.
    bool feed_fd(int fd, const ReadOptions &options = {}) {
        bool matched = false;
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_stream_feed_fd(get(), fd, in_c, &matched);
        });
        return matched;
    }

    /// Finds the matches in the next chunk, instead of feed: stops when `matches` are full.
    ///
    /// @param data     The chunk, or what is left of it.
    /// @param matches  Receives the matches; may be null if `room` is 0.
    /// @param room     The number of elements of `matches`.
    ///
    /// Status::finished after finish, Status::invalid_argument if the stream was fed, until it is
    /// reset.
    ///
    /// @return  The number of matches, and how many bytes of the chunk were used: the next call has
    ///          to continue with the rest.
    std::pair<std::size_t, std::size_t> find(Bytes data, Match *matches, std::size_t room) {
        std::size_t found = 0;
        std::size_t used = 0;
        detail::check(
            tally_stream_find(get(), data.data(), data.size(), matches, room, &found, &used));
        return {found, used};
    }

    /// The data ends here: judges the last segment. Returns whether a segment has matched; after
    /// find, whether the last one matches and had not been found.
    bool finish() { return detail::call<bool>(tally_stream_finish, get()); }

    /// Where the quote was opened that is open at the end of the data so far. A stream that stopped
    /// at a match knows of none.
    [[nodiscard]] std::optional<std::uint64_t> unclosed_quote() const {
        return detail::call_for_quote(tally_stream_unclosed_quote, get());
    }

    /// Whether a segment has matched.
    [[nodiscard]] bool matched() const {
        return detail::call<bool>(tally_stream_match, get(), nullptr);
    }

    /// The first match so far. Offsets are from the first byte fed.
    [[nodiscard]] std::optional<Match> first_match() const {
        return detail::call_for_match(tally_stream_match, get());
    }

    /// Starts again, as if nothing had been fed.
    void reset() { detail::check(tally_stream_reset(get())); }

    /// The handle, for functions of tally.h; this object keeps it. Null after a move.
    [[nodiscard]] tally_stream *get() noexcept { return handle_.get(); }
    [[nodiscard]] const tally_stream *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<tally_stream> handle_;
};

// ---------------------------------------------------------------------------------------------
// Summaries
// ---------------------------------------------------------------------------------------------

/// All counts of a counter's question, in one pass over chunks or files. Summaries of consecutive
/// parts of a text can be merged.
class Summary {
public:
    /// An empty summary of `counter`, which may be destroyed before it. Status::no_memory.
    explicit Summary(const Counter &counter)
        : handle_(detail::call<tally_summary *>(tally_summary_new, counter.get())) {}

    /// Feeds the next chunk. Bad data is reported as by Counter.
    void feed(Bytes data) { detail::check(tally_summary_feed(get(), data.data(), data.size())); }

    /// Feeds the values of a column of the Arrow C data interface, as if it was text in which each
    /// is followed by a reset byte; nulls are left out. The column is not released.
    ///
    /// Status::invalid_argument if the counter has no reset byte that is not in the needle, and for a
    /// broken column, as by Counter::column_has_counts.
    void feed_column(const ArrowSchema &schema, const ArrowArray &array) {
        detail::check(tally_summary_feed_column(get(), &schema, &array));
    }

    /// Feeds a file up to its end, on several threads if the options say so. Parameters and errors
    /// are those of Stream::feed_file.
    void feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        const std::string text = detail::c_path(path);
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_summary_feed_file(get(), text.c_str(), in_c);
        });
    }

    /// Feeds what a file descriptor has from its current position to its end, as Stream::feed_fd.
    void feed_fd(int fd, const ReadOptions &options = {}) {
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_summary_feed_fd(get(), fd, in_c);
        });
    }

    /// Appends what `right` has counted, whose data follows this summary's data. Then this summary
    /// is as if it had been fed both. Neighbours may be merged in any order.
    ///
    /// @param right  Is not changed. It may be this summary: then its data counts twice.
    ///
    /// Status::different_counters; Status::overlap for strings that can overlap themselves, in the
    /// one case described in tally.h; Status::limit for more than 2^62 bytes together;
    /// Status::no_memory. After an error both are as before.
    void merge(const Summary &right) { detail::check(tally_summary_merge(get(), right.get())); }

    /// The counts so far.
    [[nodiscard]] Totals totals() const {
        return detail::call<Totals>(tally_summary_totals, get());
    }

    /// Where the quote was opened that is still open at the end of the data.
    [[nodiscard]] std::optional<std::uint64_t> unclosed_quote() const {
        return detail::call_for_quote(tally_summary_unclosed_quote, get());
    }

    /// The state as bytes, for load in another process or on another machine. Its format is the
    /// same on every processor. Status::limit for more than 2^62 bytes of data.
    [[nodiscard]] std::string save() const {
        std::string state(detail::call<std::size_t>(tally_summary_state_size, get()), '\0');
        state.resize(
            detail::call<std::size_t>(tally_summary_save, get(), state.data(), state.size()));
        return state;
    }

    /// The summary whose state was saved, by a counter that asks the same question; it continues
    /// where that one was.
    ///
    /// @param counter  May be destroyed before the summary.
    /// @param state    Any bytes. They are checked, but not every forged state can be detected: its
    ///                 totals are then meaningless, and nothing else happens.
    ///
    /// Status::bad_state; Status::different_counters; Status::no_memory.
    [[nodiscard]] static Summary load(const Counter &counter, Bytes state) {
        return Summary(detail::call<tally_summary *>(tally_summary_load, counter.get(),
                                                     state.data(), state.size()));
    }

    /// Starts again, as if nothing had been fed.
    void reset() { detail::check(tally_summary_reset(get())); }

    /// The handle, for functions of tally.h; this object keeps it. Null after a move.
    [[nodiscard]] tally_summary *get() noexcept { return handle_.get(); }
    [[nodiscard]] const tally_summary *get() const noexcept { return handle_.get(); }

private:
    explicit Summary(tally_summary *summary) noexcept : handle_(summary) {}

    detail::Handle<tally_summary> handle_;
};

// ---------------------------------------------------------------------------------------------
// Results of columns, for other programs
// ---------------------------------------------------------------------------------------------

/// The type of the results of functions on columns.
enum class Results : tally_results {
    /// Counts: 64-bit integers with a sign.
    counts = TALLY_RESULTS_COUNTS,
    /// Whether a segment matches: bits.
    bits = TALLY_RESULTS_BITS,
};

/// Copies the results of a function on columns to an array of the Arrow C data interface, which owns
/// its memory: the caller has to call the release of both.
///
/// @param type      The type of the results.
/// @param values    The results; may be null if `number` is 0.
/// @param validity  Which of them are not null, as bits; null if all are not.
/// @param number    How many there are.
/// @param nulls     How many of them are null.
/// @param schema    Receives the type of the array.
/// @param array     Receives the array.
///
/// Status::invalid_argument for more nulls than results, and for nulls without validity;
/// Status::no_memory.
inline void export_results(Results type, const void *values, const std::uint8_t *validity,
                           std::size_t number, std::uint64_t nulls, ArrowSchema &schema,
                           ArrowArray &array) {
    detail::check(tally_results_export(static_cast<tally_results>(type), values, validity, number,
                                       nulls, &schema, &array));
}

// ---------------------------------------------------------------------------------------------
// Words
// ---------------------------------------------------------------------------------------------

/// What separates words. A word is a longest run of bytes that are in no separator.
enum class WordRule : tally_word_rule {
    /// A space, "\t", "\n", "\v", "\f" or "\r", as C's isspace has it.
    ascii = TALLY_WORDS_ASCII,
    /// Each character at which Python's str.split() cuts; see TALLY_WORDS_UNICODE.
    unicode = TALLY_WORDS_UNICODE,
};

/// The number of words in `data`.
[[nodiscard]] inline std::uint64_t count_words(Bytes data, WordRule rule = WordRule::unicode) {
    return detail::call<std::uint64_t>(tally_count_words, data.data(), data.size(),
                                       static_cast<tally_word_rule>(rule));
}

// ---------------------------------------------------------------------------------------------
// Many questions of a column
// ---------------------------------------------------------------------------------------------

/// A question about each value of a column, for ask. Results are a number for each value, in places
/// that `results` points to: as many as the capacity of the call. It borrows the counter, which has
/// to live until then, so temporaries do not compile.
class Question {
public:
    /// Counter::count.
    [[nodiscard]] static Question count(const Counter &counter, std::int64_t *results) noexcept {
        return {TALLY_QUESTION_COUNT, &counter, results};
    }
    /// Counter::max_count.
    [[nodiscard]] static Question max_count(const Counter &counter,
                                            std::int64_t *results) noexcept {
        return {TALLY_QUESTION_MAX_COUNT, &counter, results};
    }
    /// Counter::has_count, as 0 or 1.
    [[nodiscard]] static Question has_count(const Counter &counter,
                                            std::int64_t *results) noexcept {
        return {TALLY_QUESTION_HAS_COUNT, &counter, results};
    }
    /// Counter::matching_segments.
    [[nodiscard]] static Question matching_segments(const Counter &counter,
                                                    std::int64_t *results) noexcept {
        return {TALLY_QUESTION_MATCHING_SEGMENTS, &counter, results};
    }
    /// Counter::starting_segments.
    [[nodiscard]] static Question starting_segments(const Counter &counter, Trim trim,
                                                    std::int64_t *results) noexcept {
        return {TALLY_QUESTION_STARTING_SEGMENTS, &counter, results, trim};
    }
    /// Counter::ending_segments.
    [[nodiscard]] static Question ending_segments(const Counter &counter, Trim trim,
                                                  std::int64_t *results) noexcept {
        return {TALLY_QUESTION_ENDING_SEGMENTS, &counter, results, trim};
    }
    /// count_words.
    [[nodiscard]] static Question words(WordRule rule, std::int64_t *results) noexcept {
        Question question(TALLY_QUESTION_WORDS, nullptr, results);
        question.in_c_.rule = static_cast<tally_word_rule>(rule);
        return question;
    }

    static Question count(const Counter &&, std::int64_t *) = delete;
    static Question max_count(const Counter &&, std::int64_t *) = delete;
    static Question has_count(const Counter &&, std::int64_t *) = delete;
    static Question matching_segments(const Counter &&, std::int64_t *) = delete;
    static Question starting_segments(const Counter &&, Trim, std::int64_t *) = delete;
    static Question ending_segments(const Counter &&, Trim, std::int64_t *) = delete;

    /// The length in bytes.
    [[nodiscard]] static Question bytes(std::int64_t *results) noexcept {
        return {TALLY_QUESTION_BYTES, nullptr, results};
    }

private:
    Question(tally_question_kind kind, const Counter *counter, std::int64_t *results,
             Trim trim = Trim::none) noexcept {
        in_c_.kind = kind;
        in_c_.trim = static_cast<tally_trim>(trim);
        in_c_.counter = counter != nullptr ? counter->get() : nullptr;
        in_c_.results = results;
    }

    friend std::uint64_t ask(const ArrowSchema &schema, const ArrowArray &array,
                             const Question *questions, std::size_t number, std::uint8_t *validity,
                             std::size_t capacity);

    tally_question in_c_{};
};

/// Asks many questions of each value of a column of the Arrow C data interface, in one call: each
/// value is read from memory once. The results of a null are 0.
///
/// @param schema     The type of the column.
/// @param array      The column. It is not released.
/// @param questions  The questions; may be null if `number` is 0.
/// @param number     How many questions there are.
/// @param validity   Receives a bit for each value, the lowest of a byte first: whether it is not
///                   null; may be null.
/// @param capacity   The number of values for which there is room; Status::limit if that is too
///                   small.
/// @return           The number of nulls.
///
/// Otherwise the errors are those of Counter::column_has_counts.
inline std::uint64_t ask(const ArrowSchema &schema, const ArrowArray &array,
                         const Question *questions, std::size_t number, std::uint8_t *validity,
                         std::size_t capacity) {
    static_assert(sizeof(Question) == sizeof(tally_question) && std::is_standard_layout_v<Question>,
                  "an array of these is one of those");
    const auto *in_c = questions != nullptr ? &questions->in_c_ : nullptr;
    return detail::call<std::uint64_t>(tally_column_ask, &schema, &array, in_c, number, validity,
                                       capacity);
}

// ---------------------------------------------------------------------------------------------
// Words in chunks and files
// ---------------------------------------------------------------------------------------------

/// Counts the words in data that comes in chunks and files. A chunk may have any size, and may end
/// inside a word or a character. It can be copied.
class WordCounter {
public:
    explicit WordCounter(WordRule rule = WordRule::unicode) noexcept
        : rule_(static_cast<tally_word_rule>(rule)) {}

    /// Feeds the next chunk.
    void feed(Bytes data) {
        detail::check(tally_count_words_chunk(data.data(), data.size(), rule_, &cursor_));
    }

    /// Feeds a file up to its end. Parameters and errors are those of Stream::feed_file.
    void feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        const std::string text = detail::c_path(path);
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_count_words_file(text.c_str(), rule_, in_c, &cursor_);
        });
    }

    /// Feeds what a file descriptor has from its current position to its end, as Stream::feed_fd.
    void feed_fd(int fd, const ReadOptions &options = {}) {
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_count_words_fd(fd, rule_, in_c, &cursor_);
        });
    }

    /// The number of words so far, as if the data ended here.
    [[nodiscard]] std::uint64_t words() const noexcept { return cursor_.words; }

    /// Starts again, as if nothing had been fed.
    void reset() noexcept { cursor_ = {}; }

private:
    tally_word_rule rule_;
    tally_word_cursor cursor_{};
};

/// A word and how often it occurs. `bytes` is a view into the table, until that next changes.
struct Word {
    std::string_view bytes;
    std::uint64_t count;
};

/// All options of Words and TopWords. A 0 is the default of each.
struct WordsOptions {
    WordRule rule = WordRule::unicode;
    /// The most memory that a table may hold, in bytes; 0 for no limit. The memory of TopWords, at
    /// least 32768 bytes; 0 for 1 MiB.
    std::uint64_t max_bytes = 0;
    /// The length of the longest word in bytes. Words: a longer one is Status::limit; 0 for no limit.
    /// TopWords: a longer one is skipped; at most a 16th of max_bytes; 0 for a 64th of it, but at most
    /// 1024.
    std::uint64_t max_word = 0;
    /// The seed of the hashing; 0 for a secret one.
    std::uint64_t seed = 0;
};

namespace detail {

[[nodiscard]] inline tally_words_options to_c(const WordsOptions &options) noexcept {
    tally_words_options in_c{};
    in_c.size = sizeof in_c;
    in_c.max_bytes = options.max_bytes;
    in_c.max_word = options.max_word;
    in_c.seed = options.seed;
    in_c.rule = static_cast<tally_word_rule>(options.rule);
    return in_c;
}

} // namespace detail

/// How often each word occurs, in data that comes in chunks or from files.
///
/// After Status::limit or Status::no_memory nothing is lost: everything before the byte that bytes()
/// returns is counted, and feeding can continue there. After Status::panic it has to be cleared.
class Words {
public:
    explicit Words(WordRule rule = WordRule::unicode, std::uint64_t max_bytes = 0)
        : handle_(detail::call<tally_words *>(tally_words_new, static_cast<tally_word_rule>(rule),
                                              max_bytes)) {}

    explicit Words(const WordsOptions &options) {
        const tally_words_options in_c = detail::to_c(options);
        handle_.reset(detail::call<tally_words *>(tally_words_new_with, &in_c));
    }

    /// Feeds the next chunk, which may end inside a word or a character.
    void feed(Bytes data) { detail::check(tally_words_feed(get(), data.data(), data.size())); }

    /// Feeds the values of a column of the Arrow C data interface, as if each was a line of a text:
    /// so no word is in two values. Nulls are left out. The column is not released.
    void feed_column(const ArrowSchema &schema, const ArrowArray &array) {
        detail::check(tally_words_feed_column(get(), &schema, &array));
    }

    /// Feeds a file up to its end. Parameters and errors are those of Stream::feed_file.
    void feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        const std::string text = detail::c_path(path);
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_words_feed_file(get(), text.c_str(), in_c);
        });
    }

    /// Feeds what a file descriptor has from its current position to its end, as Stream::feed_fd.
    void feed_fd(int fd, const ReadOptions &options = {}) {
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_words_feed_fd(get(), fd, in_c);
        });
    }

    /// The data ends here, and so does its last word. What is fed next starts another one.
    void finish() { detail::check(tally_words_finish(get())); }

    /// The number of words, but for the one that the data ends in so far.
    [[nodiscard]] std::uint64_t total() const {
        return detail::call<std::uint64_t>(tally_words_total, get());
    }

    /// The number of different words.
    [[nodiscard]] std::uint64_t distinct() const {
        return detail::call<std::uint64_t>(tally_words_distinct, get());
    }

    /// How many bytes of the data have been processed.
    [[nodiscard]] std::uint64_t bytes() const {
        return detail::call<std::uint64_t>(tally_words_bytes, get());
    }

    /// How often `word` occurs; 0 if it does not.
    [[nodiscard]] std::uint64_t get(Bytes word) const {
        return detail::call<std::uint64_t>(tally_words_get, get(), word.data(), word.size());
    }

    /// The `most` most frequent words: by count, the highest first, then by their bytes.
    [[nodiscard]] std::vector<Word> top(std::size_t most) const {
        std::vector<tally_word> found(static_cast<std::size_t>(
            most < distinct() ? most : distinct()));
        found.resize(detail::call<std::size_t>(tally_words_top, get(), found.data(), found.size()));
        return converted(found);
    }

    /// All words, in no particular order.
    [[nodiscard]] std::vector<Word> all() const {
        std::vector<tally_word> found(static_cast<std::size_t>(distinct()));
        found.resize(detail::call<std::size_t>(tally_words_list, get(), std::uint64_t{0},
                                               found.data(), found.size()));
        return converted(found);
    }

    /// Appends what `right` has counted, whose data follows. If this table is not finished, its last
    /// word and the first one of `right` are one, unless a separator stands between.
    /// Status::different_counters for another rule; Status::limit; Status::no_memory.
    void merge(const Words &right) { detail::check(tally_words_merge(get(), right.get())); }

    /// The state as bytes, for load in another process or on another machine.
    [[nodiscard]] std::string save() const {
        std::string state(detail::call<std::size_t>(tally_words_state_size, get()), '\0');
        state.resize(
            detail::call<std::size_t>(tally_words_save, get(), state.data(), state.size()));
        return state;
    }

    /// The table whose state was saved, by one with the rule of `options`. Any bytes may be given.
    /// Status::bad_state; Status::different_counters; Status::limit; Status::no_memory.
    [[nodiscard]] static Words load(const WordsOptions &options, Bytes state) {
        const tally_words_options in_c = detail::to_c(options);
        return Words(detail::call<tally_words *>(tally_words_load, &in_c, state.data(),
                                                 state.size()));
    }

    /// Forgets everything, but keeps the memory.
    void clear() { detail::check(tally_words_clear(get())); }

    /// The handle for the functions of tally.h; this object owns it.
    [[nodiscard]] tally_words *get() const noexcept { return handle_.get(); }

private:
    struct Free {
        void operator()(tally_words *words) const noexcept { tally_words_free(words); }
    };

    explicit Words(tally_words *handle) noexcept : handle_(handle) {}

    [[nodiscard]] static std::vector<Word> converted(const std::vector<tally_word> &found) {
        std::vector<Word> words;
        words.reserve(found.size());
        for (const tally_word &word : found) {
            words.push_back({{static_cast<const char *>(word.bytes), word.len}, word.count});
        }
        return words;
    }

    std::unique_ptr<tally_words, Free> handle_;
};

/// A word of TopWords: it occurs at most `count` times, and at least `count - error` times. `bytes`
/// is a view into the TopWords, until that next changes.
struct TopWord {
    std::string_view bytes;
    std::uint64_t count;
    std::uint64_t error;
};

/// The most frequent words of data that never ends, in fixed memory: approximate counts, each with a
/// bound of its error. tally_top says what holds. After Status::panic it has to be cleared.
class TopWords {
public:
    /// `max_bytes` is how much memory it takes, at least 32768 bytes; 0 for 1 MiB.
    explicit TopWords(WordRule rule = WordRule::unicode, std::uint64_t max_bytes = 0)
        : handle_(detail::call<tally_top *>(tally_top_new, static_cast<tally_word_rule>(rule),
                                            max_bytes)) {}

    explicit TopWords(const WordsOptions &options) {
        const tally_words_options in_c = detail::to_c(options);
        handle_.reset(detail::call<tally_top *>(tally_top_new_with, &in_c));
    }

    /// Feeds the next chunk, which may end inside a word or a character.
    void feed(Bytes data) { detail::check(tally_top_feed(get(), data.data(), data.size())); }

    /// Feeds the values of a column of the Arrow C data interface, as if each was a line of a text:
    /// so no word is in two values. Nulls are left out. The column is not released.
    void feed_column(const ArrowSchema &schema, const ArrowArray &array) {
        detail::check(tally_top_feed_column(get(), &schema, &array));
    }

    /// Feeds a file up to its end. Parameters and errors are those of Stream::feed_file.
    void feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        const std::string text = detail::c_path(path);
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_top_feed_file(get(), text.c_str(), in_c);
        });
    }

    /// Feeds what a file descriptor has from its current position to its end, as Stream::feed_fd.
    void feed_fd(int fd, const ReadOptions &options = {}) {
        detail::read(options, [&](const tally_read_options *in_c) {
            return tally_top_feed_fd(get(), fd, in_c);
        });
    }

    /// The data ends here, and so does its last word. What is fed next starts another one.
    void finish() { detail::check(tally_top_finish(get())); }

    /// The `most` most frequent words: by count, the highest first, then by their bytes.
    [[nodiscard]] std::vector<TopWord> words(std::size_t most) const {
        std::vector<tally_top_word> found(
            static_cast<std::size_t>(most < held() ? most : held()));
        found.resize(
            detail::call<std::size_t>(tally_top_words, get(), found.data(), found.size()));
        std::vector<TopWord> words;
        words.reserve(found.size());
        for (const tally_top_word &word : found) {
            words.push_back(
                {{static_cast<const char *>(word.bytes), word.len}, word.count, word.error});
        }
        return words;
    }

    /// How often `word` occurs. If it is not held, count and error are floor(). The bytes are those
    /// given.
    [[nodiscard]] TopWord get(Bytes word) const {
        TopWord found{{static_cast<const char *>(word.data()), word.size()}, 0, 0};
        detail::check(
            tally_top_get(get(), word.data(), word.size(), &found.count, &found.error));
        return found;
    }

    /// The number of words, but for the one that the data ends in so far.
    [[nodiscard]] std::uint64_t total() const {
        return detail::call<std::uint64_t>(tally_top_total, get());
    }

    /// How many words were longer than the limit. They are in the total alone.
    [[nodiscard]] std::uint64_t skipped() const {
        return detail::call<std::uint64_t>(tally_top_skipped, get());
    }

    /// How many bytes of the data have been processed.
    [[nodiscard]] std::uint64_t bytes() const {
        return detail::call<std::uint64_t>(tally_top_bytes, get());
    }

    /// How many words are held.
    [[nodiscard]] std::uint64_t held() const {
        return detail::call<std::uint64_t>(tally_top_held, get());
    }

    /// How often a word that is not held occurs at most.
    [[nodiscard]] std::uint64_t floor() const {
        return detail::call<std::uint64_t>(tally_top_floor, get());
    }

    /// Appends what `right` has counted, whose data is behind this one's and a separator.
    /// Status::different_counters for another rule or longest word; Status::limit.
    void merge(const TopWords &right) { detail::check(tally_top_merge(get(), right.get())); }

    /// The state as bytes, for load in another process or on another machine.
    [[nodiscard]] std::string save() const {
        std::string state(detail::call<std::size_t>(tally_top_state_size, get()), '\0');
        state.resize(detail::call<std::size_t>(tally_top_save, get(), state.data(), state.size()));
        return state;
    }

    /// The TopWords whose state was saved, with the rule and the longest word of `options`. Any bytes
    /// may be given. Status::bad_state; Status::different_counters; Status::no_memory.
    [[nodiscard]] static TopWords load(const WordsOptions &options, Bytes state) {
        const tally_words_options in_c = detail::to_c(options);
        return TopWords(
            detail::call<tally_top *>(tally_top_load, &in_c, state.data(), state.size()));
    }

    /// Forgets everything.
    void clear() { detail::check(tally_top_clear(get())); }

    /// The handle for the functions of tally.h; this object owns it.
    [[nodiscard]] tally_top *get() const noexcept { return handle_.get(); }

private:
    struct Free {
        void operator()(tally_top *top) const noexcept { tally_top_free(top); }
    };

    explicit TopWords(tally_top *handle) noexcept : handle_(handle) {}

    std::unique_ptr<tally_top, Free> handle_;
};

} // namespace tally

#endif
