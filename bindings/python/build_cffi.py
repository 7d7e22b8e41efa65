"""The cffi module: the library's functions, and its queries in a form that is faster to call."""

from pathlib import Path

import cffi

HERE = Path(__file__).resolve().parent
INCLUDE = next(
    folder / "include" for folder in (HERE / "crate", HERE.parents[1]) if folder.exists()
)

# The types of the answers.
QUERIES = {
    "counter_has_count": "bool",
    "counter_count": "uint64_t",
    "counter_max_count": "uint64_t",
    "counter_matching_segments": "uint64_t",
    "stream_feed": "bool",
}


def signature(query: str) -> str:
    handle = query.split("_")[0]
    const = "const " if handle == "counter" else ""
    return f"int64_t {query}({const}tally_{handle} *handle, const void *data, size_t len)"


def definition(query: str, answer: str) -> str:
    """Returns the answer, or minus the status, and so needs no out-parameter. No count is above
    INT64_MAX."""
    return f"""
static {signature(query)} {{
    {answer} answer;
    tally_status status = tally_{query}(handle, data, len, &answer);
    return status == TALLY_OK ? (int64_t)answer : -(int64_t)status;
}}
"""


ffi = cffi.FFI()
ffi.cdef((HERE / "declarations.h").read_text(encoding="utf-8"))
ffi.cdef("".join(f"{signature(query)};\n" for query in QUERIES))
ffi.cdef('extern "Python" int32_t progress(void *context, uint64_t done, uint64_t total);')
ffi.set_source(
    "libtally._cffi",
    "#include <tally.h>\n" + "".join(definition(*query) for query in QUERIES.items()),
    include_dirs=[str(INCLUDE)],
    # The same file is a second module, so that the library is in it once.
    sources=["src/libtally/_quick.c"],
)
