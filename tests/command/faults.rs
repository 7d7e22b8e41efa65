//! Errors: files that cannot be read, output that cannot be written, too little memory.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::folder::{Folder, TALLY, check, has};

#[test]
fn an_error_does_not_stop_the_search() {
    let folder = Folder::new("next_file");
    folder.write("t", "x\n");
    let missing = "tally: missing: No such file or directory\n";
    folder.expect_error("x missing", 2, "", missing);
    folder.expect_error("x missing t", 2, "t:x\n", missing);
    folder.expect_error("x t missing", 2, "t:x\n", missing);
    folder.expect_error("y missing t", 2, "", missing);
    folder.expect_error("-c x missing t", 2, "t:1\n", missing);
    folder.expect_error("-L y missing t", 2, "t\n", missing);
    folder.expect_error("-l x missing t", 2, "t\n", missing);
    folder.expect("-s x t", 0, "x\n");
    folder.expect("-s x missing t", 2, "t:x\n");
    // With -q the first match is enough.
    folder.expect("-q x t missing", 0, "");
    folder.expect_error("-q x missing t", 0, "", missing);
    folder.expect_error("-q y t missing", 2, "", missing);
    folder.expect_error("x t/", 2, "", "tally: t/: Not a directory\n");
    // A number that every file reaches does not make up for the file.
    folder.expect_error("--per file -N 0 x missing t", 2, "t\n", missing);
    folder.expect_error("--per file -qN 0 x missing", 2, "", missing);
    let unnamed = folder.tally(["x", ""]).output().unwrap();
    check("no name", &unnamed, 2, b"", "tally: : No such file or directory\n");
}

#[test]
fn no_permission() {
    let folder = Folder::new("permission");
    folder.write("closed", "x\n");
    fs::set_permissions(folder.path("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read that, but not this one.
    let unreadable = "/proc/sys/vm/compact_memory";
    let name = [folder.path("closed"), unreadable.into()].into_iter().find(|path| {
        File::open(path).is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
    });
    let Some(name) = name else {
        println!("skipped, as there is no file that this user may not read");
        return;
    };
    let name = name.to_str().unwrap();
    let error = format!("tally: {name}: Permission denied\n");
    folder.expect_error(&format!("-c x {name}"), 2, "", &error);
}

#[cfg(target_os = "linux")]
#[test]
fn an_error_while_reading() {
    let folder = Folder::new("reading");
    folder.write("t", "x\n");
    // The first page of a process is not there to be read.
    let memory = "/proc/self/mem";
    let error = format!("tally: {memory}: Input/output error\n");
    for option in ["-H", "-c", "-l", "-L", "--hits", "--totals", "-q", "--json"] {
        let ended = folder.tally([option, "x", memory]).output().unwrap();
        check(option, &ended, 2, b"", &error);
    }
    folder.expect_error(&format!("x {memory} t"), 2, "t:x\n", &error);
}

#[test]
fn the_reader_of_the_output_leaves() {
    let folder = Folder::new("leaves");
    folder.write("t", "x\n".repeat(1 << 20));
    for arguments in [&["x", "t"][..], &["-n", "x", "t"], &["--json", "x", "t"]] {
        let mut child =
            folder.tally(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut String::new()).unwrap();
        drop(output);
        let ended = child.wait_with_output().unwrap();
        check("left", &ended, 0, b"", "");
    }
    let closed = folder.command("sh", ["-c", "exec \"$0\" x t >&-", TALLY]).output().unwrap();
    assert_eq!(closed.stderr, b"");
}

#[cfg(target_os = "linux")]
#[test]
fn the_output_is_full() {
    let folder = Folder::new("full");
    folder.write("t", "x\n");
    folder.write("long", "x".repeat(1 << 20));
    let error = "tally: standard output: No space left on device\n";
    for arguments in [
        &["x", "t"][..],
        &["x", "long"],
        &["-c", "x", "t"],
        &["-l", "x", "t", "long"],
        &["--totals", "x", "t"],
        &["--json", "x", "t"],
        &["--help"],
        &["--version"],
        &["--man"],
        &["--completions", "bash"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = folder.tally(arguments).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        check(&format!("{arguments:?}"), &child.wait_with_output().unwrap(), 2, b"", error);
    }
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = folder.tally(["-q", "x", "t"]).stdout(full).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn the_output_is_among_the_files() {
    let folder = Folder::new("among");
    folder.write("t", "x\n");
    let run = |arguments: &[&str]| {
        let out = OpenOptions::new().append(true).create(true).open(folder.path("out")).unwrap();
        let child = folder.tally(arguments).stdout(out).stderr(Stdio::piped()).spawn().unwrap();
        let ended = child.wait_with_output().unwrap();
        let printed = fs::read_to_string(folder.path("out")).unwrap();
        fs::remove_file(folder.path("out")).unwrap();
        (ended.status.code(), printed, String::from_utf8(ended.stderr).unwrap())
    };
    let error = "tally: out: input file is also the output\n".to_owned();
    assert_eq!(run(&["-r", "x"]), (Some(2), "t:x\n".into(), error));
    assert_eq!(run(&["-rc", "x"]), (Some(0), "out:0\nt:1\n".into(), String::new()));
}

/// Files that the kernel makes up have no size, and cannot be read from the end.
#[cfg(target_os = "linux")]
#[test]
fn files_without_a_size() {
    let folder = Folder::new("no_size");
    let version = fs::read_to_string("/proc/version").unwrap();
    assert_eq!(version.lines().count(), 1);
    folder.expect(r"-c -N 0 \xFF /proc/version", 0, "1\n");
    folder.expect(r"-cv \xFF /proc/version", 0, "1\n");
    folder.expect(
        "--hits --per file L /proc/version",
        0,
        format!("{}\n", version.matches('L').count()),
    );
    folder.expect("L /proc/version", 0, version);
}

/// Ends only if tally stops reading as soon as it knows the answer.
#[test]
fn a_pipe_without_end() {
    let folder = Folder::new("endless");
    if !has("mkfifo", &["--version"]) {
        return;
    }
    for (arguments, output) in [
        (&["-qN", "3", "x", "pipe"][..], ""),
        (&["-lN", "3", "x", "pipe"], "pipe\n"),
        (&["-LN", "3", "x", "pipe"], ""),
        (&["-qvN", "3", "y", "pipe"], ""),
        (&["-N1", "-m", "2", "x", "pipe"], "x\nx\n"),
        (&["-cm", "2", "x", "pipe"], "2\n"),
        (&["-q", "--per", "file", "-N", "100000", "x", "pipe"], ""),
        (&["--per", "file", "-N", "100000", "x", "pipe"], "pipe\n"),
    ] {
        // A new pipe each time. A process that another test is just starting may for a moment hold
        // a copy of the last one open for writing; tally would read nothing from it, and end.
        let _ = fs::remove_file(folder.path("pipe"));
        assert!(folder.command("mkfifo", ["pipe"]).status().unwrap().success());
        let child =
            folder.tally(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = OpenOptions::new().write(true).open(folder.path("pipe")).unwrap();
        let text = if arguments[0] == "-qvN" { "x\n" } else { "x\nxxx\n" };
        // Until no process reads.
        while pipe.write_all(text.repeat(1000).as_bytes()).is_ok() {}
        let output = output.replace("x\nx\n", "x\nxxx\n");
        check(
            &format!("{arguments:?}"),
            &child.wait_with_output().unwrap(),
            0,
            output.as_bytes(),
            "",
        );
    }
}

#[test]
fn line_buffered_output() {
    let folder = Folder::new("at_once");
    let mut child = folder
        .tally(["--line-buffered", "-n", "x"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for number in 1..4 {
        input.write_all(b"x\nsome of the next").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let expected =
            if number == 1 { "1:x\n".into() } else { format!("{number}:some of the nextx\n") };
        assert_eq!(line, expected);
    }
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "4:some of the next\n");
    assert!(child.wait().unwrap().success());
}

/// A gibibyte without a newline, in a tenth of that.
#[cfg(target_os = "linux")]
#[test]
fn lines_longer_than_memory() {
    let folder = Folder::new("memory");
    File::create(folder.path("long")).unwrap().set_len(1 << 30).unwrap();
    folder.write("t", "x\n");
    let run = |arguments: &str| {
        let line = format!("ulimit -v 100000 && exec \"$0\" {arguments}");
        folder.command("sh", ["-c", &line, TALLY]).output().unwrap()
    };
    check("count", &run("-c x long"), 1, b"0\n", "");
    check("names", &run("-l x long"), 1, b"", "");
    check("hits", &run(r"--hits '\0' long"), 0, b"1073741824\n", "");
    check("most", &run(r"--most --per word '\0' long"), 0, b"1073741824\n", "");
    check("quiet", &run(r"-qN 1073741824 '\0' long"), 0, b"", "");
    check("quiet", &run(r"-qN 1073741825 '\0' long"), 1, b"", "");
    check("file", &run(r"--per file -N 1073741824 '\0' long"), 0, b"long\n", "");
    // Printing takes memory for the line. The next file is searched.
    let error = "tally: long: not enough memory for one of its lines\n";
    check("print", &run("x long t"), 2, b"t:x\n", error);
}
