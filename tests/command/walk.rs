//! Folders, names that are not UTF-8, and binary files.

use std::fs;

#[cfg(target_os = "linux")]
use crate::folder::system_error;
use crate::folder::{Folder, check, found, missing};

#[test]
fn folders() {
    let folder = Folder::new("folders");
    fs::create_dir_all(folder.path("d/deep/er")).unwrap();
    fs::create_dir_all(folder.path("d/.hidden")).unwrap();
    folder.write("d/b", "x\n");
    folder.write("d/a", "y\nxx\n");
    folder.write("d/deep/er/c", "x");
    folder.write("d/.hidden/e", "x\n");
    folder.write("d/.gitignore", "*\n");
    folder.write("alone", "x\n");

    folder.expect_error("x d", 2, "", "tally: d: Is a directory\n");
    folder.expect_error("x d alone", 2, "alone:x\n", "tally: d: Is a directory\n");
    folder.expect_error("-s x d alone", 2, "alone:x\n", "");
    let all = found("d/.hidden/e:x\nd/a:xx\nd/b:x\nd/deep/er/c:x\n");
    folder.expect("-r x d", 0, &all);
    folder.expect("-R x d", 0, &all);
    folder.expect("-r x d alone", 0, format!("{all}alone:x\n"));
    folder.expect("-rh x d", 0, "x\nxx\nx\nx\n");
    folder.expect("-r x alone", 0, "alone:x\n");
    folder.expect("-rl -N 2 x d", 0, found("d/a\n"));
    folder.expect("-rc -N 9 x d/a", 1, "d/a:0\n");
    // Without a FILE, the working directory; without -r, standard input.
    folder.expect("-rn -N 2 x", 0, found("d/a:2:xx\n"));
    folder.expect_of(b"z\n", "z", 0, "z\n");
    folder.expect_of(b"z\n", "-l z", 0, "(standard input)\n");
    folder.expect_of(b"x\n", "x alone -", 0, "alone:x\n(standard input):x\n");
    folder.expect_of(b"x\n", "-r x - d/a", 0, "(standard input):x\nd/a:xx\n");
    folder.expect_error("-r x missing", 2, "", &missing("missing"));
}

/// Of arguments and of files, in UTF-8, wherever the program runs.
#[test]
fn names_that_are_not_ascii() {
    let folder = Folder::new("names_é€😀");
    fs::create_dir(folder.path("días")).unwrap();
    folder.write("días/ž€😀.csv", "a€b\n€€\n");
    folder.write("Ω", "€\n");
    let name = found("días/ž€😀.csv");
    folder.expect(&format!("-nH -N 2 € {name}"), 0, format!("{name}:2:€€\n"));
    folder.expect("-r -N 2 € días Ω", 0, format!("{name}:€€\n"));
    folder.expect("-lr --include *€😀.csv €", 0, format!("{name}\n"));
    folder.expect("-c 😀 Ω", 1, "0\n");
}

#[cfg(unix)]
#[test]
fn links_in_folders() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new("links");
    fs::create_dir_all(folder.path("d/e")).unwrap();
    folder.write("d/e/file", "x\n");
    folder.write("outside", "x\n");
    symlink("..", folder.path("d/e/up")).unwrap();
    symlink("../outside", folder.path("d/link")).unwrap();
    symlink("nowhere", folder.path("d/broken")).unwrap();
    symlink("d", folder.path("to-d")).unwrap();
    folder.expect("-r x d", 0, "d/e/file:x\n");
    folder.expect("-r x to-d", 0, "to-d/e/file:x\n");
    folder.expect("-r x d/link", 0, "d/link:x\n");
    folder.expect("-r x d/broken d/link -s", 2, "d/link:x\n");
    // A link to nowhere is an error. One that leads back is reported, but the search is complete.
    let broken = "tally: d/broken: No such file or directory\n";
    let back = "tally: d/e/up: not followed: the link leads back to d\n";
    let found = "d/e/file:x\nd/link:x\n";
    folder.expect_error("-R x d", 2, found, &format!("{broken}{back}"));
    fs::remove_file(folder.path("d/broken")).unwrap();
    folder.expect_error("-R x d", 0, found, back);
    folder.expect("-sR x d", 0, found);
}

/// Folders whose paths are longer than the system allows: those that can be read are searched, and
/// the first of the others is an error.
#[cfg(target_os = "linux")]
#[test]
fn deep_folders() {
    let folder = Folder::new("deep");
    // Each level is made from inside, as no path leads there.
    let script = "d=$(printf 'd%.0s' $(seq 200)); mkdir d && cd d && \
                  for i in $(seq 30); do echo x > f && mkdir $d && cd -P $d; done";
    let made = folder.command("bash", ["-c", script]).status().unwrap();
    assert!(made.success());
    for threads in ["-j1", "-j4"] {
        let ended = folder.tally(["-rc", threads, "x", "d"]).output().unwrap();
        let found = String::from_utf8(ended.stdout).unwrap();
        assert!(found.lines().all(|line| line.ends_with("/f:1")), "{found}");
        assert!((15..30).contains(&found.lines().count()), "{found}");
        let error = String::from_utf8(ended.stderr).unwrap();
        assert!(error.starts_with("tally: d/dddd"), "{error}");
        let reason = system_error(libc::ENAMETOOLONG);
        assert!(error.ends_with(&format!("dddd: {reason}\n")), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert_eq!(ended.status.code(), Some(2));
    }
    let removed = folder.command("rm", ["-r", "d"]).status().unwrap();
    assert!(removed.success());
}

#[cfg(unix)]
#[test]
fn pipes_in_folders_are_not_read() {
    if !crate::folder::has("mkfifo", &["--version"]) {
        return;
    }
    let folder = Folder::new("pipes");
    fs::create_dir(folder.path("d")).unwrap();
    folder.write("d/file", "x\n");
    assert!(folder.command("mkfifo", ["d/pipe"]).status().unwrap().success());
    folder.expect("-r x d", 0, "d/file:x\n");
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new("names");
    let name = OsStr::from_bytes(b"caf\xE9");
    folder.write(name, "x,\n");
    folder.write("a\nb", "x\n");
    folder.expect("-r x", 0, b"a\nb:x\ncaf\xE9:x,\n");
    folder.expect("-rlZ x", 0, b"a\nb\0caf\xE9\0");
    let run = |options: &[&str]| folder.tally(options).arg(name).output().unwrap();
    check("plain", &run(&["-H", "x"]), 0, b"caf\xE9:x,\n", "");
    check("totals", &run(&["-cH", "x"]), 0, b"caf\xE9:1\n", "");
    let object = concat!(
        r#"{"type":"match","path":{"bytes":"Y2Fm6Q=="},"line":1,"start":0,"end":1,"column":1,"#,
        r#""count":1,"text":{"text":"x,"}}"#,
        "\n",
        r#"{"type":"total","matching_segments":1,"files":1,"matching_files":1,"errors":0}"#,
        "\n",
    );
    check("json", &run(&["--json", "x", "-m1"]), 0, object.as_bytes(), "");
    let missing = folder.tally(["x"]).arg(OsStr::from_bytes(b"\xFF")).output().unwrap();
    assert_eq!(missing.stderr, b"tally: \xFF: No such file or directory\n");
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn binary_files() {
    let folder = Folder::new("binary");
    folder.write("early", b"x\0\nx\n");
    folder.write("text", b"x\n");
    let note =
        |name: &str| format!("tally: {name}: binary file matches; use -a to print the matches\n");
    folder.expect_error("x early", 0, "", &note("early"));
    folder.expect_error("-H x early text", 0, "text:x\n", &note("early"));
    folder.expect("-N 2 x early", 1, "");
    folder.expect("-a x early", 0, b"x\0\nx\n");
    folder.expect("-c x early", 0, "2\n");
    folder.expect("-l x early", 0, "early\n");
    folder.expect("-q x early", 0, "");
    folder.expect("-z x early", 0, b"x\0\nx\n\0");
    // Who looks for NUL bytes is shown the lines that have them.
    folder.expect(r"-n \0 early", 0, b"1:x\0\n");
    folder.expect(r"-n --any-of \0- early", 0, b"1:x\0\n");
    folder.expect(r"-v \0 early", 0, "x\n");
    // A NUL byte far from the start: the lines before it are printed.
    let mut late = b"x\n".to_vec();
    late.extend(b"y\n".repeat(1 << 20));
    late.extend(b"x\0\nx\n");
    folder.write("late", &late);
    folder.expect_error("x late", 0, "x\n", &note("late"));
    folder.expect("-c x late", 0, "3\n");
}
