/* What the C++ tests share. */
#ifndef SUPPORT_HPP
#define SUPPORT_HPP

#include <string>

#include <tally.hpp>

#include "../c/check.h"

/* The status of the tally::Error that a call throws, or ok if it throws none. */
template <class Call> tally::Status status_of(Call call) {
    using namespace std::literals;
    try {
        call();
        return tally::Status::ok;
    } catch (const tally::Error &error) {
        const std::string text = tally::message(error.status());
        if (error.status() == tally::Status::io) {
            CHECK(error.what() == text + ": " + error.code().message(), "what()");
            CHECK(error.code().category() == std::system_category(), "code()");
        } else {
            CHECK(error.what() == text, "what()");
            CHECK(error.code() == error.status() && error.code().message() == text, "code()");
        }
        return error.status();
    }
}

#endif
