//! Needle `--help` and the manual page say beside the options.

use std::io::{self, Write};

use clap_mangen::Man;

use crate::arguments;

pub(crate) const ABOUT: &str = "Find the lines, words or files that have at least NUM of WHAT";

pub(crate) const DESCRIPTION: &str = concat!(
    "tally reads each FILE, or standard input, and prints the lines in which WHAT occurs at least ",
    "NUM times. Its options are those of grep where grep has them; the number is -N.",
);

const EXAMPLES: &str = r"  tally -N 3 '|' notes.txt           the lines with 3 pipes or more
  tally -nN 3 '|' notes.txt          with their line numbers
  tally -vN 11 , data.csv            the lines with fewer than 11 commas
  tally -cN 64 \; *.log              how many such lines each file has
  tally -qN 65 ';' upload && exit 1  refuse a file with such a line
  tally -rl --per file '\x00' .      the files with a zero byte
  tally --per word -N 4 e book.txt   the words with 4 e or more
  tally --most , data.csv            the most commas in any line
  tally --totals '\t' *.tsv          all numbers, in a table";

const WHAT: &str = concat!(
    r"WHAT is a character or a string, counted from left to right without overlap. A backslash ",
    r"begins an escape: \t \n \r \v \f \e \0 \\ \xHH (a byte) \u{HEX} (a character). An argument ",
    r"such as U+00E9 is that character. A backslash alone is itself. -F reads no escapes.",
);

const EXIT_STATUS: &str =
    "0 if a line was found, 1 if none was, 2 after an error; with -q, 0 as soon as one is found.";

/// The sections of the manual page behind the options; an indented line stands as it is.
const SECTIONS: [(&str, &[&str]); 7] = [
    ("EXAMPLES", &[EXAMPLES]),
    (
        "WHAT IS COUNTED",
        &[
            WHAT,
            "With --any-of, WHAT is a set of bytes, and each of them is counted: characters that \
             are one byte in UTF-8, and \\xHH.",
        ],
    ),
    (
        "LINES AND WORDS",
        &[
            "A line ends at \\n, which is not part of it; \\r is a byte like others. Needle follows \
             the last \\n is a line if it has a byte. A word is a run of bytes other than space, \
             \\t, \\n, \\v, \\f and \\r. With --per file, the names of the files are printed in \
             which WHAT occurs NUM times. WHAT can have no byte that ends the segments it is \
             counted in.",
            "Data is bytes: any file can be read, whatever its encoding. Columns, from 1, and \
             offsets, from 0, are in bytes. The column is that of the hit with which the line \
             reaches NUM.",
            "To print a line takes memory for it, and so do -m, and -q and -l with -v or -N 0. All \
             else is done in little memory, however long the lines.",
        ],
    ),
    (
        "BINARY FILES",
        &["Where the first block of a file, or a line to be printed, has a zero byte, the file's \
           lines are not printed, but a message to standard error says that some were found. -a \
           prints them all the same, and --json always does."],
    ),
    (
        "JSON",
        &[
            "--json prints one object a line. For each line or word found it has \"type\" \
             \"match\", \"path\", \"line\" (the line's number, from 1), \"offset\" (of its first \
             byte in the file), \"column\" and \"hit\" (column and offset of the hit that reaches \
             NUM; not with -v or -N 0), \"count\" (of all hits in it) and \"text\". With --per \
             file it has \"type\" \"match\", \"path\" and \"hit\".",
            "With --totals it has, for each file, \"type\" \"totals\", \"path\", \"hits\", \
             \"most\" (in one line), \"found\" (lines), \"lines\" (or \"words\" or \"files\") and \
             \"bytes\"; where there are several files the last has \"type\" \"total\" and no path.",
            "A path or text is {\"text\":\"...\"} if it is UTF-8, and {\"bytes\":\"...\"} in \
             base64 if it is not. The path of standard input is null.",
        ],
    ),
    (
        "OUTPUT",
        &[
            "With --color=auto there are colours on a terminal, unless the environment has a \
             NO_COLOR that is not empty or TERM is dumb. A file that takes longer than a second to \
             read has a progress bar if standard error is a terminal.",
            "-c, --hits, --most and --totals count in files of 16 MiB or more on several threads, \
             as many as there are processors, but at most four; -j says how many, and -j1 is for \
             leaving the other processors alone. All else is read on one.",
        ],
    ),
    ("EXIT STATUS", &[EXIT_STATUS]),
];

/// The end of the help.
pub(crate) fn after_help() -> String {
    format!(
        "Examples:\n{EXAMPLES}\n\n{WHAT}\n\nExit status: {EXIT_STATUS}\n\n\
         More, on lines, words, binary files and JSON: tally --man | man -l -"
    )
}

/// Writes the manual page.
pub(crate) fn page(out: &mut Vec<u8>) -> io::Result<()> {
    // The instruction set is the machine's, not the page's.
    let man = Man::new(arguments::command().version(env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    for (title, paragraphs) in SECTIONS {
        writeln!(out, ".SH \"{title}\"")?;
        for paragraph in paragraphs {
            writeln!(out, ".PP")?;
            let as_it_stands = paragraph.starts_with("  ");
            if as_it_stands {
                writeln!(out, ".nf")?;
            }
            for line in paragraph.lines() {
                // Needle follows begins no request.
                writeln!(out, "\\&{}", line.trim_start().replace('\\', "\\e").replace('-', "\\-"))?;
            }
            if as_it_stands {
                writeln!(out, ".fi")?;
            }
        }
    }
    Ok(())
}
