//! The objects that `--json` prints.

use crate::folder::Folder;

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("t", "a\n\"x,\\,\t\x01\x7F,\ré\n,,");
    folder.write("bytes", b",,\n\xFF,,\n\xC3,,x");
    folder
}

fn lines(objects: &[&str]) -> String {
    objects.join("\n") + "\n"
}

#[test]
fn lines_and_words() {
    let folder = folder("json_lines");
    folder.expect(
        "--json -N 3 , t",
        0,
        lines(&[concat!(
            r#"{"type":"match","path":{"text":"t"},"line":2,"start":2,"end":11,"column":9,"#,
            r#""count":3,"text":{"text":"\"x,\\,\t\u0001"#,
            "\x7F",
            r#",\ré"}}"#
        )]),
    );
    folder.expect(
        "--json -N 2 , bytes",
        0,
        lines(&[
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
        ]),
    );
    // The count is that of the whole line, also behind the end.
    folder.expect(
        "--json -N 1 , bytes -m1",
        0,
        lines(&[concat!(
            r#"{"type":"match","path":{"text":"bytes"},"line":1,"start":0,"end":1,"column":1,"#,
            r#""count":2,"text":{"text":",,"}}"#
        )]),
    );
    folder.expect(
        "--json -vN 2 , t",
        0,
        lines(&[concat!(
            r#"{"type":"match","path":{"text":"t"},"line":1,"start":0,"count":0,"#,
            r#""text":{"text":"a"}}"#
        )]),
    );
    folder.expect_of(
        b"a\0b b",
        "--json --per word -N 1 b",
        0,
        lines(&[
            concat!(
                r#"{"type":"match","path":null,"line":1,"start":0,"end":3,"column":3,"count":1,"#,
                r#""text":{"text":"a\u0000b"}}"#
            ),
            concat!(
                r#"{"type":"match","path":null,"line":1,"start":4,"end":5,"column":5,"count":1,"#,
                r#""text":{"text":"b"}}"#
            ),
        ]),
    );
    // A string of several bytes: the column is that of its first one.
    folder.expect_of(
        b"x\nab,ab",
        "--json -N 2 ab",
        0,
        lines(&[concat!(
            r#"{"type":"match","path":null,"line":2,"start":2,"end":7,"column":4,"count":2,"#,
            r#""text":{"text":"ab,ab"}}"#
        )]),
    );
}

#[test]
fn files_and_totals() {
    let folder = folder("json_files");
    let file = r#"{"type":"match","path":{"text":"bytes"}}"#;
    folder.expect(
        "--json --per file -N 6 , bytes t",
        0,
        lines(&[r#"{"type":"match","path":{"text":"bytes"},"end":10}"#]),
    );
    folder.expect("--json --per file -N 0 , bytes", 0, lines(&[file]));
    folder.expect("--json --per file -vN 7 , bytes", 0, lines(&[file]));
    folder.expect("--json --per file -vN 6 , bytes", 1, "");
    folder.expect("--json --per file -m0 , bytes", 1, "");
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
                r#""bytes":28}"#
            ),
        ]),
    );
    folder.expect("--json -N 9 , t", 1, "");
    folder.expect("--json -q , t", 0, "");
}
