//! Ranges of counts, rows with quotes, nesting, lengths of lines: against tables of answers, an
//! automaton that reads a byte at a time, and Python's `csv` module.

use std::fmt::Write;
use std::process::Output;

use tally::{ByteSet, Condition, Reset};

use crate::common::records::{Question, QuoteOptions, Rule, plainly};
use crate::common::{OwnedNeedle, Random};
use crate::folder::{Folder, check, fed, has};
use crate::refused;

const TABLE: &str = "a,b\na,b,c,d\n\na,b,c\n";

#[test]
fn ranges() {
    let folder = Folder::new("ranges");
    folder.write("t", TABLE);
    folder.write("none", "");
    folder.write("cut", "x\nxx");
    for line in ["--exactly 2 , t", "-N 2..2 , t", "-N2 --at-most 2 , t", "-N..2 -N 2..2 , t"] {
        folder.expect(line, 0, "a,b,c\n");
    }
    for line in ["-N 2.. --at-most 2 , t", "--at-most 2 -N 2.. , t"] {
        folder.expect(line, 0, "a,b,c\n");
    }
    folder.expect("-n -N .. --at-most 1 , t", 0, "1:a,b\n3:\n");
    folder.expect("-n --at-most 1 , t", 0, "1:a,b\n3:\n");
    folder.expect("-nN ..1 , t", 0, "1:a,b\n3:\n");
    folder.expect("-nN 2.. , t", 0, "2:a,b,c,d\n4:a,b,c\n");
    folder.expect("-nN .. , t", 0, "1:a,b\n2:a,b,c,d\n3:\n4:a,b,c\n");
    folder.expect("-nN 1..2 , t", 0, "1:a,b\n4:a,b,c\n");
    folder.expect("-nvN 1..2 , t", 0, "2:a,b,c,d\n3:\n");
    folder.expect("-nv --exactly 2 , t", 0, "1:a,b\n2:a,b,c,d\n3:\n");
    folder.expect("-nv --at-most 1 , t", 0, "2:a,b,c,d\n4:a,b,c\n");
    folder.expect("-nb --exactly 2 , t", 0, "4:13:a,b,c\n");
    folder.expect("-v --at-most 3 , t", 1, "");
    folder.expect("-m1 --at-most 1 , t", 0, "a,b\n");
    folder.expect("-c --at-most 1 , t", 0, "2\n");
    folder.expect("-cv --at-most 1 , t", 0, "2\n");
    folder.expect("-cm1 --at-most 1 , t", 0, "1\n");
    folder.expect("-l --exactly 0 , t none cut", 0, "t\ncut\n");
    folder.expect("-L --exactly 0 , t none cut", 0, "none\n");
    folder.expect("-q --exactly 7 , t", 1, "");
    folder.expect("-q --exactly 0 , t", 0, "");
    folder.expect("--none --exactly 7 , t", 0, "");
    // What follows the last newline is a line unless it is empty.
    folder.expect("-n --at-most 2 x cut", 0, "1:x\n2:xx\n");
    folder.expect("-n --exactly 2 x cut", 0, "2:xx\n");
    folder.expect("--at-most 9 x none", 1, "");
    folder.expect("--per word --exactly 1 --any-of abx t cut", 0, "cut:x\n");
    folder.expect("--per word -vn --at-most 1 x cut", 0, "2:xx\n");
    folder.expect("--per file --at-most 2 , t none cut", 0, "none\ncut\n");
    folder.expect("--per file -v --at-most 2 , t none cut", 0, "t\n");
    folder.expect(
        "--json --exactly 3 , t",
        0,
        concat!(
            r#"{"type":"match","path":{"text":"t"},"line":2,"start":4,"end":11,"count":3,"#,
            r#""text":{"text":"a,b,c,d"}}"#,
            "\n",
            r#"{"type":"total","matching_segments":1,"files":1,"matching_files":1,"errors":0}"#,
            "\n"
        ),
    );
    folder.expect_of(
        TABLE.as_bytes(),
        "-n --exactly 2 , - t",
        0,
        "(standard input):4:a,b,c\nt:4:a,b,c\n",
    );
}

#[test]
fn counts() {
    let folder = Folder::new("counts");
    folder.write("t", TABLE);
    folder.write("none", "");
    folder.write("zero", "a,\n\0,,\n");
    folder.expect("--show-count , t", 0, "1:a,b\n3:a,b,c,d\n2:a,b,c\n");
    folder.expect("--show-count -N 0 , t", 0, "1:a,b\n3:a,b,c,d\n0:\n2:a,b,c\n");
    folder.expect(
        "--show-count -nbH --column -N 2 , t",
        0,
        "t:2:4:4:3:a,b,c,d\nt:4:4:13:2:a,b,c\n",
    );
    folder.expect("--show-count -v --exactly 1 , t", 0, "3:a,b,c,d\n0:\n2:a,b,c\n");
    folder.expect("--per word --show-count b t", 0, "1:a,b\n1:a,b,c,d\n1:a,b,c\n");
    folder.expect("--most -n , t", 0, "2:3:a,b,c,d\n");
    folder.expect("--most -n , t none", 0, "t:2:3:a,b,c,d\n");
    folder.expect("--most -nb x t", 1, "1:0:0:a,b\n");
    folder.expect("--most -nv -N 3 , t", 0, "2:3:a,b,c,d\n");
    folder.expect("--most -n --per word , t", 0, "2:3:a,b,c,d\n");
    folder.expect("--most -n , none", 1, "");
    folder.expect_error(
        "--most -n , zero",
        0,
        "",
        "tally: zero: binary file matches; use -a to print the matches\n",
    );
    folder.expect("-a --most -n , zero", 0, "2:2:\0,,\n");
    folder.expect(
        "--most -n --json , t",
        0,
        concat!(
            r#"{"type":"most","path":{"text":"t"},"line":2,"start":4,"max_count":3,"#,
            r#""text":{"text":"a,b,c,d"}}"#,
            "\n",
            r#"{"type":"total","max_count":3,"files":1,"matching_files":1,"errors":0}"#,
            "\n"
        ),
    );
}

#[test]
fn histograms() {
    let folder = Folder::new("histograms");
    folder.write("t", TABLE);
    folder.write("rows.csv", "a,b\n1,\"x,y\"\n2\n\n3,4\n");
    folder.write("long", "x".repeat(5000) + "\n\n");
    let table = |unit: &str, rows: &[(u64, u64)], name: &str| {
        let mut table = format!("{:>12} {unit:>12}\n", "count");
        for (count, number) in rows {
            writeln!(table, "{count:>12} {number:>12}{name}").unwrap();
        }
        table
    };
    folder.expect("--histogram , t", 0, table("lines", &[(0, 1), (1, 1), (2, 1), (3, 1)], ""));
    folder.expect(
        "--histogram -H , rows.csv",
        0,
        table("lines", &[(0, 2), (1, 2), (2, 1)], " rows.csv"),
    );
    folder.expect("--histogram --csv , rows.csv", 0, table("rows", &[(0, 1), (1, 3)], ""));
    folder.expect(
        "--histogram --per word -N 9 , t",
        1,
        table("words", &[(1, 1), (2, 1), (3, 1)], ""),
    );
    folder.expect("--histogram x long", 0, table("lines", &[(0, 1), (5000, 1)], ""));
    let fields = table("rows", &[(1, 1), (2, 3)], "").replace(" count", "fields");
    folder.expect("--histogram --ragged rows.csv", 0, fields);
    folder.expect(
        "--histogram --json , t",
        0,
        concat!(
            r#"{"type":"histogram","path":{"text":"t"},"histogram":[{"count":0,"segments":1},"#,
            r#"{"count":1,"segments":1},{"count":2,"segments":1},{"count":3,"segments":1}]}"#,
            "\n",
            r#"{"type":"total","segments":4,"files":1,"matching_files":1,"errors":0}"#,
            "\n"
        ),
    );
}

/// On a terminal, a histogram has bars as wide as the line allows.
#[cfg(target_os = "linux")]
#[test]
fn bars() {
    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("bars");
    folder.write("t", "\n".repeat(10) + &",\n".repeat(5) + ",,\n");
    let line = format!("COLUMNS=47 '{}' --color=never --histogram , t", crate::folder::TALLY);
    let ended = fed(&mut folder.command("script", ["-qec", &line, "/dev/null"]), b"");
    let row = |count, lines, bar| format!("{count:>12} {lines:>12} {}\r\n", "#".repeat(bar));
    let expected = format!("{:>12} {:>12}\r\n", "count", "lines")
        + &row(0, 10, 20)
        + &row(1, 5, 10)
        + &row(2, 1, 2);
    assert_eq!(String::from_utf8_lossy(&ended.stdout), expected);
}

#[test]
fn lengths() {
    let folder = Folder::new("lengths");
    folder.write("t", "é€\r\nabc\n\nabcdef");
    folder.expect("--longer 5 t", 0, "abcdef\n");
    folder.expect("-nW 4 t", 0, "1:é€\r\n4:abcdef\n");
    folder.expect("-nW 2 --chars t", 0, "2:abc\n4:abcdef\n");
    folder.expect("-nW 0 t", 0, "1:é€\r\n2:abc\n4:abcdef\n");
    folder.expect("-vnW 4 t", 0, "2:abc\n3:\n");
    folder.expect("-nW 6 t", 1, "");
    folder.expect("--most --bytes t", 0, "6\n");
    folder.expect("--most -n --chars t", 0, "4:6:abcdef\n");
    folder.expect("-n --exactly 2 --chars t", 0, "1:é€\r\n");
    folder.expect("-n --exactly 0 --bytes t", 0, "3:\n");
    folder.expect("--hits --per file --bytes t", 0, "18\n");
    folder.expect("--hits --per file --chars t", 0, "15\n");
    folder.expect("--per word -N 6 --bytes t", 0, "abcdef\n");
    folder.expect("-lW 4 t t", 0, "t\nt\n");
    folder.expect_of(b"abc\nx\n", "-W 1", 0, "abc\n");
    // Hits are not marked, as all of the line is one.
    folder.expect("--color=always -W 5 t", 0, "abcdef\n");
}

const CSV: &str = "\u{FEFF}\"id\",name,city\r\n1,\"Lee, Bo\",Rome\r\n\r\n2,\"multi\r\nline\",Bern\r\n3,Di,Oslo,x\r\n4,Al\r\n";

#[test]
fn rows() {
    let folder = Folder::new("rows");
    folder.write("a.csv", CSV);
    folder.write("in.csv", "id,name,city\n1,\"Lee, Bo\",Rome\n2,Cy,Bern\n3,Di,Oslo,x\n");
    folder.write("semi.csv", "a;b,\"\n\"x;y\";z\n1;2;3\n");
    folder.write("t.tsv", "a\tb\n\"x\ty\"\tz\n1\t2\t3\n");
    folder.write("mac.csv", "a,b\r1,2,3\r\r4,5\r6");
    folder.write("single.csv", "a,b\n'x,y',z\n");
    folder.write("escaped.csv", "a,b\n\"x\\\",y\",z\nx\\,y,z\n");
    folder.write("middle.csv", "a\"b,c\"d,e\n");
    folder.expect("--csv -nN3 , in.csv", 0, "4:3,Di,Oslo,x\n");
    folder.expect(
        "--csv -n --exactly 2 , a.csv",
        0,
        "1:\"id\",name,city\r\n2:1,\"Lee, Bo\",Rome\r\n4:2,\"multi\r\nline\",Bern\r\n",
    );
    folder.expect("--csv -nv --exactly 2 , a.csv", 0, "6:3,Di,Oslo,x\r\n7:4,Al\r\n");
    folder.expect("--csv -nb --show-count --exactly 2 , a.csv", 0,
        "1:3:2:\"id\",name,city\r\n2:19:2:1,\"Lee, Bo\",Rome\r\n4:39:2:2,\"multi\r\nline\",Bern\r\n");
    folder.expect("--csv -n --column -N 3 , a.csv", 0, "6:10:3,Di,Oslo,x\r\n");
    folder.expect("--csv -c --exactly 2 , a.csv", 0, "3\n");
    folder.expect("--csv -cv --exactly 2 , a.csv", 0, "2\n");
    folder.expect("--csv --hits , a.csv", 0, "10\n");
    folder.expect("--csv --most -n , a.csv", 0, "6:3:3,Di,Oslo,x\r\n");
    folder.expect("--csv -n i a.csv", 0, "1:\"id\",name,city\r\n6:3,Di,Oslo,x\r\n");
    folder.expect("--csv --per file -N 11 , a.csv", 1, "");
    folder.expect("--csv --per file -N 10 , a.csv", 0, "a.csv\n");
    folder.expect(
        "--csv --json -N 3 , a.csv",
        0,
        concat!(
            r#"{"type":"match","path":{"text":"a.csv"},"line":6,"record":4,"start":61,"end":71,"#,
            r#""column":10,"count":3,"text":{"text":"3,Di,Oslo,x"}}"#,
            "\n",
            r#"{"type":"total","matching_segments":1,"files":1,"matching_files":1,"errors":0}"#,
            "\n"
        ),
    );
    let totals = |rows: [u64; 5]| {
        let [hits, most, matches, rows, bytes] = rows;
        format!(
            "{:>12} {:>12} {:>12} {:>12} {:>14}\n\
             {hits:>12} {most:>12} {matches:>12} {rows:>12} {bytes:>14} a.csv\n",
            "hits", "most", "matches", "rows", "bytes"
        )
    };
    folder.expect("--csv --totals -N 2 , a.csv", 0, totals([10, 3, 4, 5, CSV.len() as u64]));
    // Other separators, quotes and line ends.
    folder.expect("--csv -n -N 2 ; semi.csv", 0, "3:1;2;3\n");
    folder.expect("--csv -d ; -nv --exactly 1 ; semi.csv", 0, "3:1;2;3\n");
    folder.expect(r"--tsv -n -N 2 \t t.tsv", 0, "3:1\t2\t3\n");
    folder.expect("--csv -n -N 2 , mac.csv", 0, "2:1,2,3\r\n");
    folder.expect("--csv -n --at-most 0 , mac.csv", 0, "5:6\n");
    folder.expect(r"--line-end \r -n -N 2 , mac.csv", 0, "2:1,2,3\r");
    folder.expect("--csv --quote ' -n -N 2 , single.csv", 1, "");
    folder.expect("--csv -n -N 2 , single.csv", 0, "2:'x,y',z\n");
    folder.expect(r"--csv --escape \ -n -N 2 , escaped.csv", 1, "");
    folder.expect(
        "--csv --quotes none -n -N 2 , in.csv",
        0,
        "1:id,name,city\n2:1,\"Lee, Bo\",Rome\n3:2,Cy,Bern\n4:3,Di,Oslo,x\n",
    );
    // A quote in a field is an ordinary byte, unless quotes are anywhere.
    folder.expect("--csv -n --exactly 2 , middle.csv", 0, "1:a\"b,c\"d,e\n");
    folder.expect("--csv --quotes anywhere -n --exactly 1 , middle.csv", 0, "1:a\"b,c\"d,e\n");
    folder.expect("--quotes anywhere -n --exactly 1 , middle.csv", 0, "1:a\"b,c\"d,e\n");
    folder.expect_of(
        b"a\0b,c\0,\0\"x\n\ny\"\0",
        r"--csv --line-end \0 -n --exactly 0 ,",
        0,
        "1:a\x004:\"x\n\ny\"\0",
    );
    // Binary files are what they always are.
    folder.expect_error_of(
        b"a,b\n\"\0,\",c\n1,2\n",
        "--csv -n ,",
        0,
        "",
        "tally: (standard input): binary file matches; use -a to print the matches\n",
    );
}

#[test]
fn ragged_rows() {
    let folder = Folder::new("ragged");
    folder.write("a.csv", CSV);
    folder.write("good.csv", "a,b\n1,\"2\n,3\"\n");
    folder.write("one.csv", "a,b");
    folder.write("empty.csv", "\n\n");
    folder.write("t.tsv", "a\tb\n1\n");
    let reasons = "a.csv:6: 4 fields, expected 3\na.csv:7: 2 fields, expected 3\n";
    folder.expect_error("--ragged a.csv", 0, "3,Di,Oslo,x\r\n4,Al\r\n", reasons);
    folder.expect_error("--csv --ragged -n a.csv", 0, "6:3,Di,Oslo,x\r\n7:4,Al\r\n", reasons);
    folder.expect_error("--ragged --show-count a.csv", 0, "4:3,Di,Oslo,x\r\n2:4,Al\r\n", reasons);
    folder.expect("--ragged -s a.csv", 0, "3,Di,Oslo,x\r\n4,Al\r\n");
    folder.expect("--ragged -c a.csv", 0, "2\n");
    folder.expect("--ragged -q a.csv", 0, "");
    folder.expect("--ragged -l a.csv good.csv one.csv empty.csv", 0, "a.csv\n");
    folder.expect(
        "--ragged -L a.csv good.csv one.csv empty.csv",
        0,
        "good.csv\none.csv\nempty.csv\n",
    );
    folder.expect("--ragged good.csv", 1, "");
    folder.expect("--ragged --none good.csv one.csv empty.csv", 0, "");
    folder.expect(
        "--ragged -vn good.csv one.csv",
        0,
        "good.csv:1:a,b\ngood.csv:2:1,\"2\n,3\"\none.csv:1:a,b\n",
    );
    folder.expect("--ragged -cv a.csv", 0, "3\n");
    folder.expect_error(
        "--ragged -m1 good.csv a.csv",
        0,
        "a.csv:3,Di,Oslo,x\r\n",
        "a.csv:6: 4 fields, expected 3\n",
    );
    folder.expect_error("--tsv --ragged t.tsv", 0, "1\n", "t.tsv:2: 1 field, expected 2\n");
    folder.expect_error(r"--ragged -d \t t.tsv", 0, "1\n", "t.tsv:2: 1 field, expected 2\n");
    folder.expect_error_of(
        CSV.as_bytes(),
        "--ragged --label x.csv",
        0,
        "3,Di,Oslo,x\r\n4,Al\r\n",
        &reasons.replace("a.csv", "x.csv"),
    );
    folder.expect(
        "--ragged --json a.csv",
        0,
        concat!(
            r#"{"type":"match","path":{"text":"a.csv"},"line":6,"record":4,"start":61,"end":72,"#,
            r#""count":3,"fields":4,"expected":3,"text":{"text":"3,Di,Oslo,x"}}"#,
            "\n",
            r#"{"type":"match","path":{"text":"a.csv"},"line":7,"record":5,"start":74,"end":78,"#,
            r#""count":1,"fields":2,"expected":3,"text":{"text":"4,Al"}}"#,
            "\n",
            r#"{"type":"total","matching_segments":2,"files":1,"matching_files":1,"errors":0}"#,
            "\n"
        ),
    );
}

/// A carriage return and its newline are one line end, also where one part of the file ends with
/// the first and the next one starts with the second.
#[test]
fn lines_of_long_files() {
    let folder = Folder::new("long-lines");
    let mut data = Vec::new();
    for page in 0..700 {
        let rows: &[u8] = if page % 90 == 89 { b"1,2\r\rx\n" } else { b"1,\"\n\r\n\r\"\r\n" };
        data.extend_from_slice(b"\n3,4\r");
        data.extend_from_slice(rows);
        let len = 4096 * (page + 1) - 1 - data.len();
        data.extend(b"5,".iter().chain(&vec![b'6'; len - 2]));
        data.push(b'\r');
    }
    folder.write("t.csv", &data);
    let places = (0..data.len()).filter(|&at| data[at] == b'x');
    let lines: Vec<usize> = places.map(|at| line_ends(&data[..at], true) + 1).collect();
    assert_eq!(lines.len(), 7);
    let row = |line: &usize| format!("{line}:x\n");
    let reason = |line: &usize| format!("t.csv:{line}: 1 field, expected 2\n");
    let rows: Vec<String> = lines.iter().map(row).collect();
    let reasons: Vec<String> = lines.iter().map(reason).collect();
    folder.expect_error("--ragged -n t.csv", 0, rows.concat(), &reasons.concat());
    folder.expect("--ragged -c t.csv", 0, "7\n");
}

/// Rows remain rows with other quotes, and a column is counted from the start of the row.
#[test]
fn rows_with_other_quotes() {
    let folder = Folder::new("other_quotes");
    folder.write("t", "a,b\n\n1,2\r\n");
    folder.expect("--quotes anywhere -n --at-most 0 , t", 0, "2:\n");
    folder.expect("--csv --quotes anywhere -n --at-most 0 , t", 1, "");
    folder.expect("--csv --quotes anywhere -n , t", 0, "1:a,b\n3:1,2\r\n");
    folder.write("t", "a,b\n\"x\ny\",1,2\nc\n");
    folder.expect("--csv -n --column -N2 , t", 0, "2:8:\"x\ny\",1,2\n");
}

/// NEEDLE separates fields if it is one of the usual bytes, as a string or as a set.
#[test]
fn separators_in_sets() {
    let folder = Folder::new("separators");
    for (byte, name) in [(';', ";"), ('\t', "\\t"), ('|', "|"), ('|', "\\x7C")] {
        folder.write("t", format!("a,{byte}\"b{byte}c\"{byte}d\n"));
        for set in ["", "--any-of", "--closing x"] {
            folder.expect(&format!("--csv --hits {set} {name} t"), 0, "2\n");
            folder.expect(&format!("--csv -d , --hits {set} {name} t"), 0, "3\n");
        }
        // A set of more bytes separates nothing, and commas do.
        folder.expect(&format!("--csv --hits --any-of {name}y t"), 0, "3\n");
    }
}

/// A quote that is not closed is an error, which names the line where it was opened.
#[test]
fn unclosed_quotes() {
    let folder = Folder::new("unclosed");
    folder.write("u.csv", "a,b\n1,\"x\ny,2\n3,4\n");
    folder.write("good.csv", "a,b\n");
    folder.write("first.csv", "\u{FEFF}\r\na,\"b\n1,2\n");
    // Larger than what is read at a time, and on several threads.
    let rows = "1,\"2\n3\"\n".repeat(400_000);
    folder.write("large.csv", rows.clone() + "x,\"y\n" + &"4,5\n".repeat(100_000));
    let said = |name: &str, line: u64| {
        format!("{name}:{line}: the quote that opens here is never closed\n")
    };
    for line in ["--ragged -c", "--csv -c --exactly 9 ,", "--csv -vc ,", "--csv -c -N 9 ,"] {
        for (name, at) in [("u.csv", 2), ("first.csv", 2), ("large.csv", 800_001)] {
            let run = |more: &str| folder.tally(crate::words(&format!("{line} {more}"))).output();
            for more in ["-j1", "-j3"] {
                let ended = run(&format!("{more} {name}")).unwrap();
                check(&format!("{line} {more} {name}"), &ended, 2, b"0\n", &said(name, at));
            }
            let data = std::fs::read(folder.path(name)).unwrap();
            let ended = fed(&mut folder.tally(crate::words(line)), &data);
            check(line, &ended, 2, b"0\n", &said("(standard input)", at));
        }
    }
    folder.expect_error("--csv --per file -N 3 , u.csv", 2, "", &said("u.csv", 2));
    folder.expect_error("--csv --hits , u.csv", 2, "2\n", &said("u.csv", 2));
    folder.expect_error("--csv -l -N 3 , u.csv", 2, "", &said("u.csv", 2));
    folder.expect_error("--csv --none -N 3 , u.csv", 2, "", &said("u.csv", 2));
    folder.expect_error("--csv --most -n , u.csv", 2, "1:1:a,b\n", &said("u.csv", 2));
    folder.expect_error("--quotes anywhere -n -N 2 , u.csv", 2, "", &said("u.csv", 2));
    // -s is about files that cannot be read.
    folder.expect_error("--csv -s --hits , u.csv", 2, "2\n", &said("u.csv", 2));
    folder.expect_error(
        "--csv --json --hits , u.csv good.csv",
        2,
        concat!(
            r#"{"type":"hits","path":{"text":"u.csv"},"count":2}"#,
            "\n",
            r#"{"type":"unclosed_quote","path":{"text":"u.csv"},"line":2,"start":6}"#,
            "\n",
            r#"{"type":"hits","path":{"text":"good.csv"},"count":1}"#,
            "\n",
            r#"{"type":"total","count":3,"files":2,"matching_files":2,"errors":1}"#,
            "\n"
        ),
        &said("u.csv", 2),
    );
    folder.expect_error("--csv --json -qN 3 , u.csv", 2, "", &said("u.csv", 2));
    // Who stops reading does not know.
    folder.expect("--csv -m1 , u.csv", 0, "a,b\n");
    folder.expect("--csv -q , u.csv", 0, "");
    // The next file is searched all the same.
    folder.expect_error("--csv -c , u.csv good.csv", 2, "u.csv:2\ngood.csv:1\n", &said("u.csv", 2));
}

#[test]
fn nesting() {
    let folder = Folder::new("nesting");
    folder.write("j", concat!("{\"a\":\"[[[\",\"b\":[{}]}\n", "[\n", "[[[]]]\n", "]\n"));
    let depth = r"--closing }] --quotes anywhere --escape \";
    folder.expect(&format!("{depth} -nN 3 {{[ j"), 0, "1:{\"a\":\"[[[\",\"b\":[{}]}\n3:[[[]]]\n");
    folder.expect(&format!("{depth} -nvN 3 {{[ j"), 0, "2:[\n4:]\n");
    folder.expect(&format!("{depth} -nvN 1 {{[ j"), 0, "4:]\n");
    folder.expect(
        &format!("{depth} --show-count -nN 1 {{[ j"),
        0,
        "1:3:{\"a\":\"[[[\",\"b\":[{}]}\n2:1:[\n3:3:[[[]]]\n",
    );
    folder.expect(&format!("{depth} -nv --exactly 0 {{[ j"), 0, "2:[\n");
    folder.expect(&format!("{depth} -n -N 1.. {{[ j"), 0, "2:[\n");
    folder.expect(&format!("{depth} --most {{[ j"), 0, "3\n");
    folder.expect(&format!("{depth} --most -n {{[ j"), 0, "1:3:{\"a\":\"[[[\",\"b\":[{}]}\n");
    folder.expect(&format!("{depth} --per file -N 4 {{[ j"), 0, "j\n");
    folder.expect(&format!("{depth} --per file -N 5 {{[ j"), 1, "");
    folder.expect(&format!("{depth} --per file --exactly 0 {{[ j"), 0, "j\n");
    folder.expect(&format!("{depth} -cvN 3 {{[ j"), 0, "2\n");
    folder.expect(
        &format!("{depth} --histogram {{[ j"),
        0,
        format!(
            "{:>12} {:>12}\n{:>12} {:>12}\n{:>12} {:>12}\n{:>12} {:>12}\n",
            "count", "lines", 0, 1, 1, 1, 3, 2
        ),
    );
}

/// What a user is likely to get wrong, and what is said then.
#[test]
fn slips() {
    let folder = Folder::new("slips");
    folder.write("semi.csv", "id;name;note\n1;2\n");
    folder.write("tabs.csv", "\u{FEFF}id\tname;\tnote\n");
    folder.write("one.csv", "id\n1;2\n");
    folder.write("commas.csv", "id,na;me;\n1,2\n");
    let doubt = |name: &str, separator: &str| {
        format!("tally: {name}: there is no comma in the first line; is -d '{separator}' meant?\n")
    };
    folder.expect_error("--ragged semi.csv", 1, "", &doubt("semi.csv", ";"));
    folder.expect_error("--ragged -q tabs.csv", 1, "", &doubt("tabs.csv", "\\t"));
    folder.expect("--ragged -s semi.csv", 1, "");
    folder.expect("--ragged one.csv commas.csv", 1, "");
    folder.expect("--ragged -d , semi.csv", 1, "");
    folder.expect("--ragged -c -d ; semi.csv", 0, "1\n");
    refused(&folder, "--ragged ; semi.csv", "the separator ';' is -d ';'");
    refused(&folder, "--ragged , semi.csv", "--ragged takes no NEEDLE");
    refused(&folder, "--csv semi.csv", "NEEDLE is missing, as 'semi.csv' is a file");
    folder.expect_of(b"a,b\n", "--csv ,", 0, "a,b\n");
}

/// Other encodings than UTF-8 have other quotes and separators: refused, and not misread.
#[test]
fn encodings() {
    let folder = Folder::new("rows_encodings");
    let wide: Vec<u8> = "\u{FEFF}a,b\n1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("wide.csv", &wide);
    folder.write("good.csv", "a,b\n1\n");
    let message =
        "tally: wide.csv: UTF-16 text, in which rows and quotes are not found; see iconv(1)\n";
    folder.expect_error("--ragged wide.csv", 2, "", message);
    folder.expect_error("--csv -c , wide.csv", 2, "", message);
    folder.expect_error("--csv --per file , wide.csv", 2, "", message);
    folder.expect_error("--csv -c , wide.csv good.csv", 2, "good.csv:1\n", message);
}

#[test]
fn refuses_contradictions() {
    let folder = Folder::new("contradictions");
    folder.write("t", TABLE);
    for (line, reason) in [
        ("-N 3..2 , t", "the maximum is below the minimum"),
        ("-N 3..x , t", "invalid value '3..x'"),
        ("-N 3-5 , t", "invalid value '3-5'"),
        ("-N 3 --at-most 2 , t", "no line has at least 3 and at most 2"),
        ("-N 1..3 --at-most 2 , t", "-N A..B has a maximum"),
        ("--exactly 2 -N 2 , t", "cannot be used with"),
        ("--exactly 2 --at-most 2 , t", "cannot be used with"),
        ("--exactly x , t", "invalid value 'x'"),
        ("--at-most -1 , t", "invalid value '-1'"),
        ("--column --exactly 2 , t", "--column is where the count reaches the number"),
        ("--show-count -c , t", "cannot be used with"),
        ("--show-count -l , t", "cannot be used with"),
        ("--show-count --per file , t", "that of a file is --hits"),
        ("--histogram --most , t", "cannot be used with"),
        ("--histogram -m 2 , t", "cannot be used with"),
        ("--histogram --per file , t", "a file has one count"),
        ("--most -n --per file , t", "a file has one count"),
        ("--csv --tsv , t", "cannot be used with"),
        ("--tsv -d ; , t", "cannot be used with"),
        ("--csv --per word , t", "words are not quoted"),
        ("--csv -d ab , t", "-d 'ab': it has more than one byte"),
        ("--csv -d é , t", "-d 'é': it has more than one byte"),
        ("-d skip , t", "-d 'skip'"),
        ("-d ; , t", "-d separates fields: it needs --csv"),
        ("--quotes anywhere -d ; , t", "-d separates fields: it needs --csv"),
        ("--quotes inside , t", "fields, anywhere, none"),
        ("--quote ' , t", "--quote needs --csv"),
        (r"--escape \ , t", "--escape needs --csv"),
        ("--csv --quotes none --quote ' , t", "--quote needs --csv"),
        ("--csv --quote , , t", "the quote, ',', cannot be in NEEDLE too"),
        ("--csv --quote , x t", "the quote, ',', cannot be between fields too"),
        (r"--csv --quote \n , t", r"the quote, '\n', cannot be the end of lines too"),
        (r"--csv --quote \0 , t", "cannot be a NUL byte too"),
        (r"--csv --escape \0 , t", "the byte of --escape, '\\x00', cannot be a NUL byte too"),
        ("--csv --escape , , t", "the byte of --escape, ',', cannot be in NEEDLE too"),
        ("--csv --escape \" , t", "the quote, '\\\"', cannot be the byte of --escape too"),
        ("--csv --quote ab , t", "--quote 'ab': it has more than one byte"),
        ("--csv \" t", "cannot be in NEEDLE too"),
        ("--quotes anywhere --closing \" , t", "cannot be in --closing too"),
        ("--closing a, , t", "NEEDLE contains a byte of --closing, ','"),
        ("--closing é , t", "several bytes in UTF-8"),
        (r"--closing \q , t", r"--closing '\q': unknown escape"),
        ("--closing ] :: -F --any-of t --closing :", "NEEDLE contains a byte of --closing"),
        ("--line-end ab , t", "--line-end 'ab': it has more than one byte"),
        ("--line-end , , t", "a byte that ends lines"),
        ("--line-end ; -z , t", "cannot be used with"),
        ("--line-end ; --per word , t", "--line-end changes where lines end"),
        ("--line-end ; --per file , t", "--line-end changes where lines end"),
        (r"--csv \r t", "a byte that ends rows"),
        ("--ragged -N 2 t", "cannot be used with"),
        ("--ragged --at-most 2 t", "cannot be used with"),
        ("--ragged --exactly 2 t", "cannot be used with"),
        ("--ragged --any-of t", "cannot be used with"),
        ("--ragged -F t", "cannot be used with"),
        ("--ragged --closing x t", "cannot be used with"),
        ("--ragged --column t", "cannot be used with"),
        ("--ragged --hits t", "cannot be used with"),
        ("--ragged --most t", "cannot be used with"),
        ("--ragged --totals t", "cannot be used with"),
        ("--ragged --bytes t", "cannot be used with"),
        ("--ragged --per word t", "--ragged compares rows"),
        ("--ragged --per file t", "--ragged compares rows"),
        ("--ragged --files0-from l t", "the files are those of --files0-from"),
        ("-W 3 -N 2 t", "cannot be used with"),
        ("-W 3 --exactly 2 t", "cannot be used with"),
        ("-W 18446744073709551615 t", "no line is longer than that"),
        ("-W x t", "invalid value 'x'"),
        ("-W 3 --csv t", "--longer counts what is in a line, also in quotes"),
        ("--bytes --quotes anywhere t", "--bytes counts what is in a line"),
        ("--chars --bytes t", "cannot be used with"),
        ("--chars --any-of t", "--chars counts all of a line"),
        ("--bytes -F t", "--bytes counts all of a line"),
        ("--bytes --closing x t", "--bytes counts all of a line"),
    ] {
        refused(&folder, line, reason);
    }
}

/// A way to ask for rows or lines, and the same question for the automaton.
struct Way {
    options: Vec<String>,
    needle: &'static str,
    question: Question,
    /// `\r` and the two together end lines too.
    returns: bool,
}

fn way(random: &mut Random) -> Way {
    let set = |bytes: &[u8]| OwnedNeedle::AnyOf(ByteSet::new(bytes));
    let mut way = Way {
        options: Vec::new(),
        needle: ",",
        question: Question::new(set(b","), 0, Reset::Newlines),
        returns: false,
    };
    let quotes =
        |rule, escape, delimiters| Some(QuoteOptions { rule, quote: b'"', escape, delimiters });
    let escape = random.one_in(3).then_some(b'\\');
    match random.below(5) {
        0 => way.question.skip_last_empty = true,
        1 => {
            way.question.skip_last_empty = true;
            way.question.quotes = quotes(Rule::Anywhere, escape, None);
            way.options = vec!["--quotes".into(), "anywhere".into()];
        }
        2 => {
            way.question.skip_last_empty = true;
            way.question.needle = set(b"{[");
            way.question.closing = ByteSet::new(b"}]");
            way.question.quotes = quotes(Rule::Anywhere, escape, None);
            way.needle = "{[";
            way.options = ["--closing", "}]", "--quotes", "anywhere"].map(String::from).to_vec();
        }
        kind => {
            way.question.skip_empty = true;
            way.question.reset = Reset::AnyOf(ByteSet::new(b"\r\n"));
            way.question.quotes = quotes(Rule::Fields, escape, Some(ByteSet::new(b",\r\n")));
            way.returns = true;
            way.options = vec!["--csv".into()];
            if kind == 3 {
                way.question.needle = set(b"x");
                way.needle = "x";
            }
        }
    }
    if escape.is_some() && way.question.quotes.is_some() {
        way.options.extend(["--escape".into(), "\\".into()]);
    }
    way
}

/// Data full of what rows consist of; some of it in quotes or lines longer than what is read at a
/// time.
fn random_rows(random: &mut Random) -> Vec<u8> {
    let size = random.pick(&[0, 1, 10, 50, 100, 500, 3000, 3000, 300_000, 1_200_000]);
    let longest = random.pick(&[1, 5, 300, 400_000]);
    let mut data = Vec::new();
    if random.one_in(4) {
        data.extend_from_slice("\u{FEFF}".as_bytes());
    }
    while data.len() < size {
        let part: &[u8] = match random.below(12) {
            0..3 => b"\n",
            3 => b"\r\n",
            4 => random.pick(&[&b"\r"[..], b"\\", b"\\\"", b"\"\"", b"\n\n"]),
            5 | 6 => b"\"",
            7 | 8 => b",",
            9 => random.pick(&[&b"{"[..], b"[", b"]", b"}", b"[{}"]),
            _ => b"x",
        };
        let times = if random.one_in(20) { random.below(longest) } else { 1 };
        for _ in 0..times.min(size) {
            data.extend_from_slice(part);
        }
    }
    data
}

/// The number of line ends in `data`.
fn line_ends(data: &[u8], returns: bool) -> usize {
    let mut ends = 0;
    for (at, &byte) in data.iter().enumerate() {
        let after_return = at > 0 && data[at - 1] == b'\r';
        ends += usize::from(match byte {
            b'\n' => !(returns && after_return),
            b'\r' => returns,
            _ => false,
        });
    }
    ends
}

#[test]
fn equals_an_automaton() {
    let folder = Folder::new("automaton");
    let mut random = Random::new(23);
    for round in 0..200 {
        let Way { mut options, needle, mut question, returns } = way(&mut random);
        let data = random_rows(&mut random);
        folder.write("data", &data);
        let start = if returns && data.starts_with("\u{FEFF}".as_bytes()) { 3 } else { 0 };
        let searched = &data[start..];

        question.condition = Condition::Within { min_number: 0, max_number: u64::MAX };
        let every = plainly(&question, searched);
        let matches = every.answers.matches;
        let (low, high) = (random.below(4) as u64, random.below(4) as u64);
        let (condition, option) = match random.below(4) {
            0 | 1 => (Condition::AtLeast(low), format!("-N{low}")),
            2 => {
                let (min_number, max_number) = (low.min(high), low.max(high));
                let condition = Condition::Within { min_number, max_number };
                (condition, format!("-N{min_number}..{max_number}"))
            }
            _ => {
                let condition = Condition::Within { min_number: 0, max_number: high };
                (condition, format!("--at-most={high}"))
            }
        };
        options.push(option);
        let invert = random.one_in(3);
        options.extend(invert.then(|| "-v".into()));
        question.condition = condition;
        let highest = matches!(condition, Condition::AtLeast(_)) && !question.closing.is_empty();
        let matching: Vec<u64> = plainly(&question, searched)
            .answers
            .matches
            .iter()
            .map(|found| found.segment)
            .collect();

        let (mut printed, mut number, mut rows) = (Vec::new(), 0, Vec::new());
        let (mut line, mut followed) = (1, 0);
        for (at, found) in matches.iter().enumerate() {
            if matching.binary_search(&found.segment).is_ok() == invert {
                continue;
            }
            let (from, to) = (found.start as usize, found.end as usize);
            let text = &searched[from..to];
            line += line_ends(&searched[followed..from], returns);
            followed = from;
            let count =
                if highest { plainly(&question, text).totals.max_count } else { found.count };
            printed.extend_from_slice(format!("{line}:{}:{count}:", from + start).as_bytes());
            printed.extend_from_slice(text);
            if returns && searched.get(to) == Some(&b'\r') {
                printed.push(b'\r');
            }
            printed.push(b'\n');
            number += 1;
            rows.push(at + 1);
        }
        let errors = every.unclosed_quote.map(|offset| {
            let line = 1 + line_ends(&searched[..offset as usize], returns);
            format!(":{line}: the quote that opens here is never closed\n")
        });
        let status = if errors.is_some() { 2 } else { i32::from(number == 0) };
        let expect = |more: &[&str], expected: &[u8]| {
            for piped in [false, true] {
                let mut tally = folder.tally(&options);
                tally.args(more).arg(needle);
                let ended = if piped {
                    fed(&mut tally, &data)
                } else {
                    tally.arg("data").output().unwrap()
                };
                let case = format!("round {round}: {options:?} {more:?} {needle}, piped: {piped}");
                assert!(ended.stdout == expected, "output of {case}");
                let name = if piped { "(standard input)" } else { "data" };
                let errors = errors.as_ref().map_or(String::new(), |it| format!("{name}{it}"));
                check(&case, &Output { stdout: Vec::new(), ..ended }, status, b"", &errors);
            }
        };
        expect(&["-nb", "--show-count"], &printed);
        expect(&["-c"], format!("{number}\n").as_bytes());
        if question.quotes.is_some() {
            let ended = folder.tally(&options).args(["--json", needle, "data"]).output().unwrap();
            let text = String::from_utf8(ended.stdout).unwrap();
            let ours: Vec<usize> = text
                .lines()
                .filter_map(|line| line.split_once("\"record\":"))
                .map(|(_, rest)| rest[..rest.find(',').unwrap()].parse().unwrap())
                .collect();
            assert_eq!(ours, rows, "round {round}: {options:?} {needle}");
        }
    }
}

/// Python's `csv` module finds the same rows, in the same lines, with as many fields.
#[test]
fn equals_python() {
    if !has("python3", &["--version"]) {
        return;
    }
    let folder = Folder::new("python");
    let program = "import csv, sys
csv.field_size_limit(1 << 30)
with open(sys.argv[1], newline='', encoding='latin-1') as file:
    reader = csv.reader(file, escapechar=sys.argv[2] or None)
    line = 1
    for row in reader:
        if row:
            print(f'{line}:{len(row) - 1}')
        line = reader.line_num + 1
";
    let mut random = Random::new(29);
    let number: usize =
        std::env::var("TALLY_TEST_CASES").map_or(60, |number| number.parse().unwrap());
    let mut records = 0;
    for round in 0..number {
        let data: Vec<u8> =
            random_rows(&mut random).into_iter().filter(|&byte| byte < 128).take(50_000).collect();
        folder.write("data", &data);
        let escape = if random.one_in(3) { "\\" } else { "" };
        let theirs = folder.command("python3", ["-c", program, "data", escape]).output().unwrap();
        let theirs = String::from_utf8(theirs.stdout).unwrap();
        let mut tally = folder.tally(["--csv", "--json", "-N0..", ","]);
        if !escape.is_empty() {
            tally.args(["--escape", escape]);
        }
        let ours = String::from_utf8(tally.arg("data").output().unwrap().stdout).unwrap();
        let field = |line: &str, name: &str| {
            let (_, rest) = line.split_once(&format!("\"{name}\":"))?;
            Some(rest[..rest.find(',')?].to_owned())
        };
        let ours: String = ours
            .lines()
            .filter_map(|line| {
                Some(format!("{}:{}\n", field(line, "line")?, field(line, "count")?))
            })
            .collect();
        records += theirs.lines().count();
        assert!(ours == theirs, "round {round}, escape {escape:?}: {}", data.escape_ascii());
    }
    println!("{records} records as Python's csv module reads them");
}

/// However a pipe is cut, rows are the same.
#[cfg(target_os = "linux")]
#[test]
fn pipes_in_parts() {
    let folder = Folder::new("rows_in_parts");
    let mut random = Random::new(31);
    for _ in 0..150 {
        let mut data = random_rows(&mut random);
        data.truncate(200);
        for arguments in [
            &["--csv", "-nb", "-N..1", ","][..],
            &["--ragged", "-nbv"],
            &["--ragged", "--json"],
            &["--csv", "--most", "-n", ","],
            &["-nbv", "-N2", ","],
            &["--quotes", "anywhere", "-nbN1", "--closing", "]", "["],
        ] {
            let whole = fed(&mut folder.tally(arguments), &data);
            let mut cuts: Vec<usize> = (0..4).map(|_| random.below(data.len() + 1)).collect();
            cuts.sort_unstable();
            let mut parts: Vec<&[u8]> = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([data.len()]) {
                if cut > from {
                    parts.push(&data[from..cut]);
                    from = cut;
                }
            }
            let ended = crate::arrival::parted(&folder, arguments, &parts);
            let case = format!("{arguments:?} of {}", data.escape_ascii());
            let status = whole.status.code().unwrap();
            check(&case, &ended, status, &whole.stdout, &String::from_utf8_lossy(&whole.stderr));
        }
    }
}

/// The table of `make demo`: what is wrong with its rows, and that nothing else is.
#[test]
fn the_demo() {
    let folder = Folder::new("demo");
    let table = include_str!("../../examples/data/stations.csv");
    folder.write("stations.csv", table);
    let reasons = "stations.csv:6: 9 fields, expected 8\nstations.csv:9: 7 fields, expected 8\n\
                   stations.csv:13: 9 fields, expected 8\nstations.csv:16: 6 fields, expected 8\n";
    let lines: Vec<&str> = table.lines().collect();
    let rows: String = [6, 9, 13, 16].map(|line| format!("{line}:{}\n", lines[line - 1])).concat();
    folder.expect_error("--ragged -n stations.csv", 0, &rows, reasons);
    // On a terminal, each reason stands below its row.
    let line =
        format!("exec '{}' --ragged -n --line-buffered stations.csv 2>&1", crate::folder::TALLY);
    let ended = folder.command("sh", ["-c", &line]).output().unwrap();
    let both: Vec<String> = rows
        .lines()
        .zip(reasons.lines())
        .map(|(row, reason)| format!("{row}\n{reason}\n"))
        .collect();
    assert_eq!(String::from_utf8_lossy(&ended.stdout), both.concat());
}
