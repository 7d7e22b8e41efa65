-- Runs the shared cases, as tests/languages/plain.py writes them: cases.lua FILE

package.path = arg[0]:gsub("[^/]*$", "?.lua;") .. package.path
local tally = require "tally"

local INVALID_ARGUMENT, IO, OVERLAP = 2, 3, 8
local passed, failed = 0, 0

local function check(name, right)
    if right then
        passed = passed + 1
    else
        failed = failed + 1
        io.stderr:write(name, ": wrong\n")
    end
end

local function status(call, ...)
    local done, problem = pcall(call, ...)
    return done and 0 or (type(problem) == "table" and problem.status or error(problem, 0))
end

local function split(text, separator)
    local parts = {}
    for part in (text .. separator):gmatch("(.-)" .. separator) do parts[#parts + 1] = part end
    return parts
end

local function bytes(hex)
    return (hex:gsub("..", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- All 64 bits: a number of Lua's has 53.
local function uint64(text)
    local number = 0ULL
    for digit in text:gmatch("%d") do number = number * 10 + tonumber(digit) end
    return number
end

local function place(match)
    local function digits(number) return (tostring(number):gsub("ULL", "")) end
    return match and digits(match.segment) .. ":" .. digits(match.start) .. ":" .. digits(match["end"])
end

local function has_answers(counter, data, fields)
    local count, largest, segments = tonumber(fields[10]), tonumber(fields[11]), tonumber(fields[12])
    local matching, complete = tonumber(fields[13]), fields[14] == "1"
    local matches = {}
    for match in counter:matches(data) do matches[#matches + 1] = place(match) end
    local listed = fields[15] == "" and {} or split(fields[15], ",")
    for i, match in ipairs(listed) do
        if matches[i] ~= match then return false end
    end
    local cut = math.floor(#data / 2)
    local left, right = data:sub(1, cut), data:sub(cut + 1)
    local stream, first, second = tally.stream(counter), tally.summary(counter), tally.summary(counter)
    stream:feed(left)
    stream:feed(right)
    first:feed(left)
    second:feed(right)
    if status(first.merge, first, second) == OVERLAP then first:feed(right) end
    local totals, each = first:totals(), counter:has_counts {data, "", data}
    return counter:has_count(data) == (matching > 0) and counter:count(data) == count
        and counter:max_count(data) == largest and counter:matching_segments(data) == matching
        and #matches == matching and (not complete or #listed == matching)
        and each[1] == (matching > 0) and each[3] == (matching > 0)
        and place(stream:match()) == matches[1]
        and totals.bytes == #data and totals.count == count and totals.max_count == largest
        and totals.segments == segments and totals.matching_segments == matching
end

for line in io.lines(arg[1]) do
    local fields = split(line, "\t")
    local needle = fields[2] == "2" and tonumber(fields[4]) or bytes(fields[3])
    local options = {any_of = fields[2] == "1", reset_bytes = bytes(fields[6])}
    for name, number in pairs(tally.resets) do
        if number == tonumber(fields[5]) then options.reset = name end
    end
    local number = uint64(fields[7])
    if fields[9] == "0" then
        check(fields[1], has_answers(tally.counter(needle, number, options), bytes(fields[8]), fields))
    else
        check(fields[1], status(tally.counter, needle, number, options) == tonumber(fields[9]))
    end
end

check("a surrogate", status(tally.counter, 0xD800, 1) == INVALID_ARGUMENT)

local path = os.tmpname()
local file = assert(io.open(path, "wb"))
file:write("c\ncc\nc.c.c")
file:close()
local counter = tally.counter("c", 2, {reset = "newlines"})
local summary = tally.summary(counter)
summary:feed_file(path)
check("a summary of a file", summary:totals().matching_segments == 2 and summary:totals().bytes == 10)
check("a stream of a file", tally.stream(counter):feed_file(path))
os.remove(path)
local stream = tally.stream(counter)
check("no file", status(stream.feed_file, stream, path) == IO)

print(("lua: %d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
