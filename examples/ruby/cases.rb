# frozen_string_literal: true

# Runs the shared cases, as tests/languages/plain.py writes them: cases.rb FILE

require "tempfile"
require_relative "tally"

INVALID_ARGUMENT = 2
IO_ERROR = 3
OVERLAP = 8

def status
  yield
  0
rescue Tally::Error => e
  e.status
end

def check(name, right)
  warn "#{name}: wrong" unless right
  right
end

def answers?(counter, data, expected)
  count, max_count, segments, matching, complete, listed = expected
  matches = counter.each_match(data).map { |m| [m.segment, m.start, m.end] }
  cut = data.bytesize / 2
  left, right = data.byteslice(0, cut), data.byteslice(cut..)
  stream = Tally::Stream.new(counter)
  stream.feed(left)
  stream.feed(right)
  first, second = Tally::Summary.new(counter).feed(left), Tally::Summary.new(counter).feed(right)
  first.feed(right) if status { first.merge(second) } == OVERLAP

  counter.has_count?(data) == matching.positive? && counter.count(data) == count &&
    counter.max_count(data) == max_count && counter.matching_segments(data) == matching &&
    matches.size == matching && matches.first(listed.size) == listed &&
    (!complete || matches == listed) &&
    counter.has_counts([data, "", data]).values_at(0, 2) == [matching.positive?] * 2 &&
    stream.match&.then { |m| [m.segment, m.start, m.end] } == matches.first &&
    first.totals == Tally::Totals.new(data.bytesize, count, max_count, segments, matching)
end

def case?(fields)
  name, kind, needle, character, named, reset, number, data, expected_status, *expected = fields
  needle = kind == "2" ? character.to_i : [needle].pack("H*")
  reset = reset.empty? ? Tally::Counter::RESETS.key(named.to_i) : [reset].pack("H*")
  make = -> { Tally::Counter.new(needle, number.to_i, reset: reset, any_of: kind == "1") }
  return check(name, status(&make) == expected_status.to_i) unless expected_status == "0"

  matches = expected.pop.split(",").map { |match| match.split(":").map(&:to_i) }
  *totals, complete = expected.map(&:to_i)
  counter = make.call
  check(name, answers?(counter, [data].pack("H*"), [*totals, complete == 1, matches]))
ensure
  counter&.close
end

def file?
  Tempfile.create do |file|
    file.write("c\ncc\nc.c.c")
    file.close
    Tally::Counter.open("c", 2, reset: :newlines) do |counter|
      totals = Tally::Summary.open(counter) { |summary| summary.feed_file(file.path).totals }
      Tally::Stream.open(counter) { |stream| stream.feed_file(file.path) } &&
        totals == Tally::Totals.new(10, 6, 3, 3, 2) &&
        status { Tally::Stream.new(counter).feed_file("no such file") } == IO_ERROR
    end
  end
end

results = File.readlines(ARGV.fetch(0), chomp: true).map { |line| case?(line.split("\t", -1)) }
results << check("a surrogate", status { Tally::Counter.new(0xD800, 1) } == INVALID_ARGUMENT)
results << check("files", file?)
puts "ruby: #{results.count(true)} passed, #{results.count(false)} failed"
exit results.all?
