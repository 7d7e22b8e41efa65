/* Made from the library's sources by `make header`. */

typedef struct tally_counter tally_counter;

typedef struct tally_stream tally_stream;

typedef struct tally_summary tally_summary;

typedef int32_t tally_status;

typedef uint32_t tally_reset;

typedef struct tally_match {
    uint64_t segment;
    uint64_t start;
    uint64_t end;
} tally_match;

typedef int32_t (*tally_progress)(void *context, uint64_t done, uint64_t total);

typedef struct tally_read_options {
    size_t size;
    tally_progress progress;
    void *context;
    uint64_t max_bytes;
    uint32_t threads;
} tally_read_options;

typedef struct tally_totals {
    uint64_t bytes;
    uint64_t count;
    uint64_t max_count;
    uint64_t segments;
    uint64_t segments_reached;
} tally_totals;

#define TALLY_OK 0

#define TALLY_ERROR_NULL_POINTER 1

#define TALLY_ERROR_INVALID_ARGUMENT 2

#define TALLY_ERROR_IO 3

#define TALLY_ERROR_NO_MEMORY 4

#define TALLY_ERROR_LIMIT 5

#define TALLY_ERROR_CANCELLED 6

#define TALLY_ERROR_PANIC 7

#define TALLY_ERROR_OVERLAP 8

#define TALLY_RESET_NONE 0

#define TALLY_RESET_NEWLINES 1

#define TALLY_RESET_SPACES 2

#define TALLY_RESET_WHITESPACE 3

const char *tally_status_message(tally_status status);

const char *tally_version(void);

const char *tally_backend(void);

tally_status tally_counter_new(uint32_t what,
                               uint64_t min_number,
                               tally_reset reset,
                               struct tally_counter **counter);

tally_status tally_counter_new_bytes(const void *what,
                                     size_t what_len,
                                     uint64_t min_number,
                                     const void *reset,
                                     size_t reset_len,
                                     struct tally_counter **counter);

tally_status tally_counter_new_any_of(const void *bytes,
                                      size_t bytes_len,
                                      uint64_t min_number,
                                      const void *reset,
                                      size_t reset_len,
                                      struct tally_counter **counter);

void tally_counter_free(struct tally_counter *counter);

tally_status tally_counter_has_count(const struct tally_counter *counter,
                                     const void *data,
                                     size_t len,
                                     bool *reached);

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

tally_status tally_counter_segments_reached(const struct tally_counter *counter,
                                            const void *data,
                                            size_t len,
                                            uint64_t *segments);

tally_status tally_counter_has_counts(const struct tally_counter *counter,
                                      const void *data,
                                      size_t len,
                                      const size_t *lens,
                                      size_t number,
                                      bool *reached);

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

tally_status tally_counter_has_count_threads(const struct tally_counter *counter,
                                             const void *data,
                                             size_t len,
                                             uint32_t threads,
                                             struct tally_match *match,
                                             bool *reached);

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

tally_status tally_counter_segments_reached_threads(const struct tally_counter *counter,
                                                    const void *data,
                                                    size_t len,
                                                    uint32_t threads,
                                                    uint64_t *segments);

tally_status tally_stream_new(const struct tally_counter *counter, struct tally_stream **stream);

void tally_stream_free(struct tally_stream *stream);

tally_status tally_stream_feed(struct tally_stream *stream,
                               const void *data,
                               size_t len,
                               bool *reached);

tally_status tally_stream_feed_file(struct tally_stream *stream,
                                    const char *path,
                                    const struct tally_read_options *options,
                                    bool *reached);

tally_status tally_stream_feed_fd(struct tally_stream *stream,
                                  int fd,
                                  const struct tally_read_options *options,
                                  bool *reached);

tally_status tally_stream_match(const struct tally_stream *stream,
                                struct tally_match *match,
                                bool *reached);

tally_status tally_stream_reset(struct tally_stream *stream);

tally_status tally_summary_new(const struct tally_counter *counter, struct tally_summary **summary);

void tally_summary_free(struct tally_summary *summary);

tally_status tally_summary_feed(struct tally_summary *summary, const void *data, size_t len);

tally_status tally_summary_feed_file(struct tally_summary *summary,
                                     const char *path,
                                     const struct tally_read_options *options);

tally_status tally_summary_feed_fd(struct tally_summary *summary,
                                   int fd,
                                   const struct tally_read_options *options);

tally_status tally_summary_merge(struct tally_summary *left, const struct tally_summary *right);

tally_status tally_summary_totals(const struct tally_summary *summary, struct tally_totals *totals);

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
