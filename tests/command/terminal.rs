//! Needle is for people: help, manual page, completions, the progress bar.

use std::process::Output;

use crate::folder::{Folder, has};

fn output(folder: &Folder, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = folder.tally(arguments).output().unwrap();
    assert_eq!(status.code(), Some(0), "{arguments:?}");
    assert_eq!(stderr, b"");
    String::from_utf8(stdout).unwrap()
}

#[test]
fn help_and_version() {
    let folder = Folder::new("help");
    let help = output(&folder, &["--help"]);
    for part in
        ["Usage: tally [OPTION]... WHAT [FILE]...", "--at-least", "Examples:", "Exit status"]
    {
        assert!(help.contains(part), "{part}");
    }
    let version = output(&folder, &["--version"]);
    let expected = format!("tally {} (backend: {})\n", env!("CARGO_PKG_VERSION"), tally::backend());
    assert_eq!(version, expected);
    assert_eq!(output(&folder, &["-V"]), expected);
}

/// Each example of the help does what its words say.
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
    let examples: Vec<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  tally ")).collect();
    let expected = [
        "a|b|c|d\n",
        "2:a|b|c|d\n",
        ",\n",
        "one.log:1\ntwo.log:0\n",
        "",
        "./zero\n",
        "referee's\n",
        "11\n",
        "table",
    ];
    assert_eq!(examples.len(), expected.len());
    for (example, expected) in examples.into_iter().zip(expected) {
        let (line, _) =
            example.split_once("   ").unwrap_or_else(|| example.split_once("  ").unwrap());
        let line = format!("tally() {{ \"$0\" \"$@\"; }}; tally {line}");
        let ended = folder.command("sh", ["-c", &line, crate::folder::TALLY]).output().unwrap();
        assert_eq!(ended.stderr, b"", "{example}");
        let printed = String::from_utf8(ended.stdout).unwrap();
        if expected == "table" {
            assert!(printed.ends_with(" a.tsv\n"), "{printed}");
        } else {
            assert_eq!(printed, expected, "{example}");
        }
    }
}

#[test]
fn manual_page() {
    let folder = Folder::new("manual");
    let page = output(&folder, &["--man"]);
    assert!(page.contains(".TH tally 1"), "{page}");
    for part in ["SYNOPSIS", "at\\-least", "BINARY FILES", "JSON"] {
        assert!(page.contains(part), "{part}");
    }
    if has("groff", &["--version"]) {
        folder.write("page", &page);
        let ended = folder.command("groff", ["-man", "-Tascii", "-ww", "page"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}

#[test]
fn completions() {
    let folder = Folder::new("completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = output(&folder, &["--completions", shell]);
        assert!(script.contains("at-least"), "{shell}");
        folder.write(shell, script);
    }
    if has("bash", &["--version"]) {
        // Needle bash offers for `--at`.
        let line = "source ./bash && COMP_WORDS=(tally --at) COMP_CWORD=1 && _tally tally --at tally \
                    && echo \"${COMPREPLY[@]}\"";
        let ended = folder.command("bash", ["-c", line]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "--at-least\n");
    }
}

/// The bar comes, and is gone when the file ends: here by being cut short.
#[cfg(target_os = "linux")]
#[test]
fn progress_bar() {
    use std::fs::File;
    use std::io::{ErrorKind, Read};
    use std::process::Stdio;

    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("progress");
    let file = File::create(folder.path("slow")).unwrap();
    file.set_len(1 << 40).unwrap();
    let line = format!(
        "stty cols 80; '{}' --color=never -c x slow t; echo \"status $?\"",
        crate::folder::TALLY
    );
    folder.write("t", "x\n");
    let mut child = folder
        .command("script", ["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut terminal = child.stdout.take().unwrap();
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    let mut cut = false;
    loop {
        match terminal.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => seen.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}"),
        }
        let text = String::from_utf8_lossy(&seen);
        if !cut && text.contains("slow [") && text.contains("/1.00 TiB") {
            file.set_len(0).unwrap();
            cut = true;
        }
    }
    child.wait().unwrap();
    let text = String::from_utf8_lossy(&seen);
    assert!(cut, "{text}");
    // The line of the bar is cleared, and the answers follow.
    let (bar, after) = text.rsplit_once("\x1B[2K").unwrap();
    assert!(bar.contains("slow ["), "{text}");
    assert_eq!(after, "slow:0\r\nt:1\r\nstatus 0\r\n", "{text}");
}
