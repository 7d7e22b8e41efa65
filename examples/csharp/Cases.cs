// Runs the shared cases, as tests/languages/plain.py writes them: cases.exe FILE

using System;
using System.IO;
using System.Linq;
using System.Text;
using Tally;

internal static class Cases {
    private const int InvalidArgument = 2, IOError = 3, Overlap = 8;

    private static int passed, failed;

    private static void Check(string name, bool right) {
        if (right) {
            passed++;
        } else {
            failed++;
            Console.Error.WriteLine(name + ": wrong");
        }
    }

    private static int Status(Action call) {
        try {
            call();
            return 0;
        } catch (TallyException exception) {
            return exception.Status;
        }
    }

    private static byte[] Bytes(string hex) =>
        Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), 16)).ToArray();

    private static string Place(Match match) => $"{match.Segment}:{match.Start}:{match.End}";

    private static bool HasAnswers(Counter counter, byte[] data, string[] fields) {
        ulong count = ulong.Parse(fields[9]), maxCount = ulong.Parse(fields[10]);
        ulong segments = ulong.Parse(fields[11]), matching = ulong.Parse(fields[12]);
        var complete = fields[13] == "1";
        var listed = fields[14] == "" ? new string[0] : fields[14].Split(',');
        var matches = counter.Matches(data).Select(Place).ToArray();
        var matched = matching > 0;
        var each = counter.HasCounts(new[] { data, new byte[0], data });

        var cut = data.Length / 2;
        byte[] left = data.Take(cut).ToArray(), right = data.Skip(cut).ToArray();
        using (var stream = new Tally.Stream(counter))
        using (var first = new Summary(counter))
        using (var second = new Summary(counter)) {
            stream.Feed(left);
            stream.Feed(right);
            first.Feed(left);
            second.Feed(right);
            if (Status(() => first.Merge(second)) == Overlap) first.Feed(right);
            var match = stream.FirstMatch();
            var totals = first.Totals();
            return counter.HasCount(data) == matched && counter.Count(data) == count
                && counter.MaxCount(data) == maxCount && counter.MatchingSegments(data) == matching
                && matches.Length == (int)matching && matches.Take(listed.Length).SequenceEqual(listed)
                && (!complete || matches.Length == listed.Length)
                && each[0] == matched && each[2] == matched
                && (match == null ? !matched : Place(match.Value) == matches[0])
                && totals.Bytes == (ulong)data.Length && totals.Count == count
                && totals.MaxCount == maxCount && totals.Segments == segments
                && totals.MatchingSegments == matching;
        }
    }

    private static bool IsRight(string line) {
        var fields = line.Split('\t');
        Func<Counter> make = () => new Counter(
            (NeedleKind)uint.Parse(fields[1]), Bytes(fields[2]), uint.Parse(fields[3]),
            ulong.Parse(fields[6]), (Reset)uint.Parse(fields[4]), Bytes(fields[5]));
        var expected = int.Parse(fields[8]);
        if (expected != 0) return Status(() => make()) == expected;
        using (var counter = make()) return HasAnswers(counter, Bytes(fields[7]), fields);
    }

    private static bool FilesAreRight() {
        var file = System.IO.Path.GetTempFileName();
        try {
            File.WriteAllBytes(file, Encoding.ASCII.GetBytes("c\ncc\nc.c.c"));
            using (var counter = new Counter("c", 2, Reset.Newlines))
            using (var stream = new Tally.Stream(counter))
            using (var summary = new Summary(counter)) {
                summary.FeedFile(file);
                var totals = summary.Totals();
                return totals.Bytes == 10 && totals.MatchingSegments == 2 && stream.FeedFile(file)
                    && Status(() => summary.FeedFile("no such file")) == IOError;
            }
        } finally {
            File.Delete(file);
        }
    }

    /// A disposed handle is refused before the library is called.
    private static bool DisposedIsRefused() {
        var counter = new Counter(0x63, 1, Reset.None);
        counter.Dispose();
        try {
            counter.Count(new byte[1]);
            return false;
        } catch (ObjectDisposedException) {
            return true;
        }
    }

    private static int Main(string[] arguments) {
        foreach (var line in File.ReadAllLines(arguments[0])) Check(line.Split('\t')[0], IsRight(line));
        Check("a surrogate", Status(() => new Counter(0xD800, 1, Reset.None)) == InvalidArgument);
        Check("files", FilesAreRight());
        Check("a disposed handle", DisposedIsRefused());
        Console.WriteLine($"csharp: {passed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
