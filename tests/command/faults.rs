//! Errors: files that cannot be read, output that cannot be written, too little memory.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
#[cfg(target_os = "linux")]
use std::process::Child;
use std::process::{Output, Stdio};

use crate::folder::{Folder, TALLY, check, fed, has, system_error, words};

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
    let error = format!("tally: {memory}: {}\n", system_error(libc::EIO));
    for option in ["-H", "-c", "-l", "-L", "--hits", "--totals", "-q", "-I", "-v", "--none"] {
        let ended = folder.tally([option, "x", memory]).output().unwrap();
        check(option, &ended, 2, b"", &error);
    }
    let total = concat!(
        r#"{"type":"total","matching_segments":0,"files":0,"matching_files":0,"errors":1}"#,
        "\n",
    );
    folder.expect_error(&format!("--json x {memory}"), 2, total, &error);
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
}

/// A file is cut that was read to its end: the line of its open quote cannot be counted again.
#[cfg(target_os = "linux")]
#[test]
fn an_open_quote_whose_line_is_lost() {
    let folder = Folder::new("lost");
    for arguments in [&["--csv", "-N1", ",", "t"][..], &["--csv", "-sN1", ",", "t"]] {
        folder.write("t", "a,b\n".repeat(50_000) + "\"open");
        let mut child =
            folder.tally(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = child.stdout.take().unwrap();
        // Once a byte is printed, all of the file has been read. The pipe is full until it is read on.
        output.read_exact(&mut [0]).unwrap();
        OpenOptions::new().write(true).open(folder.path("t")).unwrap().set_len(4).unwrap();
        let mut printed = String::new();
        output.read_to_string(&mut printed).unwrap();
        assert_eq!(printed.len(), 4 * 50_000 - 1);
        let ended = child.wait_with_output().unwrap();
        let mut error = "t: the quote at offset 200000 is never closed\n".to_owned();
        if arguments[1] == "-N1" {
            error += "tally: t: truncated while it was read\n";
        }
        check("lost", &ended, 2, b"", &error);
    }
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

/// 512 MiB without a newline, in a fifth of that: each report, from a file and from a pipe.
#[cfg(target_os = "linux")]
#[test]
fn lines_longer_than_memory() {
    const LEN: u64 = 1 << 29;
    let folder = Folder::new("memory");
    File::create(folder.path("zeros")).unwrap().set_len(LEN).unwrap();
    // The same without a NUL byte where binary files are recognized by one.
    let start = "y".repeat(1 << 17);
    folder.write("late", &start);
    OpenOptions::new().append(true).open(folder.path("late")).unwrap().set_len(LEN).unwrap();
    folder.write("t", "x\n");
    let run = |line: &str| {
        let line = format!("ulimit -v 100000 && {}", line.replace("tally", "\"$0\""));
        folder.command("sh", ["-c", &line, TALLY]).output().unwrap()
    };
    let note =
        |name: &str| format!("tally: {name}: binary file matches; use -a to print the matches\n");
    for (line, status, output) in [
        ("tally x zeros", 1, ""),
        ("tally -a x late", 1, ""),
        ("tally -c x zeros", 1, "0\n"),
        ("tally -cv x zeros", 0, "1\n"),
        ("tally -cm 3 x zeros", 1, "0\n"),
        ("tally -cvm 3 x zeros", 0, "1\n"),
        ("tally -cN 0 x late", 0, "1\n"),
        ("tally -l x zeros", 1, ""),
        ("tally -lv x zeros", 0, "zeros\n"),
        ("tally -L x zeros", 1, "zeros\n"),
        ("tally -LvN 2 x late", 0, ""),
        (r"tally --hits '\0' zeros", 0, "536870912\n"),
        (r"tally --most --per word '\0' zeros", 0, "536870912\n"),
        (r"tally -qN 536870912 '\0' zeros", 0, ""),
        (r"tally -qN 536870913 '\0' zeros", 1, ""),
        (r"tally -qvN 536870912 '\0' zeros", 1, ""),
        (r"tally -q --none -N 536870913 '\0' zeros", 0, ""),
        (r"tally --per file -N 536870912 '\0' zeros", 0, "zeros\n"),
        (r"tally -aN 536870913 '\0' zeros", 1, ""),
        ("tally -I -v x zeros", 1, ""),
        ("cat zeros | tally x", 1, ""),
        ("cat zeros | tally -cvm 3 x", 0, "1\n"),
        ("cat zeros | tally -qv --per word x", 0, ""),
        ("cat zeros | tally -lvN 2 x", 0, "(standard input)\n"),
        ("cat late | tally -c x", 1, "0\n"),
    ] {
        check(line, &run(line), status, output.as_bytes(), "");
    }
    check("zeros", &run("tally -v x zeros"), 0, b"", &note("zeros"));
    check("late", &run("tally -H y late t"), 0, b"", &note("late"));
    // Printing takes memory for the line, and so does the greatest depth in it. The next file is
    // searched.
    let error = "tally: zeros: not enough memory for one of its lines\n";
    check("print", &run("tally -av x zeros t"), 2, b"", error);
    let depth = format!("{:>12} {:>12}\n{:>12} {:>12} t\n", "count", "lines", 0, 1);
    check("depth", &run("tally --histogram --closing ']' '[' zeros t"), 2, depth.as_bytes(), error);
    check("most", &run("tally --most -n --closing ']' '[' zeros"), 2, b"", error);
    check("next", &run(r"tally -a --any-of '\0x' zeros t"), 2, b"t:x\n", error);
}

/// With few descriptors, what is read ahead leaves some for the files whose turn it is.
#[test]
fn few_descriptors() {
    let folder = Folder::new("descriptors");
    fs::create_dir(folder.path("many")).unwrap();
    for number in 0..300 {
        // More than is read ahead of a file.
        folder.write(format!("many/{number:03}"), "x".repeat(100_000) + "\n");
    }
    let expected: Vec<_> = (0..300).map(|number| format!("many/{number:03}:1\n")).collect();
    let expected = expected.concat();
    folder.write("all", "");
    for options in ["-j1", "-j2", "-j4"] {
        let line = format!("ulimit -n 40 && \"$0\" -rc {options} x many");
        let ended = folder.command("sh", ["-c", &line, TALLY]).output().unwrap();
        check(options, &ended, 0, expected.as_bytes(), "");
        // To a file, which could be one of those that are searched.
        let line = format!("ulimit -n 40 && \"$0\" -rN 100000 {options} x many > all; wc -l < all");
        let ended = folder.command("sh", ["-c", &line, TALLY]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "300", "{options}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{options}");
    }
}

/// Lines around the size at which they come in parts.
#[test]
fn long_lines() {
    let folder = Folder::new("long");
    for len in [(512 << 10) - 1, 512 << 10, (512 << 10) + 1, (768 << 10) - 1, 768 << 10, 3 << 20] {
        let line = format!("{}ab", "x".repeat(len - 2));
        for (text, number) in [
            (format!("{line}\ny\n"), 1),
            (format!("y\n{line}"), 2),
            (format!("y\n\n{line}\n{line}\n"), 3),
        ] {
            folder.write("t", &text);
            let start = text.find('x').unwrap();
            let case = format!("{len} {number}");
            let copies = text.matches(&line).count();
            let plain: Vec<_> = (0..copies).map(|at| format!("{}:{line}\n", number + at)).collect();
            let plain = plain.concat();
            for piped in [false, true] {
                let run = |options: &[&str]| {
                    let mut tally = folder.tally(options);
                    if piped {
                        fed(&mut tally, text.as_bytes())
                    } else {
                        tally.arg("t").output().unwrap()
                    }
                };
                let expect = |options: &[&str], output: &str| {
                    let ended = run(options);
                    assert!(ended.stdout == output.as_bytes(), "output of {options:?} {case}");
                    check(&case, &Output { stdout: Vec::new(), ..ended }, 0, b"", "");
                };
                expect(&["-n", "ab"], &plain);
                expect(
                    &["-nv", "y"],
                    &if number == 3 { format!("2:\n{plain}") } else { plain.clone() },
                );
                expect(&["-vm1", "--per=word", "y"], &format!("{line}\n"));
                expect(&["-c", "ab"], &format!("{copies}\n"));
                expect(&["-cm9", "ab"], &format!("{copies}\n"));
                let column = len - 1;
                expect(&["-bm1", "--column", "ab"], &format!("{column}:{start}:{line}\n"));
            }
        }
    }
}

/// A file that is truncated while it is read is an error, on any number of threads.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_shrinks() {
    let folder = Folder::new("shrinks");
    let error = "tally: long: truncated while it was read\n";
    for options in
        ["-cj1", "-cj2", "--totals -j4", "-v --per=word -c", "-L", "-q --none", "-I --most"]
    {
        let file = File::create(folder.path("long")).unwrap();
        // More than can be read before it is truncated.
        file.set_len(1 << 42).unwrap();
        let mut tally = folder.tally(words(options));
        tally.args([r"\xFF", "long"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        if options.contains("-I") {
            file.write_all_at(&vec![b'x'; 1 << 16], 0).unwrap();
        }
        let mut child = tally.spawn().unwrap();
        // Until it has read something.
        while bytes_read(&child) < 1 << 22 {
            assert!(child.try_wait().unwrap().is_none(), "{options}");
            std::thread::yield_now();
        }
        file.set_len(1).unwrap();
        check(options, &child.wait_with_output().unwrap(), 2, b"", error);
    }
}

/// The number of bytes that a process has read.
#[cfg(target_os = "linux")]
pub(crate) fn bytes_read(child: &Child) -> u64 {
    let io = fs::read_to_string(format!("/proc/{}/io", child.id())).unwrap();
    let (_, bytes) = io.lines().next().unwrap().split_once(' ').unwrap();
    bytes.parse().unwrap()
}

/// Descriptors that are open, but not for this. A null device serves.
#[test]
fn streams_that_cannot_be_used() {
    let folder = Folder::new("streams");
    folder.write("t", "x\n");
    folder.write("other", "");
    let run = |line: &str| folder.command("sh", ["-c", line, TALLY]).output().unwrap();
    let input = "tally: (standard input): Bad file descriptor\n";
    for line in
        ["\"$0\" x", "\"$0\" -c x", "\"$0\" -q --none x", "\"$0\" --most x -", "\"$0\" -r x -"]
    {
        let line = format!("{line} 0>>t");
        check(&line, &run(&line), 2, b"", input);
    }
    let list = "tally: -: Bad file descriptor\n";
    check("list", &run("\"$0\" x --files0-from=- 0>>t"), 2, b"", list);
    let output = "tally: standard output: Bad file descriptor\n";
    for line in ["\"$0\" x t", "\"$0\" -c y t", "\"$0\" --help", "\"$0\" --json --none y t"] {
        let line = format!("{line} 1<other");
        check(&line, &run(&line), 2, b"", output);
    }
    // Where nothing is to be printed, nothing fails.
    check("quiet", &run("\"$0\" -q x t 1<other"), 0, b"", "");
    check("no match", &run("\"$0\" y t 1<other"), 1, b"", "");
    for how in ["</dev/null", "0<>/dev/null"] {
        check(how, &run(&format!("\"$0\" x {how}")), 1, b"", "");
    }
    for how in [">/dev/null", "1<>/dev/null"] {
        check(how, &run(&format!("\"$0\" x t {how}")), 0, b"", "");
    }
    check("no errors", &run("\"$0\" x t absent 2>&-"), 2, b"t:x\n", "");
}
