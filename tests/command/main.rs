//! The program `tally`, run as a user runs it.

#[cfg(unix)]
mod arrival;
#[path = "../common/mod.rs"]
mod common;
#[cfg(unix)]
mod faults;
mod folder;
#[cfg(unix)]
mod habits;
mod json;
#[path = "../programs/mod.rs"]
mod programs;
mod random;
#[cfg(unix)]
mod recipes;
mod rows;
mod terminal;
mod walk;
mod words;

use std::fmt::Write;

use folder::{Folder, check, missing, words};

const TABLE: &str = "a,b\na,b,c,d\n\na,b,c\n";

#[test]
fn prints_lines() {
    let folder = Folder::new("prints_lines");
    folder.write("t", TABLE);
    folder.write("none", "");
    folder.write("cut", "x\nxx");
    folder.write("crlf", "x,\r\n,x,\r\n");
    folder.expect(", t", 0, "a,b\na,b,c,d\na,b,c\n");
    folder.expect("-N 2 , t", 0, "a,b,c,d\na,b,c\n");
    folder.expect("-N2 , t", 0, "a,b,c,d\na,b,c\n");
    folder.expect("--at-least=3 , t", 0, "a,b,c,d\n");
    folder.expect("-N 4 , t", 1, "");
    folder.expect("-N 0 , t", 0, TABLE);
    folder.expect("-N 18446744073709551615 , t", 1, "");
    folder.expect("-vN 2 , t", 0, "a,b\n\n");
    folder.expect("-vN 1 a t", 0, "\n");
    folder.expect("-vN 0 , t", 1, "");
    folder.expect("-N 1 x none", 1, "");
    folder.expect("-N 0 x none", 1, "");
    folder.expect("-vN 9 x none", 1, "");
    // The last line needs no newline, and gets one.
    folder.expect("-N 2 x cut", 0, "xx\n");
    folder.expect("-vN 2 x cut", 0, "x\n");
    folder.expect("-N 0 x cut", 0, "x\nxx\n");
    // The carriage return is part of the line.
    folder.expect("-N 2 , crlf", 0, ",x,\r\n");
    folder.expect(r"-c , crlf", 0, "2\n");
    folder.expect(r"-cN 1 \r crlf", 0, "2\n");
    folder.expect("-n -N 2 , t", 0, "2:a,b,c,d\n4:a,b,c\n");
    folder.expect("-bN 2 , t", 0, "4:a,b,c,d\n13:a,b,c\n");
    folder.expect("--column -N 2 , t", 0, "4:a,b,c,d\n4:a,b,c\n");
    folder.expect("-nbH --column -N 3 , t", 0, "t:2:6:4:a,b,c,d\n");
    folder.expect("-n --column -N 0 , t", 0, "1:1:a,b\n2:1:a,b,c,d\n3:1:\n4:1:a,b,c\n");
    folder.expect("-nv -N 2 , t", 0, "1:a,b\n3:\n");
    folder.expect("-m 1 -N 2 , t", 0, "a,b,c,d\n");
    folder.expect("-m 0 , t", 1, "");
    folder.expect("-vm 1 -N 2 , t", 0, "a,b\n");
    folder.expect("-Hm 1 , t cut", 0, "t:a,b\n");
    folder.expect("-h , t", 0, "a,b\na,b,c,d\na,b,c\n");
    folder.expect("x cut none crlf", 0, "cut:x\ncut:xx\ncrlf:x,\r\ncrlf:,x,\r\n");
    folder.expect("-h x cut crlf", 0, "x\nxx\nx,\r\n,x,\r\n");
    folder.expect("-Hh x cut", 0, "x\nxx\n");
    folder.expect("-hH x cut", 0, "cut:x\ncut:xx\n");
    folder.expect("-HZn -N 2 x cut", 0, "cut\x002:xx\n");
    // Columns are bytes: that of the first byte of the hit.
    folder.expect_of("é,é\n".as_bytes(), "-N 2 --column é", 0, "4:é,é\n");
}

#[test]
fn reports_per_file() {
    let folder = Folder::new("reports");
    folder.write("t", TABLE);
    folder.write("u", "x,y\nx");
    folder.write("none", "");
    folder.expect("-c -N 2 , t", 0, "2\n");
    folder.expect("-c -N 2 , t u none", 0, "t:2\nu:0\nnone:0\n");
    folder.expect("-ch -N 2 , t u", 0, "2\n0\n");
    folder.expect("-cv -N 2 , t u none", 0, "t:2\nu:2\nnone:0\n");
    folder.expect("-cN 0 , t u none", 0, "t:4\nu:2\nnone:0\n");
    folder.expect("-cN 9 , t u", 1, "t:0\nu:0\n");
    folder.expect("-cm 1 , t", 0, "1\n");
    folder.expect("-cm 0 , t", 1, "0\n");
    folder.expect("-l , t u none", 0, "t\nu\n");
    folder.expect("-lN 2 , t u none", 0, "t\n");
    folder.expect("-lvN 2 , t u none", 0, "t\nu\n");
    folder.expect("-lN 0 , t u none", 0, "t\nu\n");
    folder.expect("-lZ , t u", 0, "t\0u\0");
    folder.expect("-L , t none", 0, "none\n");
    folder.expect("-LN 2 , t u none", 0, "u\nnone\n");
    folder.expect("-LN 9 , t u", 1, "t\nu\n");
    folder.expect("-L , t u", 0, "");
    folder.expect("-lm 0 , t", 1, "");
    folder.expect("-q , t", 0, "");
    folder.expect("-qN 4 , t u", 1, "");
    folder.expect("-qvN 1 , t", 0, "");
    folder.expect("-qvN 1 , none", 1, "");
    folder.expect("-qc , t", 0, "");
    folder.expect("--hits , t", 0, "6\n");
    folder.expect("--hits , t u none", 0, "t:6\nu:1\nnone:0\n");
    folder.expect("--hits -N 4 , t", 1, "6\n");
    folder.expect("--most , t u none", 0, "t:3\nu:1\nnone:0\n");
    folder.expect("--most --per file , t u", 0, "t:6\nu:1\n");
}

#[test]
fn words_and_whole_files() {
    let folder = Folder::new("words");
    folder.write("w", "  aa b\n\taxa\x0B\x0Ca\r\n\naaa  xaaaa");
    folder.write("none", " \n\n");
    folder.expect("--per word -N 2 a w", 0, "aa\naxa\naaa\nxaaaa\n");
    folder.expect(
        "--per word -nbN 2 --column a w",
        0,
        concat!("1:4:2:aa\n", "2:4:8:axa\n", "4:2:17:aaa\n", "4:8:22:xaaaa\n",),
    );
    folder.expect("--per word -vN 2 a w", 0, "b\na\n");
    folder.expect("--per word -N 0 a w", 0, "aa\nb\naxa\na\naaa\nxaaaa\n");
    folder.expect("--per word -cN 0 a w none", 0, "w:6\nnone:0\n");
    folder.expect("--per word -cvN 2 a w none", 0, "w:2\nnone:0\n");
    folder.expect("--per word -lvN 1 a w none", 0, "w\n");
    folder.expect("--per word -cN 3 a w", 0, "2\n");
    folder.expect("--per word --most a w", 0, "4\n");
    folder.expect("--per file -N 12 a w none", 0, "w\n");
    folder.expect("--per file -N 13 a w none", 1, "");
    folder.expect("--per file -vN 12 a w none", 0, "none\n");
    folder.expect("--per file -N 0 a w none", 0, "w\nnone\n");
    folder.expect("--per file -cN 12 a w none", 0, "w:1\nnone:0\n");
    folder.expect("--per file -cm 1 -N 12 a w none", 0, "w:1\nnone:0\n");
    folder.expect("--per file -LN 12 a w none", 0, "none\n");
    folder.expect(r"--per file --hits \n w none", 0, "w:3\nnone:2\n");
    folder.expect(r"--per file -qN 4 \n w", 1, "");
    // Ended by zero bytes, and printed so.
    folder.expect_of(b"a,\n,\0b\0,,", "-zN 2 ,", 0, "a,\n,\0,,\0");
    folder.expect_of(b"a,\n,\0b\0,,", "-znvN 2 ,", 0, "2:b\0");
    folder.expect_of(b"a\0b\0", "-zc b", 0, "1\n");
}

#[test]
fn totals_in_a_table() {
    let folder = Folder::new("totals");
    folder.write("t", TABLE);
    folder.write("u", "x,,,,y\nx");
    folder.write("none", "");
    let table = |rows: &[(&[u64; 5], &str)], unit: &str| {
        let mut text =
            format!("{:>12} {:>12} {:>12} {unit:>12} {:>14}\n", "hits", "most", "matches", "bytes");
        for (numbers, name) in rows {
            let [hits, most, found, segments, bytes] = numbers;
            writeln!(text, "{hits:>12} {most:>12} {found:>12} {segments:>12} {bytes:>14}{name}")
                .unwrap();
        }
        text
    };
    folder.expect("--totals -N 2 , t", 0, table(&[(&[6, 3, 2, 4, 19], " t")], "lines"));
    folder.expect(
        "--totals -N 2 , t u none",
        0,
        table(
            &[
                (&[6, 3, 2, 4, 19], " t"),
                (&[4, 4, 1, 2, 8], " u"),
                (&[0, 0, 0, 0, 0], " none"),
                (&[10, 4, 3, 6, 27], " total"),
            ],
            "lines",
        ),
    );
    folder.expect("--totals -vN 2 , t", 0, table(&[(&[6, 3, 2, 4, 19], " t")], "lines"));
    folder.expect("--totals -vN 3 , t", 0, table(&[(&[6, 3, 3, 4, 19], " t")], "lines"));
    folder.expect("--totals -N 9 , t", 1, table(&[(&[6, 3, 0, 4, 19], " t")], "lines"));
    folder.expect("--totals --per word , t", 0, table(&[(&[6, 3, 3, 3, 19], " t")], "words"));
    folder.expect("--totals --per file , u", 0, table(&[(&[4, 4, 1, 1, 8], " u")], "files"));
    folder.expect_of(b",\n,", "--totals ,", 0, table(&[(&[2, 1, 2, 2, 3], "")], "lines"));
}

#[test]
fn reads_the_needle_as_documented() {
    let folder = Folder::new("needle");
    let data = b"\0\t\t\n\n\n\r\x0B\x0C\x1B\\\\a\xE9\xC3\xA9\xC3\xA9\xE2\x82\xAC::::x41-U+00E9\\t";
    folder.write("data", data);
    for (argument, hits) in [
        (r"\0", 1),
        (r"\t", 2),
        (r"\n", 3),
        (r"\r", 1),
        (r"\v", 1),
        (r"\f", 1),
        (r"\e", 1),
        (r"\", 3),
        (r"\\", 3),
        (r"\\t", 1),
        (r"-F \t", 1),
        (r"-F \\", 1),
        (r"\x61", 1),
        (r"\xE9", 1),
        (r"\xe9\xc3", 1),
        (r"\xC3\xA9", 2),
        ("é", 2),
        ("U+00E9", 2),
        ("U+20AC", 1),
        ("-F U+00E9", 1),
        (r"U\x2B00E9", 1),
        (r"\u{e9}", 2),
        (r"\u{00e9}\u{20AC}", 1),
        ("::", 2),
        (":::", 1),
        ("-- -", 1),
        (r"\t\n", 1),
        (r"--any-of \t\n", 5),
        (r"--any-of ::x", 5),
        (r"--any-of \xE9\xC3", 3),
        (r"--any-of \\", 3),
        (r"--any-of U+0041", 0),
        (r"--any-of -F \t", 4),
    ] {
        let line = format!("--hits --per file {argument} data");
        folder.expect(&line, i32::from(hits == 0), format!("{hits}\n"));
    }
    for (line, reason) in [
        (r"\q", r"NEEDLE '\q': unknown escape \q (write \\ for a backslash, or use -F)"),
        (r"a\", r"NEEDLE 'a\': unknown escape \ ("),
        (r"\x4", r"\x takes two hexadecimal digits, as in \x2C"),
        (r"\xg0", r"\x takes two hexadecimal digits"),
        (r"\u41", r"\u takes a code point in braces, as in \u{E9}"),
        (r"\u{41", r"\u{ without a closing }"),
        (r"\u{}", "'' is not the code point of a character"),
        (r"\u{+41}", "not the code point of a character"),
        (r"\u{D800}", "'D800' is not the code point of a character"),
        (r"\u{110000}", "not the code point of a character"),
        ("U+D800", "not the code point of a character"),
        ("--any-of é", "several bytes in UTF-8"),
        ("--any-of U+00E9", "several bytes in UTF-8"),
        (r"\n", r"NEEDLE '\n': it contains a byte that ends lines"),
        (r"a\nb", "a byte that ends lines"),
        (r"--any-of a\n", "a byte that ends lines"),
        (r"--per word a\x20b", "a byte that ends words"),
        (r"-z \0", "a byte that ends lines"),
    ] {
        refused(&folder, &format!("{line} data"), reason);
    }
    let ended = folder.tally(["", "data"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("NEEDLE '': it is empty"));
    // An argument that is not UTF-8.
    #[cfg(unix)]
    {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        for (per, needle, hits) in [
            ("--per=file", &b"\xE9\xC3"[..], "1\n"),
            ("--any-of", b"\xE9\xC3", "3\n"),
            ("--per=file", b"\xE9", "1\n"),
        ] {
            let mut tally = folder.tally(["--hits", per]);
            let ended = tally.arg(OsStr::from_bytes(needle)).arg("data").output().unwrap();
            check("bytes", &ended, 0, hits.as_bytes(), "");
        }
    }
}

#[track_caller]
fn refused(folder: &Folder, line: &str, reason: &str) {
    let ended = folder.tally(words(line)).output().unwrap();
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(errors.contains(reason), "errors of {line}: {errors}");
    assert_eq!(ended.stdout, b"", "output of {line}");
    assert_eq!(ended.status.code(), Some(2), "status of {line}");
}

#[test]
fn refuses_wrong_arguments() {
    let folder = Folder::new("refuses");
    folder.write("t", TABLE);
    refused(&folder, "", "NEEDLE");
    refused(&folder, "-N x , t", "invalid value 'x'");
    for text in ["x", "3-5", "1...3", "3..x", "..x", "-1"] {
        refused(&folder, &format!("-N {text} , t"), "it is a number, or A..B");
    }
    refused(&folder, "-N 2..3 --at-most 7 , t", "goes without --at-most");
    refused(&folder, "-N 5.. --at-most 4 , t", "at least 5 and at most 4");
    refused(&folder, "-m x , t", "invalid value 'x'");
    refused(&folder, "-m -x , t", "-x");
    refused(&folder, "-N -1 , t", "invalid value '-1'");
    refused(&folder, "-N 18446744073709551616 , t", "invalid value");
    refused(&folder, "-c -l , t", "cannot be used with");
    refused(&folder, "--per page , t", "line, word, file");
    refused(&folder, "-v --column , t", "cannot be used with");
    refused(&folder, "-z --per word , t", "-z changes where lines end");
    refused(&folder, "-m 3 --totals , t", "cannot be used with");
    refused(&folder, "-j 0 , t", "invalid value '0'");
    refused(&folder, "--color=blue , t", "always");
    refused(&folder, "--completions tcsh", "zsh");
    refused(&folder, "--man , t", "cannot be used with");
    // The number without -N.
    refused(&folder, "-n 3 , t", "-N 3 ','");
    refused(&folder, "3 , t", "-N 3 ','");
    // A number can be the needle.
    folder.expect("3 t", 1, "");
    folder.expect_error("3 some-file", 2, "", &missing("some-file"));
    folder.expect_error("-N1 3 no", 2, "", &missing("no"));
    // If an option is given twice, the last one counts.
    folder.expect("-N 9 -N 3 , t", 0, "a,b,c,d\n");
}

#[test]
fn color() {
    let folder = Folder::new("color");
    folder.write("t", "a::b::\n");
    let line = "\x1B[35mt\x1B[m\x1B[36m:\x1B[m\x1B[32m1\x1B[m\x1B[36m:\x1B[m";
    let hits = "a\x1B[1;31m::\x1B[mb\x1B[1;31m::\x1B[m\n";
    folder.expect("--color=always -Hn :: t", 0, format!("{line}{hits}"));
    folder.expect("--color -Hn :: t", 0, format!("{line}{hits}"));
    folder.expect("--colour=always :: t", 0, hits);
    folder.expect("--color=always --any-of ab t", 0, "\x1B[1;31ma\x1B[m::\x1B[1;31mb\x1B[m::\n");
    folder.expect("--color=always -v -N 3 : t", 1, "");
    folder.expect("--color=always -v -N 5 : t", 0, "a::b::\n");
    folder.expect("--color=always -l : t", 0, "\x1B[35mt\x1B[m\n");
    folder.expect("--color=always -cH : t", 0, "\x1B[35mt\x1B[m\x1B[36m:\x1B[m1\n");
    folder.expect("--color=auto : t", 0, "a::b::\n");
    folder.expect("--color=never : t", 0, "a::b::\n");
}
