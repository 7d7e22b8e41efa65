//! The manual page.

use std::io::{self, Write};

use clap_mangen::Man;

use crate::help::{self, Part};
use crate::{arguments, words};

/// Writes the page.
pub(crate) fn page(out: &mut Vec<u8>) -> io::Result<()> {
    // The version without the instruction set, which depends on the machine.
    let man = Man::new(arguments::command().version(env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    words(out)?;
    for (title, parts) in help::SECTIONS {
        writeln!(out, ".SH \"{title}\"")?;
        for part in *parts {
            match part {
                Part::Paragraph(text) => writeln!(out, ".PP\n\\&{}", escaped(text))?,
                Part::Lines(text) => {
                    writeln!(out, ".PP\n.nf")?;
                    for line in text.lines() {
                        // `\&` keeps the line from being a request.
                        writeln!(out, "\\&{}", escaped(line))?;
                    }
                    writeln!(out, ".fi")?;
                }
            }
        }
    }
    Ok(())
}

/// The section about `tally words`.
fn words(out: &mut Vec<u8>) -> io::Result<()> {
    let command = words::command();
    writeln!(out, ".SH \"TALLY WORDS\"")?;
    writeln!(out, ".PP\n.B {}", escaped(words::USAGE))?;
    for text in [command.get_about(), command.get_after_help()].into_iter().flatten() {
        for paragraph in text.to_string().split("\n\n") {
            writeln!(out, ".PP\n\\&{}", escaped(paragraph))?;
        }
    }
    let mut options = Vec::new();
    Man::new(command).render_options_section(&mut options)?;
    // Without its title: the options are a part of this section.
    let lines = options.split_inclusive(|&byte| byte == b'\n');
    let mut lines = lines.skip_while(|line| !line.starts_with(b".SH")).skip(1);
    lines.try_for_each(|line| out.write_all(line))
}

/// Text in which each character stands for itself, also when it is copied from the page.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\e"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            other => escaped.push(other),
        }
    }
    escaped
}
