//! The examples of the help and of the manual page: each runs, and does what it says.

use crate::folder::{Folder, TALLY, has, output};

/// The output of a shell that runs `script`.
#[track_caller]
fn run(folder: &Folder, script: &str) -> String {
    let script = format!("tally() {{ \"$0\" \"$@\"; }}\n{script}");
    let ended = folder.command("sh", ["-c", &script, TALLY]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{script}");
    String::from_utf8(ended.stdout).unwrap()
}

/// The examples of the manual page, as a reader copies them: the verbatim parts of their section.
fn examples_of_the_page(folder: &Folder) -> Vec<String> {
    let page = output(folder, &["--man"]);
    let (_, section) = page.split_once(".SH \"EXAMPLES\"\n").unwrap();
    let parts = section.split(".nf\n").skip(1).map(|part| part.split(".fi\n").next().unwrap());
    let plain = |part: &str| {
        let mut plain = part.replace("\\&", "");
        for (escape, character) in [("\\-", "-"), ("\\(aq", "'"), ("\\(ga", "`"), ("\\e", "\\")] {
            plain = plain.replace(escape, character);
        }
        plain
    };
    parts.map(plain).collect()
}

#[test]
fn examples_of_the_help() {
    let folder = Folder::new("examples");
    folder.write("notes.txt", "a|b\na|b|c|d\n");
    folder.write("data.csv", ",,,,,,,,,,,\n\",,,,,,,,,,,,\",,,,,,,,,,\n,,,,,,,,,,,,\n");
    folder.write("mail.eml", format!("x\r\n{}\r\n{}\r\n", "y".repeat(998), "z".repeat(999)));
    folder.write("one.log", format!("{}\n", ";".repeat(64)));
    folder.write("two.log", "\n");
    folder.write("upload", ";".repeat(65));
    folder.write("book.txt", "the referee's eleven, here\n");
    folder.write("a.tsv", "x\ty\n");
    folder.write("zero", "\0");
    let help = output(&folder, &["--help"]);
    let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  tally ")).collect();
    let page = examples_of_the_page(&folder);
    let on_page: Vec<&str> = page[0].lines().filter(|line| line.starts_with("  tally ")).collect();
    assert_eq!(on_page, examples);
    let table = format!(
        "{:>12} {:>12} {:>12} {:>12} {:>14}\n{:>12} {:>12} {:>12} {:>12} {:>14} a.tsv\n",
        "hits", "most", "matches", "lines", "bytes", 1, 1, 1, 1, 4
    );
    let long = format!("3:{}\r\n", "z".repeat(999));
    let histogram = format!(
        "{:>12} {:>12}\n{:>12} {:>12}\n{:>12} {:>12}\n{:>12} {:>12}\n",
        "count", "lines", 11, 1, 12, 1, 22, 1
    );
    let expected = [
        "a|b|c|d\n",
        "2:a|b|c|d\n",
        "a|b|c|d\n",
        "\",,,,,,,,,,,,\",,,,,,,,,,\n,,,,,,,,,,,,\n",
        "3:,,,,,,,,,,,,\n",
        &long,
        "one.log:1\ntwo.log:0\n",
        "",
        "./zero\n",
        "referee's\n",
        "2:22:\",,,,,,,,,,,,\",,,,,,,,,,\n",
        &histogram,
        &table,
    ];
    assert_eq!(examples.len(), expected.len());
    for (example, expected) in examples.into_iter().zip(expected) {
        // Two spaces or more precede the description.
        let example = example.trim_start();
        let command = example.split_once("  ").map_or(example, |(command, _)| command);
        // Why rows are ragged is printed to standard error.
        let quiet = if command.contains("--ragged") { "2>/dev/null" } else { "" };
        assert_eq!(run(&folder, &format!("{command} {quiet}")), expected, "{example}");
    }
}

/// The commands of the README do what they say there.
#[test]
fn examples_of_the_readme() {
    let folder = Folder::new("readme");
    folder.write("notes.txt", "a|b\na|b|c|d\n");
    folder.write("data.csv", ",,,,,,,,,,,,\n\",,,,,,,,,,,,\",\n");
    folder.write("mail.eml", format!("x\r\n{}\r\n{}\r\n", "y".repeat(998), "z".repeat(999)));
    folder.write("one.log", format!("{}\n", ";".repeat(64)));
    folder.write("two.log", "\n");
    folder.write("zero", "\0");
    folder.write("book.txt", "the referee's eleven, here\n");
    folder.write("a.tsv", "x\ty\n");
    folder.write("b.tsv", "x\ny\t\tz\n");
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once("\n## Shell\n").unwrap();
    let (_, block) = section.split_once("\n```sh\n").unwrap();
    let (block, _) = block.split_once("```\n").unwrap();
    let long = format!("3:{}\r\n", "z".repeat(999));
    let histogram =
        format!("{:>12} {:>12}\n{:>12} {:>12}\n{:>12} {:>12}\n", "count", "lines", 12, 1, 13, 1);
    let totals =
        "\"count\":25,\"max_count\":13,\"matching_segments\":2,\"segments\":2,\"bytes\":29";
    let totals = format!(
        "{{\"type\":\"totals\",\"path\":{{\"text\":\"data.csv\"}},{totals}}}\n\
         {{\"type\":\"total\",{totals},\"files\":1,\"matching_files\":1,\"errors\":0}}\n"
    );
    let expected = [
        "a|b|c|d\n",
        "1:a|b\n",
        "2:\",,,,,,,,,,,,\",\n",
        "1:,,,,,,,,,,,,\n",
        &histogram,
        &long,
        "./one.log\n",
        "./zero\n",
        "referee's\n",
        "a.tsv:1\nb.tsv:2\n",
        &totals,
        "26\n",
    ];
    assert_eq!(block.lines().count(), expected.len());
    for (example, expected) in block.lines().zip(expected) {
        // Why rows are ragged is printed to standard error.
        let quiet = if example.contains("--ragged") { "exec 2>/dev/null; " } else { "" };
        assert_eq!(run(&folder, &format!("{quiet}{example}")), expected, "{example}");
    }
}

/// The guard of the help accepts only what was read to its end and is clean.
#[test]
fn a_guard_is_safe() {
    let folder = Folder::new("guard");
    let guard = |name: &str| {
        let help = output(&folder, &["--help"]);
        let line = help.lines().find(|line| line.contains("|| exit 1")).unwrap().trim();
        let script = format!("tally() {{ \"$0\" \"$@\"; }}\n{line}\necho accepted");
        let script = script.replace("upload", name);
        let ended = folder.command("sh", ["-c", &script, TALLY]).output().unwrap();
        let accepted = ended.stdout == b"accepted\n";
        assert_eq!(ended.status.code(), Some(i32::from(!accepted)), "{name}");
        assert!(accepted || ended.stdout.is_empty());
        accepted
    };
    let long = ";".repeat(65);
    folder.write("clean", ";".repeat(64));
    folder.write("empty", "");
    folder.write("bad", format!("x\n{long}\n"));
    folder.write("binary", format!("\0\n{long}\n"));
    folder.write("hidden", "\0;;;;\n");
    std::fs::create_dir(folder.path("folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path("link")).unwrap();
    std::os::unix::fs::symlink("ring", folder.path("ring")).unwrap();
    for name in ["clean", "empty", "clean empty", "-r clean", "- < clean", "-s clean"] {
        assert!(guard(name), "{name}");
    }
    for name in [
        "bad",
        "binary",
        "missing",
        "folder",
        "link",
        "ring",
        "''",
        "clean bad",
        "clean missing",
        "missing clean",
        "-s missing",
        "-c bad",
        "-m1 bad",
        "-r bad missing",
        "- 0>> clean",
        "/proc/self/mem",
        "--files0-from=missing",
        "clean --no-such-option",
        "-m0 clean",
        // What is skipped is not read.
        "-I clean",
        "-I hidden",
        "--per file -v -N 0 /proc/self/mem",
    ] {
        assert!(!guard(name), "{name}");
    }
}

/// Success with `--none` needs all files to be read to their ends, whatever is printed.
#[test]
fn none() {
    let folder = Folder::new("none");
    folder.write("x", "x\n");
    folder.write("y", "y\n");
    folder.expect("--none x y", 0, "");
    folder.expect("--none x x", 1, "x\n");
    folder.expect("--none -n x x y", 1, "x:1:x\n");
    folder.expect("--none -c x y", 0, "0\n");
    folder.expect("--none -v y y", 0, "");
    folder.expect("--none --per file x x", 1, "x\n");
    folder.expect("--none -L x y", 0, "y\n");
    // A file that is known not to be selected is read to its end all the same.
    folder.write("open", "a,,\"");
    let open = "open:1: the quote that opens here is never closed\n";
    for report in ["-q", "-c", "-l", "--json -q"] {
        let line = format!("--none --per file --csv -N 0 -v {report} , open");
        folder.expect_error(&line, 2, if report == "-c" { "0\n" } else { "" }, open);
    }
    folder.expect("--none --per file -v -N 0 x x y", 0, "");
    folder.expect("--none --per file -v x x", 0, "");
    folder.expect("--none --per file -v x x y", 1, "y\n");
    let path = r#"{"type":"match","path":{"text":"y"}}"#;
    let total = r#"{"type":"total","matching_segments":1,"files":2,"matching_files":1,"errors":0}"#;
    folder.expect("--none --per file --json -v x x y", 1, format!("{path}\n{total}\n"));
    // -I skips files; the last of it and -a counts.
    folder.expect("--none -Ia x y", 0, "");
    let refused = folder.tally(["--none", "-I", "x", "y"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("-I skips binary ones"));
    let missing = "tally: missing: No such file or directory\n";
    folder.expect_error("--none x y missing", 2, "", missing);
    folder.expect_error("--none x x missing", 2, "x:x\n", missing);
    // One bad file is enough for -q to stop; it is no success.
    folder.expect("--none -q x x missing", 1, "");
    folder.expect_error("--none -q x missing x", 1, "", missing);
    folder.expect_error("--none -q x missing y", 2, "", missing);
    // If nobody reads the output, the search ends early, and may have missed a match.
    for number in 0..2000 {
        folder.write(format!("files{number}"), "y\n");
    }
    let status = "(\"$0\" --none -c x files*; echo $? >&2) | : ";
    let ended = folder.command("sh", ["-c", status, TALLY]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "2\n");
}

#[test]
fn examples_of_the_manual_page() {
    let folder = Folder::new("recipes");
    let book =
        "It was the best of times,\n\n  it was the worst\tof times.\n\nÉté naïve, ça va déjà là";
    let mail = |len: usize| format!("Subject: x\r\n\r\n{}\r\n.\r\n", "x".repeat(len));
    folder.write("book.txt", book);
    folder.write("mail.eml", mail(998));
    folder.write("data.csv", format!("{}\n,\n{}\n", ",".repeat(11), ",".repeat(12)));
    folder.write("body.json", format!("{}\"[\\\"[\"{}", "[".repeat(64), "]".repeat(64)));
    std::fs::create_dir(folder.path("src")).unwrap();
    folder.write("src/line.js", format!("{}\n", "x".repeat(5000)));
    folder.write("src/min.js", format!("a\n{}\n", "x".repeat(5001)));
    folder.write("src/image", "\0");

    // What Rust's own functions count.
    let longest = |len: fn(&str) -> usize| book.lines().map(len).max().unwrap();
    let numbered = |(line, text): (usize, &str)| format!("{}:{text}\n", line + 1);
    let expected = [
        format!("{}\n", book.split_ascii_whitespace().count()),
        format!("{}\n{}\n", longest(str::len), longest(|line| line.chars().count())),
        "ok\n".into(),
        "src/min.js\n".into(),
        "src/line.js\nsrc/min.js\n".into(),
        format!("{}\n", book.lines().filter(|line| line.is_empty()).count()),
        book.lines().enumerate().filter(|(_, text)| !text.is_ascii()).map(numbered).collect(),
        "4\n".into(),
        format!("2:,\n3:{}\n", ",".repeat(12)),
        "data.csv:1\ndata.csv:3\ndata.csv:3\n".into(),
        "ok\n".into(),
        format!("{}\n", book.chars().count()),
    ];
    let examples = examples_of_the_page(&folder);
    assert_eq!(examples.len(), 1 + expected.len());
    for (example, expected) in examples[1..].iter().zip(expected) {
        assert_eq!(run(&folder, example), expected, "{example}");
    }
    // The same mail with a line that is too long.
    folder.write("mail.eml", mail(999));
    folder.write("body.json", "[{".repeat(33));
    for file in ["mail.eml && ", "body.json && "] {
        let example = examples.iter().find(|example| example.contains(file)).unwrap();
        assert_eq!(run(&folder, example), "");
    }

    if has("wc", &["--version"]) {
        let wc = |option| run(&folder, &format!("LC_ALL=C.UTF-8 wc {option} < book.txt"));
        assert_eq!(run(&folder, &examples[1]), wc("-w"));
        let last = examples.last().unwrap();
        assert_eq!(run(&folder, last), wc("-m"));
    }
}
