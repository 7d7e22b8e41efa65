/* Made from the library's sources by `make header`. */

struct ArrowSchema;

struct ArrowArray;

#define TALLY_NEEDLE_STRING 0

#define TALLY_NEEDLE_ANY_OF 1

#define TALLY_NEEDLE_CHARACTER 2

#define TALLY_AT_LEAST 0

#define TALLY_OUTSIDE 1

#define TALLY_WITHIN 2

#define TALLY_NO_MAXIMUM 18446744073709551615

#define TALLY_SKIP_EMPTY 1

#define TALLY_SKIP_LAST_EMPTY 2

#define TALLY_QUOTES_NONE 0

#define TALLY_QUOTES_FIELDS 1

#define TALLY_QUOTES_ANYWHERE 2

typedef struct tally_counter tally_counter;

typedef struct tally_stream tally_stream;

typedef struct tally_summary tally_summary;

typedef struct tally_top tally_top;

typedef struct tally_words tally_words;

typedef int32_t tally_status;

typedef uint32_t tally_reset;

typedef struct tally_match {
    uint64_t segment;
    uint64_t start;
    uint64_t end;
    uint64_t count;
} tally_match;

typedef uint32_t tally_trim;

typedef struct tally_counter_options {
    size_t size;
    const void *needle;
    size_t needle_len;
    uint32_t needle_kind;
    uint32_t character;
    uint32_t condition;
    tally_reset named_reset;
    uint64_t min_number;
    uint64_t max_number;
    const void *reset;
    size_t reset_len;
    uint32_t flags;
    uint32_t quote_rule;
    uint32_t quote;
    uint32_t escape;
    const void *delimiters;
    size_t delimiters_len;
    const void *closing;
    size_t closing_len;
} tally_counter_options;

typedef struct tally_totals {
    uint64_t bytes;
    uint64_t count;
    uint64_t max_count;
    uint64_t segments;
    uint64_t matching_segments;
} tally_totals;

typedef int32_t (*tally_progress)(void *context, uint64_t done, uint64_t total);

typedef struct tally_read_options {
    size_t size;
    tally_progress progress;
    void *context;
    uint64_t max_bytes;
    uint32_t threads;
    uint32_t reserved;
} tally_read_options;

typedef uint32_t tally_results;

typedef uint32_t tally_word_rule;

typedef struct tally_word_cursor {
    uint64_t words;
    uint64_t state;
} tally_word_cursor;

typedef uint32_t tally_question_kind;

typedef struct tally_question {
    tally_question_kind kind;
    tally_trim trim;
    tally_word_rule rule;
    uint32_t reserved;
    const struct tally_counter *counter;
    int64_t *results;
} tally_question;

typedef struct tally_words_options {
    size_t size;
    uint64_t max_bytes;
    uint64_t max_word;
    uint64_t seed;
    tally_word_rule rule;
    uint32_t reserved;
} tally_words_options;

typedef struct tally_word {
    const void *bytes;
    size_t len;
    uint64_t count;
} tally_word;

typedef struct tally_top_word {
    const void *bytes;
    size_t len;
    uint64_t count;
    uint64_t error;
} tally_top_word;

#define TALLY_OK 0

#define TALLY_ERROR_NULL_POINTER 1

#define TALLY_ERROR_INVALID_ARGUMENT 2

#define TALLY_ERROR_IO 3

#define TALLY_ERROR_NO_MEMORY 4

#define TALLY_ERROR_LIMIT 5

#define TALLY_ERROR_CANCELLED 6

#define TALLY_ERROR_PANIC 7

#define TALLY_ERROR_OVERLAP 8

#define TALLY_ERROR_IN_USE 9

#define TALLY_ERROR_RESET_IN_NEEDLE 10

#define TALLY_ERROR_NOT_A_MATCH 11

#define TALLY_ERROR_DIFFERENT_COUNTERS 12

#define TALLY_ERROR_BAD_STATE 13

#define TALLY_ERROR_FINISHED 14

#define TALLY_RESET_NONE 0

#define TALLY_RESET_NEWLINES 1

#define TALLY_RESET_SPACES 2

#define TALLY_RESET_WHITESPACE 3

#define TALLY_TRIM_NONE 0

#define TALLY_TRIM_ASCII 1

#define TALLY_TRIM_UNICODE 2

#define TALLY_RESULTS_COUNTS 0

#define TALLY_RESULTS_BITS 1

#define TALLY_WORDS_ASCII 0

#define TALLY_WORDS_UNICODE 1

#define TALLY_QUESTION_COUNT 0

#define TALLY_QUESTION_MAX_COUNT 1

#define TALLY_QUESTION_HAS_COUNT 2

#define TALLY_QUESTION_MATCHING_SEGMENTS 3

#define TALLY_QUESTION_STARTING_SEGMENTS 4

#define TALLY_QUESTION_ENDING_SEGMENTS 5

#define TALLY_QUESTION_WORDS 6

#define TALLY_QUESTION_BYTES 7

tally_status tally_counter_new(uint32_t needle,
                               uint64_t min_number,
                               tally_reset reset,
                               struct tally_counter **counter);

void tally_counter_free(struct tally_counter *counter);

tally_status tally_counter_has_count(const struct tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     bool *matched);

tally_status tally_counter_find(const struct tally_counter *counter,
                                const void *data,
                                size_t len,
                                const struct tally_match *after,
                                struct tally_match *matches,
                                size_t capacity,
                                size_t *found);

tally_status tally_counter_count(const struct tally_counter *counter,
                                 const void *data,
                                 size_t len,
                                 uint64_t *count);

tally_status tally_counter_max_count(const struct tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     uint64_t *max_count);

tally_status tally_counter_matching_segments(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint64_t *segments);

tally_status tally_counter_starting_segments(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             tally_trim trim,
                                             uint64_t *segments);

tally_status tally_counter_ending_segments(const struct tally_counter *counter,
                                           const void *data,
                                           size_t len,
                                           tally_trim trim,
                                           uint64_t *segments);

tally_status tally_counter_unclosed_quote(const struct tally_counter *counter,
                                          const void *data,
                                          size_t len,
                                          uint64_t *offset,
                                          bool *open);

tally_status tally_counter_new_with(const struct tally_counter_options *options,
                                    struct tally_counter **counter);

tally_status tally_stream_new(const struct tally_counter *counter, struct tally_stream **stream);

void tally_stream_free(struct tally_stream *stream);

tally_status tally_stream_feed(struct tally_stream *stream,
                               const void *data,
                               size_t len,
                               bool *matched);

tally_status tally_stream_find(struct tally_stream *stream,
                               const void *data,
                               size_t len,
                               struct tally_match *matches,
                               size_t capacity,
                               size_t *found,
                               size_t *used);

tally_status tally_stream_finish(struct tally_stream *stream, bool *matched);

tally_status tally_stream_unclosed_quote(const struct tally_stream *stream,
                                         uint64_t *offset,
                                         bool *open);

tally_status tally_stream_match(const struct tally_stream *stream,
                                struct tally_match *match,
                                bool *matched);

tally_status tally_stream_reset(struct tally_stream *stream);

tally_status tally_summary_new(const struct tally_counter *counter, struct tally_summary **summary);

void tally_summary_free(struct tally_summary *summary);

tally_status tally_summary_feed(struct tally_summary *summary, const void *data, size_t len);

tally_status tally_summary_merge(struct tally_summary *left, const struct tally_summary *right);

tally_status tally_summary_totals(const struct tally_summary *summary, struct tally_totals *totals);

tally_status tally_summary_unclosed_quote(const struct tally_summary *summary,
                                          uint64_t *offset,
                                          bool *open);

tally_status tally_summary_state_size(const struct tally_summary *summary, size_t *len);

tally_status tally_summary_save(const struct tally_summary *summary,
                                void *state,
                                size_t capacity,
                                size_t *len);

tally_status tally_summary_load(const struct tally_counter *counter,
                                const void *state,
                                size_t len,
                                struct tally_summary **summary);

tally_status tally_summary_reset(struct tally_summary *summary);

tally_status tally_stream_feed_file(struct tally_stream *stream,
                                    const char *path,
                                    const struct tally_read_options *options,
                                    bool *matched);

tally_status tally_stream_feed_fd(struct tally_stream *stream,
                                  int fd,
                                  const struct tally_read_options *options,
                                  bool *matched);

tally_status tally_summary_feed_file(struct tally_summary *summary,
                                     const char *path,
                                     const struct tally_read_options *options);

tally_status tally_summary_feed_fd(struct tally_summary *summary,
                                   int fd,
                                   const struct tally_read_options *options);

tally_status tally_counter_has_count_threads(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             struct tally_match *match,
                                             bool *matched);

tally_status tally_counter_count_threads(const struct tally_counter *counter,
                                         const void *data,
                                         size_t len,
                                         uint32_t threads,
                                         uint64_t *count);

tally_status tally_counter_max_count_threads(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             uint64_t *max_count);

tally_status tally_counter_matching_segments_threads(const struct tally_counter *counter,
                                                     const void *data,
                                                     size_t len,
                                                     uint32_t threads,
                                                     uint64_t *segments);

tally_status tally_counter_has_counts(const struct tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      bool *matched);

tally_status tally_counter_counts(const struct tally_counter *counter,
                                  const void *data,
                                  size_t len,
                                  const size_t *lens,
                                  size_t number,
                                  uint64_t *counts);

tally_status tally_counter_max_counts(const struct tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      uint64_t *counts);

tally_status tally_counter_offsets32_has_counts(const struct tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint32_t *offsets,
                                                size_t number,
                                                bool *matched);

tally_status tally_counter_offsets64_has_counts(const struct tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint64_t *offsets,
                                                size_t number,
                                                bool *matched);

tally_status tally_counter_offsets32_counts(const struct tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            const uint32_t *offsets,
                                            size_t number,
                                            uint64_t *counts);

tally_status tally_counter_offsets64_counts(const struct tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            const uint64_t *offsets,
                                            size_t number,
                                            uint64_t *counts);

tally_status tally_counter_offsets32_max_counts(const struct tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint32_t *offsets,
                                                size_t number,
                                                uint64_t *counts);

tally_status tally_counter_offsets64_max_counts(const struct tally_counter *counter,
                                                const void *data,
                                                size_t len,
                                                const uint64_t *offsets,
                                                size_t number,
                                                uint64_t *counts);

tally_status tally_counter_column_has_counts(const struct tally_counter *counter,
                                             const struct ArrowSchema *schema,
                                             const struct ArrowArray *array,
                                             uint8_t *matched,
                                             uint8_t *validity,
                                             size_t capacity,
                                             uint64_t *nulls);

tally_status tally_counter_column_counts(const struct tally_counter *counter,
                                         const struct ArrowSchema *schema,
                                         const struct ArrowArray *array,
                                         int64_t *counts,
                                         uint8_t *validity,
                                         size_t capacity,
                                         uint64_t *nulls);

tally_status tally_counter_column_max_counts(const struct tally_counter *counter,
                                             const struct ArrowSchema *schema,
                                             const struct ArrowArray *array,
                                             int64_t *counts,
                                             uint8_t *validity,
                                             size_t capacity,
                                             uint64_t *nulls);

tally_status tally_summary_feed_column(struct tally_summary *summary,
                                       const struct ArrowSchema *schema,
                                       const struct ArrowArray *array);

tally_status tally_results_export(tally_results type,
                                  const void *values,
                                  const uint8_t *validity,
                                  size_t number,
                                  uint64_t nulls,
                                  struct ArrowSchema *schema,
                                  struct ArrowArray *array);

tally_status tally_count_words(const void *data, size_t len, tally_word_rule rule, uint64_t *words);

tally_status tally_count_words_chunk(const void *data,
                                     size_t len,
                                     tally_word_rule rule,
                                     struct tally_word_cursor *cursor);

tally_status tally_count_words_file(const char *path,
                                    tally_word_rule rule,
                                    const struct tally_read_options *options,
                                    struct tally_word_cursor *cursor);

tally_status tally_count_words_fd(int fd,
                                  tally_word_rule rule,
                                  const struct tally_read_options *options,
                                  struct tally_word_cursor *cursor);

tally_status tally_column_ask(const struct ArrowSchema *schema,
                              const struct ArrowArray *array,
                              const struct tally_question *questions,
                              size_t number,
                              uint8_t *validity,
                              size_t capacity,
                              uint64_t *nulls);

tally_status tally_words_new(tally_word_rule rule, uint64_t max_bytes, struct tally_words **words);

tally_status tally_words_new_with(const struct tally_words_options *options,
                                  struct tally_words **words);

void tally_words_free(struct tally_words *words);

tally_status tally_words_feed(struct tally_words *words, const void *data, size_t len);

tally_status tally_words_feed_column(struct tally_words *words,
                                     const struct ArrowSchema *schema,
                                     const struct ArrowArray *array);

tally_status tally_words_feed_file(struct tally_words *words,
                                   const char *path,
                                   const struct tally_read_options *options);

tally_status tally_words_feed_fd(struct tally_words *words,
                                 int fd,
                                 const struct tally_read_options *options);

tally_status tally_words_finish(struct tally_words *words);

tally_status tally_words_total(const struct tally_words *words, uint64_t *total);

tally_status tally_words_distinct(const struct tally_words *words, uint64_t *distinct);

tally_status tally_words_bytes(const struct tally_words *words, uint64_t *bytes);

tally_status tally_words_get(const struct tally_words *words,
                             const void *word,
                             size_t len,
                             uint64_t *count);

tally_status tally_words_top(const struct tally_words *words,
                             struct tally_word *top,
                             size_t capacity,
                             size_t *found);

tally_status tally_words_list(const struct tally_words *words,
                              uint64_t first,
                              struct tally_word *list,
                              size_t capacity,
                              size_t *found);

tally_status tally_words_merge(struct tally_words *into, const struct tally_words *from);

tally_status tally_words_state_size(const struct tally_words *words, size_t *len);

tally_status tally_words_save(const struct tally_words *words,
                              void *state,
                              size_t capacity,
                              size_t *len);

tally_status tally_words_load(const struct tally_words_options *options,
                              const void *state,
                              size_t len,
                              struct tally_words **words);

tally_status tally_words_clear(struct tally_words *words);

tally_status tally_top_new(tally_word_rule rule, uint64_t max_bytes, struct tally_top **top);

tally_status tally_top_new_with(const struct tally_words_options *options, struct tally_top **top);

void tally_top_free(struct tally_top *top);

tally_status tally_top_feed(struct tally_top *top, const void *data, size_t len);

tally_status tally_top_feed_column(struct tally_top *top,
                                   const struct ArrowSchema *schema,
                                   const struct ArrowArray *array);

tally_status tally_top_feed_file(struct tally_top *top,
                                 const char *path,
                                 const struct tally_read_options *options);

tally_status tally_top_feed_fd(struct tally_top *top,
                               int fd,
                               const struct tally_read_options *options);

tally_status tally_top_finish(struct tally_top *top);

tally_status tally_top_total(const struct tally_top *top, uint64_t *total);

tally_status tally_top_skipped(const struct tally_top *top, uint64_t *skipped);

tally_status tally_top_bytes(const struct tally_top *top, uint64_t *bytes);

tally_status tally_top_held(const struct tally_top *top, uint64_t *held);

tally_status tally_top_floor(const struct tally_top *top, uint64_t *floor);

tally_status tally_top_get(const struct tally_top *top,
                           const void *word,
                           size_t len,
                           uint64_t *count,
                           uint64_t *error);

tally_status tally_top_words(const struct tally_top *top,
                             struct tally_top_word *words,
                             size_t capacity,
                             size_t *found);

tally_status tally_top_merge(struct tally_top *into, const struct tally_top *from);

tally_status tally_top_state_size(const struct tally_top *top, size_t *len);

tally_status tally_top_save(const struct tally_top *top, void *state, size_t capacity, size_t *len);

tally_status tally_top_load(const struct tally_words_options *options,
                            const void *state,
                            size_t len,
                            struct tally_top **top);

tally_status tally_top_clear(struct tally_top *top);

const char *tally_status_message(tally_status status);

const char *tally_version(void);

const char *tally_backend(void);
