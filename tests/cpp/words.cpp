/* Words: the cases of a file, tests/cases/words.txt, which describes its format. */

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tally.hpp>

#include "../c/check.h"
#include "text.hpp"

using tally::WordCounter, tally::WordRule;

namespace {

void check_count(const std::string &name, const std::string &data, WordRule rule,
                 std::uint64_t expected, const std::string &path) {
    CHECK(tally::count_words(data, rule) == expected, name.c_str());
    for (const std::size_t size : {1U, 7U, 100U}) {
        WordCounter counter(rule);
        for (std::size_t at = 0; at < data.size(); at += size) {
            counter.feed(std::string_view(data).substr(at, size));
        }
        CHECK(counter.words() == expected, name.c_str());
        const WordCounter copy = counter;
        counter.reset();
        CHECK(counter.words() == 0 && copy.words() == expected, name.c_str());
    }
    std::ofstream(path, std::ios::binary) << data;
    WordCounter counter(rule);
    counter.feed_file(path);
    CHECK(counter.words() == expected, name.c_str());
}

using Counts = std::map<std::string, std::uint64_t>;

/* The words of a line behind the total. */
Counts parse_words(std::string_view line) {
    Counts counts;
    for (std::size_t at; (at = line.find(" : ")) != line.npos;) {
        line.remove_prefix(at + 3);
        const std::size_t equals = line.find('='), end = line.find(" : ", equals);
        counts[parse_text(line.substr(equals + 1, end - equals - 1))] =
            std::stoull(std::string(line.substr(0, equals)));
    }
    return counts;
}

Counts counts_of(const std::vector<tally::Word> &words) {
    Counts counts;
    for (const tally::Word &word : words) {
        counts[std::string(word.bytes)] = word.count;
    }
    return counts;
}

/* While there is room for all. */
void check_top(const std::string &name, const std::string &data, WordRule rule,
               const Counts &expected, const std::string &path) {
    tally::WordsOptions options;
    options.rule = rule;
    // Room for one word that is all of the data.
    options.max_bytes = data.size() < 1000 ? 1 << 16 : 1 << 24;
    options.max_word = options.max_bytes / 16;
    tally::TopWords top(options), right(options);
    const auto counts = [&] {
        Counts found;
        for (const tally::TopWord &word : top.words(1000)) {
            CHECK(word.error == 0 && top.get(word.bytes).count == word.count, name.c_str());
            found[std::string(word.bytes)] = word.count;
        }
        return found;
    };
    top.feed_file(path);
    top.finish();
    CHECK(counts() == expected, name.c_str());
    CHECK(top.held() == expected.size() && top.bytes() == data.size(), name.c_str());
    CHECK(top.floor() == 0 && top.skipped() == 0 && top.get("").count == 0, name.c_str());
    right.feed(data);
    right.finish();
    CHECK(right.total() == top.total(), name.c_str());
    top = tally::TopWords::load(options, top.save());
    top.merge(right);
    Counts twice = expected;
    for (auto &word : twice) {
        word.second *= 2;
    }
    CHECK(counts() == twice, name.c_str());
    top.clear();
    CHECK(top.total() == 0 && top.words(1).empty(), name.c_str());
}

void check_table(const std::string &name, const std::string &data, WordRule rule,
                 const Counts &expected, const std::string &path) {
    tally::Words words(rule), left(rule);
    words.feed(data);
    words.finish();
    CHECK(counts_of(words.all()) == expected, name.c_str());
    CHECK(counts_of(words.top(1000)) == expected, name.c_str());
    CHECK(words.distinct() == expected.size() && words.bytes() == data.size(), name.c_str());
    const auto top = words.top(1);
    CHECK(top.size() == (expected.empty() ? 0U : 1U), name.c_str());
    CHECK(top.empty() || words.get(top[0].bytes) == top[0].count, name.c_str());
    words.clear();
    words.feed_file(path);
    words.finish();
    CHECK(counts_of(words.all()) == expected, name.c_str());
    const std::size_t cut = data.size() / 2;
    left.feed(std::string_view(data).substr(0, cut));
    tally::WordsOptions options;
    options.rule = rule;
    tally::Words right = tally::Words(options);
    right.feed(std::string_view(data).substr(cut));
    tally::Words merged = tally::Words::load(options, left.save());
    merged.merge(right);
    merged.finish();
    CHECK(counts_of(merged.all()) == expected, name.c_str());
    check_top(name, data, rule, expected, path);
}

} // namespace

int main(int count, char **arguments) {
    if (count != 3) {
        stop("usage: words CASES FOLDER");
    }
    const std::string path = std::string(arguments[2]) + "/cpp-words.txt";
    std::ifstream file(arguments[1], std::ios::binary);
    std::string line, name, data;
    unsigned long number = 0;
    while (std::getline(file, line)) {
        if (const auto case_name = after_word(line, "case")) {
            name = *case_name;
            number++;
        } else if (const auto text = after_word(line, "data")) {
            data = parse_text(*text);
        } else if (const auto ascii = after_word(line, "ascii")) {
            check_count(name, data, WordRule::ascii, std::stoull(std::string(*ascii)), path);
            check_table(name, data, WordRule::ascii, parse_words(*ascii), path);
        } else if (const auto unicode = after_word(line, "unicode")) {
            check_count(name, data, WordRule::unicode, std::stoull(std::string(*unicode)), path);
            check_table(name, data, WordRule::unicode, parse_words(*unicode), path);
        }
    }
    CHECK(number > 25, "the file is cut short");
    /* Unicode is the default, also for text. */
    CHECK(tally::count_words("a\xE2\x80\x83" "b c") == 3, "default");
    CHECK(tally::count_words({nullptr, 0}) == 0, "no data");
    try {
        WordCounter().feed_file("/missing/file");
        CHECK(false, "no error");
    } catch (const tally::Error &error) {
        CHECK(error.status() == tally::Status::io, "missing");
    }
    tally::WordsOptions options;
    options.max_word = 3;
    tally::Words words(options);
    try {
        words.feed("a long word ");
        CHECK(false, "no error");
    } catch (const tally::Error &error) {
        CHECK(error.status() == tally::Status::limit, "limit");
    }
    CHECK(words.bytes() == 2 && words.get("a") == 1 && words.total() == 1, "limit");
    try {
        tally::TopWords(WordRule::ascii, 1000);
        CHECK(false, "no error");
    } catch (const tally::Error &error) {
        CHECK(error.status() == tally::Status::invalid_argument, "memory");
    }
    std::remove(path.c_str());
    return report("words");
}
