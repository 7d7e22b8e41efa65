/* The header included first, alone, and twice: as C and as C++, by every standard. */
#include "tally.h"
#include "tally.h"

typedef tally_status (*has_count)(const tally_counter *, const void *, size_t, bool *);

has_count the_main_question(void);

has_count the_main_question(void) { return tally_counter_has_count; }
