//! The objects that `--json` prints.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::folder::{Folder, missing, output, words};

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("t", "a\n\"x,\\,\t\x01\x7F,\ré\n,,");
    folder.write("bytes", b",,\n\xFF,,\n\xC3,,x");
    folder
}

fn lines(objects: &[&str]) -> String {
    objects.join("\n") + "\n"
}

/// The object that follows `objects` of matches in one of `files` files.
fn ended(objects: &[&str], files: usize) -> String {
    let (matches, matching) = (objects.len(), objects.len().min(1));
    let total = format!(
        "{{\"type\":\"total\",\"matching_segments\":{matches},\"files\":{files},\"matching_files\":{matching},\
         \"errors\":0}}"
    );
    lines(&[objects, &[&total]].concat())
}

#[test]
fn lines_and_words() {
    let folder = folder("json_lines");
    folder.expect(
        "--json -N 3 , t",
        0,
        ended(
            &[concat!(
                r#"{"type":"match","path":{"text":"t"},"line":2,"start":2,"end":11,"column":9,"#,
                r#""count":3,"text":{"text":"\"x,\\,\t\u0001"#,
                "\x7F",
                r#",\ré"}}"#
            )],
            1,
        ),
    );
    folder.expect(
        "--json -N 2 , bytes",
        0,
        ended(&[
            concat!(
                r#"{"type":"match","path":{"text":"bytes"},"line":1,"start":0,"end":2,"column":2,"#,
                r#""count":2,"text":{"text":",,"}}"#
            ),
            concat!(
                r#"{"type":"match","path":{"text":"bytes"},"line":2,"start":3,"end":6,"column":3,"#,
                r#""count":2,"text":{"bytes":"/yws"}}"#
            ),
            concat!(
                r#"{"type":"match","path":{"text":"bytes"},"line":3,"start":7,"end":10,"column":3,"#,
                r#""count":2,"text":{"bytes":"wywseA=="}}"#
            ),
        ], 1),
    );
    // The count is that of the whole line, also behind the end.
    folder.expect(
        "--json -N 1 , bytes -m1",
        0,
        ended(
            &[concat!(
                r#"{"type":"match","path":{"text":"bytes"},"line":1,"start":0,"end":1,"column":1,"#,
                r#""count":2,"text":{"text":",,"}}"#
            )],
            1,
        ),
    );
    folder.expect(
        "--json -vN 2 , t",
        0,
        ended(
            &[concat!(
                r#"{"type":"match","path":{"text":"t"},"line":1,"start":0,"count":0,"#,
                r#""text":{"text":"a"}}"#
            )],
            1,
        ),
    );
    folder.expect_of(
        b"a\0b b",
        "--json --per word -N 1 b",
        0,
        ended(&[
            concat!(
                r#"{"type":"match","path":null,"line":1,"start":0,"end":3,"column":3,"count":1,"#,
                r#""text":{"text":"a\u0000b"}}"#
            ),
            concat!(
                r#"{"type":"match","path":null,"line":1,"start":4,"end":5,"column":5,"count":1,"#,
                r#""text":{"text":"b"}}"#
            ),
        ], 1),
    );
    // A string of several bytes: the column is that of its first one.
    folder.expect_of(
        b"x\nab,ab",
        "--json -N 2 ab",
        0,
        ended(
            &[concat!(
                r#"{"type":"match","path":null,"line":2,"start":2,"end":7,"column":4,"count":2,"#,
                r#""text":{"text":"ab,ab"}}"#
            )],
            1,
        ),
    );
}

#[test]
fn files_and_totals() {
    let folder = folder("json_files");
    let file = r#"{"type":"match","path":{"text":"bytes"}}"#;
    folder.expect(
        "--json --per file -N 6 , bytes t",
        0,
        ended(&[r#"{"type":"match","path":{"text":"bytes"},"end":10}"#], 2),
    );
    folder.expect("--json --per file -N 0 , bytes", 0, ended(&[file], 1));
    folder.expect("--json --per file -vN 7 , bytes", 0, ended(&[file], 1));
    folder.expect("--json --per file -vN 6 , bytes", 1, ended(&[], 1));
    folder.expect("--json --per file -m0 , bytes", 1, ended(&[], 1));
    folder.expect(
        "--json --totals -N 2 , t bytes",
        0,
        lines(&[
            concat!(
                r#"{"type":"totals","path":{"text":"t"},"count":5,"max_count":3,"#,
                r#""matching_segments":2,"segments":3,"bytes":17}"#
            ),
            concat!(
                r#"{"type":"totals","path":{"text":"bytes"},"count":6,"max_count":2,"#,
                r#""matching_segments":3,"segments":3,"bytes":11}"#
            ),
            concat!(
                r#"{"type":"total","count":11,"max_count":3,"matching_segments":5,"segments":6,"#,
                r#""bytes":28,"files":2,"matching_files":2,"errors":0}"#
            ),
        ]),
    );
    folder.expect("--json -N 9 , t", 1, ended(&[], 1));
    folder.expect("--json -q , t", 0, "");
}

/// Every report has objects, and ends with one of the type "total".
#[test]
fn reports() {
    let folder = folder("json_reports");
    let files = |matching: u64| format!(r#""files":2,"matching_files":{matching},"errors":0}}"#);
    for (options, status, expected) in [
        (
            "-c -N 3",
            0,
            [
                r#"{"type":"count","path":{"text":"t"},"matching_segments":1}"#.to_owned(),
                r#"{"type":"count","path":{"text":"bytes"},"matching_segments":0}"#.into(),
                format!(r#"{{"type":"total","matching_segments":1,{}"#, files(1)),
            ],
        ),
        (
            "-c -m1",
            0,
            [
                r#"{"type":"count","path":{"text":"t"},"matching_segments":1}"#.into(),
                r#"{"type":"count","path":{"text":"bytes"},"matching_segments":1}"#.into(),
                format!(r#"{{"type":"total","matching_segments":2,{}"#, files(2)),
            ],
        ),
        (
            "--hits -N 3",
            0,
            [
                r#"{"type":"hits","path":{"text":"t"},"count":5}"#.into(),
                r#"{"type":"hits","path":{"text":"bytes"},"count":6}"#.into(),
                format!(r#"{{"type":"total","count":11,{}"#, files(1)),
            ],
        ),
        (
            "--most -N 4",
            1,
            [
                r#"{"type":"most","path":{"text":"t"},"max_count":3}"#.into(),
                r#"{"type":"most","path":{"text":"bytes"},"max_count":2}"#.into(),
                format!(r#"{{"type":"total","max_count":3,{}"#, files(0)),
            ],
        ),
        (
            "-l",
            0,
            [
                r#"{"type":"file","path":{"text":"t"}}"#.into(),
                r#"{"type":"file","path":{"text":"bytes"}}"#.into(),
                format!(r#"{{"type":"total",{}"#, files(2)),
            ],
        ),
        (
            "-LN 4",
            1,
            [
                r#"{"type":"file","path":{"text":"t"}}"#.into(),
                r#"{"type":"file","path":{"text":"bytes"}}"#.into(),
                format!(r#"{{"type":"total",{}"#, files(0)),
            ],
        ),
    ] {
        let line = format!("--json {options} , t bytes");
        folder.expect(&line, status, expected.join("\n") + "\n");
    }
    // What cannot be read is counted.
    folder.expect_error(
        "--json -l , missing . t",
        2,
        lines(&[
            r#"{"type":"file","path":{"text":"t"}}"#,
            r#"{"type":"total","files":1,"matching_files":1,"errors":2}"#,
        ]),
        &(missing("missing") + "tally: .: Is a directory\n"),
    );
    folder.expect_of(
        b",\n",
        "--json --label here -c ,",
        0,
        lines(&[
            r#"{"type":"count","path":{"text":"here"},"matching_segments":1}"#,
            r#"{"type":"total","matching_segments":1,"files":1,"matching_files":1,"errors":0}"#,
        ]),
    );
}

/// The manual has every member and every type that there is.
#[test]
fn the_manual_has_all_names() {
    let folder = folder("json_names");
    folder.write("open.csv", "a,b\n1,2,3\nx,\"");
    let page = output(&folder, &["--man"]);
    let mut names = BTreeSet::new();
    for line in [
        "--json , t bytes missing",
        "--json --csv -n , open.csv",
        "--json --ragged open.csv",
        "--json --per file , t",
        "--json -l , t",
        "--json -c , t",
        "--json --hits , t",
        "--json --most , t",
        "--json --most -n --csv , t",
        "--json --histogram , t",
        "--json --totals , t",
        "words --json t bytes",
        "words --json -c t",
        "words --json --approximate 32768 t",
    ] {
        let ended = folder.tally(words(line)).output().unwrap();
        let shown = String::from_utf8(ended.stdout).unwrap();
        assert!(shown.lines().count() > usize::from(!line.ends_with("-c t")), "{line}");
        for object in shown.lines() {
            let object: Value = serde_json::from_str(object).unwrap();
            names.insert(object["type"].as_str().unwrap().to_owned());
            add_names(&object, &mut names);
        }
    }
    for name in ["unclosed_quote", "fields", "max_count", "histogram", "errors", "floor"] {
        assert!(names.contains(name), "{name} of {names:?}");
    }
    for name in names {
        assert!(page.contains(&format!("\"{name}\"")), "{name}");
    }
}

/// Adds the names of all members.
fn add_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names.insert(name.clone());
                add_names(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| add_names(value, names)),
        _ => {}
    }
}
