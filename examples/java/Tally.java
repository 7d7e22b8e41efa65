import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.ByteByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * libtally for Java 17 and later, by JNA (net.java.dev.jna). A file to copy.
 *
 * <pre>{@code
 * try (var counter = Tally.counter(";", 64, Tally.Reset.NEWLINES)) {
 *     for (Tally.Match match : counter.matches(data)) {
 *         System.out.println("line " + (match.segment() + 1));
 *     }
 * }
 * }</pre>
 *
 * Counts and offsets are unsigned 64-bit numbers, in a {@code long}. A handle is freed by
 * try-with-resources, or after the garbage collector found it. Sizes are those of a 64-bit system.
 */
public final class Tally {
    private Tally() {}

    /** The functions of tally.h. A {@code long} stands for size_t. */
    private interface C extends Library {
        String tally_status_message(int status);

        int tally_counter_new_with(Options options, PointerByReference counter);

        void tally_counter_free(Pointer counter);

        int tally_counter_has_count(Pointer counter, byte[] data, long len, ByteByReference matched);

        int tally_counter_find(
                Pointer counter, byte[] data, long len, Pointer after, Pointer matches,
                long capacity, LongByReference found);

        int tally_counter_count(Pointer counter, byte[] data, long len, LongByReference count);

        int tally_counter_max_count(Pointer counter, byte[] data, long len, LongByReference count);

        int tally_counter_matching_segments(
                Pointer counter, byte[] data, long len, LongByReference segments);

        int tally_counter_has_counts(
                Pointer counter, byte[] data, long len, long[] lens, long number, byte[] matched);

        int tally_stream_new(Pointer counter, PointerByReference stream);

        void tally_stream_free(Pointer stream);

        int tally_stream_feed(Pointer stream, byte[] data, long len, ByteByReference matched);

        int tally_stream_feed_file(
                Pointer stream, byte[] path, Pointer options, ByteByReference matched);

        int tally_stream_match(Pointer stream, long[] match, ByteByReference matched);

        int tally_summary_new(Pointer counter, PointerByReference summary);

        void tally_summary_free(Pointer summary);

        int tally_summary_feed(Pointer summary, byte[] data, long len);

        int tally_summary_feed_file(Pointer summary, byte[] path, Pointer options);

        int tally_summary_merge(Pointer left, Pointer right);

        int tally_summary_totals(Pointer summary, long[] totals);
    }

    private static final C C = Native.load("tally", C.class);
    private static final Cleaner CLEANER = Cleaner.create();

    /** A call failed. */
    public static final class TallyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** One of TALLY_ERROR_*. */
        public final int status;

        TallyException(int status) {
            super(C.tally_status_message(status));
            this.status = status;
        }
    }

    private static void check(int status) {
        if (status != 0) {
            throw new TallyException(status);
        }
    }

    /** Which bytes end a segment. */
    public enum Reset {
        NONE,
        NEWLINES,
        SPACES,
        WHITESPACE
    }

    /** What a needle is. */
    public enum Kind {
        STRING,
        ANY_OF,
        CHARACTER
    }

    /** A segment that matches, and where it does. */
    public record Match(long segment, long start, long end, long count) {}

    /** What a summary has counted. */
    public record Totals(
            long bytes, long count, long maxCount, long segments, long matchingSegments) {}

    /** The struct tally_counter_options. */
    @Structure.FieldOrder({
        "size", "needle", "needleLen", "needleKind", "character", "condition", "namedReset",
        "minNumber", "maxNumber", "reset", "resetLen"
    })
    public static final class Options extends Structure {
        public long size;
        public Pointer needle;
        public long needleLen;
        public int needleKind;
        public int character;
        public int condition;
        public int namedReset;
        public long minNumber;
        public long maxNumber;
        public Pointer reset;
        public long resetLen;
    }

    /** Bytes that the library reads; null for none. */
    private static Memory copy(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        var memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    private static byte[] path(String path) {
        return (path + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** A counter of a string. */
    public static Counter counter(String needle, long minNumber, Reset reset) {
        var bytes = needle.getBytes(StandardCharsets.UTF_8);
        return new Counter(Kind.STRING, bytes, 0, minNumber, reset, new byte[0]);
    }

    /** A counter of a code point. */
    public static Counter counter(int character, long minNumber, Reset reset) {
        return new Counter(Kind.CHARACTER, new byte[0], character, minNumber, reset, new byte[0]);
    }

    /** What has to be freed. */
    private abstract static class Handle implements AutoCloseable {
        private Pointer pointer;
        private final Cleaner.Cleanable cleanable;

        Handle(PointerByReference made, Consumer<Pointer> free) {
            var held = made.getValue();
            pointer = held;
            cleanable = CLEANER.register(this, () -> free.accept(held));
        }

        /**
         * Calls a function with the pointer, which is NULL once it is closed, so that the call fails.
         * During the call the handle is not garbage.
         */
        final void call(ToIntFunction<Pointer> function) {
            try {
                check(function.applyAsInt(pointer));
            } finally {
                Reference.reachabilityFence(this);
            }
        }

        @Override
        public final void close() {
            pointer = null;
            cleanable.clean();
        }
    }

    /** A question: which segments have the needle at least a number of times? */
    public static final class Counter extends Handle {
        private interface Question {
            int ask(Pointer counter, byte[] data, long len, LongByReference number);
        }

        /** With the bytes that end a segment in {@code resets}, {@code reset} is NONE. */
        public Counter(
                Kind kind, byte[] needle, int character, long minNumber, Reset reset, byte[] resets) {
            super(make(kind, needle, character, minNumber, reset, resets), C::tally_counter_free);
        }

        private static PointerByReference make(
                Kind kind, byte[] needle, int character, long minNumber, Reset reset, byte[] resets) {
            var options = new Options();
            options.size = options.size();
            options.needle = copy(needle);
            options.needleLen = needle.length;
            options.needleKind = kind.ordinal();
            options.character = character;
            options.namedReset = reset.ordinal();
            options.minNumber = minNumber;
            options.reset = copy(resets);
            options.resetLen = resets.length;
            var counter = new PointerByReference();
            check(C.tally_counter_new_with(options, counter));
            return counter;
        }

        public boolean hasCount(byte[] data) {
            var matched = new ByteByReference();
            call(counter -> C.tally_counter_has_count(counter, data, data.length, matched));
            return matched.getValue() != 0;
        }

        public long count(byte[] data) {
            return number(C::tally_counter_count, data);
        }

        public long maxCount(byte[] data) {
            return number(C::tally_counter_max_count, data);
        }

        public long matchingSegments(byte[] data) {
            return number(C::tally_counter_matching_segments, data);
        }

        private long number(Question question, byte[] data) {
            var number = new LongByReference();
            call(counter -> question.ask(counter, data, data.length, number));
            return number.getValue();
        }

        /** All matches, found 64 at a time. */
        public List<Match> matches(byte[] data) {
            final int room = 64;
            final int size = 32;
            var matches = new Memory(room * size);
            var found = new LongByReference();
            var all = new ArrayList<Match>();
            Pointer last = null;
            do {
                var after = last;
                call(counter -> C.tally_counter_find(
                        counter, data, data.length, after, matches, room, found));
                for (int i = 0; i < found.getValue(); i++) {
                    var numbers = matches.getLongArray((long) i * size, 4);
                    all.add(new Match(numbers[0], numbers[1], numbers[2], numbers[3]));
                }
                // It may point to what the next call writes.
                last = matches.share((room - 1) * size);
            } while (found.getValue() == room);
            return all;
        }

        /** Whether each of many strings has a match, in one call. */
        public boolean[] hasCounts(List<byte[]> strings) {
            var lens = strings.stream().mapToLong(string -> string.length).toArray();
            int len = Math.toIntExact(Arrays.stream(lens).sum());
            var data = ByteBuffer.allocate(len);
            strings.forEach(data::put);
            var matched = new byte[lens.length];
            call(counter -> C.tally_counter_has_counts(
                    counter, data.array(), len, lens, lens.length, matched));
            var answers = new boolean[lens.length];
            for (int i = 0; i < answers.length; i++) {
                answers[i] = matched[i] != 0;
            }
            return answers;
        }
    }

    /** Data in chunks or from files, up to the first match. */
    public static final class Stream extends Handle {
        public Stream(Counter counter) {
            super(make(counter), C::tally_stream_free);
        }

        private static PointerByReference make(Counter counter) {
            var stream = new PointerByReference();
            counter.call(pointer -> C.tally_stream_new(pointer, stream));
            return stream;
        }

        /** Returns whether a segment has matched so far. */
        public boolean feed(byte[] data) {
            var matched = new ByteByReference();
            call(stream -> C.tally_stream_feed(stream, data, data.length, matched));
            return matched.getValue() != 0;
        }

        public boolean feedFile(String path) {
            var matched = new ByteByReference();
            call(stream -> C.tally_stream_feed_file(stream, path(path), null, matched));
            return matched.getValue() != 0;
        }

        /** The first match, or null. */
        public Match match() {
            var match = new long[4];
            var matched = new ByteByReference();
            call(stream -> C.tally_stream_match(stream, match, matched));
            boolean found = matched.getValue() != 0;
            return found ? new Match(match[0], match[1], match[2], match[3]) : null;
        }
    }

    /** All totals of data in chunks or files; those of the parts of a text can be merged. */
    public static final class Summary extends Handle {
        public Summary(Counter counter) {
            super(make(counter), C::tally_summary_free);
        }

        private static PointerByReference make(Counter counter) {
            var summary = new PointerByReference();
            counter.call(pointer -> C.tally_summary_new(pointer, summary));
            return summary;
        }

        public void feed(byte[] data) {
            call(summary -> C.tally_summary_feed(summary, data, data.length));
        }

        public void feedFile(String path) {
            call(summary -> C.tally_summary_feed_file(summary, path(path), null));
        }

        /** Adds a summary of what follows in the text. */
        public void merge(Summary right) {
            call(left -> {
                right.call(behind -> C.tally_summary_merge(left, behind));
                return 0;
            });
        }

        public Totals totals() {
            var t = new long[5];
            call(summary -> C.tally_summary_totals(summary, t));
            return new Totals(t[0], t[1], t[2], t[3], t[4]);
        }
    }
}
