//! The examples that exist in several languages do what their comments say, each the same.

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
    ];
    let cases: [(&str, &str, Option<&str>); 8] = [
        ("good.csv", ",", None),
        ("bad.csv", ",", Some("5: 3 fields, expected 2")),
        ("semi.csv", ";", Some("3: 1 fields, expected 2")),
        ("semi.csv", ",", Some("2: 2 fields, expected 1")),
        ("tab.csv", "\\t", None),
        ("open.csv", ",", Some("2: the quote that opens here is never closed")),
        ("one.csv", ",", Some("1: the quote that opens here is never closed")),
        ("empty.csv", ",", None),
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
        }
    }
}

#[test]
fn separator_sniffers() {
    let large = "1,2\n".repeat(400_000);
    let cut = "1;2,3\n".repeat(200_000);
    let files = [
        ("semi.csv", "a;b;\"c,,,\"\n1;2,3;4\n\n5;6;7\n"),
        ("tabs", "a\tb\n1\t2,3\r\n\"\t\t\"\tx\n4\n"),
        ("bars", "a|b|c,d\n1|2|3,4\n"),
        ("none", "one\ntwo\n"),
        ("empty", ""),
        ("large", &large),
        ("cut", &cut),
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
    }
}
