-- libtally for LuaJIT, by its ffi library. A file to copy.
--
--     local tally = require "tally"
--     local counter = tally.counter(";", 64, {reset = "newlines"})
--     for match in counter:matches(data) do
--         print("line " .. tonumber(match.segment) + 1)
--     end
--
-- Strings are taken as their bytes. Numbers of 64 bits are uint64_t, as LuaJIT has them. Handles are
-- freed by the garbage collector. A failed call raises {status = ..., message = ...}.

local ffi = require "ffi"

-- From tally.h.
ffi.cdef [[
typedef struct tally_counter tally_counter;
typedef struct tally_stream tally_stream;
typedef struct tally_summary tally_summary;
typedef struct { uint64_t segment, start, end, count; } tally_match;
typedef struct { uint64_t bytes, count, max_count, segments, matching_segments; } tally_totals;
typedef struct {
    size_t size;
    const void *needle; size_t needle_len;
    uint32_t needle_kind, character, condition, named_reset;
    uint64_t min_number, max_number;
    const void *reset; size_t reset_len;
} tally_counter_options;

const char *tally_status_message(int32_t status);
int32_t tally_counter_new_with(const tally_counter_options *options, tally_counter **counter);
void tally_counter_free(tally_counter *counter);
int32_t tally_counter_has_count(const tally_counter *, const void *, size_t, bool *);
int32_t tally_counter_find(const tally_counter *, const void *, size_t, const tally_match *after,
                           tally_match *matches, size_t capacity, size_t *found);
int32_t tally_counter_count(const tally_counter *, const void *, size_t, uint64_t *);
int32_t tally_counter_max_count(const tally_counter *, const void *, size_t, uint64_t *);
int32_t tally_counter_matching_segments(const tally_counter *, const void *, size_t, uint64_t *);
int32_t tally_counter_has_counts(const tally_counter *, const void *, size_t, const size_t *lens,
                                 size_t number, bool *matched);
int32_t tally_stream_new(const tally_counter *counter, tally_stream **stream);
void tally_stream_free(tally_stream *stream);
int32_t tally_stream_feed(tally_stream *, const void *, size_t, bool *matched);
int32_t tally_stream_feed_file(tally_stream *, const char *, const void *options, bool *matched);
int32_t tally_stream_match(const tally_stream *, tally_match *match, bool *matched);
int32_t tally_summary_new(const tally_counter *counter, tally_summary **summary);
void tally_summary_free(tally_summary *summary);
int32_t tally_summary_feed(tally_summary *, const void *, size_t);
int32_t tally_summary_feed_file(tally_summary *, const char *, const void *options);
int32_t tally_summary_merge(tally_summary *left, const tally_summary *right);
int32_t tally_summary_totals(const tally_summary *, tally_totals *);
]]

-- On macOS libtally.0.dylib, on Windows tally.dll.
local C = ffi.load(os.getenv("TALLY_LIBRARY") or "libtally.so.0")

local tally = {resets = {none = 0, newlines = 1, spaces = 2, whitespace = 3}}
local Counter, Stream, Summary = {}, {}, {}
Counter.__index, Stream.__index, Summary.__index = Counter, Stream, Summary

local Error = {__tostring = function(self) return self.message end}

local function check(status)
    if status ~= 0 then
        local message = ffi.string(C.tally_status_message(status))
        error(setmetatable({status = status, message = message}, Error), 3)
    end
end

-- needle is a string of bytes, or the number of a code point; with options.any_of, any byte of the
-- string counts. options.reset names one of tally.resets; options.reset_bytes are the bytes that end
-- a segment.
function tally.counter(needle, min_number, options)
    options = options or {}
    local o = ffi.new("tally_counter_options")
    o.size = ffi.sizeof(o)
    if type(needle) == "number" then
        o.needle_kind, o.character = 2, needle
    else
        o.needle_kind = options.any_of and 1 or 0
        o.needle, o.needle_len = ffi.cast("const void *", needle), #needle
    end
    o.min_number = min_number
    local bytes = options.reset_bytes or ""
    o.reset, o.reset_len = ffi.cast("const void *", bytes), #bytes
    o.named_reset = assert(tally.resets[options.reset or "none"], "no such reset")
    local handle = ffi.new("tally_counter *[1]")
    check(C.tally_counter_new_with(o, handle))
    return setmetatable({handle = ffi.gc(handle[0], C.tally_counter_free)}, Counter)
end

function Counter:has_count(data)
    local matched = ffi.new("bool[1]")
    check(C.tally_counter_has_count(self.handle, data, #data, matched))
    return matched[0]
end

function Counter:count(data)
    local count = ffi.new("uint64_t[1]")
    check(C.tally_counter_count(self.handle, data, #data, count))
    return count[0]
end

function Counter:max_count(data)
    local count = ffi.new("uint64_t[1]")
    check(C.tally_counter_max_count(self.handle, data, #data, count))
    return count[0]
end

function Counter:matching_segments(data)
    local segments = ffi.new("uint64_t[1]")
    check(C.tally_counter_matching_segments(self.handle, data, #data, segments))
    return segments[0]
end

-- All matches, for a `for` loop; they are found 64 at a time. Each is a struct of its own.
function Counter:matches(data)
    local room = 64
    local matches, found = ffi.new("tally_match[?]", room), ffi.new("size_t[1]")
    local after, number, at = nil, room, room
    return function()
        if at == number and number == room then
            check(C.tally_counter_find(self.handle, data, #data, after, matches, room, found))
            after, number, at = matches + room - 1, tonumber(found[0]), 0
        end
        if at < number then
            at = at + 1
            return ffi.new("tally_match", matches[at - 1])
        end
    end
end

-- Whether each of many strings has a match, in one call.
function Counter:has_counts(strings)
    local lens, each = ffi.new("size_t[?]", #strings), ffi.new("bool[?]", #strings)
    for i, text in ipairs(strings) do lens[i - 1] = #text end
    local data = table.concat(strings)
    check(C.tally_counter_has_counts(self.handle, data, #data, lens, #strings, each))
    local matched = {}
    for i = 1, #strings do matched[i] = each[i - 1] end
    return matched
end

-- Data in chunks or from files, up to the first match.
function tally.stream(counter)
    local handle = ffi.new("tally_stream *[1]")
    check(C.tally_stream_new(counter.handle, handle))
    return setmetatable({handle = ffi.gc(handle[0], C.tally_stream_free)}, Stream)
end

-- Returns whether a segment has matched so far.
function Stream:feed(data)
    local matched = ffi.new("bool[1]")
    check(C.tally_stream_feed(self.handle, data, #data, matched))
    return matched[0]
end

function Stream:feed_file(path)
    local matched = ffi.new("bool[1]")
    check(C.tally_stream_feed_file(self.handle, path, nil, matched))
    return matched[0]
end

-- The first match, or nil.
function Stream:match()
    local match, matched = ffi.new("tally_match"), ffi.new("bool[1]")
    check(C.tally_stream_match(self.handle, match, matched))
    return matched[0] and match or nil
end

-- All totals of data in chunks or files; those of the parts of a text can be merged.
function tally.summary(counter)
    local handle = ffi.new("tally_summary *[1]")
    check(C.tally_summary_new(counter.handle, handle))
    return setmetatable({handle = ffi.gc(handle[0], C.tally_summary_free)}, Summary)
end

function Summary:feed(data)
    check(C.tally_summary_feed(self.handle, data, #data))
end

function Summary:feed_file(path)
    check(C.tally_summary_feed_file(self.handle, path, nil))
end

-- Adds a summary of what follows in the text.
function Summary:merge(right)
    check(C.tally_summary_merge(self.handle, right.handle))
end

function Summary:totals()
    local totals = ffi.new("tally_totals")
    check(C.tally_summary_totals(self.handle, totals))
    return totals
end

return tally
