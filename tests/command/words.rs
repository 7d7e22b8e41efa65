//! `tally words`.

use crate::folder::Folder;

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
