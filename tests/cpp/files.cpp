/* Files and descriptors through tally.hpp: what is fed, the system's reasons for errors, and
 * callbacks that stop, throw, or use the library. */

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "support.hpp"

using namespace std::literals;
using tally::Counter, tally::Match, tally::ReadOptions, tally::Reset, tally::Status, tally::Stream,
    tally::Summary, tally::Totals;

namespace {

/* A folder that is removed in the end. */
class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "tally-cpp-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) {
            std::perror(name.c_str());
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

void check_files(const Folder &folder) {
    const Counter counter(',', 3, Reset::newlines);
    const auto table = folder.file("table.csv", "a,b\na,b,c,d\n\na,b,c\n");
    const Totals whole{19, 6, 3, 5, 1};
    const std::string name = table.string();
    Stream stream(counter);
    Summary summary(counter);

    CHECK(stream.feed_file(table), "path");
    CHECK((stream.first_match() == Match{1, 4, 10, 3}), "path");
    summary.feed_file(table);
    CHECK(summary.totals() == whole, "path");
    stream.reset();
    summary.reset();
    CHECK(!stream.matched() && !stream.first_match(), "reset");
    CHECK((summary.totals() == Totals{0, 0, 0, 1, 0}), "reset");
    CHECK(stream.feed_file(name) && stream.matched(), "string");
    CHECK(stream.feed_file(folder.path() / "missing"), "after a match nothing is opened");
    summary.feed_file(name.c_str());
    CHECK(summary.totals() == whole, "text");
    ReadOptions options;
    options.threads = 2;
    summary.feed_file(std::string_view(name), options);
    CHECK(summary.totals().bytes == 38 && summary.totals().count == 12, "two files as one text");

    /* A limit; feeding can continue after it. */
    options.max_bytes = 9;
    stream.reset();
    summary.reset();
    const int fd = open(name.c_str(), O_RDONLY);
    CHECK(status_of([&] { summary.feed_fd(fd, options); }) == Status::limit, "limit");
    CHECK(summary.totals().bytes == 9 && summary.totals().count == 3, "limit");
    summary.feed_fd(fd);
    CHECK(summary.totals() == whole, "after the limit");
    lseek(fd, 4, SEEK_SET);
    CHECK(status_of([&] { stream.feed_fd(fd, options); }) == Status::ok, "match before the limit");
    CHECK((stream.first_match() == Match{0, 0, 6, 3}), "from the current position");
    stream.reset();
    options.max_bytes = 3;
    CHECK(status_of([&] { stream.feed_file(table, options); }) == Status::limit, "limit");
    CHECK(!stream.matched(), "limit");
    CHECK(close(fd) == 0, "the descriptor stays open");

    /* The path that C would read ends at the NUL. */
    stream.reset();
    summary.reset();
    const std::filesystem::path cut = name + '\0' + "x"s;
    CHECK(status_of([&] { stream.feed_file(cut); }) == Status::invalid_argument, "NUL in a path");
    CHECK(status_of([&] { summary.feed_file(cut); }) == Status::invalid_argument, "NUL in a path");
    CHECK(summary.totals().bytes == 0 && !stream.matched(), "NUL in a path");
}

/* If nothing can be read, nothing is fed, and the error has the system's reason. */
void check_reasons(const Folder &folder) {
    const Counter counter(',', 1);
    Stream stream(counter);
    Summary summary(counter);
    const auto refused = [&](std::errc reason, auto feed) {
        CHECK(status_of(feed) == Status::io, "io");
        std::error_code code;
        try {
            feed();
        } catch (const std::system_error &error) {
            code = error.code();
        }
        CHECK(code == reason, "reason");
        CHECK(summary.totals().bytes == 0 && !stream.matched(), "nothing is fed");
    };
    const auto missing = folder.path() / "missing";
    refused(std::errc::no_such_file_or_directory, [&] { stream.feed_file(missing); });
    refused(std::errc::no_such_file_or_directory, [&] { summary.feed_file(missing); });
    refused(std::errc::no_such_file_or_directory, [&] { stream.feed_file(""); });
    refused(std::errc::is_a_directory, [&] { stream.feed_file(folder.path()); });
    refused(std::errc::is_a_directory, [&] { summary.feed_file(folder.path()); });
    refused(std::errc::bad_file_descriptor, [&] { stream.feed_fd(-1); });
    refused(std::errc::bad_file_descriptor, [&] { summary.feed_fd(-1); });
    /* The reason is that of the call, also if a callback has changed errno before. */
    ReadOptions options;
    options.progress = [](auto, auto) {
        errno = EPERM;
        return true;
    };
    refused(std::errc::is_a_directory, [&] { stream.feed_file(folder.path(), options); });
}

bool function_called;

bool function(std::uint64_t, std::uint64_t) {
    function_called = true;
    return true;
}

void check_callbacks(const Folder &folder) {
    const Counter counter('x', 1000);
    const auto file = folder.file("100.txt", std::string(100, 'x'));
    Stream stream(counter);
    Summary summary(counter);
    ReadOptions options;
    CHECK(!options.progress, "no callback");
    summary.feed_file(file, options);

    std::uint64_t last = 0;
    const auto lambda = [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done <= total && total == 100, "done and total");
        last = done;
        return true;
    };
    options.progress = lambda;
    summary.feed_file(file, options);
    CHECK(last == 100, "the last call");
    last = 0;
    CHECK(!stream.feed_file(file, options), "the last call");
    CHECK(last == 100, "the last call");
    options.progress = function;
    summary.feed_file(file, options);
    CHECK(function_called, "function");
    CHECK((summary.totals() == Totals{300, 300, 300, 1, 0}), "all was fed");
#ifdef __cpp_designated_initializers
    summary.feed_file(file, {.progress = lambda});
    CHECK(status_of([&] { summary.feed_file(file, {.max_bytes = 7}); }) == Status::limit, "named");
    CHECK(summary.totals().bytes == 407, "named");
#endif

    /* False stops, even in the last call; what was read has been fed. */
    summary.reset();
    stream.reset();
    options.progress = [](auto, auto) { return false; };
    CHECK(status_of([&] { summary.feed_file(file, options); }) == Status::cancelled, "cancelled");
    CHECK(summary.totals().bytes == 100, "what was read has been fed");
    CHECK(status_of([&] { stream.feed_file(file, options); }) == Status::cancelled, "cancelled");

    /* A callback may replace itself in the options. */
    summary.reset();
    bool called = false;
    options.progress = [&called, &options](auto, auto) {
        options.progress = {};
        called = true;
        return true;
    };
    summary.feed_file(file, options);
    CHECK(called && !options.progress, "replaced");
}

/* An exception that is no std::exception. */
struct Stopped {
    std::shared_ptr<int> number;
};

/* The number in the Stopped that a call throws, or -1. */
template <class Call> int stopped(Call call) {
    try {
        call();
    } catch (const Stopped &thrown) {
        return *thrown.number;
    }
    return -1;
}

/* An exception of a callback passes through every function that reads. */
void check_exceptions(const Folder &folder) {
    const Counter counter('x', 100000000);
    const auto file = folder.file("100.txt", std::string(100, 'x'));
    const auto large = folder.file("large.txt", std::string(8 << 20, 'x'));
    Stream stream(counter);
    Summary summary(counter);
    int number = 0;
    ReadOptions options;
    options.progress = [&](auto, auto) -> bool { throw Stopped{std::make_shared<int>(++number)}; };
    const int fd = open(file.c_str(), O_RDONLY);
    CHECK(stopped([&] { stream.feed_file(file, options); }) == 1, "thrown");
    CHECK(stopped([&] { summary.feed_file(file, options); }) == 2, "thrown");
    CHECK(stopped([&] { stream.feed_fd(fd, options); }) == 3, "thrown");
    CHECK(stopped([&] { summary.feed_fd(fd, options); }) == 4, "thrown");
    CHECK(number == 4, "one call each");
    lseek(fd, 0, SEEK_SET);
    options.threads = 2;
    CHECK(stopped([&] { summary.feed_fd(fd, options); }) == 5, "thrown");
    CHECK(summary.totals().bytes == 200, "what was read has been fed");
    close(fd);
    summary.reset();
    /* With several threads: they have ended when the exception arrives. */
    CHECK(stopped([&] { summary.feed_file(large, options); }) == 6, "thrown with threads");
    const std::uint64_t fed = summary.totals().bytes;
    CHECK(fed <= 8 << 20 && summary.totals().count == fed, "what was read has been fed");
    summary.reset();

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
    options.progress = [&](auto done, auto total) -> bool {
        CHECK(total == 0, "the length of a pipe is unknown");
        done_then = done;
        throw Stopped{std::make_shared<int>(7)};
    };
    CHECK(stopped([&] { summary.feed_fd(ends[0], options); }) == 7, "pipe");
    CHECK(done_then > 0 && summary.totals().bytes == done_then, "what was read has been fed");
    summary.feed_fd(ends[0]);
    CHECK((summary.totals() == Totals{100, 100, 100, 1, 0}), "it continues");
    writer.join();
    close(ends[0]);
}

/* A callback may use the library, but not the object that is being fed. */
void check_use_inside(const Folder &folder) {
    const Counter counter('x', 1000);
    const auto file = folder.file("100.txt", std::string(100, 'x'));
    Stream stream(counter);
    Summary summary(counter), other(counter);
    unsigned uses = 0;
    const auto refused = [&uses](auto call) {
        CHECK(status_of(call) == Status::in_use, "in use");
        uses++;
    };
    ReadOptions options;
    options.progress = [&](auto, auto) -> bool {
        refused([&] { summary.feed("x"); });
        refused([&] { summary.feed_file(file); });
        refused([&] { summary.feed_fd(-1); });
        refused([&] { (void)summary.totals(); });
        refused([&] { summary.merge(other); });
        refused([&] { other.merge(summary); });
        refused([&] { summary.merge(summary); });
        refused([&] { (void)summary.save(); });
        refused([&] { summary.reset(); });
        other.feed_file(file);
        Counter("", 1);
        return true;
    };
    /* The Error that the library throws inside the callback leaves it as any other exception. */
    CHECK(status_of([&] { summary.feed_file(file, options); }) == Status::invalid_argument, "");
    CHECK(summary.totals().bytes == 100 && other.totals().bytes == 100, "unchanged");
    CHECK(uses == 9, "the callback was called once");

    options.progress = [&](auto, auto) {
        refused([&] { stream.feed("x"); });
        refused([&] { stream.feed_file(file); });
        refused([&] { stream.feed_fd(-1); });
        refused([&] { (void)stream.matched(); });
        refused([&] { (void)stream.first_match(); });
        refused([&] { stream.reset(); });
        return counter.count("xx") == 2;
    };
    CHECK(!stream.feed_file(file, options) && uses == 15, "the callback was called once");
    CHECK(stream.feed(std::string(900, 'x')), "unchanged");
    CHECK((stream.first_match() == Match{0, 0, 1000, 1000}), "unchanged");
}

} // namespace

int main() {
    const Folder folder;
    check_files(folder);
    check_reasons(folder);
    check_callbacks(folder);
    check_exceptions(folder);
    check_use_inside(folder);
    return report("C++ files");
}
