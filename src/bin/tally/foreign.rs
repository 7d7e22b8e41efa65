//! Options of `grep`, `rg` and `wc` that tally does not have: what to write instead.

/// What to say about an option: a letter behind one dash, or a name behind two.
pub(crate) fn advice(option: &str) -> Option<&'static str> {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let number = option.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_digit));
    if number {
        return Some("the number of occurrences is -N NUM, and there are no lines of context");
    }
    ADVICE.iter().find(|(options, _)| options.contains(&option)).map(|&(_, advice)| advice)
}

const ADVICE: &[(&[&str], &str)] = &[
    (
        &["-i", "-y", "-S", "--ignore-case", "--smart-case", "--no-ignore-case"],
        "NEEDLE is compared byte by byte; for both cases of a letter, use --any-of 'aA'",
    ),
    (
        &["--case-sensitive"],
        "NEEDLE is always compared byte by byte, so upper and lower case differ",
    ),
    (
        &["-w", "--word-regexp", "--words"],
        "there is no search for whole words; to count in each word, use --per word, and to count \
         words, --per word -cN 0 e FILE",
    ),
    (
        &["-x", "--line-regexp"],
        "a line matches by the number of occurrences of NEEDLE, and never as a whole",
    ),
    (
        &["-o", "--only-matching"],
        "lines are printed whole; --hits prints the number of occurrences, --per word words, and \
         --json the place of a match",
    ),
    (
        &["-e", "--regexp"],
        "there is one NEEDLE, the first argument; for several characters use --any-of, and if it \
         starts with a dash, -- NEEDLE",
    ),
    (&["-f", "--file"], "NEEDLE is an argument; for one from a file, use \"$(cat FILE)\""),
    (
        &[
            "-E",
            "-G",
            "-P",
            "--extended-regexp",
            "--basic-regexp",
            "--perl-regexp",
            "--pcre2",
            "--engine",
            "-U",
            "--multiline",
            "--multiline-dotall",
        ],
        "NEEDLE is a character or string, not a regular expression",
    ),
    (
        &[
            "-A",
            "-B",
            "-C",
            "--after-context",
            "--before-context",
            "--context",
            "--group-separator",
            "--no-group-separator",
            "--context-separator",
            "--passthru",
        ],
        "there are no lines of context; -n prints line numbers",
    ),
    (&["--count-matches"], "use --hits"),
    (
        &["--heading", "--no-heading", "-p", "--pretty"],
        "each line has its file's name before it, or with -h none",
    ),
    (&["--vimgrep"], "use -Hn --column"),
    (&["--stats", "--total"], "use --totals"),
    (&["-g", "--glob", "--iglob"], "use --include=GLOB and --exclude=GLOB"),
    (
        &["-t", "-T", "--type", "--type-not", "--type-add"],
        "use --include=GLOB and --exclude=GLOB, such as --include='*.py'",
    ),
    (&["--exclude-from", "--ignore-file"], "use --exclude=GLOB for each pattern, or --gitignore"),
    (
        &["-u", "-.", "--unrestricted", "--hidden", "--no-hidden", "--no-ignore"],
        "all files are searched, also hidden ones, unless --exclude, --exclude-dir, --gitignore or \
         -I says otherwise",
    ),
    (&["--binary-files", "--binary"], "use -a to print matches of binary files, -I to skip them"),
    (&["--max-depth", "--maxdepth"], "use --exclude-dir=GLOB, or find and --files0-from=-"),
    (
        &["-D", "--directories", "--devices"],
        "folders are searched with -r, and devices in them are not",
    ),
    (&["--follow"], "use -R"),
    (&["-0"], "use -Z for NUL bytes behind file names, -z for lines that end in NUL bytes"),
    (&["--sort", "--sortr"], "files are searched in the order of their names"),
    (&["--files"], "use find"),
    (&["--replace", "--trim", "--max-columns", "-M"], "lines are printed as they are"),
    (&["--no-line-number"], "there are no line numbers without -n"),
    (&["--lines"], "use --totals, or for the number of lines -cN 0 x FILE"),
    (&["--max-line-length"], "use --most --bytes, or --most --chars"),
    (&["--delimiter", "--separator"], "use -d BYTE, with --csv or --ragged"),
];
