//! Random files: the answers of a plain loop, and of `grep`.

use std::process::Output;

use crate::common::Random;
use crate::folder::{Folder, check, fed, has};

/// The answers of a plain loop.
mod plain {
    pub(super) fn lines(data: &[u8]) -> Vec<&[u8]> {
        let mut lines: Vec<_> = data.split(|&byte| byte == b'\n').collect();
        if lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        lines
    }

    pub(super) fn words(data: &[u8]) -> Vec<&[u8]> {
        let white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r');
        data.split(white).filter(|word| !word.is_empty()).collect()
    }

    pub(super) fn count(needle: &[u8], data: &[u8]) -> u64 {
        let (mut count, mut at) = (0, 0);
        while at + needle.len() <= data.len() {
            let hit = &data[at..at + needle.len()] == needle;
            count += u64::from(hit);
            at += if hit { needle.len() } else { 1 };
        }
        count
    }
}

/// The objects of `--json --totals` for one file.
fn totals(path: &str, [hits, most]: [u64; 2], [found, segments, bytes]: [usize; 3]) -> String {
    let numbers = format!(
        "\"count\":{hits},\"max_count\":{most},\"matching_segments\":{found},\"segments\":{segments},\
         \"bytes\":{bytes}"
    );
    let matching = u64::from(found > 0);
    format!(
        "{{\"type\":\"totals\",\"path\":{path},{numbers}}}\n{{\"type\":\"total\",{numbers},\"files\":1,\
         \"matching_files\":{matching},\"errors\":0}}\n"
    )
}

/// Lines of all lengths, some longer than what is read at a time.
fn random_text(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    let size = random.pick(&[0, 1, 50, 3000, 300_000, 1_200_000]);
    let longest = random.pick(&[0, 3, 20, 200, 70_000, 700_000]);
    while text.len() < size {
        let length = random.below(longest + 1);
        let end = text.len() + length;
        let rare = random.one_in(3);
        while text.len() < end {
            let plain = if rare {
                &b"bcdef ghi jklmno pqrst\r"[..]
            } else {
                b"abaab aaab aaabaacaa\xC3\xA9"
            };
            text.push(random.pick(plain));
        }
        text.push(b'\n');
    }
    if random.one_in(2) {
        text.pop();
    }
    text
}

#[test]
fn equals_a_plain_loop() {
    let folder = Folder::new("plain_loop");
    let mut random = Random::new(7);
    for round in 0..150 {
        let data = random_text(&mut random);
        folder.write("data", &data);
        let needle = random.pick(&["a", "aa", "aab", "é", "c", "aaaaaaaaaaaaaaaaaaa"]);
        let by_word = random.one_in(3);
        let segments = if by_word { plain::words(&data) } else { plain::lines(&data) };
        let counts: Vec<u64> =
            segments.iter().map(|segment| plain::count(needle.as_bytes(), segment)).collect();
        // No hit lies across segments, as none has a byte that ends one.
        let hits: u64 = counts.iter().sum();
        let most = counts.iter().max().copied().unwrap_or(0);
        let number = match random.below(5) {
            0 => 0,
            1 => 1,
            2 => most,
            3 => most + 1,
            _ => random.below(most as usize + 2) as u64,
        };
        let invert = random.one_in(3);
        let chosen: Vec<usize> =
            (0..segments.len()).filter(|&at| (counts[at] >= number) != invert).collect();
        let offset = |at: usize| segments[at].as_ptr() as usize - data.as_ptr() as usize;

        let per = if by_word { "word" } else { "line" };
        let mut base = vec!["--per".to_owned(), per.into(), format!("-N{number}")];
        base.extend(invert.then(|| "-v".into()));
        let run = |options: &[&str]| {
            let mut tally = folder.tally(&base);
            tally.args(options).arg(needle);
            if round % 2 == 0 {
                fed(&mut tally, &data)
            } else {
                tally.arg("data").output().unwrap()
            }
        };
        let status = i32::from(chosen.is_empty());
        let expect = |options: &[&str], expected: &[u8], status: i32| {
            let ended = run(options);
            let case = format!("round {round}: {base:?} {options:?} {needle}");
            assert!(ended.stdout == expected, "output of {case}");
            check(&case, &Output { stdout: Vec::new(), ..ended }, status, b"", "");
        };

        let mut printed = Vec::new();
        let mut placed = Vec::new();
        let mut line = (0, 1);
        for &at in &chosen {
            printed.extend_from_slice(segments[at]);
            printed.push(b'\n');
            let start = offset(at);
            line.1 += plain::count(b"\n", &data[line.0..start]);
            line.0 = start;
            placed.extend_from_slice(format!("{}:{start}:", line.1).as_bytes());
            placed.extend_from_slice(segments[at]);
            placed.push(b'\n');
        }
        expect(&[], &printed, status);
        expect(&["-nb"], &placed, status);
        expect(&["-c"], format!("{}\n", chosen.len()).as_bytes(), status);
        expect(&["-q"], b"", status);
        let limit = random.below(chosen.len() + 2);
        let limited = status.max(i32::from(limit == 0));
        let short = format!("{}\n", limit.min(chosen.len()));
        expect(&["-c", &format!("-m{limit}")], short.as_bytes(), limited);
        expect(&["--hits"], format!("{hits}\n").as_bytes(), status);
        expect(&["--most"], format!("{most}\n").as_bytes(), status);
        let totals = totals("null", [hits, most], [chosen.len(), segments.len(), data.len()]);
        let ended = fed(folder.tally(&base).args(["--json", "--totals", needle]), &data);
        check("totals", &ended, status, totals.as_bytes(), "");
    }
}

/// With the number 1 and no escapes, tally answers as `grep -F`.
#[test]
fn equals_grep() {
    if !has("grep", &["-V"]) {
        return;
    }
    let folder = Folder::new("grep");
    let mut random = Random::new(11);
    for _ in 0..5 {
        let files = ["one", "two", "three"].map(|name| {
            folder.write(name, random_text(&mut random));
            name
        });
        for options in [
            "-n", "-c", "-l", "-L", "-v", "-nb", "-H", "-h", "-m2", "-cv", "-lv", "-Lv", "-q",
            "-nvm3", "-cm2", "-lZ", "-nZ", "-bh", "-s", "-z", "-zc", "-zvn", "-cZ", "-m0",
        ] {
            for needle in ["aa", "é", "c", "\\t"] {
                for files in [&files[..1], &files[..]] {
                    let arguments = [&["-a", "-F", options, needle], files].concat();
                    let ours = folder.tally(&arguments).output().unwrap();
                    let theirs = folder.command("grep", &arguments).output().unwrap();
                    let case = format!("{options} {needle} {files:?}");
                    assert!(ours.stdout == theirs.stdout, "output of {case}");
                    assert_eq!(ours.status.code(), theirs.status.code(), "status of {case}");
                    assert_eq!(ours.stderr, theirs.stderr, "errors of {case}");
                }
            }
        }
    }
}

/// Large files are read in parts, which are merged.
#[test]
fn equals_itself_on_threads() {
    let folder = Folder::new("threads");
    let mut random = Random::new(17);
    for (size, longest) in [(17 << 20, 90), (20 << 20, 5 << 20)] {
        let mut data = Vec::new();
        while data.len() < size {
            let length = random.below(longest);
            data.extend(b"aab-\xC3\xA9a ".iter().cycle().skip(random.below(8)).take(length));
            data.push(b'\n');
        }
        folder.write("data", &data);
        let lines = plain::lines(&data);
        for needle in ["a", "aa", "é"] {
            let counts: Vec<u64> =
                lines.iter().map(|line| plain::count(needle.as_bytes(), line)).collect();
            let (hits, most) = (counts.iter().sum::<u64>(), counts.iter().max().unwrap());
            let found = counts.iter().filter(|&&count| count >= most / 2).count();
            let line = format!("-N {} {needle} data", most / 2);
            for threads in ["-j1", "-j2", "-j7"] {
                let run = |options: &str, output: String| {
                    folder.expect(&format!("{threads} {options} {line}"), 0, output);
                };
                run("-c", format!("{found}\n"));
                run("-cv", format!("{}\n", lines.len() - found));
                run("--hits", format!("{hits}\n"));
                run("--most", format!("{most}\n"));
                let numbers = [found, lines.len(), data.len()];
                run("--json --totals", totals(r#"{"text":"data"}"#, [hits, *most], numbers));
            }
        }
    }
}

/// A line has one field more than separators, as `awk` counts them.
#[test]
fn equals_awk() {
    if !has("awk", &["BEGIN {}"]) {
        return;
    }
    let folder = Folder::new("awk");
    let mut random = Random::new(13);
    for number in [1, 2, 5, 9] {
        let mut table = Vec::new();
        for _ in 0..20_000 {
            for _ in 0..random.below(12) {
                table.extend_from_slice(random.pick(&[b"x;", b"yz", b";;"]));
            }
            table.push(b'\n');
        }
        folder.write("table", &table);
        let program = format!("NF > {number} {{ print NR \":\" $0 }}");
        let theirs = folder.command("awk", ["-F;", &program, "table"]).output().unwrap();
        let ours = folder.tally(["-n", "-N", &number.to_string(), ";", "table"]).output().unwrap();
        assert!(!theirs.stdout.is_empty());
        assert!(ours.stdout == theirs.stdout, "{number}");
    }
}
