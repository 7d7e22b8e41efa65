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
 * This is the interface of tally.h, all of it, in the terms of C++; what is counted where, and what
 * a segment is, is said there. There is nothing to build but the library itself.
 *
 * - What can fail throws a tally::Error. After one, every object is as it was; but where reading a
 *   file fails, what was read before is fed.
 * - Counter, Stream and Summary can be moved and not copied. One that was moved from may be given a
 *   new value or end; any other use of it is an Error with Status::null_pointer.
 * - Data is borrowed for the call. Lengths and offsets are in bytes.
 * - Any number of threads may use one Counter at the same time. One thread at a time may use a
 *   Stream or a Summary, any thread.
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
#if __has_include(<version>)
#include <version>
#endif
#ifdef __cpp_lib_span
#include <span>
#endif

#include <tally.h>

#ifdef _WIN32
extern "C" __declspec(dllimport) unsigned long __stdcall GetLastError(void);
#endif

namespace tally {

/// What went wrong: the numbers of tally_status. Later versions may add some.
enum class Status : tally_status {
    ok = TALLY_OK,
    /// A pointer that may not be NULL is NULL, or an object was moved from.
    null_pointer = TALLY_ERROR_NULL_POINTER,
    /// An argument is outside of what the function takes.
    invalid_argument = TALLY_ERROR_INVALID_ARGUMENT,
    /// Reading failed; Error::code() says why.
    io = TALLY_ERROR_IO,
    /// There is not enough memory.
    no_memory = TALLY_ERROR_NO_MEMORY,
    /// A limit that the caller set, or the function's comment names, is reached.
    limit = TALLY_ERROR_LIMIT,
    /// The caller's callback stopped it.
    cancelled = TALLY_ERROR_CANCELLED,
    /// A defect of the library, which was stopped before it could do harm. Please report it.
    panic = TALLY_ERROR_PANIC,
    /// Parts cannot be merged exactly, because occurrences that overlap each other run across the
    /// cut.
    overlap = TALLY_ERROR_OVERLAP,
};

/// Says in English what a status means. The text is static.
[[nodiscard]] inline const char *message(Status status) noexcept {
    return tally_status_message(static_cast<tally_status>(status));
}

/// The category of the error codes that are a Status.
[[nodiscard]] inline const std::error_category &error_category() noexcept {
    class Category final : public std::error_category {
        const char *name() const noexcept override { return "tally"; }

        std::string message(int status) const override { return tally_status_message(status); }

        std::error_condition default_error_condition(int status) const noexcept override {
            switch (status) {
            case TALLY_ERROR_INVALID_ARGUMENT:
                return std::errc::invalid_argument;
            case TALLY_ERROR_NO_MEMORY:
                return std::errc::not_enough_memory;
            case TALLY_ERROR_CANCELLED:
                return std::errc::operation_canceled;
            default:
                return {status, *this};
            }
        }
    };
    static const Category category;
    return category;
}

/// For std::error_code, which a Status converts to.
[[nodiscard]] inline std::error_code make_error_code(Status status) noexcept {
    return {static_cast<int>(status), error_category()};
}

} // namespace tally

template <> struct std::is_error_code_enum<tally::Status> : std::true_type {};

namespace tally {

/// What this header throws of its own. (Allocating may throw std::bad_alloc besides, and what a
/// progress callback throws arrives as it was.)
///
/// For Status::io, code() is the system's reason, errno's (on Windows GetLastError's): so it
/// compares with std::errc::no_such_file_or_directory and its like. For any other status it is that
/// status. what() has the file's path in front, where there is one.
class Error : public std::system_error {
public:
    explicit Error(Status status) : std::system_error(status), status_(status) {}

    Error(Status status, std::error_code code, const std::string &about)
        : std::system_error(code, about), status_(status) {}

    [[nodiscard]] Status status() const noexcept { return status_; }

private:
    Status status_;
};

/// The version of the library that the program runs with, as "MAJOR.MINOR.PATCH". The macros
/// TALLY_VERSION_MAJOR and its like tell the header's.
[[nodiscard]] inline const char *version() noexcept {
    return tally_version();
}

/// The instruction set in use: "avx512", "avx2", "sse2", "neon" or "portable".
[[nodiscard]] inline const char *backend() noexcept {
    return tally_backend();
}

namespace detail {

inline void check(tally_status status) {
    if (status != TALLY_OK) {
        throw Error(static_cast<Status>(status));
    }
}

/// The reason for TALLY_ERROR_IO.
inline std::error_code last_error() noexcept {
#ifdef _WIN32
    return {static_cast<int>(GetLastError()), std::system_category()};
#else
    return {errno, std::system_category()};
#endif
}

struct Free {
    void operator()(tally_counter *counter) const noexcept { tally_counter_free(counter); }
    void operator()(tally_stream *stream) const noexcept { tally_stream_free(stream); }
    void operator()(tally_summary *summary) const noexcept { tally_summary_free(summary); }
};

template <class T> using Handle = std::unique_ptr<T, Free>;

template <class T>
inline constexpr bool is_byte =
    std::is_same_v<T, char> || std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char> ||
#ifdef __cpp_char8_t
    std::is_same_v<T, char8_t> ||
#endif
    std::is_same_v<T, std::byte>;

/// Arrays of characters are texts that end in NUL, as everywhere in C++.
template <class T>
inline constexpr bool is_text_array =
    std::is_array_v<T> && (std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>
#ifdef __cpp_char8_t
                           || std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char8_t>
#endif
                          );

template <class T, class = void> struct IsByteRange : std::false_type {};

template <class T>
struct IsByteRange<T, std::void_t<decltype(std::data(std::declval<const T &>())),
                                  decltype(std::size(std::declval<const T &>()))>>
    : std::bool_constant<
          !is_text_array<T> && std::is_pointer_v<decltype(std::data(std::declval<const T &>()))> &&
          is_byte<std::remove_cv_t<
              std::remove_pointer_t<decltype(std::data(std::declval<const T &>()))>>> &&
          std::is_convertible_v<decltype(std::size(std::declval<const T &>())), std::size_t>> {};

/// Whether bytes end with a T: views give the same from a const one, containers do not.
template <class T, bool = IsByteRange<T>::value> struct OwnsBytes : std::false_type {};

template <class T>
struct OwnsBytes<T, true>
    : std::bool_constant<!std::is_same_v<decltype(std::data(std::declval<T &>())),
                                         decltype(std::data(std::declval<const T &>()))>> {};

} // namespace detail

#ifdef __cpp_lib_concepts
/// What Bytes can be made of besides texts: std::string, std::string_view, std::vector, std::array,
/// std::span and their like, of char, signed char, unsigned char, char8_t or std::byte.
template <class T>
concept ByteRange = detail::IsByteRange<T>::value;
#endif

/// A view of bytes: what every function takes as data. It is made, without being asked for, of
///
/// - std::string, std::string_view, std::vector, std::array, std::span, arrays and their like, of
///   char, signed char, unsigned char, char8_t or std::byte;
/// - a text that ends in NUL, also an array of char; its end is at the first NUL;
/// - a pointer and a length, as {data, length}. NULL with a length of 0 is empty data.
class Bytes {
public:
    constexpr Bytes() noexcept = default;

    constexpr Bytes(const void *data, std::size_t size) noexcept : data_(data), size_(size) {}

    /// A text that ends in NUL. For NULL, Error with Status::null_pointer.
    constexpr Bytes(const char *text) : data_(text), size_(length(text)) {}

    Bytes(std::nullptr_t) = delete;

#ifdef __cpp_char8_t
    /// A text that ends in NUL. For NULL, Error with Status::null_pointer.
    constexpr Bytes(const char8_t *text) : data_(text), size_(length(text)) {}
#endif

#ifdef __cpp_lib_concepts
    template <ByteRange T>
#else
    template <class T, std::enable_if_t<detail::IsByteRange<T>::value, int> = 0>
#endif
    constexpr Bytes(const T &range)
        : data_(std::data(range)), size_(static_cast<std::size_t>(std::size(range))) {
    }

    [[nodiscard]] constexpr const void *data() const noexcept { return data_; }

    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

private:
    template <class Char> static constexpr std::size_t length(const Char *text) {
        if (text == nullptr) {
            throw Error(Status::null_pointer);
        }
        return std::char_traits<Char>::length(text);
    }

    const void *data_ = nullptr;
    std::size_t size_ = 0;
};

/// What is counted. A view, made where a Counter is made, and to be used up there:
///
/// - a char: that byte;
/// - a char32_t: a character (a Unicode code point), as its bytes in UTF-8;
/// - what Bytes can be made of: a string of bytes, its occurrences from left to right that do not
///   overlap;
/// - any_of(bytes): any byte of a set.
class What {
public:
    constexpr What(char byte) noexcept
        : kind_(Kind::byte), code_(static_cast<unsigned char>(byte)) {}

    constexpr What(char32_t character) noexcept : kind_(Kind::character), code_(character) {}

    template <class T, std::enable_if_t<std::is_convertible_v<const T &, Bytes>, int> = 0>
    constexpr What(const T &string) : kind_(Kind::string), bytes_(string) {}

private:
    friend class Counter;
    friend constexpr What any_of(Bytes set) noexcept;

    enum class Kind { byte, character, string, any_of };

    constexpr What(Kind kind, Bytes bytes) noexcept : kind_(kind), bytes_(bytes) {}

    Kind kind_;
    char32_t code_ = 0;
    Bytes bytes_;
};

/// Counts any byte of `set`, which has one at least, in any order.
[[nodiscard]] constexpr What any_of(Bytes set) noexcept {
    return {What::Kind::any_of, set};
}

/// Where counting starts again: at each byte of a set, which ends one segment and opens the next.
/// A view, made where a Counter is made, and to be used up there: one of those named here, or what
/// Bytes can be made of, the bytes in any order.
class Reset {
public:
    /// Nowhere: the whole data is one segment.
    static const Reset none;
    /// At "\n": segments are lines.
    static const Reset newlines;
    /// At a space, U+0020 alone.
    static const Reset spaces;
    /// At a space, "\t", "\n", "\v", "\f" or "\r".
    static const Reset whitespace;

    template <class T, std::enable_if_t<std::is_convertible_v<const T &, Bytes>, int> = 0>
    constexpr Reset(const T &bytes) : bytes_(bytes) {}

private:
    friend class Counter;

    constexpr Reset(tally_reset name, std::string_view bytes)
        : bytes_(bytes), name_(name), is_named_(true) {}

    Bytes bytes_;
    tally_reset name_ = TALLY_RESET_NONE;
    bool is_named_ = false;
};

inline constexpr Reset Reset::none{TALLY_RESET_NONE, ""};
inline constexpr Reset Reset::newlines{TALLY_RESET_NEWLINES, "\n"};
inline constexpr Reset Reset::spaces{TALLY_RESET_SPACES, " "};
inline constexpr Reset Reset::whitespace{TALLY_RESET_WHITESPACE, " \t\n\v\f\r"};

/// Where a segment reaches the number.
struct Match {
    /// The number of the segment, counted from 0.
    std::uint64_t segment = 0;
    /// The offset in bytes at which the segment starts.
    std::uint64_t start = 0;
    /// The offset just past the bytes with which the segment reaches the number; for the number 0,
    /// the same as start.
    std::uint64_t end = 0;

    [[nodiscard]] friend constexpr bool operator==(const Match &left, const Match &right) noexcept {
        return left.segment == right.segment && left.start == right.start && left.end == right.end;
    }

    [[nodiscard]] friend constexpr bool operator!=(const Match &left, const Match &right) noexcept {
        return !(left == right);
    }
};

/// What a Summary has counted.
struct Totals {
    /// The length of the data.
    std::uint64_t bytes = 0;
    /// How often it occurs, whatever the segments.
    std::uint64_t count = 0;
    /// The largest count in one segment.
    std::uint64_t max_count = 0;
    /// How many segments there are: one more than there are reset bytes.
    std::uint64_t segments = 0;
    /// How many segments reach the number.
    std::uint64_t segments_reached = 0;

    [[nodiscard]] friend constexpr bool operator==(const Totals &left,
                                                   const Totals &right) noexcept {
        return left.bytes == right.bytes && left.count == right.count &&
               left.max_count == right.max_count && left.segments == right.segments &&
               left.segments_reached == right.segments_reached;
    }

    [[nodiscard]] friend constexpr bool operator!=(const Totals &left,
                                                   const Totals &right) noexcept {
        return !(left == right);
    }
};

namespace detail {

constexpr Match from_c(const tally_match &match) noexcept {
    return {match.segment, match.start, match.end};
}

/// tally_counter_find, for any number of matches.
inline std::size_t find(const tally_counter *counter, Bytes data, const Match *after,
                        Match *matches, std::size_t capacity) {
    tally_match last{}, fetched[32];
    if (after != nullptr) {
        last = {after->segment, after->start, after->end};
    }
    std::size_t total = 0, room = 0, found = 0;
    // Once without room too: that checks the arguments.
    do {
        const std::size_t left = capacity - total;
        room = left < std::size(fetched) ? left : std::size(fetched);
        check(tally_counter_find(counter, data.data(), data.size(),
                                 after != nullptr || total > 0 ? &last : nullptr, fetched, room,
                                 &found));
        for (std::size_t i = 0; i < found; i++) {
            last = fetched[i];
            matches[total + i] = from_c(last);
        }
        total += found;
    } while (found == room && total < capacity);
    return total;
}

} // namespace detail

/// The matches of a Counter in some data, in order: one for each segment that reaches the number.
/// Made by Counter::matches. Counter and data must outlive it and its iterators.
class Matches {
public:
    /// An input iterator. It fetches several matches at a time: one at first, since there may be no
    /// call for more. Incrementing it throws as Counter::find does.
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
            } else {
                fetch();
            }
            return *this;
        }

        iterator operator++(int) {
            iterator before = *this;
            ++*this;
            return before;
        }

        /// Of iterators over the same matches, or the end.
        [[nodiscard]] friend bool operator==(const iterator &left, const iterator &right) noexcept {
            return (left.found_ == 0) == (right.found_ == 0) &&
                   (left.found_ == 0 || *left == *right);
        }

        [[nodiscard]] friend bool operator!=(const iterator &left, const iterator &right) noexcept {
            return !(left == right);
        }

    private:
        friend class Matches;

        static constexpr std::size_t most = 16;

        iterator(const tally_counter *counter, Bytes data)
            : counter_(counter), data_(data), room_(0) {
            fetch();
        }

        void fetch() {
            // Less than there was room for: those were the last.
            if (found_ < room_) {
                found_ = next_ = 0;
                return;
            }
            const Match last = found_ > 0 ? fetched_[found_ - 1] : Match();
            const std::size_t room = room_ == 0 ? 1 : room_ * 4 < most ? room_ * 4 : most;
            found_ = detail::find(counter_, data_, found_ > 0 ? &last : nullptr, fetched_, room);
            room_ = room;
            next_ = 0;
        }

        const tally_counter *counter_ = nullptr;
        Bytes data_;
        Match fetched_[most];
        std::size_t next_ = 0;
        /// None: this is the end.
        std::size_t found_ = 0;
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

class Stream;
class Summary;

/// A question: does something occur at least so many times in a segment?
///
/// It never changes once made. Any number of threads may use one at the same time, without a lock.
/// The functions that end in _threads do their work on several threads, of which the calling one is
/// the first; 0 is the same as 1. That is worth while from some megabytes on, and the answer is
/// the same with any number.
///
/// They all throw Error: Status::null_pointer for NULL with a length or a counter moved from,
/// Status::invalid_argument for a length above PTRDIFF_MAX, Status::panic. None but find_all
/// allocates memory, besides for threads.
class Counter {
public:
    /// A counter of `what`.
    ///
    /// @param what        What is counted: ';', U'é', "\r\n", any_of(",;\t").
    /// @param min_number  The number that a segment's count has to reach. Every segment reaches 0.
    /// @param reset       Where counting starts again: Reset::newlines, or any bytes. In any_of, a
    ///                    byte may be in both: then it is the first hit of the segment it opens.
    ///
    /// Throws Error: Status::invalid_argument for a surrogate, a number above 0x10FFFF, an empty
    /// string or set, or a string of two bytes or more of which one is a reset byte;
    /// Status::no_memory; Status::panic.
    explicit Counter(What what, std::uint64_t min_number, Reset reset = Reset::none)
        : handle_(make(what, min_number, reset)) {}

    /// Says whether any segment reaches the number, and reads no more of the data than that takes.
    [[nodiscard]] bool has_count(Bytes data) const {
        bool reached = false;
        detail::check(tally_counter_has_count(get(), data.data(), data.size(), &reached));
        return reached;
    }

    /// has_count on several threads. All of them stop at the first match.
    [[nodiscard]] bool has_count_threads(Bytes data, std::uint32_t threads) const {
        bool reached = false;
        detail::check(tally_counter_has_count_threads(get(), data.data(), data.size(), threads,
                                                      nullptr, &reached));
        return reached;
    }

    /// Finds the first match, if there is one.
    [[nodiscard]] std::optional<Match> find(Bytes data) const {
        Match match;
        return find_many(data, nullptr, &match, 1) > 0 ? std::optional(match) : std::nullopt;
    }

    /// Finds the first match behind the segment of `after`, if there is one.
    ///
    /// @param after  A match that this counter found in the same data. For one that cannot be,
    ///               Error with Status::invalid_argument.
    [[nodiscard]] std::optional<Match> find(Bytes data, const Match &after) const {
        Match match;
        return find_many(data, &after, &match, 1) > 0 ? std::optional(match) : std::nullopt;
    }

    /// The first find on several threads. It is the first match in the data, whichever thread finds
    /// one first.
    [[nodiscard]] std::optional<Match> find_threads(Bytes data, std::uint32_t threads) const {
        tally_match match{};
        bool reached = false;
        detail::check(tally_counter_has_count_threads(get(), data.data(), data.size(), threads,
                                                      &match, &reached));
        return reached ? std::optional(detail::from_c(match)) : std::nullopt;
    }

    /// Finds matches where there is room for them, in order.
    ///
    /// @param after     Null: from the start. Or as in find.
    /// @param matches   Where the matches go; may be null if capacity is 0.
    /// @param capacity  How many there is room for.
    ///
    /// @return  How many were found. Less than the capacity: those were the last.
    std::size_t find_many(Bytes data, const Match *after, Match *matches,
                          std::size_t capacity) const {
        if (matches == nullptr && capacity > 0) {
            throw Error(Status::null_pointer);
        }
        return detail::find(get(), data, after, matches, capacity);
    }

#ifdef __cpp_lib_span
    /// Finds matches where there is room for them, in order. Gives the part that was filled.
    std::span<Match> find_many(Bytes data, const Match *after, std::span<Match> matches) const {
        return matches.first(find_many(data, after, matches.data(), matches.size()));
    }
#endif

    /// Finds all matches.
    [[nodiscard]] std::vector<Match> find_all(Bytes data) const {
        const Matches all(get(), data);
        return {all.begin(), all.end()};
    }

    /// All matches, to go through in a range-for. Nothing is found before it is asked for.
    ///
    /// The data must outlive the matches: a string or container made for the call is refused.
    [[nodiscard]] Matches matches(Bytes data) const & noexcept { return {get(), data}; }

    template <class T, std::enable_if_t<!std::is_lvalue_reference_v<T> &&
                                            detail::OwnsBytes<std::remove_const_t<T>>::value,
                                        int> = 0>
    Matches matches(T &&data) const & = delete;

    Matches matches(Bytes data) const && = delete;

    /// Counts how often it occurs in the data, whatever the segments.
    [[nodiscard]] std::uint64_t count(Bytes data) const {
        std::uint64_t count = 0;
        detail::check(tally_counter_count(get(), data.data(), data.size(), &count));
        return count;
    }

    /// count on several threads.
    [[nodiscard]] std::uint64_t count_threads(Bytes data, std::uint32_t threads) const {
        std::uint64_t count = 0;
        detail::check(
            tally_counter_count_threads(get(), data.data(), data.size(), threads, &count));
        return count;
    }

    /// Finds the largest count in one segment.
    [[nodiscard]] std::uint64_t max_count(Bytes data) const {
        std::uint64_t count = 0;
        detail::check(tally_counter_max_count(get(), data.data(), data.size(), &count));
        return count;
    }

    /// max_count on several threads.
    [[nodiscard]] std::uint64_t max_count_threads(Bytes data, std::uint32_t threads) const {
        std::uint64_t count = 0;
        detail::check(
            tally_counter_max_count_threads(get(), data.data(), data.size(), threads, &count));
        return count;
    }

    /// Counts the segments that reach the number.
    [[nodiscard]] std::uint64_t segments_reached(Bytes data) const {
        std::uint64_t segments = 0;
        detail::check(tally_counter_segments_reached(get(), data.data(), data.size(), &segments));
        return segments;
    }

    /// segments_reached on several threads.
    [[nodiscard]] std::uint64_t segments_reached_threads(Bytes data, std::uint32_t threads) const {
        std::uint64_t segments = 0;
        detail::check(tally_counter_segments_reached_threads(get(), data.data(), data.size(),
                                                             threads, &segments));
        return segments;
    }

    /// has_count of each of many pieces of data, with one call. Each piece is data of its own:
    /// counting starts again in it, and segments end with it. For short pieces, a call for each
    /// would cost more than the counting. No memory is allocated.
    ///
    /// @param data     The pieces, one right behind the other.
    /// @param lens     The length of each piece; may be null if number is 0. Together they make
    /// that
    ///                 of the data, or it is an Error with Status::invalid_argument.
    /// @param number   How many pieces there are.
    /// @param reached  Where the answers go, one for each piece; may be null if number is 0.
    void has_counts(Bytes data, const std::size_t *lens, std::size_t number, bool *reached) const {
        detail::check(
            tally_counter_has_counts(get(), data.data(), data.size(), lens, number, reached));
    }

    /// count of each of many pieces of data, with one call, as has_counts.
    ///
    /// @param counts  Where the counts go, one for each piece; may be null if number is 0.
    void counts(Bytes data, const std::size_t *lens, std::size_t number,
                std::uint64_t *counts) const {
        detail::check(tally_counter_counts(get(), data.data(), data.size(), lens, number, counts));
    }

    /// max_count of each of many pieces of data, with one call, as has_counts.
    ///
    /// @param counts  Where the counts go, one for each piece; may be null if number is 0.
    void max_counts(Bytes data, const std::size_t *lens, std::size_t number,
                    std::uint64_t *counts) const {
        detail::check(
            tally_counter_max_counts(get(), data.data(), data.size(), lens, number, counts));
    }

    /// This question asked of data that comes in chunks or from files; see Stream.
    [[nodiscard]] Stream stream() const;

    /// All counts of data that comes in chunks or from files; see Summary.
    [[nodiscard]] Summary summary() const;

    /// The handle, for functions of tally.h. It stays this object's; null once moved from.
    [[nodiscard]] const tally_counter *get() const noexcept { return handle_.get(); }

private:
    static detail::Handle<tally_counter> make(What what, std::uint64_t min_number, Reset reset) {
        tally_counter *counter = nullptr;
        char utf8[4];
        Bytes bytes = what.bytes_;
        switch (what.kind_) {
        case What::Kind::any_of:
            detail::check(tally_counter_new_any_of(bytes.data(), bytes.size(), min_number,
                                                   reset.bytes_.data(), reset.bytes_.size(),
                                                   &counter));
            return detail::Handle<tally_counter>(counter);
        case What::Kind::character:
            bytes = encode(what.code_, utf8);
            // What is no character gives no bytes, and those are refused too.
            if (reset.is_named_) {
                detail::check(tally_counter_new(what.code_, min_number, reset.name_, &counter));
                return detail::Handle<tally_counter>(counter);
            }
            break;
        case What::Kind::byte:
            utf8[0] = static_cast<char>(what.code_);
            bytes = {utf8, 1};
            break;
        case What::Kind::string:
            break;
        }
        detail::check(tally_counter_new_bytes(bytes.data(), bytes.size(), min_number,
                                              reset.bytes_.data(), reset.bytes_.size(), &counter));
        return detail::Handle<tally_counter>(counter);
    }

    /// A character in UTF-8; of what is none, nothing.
    static Bytes encode(char32_t code, char (&utf8)[4]) noexcept {
        if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return {};
        }
        if (code < 0x80) {
            utf8[0] = static_cast<char>(code);
            return {utf8, 1};
        }
        const std::size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        for (std::size_t i = size - 1; i > 0; i--, code >>= 6) {
            utf8[i] = static_cast<char>(0x80 | (code & 0x3F));
        }
        utf8[0] = static_cast<char>((0xF00U >> size) | code);
        return {utf8, size};
    }

    detail::Handle<tally_counter> handle_;
};

namespace detail {

/// Whether F can be called with done and total, and gives nothing or a bool.
template <class F, class = void> struct IsProgress : std::false_type {};

template <class F>
struct IsProgress<F, std::void_t<std::invoke_result_t<F &, std::uint64_t, std::uint64_t>>>
    : std::bool_constant<
          std::is_void_v<std::invoke_result_t<F &, std::uint64_t, std::uint64_t>> ||
          std::is_same_v<std::invoke_result_t<F &, std::uint64_t, std::uint64_t>, bool>> {};

} // namespace detail

#ifdef __cpp_lib_concepts
/// What a Progress can be made of: it takes done and total, and gives nothing or a bool.
template <class F>
concept ProgressCallable = detail::IsProgress<F>::value;
#endif

/// Called while a file is read, on the thread that called the reading function: at most 20 times a
/// second, between reads, and once more when all is read. It is made of anything that can be called
/// with two std::uint64_t: how many bytes this call has read, and how many there were to be read
/// when it began, or 0 where that is not known. It gives
///
/// - nothing: reading goes on;
/// - a bool: whether reading goes on. After false, the last call's too, the reading function throws
///   an Error with Status::cancelled.
///
/// If it throws, reading stops, and the reading function throws the same exception. It may use the
/// library, but not the object that is being fed: that is an Error with Status::invalid_argument.
/// Nor may it end or replace that object, whose memory would stay taken.
///
/// Copies of a Progress share what they call.
class Progress {
public:
    /// Nothing is called.
    Progress() noexcept = default;

    template <class F, std::enable_if_t<!std::is_same_v<std::decay_t<F>, Progress> &&
                                            detail::IsProgress<std::decay_t<F>>::value,
                                        int> = 0>
    Progress(F &&callable) {
        using Callable = std::decay_t<F>;
        if constexpr (std::is_pointer_v<std::remove_reference_t<F>>) {
            if (callable == nullptr) {
                return;
            }
        }
        call_ = [shared = std::make_shared<Callable>(std::forward<F>(callable))](
                    std::uint64_t done, std::uint64_t total) {
            using Result = std::invoke_result_t<Callable &, std::uint64_t, std::uint64_t>;
            if constexpr (std::is_void_v<Result>) {
                std::invoke(*shared, done, total);
                return true;
            } else {
                return std::invoke(*shared, done, total);
            }
        };
    }

    /// Whether anything is called.
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(call_); }

    /// Calls it; whether to go on.
    bool operator()(std::uint64_t done, std::uint64_t total) const { return call_(done, total); }

private:
    std::function<bool(std::uint64_t, std::uint64_t)> call_;
};

/// How files are read.
struct ReadOptions {
    Progress progress = {};
    /// How many bytes are read at most; 0: no limit. If there are more, it is an Error with
    /// Status::limit. Whether there are is looked up for a regular file alone: from anything else
    /// it would take a byte away, and so exactly so many bytes are Status::limit too.
    std::uint64_t max_bytes = 0;
    /// How many threads read, of which the calling one is the first, where Summary::feed_file reads
    /// a large regular file; 0 is the same as 1. Anything else is read by the calling thread alone.
    std::uint32_t threads = 1;
};

namespace detail {

/// The options of one call in C's terms, and what the callback throws meanwhile.
class Reading {
public:
    explicit Reading(const ReadOptions &options) : progress_(options.progress) {
        options_.size = sizeof options_;
        options_.max_bytes = options.max_bytes;
        options_.threads = options.threads;
        if (progress_) {
            options_.progress = tell;
            options_.context = this;
        }
    }

    Reading(const Reading &) = delete;
    Reading &operator=(const Reading &) = delete;

    [[nodiscard]] const tally_read_options *options() const noexcept { return &options_; }

    /// Throws for what was read from the file `path`. To be called at once, for the sake of errno.
    void check(tally_status status, const std::string &path) const {
        if (status != TALLY_OK) {
            fail(status, last_error(), path);
        }
    }

    /// The same for what was read from a descriptor.
    void check(tally_status status, int fd) const {
        if (status != TALLY_OK) {
            const std::error_code reason = last_error();
            fail(status, reason, "file descriptor " + std::to_string(fd));
        }
    }

private:
    static std::int32_t tell(void *context, std::uint64_t done, std::uint64_t total) noexcept {
        Reading &reading = *static_cast<Reading *>(context);
        try {
            return reading.progress_(done, total) ? 0 : 1;
        } catch (...) {
            reading.thrown_ = std::current_exception();
            return 1;
        }
    }

    [[noreturn]] void fail(tally_status status, std::error_code reason,
                           const std::string &about) const {
        if (thrown_ != nullptr) {
            std::rethrow_exception(thrown_);
        }
        const Status why = static_cast<Status>(status);
        throw Error(why, why == Status::io ? reason : make_error_code(why), about);
    }

    /// A copy: the callback may change the options.
    Progress progress_;
    tally_read_options options_{};
    std::exception_ptr thrown_;
};

/// A path in the terms of tally.h.
#ifdef _WIN32
inline std::string path_text(const std::filesystem::path &path) {
    const auto text = path.u8string();
    return {reinterpret_cast<const char *>(text.data()), text.size()};
}
#else
inline const std::string &path_text(const std::filesystem::path &path) noexcept {
    return path.native();
}
#endif

/// C would read another file: that of the path before the NUL.
inline void check_no_nul(const std::string &path) {
    if (path.find('\0') != std::string::npos) {
        throw Error(Status::invalid_argument);
    }
}

} // namespace detail

/// Has it yet? A Counter's question, asked of data that comes in chunks or from files.
///
/// The answer is that for all the data fed so far, as if it were one piece: characters and strings
/// that the edge of a chunk cuts are counted once. Chunks may be of any size, 0 included. Once the
/// answer is yes it stays, and nothing more is read.
///
/// One thread at a time may use a stream, any thread. All functions throw Error:
/// Status::null_pointer for a stream moved from, Status::invalid_argument for one in use, out of
/// the callback of a reading too; Status::panic.
class Stream {
public:
    /// Of a copy of the counter, which may end before. Throws Error: Status::null_pointer for a
    /// counter moved from; Status::no_memory; Status::panic.
    explicit Stream(const Counter &counter) {
        tally_stream *stream = nullptr;
        detail::check(tally_stream_new(counter.get(), &stream));
        handle_.reset(stream);
    }

    /// Takes the next chunk of the data, and says whether a segment has reached the number by now.
    ///
    /// Throws Error: Status::null_pointer for NULL with a length; Status::invalid_argument for a
    /// length above PTRDIFF_MAX.
    bool feed(Bytes data) {
        bool reached = false;
        detail::check(tally_stream_feed(get(), data.data(), data.size(), &reached));
        return reached;
    }

    /// Feeds a file, up to its end or until a segment has reached the number, and says whether one
    /// has. At most 256 KiB are read past the match. If a segment had reached the number before,
    /// the file is not even opened.
    ///
    /// @param path     A regular file, a named pipe, a device.
    /// @param options  How to read.
    ///
    /// Throws Error: Status::io where opening or reading fails; Status::invalid_argument for a path
    /// with a NUL in it; Status::limit, Status::cancelled as the options say; Status::no_memory.
    /// What the callback throws.
    ///
    /// After an error, what was read before it is fed, and feeding can go on: so match() answers
    /// for that.
    bool feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        bool reached = false;
        const std::string &text = detail::path_text(path);
        detail::check_no_nul(text);
        detail::Reading reading(options);
        reading.check(tally_stream_feed_file(get(), text.c_str(), reading.options(), &reached),
                      text);
        return reached;
    }

    /// Feeds what a file descriptor gives, from where it stands, as feed_file. It stays open.
    ///
    /// @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of
    ///                 the C runtime that the library uses, in binary mode.
    /// @param options  How to read.
    ///
    /// Throws as feed_file. After an error feeding can go on: also after EAGAIN from a descriptor
    /// that does not wait.
    bool feed_fd(int fd, const ReadOptions &options = {}) {
        bool reached = false;
        detail::Reading reading(options);
        reading.check(tally_stream_feed_fd(get(), fd, reading.options(), &reached), fd);
        return reached;
    }

    /// Whether a segment has reached the number.
    [[nodiscard]] bool reached() const {
        bool reached = false;
        detail::check(tally_stream_match(get(), nullptr, &reached));
        return reached;
    }

    /// The first match in what was fed so far, if there is one; offsets are from the first byte
    /// ever fed.
    [[nodiscard]] std::optional<Match> match() const {
        tally_match match{};
        bool reached = false;
        detail::check(tally_stream_match(get(), &match, &reached));
        return reached ? std::optional(detail::from_c(match)) : std::nullopt;
    }

    /// Starts again, as if nothing were fed.
    void reset() { detail::check(tally_stream_reset(get())); }

    /// The handle, for functions of tally.h. It stays this object's; null once moved from.
    [[nodiscard]] tally_stream *get() noexcept { return handle_.get(); }
    [[nodiscard]] const tally_stream *get() const noexcept { return handle_.get(); }

private:
    detail::Handle<tally_stream> handle_;
};

/// All counts of a Counter's question, found on one way through data that comes in chunks or from
/// files. Those of the parts of a text can be merged.
///
/// One thread at a time may use a summary, any thread. All functions throw Error:
/// Status::null_pointer for a summary moved from, Status::invalid_argument for one in use, out of
/// the callback of a reading too; Status::panic.
class Summary {
public:
    /// Of a copy of the counter, which may end before. Throws Error: Status::null_pointer for a
    /// counter moved from; Status::no_memory; Status::panic.
    explicit Summary(const Counter &counter) {
        tally_summary *summary = nullptr;
        detail::check(tally_summary_new(counter.get(), &summary));
        handle_.reset(summary);
    }

    /// Takes the next chunk of the data.
    ///
    /// Throws Error: Status::null_pointer for NULL with a length; Status::invalid_argument for a
    /// length above PTRDIFF_MAX.
    void feed(Bytes data) { detail::check(tally_summary_feed(get(), data.data(), data.size())); }

    /// Feeds a file, up to its end; with several threads, if the options say so.
    ///
    /// @param path     A regular file, a named pipe, a device.
    /// @param options  How to read.
    ///
    /// Throws Error: Status::io where opening or reading fails; Status::invalid_argument for a path
    /// with a NUL in it; Status::limit, Status::cancelled as the options say; Status::no_memory.
    /// What the callback throws.
    ///
    /// After an error, what was read before it is fed, and feeding can go on; bytes of the totals
    /// says how much that is.
    void feed_file(const std::filesystem::path &path, const ReadOptions &options = {}) {
        const std::string &text = detail::path_text(path);
        detail::check_no_nul(text);
        detail::Reading reading(options);
        reading.check(tally_summary_feed_file(get(), text.c_str(), reading.options()), text);
    }

    /// Feeds what a file descriptor gives, from where it stands, up to its end. It stays open.
    ///
    /// @param fd       The descriptor: of a file, a pipe, a socket, a terminal. On Windows, one of
    ///                 the C runtime that the library uses, in binary mode.
    /// @param options  How to read. It is read by the calling thread alone.
    ///
    /// Throws as feed_file. After an error feeding can go on: also after EAGAIN from a descriptor
    /// that does not wait.
    void feed_fd(int fd, const ReadOptions &options = {}) {
        detail::Reading reading(options);
        reading.check(tally_summary_feed_fd(get(), fd, reading.options()), fd);
    }

    /// Takes what `right` has counted, whose data follows this one's: this one is then as if it
    /// were fed all. In which order neighbours are merged does not matter, nor who counted them.
    ///
    /// @param right  The summary that gives; it is not changed. It may be this one: then its data
    ///               counts twice.
    ///
    /// Throws Error: Status::invalid_argument where they ask different questions; Status::overlap
    /// where it cannot be exact, for strings that can overlap themselves alone (tally.h says when);
    /// Status::limit for more than 2^62 bytes together; Status::null_pointer for a summary moved
    /// from; Status::no_memory. Both are then as they were.
    void merge(const Summary &right) { detail::check(tally_summary_merge(get(), right.get())); }

    /// What is counted so far.
    [[nodiscard]] Totals totals() const {
        tally_totals totals{};
        detail::check(tally_summary_totals(get(), &totals));
        return {totals.bytes, totals.count, totals.max_count, totals.segments,
                totals.segments_reached};
    }

    /// The state as bytes, for load in another process or on another machine. It has the question,
    /// the counts, and for a string of bytes the first ones of the data. Its format is the same on
    /// every processor.
    ///
    /// Throws Error: Status::limit for more than 2^62 bytes of data.
    [[nodiscard]] std::string save() const {
        std::size_t size = 0;
        detail::check(tally_summary_state_size(get(), &size));
        std::string state(size, '\0');
        detail::check(tally_summary_save(get(), state.data(), size, &size));
        return state;
    }

    /// The summary whose state was saved, by a counter that asks the same question. It goes on
    /// where that one was.
    ///
    /// @param counter  The counter, which may end before the summary.
    /// @param state    The state. Any bytes may be given: what no summary can have saved is refused,
    ///                 as far as that can be told; from a wrong state that is not, the totals make
    ///                 no sense, and that is all.
    ///
    /// Throws Error: Status::invalid_argument for a state that is broken or of another question;
    /// Status::null_pointer for NULL with a length or a counter moved from; Status::no_memory;
    /// Status::panic.
    [[nodiscard]] static Summary load(const Counter &counter, Bytes state) {
        tally_summary *summary = nullptr;
        detail::check(tally_summary_load(counter.get(), state.data(), state.size(), &summary));
        return Summary(summary);
    }

    /// Starts again, as if nothing were fed.
    void reset() { detail::check(tally_summary_reset(get())); }

    /// The handle, for functions of tally.h. It stays this object's; null once moved from.
    [[nodiscard]] tally_summary *get() noexcept { return handle_.get(); }
    [[nodiscard]] const tally_summary *get() const noexcept { return handle_.get(); }

private:
    explicit Summary(tally_summary *summary) noexcept : handle_(summary) {}

    detail::Handle<tally_summary> handle_;
};

inline Stream Counter::stream() const {
    return Stream(*this);
}

inline Summary Counter::summary() const {
    return Summary(*this);
}

} // namespace tally

#endif
