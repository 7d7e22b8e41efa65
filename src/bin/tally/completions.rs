//! Shell completions.

use clap_complete::Shell;

use crate::{arguments, words};

/// Writes the completions for `shell`.
///
/// The generated scripts for some shells offer options wherever a word may stand, and no files; some
/// take NEEDLE for a subcommand, and offer nothing behind it. Here they offer options for a word that
/// starts with a dash, also behind operands; those of `tally words` behind its name; the values of an
/// option behind it; and files for other words.
pub(crate) fn script(shell: Shell, out: &mut Vec<u8>) {
    let words = words::command().name(words::NAME);
    let mut command = arguments::command().subcommand(words).disable_help_subcommand(true);
    let mut generated = Vec::new();
    clap_complete::generate(shell, &mut command, "tally", &mut generated);
    let mut script = String::from_utf8_lossy(&generated).into_owned();
    if shell == Shell::Fish {
        script = format!("{FISH}{}", script.split_off(script.find("complete -c").unwrap_or(0)));
    }
    for (old, new) in changes(shell) {
        script = script.replace(old, new);
    }
    out.extend_from_slice(script.as_bytes());
}

/// What stands in the script for fish instead of functions that look for a subcommand, and find none
/// behind an operand or an option with a value.
const FISH: &str = "\
function __fish_tally_is_words
    set -l before (commandline -opc)
    test \"$before[2]\" = words
end

";

/// Texts of the generated script, and what replaces them.
fn changes(shell: Shell) -> &'static [(&'static str, &'static str)] {
    match shell {
        // Without a reply, bash offers files.
        Shell::Bash => &[
            (" || ${COMP_CWORD} -eq 1 ]]", " ]]"),
            (" || ${COMP_CWORD} -eq 2 ]]", " ]]"),
            (" --version words\"", " --version\""),
            (
                "            esac\n            COMPREPLY=( $(compgen -W \"${opts}\" -- \"${cur}\") )\n",
                "            esac\n",
            ),
        ],
        Shell::Elvish => &[(
            "    $completions[$command]\n",
            "    if (str:has-prefix $words[-1] -) {\n        $completions[(if (and (> (count $words) 2) (eq $words[1] words)) \
             { put 'tally;words' } else { put tally })]\n    } else {\n        \
             edit:complete-filename $words[-1]\n    }\n",
        )],
        Shell::Fish => &[
            (
                "-n \"__fish_tally_needs_command\" -a \"words\"",
                "-n \"test (count (commandline -opc)) -eq 1\" -a \"words\"",
            ),
            ("__fish_tally_needs_command", "not __fish_tally_is_words"),
            ("__fish_tally_using_subcommand words", "__fish_tally_is_words"),
        ],
        // Without a result, PowerShell offers files.
        Shell::PowerShell => &[
            (
                "switch ($command) {",
                "switch ($(if ($command -match '^tally;words(;|$)') {'tally;words'} else {'tally'})) {",
            ),
            (
                "    param($wordToComplete, $commandAst, $cursorPosition)\n",
                "    param($wordToComplete, $commandAst, $cursorPosition)\n\n    \
             if (-not $wordToComplete.StartsWith('-')) {\n        return\n    }\n",
            ),
        ],
        // Operands would be offered for one file, and the subcommand behind it.
        Shell::Zsh => &[
            (
                "    _arguments \"${_arguments_options[@]}\" : \\\n'-N+",
                "    if (( CURRENT > 2 )) && [[ ${words[2]} == words ]]; then\n        \
                 words=(\"${(@)words[3,-1]}\")\n        (( CURRENT -= 2 ))\n        \
                 state=tally line=('' '' words)\n    else\n    \
                 _arguments \"${_arguments_options[@]}\" : \\\n'-N+",
            ),
            ("\":: :_tally_commands\" \\\n\"*::: :->tally\" \\\n&& ret=0\n", "&& ret=0\n    fi\n"),
            ("'::file -- ", "'*:file -- "),
        ],
        _ => &[],
    }
}
