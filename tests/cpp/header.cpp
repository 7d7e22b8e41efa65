/* The header included first, alone, twice, and into a second file of a program. */
#include <tally.hpp>

bool has_two(const char *text);

bool has_two(const char *text) {
    return tally::Counter('c', 2).has_count(text);
}
