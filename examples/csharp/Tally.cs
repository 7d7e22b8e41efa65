// libtally for C#, by P/Invoke. A file to copy.
//
//     using (var counter = new Tally.Counter(";", 64, Tally.Reset.Newlines)) {
//         foreach (var match in counter.Matches(data)) Console.WriteLine("line " + (match.Segment + 1));
//     }
//
// A handle is freed by Dispose, or by the garbage collector; while a call uses it, it is not. Runs on
// .NET and on mono.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Tally {

/// <summary>A call failed.</summary>
public sealed class TallyException : Exception {
    /// <summary>One of TALLY_ERROR_*.</summary>
    public int Status { get; }

    internal TallyException(int status) : base(Marshal.PtrToStringAnsi(C.tally_status_message(status))) {
        Status = status;
    }

    internal static void Check(int status) {
        if (status != 0) throw new TallyException(status);
    }
}

/// <summary>Which bytes end a segment.</summary>
public enum Reset : uint { None, Newlines, Spaces, Whitespace }

/// <summary>What a needle is.</summary>
public enum NeedleKind : uint { String, AnyOf, Character }

/// <summary>A segment that matches, and where it does.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Match {
    public readonly ulong Segment, Start, End, Count;
}

/// <summary>What a summary has counted.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Totals {
    public readonly ulong Bytes, Count, MaxCount, Segments, MatchingSegments;
}

/// <summary>The struct tally_counter_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Options {
    public UIntPtr size;
    public IntPtr needle;
    public UIntPtr needle_len;
    public NeedleKind needle_kind;
    public uint character;
    public uint condition;
    public Reset named_reset;
    public ulong min_number;
    public ulong max_number;
    public IntPtr reset;
    public UIntPtr reset_len;
}

/// <summary>A handle that is freed once no call uses it.</summary>
public abstract class Handle : SafeHandle {
    protected Handle() : base(IntPtr.Zero, true) { }

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>The bytes and their length, as most functions receive them.</summary>
    protected static UIntPtr Length(byte[] data) => (UIntPtr)data.Length;

    /// <summary>A path, which ends in NUL; in UTF-8 on every system.</summary>
    protected static byte[] Path(string path) => Encoding.UTF8.GetBytes(path + "\0");
}

/// <summary>
/// A question: which segments have the needle at least a number of times? Any number of threads may
/// use one.
/// </summary>
public sealed class Counter : Handle {
    /// <summary>Of a string.</summary>
    public Counter(string needle, ulong minNumber, Reset reset)
        : this(NeedleKind.String, Encoding.UTF8.GetBytes(needle), 0, minNumber, reset, new byte[0]) { }

    /// <summary>Of a code point.</summary>
    public Counter(uint character, ulong minNumber, Reset reset)
        : this(NeedleKind.Character, new byte[0], character, minNumber, reset, new byte[0]) { }

    /// <summary>With all options: with bytes that end a segment, reset is None.</summary>
    public Counter(NeedleKind kind, byte[] needle, uint character, ulong minNumber, Reset reset,
                   byte[] resetBytes) {
        var needlePin = GCHandle.Alloc(needle, GCHandleType.Pinned);
        var resetPin = GCHandle.Alloc(resetBytes, GCHandleType.Pinned);
        try {
            var options = new Options {
                size = (UIntPtr)Marshal.SizeOf(typeof(Options)),
                needle = needlePin.AddrOfPinnedObject(),
                needle_len = Length(needle),
                needle_kind = kind,
                character = character,
                named_reset = reset,
                min_number = minNumber,
                reset = resetPin.AddrOfPinnedObject(),
                reset_len = Length(resetBytes),
            };
            IntPtr made;
            TallyException.Check(C.tally_counter_new_with(ref options, out made));
            SetHandle(made);
        } finally {
            needlePin.Free();
            resetPin.Free();
        }
    }

    protected override bool ReleaseHandle() {
        C.tally_counter_free(handle);
        return true;
    }

    public bool HasCount(byte[] data) {
        bool matched;
        TallyException.Check(C.tally_counter_has_count(this, data, Length(data), out matched));
        return matched;
    }

    public ulong Count(byte[] data) {
        ulong count;
        TallyException.Check(C.tally_counter_count(this, data, Length(data), out count));
        return count;
    }

    public ulong MaxCount(byte[] data) {
        ulong count;
        TallyException.Check(C.tally_counter_max_count(this, data, Length(data), out count));
        return count;
    }

    public ulong MatchingSegments(byte[] data) {
        ulong segments;
        TallyException.Check(C.tally_counter_matching_segments(this, data, Length(data), out segments));
        return segments;
    }

    /// <summary>All matches, found 64 at a time.</summary>
    public IEnumerable<Match> Matches(byte[] data) {
        var room = new Match[64];
        Match[] after = null;
        UIntPtr found;
        do {
            TallyException.Check(C.tally_counter_find(
                this, data, Length(data), after, room, (UIntPtr)room.Length, out found));
            for (var i = 0; i < (int)found; i++) yield return room[i];
            after = new[] { room[room.Length - 1] };
        } while ((int)found == room.Length);
    }

    /// <summary>Whether each of many strings has a match, in one call.</summary>
    public bool[] HasCounts(IList<byte[]> strings) {
        var lens = new UIntPtr[strings.Count];
        var data = new List<byte>();
        for (var i = 0; i < lens.Length; i++) {
            lens[i] = Length(strings[i]);
            data.AddRange(strings[i]);
        }
        var matched = new byte[lens.Length];
        TallyException.Check(C.tally_counter_has_counts(
            this, data.ToArray(), (UIntPtr)data.Count, lens, (UIntPtr)lens.Length, matched));
        return Array.ConvertAll(matched, one => one != 0);
    }
}

/// <summary>Data in chunks or from files, up to the first match.</summary>
public sealed class Stream : Handle {
    public Stream(Counter counter) {
        IntPtr made;
        TallyException.Check(C.tally_stream_new(counter, out made));
        SetHandle(made);
    }

    protected override bool ReleaseHandle() {
        C.tally_stream_free(handle);
        return true;
    }

    /// <summary>Returns whether a segment has matched so far.</summary>
    public bool Feed(byte[] data) {
        bool matched;
        TallyException.Check(C.tally_stream_feed(this, data, Length(data), out matched));
        return matched;
    }

    public bool FeedFile(string path) {
        bool matched;
        TallyException.Check(C.tally_stream_feed_file(this, Path(path), IntPtr.Zero, out matched));
        return matched;
    }

    /// <summary>The first match, or null.</summary>
    public Match? FirstMatch() {
        Match match;
        bool matched;
        TallyException.Check(C.tally_stream_match(this, out match, out matched));
        return matched ? match : (Match?)null;
    }
}

/// <summary>
/// All totals of data in chunks or files; those of the parts of a text can be merged.
/// </summary>
public sealed class Summary : Handle {
    public Summary(Counter counter) {
        IntPtr made;
        TallyException.Check(C.tally_summary_new(counter, out made));
        SetHandle(made);
    }

    protected override bool ReleaseHandle() {
        C.tally_summary_free(handle);
        return true;
    }

    public void Feed(byte[] data) {
        TallyException.Check(C.tally_summary_feed(this, data, Length(data)));
    }

    public void FeedFile(string path) {
        TallyException.Check(C.tally_summary_feed_file(this, Path(path), IntPtr.Zero));
    }

    /// <summary>Adds a summary of what follows in the text.</summary>
    public void Merge(Summary right) {
        TallyException.Check(C.tally_summary_merge(this, right));
    }

    public Totals Totals() {
        Totals totals;
        TallyException.Check(C.tally_summary_totals(this, out totals));
        return totals;
    }
}

/// <summary>The functions of tally.h. What `out` receives is written on success alone.</summary>
internal static class C {
    // On macOS libtally.0.dylib, on Windows tally.
    private const string Library = "libtally.so.0";

    [DllImport(Library)]
    internal static extern IntPtr tally_status_message(int status);

    [DllImport(Library)]
    internal static extern int tally_counter_new_with(ref Options options, out IntPtr counter);

    [DllImport(Library)]
    internal static extern void tally_counter_free(IntPtr counter);

    [DllImport(Library)]
    internal static extern int tally_counter_has_count(
        Counter counter, byte[] data, UIntPtr len, [MarshalAs(UnmanagedType.U1)] out bool matched);

    [DllImport(Library)]
    internal static extern int tally_counter_find(
        Counter counter, byte[] data, UIntPtr len, [In] Match[] after, [Out] Match[] matches,
        UIntPtr capacity, out UIntPtr found);

    [DllImport(Library)]
    internal static extern int tally_counter_count(
        Counter counter, byte[] data, UIntPtr len, out ulong count);

    [DllImport(Library)]
    internal static extern int tally_counter_max_count(
        Counter counter, byte[] data, UIntPtr len, out ulong count);

    [DllImport(Library)]
    internal static extern int tally_counter_matching_segments(
        Counter counter, byte[] data, UIntPtr len, out ulong segments);

    [DllImport(Library)]
    internal static extern int tally_counter_has_counts(
        Counter counter, byte[] data, UIntPtr len, UIntPtr[] lens, UIntPtr number,
        [Out] byte[] matched);

    [DllImport(Library)]
    internal static extern int tally_stream_new(Counter counter, out IntPtr stream);

    [DllImport(Library)]
    internal static extern void tally_stream_free(IntPtr stream);

    [DllImport(Library)]
    internal static extern int tally_stream_feed(
        Stream stream, byte[] data, UIntPtr len, [MarshalAs(UnmanagedType.U1)] out bool matched);

    [DllImport(Library)]
    internal static extern int tally_stream_feed_file(
        Stream stream, byte[] path, IntPtr options, [MarshalAs(UnmanagedType.U1)] out bool matched);

    [DllImport(Library)]
    internal static extern int tally_stream_match(
        Stream stream, out Match match, [MarshalAs(UnmanagedType.U1)] out bool matched);

    [DllImport(Library)]
    internal static extern int tally_summary_new(Counter counter, out IntPtr summary);

    [DllImport(Library)]
    internal static extern void tally_summary_free(IntPtr summary);

    [DllImport(Library)]
    internal static extern int tally_summary_feed(Summary summary, byte[] data, UIntPtr len);

    [DllImport(Library)]
    internal static extern int tally_summary_feed_file(Summary summary, byte[] path, IntPtr options);

    [DllImport(Library)]
    internal static extern int tally_summary_merge(Summary left, Summary right);

    [DllImport(Library)]
    internal static extern int tally_summary_totals(Summary summary, out Totals totals);
}

}
