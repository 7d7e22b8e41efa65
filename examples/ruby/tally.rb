# frozen_string_literal: true

# libtally for Ruby, by fiddle, which comes with Ruby. A file to copy.
#
#     Tally::Counter.open(";", 64, reset: :newlines) do |counter|
#       counter.each_match(data) { |match| puts "line #{match.segment + 1}" }
#     end
#
# Text is taken as its bytes, whatever its encoding. A handle is freed at the end of the block, and
# without a block by the garbage collector.

require "fiddle/import"

module Tally
  # A call failed; `status` is one of TALLY_ERROR_*.
  class Error < StandardError
    attr_reader :status

    def initialize(status)
      @status = status
      super(C.tally_status_message(status).to_s)
    end
  end

  Match = Struct.new(:segment, :start, :end, :count)
  Totals = Struct.new(:bytes, :count, :max_count, :segments, :matching_segments)

  module C
    extend Fiddle::Importer
    # On macOS libtally.0.dylib, on Windows tally.dll.
    dlload ENV.fetch("TALLY_LIBRARY", "libtally.so.0")

    Options = struct [
      "size_t size", "void *needle", "size_t needle_len", "uint32_t needle_kind",
      "uint32_t character", "uint32_t condition", "uint32_t named_reset", "uint64_t min_number",
      "uint64_t max_number", "void *reset", "size_t reset_len"
    ]

    extern "const char *tally_status_message(int)"
    extern "int tally_counter_new_with(void *, void *)"
    extern "void tally_counter_free(void *)"
    extern "int tally_counter_has_count(void *, void *, size_t, void *)"
    extern "int tally_counter_find(void *, void *, size_t, void *, void *, size_t, void *)"
    extern "int tally_counter_count(void *, void *, size_t, void *)"
    extern "int tally_counter_max_count(void *, void *, size_t, void *)"
    extern "int tally_counter_matching_segments(void *, void *, size_t, void *)"
    extern "int tally_counter_has_counts(void *, void *, size_t, void *, size_t, void *)"
    extern "int tally_stream_new(void *, void *)"
    extern "void tally_stream_free(void *)"
    extern "int tally_stream_feed(void *, void *, size_t, void *)"
    extern "int tally_stream_feed_file(void *, void *, void *, void *)"
    extern "int tally_stream_match(void *, void *, void *)"
    extern "int tally_summary_new(void *, void *)"
    extern "void tally_summary_free(void *)"
    extern "int tally_summary_feed(void *, void *, size_t)"
    extern "int tally_summary_feed_file(void *, void *, void *)"
    extern "int tally_summary_merge(void *, void *)"
    extern "int tally_summary_totals(void *, void *)"

    # Calls a function that returns a status, with a result of `size` bytes, which it returns.
    def self.call(name, *arguments, size: 0)
      result = "\0".b * size
      status = public_send(name, *arguments, *(result if size.positive?))
      raise Error, status unless status.zero?

      result
    end
  end

  # What has to be freed.
  class Handle
    attr_reader :pointer

    def self.open(...)
      handle = new(...)
      return handle unless block_given?

      begin
        yield handle
      ensure
        handle.close
      end
    end

    # Calls after this fail: what they are given is NULL.
    def close
      @pointer&.call_free
      @pointer = nil
    end

    private

    def hold(address, free)
      @pointer = Fiddle::Pointer.new(address.unpack1("J"), 0, C[free])
    end
  end

  # A question: which segments have the needle at least `min_number` times?
  class Counter < Handle
    RESETS = { none: 0, newlines: 1, spaces: 2, whitespace: 3 }.freeze
    SIZE = Fiddle::SIZEOF_VOIDP

    # `needle` is a string of bytes, or a code point as an Integer; with `any_of: true` any byte of
    # the string counts. `reset` is one of RESETS, or a string of the bytes that end a segment.
    def initialize(needle, min_number, reset: :none, any_of: false)
      options = C::Options.malloc(Fiddle::RUBY_FREE)
      options.to_ptr[0, C::Options.size] = "\0" * C::Options.size
      options.size = C::Options.size
      if needle.is_a?(Integer)
        options.needle_kind = 2
        options.character = needle
      else
        options.needle_kind = any_of ? 1 : 0
        options.needle = needle
        options.needle_len = needle.bytesize
      end
      options.min_number = min_number
      if reset.is_a?(Symbol)
        options.named_reset = RESETS.fetch(reset)
      else
        options.reset = reset
        options.reset_len = reset.bytesize
      end
      hold(C.call(:tally_counter_new_with, options, size: SIZE), "tally_counter_free")
    end

    def has_count?(data)
      ask(:tally_counter_has_count, data, 1) != "\0"
    end

    def count(data)
      ask(:tally_counter_count, data, 8).unpack1("Q")
    end

    def max_count(data)
      ask(:tally_counter_max_count, data, 8).unpack1("Q")
    end

    def matching_segments(data)
      ask(:tally_counter_matching_segments, data, 8).unpack1("Q")
    end

    # All matches, found 64 at a time.
    def each_match(data)
      return enum_for(:each_match, data) unless block_given?

      matches = "\0".b * (32 * 64)
      after = nil
      loop do
        found = C.call(:tally_counter_find, pointer, data, data.bytesize, after, matches, 64,
                       size: SIZE).unpack1("J")
        found.times { |i| yield Match.new(*matches.unpack("Q4", offset: 32 * i)) }
        break if found < 64

        after = matches.byteslice(32 * 63, 32)
      end
    end

    # Whether each of many strings has a match, in one call.
    def has_counts(strings)
      data = strings.map(&:b).join
      lens = strings.map(&:bytesize).pack("J*")
      each = "\0".b * strings.size
      C.call(:tally_counter_has_counts, pointer, data, data.bytesize, lens, strings.size, each)
      each.each_byte.map { |byte| byte != 0 }
    end

    private

    def ask(name, data, size)
      C.call(name, pointer, data, data.bytesize, size: size)
    end
  end

  # Data in chunks or from files, up to the first match.
  class Stream < Handle
    def initialize(counter)
      hold(C.call(:tally_stream_new, counter.pointer, size: Counter::SIZE), "tally_stream_free")
    end

    # Whether a segment has matched so far.
    def feed(data)
      C.call(:tally_stream_feed, pointer, data, data.bytesize, size: 1) != "\0"
    end

    def feed_file(path)
      C.call(:tally_stream_feed_file, pointer, path, nil, size: 1) != "\0"
    end

    # The first match, or nil.
    def match
      match = "\0".b * 32
      matched = C.call(:tally_stream_match, pointer, match, size: 1)
      Match.new(*match.unpack("Q4")) if matched != "\0"
    end
  end

  # All totals of data in chunks or files; those of the parts of a text can be merged.
  class Summary < Handle
    def initialize(counter)
      hold(C.call(:tally_summary_new, counter.pointer, size: Counter::SIZE), "tally_summary_free")
    end

    def feed(data)
      C.call(:tally_summary_feed, pointer, data, data.bytesize)
      self
    end

    def feed_file(path)
      C.call(:tally_summary_feed_file, pointer, path, nil)
      self
    end

    # Adds a summary of what follows in the text.
    def merge(right)
      C.call(:tally_summary_merge, pointer, right.pointer)
      self
    end

    def totals
      Totals.new(*C.call(:tally_summary_totals, pointer, size: 40).unpack("Q5"))
    end
  end
end
