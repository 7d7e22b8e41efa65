//! `tally words`.

use crate::folder::{Folder, TALLY, output};

#[test]
fn prints_the_most_frequent_words() {
    let folder = Folder::new("prints_the_most_frequent_words");
    folder.write("t", "to be or not to be\n");
    folder.write("u", "be\u{2003}\u{E9} to");
    folder.write("none", " \n");
    folder.expect("words t", 0, "2 be\n2 to\n1 not\n1 or\n6 words, 4 different\n");
    folder.expect("words -k 1 t u", 0, "3 be\n9 words, 5 different\n");
    folder.expect("words -k 0 t", 0, "6 words, 4 different\n");
    folder.expect("words --top 2 u", 0, "1 be\n1 to\n3 words, 3 different\n");
    folder.expect("words --ascii -k 1 u", 0, "1 be\u{2003}\u{E9}\n2 words, 2 different\n");
    folder.expect("words -c t u", 0, "9\n");
    folder.expect("words --count --ascii u", 0, "2\n");
    folder.expect("words none", 1, "0 words, 0 different\n");
    folder.expect("words -c none", 1, "0\n");
    let json = concat!(
        r#"{"type":"word","text":{"text":"be"},"count":2}"#,
        "\n",
        r#"{"type":"words","total":6,"distinct":4}"#,
        "\n",
    );
    folder.expect("words --json -k 1 t", 0, json);
    folder.expect("words --json -c t", 0, "{\"type\":\"words\",\"total\":6}\n");
    // No word goes on in the next file.
    folder.write("a", "one");
    folder.write("b", "two");
    folder.expect("words a b", 0, "1 one\n1 two\n2 words, 2 different\n");
    folder.expect("words -c a b", 0, "2\n");
    // The string can still be searched for.
    folder.write("w", "words\nother\n");
    folder.expect("-N1 words w", 0, "words\n");
    folder.expect("-- words w", 0, "words\n");
}

/// In fixed memory: exact while there is room for all words, then with a bound of each error.
#[test]
fn prints_approximate_counts() {
    let folder = Folder::new("prints_approximate_counts");
    folder.write("t", "to be or not to be\n");
    let end = "6 words; of each other one at most 0, and 0 are too long\n";
    folder.expect("words --approximate 32768 -k 2 t", 0, format!("2 -0 be\n2 -0 to\n{end}"));
    let json = concat!(
        r#"{"type":"word","text":{"text":"be"},"count":2,"error":0}"#,
        "\n",
        r#"{"type":"words","total":6,"floor":0,"skipped":0}"#,
        "\n",
    );
    folder.expect("words --approximate 32768 --json -k 1 t", 0, json);
    let numbers: Vec<String> = (0..5000).map(|number| number.to_string()).collect();
    let many = format!("often {} {}", numbers.join("\noften "), "x".repeat(3000));
    folder.write("many", &many);
    let shown = output(&folder, &["words", "--approximate", "32768", "-k", "1", "many"]);
    let (first, last) = shown.split_once('\n').unwrap();
    assert_eq!(first, "5000    -0 often");
    let floor = last.strip_prefix("10001 words; of each other one at most ").unwrap();
    let floor: u64 = floor.strip_suffix(", and 1 are too long\n").unwrap().parse().unwrap();
    assert!((1..50).contains(&floor), "{floor}");
    for refused in ["--approximate 1000", "-c --approximate 32768", "--approximate x"] {
        let mut command = folder.command(TALLY, ["words"]);
        assert_eq!(command.args(refused.split(' ')).output().unwrap().status.code(), Some(2));
    }
}
