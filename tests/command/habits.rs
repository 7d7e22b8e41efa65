//! Options that people know from other programs, and those that they try in vain.

use std::fs;

use crate::common::Random;
use crate::folder::{Folder, check, has, output, words};

/// `--include`, `--exclude` and `--exclude-dir` are those of `grep`, also on the command line.
#[test]
fn files_by_name_as_grep() {
    if !has("grep", &["-V"]) {
        return;
    }
    let folder = Folder::new("by_name");
    for place in ["", "sub/", "sub/deep/", "src/", "src/sub/", ".git/"] {
        fs::create_dir_all(folder.path(place)).unwrap();
        for name in ["a.c", "b.h", "c.txt", "README", ".hidden.c", "x[1].c"] {
            folder.write(format!("{place}{name}"), "x\n");
        }
    }
    let patterns = [
        "--include=*.c",
        "--include=*.h",
        "--include=README",
        "--include=*",
        "--exclude=*.c",
        "--exclude=a.*",
        "--exclude=sub/a.c",
        "--exclude=*/a.c",
        "--exclude=[ab].?",
        "--exclude=.*",
        "--include=x\\[1\\].c",
        "--exclude-dir=sub",
        "--exclude-dir=sub/",
        "--exclude-dir=.git",
        "--exclude-dir=s*",
        "--exclude-dir=src/sub",
        "--exclude-dir=deep",
        "--include=[!a]*",
    ];
    let places = [
        &["-r", "x"][..],
        &["-r", "x", "."],
        &["-r", "x", "sub", "src"],
        &["-r", "x", "./src/", "a.c"],
        &["x", "a.c", "sub/a.c", "./b.h", "src/sub/c.txt"],
    ];
    let mut random = Random::new(21);
    for round in 0..300 {
        let count = if round < patterns.len() { 1 } else { 1 + random.below(3) };
        let chosen: Vec<&str> = (0..count)
            .map(|_| if round < patterns.len() { patterns[round] } else { random.pick(&patterns) })
            .collect();
        for place in places {
            let sorted = |program: &str| {
                let ended = folder.command(program, chosen.iter().chain(place)).output().unwrap();
                let mut lines: Vec<_> =
                    ended.stdout.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
                lines.sort();
                (lines, ended.status.code(), ended.stderr)
            };
            assert_eq!(sorted(crate::folder::TALLY), sorted("grep"), "{chosen:?} {place:?}");
        }
    }
    folder.expect(
        "-rl --include=*.{h,txt} x src",
        0,
        "src/b.h\nsrc/c.txt\nsrc/sub/b.h\nsrc/sub/c.txt\n",
    );
    let wrong = folder.tally(["--include=[", "x", "a.c"]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("error parsing glob '['"));
}

#[test]
fn gitignore() {
    let folder = Folder::new("gitignore");
    fs::create_dir_all(folder.path("d/build/deep")).unwrap();
    fs::create_dir_all(folder.path("d/.git")).unwrap();
    fs::create_dir_all(folder.path("d/src/build")).unwrap();
    for name in [
        "a",
        "b.log",
        "keep.log",
        "build/c",
        "build/deep/d",
        ".git/e",
        "src/f.tmp",
        "src/g",
        "src/build/h",
    ] {
        folder.write(format!("d/{name}"), "x\n");
    }
    folder.write("d/.gitignore", "# comment\n*.log\n!keep.log\n/build/\n");
    folder.write("d/src/.gitignore", "*.tmp\n");
    folder.expect("-rl --gitignore x d", 0, "d/a\nd/keep.log\nd/src/build/h\nd/src/g\n");
    // The files of the folders above count as well.
    folder.expect("-rl --gitignore x d/src", 0, "d/src/build/h\nd/src/g\n");
    folder.write("d/src/z.log", "x\n");
    folder.expect("-rl --gitignore x d/src", 0, "d/src/build/h\nd/src/g\n");
    // A file that the command line names is searched.
    folder.expect("-l --gitignore x d/b.log", 0, "d/b.log\n");
    folder.expect(
        "-rc --gitignore x d/src --exclude=g",
        0,
        "d/src/.gitignore:0\nd/src/build/h:1\n",
    );
    assert_eq!(output(&folder, &["-rl", "x", "d"]).lines().count(), 10);
}

#[test]
fn lists_of_files() {
    let folder = Folder::new("lists");
    folder.write("a", "x\n");
    folder.write("b\nc", "x\nx\n");
    fs::create_dir(folder.path("d")).unwrap();
    folder.write("d/e", "x\n");
    folder.write("list", "a\0b\nc\0");
    folder.write("unended", "b\nc\0a");
    folder.write("none", "");
    folder.write("folder", "d\0a\0");
    folder.write("wrong", "a\0\0missing\0b\nc\0");
    folder.expect("-c x --files0-from=list", 0, "a:1\nb\nc:2\n");
    folder.expect("-c x --files0-from unended", 0, "b\nc:2\na:1\n");
    folder.expect("-hc x --files0-from=list", 0, "1\n2\n");
    folder.expect("x --files0-from=none", 1, "");
    folder.expect_error("x --files0-from=folder", 2, "a:x\n", "tally: d: Is a directory\n");
    folder.expect("-r x --files0-from=folder", 0, "d/e:x\na:x\n");
    folder.expect_error(
        "-c x --files0-from=wrong",
        2,
        "a:1\nb\nc:2\n",
        "tally: wrong: it has a file name without a character\n\
         tally: missing: No such file or directory\n",
    );
    folder.expect_error("x --files0-from=lost", 2, "", "tally: lost: No such file or directory\n");
    folder.expect_error("x --files0-from=d", 2, "", "tally: d: Is a directory\n");
    folder.expect_of(b"a\0b\nc", "-c x --files0-from=-", 0, "a:1\nb\nc:2\n");
    let ended = crate::folder::fed(&mut folder.tally(words("-c x --files0-from=-")), b"a\0-\0");
    let error = "tally: -: standard input is the list, and cannot be searched\n";
    check("-", &ended, 2, b"a:1\n", error);
    let both = folder.tally(words("x --files0-from=list a")).output().unwrap();
    assert_eq!(both.status.code(), Some(2));
    // As many as are read ahead, in their order.
    let names: Vec<String> = (0..500).map(|number| format!("d/{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        folder.write(name, "x\n".repeat(number));
    }
    folder.write("many", names.join("\0"));
    let expected: Vec<_> = (0..500).map(|number| format!("d/{number}:{number}\n")).collect();
    let expected = expected.concat();
    for threads in ["-j1", "-j2", "-j9"] {
        folder.expect(&format!("{threads} -c x --files0-from=many"), 0, &expected);
    }
}

/// `-m` leaves standard input behind the last line that is printed, as `grep` does.
#[test]
fn the_rest_of_standard_input() {
    let folder = Folder::new("rest");
    let long = "y".repeat(1_500_000);
    folder.write("t", format!("a,\nb\nc,\n\nd,\n{long},\nlast,"));
    folder.write("csv", "a,\"\n\"\r\nb,2\rc,3\n");
    let rest = |program: &str, line: &str, name: &str| {
        // grep stops at the first match if it sees that its output is the null device.
        let line = format!("(\"$0\" {line} >out; cat) < {name}");
        let ended = folder.command("sh", ["-c", &line, program]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{line}");
        String::from_utf8(ended.stdout).unwrap()
    };
    let tally = crate::folder::TALLY;
    for (line, expected) in [
        ("-m1 ,", format!("b\nc,\n\nd,\n{long},\nlast,")),
        ("-nm2 ,", format!("\nd,\n{long},\nlast,")),
        ("-vm1 ,", format!("c,\n\nd,\n{long},\nlast,")),
        ("-vm2 ,", format!("d,\n{long},\nlast,")),
        ("-m4 ,", "last,".into()),
        ("-m5 ,", String::new()),
        ("-m6 ,", String::new()),
        ("-m-1 ,", String::new()),
    ] {
        assert!(rest(tally, line, "t") == expected, "{line}");
        if has("grep", &["-V"]) {
            assert!(rest("grep", line, "t") == expected, "grep {line}");
        }
    }
    for (line, expected) in [
        ("--csv -m1 ,", "b,2\rc,3\n"),
        ("--csv -m2 ,", "c,3\n"),
        ("--csv --json -m1 ,", "b,2\rc,3\n"),
        ("--csv -m3 ,", ""),
        ("--per word -m1 2", "c,3\n"),
    ] {
        assert_eq!(rest(tally, line, "csv"), expected, "{line}");
    }
    // Standard input that was read from before, and two searches of it.
    let line = "(read line; \"$0\" -m1 c; cat) < t";
    let ended = folder.command("sh", ["-c", line, tally]).output().unwrap();
    assert!(ended.stdout == format!("c,\n\nd,\n{long},\nlast,").as_bytes());
    let line = "\"$0\" -hm1 , - - < t";
    let ended = folder.command("sh", ["-c", line, tally]).output().unwrap();
    check(line, &ended, 0, b"a,\nc,\n", "");
    // A pipe has no position.
    folder.expect_of(b"a,\nb\nc,\n", "-m1 ,", 0, "a,\n");
}

/// A negative number with `-m` is no limit.
#[test]
fn no_limit() {
    let folder = Folder::new("no_limit");
    folder.write("t", "a,\nb\nc,\n");
    folder.expect("-m -1 , t", 0, "a,\nc,\n");
    folder.expect("-m-7 -c , t", 0, "2\n");
    folder.expect("--max-count=-1 -q --none x t", 0, "");
}

#[test]
fn labels() {
    let folder = Folder::new("labels");
    folder.write("t", "x\n");
    folder.expect_of(b"x\n", "-H --label=here x", 0, "here:x\n");
    folder.expect_of(b"x\n", "--label here -c x - t", 0, "here:1\nt:1\n");
    folder.expect_of(b"x\n", "--label here -l x", 0, "here\n");
    folder.expect_of(b"x\n", "--label here x", 0, "x\n");
    let ended = crate::folder::fed(&mut folder.tally(words("--label=here x")), b"x\0");
    let note = "tally: here: binary file matches; use -a to print the matches\n";
    check("binary", &ended, 0, b"", note);
}

#[test]
fn binary_files_are_skipped() {
    let folder = Folder::new("skipped");
    folder.write("binary", "x\0\n");
    folder.write("text", "x\n");
    folder.expect("-I x binary", 1, "");
    folder.expect("-I x binary text", 0, "text:x\n");
    folder.expect("-Ic x binary text", 0, "binary:0\ntext:1\n");
    folder.expect("-I --hits x binary text", 0, "binary:0\ntext:1\n");
    folder.expect("-Il x binary text", 0, "text\n");
    folder.expect("-IL x binary text", 0, "binary\n");
    folder.expect("-Iv y binary", 1, "");
    folder.expect("-Iq x binary", 1, "");
    folder.expect("-I --per file x binary text", 0, "text\n");
    assert_eq!(output(&folder, &["-I", "--totals", "x", "binary", "text"]).lines().count(), 2);
    // The last of -I and -a counts.
    folder.expect("-Ia x binary", 0, "x\0\n");
    folder.expect("-aI x binary", 1, "");
    if has("grep", &["-V"]) {
        for options in ["-I", "-Ic", "-Il", "-IL", "-Iv", "-Iq", "-Ia", "-aI", "-Icv", "-Ilv"] {
            let run = |program: &str| {
                folder.command(program, [options, "x", "binary", "text"]).output().unwrap()
            };
            assert_eq!(run(crate::folder::TALLY), run("grep"), "{options}");
        }
    }
}

#[test]
fn other_encodings_are_reported() {
    let folder = Folder::new("encodings");
    let utf_16 = |text: &str, little: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    folder.write("le", utf_16("x\n", true));
    folder.write("be", utf_16("x\n", false));
    folder.write("le32", b"\xFF\xFE\0\0x\0\0\0");
    folder.write("be32", b"\0\0\xFE\xFF\0\0\0x");
    folder.write("utf8", b"\xEF\xBB\xBFx\n");
    folder.write("short", b"\xFF");
    let note = |name: &str, encoding: &str| {
        format!("tally: {name}: {encoding} text, which is searched byte by byte; see iconv(1)\n")
    };
    folder.expect_error("-c x le", 0, "1\n", &note("le", "UTF-16"));
    folder.expect_error("-c x be", 0, "1\n", &note("be", "UTF-16"));
    folder.expect_error("-c x le32", 0, "1\n", &note("le32", "UTF-32"));
    folder.expect_error("-c x be32", 0, "1\n", &note("be32", "UTF-32"));
    folder.expect("-c x utf8", 0, "1\n");
    folder.expect("-c x short", 1, "0\n");
    folder.expect("-sc x le", 0, "1\n");
    for options in ["-lN 0", "-L", "--hits", "--most", "-q", "-v -c", "--per file", "-I"] {
        let line = format!("{options} y le");
        let ended = folder.tally(words(&line)).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), note("le", "UTF-16"), "{line}");
    }
    // A large one, on threads.
    let mut large = utf_16("x\n", true);
    large.resize(20 << 20, b'y');
    folder.write("large", large);
    folder.expect_error("-cj2 x large", 0, "1\n", &note("large", "UTF-16"));
    // Printed lines come with both messages.
    let hidden = "tally: le: binary file matches; use -a to print the matches\n";
    folder.expect_error("x le", 0, "", &format!("{hidden}{}", note("le", "UTF-16")));
}

#[test]
fn octal_escapes_and_ranges() {
    let folder = Folder::new("octal");
    folder.write("t", b"a,b\x01-z09AF.\xFF\0\n");
    for (needle, hits) in [
        (r"\054", 1),
        (r"\001", 1),
        (r"\000", 1),
        (r"\0", 1),
        (r"\377", 1),
        (r"a\054b", 1),
        (r"\0549", 0),
        (r"\-z", 1),
        (r"--any-of a-z", 3),
        (r"--any-of a-zA-Z0-9", 7),
        (r"--any-of b-y0-8", 2),
        (r"--any-of \x00-\x1F", 3),
        (r"--any-of \0-\011\013-\037", 2),
        (r"--any-of \x80-\xFF", 1),
        (r"--any-of -- -az", 3),
        (r"--any-of az-", 3),
        (r"--any-of a\-z", 3),
        (r"--any-of -F a-z", 3),
        (r"--any-of a-a", 1),
        (r"--any-of ,-", 2),
    ] {
        let line = format!("--hits --per file {needle} t");
        folder.expect(&line, i32::from(hits == 0), format!("{hits}\n"));
    }
    for (needle, reason) in [
        (r"\05", r"\05 is not a byte"),
        (r"\08", r"\08 is not a byte"),
        (r"\5", r"\5 is not a byte"),
        (r"\400", r"\400 is not a byte"),
        (r"\089", r"\089 is not a byte"),
        ("--any-of z-a", r"'z-a' is no range"),
        ("--any-of +-*", r"'+-*' is no range"),
        ("--any-of !-~", r"\x21-\x7E"),
        ("--any-of a-Z", "'a-Z' is no range"),
        ("--any-of 0-z", "'0-z' is no range"),
        (r"--any-of a-\xFF", r"'a-\xFF' is no range"),
        ("--any-of à-ü", "several bytes"),
        ("--any-of [:digit:]", "0-9"),
        ("--any-of x[:alpha:]", "no classes"),
    ] {
        let ended = folder.tally(words(&format!("{needle} t"))).output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert!(errors.contains(reason), "errors of {needle}: {errors}");
        assert_eq!(ended.status.code(), Some(2), "status of {needle}");
    }
}

/// Options of `grep`, `rg` and `wc` that do not exist: the message says what to write.
#[test]
fn options_of_other_programs() {
    let folder = Folder::new("foreign");
    folder.write("t", "x\n");
    for (line, advice) in [
        ("-i x t", "--any-of 'aA'"),
        ("-ni x t", "--any-of 'aA'"),
        ("--ignore-case x t", "--any-of 'aA'"),
        ("-w x t", "--per word"),
        ("-o x t", "--hits"),
        ("-e x t", "the first argument"),
        ("--regexp=x t", "the first argument"),
        ("-E x t", "not a regular expression"),
        ("-f list t", "NEEDLE is an argument"),
        ("-x x t", "never as a whole"),
        ("-A 3 x t", "no lines of context"),
        ("-A3 x t", "no lines of context"),
        ("-C2 x t", "no lines of context"),
        ("--context=3 x t", "no lines of context"),
        ("-3 x t", "-N NUM"),
        ("--count-matches x t", "use --hits"),
        ("--heading x t", "file's name"),
        ("-g *.c x", "--include"),
        ("-t py x", "--include"),
        ("-u x", "all files are searched"),
        ("--hidden x", "all files are searched"),
        ("--binary-files=text x t", "use -a"),
        ("--stats x t", "--totals"),
        ("--sort path x t", "order of their names"),
        ("--max-depth 1 x t", "--exclude-dir"),
        ("--words t", "-cN 0"),
        ("--lines t", "-cN 0"),
        ("--max-line-length t", "--most --bytes"),
        ("--vimgrep x t", "-Hn --column"),
        ("-P x t", "not a regular expression"),
        ("--follow x", "use -R"),
    ] {
        let ended = folder.tally(words(line)).output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert!(errors.starts_with("error: tally has no option '-"), "errors of {line}: {errors}");
        assert!(errors.contains(advice), "errors of {line}: {errors}");
        assert!(!errors.contains("as a value"), "errors of {line}: {errors}");
        assert_eq!(ended.status.code(), Some(2), "status of {line}");
    }
    // What it says works.
    folder.write("words", "to be or\nnot\n");
    folder.expect("--per word -cN 0 e words", 0, "4\n");
    folder.expect("-cN 0 x words", 0, "2\n");
    // What is none of theirs is an error as ever.
    let ended = folder.tally(["--cuont", "x", "t"]).output().unwrap();
    assert!(String::from_utf8_lossy(&ended.stderr).contains("'--count'"));
}

/// Every option that a message recommends exists.
#[test]
fn advice_names_options_that_exist() {
    let folder = Folder::new("advice");
    let help = output(&folder, &["--help"]);
    let source = include_str!("../../src/bin/tally/foreign.rs");
    let (_, advice) = source.split_once("const ADVICE").unwrap();
    // The names of options that do not exist are strings of their own.
    let texts = advice.split('"').skip(1).step_by(2).filter(|text| !text.starts_with('-'));
    let mut found = 0;
    for word in texts.flat_map(|text| text.split([' ', ',', ';', '=', '\''])) {
        if word.starts_with("--") && word.len() > 2 {
            assert!(help.contains(word), "{word}");
            found += 1;
        }
    }
    assert!(found > 10, "{found}");
}
