//! The manual page.

use std::io::{self, Write};

use clap_mangen::Man;

use crate::{arguments, help};

/// Writes the page.
pub(crate) fn page(out: &mut Vec<u8>) -> io::Result<()> {
    // The version without the instruction set, which depends on the machine.
    let man = Man::new(arguments::command().version(env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    for &(title, paragraphs) in help::SECTIONS {
        heading(title, out)?;
        for text in paragraphs {
            paragraph(text, out)?;
        }
    }
    heading("EXAMPLES", out)?;
    verbatim(help::EXAMPLES, out)?;
    for (text, commands) in help::RECIPES {
        paragraph(text, out)?;
        // Indented by the spaces that the other examples have.
        verbatim(&format!("  {}", commands.replace('\n', "\n  ")), out)?;
    }
    Ok(())
}

fn heading(title: &str, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, ".SH \"{title}\"")
}

fn paragraph(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, ".PP\n\\&{}", escaped(text))
}

/// Lines that are not filled.
fn verbatim(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, ".PP\n.nf")?;
    for line in text.lines() {
        // `\&` keeps what follows from being a request.
        writeln!(out, "\\&{}", escaped(line))?;
    }
    writeln!(out, ".fi")
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
