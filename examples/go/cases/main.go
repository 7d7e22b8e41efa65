// Command cases runs the shared cases, as tests/languages/plain.py writes them: cases FILE
package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"example.org/tally"
)

var passed, failed int

func check(name string, err error) {
	if err == nil {
		passed++
		return
	}
	failed++
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
}

// must is for what cannot fail: the cases are well formed.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func place(m tally.Match) string { return fmt.Sprintf("%d:%d:%d", m.Segment, m.Start, m.End) }

func checkAnswers(c *tally.Counter, data []byte, fields []string) error {
	number := func(i int) uint64 { return must(strconv.ParseUint(fields[i], 10, 64)) }
	count, most, segments, matching := number(9), number(10), number(11), number(12)
	has := must(c.HasCount(data))
	if has != (matching > 0) || must(c.Count(data)) != count || must(c.MaxCount(data)) != most ||
		must(c.MatchingSegments(data)) != matching {
		return errors.New("wrong numbers")
	}
	if each := must(c.HasCounts([][]byte{data, nil, data})); each[0] != has || each[2] != has {
		return errors.New("wrong answers for a list")
	}

	matches := must(c.Matches(data))
	var places []string
	for _, m := range matches {
		places = append(places, place(m))
	}
	joined, listed := strings.Join(places, ","), fields[14]
	complete := fields[13] == "1"
	if uint64(len(matches)) != matching || !strings.HasPrefix(joined+",", listed) ||
		complete && joined != listed {
		return errors.New("wrong matches")
	}

	cut := len(data) / 2
	stream := must(tally.NewStream(c))
	defer stream.Close()
	must(stream.Feed(data[:cut]))
	must(stream.Feed(data[cut:]))
	if first := must(stream.Match()); (first != nil) != has || has && *first != matches[0] {
		return errors.New("wrong match of a stream")
	}

	left, right := must(tally.NewSummary(c)), must(tally.NewSummary(c))
	defer left.Close()
	defer right.Close()
	if err := left.Feed(data[:cut]); err != nil {
		return err
	}
	if err := right.Feed(data[cut:]); err != nil {
		return err
	}
	err := left.Merge(right)
	if err == tally.Overlap {
		err = left.Feed(data[cut:])
	}
	if err != nil {
		return err
	}
	if must(left.Totals()) != (tally.Totals{uint64(len(data)), count, most, segments, matching}) {
		return errors.New("wrong totals")
	}
	return nil
}

func checkCase(line string) error {
	fields := strings.Split(line, "\t")
	options := tally.Options{
		IsCharacter: fields[1] == "2",
		Character:   rune(must(strconv.Atoi(fields[3]))),
		MinNumber:   must(strconv.ParseUint(fields[6], 10, 64)),
		Reset:       tally.Reset(must(strconv.Atoi(fields[4]))),
		ResetBytes:  must(hex.DecodeString(fields[5])),
	}
	needle := must(hex.DecodeString(fields[2]))
	if fields[1] == "1" {
		options.AnyOf = needle
	} else {
		options.String = needle
	}
	counter, err := tally.NewWith(options)
	if status := must(strconv.Atoi(fields[8])); status != 0 {
		if err != tally.Error(status) {
			return fmt.Errorf("%v instead of status %d", err, status)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer counter.Close()
	return checkAnswers(counter, must(hex.DecodeString(fields[7])), fields)
}

func checkFiles() error {
	file := must(os.CreateTemp("", "tally"))
	defer os.Remove(file.Name())
	must(file.WriteString("c\ncc\nc.c.c"))
	file.Close()
	counter := must(tally.New("c", 2, tally.Newlines))
	defer counter.Close()
	stream, summary := must(tally.NewStream(counter)), must(tally.NewSummary(counter))
	defer stream.Close()
	defer summary.Close()
	if err := summary.FeedFile(file.Name()); err != nil {
		return err
	}
	if must(summary.Totals()) != (tally.Totals{10, 6, 3, 3, 2}) || !must(stream.FeedFile(file.Name())) {
		return errors.New("wrong answers for a file")
	}
	if err := summary.FeedFile("no such file"); err != tally.IO {
		return fmt.Errorf("%v instead of an error of reading", err)
	}
	return nil
}

func main() {
	text := string(must(os.ReadFile(os.Args[1])))
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		check(strings.SplitN(line, "\t", 2)[0], checkCase(line))
	}
	_, err := tally.NewWith(tally.Options{IsCharacter: true, Character: 0xD800, MinNumber: 1})
	if err == tally.InvalidArgument {
		err = nil
	} else {
		err = fmt.Errorf("%v instead of an invalid argument", err)
	}
	check("a surrogate", err)
	check("files", checkFiles())
	fmt.Printf("go: %d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
