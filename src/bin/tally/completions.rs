//! Shell completions.

use clap_complete::Shell;

use crate::arguments;

/// Writes the completions for `shell`.
///
/// The generated scripts for some shells offer options wherever a word may stand, and no files; some
/// take NEEDLE for a subcommand, and offer nothing behind it. Here they offer options for a word that
/// starts with a dash, and files for others.
pub(crate) fn script(shell: Shell, out: &mut Vec<u8>) {
    let mut generated = Vec::new();
    clap_complete::generate(shell, &mut arguments::command(), "tally", &mut generated);
    let mut script = String::from_utf8_lossy(&generated).into_owned();
    for (old, new) in changes(shell) {
        script = script.replace(old, new);
    }
    out.extend_from_slice(script.as_bytes());
}

/// Texts of the generated script, and what replaces them.
fn changes(shell: Shell) -> &'static [(&'static str, &'static str)] {
    match shell {
        // Without a reply, bash offers files.
        Shell::Bash => &[
            (" || ${COMP_CWORD} -eq 1 ]]", " ]]"),
            (" [NEEDLE] [FILE]...\"", "\""),
            (
                "            esac\n            COMPREPLY=( $(compgen -W \"${opts}\" -- \"${cur}\") )\n",
                "            esac\n",
            ),
        ],
        Shell::Elvish => &[(
            "    $completions[$command]\n",
            "    if (str:has-prefix $words[-1] -) {\n        $completions[tally]\n    } else {\n        \
             edit:complete-filename $words[-1]\n    }\n",
        )],
        // Without a result, PowerShell offers files.
        Shell::PowerShell => &[
            ("switch ($command) {", "switch ('tally') {"),
            (
                "    param($wordToComplete, $commandAst, $cursorPosition)\n",
                "    param($wordToComplete, $commandAst, $cursorPosition)\n\n    \
             if (-not $wordToComplete.StartsWith('-')) {\n        return\n    }\n",
            ),
        ],
        _ => &[],
    }
}
