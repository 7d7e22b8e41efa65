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
    folder.write("data.csv", ",,,,,,,,,,,\n,\n");
    folder.write("one.log", format!("{}\n", ";".repeat(64)));
    folder.write("two.log", "\n");
    folder.write("upload", ";".repeat(65));
    folder.write("book.txt", "the referee's eleven, here\n");
    folder.write("a.tsv", "x\ty\n");
    folder.write("zero", "\0");
    let help = output(&folder, &["--help"]);
    let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  tally ")).collect();
    assert_eq!(examples_of_the_page(&folder)[0].lines().collect::<Vec<_>>(), examples);
    let table = format!(
        "{:>12} {:>12} {:>12} {:>12} {:>14}\n{:>12} {:>12} {:>12} {:>12} {:>14} a.tsv\n",
        "hits", "most", "matches", "lines", "bytes", 1, 1, 1, 1, 4
    );
    let expected = [
        "a|b|c|d\n",
        "2:a|b|c|d\n",
        ",\n",
        "one.log:1\ntwo.log:0\n",
        "",
        "./zero\n",
        "referee's\n",
        "11\n",
        &table,
    ];
    assert_eq!(examples.len(), expected.len());
    for (example, expected) in examples.into_iter().zip(expected) {
        // Two spaces or more precede the description.
        let (command, _) = example.trim_start().split_once("  ").unwrap();
        assert_eq!(run(&folder, command), expected, "{example}");
    }
    assert_eq!(run(&folder, "(tally -qN 65 ';' upload && exit 1) || echo rejected"), "rejected\n");
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
    std::fs::create_dir(folder.path("src")).unwrap();
    folder.write("src/line.js", format!("{}\n", "x".repeat(5000)));
    folder.write("src/min.js", format!("a\n{}\n", "x".repeat(5001)));
    folder.write("src/image", "\0");

    // What Rust's own functions count.
    let longest = |len: fn(&str) -> usize| book.lines().map(len).max().unwrap();
    let numbered = |(line, text): (usize, &str)| format!("{}:{text}\n", line + 1);
    let expected = [
        format!("{}\n", book.split_ascii_whitespace().count()),
        String::new(),
        format!("{}\n{}\n", longest(str::len), longest(|line| line.chars().count())),
        "ok\n".into(),
        "src/min.js\n".into(),
        "src/line.js\nsrc/min.js\n".into(),
        format!("{}\n", book.lines().filter(|line| line.is_empty()).count()),
        book.lines().enumerate().filter(|(_, text)| !text.is_ascii()).map(numbered).collect(),
        "4\n".into(),
        format!("3:{}\n2:,\n", ",".repeat(12)),
        format!("{}\n", book.chars().count()),
    ];
    let examples = examples_of_the_page(&folder);
    assert_eq!(examples.len(), 1 + expected.len());
    let variables = &examples[2];
    for (example, expected) in examples[1..].iter().zip(expected) {
        assert_eq!(run(&folder, &format!("{variables}{example}")), expected, "{example}");
    }
    // The same mail with a line that is too long.
    folder.write("mail.eml", mail(999));
    let example = examples.iter().find(|example| example.contains("mail.eml || ")).unwrap();
    assert_eq!(run(&folder, example), "");

    if has("wc", &["--version"]) {
        let wc = |option| run(&folder, &format!("LC_ALL=C.UTF-8 wc {option} < book.txt"));
        assert_eq!(run(&folder, &examples[1]), wc("-w"));
        let last = examples.last().unwrap();
        assert_eq!(run(&folder, &format!("{variables}{last}")), wc("-m"));
    }
}
