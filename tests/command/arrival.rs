//! The same bytes have the same answer, however they arrive.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Output, Stdio};

use crate::common::Random;
use crate::folder::{Folder, TALLY, check, fed};

/// An input is binary if it has a NUL byte so far from its start.
const WINDOW: usize = 65536;

const NOTE: &str = "tally: (standard input): binary file matches; use -a to print the matches\n";

/// Runs the program with standard input that arrives in the given parts: each part is one read.
#[cfg(target_os = "linux")]
pub(crate) fn parted(folder: &Folder, arguments: &[&str], parts: &[&[u8]]) -> Output {
    let (ours, theirs) = UnixDatagram::pair().unwrap();
    let mut tally = folder.tally(arguments);
    tally.stdin(OwnedFd::from(theirs)).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = tally.spawn().unwrap();
    // The program keeps its end open.
    drop(tally);
    std::thread::scope(|scope| {
        // On another thread, as the program stops reading while what it prints is not read.
        scope.spawn(move || {
            // The last part is empty: the end. The program may have ended before.
            for part in parts.iter().chain([&&b""[..]]) {
                let _ = ours.send(part);
            }
        });
        child.wait_with_output().unwrap()
    })
}

/// 64 KiB of short lines, some with commas, and a NUL byte at `nul`.
fn binary(nul: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    let mut data = Vec::new();
    while data.len() < WINDOW {
        data.extend_from_slice(random.pick(&[b"a,b\n", b"abc\n", b"\xFF, ", b"\n,,\n", b"word "]));
    }
    data.truncate(WINDOW);
    data[nul] = 0;
    data
}

/// The lines with a comma up to one that has a NUL byte in it or before it, with their numbers,
/// and whether there is such a line.
fn lines_before_nul(data: &[u8]) -> (Vec<u8>, bool) {
    let (mut printed, mut nul) = (Vec::new(), false);
    for (at, line) in data.split(|&byte| byte == b'\n').enumerate() {
        nul |= line.contains(&0);
        if line.contains(&b',') {
            if nul {
                return (printed, true);
            }
            printed.extend(format!("{}:", at + 1).into_bytes());
            printed.extend_from_slice(line);
            printed.push(b'\n');
        }
    }
    (printed, false)
}

/// A pipe that is cut in two anywhere. `TALLY_TEST_CUTS` is the number of cuts; 65535 are all.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_cut_anywhere() {
    let folder = Folder::new("cut");
    let data = binary(50_000);
    folder.write("data", &data);
    let (printed, hidden) = lines_before_nul(&data);
    assert!(hidden && printed.len() > 1000);
    let number: usize =
        std::env::var("TALLY_TEST_CUTS").map_or(150, |number| number.parse().unwrap());
    let mut random = Random::new(3);
    let cuts: Vec<usize> = if number < WINDOW - 1 {
        let some = [1, 2, 49_999, 50_000, 50_001, WINDOW - 1];
        some.into_iter().chain((0..number).map(|_| 1 + random.below(WINDOW - 1))).collect()
    } else {
        (1..WINDOW).collect()
    };
    println!("{} cuts", cuts.len());
    let same = |case: &str, ours: &Output, output: &[u8]| {
        assert!(ours.stdout == output, "output of {case}");
        check(case, &Output { stdout: Vec::new(), ..ours.clone() }, 0, b"", NOTE);
    };
    same("fed", &fed(&mut folder.tally(["-n", ","]), &data), b"");
    let buffered = ["-n", "--line-buffered", ","];
    same("line-buffered", &fed(&mut folder.tally(buffered), &data), &printed);
    for cut in cuts {
        let parts = [&data[..cut], &data[cut..]];
        same(&format!("cut at {cut}"), &parted(&folder, &["-n", ","], &parts), b"");
        same(&format!("line-buffered, {cut}"), &parted(&folder, &buffered, &parts), &printed);
    }
}

/// Every option that prints, with NUL bytes within the window, at its end and behind it, from a
/// file, through a pipe, and in many parts.
#[cfg(target_os = "linux")]
#[test]
fn every_report_of_a_pipe_in_parts() {
    let folder = Folder::new("parts");
    let mut random = Random::new(9);
    for nul in [0, 3, 30_000, WINDOW - 1, WINDOW, WINDOW + 1, 90_000] {
        let mut data = binary(0);
        data[0] = b'x';
        data.extend(data.clone());
        data[nul] = 0;
        for options in [
            &["-n", ","][..],
            &["-v", ","],
            &["-N0", ","],
            &["-c", ","],
            &["-l", ","],
            &["-L", ",,,,"],
            &["-I", ","],
            &["-cI", ","],
            &["-a", ","],
            &["-m3", ","],
            &["--per=word", ","],
            &["--per=file", ","],
            &["--json", ",,"],
            &["--totals", ","],
            &["-n", r"\0"],
            &["-n", "--line-buffered", ","],
        ] {
            let whole = fed(&mut folder.tally(options), &data);
            let mut parts = Vec::new();
            let mut rest = &data[..];
            while !rest.is_empty() {
                let longest = random.pick(&[1, 5000, 20_000]);
                let (part, others) = rest.split_at((1 + random.below(longest)).min(rest.len()));
                parts.push(part);
                rest = others;
            }
            let ours = parted(&folder, options, &parts);
            assert!(ours == whole, "{options:?} with NUL at {nul}");
            // The file itself differs in its name alone.
            folder.write("data", &data);
            let mut tally = folder.tally(options);
            let named = tally.arg("data").output().unwrap();
            assert_eq!(named.status, whole.status, "{options:?}");
            let rename = |text: &[u8]| {
                let text: String = text.iter().map(|&byte| char::from(byte)).collect();
                text.replace(r#"{"text":"data"}"#, "null")
                    .replace("(standard input)", "data")
                    .replace(" data\n", "\n")
            };
            assert!(
                rename(&named.stdout) == rename(&whole.stdout),
                "{options:?} with NUL at {nul}"
            );
            assert!(
                rename(&named.stderr) == rename(&whole.stderr),
                "{options:?} with NUL at {nul}"
            );
        }
    }
}

/// A NUL byte that comes late, as people meet it: the lines before it are not printed.
#[test]
fn a_pipe_that_pauses() {
    let folder = Folder::new("pauses");
    let run = |line: &str| folder.command("sh", ["-c", line, TALLY]).output().unwrap();
    check("whole", &run(r#"printf 'a,b\nx\0\n' | "$0" ,"#), 0, b"", NOTE);
    let paused = r"(printf 'a,b\n'; sleep .2; printf 'x\0\n') |";
    check("paused", &run(&format!(r#"{paused} "$0" ,"#)), 0, b"", NOTE);
    check("-a", &run(&format!(r#"{paused} "$0" -a ,"#)), 0, b"a,b\n", "");
    check("-I", &run(&format!(r#"{paused} "$0" -I ,"#)), 1, b"", "");
    check("-c", &run(&format!(r#"{paused} "$0" -c ,"#)), 0, b"1\n", "");
    check("-z", &run(&format!(r#"{paused} "$0" -zc ,"#)), 0, b"1\n", "");
    // Not waited for: the line does not depend on what follows.
    check("at once", &run(&format!(r#"{paused} "$0" --line-buffered ,"#)), 0, b"a,b\n", "");
    check("whole", &run(r#"printf 'a,b\nx\0\n' | "$0" --line-buffered ,"#), 0, b"a,b\n", "");
}

/// The last byte of the window, and the first behind it.
#[test]
fn the_end_of_the_window() {
    let folder = Folder::new("window");
    let text = |nul: usize| {
        let mut text = "x\n".repeat(WINDOW / 2).into_bytes();
        text.extend_from_slice(b"y\nx,\n");
        text[nul] = 0;
        text
    };
    let lines = "x\n".repeat(WINDOW / 2) + "x,\n";
    for (nul, output, errors) in
        [(WINDOW - 1, "", NOTE), (WINDOW, &lines[..], ""), (WINDOW + 3, &lines[..WINDOW], NOTE)]
    {
        let ended = fed(&mut folder.tally(["x"]), &text(nul));
        assert!(ended.stdout == output.as_bytes(), "{nul}");
        check("window", &Output { stdout: Vec::new(), ..ended }, 0, b"", errors);
        let skipped = fed(&mut folder.tally(["-I", "-c", "x"]), &text(nul));
        let number = if nul < WINDOW { "0\n" } else { "32769\n" };
        check("-I", &skipped, i32::from(nul < WINDOW), number.as_bytes(), "");
    }
}
