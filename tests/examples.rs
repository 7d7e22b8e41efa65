//! The examples that exist in several languages do what their comments say, each the same. Those in
//! C and C++ are run; the functions of those in Rust are called.

#![cfg(unix)]

#[path = "../examples/rust/csv_gate.rs"]
mod csv_gate;
#[path = "../examples/rust/json_guard.rs"]
mod json_guard;
#[path = "programs/mod.rs"]
mod programs;
#[path = "../examples/rust/separator_sniffer.rs"]
mod separator_sniffer;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use programs::{Compiler, Example, Library, WARNINGS};

/// The example in C and in C++.
fn examples(name: &str, files: &[(&str, &str)]) -> [Example; 2] {
    [(Compiler::c("c99"), "c"), (Compiler::cpp("c++17"), "cpp")].map(|(compiler, language)| {
        let source = format!("examples/{language}/{name}.{language}");
        let built = format!("{language}-example-{name}");
        Example::new(compiler.program(&built, &[&source], &WARNINGS, Library::Shared), files)
    })
}

#[test]
fn csv_gates() {
    let files = [
        ("good.csv", "a,b\n1,\"2\n,3\"\r\n\r\nx\"y,\"\"\n"),
        ("bad.csv", "\na,b\n\"x\ny\",z\n1,2,3\n4\n"),
        ("semi.csv", "a;b\n1,2;3\n4\n"),
        ("tab.csv", "a\tb\n"),
        ("open.csv", "a,b\n1,\"x\ny,2\n"),
        ("one.csv", "a,\"b"),
        ("empty.csv", ""),
        ("cr.csv", "a,b\r1,2\r3\r4,5,6\r"),
        ("crlf.csv", "a,b\r\n\r\n1,\"2\r\n\"\r\n3,4,5\r\n"),
    ];
    let cases: [(&str, &str, Option<&str>); 10] = [
        ("good.csv", ",", None),
        ("bad.csv", ",", Some("5: 3 fields, expected 2")),
        ("semi.csv", ";", Some("3: 1 field, expected 2")),
        ("semi.csv", ",", Some("2: 2 fields, expected 1")),
        ("tab.csv", "\\t", None),
        ("open.csv", ",", Some("2: the quote that opens here is never closed")),
        ("one.csv", ",", Some("1: the quote that opens here is never closed")),
        ("empty.csv", ",", None),
        ("cr.csv", ",", Some("3: 1 field, expected 2")),
        ("crlf.csv", ",", Some("5: 3 fields, expected 2")),
    ];
    for example in examples("csv_gate", &files) {
        for (file, separator, expected) in cases {
            let printed = expected.map_or(String::new(), |reason| format!("{file}:{reason}\n"));
            example.expect(&[file, separator], i32::from(expected.is_some()), &printed);

            let byte = if separator == "\\t" { b'\t' } else { separator.as_bytes()[0] };
            let found = csv_gate::gate(&example.folder.join(file), byte).unwrap();
            let found = found.map(|(line, reason)| format!("{line}: {reason}"));
            assert_eq!(found.as_deref(), expected, "{file}");
        }
        example.expect(&["good.csv"], 0, "");
        example.expect(&["missing"], 2, "csv_gate: missing: No such file or directory\n");
        example.expect(&["good.csv", "::"], 2, "csv_gate: ::: the separator is one byte\n");
        example.expect(&[], 2, "usage: csv_gate FILE [SEPARATOR]\n");
    }
    assert!(csv_gate::gate("missing".as_ref(), b',').is_err());
    let accepted = |arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        csv_gate::file_and_separator(&arguments).map(|(_, separator)| separator)
    };
    assert_eq!([accepted(&["f"]), accepted(&["f", ";"])], [Some(b','), Some(b';')]);
    assert_eq!(accepted(&["f", "\\t"]), Some(b'\t'));
    assert_eq!([accepted(&[]), accepted(&["f", "::"]), accepted(&["f", ",", "g"])], [None; 3]);
}

/// Why a body is rejected, found byte by byte.
fn plainly(most: u64, body: &str) -> Option<String> {
    let (mut depth, mut string, mut escaped) = (0, None, false);
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => string = if string.is_none() { Some(at) } else { None },
            b'{' | b'[' if string.is_none() => {
                depth += 1;
                if depth > most {
                    return Some(format!("too deep at byte {at}"));
                }
            }
            b'}' | b']' if string.is_none() => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    string.map(|at| format!("the string at byte {at} does not end"))
}

#[test]
fn json_guards() {
    let programs = examples("json_guard", &[]);
    let long = "[{\"[[\\\"\":1},".repeat(3000);
    let mut rejected = 0;
    for (most, body) in [
        (3, r#"{"a":"[[[[","b":[{}]}"#),
        (2, r#"{"a":"[[[[","b":[{}]}"#),
        (0, "["),
        (0, "1"),
        (9, r#"{"a\""#),
        (9, ""),
        (2, "]]][["),
        (2999, &long),
        (3000, &long),
        (5000, &"[".repeat(5001)),
        (5001, &"[".repeat(5001)),
    ] {
        let expected = plainly(most, body);
        rejected += usize::from(expected.is_some());
        let guard = json_guard::DepthGuard::new(most).unwrap();
        for length in [1, 7, 4096] {
            let mut request = guard.request().unwrap();
            body.as_bytes().chunks(length).any(|chunk| request.feed(chunk).unwrap());
            assert_eq!(request.reason(), expected, "{body}");
        }
        for example in &programs {
            let mut command = example.command(&[&most.to_string()]);
            let pipes = command.stdin(Stdio::piped()).stderr(Stdio::piped());
            let mut child = pipes.spawn().expect("the example starts");
            let mut stdin = child.stdin.take().unwrap();
            // It may stop reading.
            let _ = stdin.write_all(body.as_bytes());
            drop(stdin);
            let ended = child.wait_with_output().unwrap();
            let printed = expected.as_ref().map_or(String::new(), |reason| format!("{reason}\n"));
            assert_eq!(String::from_utf8_lossy(&ended.stderr), printed, "{body}");
            assert_eq!(ended.status.code(), Some(i32::from(expected.is_some())), "{body}");
        }
    }
    assert_eq!(rejected, 6);
    for example in &programs {
        for most in ["-1", "x", "", "18446744073709551615"] {
            example.expect(&[most], 2, "usage: json_guard MOST < BODY\n");
            assert_eq!(json_guard::most(&[most.into()]), None, "{most}");
        }
        example.expect(&["3", "4"], 2, "usage: json_guard MOST < BODY\n");
    }
    assert_eq!(json_guard::most(&["18446744073709551614".into()]), Some(u64::MAX - 1));
    assert_eq!([json_guard::most(&["3".into(), "4".into()]), json_guard::most(&[])], [None; 2]);
}

#[test]
fn separator_sniffers() {
    let large = "1,2\n".repeat(400_000);
    let cut = "1;2,3\n".repeat(200_000);
    // Three kinds of rows with many fields, ten of each kind: the fewest fields win.
    let wide: String =
        (0..30).map(|row| [",".repeat(1499 + row % 3 * 200), "\n".into()].concat()).collect();
    let files = [
        ("semi.csv", "a;b;\"c,,,\"\n1;2,3;4\n\n5;6;7\n"),
        ("tabs", "a\tb\n1\t2,3\r\n\"\t\t\"\tx\n4\n"),
        ("bars", "a|b|c,d\n1|2|3,4\n"),
        ("none", "one\ntwo\n"),
        ("empty", ""),
        ("large", &large),
        ("cut", &cut),
        ("wide", &wide),
    ];
    let cases = [
        ("semi.csv", "; 3 3 3"),
        ("tabs", "\\t 2 3 4"),
        ("bars", "| 3 2 2"),
        ("none", ""),
        ("empty", ""),
        ("large", ", 2 262144 262144"),
        // The sample ends in a row.
        ("cut", ", 2 174762 174762"),
        ("wide", ", 1500 10 30"),
    ];
    for example in examples("separator_sniffer", &files) {
        for (file, expected) in cases {
            let numbers: Vec<&str> = expected.split(' ').collect();
            let printed = match numbers[..] {
                [separator, fields, rows, all] => {
                    format!("{separator}: {fields} fields in {rows} of {all} rows\n")
                }
                _ => String::new(),
            };
            example.expect(&[file], i32::from(expected.is_empty()), &printed);

            let data = fs::read(example.folder.join(file)).unwrap();
            let sample = &data[..data.len().min(1 << 20)];
            let guess = separator_sniffer::sniff(sample, sample.len() < data.len()).unwrap();
            let guess = guess.map_or(String::new(), |guess| {
                let separator = (guess.separator as char).escape_default();
                format!("{separator} {} {} {}", guess.fields, guess.rows, guess.all_rows)
            });
            assert_eq!(guess, expected, "{file}");
        }
        example.expect(&[], 2, "usage: separator_sniffer FILE\n");
        example.expect(&["none", "empty"], 2, "usage: separator_sniffer FILE\n");
    }
}
