//! `tally words`.

use crate::folder::{Folder, TALLY, output};
#[cfg(target_os = "linux")]
use crate::folder::{check, fed, has};

#[test]
fn prints_the_most_frequent_words() {
    let folder = Folder::new("prints_the_most_frequent_words");
    folder.write("t", "to be or not to be\n");
    folder.write("u", "be\u{2003}\u{E9} to");
    folder.write("none", " \n");
    folder.expect("words t", 0, "2 be\n2 to\n1 not\n1 or\n6 words, 4 different\n");
    folder.expect("words -k 1 t u", 0, "3 be\n9 words, 5 different\n");
    folder.expect("words -k 0 t", 0, "6 words, 4 different\n");
    folder.expect("words --top 2 u", 0, "1 be\n1 to\n3 words, 3 different\n");
    folder.expect("words --ascii -k 1 u", 0, "1 be\u{2003}\u{E9}\n2 words, 2 different\n");
    folder.expect("words -c t u", 0, "9\n");
    folder.expect("words --count --ascii u", 0, "2\n");
    folder.expect("words none", 1, "0 words, 0 different\n");
    folder.expect("words -c none", 1, "0\n");
    let json = concat!(
        r#"{"type":"word","text":{"text":"be"},"count":2}"#,
        "\n",
        r#"{"type":"words","total":6,"distinct":4,"files":1,"errors":0}"#,
        "\n",
    );
    folder.expect("words --json -k 1 t", 0, json);
    let json = r#"{"type":"words","total":6,"files":1,"errors":0}"#;
    folder.expect("words --json -c t", 0, format!("{json}\n"));
    // No word goes on in the next file.
    folder.write("a", "one");
    folder.write("b", "two");
    folder.expect("words a b", 0, "1 one\n1 two\n2 words, 2 different\n");
    folder.expect("words -c a b", 0, "2\n");
    // The string can still be searched for.
    folder.write("w", "words\nother\n");
    folder.expect("-N1 words w", 0, "words\n");
    folder.expect("-- words w", 0, "words\n");
}

/// In fixed memory: exact while there is room for all words, then with a bound of each error.
#[test]
fn prints_approximate_counts() {
    let folder = Folder::new("prints_approximate_counts");
    folder.write("t", "to be or not to be\n");
    // The bound is also true of words that are held and not printed.
    for (top, listed, most) in [
        (0, "", 2),
        (1, "2 -0 be\n", 2),
        (2, "2 -0 be\n2 -0 to\n", 1),
        (3, "2 -0 be\n2 -0 to\n1 -0 not\n", 1),
        (4, "2 -0 be\n2 -0 to\n1 -0 not\n1 -0 or\n", 0),
    ] {
        folder.expect(
            &format!("words --approximate 32768 -k {top} t"),
            0,
            format!("{listed}{}", ending(6, most, 0)),
        );
    }
    let json = concat!(
        r#"{"type":"word","text":{"text":"be"},"count":2,"error":0}"#,
        "\n",
        r#"{"type":"words","total":6,"floor":0,"skipped":0,"files":1,"errors":0}"#,
        "\n",
    );
    folder.expect("words --approximate 32768 --json -k 1 t", 0, json);
    let numbers: Vec<String> = (0..5000).map(|number| number.to_string()).collect();
    let many = format!("often {} {}", numbers.join("\noften "), "x".repeat(3000));
    folder.write("many", &many);
    // The words up to 9, and none after, occur 10 times more.
    let more: Vec<_> = numbers[..10].iter().map(|number| format!(" {number}").repeat(10)).collect();
    folder.write("more", more.concat());
    for top in ["1", "5", "200", "100000"] {
        let arguments = ["words", "--approximate", "32768", "-k", top, "more", "many"];
        let shown = output(&folder, &arguments);
        let lines: Vec<&str> = shown.lines().collect();
        let (last, listed) = lines.split_last().unwrap();
        assert_eq!(listed[0], "5000    -0 often");
        let most =
            last.strip_prefix("10101 words; a word that is not listed occurs at most this often: ");
        let most = most.unwrap().strip_suffix("; too long to be counted: 1").unwrap();
        let most: u64 = most.parse().unwrap();
        let listed: Vec<&str> =
            listed.iter().map(|line| line.rsplit_once(' ').unwrap().1).collect();
        for (number, word) in numbers.iter().enumerate() {
            let count = if number < 10 { 11 } else { 1 };
            assert!(count <= most || listed.contains(&word.as_str()), "{word} {count} {most}");
        }
        assert!((1..100).contains(&most), "{most}");
    }
    for refused in ["--approximate 1000", "-c --approximate 32768", "--approximate x"] {
        let mut command = folder.command(TALLY, ["words"]);
        assert_eq!(command.args(refused.split(' ')).output().unwrap().status.code(), Some(2));
    }
    if cfg!(target_pointer_width = "64") {
        folder.expect_error(
            "words --approximate 999999999999999 t",
            2,
            "",
            "tally: words: not enough memory\n",
        );
    }
}

/// The last line of approximate counts.
fn ending(words: u64, most: u64, too_long: u64) -> String {
    format!(
        "{words} words; a word that is not listed occurs at most this often: {most}; too long to \
         be counted: {too_long}\n"
    )
}

/// What cannot be read is an error, and what can is counted.
#[cfg(unix)]
#[test]
fn errors() {
    let folder = Folder::new("words_errors");
    folder.write("t", "to be or not to be\n");
    let missing = "tally: missing: No such file or directory\n";
    folder.expect_error("words -k 1 missing t", 2, "2 be\n6 words, 4 different\n", missing);
    folder.expect_error("words -c t missing", 2, "6\n", missing);
    folder.expect_error("words -c missing", 2, "0\n", missing);
    folder.expect_error(
        "words --json -k 0 t missing t",
        2,
        "{\"type\":\"words\",\"total\":12,\"distinct\":4,\"files\":2,\"errors\":1}\n",
        missing,
    );
}

/// The table of words has its limit, and a message about it.
#[test]
fn a_limit_of_memory() {
    let folder = Folder::new("words_limit");
    let numbers: Vec<String> = (100_000..200_000).map(|number| number.to_string()).collect();
    folder.write("many", numbers.join(" "));
    folder.write("t", "to be\n");
    folder.expect("words --max-bytes 100000000 -k 0 many t", 0, "100002 words, 100002 different\n");
    // What the table had room for is counted. The files behind it are not read.
    let ended = folder.tally("words --max-bytes 100000 -k 0 many missing t".split(' ')).output();
    let ended = ended.unwrap();
    let error = "tally: many: the words before take the 100000 bytes of --max-bytes; the rest is \
                 not counted\n";
    assert_eq!(String::from_utf8_lossy(&ended.stderr), error);
    assert_eq!(ended.status.code(), Some(2));
    let counted = String::from_utf8(ended.stdout).unwrap();
    let (total, distinct) = counted.split_once(" words, ").unwrap();
    let total: u64 = total.parse().unwrap();
    assert!((100..100_000).contains(&total), "{counted}");
    assert_eq!(distinct, format!("{total} different\n"));
    let refused = folder.tally("words --max-bytes 0 t".split(' ')).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

/// UTF-16 has no words that could be found byte by byte.
#[test]
fn other_encodings() {
    let folder = Folder::new("words_encodings");
    folder.write("le", b"\xFF\xFEx\0\n\0");
    folder.write("utf8", "\u{FEFF}x\n");
    let note = "tally: le: UTF-16 text, whose words are not found; see iconv(1)\n";
    for options in ["-c", "-k 0"] {
        let arguments = format!("words {options} le");
        let ended = folder.tally(arguments.split(' ')).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), note, "{options}");
        assert_eq!(ended.status.code(), Some(0), "{options}");
    }
    folder.expect("words -c utf8", 0, "1\n");
}

/// Options of a search: the message says that they are.
#[test]
fn options_of_a_search() {
    let folder = Folder::new("words_options");
    for option in ["-V", "-n", "-i", "-h", "--per", "--csv"] {
        let ended = folder.tally(["words", option]).output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        let reason = format!("error: tally words has no option '{option}'; a search has more");
        assert!(errors.starts_with(&reason), "{errors}");
        assert!(!errors.contains("as a value"), "{errors}");
        assert_eq!(ended.status.code(), Some(2), "{option}");
    }
    let ended = folder.tally(["words", "--cuont"]).output().unwrap();
    assert!(String::from_utf8_lossy(&ended.stderr).contains("'--count'"));
    let help = output(&folder, &["words", "--help"]);
    for part in ["Usage: tally words", "--approximate", "\"distinct\"", "Exit status: 0"] {
        assert!(help.contains(part), "{part}");
    }
}

/// A word does not go on behind the place where reading failed.
#[cfg(target_os = "linux")]
#[test]
fn an_error_ends_a_word() {
    use std::process::Stdio;

    let folder = Folder::new("words_shrink");
    folder.write("t", "x\n");
    let file = std::fs::File::create(folder.path("long")).unwrap();
    // More than can be read before it is truncated.
    file.set_len(1 << 42).unwrap();
    let mut tally = folder.tally(["words", "-c", "long", "t"]);
    let mut child = tally.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while crate::faults::bytes_read(&child) < 1 << 22 {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    file.set_len(1).unwrap();
    let ended = child.wait_with_output().unwrap();
    let error = "tally: long: truncated while it was read\n";
    check("shrinks", &ended, 2, b"2\n", error);
}

/// On a terminal, lines fit into it, and words cannot control it.
#[cfg(target_os = "linux")]
#[test]
fn on_a_terminal() {
    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("words_terminal");
    let long = "y".repeat(200);
    folder.write("t", format!("a a a a \x1B[2J\x07\u{9B} b b {long}\n"));
    let shown = |variables: &str, options: &str| {
        let line = format!("env {variables} '{TALLY}' words {options} t");
        let ended = fed(&mut folder.command("script", ["-qec", &line, "/dev/null"]), b"");
        String::from_utf8(ended.stdout).unwrap()
    };
    for (variables, columns) in
        [("-u COLUMNS", 80), ("COLUMNS=80", 80), ("COLUMNS=40", 40), ("COLUMNS=120", 120)]
    {
        for (options, number, half) in
            [("", 2, columns / 2 - 1), ("--approximate 32768", 5, (columns - 5) / 2)]
        {
            let shown = shown(variables, options);
            let lines: Vec<&str> = shown.lines().collect();
            let texts: Vec<&str> = lines[..4].iter().map(|line| &line[number..]).collect();
            let bar = |len: usize| format!("{:<half$}", "#".repeat(len));
            let expected = [
                format!("{} a", bar(half)),
                format!("{} b", bar(half.div_ceil(2))),
                format!("{} ?[2J??", bar(half.div_ceil(4))),
                format!("{} {}", bar(half.div_ceil(4)), &long[..half - 1]),
            ];
            assert_eq!(texts, expected, "{variables} {options}");
            assert!(lines[..4].iter().all(|line| line.len() <= columns), "{shown}");
        }
    }
    // Elsewhere words are printed as they are.
    folder.expect(
        "words t",
        0,
        format!("4 a\n2 b\n1 \x1B[2J\x07\u{9B}\n1 {long}\n8 words, 4 different\n"),
    );
}
