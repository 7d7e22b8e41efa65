//! The texts of `--help` and of the manual page, besides those of the options.

use Part::{Lines, Paragraph};

pub(crate) const USAGE: &str =
    "tally [OPTION]... NEEDLE [FILE]...\n       tally [OPTION]... --ragged [FILE]...";

pub(crate) const ABOUT: &str = "Print the lines that contain a character at least N times";

pub(crate) const DESCRIPTION: &str = concat!(
    "tally searches each FILE for lines that contain NEEDLE at least NUM times, and prints them. ",
    "NEEDLE is a character, a string or, with --any-of, a set of bytes; NUM is given by -N, and 1 ",
    "by default. Without FILE, or if FILE is -, it reads standard input. Options that grep has ",
    "too mean the same here, with the few exceptions under DIFFERENCES FROM GREP.",
);

pub(crate) const EXAMPLES: &str = r"  tally -N 3 '|' notes.txt           lines with at least 3 pipes
  tally -nN 3 '|' notes.txt          the same, with line numbers
  tally --exactly 3 '|' notes.txt    lines with exactly 3; -v for the others
  tally --ragged data.csv            rows with more or fewer fields than the first
  tally --csv -nN 12 , data.csv      rows with at least 12 commas outside quotes
  tally -nW 998 mail.eml             lines of more than 998 bytes
  tally -cN 64 ';' *.log             number of lines with at least 64 semicolons
  tally -q --none -N 65 ';' upload || exit 1
                                     go on if the whole file was read and
                                     has no line with 65 semicolons or more
  tally -rl --per file '\0' .        binary files (with a NUL byte)
  tally --per word -N 4 e book.txt   words with at least 4 e
  tally --most -n , data.csv         the first line with the most commas
  tally --histogram , data.csv       how many lines have how many commas
  tally --totals '\t' *.tsv          all counts, as a table";

pub(crate) const NEEDLE: &str = concat!(
    r"NEEDLE is a character or a string, counted from left to right without overlap. A backslash ",
    r"starts an escape: \t \n \r \v \f \e \0 \- \\ \xHH (a byte) \OOO (a byte, three octal ",
    r"digits) \u{HEX} (a character). NEEDLE can also be a code point such as U+00E9. A single ",
    r"backslash stands for itself. With -F there are no escapes.",
);

pub(crate) const EXIT_STATUS: &str = concat!(
    "0 if a line matches, 1 if no line matches, 2 after an error, as when a file cannot be read. ",
    "A quote that is never closed is an error too. ",
    "With -q it is 0 if a line matches, even after an error. With --none, 0 and 1 are swapped: it ",
    "is 0 only if every file was read to its end and no line matches. It cannot be combined with ",
    "-I, which skips files, or with -m 0.",
);

/// The end of `--help`.
pub(crate) fn after_help() -> String {
    format!(
        "Examples:\n{EXAMPLES}\n\n{NEEDLE}\n\nExit status: {EXIT_STATUS}\n\n\
         For the most frequent words of files: tally words --help\n\n\
         For more about lines, words, binary files and JSON, and for more examples, see the manual \
         page: tally --man | man -l -"
    )
}

/// What a section of the manual page consists of.
pub(crate) enum Part {
    Paragraph(&'static str),
    /// Lines that are printed as they are, indented.
    Lines(&'static str),
}

/// The sections of the manual page besides those made from the options.
pub(crate) const SECTIONS: &[(&str, &[Part])] = &[
    (
        "NEEDLE",
        &[
            Paragraph(NEEDLE),
            Paragraph(
                "With --any-of, NEEDLE is a set of bytes, and each occurrence of any of them is \
                 counted. The set can contain characters that have one byte in UTF-8, escapes for \
                 bytes, and ranges: a-z, A-Z, 0-9 and parts of these, and ranges between escapes, \
                 such as \\x80-\\xFF. A dash between other characters is refused; for itself, a \
                 dash is written first, last or \\-. With -F there are no ranges.",
            ),
        ],
    ),
    (
        "NUMBERS",
        &[
            Paragraph(
                "With -N NUM a line matches as soon as NEEDLE has occurred NUM times. --at-most \
                 NUM, --exactly NUM and -N A..B are about the number in the whole line: at most \
                 NUM, NUM, from A to B. A or B can be missing, and -N with --at-most is a range \
                 too. -v selects the lines that do not match; all of this takes one pass, and \
                 lines are printed in their order.",
            ),
            Paragraph(
                "With --closing, NEEDLE and BYTES are sets of bytes, and each byte of BYTES \
                 lowers the count by one, but not below 0: the count is the depth of nesting. \
                 With -N NUM a line matches if that depth is reached somewhere in it, and its \
                 count is the greatest depth; ranges are about the depth at the end of the line. \
                 --most prints the greatest depth.",
            ),
            Paragraph(
                "--bytes and --chars count all of a line instead of a NEEDLE: its bytes, or its \
                 characters in UTF-8. Carriage returns are not counted, unless with --per file. \
                 --longer NUM is --bytes with -N and NUM + 1; with --chars it is about \
                 characters.",
            ),
            Paragraph(
                "--show-count prints the count of each line before its text. --most -n prints the \
                 first line with the most, as LINE:COUNT:TEXT. --histogram prints a table of how \
                 many lines have which count; on a terminal, with bars.",
            ),
        ],
    ),
    (
        "ROWS AND QUOTES",
        &[
            Paragraph(
                "With --csv, lines are the rows of a table, and NEEDLE is counted outside quotes. \
                 As in Python's csv module, a field is quoted if it starts with a quote (\"): it \
                 ends at the next quote that is not doubled, and separators and newlines in it \
                 are literal. A quote elsewhere in a field is an ordinary byte. Fields are \
                 separated by the BYTE of -d or, without -d, by NEEDLE if that is a semicolon, a \
                 tab or a vertical bar, and by commas if it is not. --tsv is --csv with tabs.",
            ),
            Paragraph(
                "A row ends at \\n, \\r or both together, or at the BYTE of --line-end. It is \
                 printed whole, also if it spans lines. Its number is that of the line in which \
                 it starts, and --column counts bytes from there, across the newlines in the row. \
                 A blank line is no row, and a byte order mark at the start of the file is not \
                 part of the first field. UTF-16 and UTF-32 are errors.",
            ),
            Paragraph(
                "--ragged selects the rows whose number of fields differs from that of the first \
                 row of the file; with -v, the others. NEEDLE is not given. For each row that is \
                 printed, a message on standard error says how many fields it has (not with -s or \
                 --json). With --show-count and --histogram, --ragged counts fields instead of \
                 separators.",
            ),
            Paragraph(
                "--quotes chooses the rule. fields is that of --csv. With anywhere, as in JSON \
                 and program text, every quote opens or closes. Lines remain lines, unless --csv, \
                 --tsv or --ragged makes them rows. With none, quotes are ordinary bytes. --quote \
                 is another BYTE for \", and --escape a BYTE that makes the next one literal, \
                 inside quotes and outside.",
            ),
            Paragraph(
                "A quote that is still open at the end of the file may have hidden all that \
                 follows it. A message, which -s does not hide, says in which line it was opened, \
                 and the exit status is 2. If tally stops earlier, as with -m, -q, -l and -L, \
                 there is no such message.",
            ),
        ],
    ),
    (
        "LINES, WORDS AND FILES",
        &[
            Paragraph(
                "A line ends at a newline (\\n) or at the BYTE of --line-end, which is not part \
                 of it; a carriage return (\\r) is a byte like others. What follows the last \
                 newline is a line unless it is empty. A word is a longest run of bytes other \
                 than space, \\t, \\n, \\v, \\f and \\r. With --per file, the names of matching \
                 files are printed. NEEDLE must not contain a byte that ends lines, or words with \
                 --per word.",
            ),
            Paragraph(
                "Data is bytes: tally reads any file, in whatever encoding. Columns are counted \
                 from 1 and offsets from 0, both in bytes. The column is that of the occurrence \
                 with which the count reaches NUM.",
            ),
            Paragraph(
                "Printing a line takes memory for the whole line, and so does searching a pipe \
                 for lines to print. With --closing, --histogram and --most -n take memory for \
                 the longest line. Everything else takes little memory, however long the lines \
                 are.",
            ),
            Paragraph(
                "A file that starts with the byte order mark of UTF-16 or UTF-32 is searched byte \
                 by byte as well, and a message says so; iconv(1) converts it to UTF-8. A file \
                 that becomes shorter while it is read is an error.",
            ),
        ],
    ),
    (
        "BINARY FILES",
        &[
            Paragraph(
                "If there is a NUL byte in the first 65536 bytes of a file, or in a line to be \
                 printed, neither this line nor those behind it are printed. Instead, a message \
                 on standard error says that there are matches. So nothing is printed before \
                 these first bytes are there, or the end of the file. With --line-buffered, or if \
                 they are typed at a terminal, tally does not wait for them: a line is printed if \
                 there is no NUL byte in it, nor before it in the first 65536 bytes.",
            ),
            Paragraph(
                "With -a matches are printed all the same, and so they are with --json and -z, \
                 and if NEEDLE contains a NUL byte. With -I, a file with a NUL byte in its first \
                 65536 bytes counts as one without a match, and --totals leaves it out.",
            ),
        ],
    ),
    (
        "FILES",
        &[
            Paragraph(
                "With -r, the files in a directory are searched in the order of their names. \
                 Symbolic links, pipes and devices in it are skipped; -R follows the links. A \
                 GLOB has the wildcards * (any string), ? (any character), [a-z] and {a,b}. In a \
                 directory it is compared with the name of each file or directory, and on the \
                 command line with each FILE, or with what follows one of its slashes. If several \
                 --include and --exclude match, the last one counts; if none does, a file is \
                 searched unless the first of them is an --include.",
            ),
            Paragraph(
                "With --gitignore, what a .gitignore file names is skipped: one in the same \
                 directory, or in any above it. Directories with the name .git are skipped too. \
                 Git's own configuration is not read.",
            ),
            Paragraph(
                "The list of --files0-from is what find -print0 prints; - is standard input. A \
                 path that is longer than the system allows is an error.",
            ),
        ],
    ),
    (
        "JSON",
        &[
            Paragraph(
                "--json prints one object per line of output. Its \"type\" says what it describes:",
            ),
            Lines(
                r#"  option         "type"            members
                 "match"           "path", "line", "record", "start", "end",
                                   "column", "count", "text"
  --per file     "match"           "path", "end"
  -l, -L         "file"            "path"
  -c             "count"           "path", "matching_segments"
  --hits         "hits"            "path", "count"
  --most         "most"            "path", "max_count"
  --most -n      "most"            "path", "line", "record", "start",
                                   "max_count", "text"
  --histogram    "histogram"       "path", "histogram"
  --totals       "totals"          "path", "count", "max_count",
                                   "matching_segments", "segments", "bytes"
  any            "unclosed_quote"  "path", "line", "start"
  any, last      "total"           sums, "files", "matching_files", "errors""#,
            ),
            Paragraph(
                "A member means the same in every object. With --per, \"line\" in this list \
                 means word or file.",
            ),
            Lines(
                r#"  "path"               the file
  "line"               the number of the line, from 1
  "record"             the number of the row, from 1, with --csv or --quotes
  "start"              the offset in the file of the line, word or quote
  "end"                the offset just past the occurrence that reaches NUM
  "column"             the column of that occurrence, as --column prints it
  "count"              the number of occurrences; of a match, that in the
                       line, or its depth
  "max_count"          the highest count of a line; not -m, which limits lines
  "matching_segments"  the number of lines that match; with -v, that do not
  "segments"           the number of lines
  "bytes"              the number of bytes
  "text"               the line or word
  "histogram"          a list of objects, each with a "count" and the number
                       of "segments" that have it
  "files"              the number of files that could be read
  "matching_files"     the number of files with a match
  "errors"             the number of files and directories that could not be
                       read, and of quotes that are never closed"#,
            ),
            Paragraph(
                "With -v or -N 0 a match has no \"end\" and \"column\". With ranges and --ragged, \
                 \"end\" is the offset of the end of the line, and there is no \"column\". \
                 --ragged adds \"fields\" and \"expected\": the number of fields in this row, and \
                 in the first.",
            ),
            Paragraph(
                "The object with the \"type\" \"total\" is the last one. If it is missing, the \
                 output is not complete. It has the sums of the numbers in the objects before it, \
                 or the largest \"max_count\"; for matches, their number as \
                 \"matching_segments\".",
            ),
            Paragraph(
                "A path or text is {\"text\":\"...\"} if it is UTF-8, and {\"bytes\":\"...\"} \
                 with its bytes in base64 if not. The path of standard input is its --label, or \
                 null.",
            ),
        ],
    ),
    (
        "DIFFERENCES FROM GREP",
        &[
            Paragraph(
                "NEEDLE is not a regular expression, and without -F it has escapes. -d separates \
                 fields. There are no lines of context. With -r, files are searched in the order \
                 of their names.",
            ),
            Paragraph(
                "-c counts the lines of a binary file as with -a. Without -a, grep ends lines at \
                 NUL bytes too, and counts those. The message about matches in a binary file goes \
                 to standard error.",
            ),
            Paragraph(
                "If standard input is a file, -m leaves it behind the last line that is printed, \
                 as grep does. If no lines are printed, as with -c, it is left where tally \
                 stopped reading.",
            ),
        ],
    ),
    (
        "COLORS AND PROGRESS",
        &[Paragraph(
            "With --color=auto, output to a terminal has colors, and so has --help. If standard \
             error is a terminal, a file that takes longer than a second to read has a progress \
             bar.",
        )],
    ),
    (
        "THREADS",
        &[Paragraph(
            "-c, --hits, --most and --totals read files of 1 MiB or more on several threads: by \
             default one per processor, at most 4. Many small files are opened and read on \
             several threads, and searched on one. Everything else is done by one thread.",
        )],
    ),
    ("EXIT STATUS", &[Paragraph(EXIT_STATUS)]),
    (
        "ENVIRONMENT",
        &[Lines(
            r"  NO_COLOR       if it is not empty, there are no colors but with --color=always
  TERM           if it is dumb or missing, there are no colors and no progress bar
  TALLY_BACKEND  the instruction set to use: avx512, avx512-halves (AVX-512
                 for processors that execute it in halves), avx2, sse2, sse2-only
                 (without POPCNT), neon or portable. Other names are ignored, and
                 so are those that the processor does not have; --version prints
                 the one in use",
        )],
    ),
    (
        "EXAMPLES",
        &[
            Lines(EXAMPLES),
            Paragraph("The number of words, as wc -w counts them in printable text:"),
            Lines("  tally --per word -cN 0 e book.txt"),
            Paragraph("The length of the longest line, in bytes and in characters:"),
            Lines("  tally --most --bytes book.txt\n  tally --most --chars book.txt"),
            Paragraph("Whether mail has no line of more than 998 bytes, as SMTP demands:"),
            Lines("  tally -q --none -W 998 mail.eml && echo ok"),
            Paragraph("Minified files: those with a line of more than 5000 bytes:"),
            Lines("  tally -rlW 5000 src"),
            Paragraph("Text files: those without a NUL byte:"),
            Lines(r"  tally -rL --per file '\0' src"),
            Paragraph("The number of empty lines, which have no byte:"),
            Lines("  tally -c --exactly 0 --bytes book.txt"),
            Paragraph("Lines that are not ASCII:"),
            Lines(r"  tally -n --any-of '\x80-\xFF' book.txt"),
            Paragraph("The number of lines with a CR:"),
            Lines(r"  tally -c '\r' mail.eml"),
            Paragraph("Rows that do not have 12 fields, with their line numbers:"),
            Lines("  tally --csv -nv --exactly 11 , data.csv"),
            Paragraph("Which of these separators gives the most constant number of fields:"),
            Lines("  for d in , ';' '|'; do tally --ragged -cvH -d \"$d\" data.csv; done"),
            Paragraph("JSON that nests no deeper than 64:"),
            Lines(
                r"  tally -q --none --per file -N 65 --closing ']}' '[{' \
    --quotes anywhere --escape '\' body.json && echo ok",
            ),
            Paragraph("The number of characters, as wc -m counts them:"),
            Lines("  tally --hits --per file --chars book.txt"),
        ],
    ),
    ("SEE ALSO", &[Paragraph("awk(1), find(1), grep(1), iconv(1), rg(1), wc(1)")]),
];
