//! The manual page.

use std::io::{self, Write};

use clap_mangen::Man;

use crate::arguments;
use crate::help::{self, Part};

/// Writes the page.
pub(crate) fn page(out: &mut Vec<u8>) -> io::Result<()> {
    // The version without the instruction set, which depends on the machine.
    let man = Man::new(arguments::command().version(env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
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
