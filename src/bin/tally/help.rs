//! The texts of `--help` and of the manual page, besides those of the options.

use Part::{Lines, Paragraph};

pub(crate) const USAGE: &str = "tally [OPTION]... NEEDLE [FILE]...";

pub(crate) const ABOUT: &str = "Print the lines that contain a character at least N times";

pub(crate) const DESCRIPTION: &str = concat!(
    "tally searches each FILE for lines that contain NEEDLE at least NUM times, and prints them. ",
    "NEEDLE is a character, a string or, with --any-of, a set of bytes; NUM is given by -N, and 1 ",
    "by default. Without FILE, or if FILE is -, it reads standard input. Options that grep has ",
    "too mean the same here.",
);

pub(crate) const EXAMPLES: &str = r"  tally -N 3 '|' notes.txt           lines with at least 3 pipes
  tally -nN 3 '|' notes.txt          the same, with line numbers
  tally -vN 11 , data.csv            lines with fewer than 11 commas
  tally -cN 64 ';' *.log             number of lines with at least 64 semicolons
  tally -q --none -N 65 ';' upload || exit 1
                                     go on if the whole file was read and
                                     has no line with 65 semicolons or more
  tally -rl --per file '\0' .        binary files (with a NUL byte)
  tally --per word -N 4 e book.txt   words with at least 4 e
  tally --most , data.csv            the most commas in any line
  tally --totals '\t' *.tsv          all counts, as a table";

pub(crate) const NEEDLE: &str = concat!(
    r"NEEDLE is a character or a string, counted from left to right without overlap. A backslash ",
    r"starts an escape: \t \n \r \v \f \e \0 \- \\ \xHH (a byte) \OOO (a byte, three octal digits) ",
    r"\u{HEX} (a character). NEEDLE can also be a code point such as U+00E9. A single backslash ",
    r"stands for itself. With -F there are no escapes.",
);

pub(crate) const EXIT_STATUS: &str = concat!(
    "0 if a line matches, 1 if no line matches, 2 after an error, as when a file cannot be read. ",
    "With -q it is 0 if a line matches, even after an error. With --none, 0 and 1 are swapped: it ",
    "is 0 only if every file was read to its end and no line matches.",
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
        "LINES, WORDS AND FILES",
        &[
            Paragraph(
                "A line ends at a newline (\\n), which is not part of it; a carriage return (\\r) \
                 is a byte like others. What follows the last newline is a line unless it is \
                 empty. A word is a longest run of bytes other than space, \\t, \\n, \\v, \\f and \
                 \\r. With --per file, the names of matching files are printed. NEEDLE must not \
                 contain a byte that ends lines, or words with --per word.",
            ),
            Paragraph(
                "Data is bytes: tally reads any file, in whatever encoding. Columns are counted \
                 from 1 and offsets from 0, both in bytes. The column is that of the occurrence \
                 with which the count reaches NUM.",
            ),
            Paragraph(
                "Printing a line takes memory for the whole line, and so does searching a pipe for \
                 lines to print. Everything else takes little memory, however long the lines are.",
            ),
            Paragraph(
                "A file that starts with the byte order mark of UTF-16 or UTF-32 is searched byte \
                 by byte as well, and a message says so; iconv(1) converts it to UTF-8. A file that \
                 becomes shorter while it is read is an error.",
            ),
        ],
    ),
    (
        "BINARY FILES",
        &[
            Paragraph(
                "If there is a NUL byte in the first 65536 bytes of a file, or in a line to be \
                 printed, neither this line nor those behind it are printed. Instead, a message on \
                 standard error says that there are matches. So nothing is printed before these \
                 first bytes are there, or the end of the file. With --line-buffered, or if they \
                 are typed at a terminal, tally does not wait for them: a line is printed if there is no NUL byte in it, nor before it \
                 in the first 65536 bytes.",
            ),
            Paragraph(
                "With -a matches are printed all the same, and so they are with --json and -z, and \
                 if NEEDLE contains a NUL byte. With -I, a file with a NUL byte in its first 65536 \
                 bytes counts as one without a match, and --totals leaves it out.",
            ),
        ],
    ),
    (
        "FILES",
        &[
            Paragraph(
                "With -r the files in a directory are searched in the order of their names, but \
                 neither links to files nor pipes and devices. A GLOB has the wildcards * (any \
                 string), ? (any character), [a-z] and {a,b}. In a directory it is compared with \
                 the name of each file or directory, and on the command line with each FILE, or \
                 with what follows one of its slashes. If several --include and --exclude match, \
                 the last one counts; if none does, a file is searched unless the first of them is \
                 an --include.",
            ),
            Paragraph(
                "With --gitignore, the files .gitignore of a directory, and of those it is in, say \
                 which files in it are skipped, and so are directories with the name .git. Git's \
                 own configuration is not read.",
            ),
            Paragraph(
                "The list of --files0-from is what find -print0 prints; - is standard input. A path \
                 that is longer than the system allows is an error.",
            ),
        ],
    ),
    (
        "JSON",
        &[
            Paragraph(
                "--json prints one object per line of output, for each matching line or word, with \
                 these members:",
            ),
            Lines(
                r#"  "type"    "match"
  "path"    the file
  "line"    the number of the line, from 1
  "start"   the offset in the file at which the line or word starts
  "end"     the offset just past the occurrence that reaches NUM
  "column"  the column of that occurrence
  "count"   the number of occurrences in the whole line or word
  "text"    the line or word"#,
            ),
            Paragraph(
                "With -v or -N 0 there are no \"end\" and \"column\". With --per file there is an \
                 object for each matching file, with \"type\", \"path\" and \"end\".",
            ),
            Paragraph(
                "With -l and -L there is an object for each file listed, with the \"type\" \"file\" and \
                 \"path\". With -c, --hits and --most there is one for each file, with the \"type\" \
                 \"count\", \"hits\" or \"most\", \"path\", and the number as \
                 \"matching_segments\", \"count\" or \"max_count\". With --totals there is one for \
                 each file with all of them:",
            ),
            Lines(
                r#"  "type"               "totals"
  "path"               the file
  "count"              the number of occurrences
  "max_count"          the highest number in one line
  "matching_segments"  the number of lines that match; with -v, that do not
  "segments"           the number of lines
  "bytes"              the number of bytes"#,
            ),
            Paragraph(
                "With --per, \"line\" there means word or file. The last object has the \"type\" \
                 \"total\". If it is missing, the output is not complete. Instead of \"path\" it has \
                 the sums of the numbers printed, or the largest \"max_count\"; for matches, their \
                 number as \"matching_segments\"; and",
            ),
            Lines(
                r#"  "files"           the number of files searched
  "matching_files"  the number of files with a match
  "errors"          the number of files that could not be read"#,
            ),
            Paragraph(
                "A path or text is {\"text\":\"...\"} if it is UTF-8, and {\"bytes\":\"...\"} with \
                 its bytes in base64 if not. The path of standard input is its --label, or null.",
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
            "-c, --hits, --most and --totals read files of a few MiB or more on several threads: \
             by default one per processor, at most 4. Many small files are opened and \
             read on several threads, and searched on one. Everything else is done by one thread.",
        )],
    ),
    ("EXIT STATUS", &[Paragraph(EXIT_STATUS)]),
    (
        "ENVIRONMENT",
        &[Lines(
            r"  NO_COLOR       if it is not empty, there are no colors but with --color=always
  TERM           if it is dumb or missing, there are no colors and no progress bar
  TALLY_BACKEND  the instruction set to use; --version prints the one in use",
        )],
    ),
    (
        "EXAMPLES",
        &[
            Lines(EXAMPLES),
            Paragraph("The number of words, as wc -w counts them in printable text:"),
            Lines("  tally --per word -cN 0 e book.txt"),
            Paragraph(
                "For the examples that follow, two sets: all bytes but the newline, and the first \
                 byte of each UTF-8 character but the newline:",
            ),
            Lines(
                r"  bytes='\x00-\x09\x0B-\xFF'
  chars='\x00-\x09\x0B-\x7F\xC0-\xFF'",
            ),
            Paragraph("The length of the longest line, in bytes and in characters:"),
            Lines(
                r#"  tally --most --any-of "$bytes" book.txt
  tally --most --any-of "$chars" book.txt"#,
            ),
            Paragraph(
                "Whether mail has no line of more than 998 bytes, as SMTP demands. The CR of a \
                 line's end is not to be counted:",
            ),
            Lines(
                r"  no_cr='\x00-\x09\x0B-\x0C\x0E-\xFF'
  tally -q --none -N 999 --any-of $no_cr mail.eml && echo ok",
            ),
            Paragraph("Minified files: those with a line of more than 5000 bytes:"),
            Lines(r#"  tally -rlN 5001 --any-of "$bytes" src"#),
            Paragraph("Text files: those without a NUL byte:"),
            Lines(r"  tally -rL --per file '\0' src"),
            Paragraph("The number of empty lines, which have fewer than 1 byte:"),
            Lines(r#"  tally -vc --any-of "$bytes" book.txt"#),
            Paragraph("Lines that are not ASCII:"),
            Lines(r"  tally -n --any-of '\x80-\xFF' book.txt"),
            Paragraph("The number of lines with a CR:"),
            Lines(r"  tally -c '\r' mail.eml"),
            Paragraph("Rows with more than 12 fields, and with fewer, if no field is quoted:"),
            Lines(
                r"  tally -nN 12 , data.csv
  tally -nvN 11 , data.csv",
            ),
            Paragraph("The number of characters, as wc -m counts them:"),
            Lines(r#"  tally --hits --per file --any-of "$chars\n" book.txt"#),
        ],
    ),
    ("SEE ALSO", &[Paragraph("awk(1), find(1), grep(1), iconv(1), rg(1), wc(1)")]),
];
