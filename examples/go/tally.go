// Package tally is libtally for Go, by cgo. A file to copy.
//
//	counter, err := tally.New(";", 64, tally.Newlines)
//	if err != nil {
//		return err
//	}
//	defer counter.Close()
//	matches, err := counter.Matches(data)
//
// A call into C costs some tens of nanoseconds: for many short strings, HasCounts makes one for all
// of them. Close frees a handle; the garbage collector does so for what was not closed. Where the
// header and the library are not in the usual places, CGO_CFLAGS and CGO_LDFLAGS say where they are.
package tally

// #cgo LDFLAGS: -ltally
// #include <stdlib.h>
// #include <tally.h>
import "C"

import (
	"runtime"
	"unsafe"
)

// Error is a status of a call that failed: one of the constants TALLY_ERROR_* of tally.h.
type Error int

// Some of the statuses.
const (
	InvalidArgument = Error(C.TALLY_ERROR_INVALID_ARGUMENT)
	IO              = Error(C.TALLY_ERROR_IO)
	Overlap         = Error(C.TALLY_ERROR_OVERLAP)
	ResetInNeedle   = Error(C.TALLY_ERROR_RESET_IN_NEEDLE)
)

func (e Error) Error() string {
	return "tally: " + C.GoString(C.tally_status_message(C.tally_status(e)))
}

func check(status C.tally_status) error {
	if status == C.TALLY_OK {
		return nil
	}
	return Error(status)
}

// Reset says which bytes end a segment.
type Reset uint32

// The named resets.
const (
	NoReset    = Reset(C.TALLY_RESET_NONE)
	Newlines   = Reset(C.TALLY_RESET_NEWLINES)
	Spaces     = Reset(C.TALLY_RESET_SPACES)
	Whitespace = Reset(C.TALLY_RESET_WHITESPACE)
)

// Match is a segment that matches, and where it does.
type Match struct{ Segment, Start, End, Count uint64 }

// Totals are what a summary has counted.
type Totals struct{ Bytes, Count, MaxCount, Segments, MatchingSegments uint64 }

// Options of a counter. The needle is one of String, AnyOf and Character.
type Options struct {
	String      []byte // a byte string
	AnyOf       []byte // any of these bytes
	Character   rune   // a code point, if IsCharacter is set
	IsCharacter bool
	MinNumber   uint64
	Reset       Reset
	ResetBytes  []byte // the bytes that end a segment, if Reset is NoReset
}

// start is the address of the first byte; the C functions accept NULL with length 0.
func start(data []byte) unsafe.Pointer {
	if len(data) == 0 {
		return nil
	}
	return unsafe.Pointer(&data[0])
}

// Counter is a question: which segments have the needle at least a number of times? Any number of
// goroutines may use one.
type Counter struct{ c *C.tally_counter }

// New makes a counter of a string.
func New(needle string, minNumber uint64, reset Reset) (*Counter, error) {
	return NewWith(Options{String: []byte(needle), MinNumber: minNumber, Reset: reset})
}

// NewWith makes a counter with all options.
func NewWith(options Options) (*Counter, error) {
	needle := options.String
	var o C.tally_counter_options
	o.size = C.size_t(unsafe.Sizeof(o))
	switch {
	case options.IsCharacter:
		o.needle_kind = C.TALLY_NEEDLE_CHARACTER
		o.character = C.uint32_t(options.Character)
	case options.AnyOf != nil:
		o.needle_kind = C.TALLY_NEEDLE_ANY_OF
		needle = options.AnyOf
	}
	o.min_number = C.uint64_t(options.MinNumber)
	o.named_reset = C.tally_reset(options.Reset)
	// What a struct points to has to be C's memory.
	o.needle, o.needle_len = C.CBytes(needle), C.size_t(len(needle))
	o.reset, o.reset_len = C.CBytes(options.ResetBytes), C.size_t(len(options.ResetBytes))
	defer C.free(unsafe.Pointer(o.needle))
	defer C.free(unsafe.Pointer(o.reset))
	counter := new(Counter)
	if err := check(C.tally_counter_new_with(&o, &counter.c)); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(counter, (*Counter).Close)
	return counter, nil
}

// Close frees the counter; calls after it fail. Streams and summaries made of it stay valid.
func (c *Counter) Close() {
	C.tally_counter_free(c.c)
	c.c = nil
	runtime.SetFinalizer(c, nil)
}

// HasCount reports whether any segment matches.
func (c *Counter) HasCount(data []byte) (bool, error) {
	defer runtime.KeepAlive(c)
	var matched C.bool
	err := check(C.tally_counter_has_count(c.c, start(data), C.size_t(len(data)), &matched))
	return bool(matched), err
}

// Count returns the number of hits.
func (c *Counter) Count(data []byte) (uint64, error) {
	defer runtime.KeepAlive(c)
	var count C.uint64_t
	err := check(C.tally_counter_count(c.c, start(data), C.size_t(len(data)), &count))
	return uint64(count), err
}

// MaxCount returns the largest count of any segment.
func (c *Counter) MaxCount(data []byte) (uint64, error) {
	defer runtime.KeepAlive(c)
	var count C.uint64_t
	err := check(C.tally_counter_max_count(c.c, start(data), C.size_t(len(data)), &count))
	return uint64(count), err
}

// MatchingSegments returns the number of segments that match.
func (c *Counter) MatchingSegments(data []byte) (uint64, error) {
	defer runtime.KeepAlive(c)
	var segments C.uint64_t
	err := check(C.tally_counter_matching_segments(c.c, start(data), C.size_t(len(data)), &segments))
	return uint64(segments), err
}

// Matches returns all matches, found 64 at a time.
func (c *Counter) Matches(data []byte) ([]Match, error) {
	defer runtime.KeepAlive(c)
	var all []Match
	var room [64]C.tally_match
	var found C.size_t
	var after *C.tally_match
	for {
		err := check(C.tally_counter_find(c.c, start(data), C.size_t(len(data)), after, &room[0],
			C.size_t(len(room)), &found))
		if err != nil {
			return nil, err
		}
		for _, m := range room[:found] {
			all = append(all, toMatch(m))
		}
		if int(found) < len(room) {
			return all, nil
		}
		last := room[len(room)-1]
		after = &last
	}
}

func toMatch(m C.tally_match) Match {
	return Match{uint64(m.segment), uint64(m.start), uint64(m.end), uint64(m.count)}
}

// HasCounts reports for each of many strings whether a segment matches, in one call into C.
func (c *Counter) HasCounts(strings [][]byte) ([]bool, error) {
	defer runtime.KeepAlive(c)
	if len(strings) == 0 {
		return nil, nil
	}
	var data []byte
	lens := make([]C.size_t, len(strings))
	for i, s := range strings {
		data = append(data, s...)
		lens[i] = C.size_t(len(s))
	}
	matched := make([]bool, len(strings))
	err := check(C.tally_counter_has_counts(c.c, start(data), C.size_t(len(data)), &lens[0],
		C.size_t(len(lens)), (*C.bool)(unsafe.Pointer(&matched[0]))))
	return matched, err
}

// Stream searches data in chunks or from files, up to the first match.
type Stream struct{ c *C.tally_stream }

// NewStream makes a stream of a counter.
func NewStream(counter *Counter) (*Stream, error) {
	defer runtime.KeepAlive(counter)
	stream := new(Stream)
	if err := check(C.tally_stream_new(counter.c, &stream.c)); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(stream, (*Stream).Close)
	return stream, nil
}

// Close frees the stream; calls after it fail.
func (s *Stream) Close() {
	C.tally_stream_free(s.c)
	s.c = nil
	runtime.SetFinalizer(s, nil)
}

// Feed reports whether a segment has matched so far.
func (s *Stream) Feed(data []byte) (bool, error) {
	defer runtime.KeepAlive(s)
	var matched C.bool
	err := check(C.tally_stream_feed(s.c, start(data), C.size_t(len(data)), &matched))
	return bool(matched), err
}

// FeedFile feeds a file, and reports whether a segment has matched so far.
func (s *Stream) FeedFile(path string) (bool, error) {
	defer runtime.KeepAlive(s)
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var matched C.bool
	err := check(C.tally_stream_feed_file(s.c, name, nil, &matched))
	return bool(matched), err
}

// Match returns the first match, or nil.
func (s *Stream) Match() (*Match, error) {
	defer runtime.KeepAlive(s)
	var match C.tally_match
	var matched C.bool
	if err := check(C.tally_stream_match(s.c, &match, &matched)); err != nil || !bool(matched) {
		return nil, err
	}
	found := toMatch(match)
	return &found, nil
}

// Summary counts data in chunks or files to their end; those of the parts of a text can be merged.
type Summary struct{ c *C.tally_summary }

// NewSummary makes a summary of a counter.
func NewSummary(counter *Counter) (*Summary, error) {
	defer runtime.KeepAlive(counter)
	summary := new(Summary)
	if err := check(C.tally_summary_new(counter.c, &summary.c)); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(summary, (*Summary).Close)
	return summary, nil
}

// Close frees the summary; calls after it fail.
func (s *Summary) Close() {
	C.tally_summary_free(s.c)
	s.c = nil
	runtime.SetFinalizer(s, nil)
}

// Feed counts what follows.
func (s *Summary) Feed(data []byte) error {
	defer runtime.KeepAlive(s)
	return check(C.tally_summary_feed(s.c, start(data), C.size_t(len(data))))
}

// FeedFile counts a file.
func (s *Summary) FeedFile(path string) error {
	defer runtime.KeepAlive(s)
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	return check(C.tally_summary_feed_file(s.c, name, nil))
}

// Merge adds a summary of what follows in the text.
func (s *Summary) Merge(right *Summary) error {
	defer runtime.KeepAlive(s)
	defer runtime.KeepAlive(right)
	return check(C.tally_summary_merge(s.c, right.c))
}

// Totals returns what has been counted.
func (s *Summary) Totals() (Totals, error) {
	defer runtime.KeepAlive(s)
	var t C.tally_totals
	err := check(C.tally_summary_totals(s.c, &t))
	return Totals{uint64(t.bytes), uint64(t.count), uint64(t.max_count), uint64(t.segments),
		uint64(t.matching_segments)}, err
}
