//! For people: help, manual page, completions, the progress bar.

use crate::folder::{Folder, has, output};

#[test]
fn help_and_version() {
    let folder = Folder::new("help");
    let help = output(&folder, &["--help"]);
    for part in
        ["Usage: tally [OPTION]... NEEDLE [FILE]...", "--at-least", "Examples:", "Exit status"]
    {
        assert!(help.contains(part), "{part}");
    }
    let version = output(&folder, &["--version"]);
    let expected = format!("tally {} (backend: {})\n", env!("CARGO_PKG_VERSION"), tally::backend());
    assert_eq!(version, expected);
    assert_eq!(output(&folder, &["-V"]), expected);
}

/// Names of instruction sets that the environment can give. Others are ignored.
#[test]
fn backends() {
    let folder = Folder::new("backends");
    let with = |name: &str| {
        let ended = folder.tally(["-V"]).env("TALLY_BACKEND", name).output().unwrap();
        String::from_utf8(ended.stdout).unwrap()
    };
    assert!(with("portable").ends_with("(backend: portable)\n"));
    let usual = with("");
    for other in ["Portable", "PORTABLE", "none", "portable "] {
        assert_eq!(with(other), usual, "{other}");
    }
    let page = output(&folder, &["--man"]);
    for name in ["avx512", "avx512\\-halves", "avx2", "sse2", "sse2\\-only", "neon", "portable"] {
        assert!(page.contains(name), "{name}");
    }
}

#[test]
fn manual_page() {
    let folder = Folder::new("manual");
    let page = output(&folder, &["--man"]);
    assert!(page.contains(".TH tally 1"), "{page}");
    for part in [
        "SYNOPSIS",
        "at\\-least",
        "BINARY FILES",
        "65536 bytes",
        "JSON",
        ".SH \"EXIT STATUS\"",
        ".SH \"ENVIRONMENT\"",
        "TALLY WORDS",
        "max\\-bytes",
        "NO_COLOR",
        "TALLY_BACKEND",
        ".SH \"DIFFERENCES FROM GREP\"",
        ".SH \"SEE ALSO\"",
        "grep(1)",
    ] {
        assert!(page.contains(part), "{part}");
    }
    if has("groff", &["--version"]) {
        folder.write("page", &page);
        let ended = folder.command("groff", ["-man", "-Tascii", "-ww", "page"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    }
}

#[test]
fn completions() {
    let folder = Folder::new("completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = output(&folder, &["--completions", shell]);
        assert!(script.contains("at-least"), "{shell}");
        folder.write(shell, script);
    }
    if has("bash", &["--version"]) {
        // What bash offers for the last word. Without an answer, it offers files.
        for (before, word, answer) in [
            ("", "--at-l", "--at-least"),
            ("x", "--at-l", "--at-least"),
            ("x file", "--files0", "--files0-from"),
            ("", "", ""),
            ("x", "", ""),
            ("x", "ba", ""),
            ("-n x", "ba", ""),
            ("--files0-from", "ba", "bash"),
            ("--per", "w", "word"),
            ("words", "--to", "--top"),
            ("words", "--at", ""),
            ("words x", "--as", "--ascii"),
            ("words", "", ""),
            ("words", "ba", ""),
        ] {
            let last = before.split(' ').next_back().filter(|last| !last.is_empty());
            let line = format!(
                "source ./bash && words=(tally {before} '{word}') && COMP_WORDS=(${{words[@]}}) \
                 COMP_CWORD=$((${{#words[@]}} - 1)) && _tally tally '{word}' {} 2>/dev/null; \
                 echo \"${{COMPREPLY[@]}}\"",
                last.unwrap_or("tally"),
            );
            let ended = folder.command("bash", ["-c", &line]).output().unwrap();
            let shown = String::from_utf8_lossy(&ended.stdout);
            assert_eq!(shown, format!("{answer}\n"), "{before} {word}");
        }
        let ended = folder.command("bash", ["-c", "source ./bash; complete -p tally"]).output();
        assert!(String::from_utf8_lossy(&ended.unwrap().stdout).contains("-o default"));
    }
    if has("fish", &["--version"]) {
        for (line, answers) in [
            ("tally --at-l", "--at-least"),
            ("tally words --to", "--top"),
            ("tally words --at-l", ""),
            ("tally words x --asc", "--ascii"),
            ("tally x --at-l", "--at-least"),
            ("tally x file --files0", "--files0-from"),
            ("tally -N 3 , --js", "--json"),
            ("tally --csv , data.csv --hi", "--histogram --hits"),
            ("tally --per w", "word"),
            ("tally -n x --quotes a", "anywhere"),
            ("tally --completions z", "zsh"),
            ("tally x --to", "--totals"),
            ("tally ba", "bash"),
            ("tally x ba", "bash"),
            ("tally words ba", "bash"),
            ("tally --at-least ba", ""),
            ("tally wo", "words"),
            ("tally x wo", ""),
        ] {
            let script = format!("source ./fish; complete -C '{line}'");
            let ended = folder.command("fish", ["--no-config", "-c", &script]).output().unwrap();
            let shown = String::from_utf8_lossy(&ended.stdout);
            let shown: Vec<&str> =
                shown.lines().filter_map(|line| line.split('\t').next()).collect();
            assert_eq!(shown.join(" "), answers, "{line}");
        }
    }
    if has("zsh", &["--version"]) {
        let ended = folder.command("zsh", ["-f", "-n", "zsh"]).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    // The scripts of these shells are changed after they are generated.
    for (shell, part) in [
        ("elvish", "edit:complete-filename $words[-1]"),
        ("elvish", "put tally"),
        ("powershell", "if (-not $wordToComplete.StartsWith('-')) {"),
        ("powershell", "{'tally;words'} else {'tally'}"),
        ("powershell", "'tally;words' {"),
        ("elvish", "put 'tally;words'"),
        ("zsh", ":_files"),
    ] {
        let script = std::fs::read_to_string(folder.path(shell)).unwrap();
        assert!(script.contains(part), "{shell}: {part}");
    }
}

/// On a terminal, `--help` and messages about options have colors, unless the environment says
/// otherwise.
#[cfg(target_os = "linux")]
#[test]
fn colors_of_the_help() {
    use crate::folder::{TALLY, fed};

    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("help_colors");
    folder.write("t", "x\n");
    for (variables, colored) in [
        ("TERM=xterm", true),
        ("TERM=xterm NO_COLOR=", true),
        ("TERM=xterm NO_COLOR=1", false),
        ("TERM=dumb", false),
        ("-u TERM", false),
    ] {
        for arguments in ["--help", "x t", "--no-such-option"] {
            let line = format!("env {variables} '{TALLY}' {arguments}");
            let mut script = folder.command("script", ["-qec", &line, "/dev/null"]);
            let ended = fed(&mut script, b"");
            let shown = String::from_utf8_lossy(&ended.stdout);
            assert!(shown.contains('x') || shown.contains("error"), "{line}: {shown}");
            assert_eq!(shown.contains('\x1B'), colored, "{line}: {shown}");
        }
    }
}

/// Lines that are typed are answered at once.
#[cfg(target_os = "linux")]
#[test]
fn typed_lines() {
    use std::io::{Read, Write};
    use std::process::Stdio;

    use crate::folder::TALLY;

    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("typed");
    let line = format!("'{TALLY}' --color=never -n x; echo status $?");
    let mut child = folder
        .command("script", ["-qec", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    let mut terminal = child.stdout.take().unwrap();
    let mut shown = String::new();
    let mut wait_for = |text: &str| {
        let mut buffer = [0; 100];
        while !shown.contains(text) {
            let len = terminal.read(&mut buffer).unwrap();
            assert!(len > 0, "{shown}");
            shown.push_str(&String::from_utf8_lossy(&buffer[..len]));
        }
    };
    keyboard.write_all(b"y\nab x\n").unwrap();
    wait_for("2:ab x\r\n");
    keyboard.write_all(b"x\n").unwrap();
    wait_for("3:x\r\n");
    // Ctrl-D: the end.
    keyboard.write_all(b"\x04").unwrap();
    wait_for("status 0\r\n");
    child.wait().unwrap();
}

/// The bar appears, and disappears when the file ends: here because it is truncated.
#[cfg(target_os = "linux")]
#[test]
fn progress_bar() {
    use std::fs::File;
    use std::io::{ErrorKind, Read};

    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("progress");
    folder.write("t", "x\n");
    for (arguments, answer) in [("--color=never -c x slow t", "t:1"), ("words -c slow t", "2")] {
        let file = File::create(folder.path("slow")).unwrap();
        file.set_len(1 << 40).unwrap();
        let mut child = on_terminal(&folder, arguments);
        let mut terminal = child.stdout.take().unwrap();
        let mut shown = Vec::new();
        let mut buffer = [0; 4096];
        let mut truncated = false;
        loop {
            match terminal.read(&mut buffer) {
                Ok(0) => break,
                Ok(len) => shown.extend_from_slice(&buffer[..len]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("{error}"),
            }
            let text = String::from_utf8_lossy(&shown);
            if !truncated && text.contains("slow [") && text.contains("/1.00 TiB") {
                file.set_len(0).unwrap();
                truncated = true;
            }
        }
        child.wait().unwrap();
        let text = String::from_utf8_lossy(&shown);
        assert!(truncated, "{text}");
        // The line of the bar is cleared, and the answers follow.
        let (bar, after) = text.rsplit_once("\x1B[2K").unwrap();
        assert!(bar.contains("slow ["), "{text}");
        let error = "tally: slow: truncated while it was read\r\n";
        assert_eq!(after, format!("{error}{answer}\r\nstatus 2\r\n"), "{text}");
    }
}

/// Where the bar would have appeared, there is none.
#[cfg(target_os = "linux")]
#[test]
fn no_progress_bar() {
    use std::io::Read;

    if !has("script", &["--version"]) {
        return;
    }
    let folder = Folder::new("no_progress");
    folder.write("t", "x\n");
    let file = std::fs::File::create(folder.path("slow")).unwrap();
    file.set_len(1 << 40).unwrap();
    let lines = [
        ("--no-progress --color=never -c x missing slow t", "t:1"),
        ("words --no-progress -c missing slow t", "2"),
    ];
    let mut children = lines.map(|(arguments, _)| on_terminal(&folder, arguments));
    let missing = "tally: missing: No such file or directory\r\n";
    for child in &mut children {
        // The next file is the slow one.
        let mut said = vec![0; missing.len()];
        child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
        assert_eq!(String::from_utf8_lossy(&said), missing);
    }
    // A bar takes a second to appear.
    std::thread::sleep(std::time::Duration::from_secs(2));
    file.set_len(0).unwrap();
    for (child, (arguments, answer)) in children.into_iter().zip(lines) {
        let ended = child.wait_with_output().unwrap();
        let error = "tally: slow: truncated while it was read\r\n";
        assert_eq!(
            String::from_utf8_lossy(&ended.stdout),
            format!("{error}{answer}\r\nstatus 2\r\n"),
            "{arguments}"
        );
    }
}

/// Runs the program on a terminal, and shows its status.
#[cfg(target_os = "linux")]
fn on_terminal(folder: &Folder, arguments: &str) -> std::process::Child {
    use std::process::Stdio;

    let program = crate::folder::TALLY;
    let line = format!("stty cols 80; '{program}' {arguments}; echo \"status $?\"");
    folder
        .command("script", ["-qec", &line, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}
