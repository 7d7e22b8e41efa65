import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Runs the shared cases, as tests/languages/plain.py writes them: {@code java Cases FILE}. */
final class Cases {
    private static final int INVALID_ARGUMENT = 2;
    private static final int IO = 3;
    private static final int OVERLAP = 8;

    private static int passed;
    private static int failed;

    private static void check(String name, boolean right) {
        if (right) {
            passed++;
        } else {
            failed++;
            System.err.println(name + ": wrong");
        }
    }

    private static int status(Runnable call) {
        try {
            call.run();
            return 0;
        } catch (Tally.TallyException exception) {
            return exception.status;
        }
    }

    private static String place(Tally.Match match) {
        return match.segment() + ":" + match.start() + ":" + match.end();
    }

    private static boolean hasAnswers(Tally.Counter counter, byte[] data, String[] fields) {
        long count = Long.parseLong(fields[9]);
        long maxCount = Long.parseLong(fields[10]);
        long segments = Long.parseLong(fields[11]);
        long matching = Long.parseLong(fields[12]);
        boolean complete = fields[13].equals("1");
        List<String> listed = fields[14].isEmpty() ? List.of() : List.of(fields[14].split(","));
        var matches = counter.matches(data).stream().map(Cases::place).toList();
        boolean matched = matching > 0;
        var each = counter.hasCounts(List.of(data, new byte[0], data));

        int cut = data.length / 2;
        var left = Arrays.copyOfRange(data, 0, cut);
        var right = Arrays.copyOfRange(data, cut, data.length);
        try (var stream = new Tally.Stream(counter);
                var first = new Tally.Summary(counter);
                var second = new Tally.Summary(counter)) {
            stream.feed(left);
            stream.feed(right);
            first.feed(left);
            second.feed(right);
            if (status(() -> first.merge(second)) == OVERLAP) {
                first.feed(right);
            }
            var match = stream.match();
            return counter.hasCount(data) == matched
                    && counter.count(data) == count
                    && counter.maxCount(data) == maxCount
                    && counter.matchingSegments(data) == matching
                    && matches.size() == matching
                    && matches.subList(0, listed.size()).equals(listed)
                    && (!complete || matches.equals(listed))
                    && each[0] == matched
                    && each[2] == matched
                    && (match == null ? !matched : place(match).equals(matches.get(0)))
                    && first.totals()
                            .equals(new Tally.Totals(
                                    data.length, count, maxCount, segments, matching));
        }
    }

    private static boolean isRight(String line) {
        var fields = line.split("\t", -1);
        var hex = HexFormat.of();
        var kind = Tally.Kind.values()[Integer.parseInt(fields[1])];
        var reset = Tally.Reset.values()[Integer.parseInt(fields[4])];
        java.util.function.Supplier<Tally.Counter> make = () -> new Tally.Counter(
                kind, hex.parseHex(fields[2]), Integer.parseInt(fields[3]),
                Long.parseUnsignedLong(fields[6]), reset, hex.parseHex(fields[5]));
        int expected = Integer.parseInt(fields[8]);
        if (expected != 0) {
            return status(make::get) == expected;
        }
        try (var counter = make.get()) {
            return hasAnswers(counter, hex.parseHex(fields[7]), fields);
        }
    }

    private static boolean filesAreRight() throws IOException {
        var file = Files.createTempFile("tally", null);
        try (var counter = Tally.counter("c", 2, Tally.Reset.NEWLINES);
                var stream = new Tally.Stream(counter);
                var summary = new Tally.Summary(counter)) {
            Files.write(file, "c\ncc\nc.c.c".getBytes(StandardCharsets.UTF_8));
            summary.feedFile(file.toString());
            return summary.totals().equals(new Tally.Totals(10, 6, 3, 3, 2))
                    && stream.feedFile(file.toString())
                    && status(() -> summary.feedFile("no such file")) == IO;
        } finally {
            Files.delete(file);
        }
    }

    public static void main(String[] arguments) throws IOException {
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            check(line.split("\t")[0], isRight(line));
        }
        int surrogate = status(() -> Tally.counter(0xD800, 1, Tally.Reset.NONE));
        check("a surrogate", surrogate == INVALID_ARGUMENT);
        check("files", filesAreRight());
        System.out.println("java: " + passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
