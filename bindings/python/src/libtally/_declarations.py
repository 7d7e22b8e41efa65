"""Generated from the library's C declarations by `make header`."""

from ctypes import CFUNCTYPE, POINTER, Structure, c_bool, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_uint8, c_void_p
from typing import Any, ClassVar

from ._handle import Handle

class tally_counter(Handle):
    __slots__ = ("address",)

class tally_stream(Handle):
    __slots__ = ("address",)

class tally_summary(Handle):
    __slots__ = ("address",)

class tally_top(Handle):
    __slots__ = ("address",)

class tally_words(Handle):
    __slots__ = ("address",)

class tally_match(Structure):
    _fields_: ClassVar[Any] = [
        ("segment", c_uint64),
        ("start", c_uint64),
        ("end", c_uint64),
        ("count", c_uint64),
    ]

class tally_counter_options(Structure):
    _fields_: ClassVar[Any] = [
        ("size", c_size_t),
        ("needle", c_void_p),
        ("needle_len", c_size_t),
        ("needle_kind", c_uint32),
        ("character", c_uint32),
        ("condition", c_uint32),
        ("named_reset", c_uint32),
        ("min_number", c_uint64),
        ("max_number", c_uint64),
        ("reset", c_void_p),
        ("reset_len", c_size_t),
        ("flags", c_uint32),
        ("quote_rule", c_uint32),
        ("quote", c_uint32),
        ("escape", c_uint32),
        ("delimiters", c_void_p),
        ("delimiters_len", c_size_t),
        ("closing", c_void_p),
        ("closing_len", c_size_t),
    ]

class tally_totals(Structure):
    _fields_: ClassVar[Any] = [
        ("bytes", c_uint64),
        ("count", c_uint64),
        ("max_count", c_uint64),
        ("segments", c_uint64),
        ("matching_segments", c_uint64),
    ]

tally_progress = CFUNCTYPE(c_int32, c_void_p, c_uint64, c_uint64)

class tally_read_options(Structure):
    _fields_: ClassVar[Any] = [
        ("size", c_size_t),
        ("progress", tally_progress),
        ("context", c_void_p),
        ("max_bytes", c_uint64),
        ("threads", c_uint32),
        ("reserved", c_uint32),
    ]

class tally_word_cursor(Structure):
    _fields_: ClassVar[Any] = [
        ("words", c_uint64),
        ("state", c_uint64),
    ]

class tally_question(Structure):
    _fields_: ClassVar[Any] = [
        ("kind", c_uint32),
        ("trim", c_uint32),
        ("rule", c_uint32),
        ("reserved", c_uint32),
        ("counter", c_void_p),
        ("results", POINTER(c_int64)),
    ]

class tally_words_options(Structure):
    _fields_: ClassVar[Any] = [
        ("size", c_size_t),
        ("max_bytes", c_uint64),
        ("max_word", c_uint64),
        ("seed", c_uint64),
        ("rule", c_uint32),
        ("reserved", c_uint32),
    ]

class tally_word(Structure):
    _fields_: ClassVar[Any] = [
        ("bytes", c_void_p),
        ("len", c_size_t),
        ("count", c_uint64),
    ]

class tally_top_word(Structure):
    _fields_: ClassVar[Any] = [
        ("bytes", c_void_p),
        ("len", c_size_t),
        ("count", c_uint64),
        ("error", c_uint64),
    ]

# The result and the parameters of each function.
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "tally_counter_new": (
        c_int32,
        [
            c_uint32,
            c_uint64,
            c_uint32,
            POINTER(c_void_p),
        ],
    ),
    "tally_counter_free": (
        None,
        [
            tally_counter,
        ],
    ),
    "tally_counter_has_count": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_bool),
        ],
    ),
    "tally_counter_find": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(tally_match),
            POINTER(tally_match),
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_counter_count": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_max_count": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_matching_segments": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_starting_segments": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_ending_segments": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_unclosed_quote": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
            POINTER(c_bool),
        ],
    ),
    "tally_counter_new_with": (
        c_int32,
        [
            POINTER(tally_counter_options),
            POINTER(c_void_p),
        ],
    ),
    "tally_stream_new": (
        c_int32,
        [
            tally_counter,
            POINTER(c_void_p),
        ],
    ),
    "tally_stream_free": (
        None,
        [
            tally_stream,
        ],
    ),
    "tally_stream_feed": (
        c_int32,
        [
            tally_stream,
            c_void_p,
            c_size_t,
            POINTER(c_bool),
        ],
    ),
    "tally_stream_find": (
        c_int32,
        [
            tally_stream,
            c_void_p,
            c_size_t,
            POINTER(tally_match),
            c_size_t,
            POINTER(c_size_t),
            POINTER(c_size_t),
        ],
    ),
    "tally_stream_finish": (
        c_int32,
        [
            tally_stream,
            POINTER(c_bool),
        ],
    ),
    "tally_stream_unclosed_quote": (
        c_int32,
        [
            tally_stream,
            POINTER(c_uint64),
            POINTER(c_bool),
        ],
    ),
    "tally_stream_match": (
        c_int32,
        [
            tally_stream,
            POINTER(tally_match),
            POINTER(c_bool),
        ],
    ),
    "tally_stream_reset": (
        c_int32,
        [
            tally_stream,
        ],
    ),
    "tally_summary_new": (
        c_int32,
        [
            tally_counter,
            POINTER(c_void_p),
        ],
    ),
    "tally_summary_free": (
        None,
        [
            tally_summary,
        ],
    ),
    "tally_summary_feed": (
        c_int32,
        [
            tally_summary,
            c_void_p,
            c_size_t,
        ],
    ),
    "tally_summary_merge": (
        c_int32,
        [
            tally_summary,
            tally_summary,
        ],
    ),
    "tally_summary_totals": (
        c_int32,
        [
            tally_summary,
            POINTER(tally_totals),
        ],
    ),
    "tally_summary_unclosed_quote": (
        c_int32,
        [
            tally_summary,
            POINTER(c_uint64),
            POINTER(c_bool),
        ],
    ),
    "tally_summary_state_size": (
        c_int32,
        [
            tally_summary,
            POINTER(c_size_t),
        ],
    ),
    "tally_summary_save": (
        c_int32,
        [
            tally_summary,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_summary_load": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_void_p),
        ],
    ),
    "tally_summary_reset": (
        c_int32,
        [
            tally_summary,
        ],
    ),
    "tally_stream_feed_file": (
        c_int32,
        [
            tally_stream,
            c_char_p,
            POINTER(tally_read_options),
            POINTER(c_bool),
        ],
    ),
    "tally_stream_feed_fd": (
        c_int32,
        [
            tally_stream,
            c_int,
            POINTER(tally_read_options),
            POINTER(c_bool),
        ],
    ),
    "tally_summary_feed_file": (
        c_int32,
        [
            tally_summary,
            c_char_p,
            POINTER(tally_read_options),
        ],
    ),
    "tally_summary_feed_fd": (
        c_int32,
        [
            tally_summary,
            c_int,
            POINTER(tally_read_options),
        ],
    ),
    "tally_counter_has_count_threads": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(tally_match),
            POINTER(c_bool),
        ],
    ),
    "tally_counter_count_threads": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_max_count_threads": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_matching_segments_threads": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_has_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
            c_size_t,
            POINTER(c_bool),
        ],
    ),
    "tally_counter_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_max_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_offsets32_has_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint32),
            c_size_t,
            POINTER(c_bool),
        ],
    ),
    "tally_counter_offsets64_has_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
            c_size_t,
            POINTER(c_bool),
        ],
    ),
    "tally_counter_offsets32_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint32),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_offsets64_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_offsets32_max_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint32),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_offsets64_max_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_column_has_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_void_p,
            POINTER(c_uint8),
            POINTER(c_uint8),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_column_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_void_p,
            POINTER(c_int64),
            POINTER(c_uint8),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_counter_column_max_counts": (
        c_int32,
        [
            tally_counter,
            c_void_p,
            c_void_p,
            POINTER(c_int64),
            POINTER(c_uint8),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_summary_feed_column": (
        c_int32,
        [
            tally_summary,
            c_void_p,
            c_void_p,
        ],
    ),
    "tally_results_export": (
        c_int32,
        [
            c_uint32,
            c_void_p,
            POINTER(c_uint8),
            c_size_t,
            c_uint64,
            c_void_p,
            c_void_p,
        ],
    ),
    "tally_count_words": (
        c_int32,
        [
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(c_uint64),
        ],
    ),
    "tally_count_words_chunk": (
        c_int32,
        [
            c_void_p,
            c_size_t,
            c_uint32,
            POINTER(tally_word_cursor),
        ],
    ),
    "tally_count_words_file": (
        c_int32,
        [
            c_char_p,
            c_uint32,
            POINTER(tally_read_options),
            POINTER(tally_word_cursor),
        ],
    ),
    "tally_count_words_fd": (
        c_int32,
        [
            c_int,
            c_uint32,
            POINTER(tally_read_options),
            POINTER(tally_word_cursor),
        ],
    ),
    "tally_column_ask": (
        c_int32,
        [
            c_void_p,
            c_void_p,
            POINTER(tally_question),
            c_size_t,
            POINTER(c_uint8),
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_words_new": (
        c_int32,
        [
            c_uint32,
            c_uint64,
            POINTER(c_void_p),
        ],
    ),
    "tally_words_new_with": (
        c_int32,
        [
            POINTER(tally_words_options),
            POINTER(c_void_p),
        ],
    ),
    "tally_words_free": (
        None,
        [
            tally_words,
        ],
    ),
    "tally_words_feed": (
        c_int32,
        [
            tally_words,
            c_void_p,
            c_size_t,
        ],
    ),
    "tally_words_feed_column": (
        c_int32,
        [
            tally_words,
            c_void_p,
            c_void_p,
        ],
    ),
    "tally_words_feed_file": (
        c_int32,
        [
            tally_words,
            c_char_p,
            POINTER(tally_read_options),
        ],
    ),
    "tally_words_feed_fd": (
        c_int32,
        [
            tally_words,
            c_int,
            POINTER(tally_read_options),
        ],
    ),
    "tally_words_finish": (
        c_int32,
        [
            tally_words,
        ],
    ),
    "tally_words_total": (
        c_int32,
        [
            tally_words,
            POINTER(c_uint64),
        ],
    ),
    "tally_words_distinct": (
        c_int32,
        [
            tally_words,
            POINTER(c_uint64),
        ],
    ),
    "tally_words_bytes": (
        c_int32,
        [
            tally_words,
            POINTER(c_uint64),
        ],
    ),
    "tally_words_get": (
        c_int32,
        [
            tally_words,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
        ],
    ),
    "tally_words_top": (
        c_int32,
        [
            tally_words,
            POINTER(tally_word),
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_words_list": (
        c_int32,
        [
            tally_words,
            c_uint64,
            POINTER(tally_word),
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_words_merge": (
        c_int32,
        [
            tally_words,
            tally_words,
        ],
    ),
    "tally_words_state_size": (
        c_int32,
        [
            tally_words,
            POINTER(c_size_t),
        ],
    ),
    "tally_words_save": (
        c_int32,
        [
            tally_words,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_words_load": (
        c_int32,
        [
            POINTER(tally_words_options),
            c_void_p,
            c_size_t,
            POINTER(c_void_p),
        ],
    ),
    "tally_words_clear": (
        c_int32,
        [
            tally_words,
        ],
    ),
    "tally_top_new": (
        c_int32,
        [
            c_uint32,
            c_uint64,
            POINTER(c_void_p),
        ],
    ),
    "tally_top_new_with": (
        c_int32,
        [
            POINTER(tally_words_options),
            POINTER(c_void_p),
        ],
    ),
    "tally_top_free": (
        None,
        [
            tally_top,
        ],
    ),
    "tally_top_feed": (
        c_int32,
        [
            tally_top,
            c_void_p,
            c_size_t,
        ],
    ),
    "tally_top_feed_column": (
        c_int32,
        [
            tally_top,
            c_void_p,
            c_void_p,
        ],
    ),
    "tally_top_feed_file": (
        c_int32,
        [
            tally_top,
            c_char_p,
            POINTER(tally_read_options),
        ],
    ),
    "tally_top_feed_fd": (
        c_int32,
        [
            tally_top,
            c_int,
            POINTER(tally_read_options),
        ],
    ),
    "tally_top_finish": (
        c_int32,
        [
            tally_top,
        ],
    ),
    "tally_top_total": (
        c_int32,
        [
            tally_top,
            POINTER(c_uint64),
        ],
    ),
    "tally_top_skipped": (
        c_int32,
        [
            tally_top,
            POINTER(c_uint64),
        ],
    ),
    "tally_top_bytes": (
        c_int32,
        [
            tally_top,
            POINTER(c_uint64),
        ],
    ),
    "tally_top_held": (
        c_int32,
        [
            tally_top,
            POINTER(c_uint64),
        ],
    ),
    "tally_top_floor": (
        c_int32,
        [
            tally_top,
            POINTER(c_uint64),
        ],
    ),
    "tally_top_get": (
        c_int32,
        [
            tally_top,
            c_void_p,
            c_size_t,
            POINTER(c_uint64),
            POINTER(c_uint64),
        ],
    ),
    "tally_top_words": (
        c_int32,
        [
            tally_top,
            POINTER(tally_top_word),
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_top_merge": (
        c_int32,
        [
            tally_top,
            tally_top,
        ],
    ),
    "tally_top_state_size": (
        c_int32,
        [
            tally_top,
            POINTER(c_size_t),
        ],
    ),
    "tally_top_save": (
        c_int32,
        [
            tally_top,
            c_void_p,
            c_size_t,
            POINTER(c_size_t),
        ],
    ),
    "tally_top_load": (
        c_int32,
        [
            POINTER(tally_words_options),
            c_void_p,
            c_size_t,
            POINTER(c_void_p),
        ],
    ),
    "tally_top_clear": (
        c_int32,
        [
            tally_top,
        ],
    ),
    "tally_status_message": (
        c_char_p,
        [
            c_int32,
        ],
    ),
    "tally_version": (
        c_char_p,
        [],
    ),
    "tally_backend": (
        c_char_p,
        [],
    ),
}
