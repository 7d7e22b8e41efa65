/* What the programs that run the shared cases have in common: TEXT, as tests/cases describes it. */
#ifndef TEXT_HPP
#define TEXT_HPP

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

[[noreturn]] inline void stop(std::string_view line) {
    std::fprintf(stderr, "cases: cannot read: %.*s\n", static_cast<int>(line.size()), line.data());
    std::exit(2);
}

/* The bytes that a TEXT stands for. */
inline std::string parse_text(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        std::size_t len = 1;
        if (text.substr(0, 2) == "\\n") {
            bytes += '\n';
            len = 2;
        } else if (text.substr(0, 2) == "\\x") {
            bytes += static_cast<char>(std::stoul(std::string(text.substr(2, 2)), nullptr, 16));
            len = 4;
        } else if (text.front() == '{') {
            const std::size_t space = text.find(' '), close = text.find('}');
            if (space > close || close == text.npos) {
                stop(text);
            }
            const std::string repeated = parse_text(text.substr(space + 1, close - space - 1));
            for (auto times = std::stoul(std::string(text.substr(1))); times > 0; times--) {
                bytes += repeated;
            }
            len = close + 1;
        } else {
            bytes += text.front();
        }
        text.remove_prefix(len);
    }
    return bytes;
}

/* The rest of `line` behind `word` and a space, if it starts with them. */
inline std::optional<std::string_view> after_word(std::string_view line, std::string_view word) {
    if (line.substr(0, word.size()) != word ||
        (line.size() > word.size() && line[word.size()] != ' ')) {
        return std::nullopt;
    }
    return line.substr(std::min(line.size(), word.size() + 1));
}

#endif
