//! All contenders side by side: `cargo bench --bench ratios`.
//!
//! Prints tables, and writes them with a plot to `benches/results`, to a page of this processor's
//! own. See `benches/README.md` for the arguments.

#![allow(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "rounded for readers")]

// Each module uses only those below it in this list.

mod page;
mod sections;

mod bench;
mod contenders;

mod plot;
mod report;

mod backends;
mod machine;
mod measure;
mod question;

#[path = "../data/mod.rs"]
mod data;
#[path = "../peers/mod.rs"]
mod peers;

use std::{env, process};

use bench::Bench;
use measure::Statistic;
use sections::SECTIONS;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    // `cargo bench` passes this option. `cargo test` does not, and checks only that all runs.
    let quick = !has("--bench");
    let statistic = if has("--minimum") { Statistic::Minimum } else { Statistic::Median };
    let names: Vec<&String> =
        arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let is_section = |name: &str| SECTIONS.iter().any(|section| section.0 == name);
    if let Some(unknown) = names.iter().find(|name| !is_section(name)) {
        let known: Vec<&str> = SECTIONS.iter().map(|section| section.0).collect();
        eprintln!("No section {unknown}. Sections: {}.", known.join(", "));
        process::exit(2);
    }
    let mut bench = Bench::new(quick, statistic);
    for (name, section) in SECTIONS {
        if names.is_empty() || names.iter().any(|&selected| selected == name) {
            section(&mut bench);
        }
    }
    print!("{}", bench.report.summary());
    let is_forced = env::var_os("TALLY_BACKEND").is_some();
    if names.is_empty() && !quick && !has("--minimum") && !is_forced {
        if machine::is_changed() {
            println!("Not written: the working tree has changes that no version names.");
            return;
        }
        match page::write(&bench) {
            Ok(page) => println!("Written: {}, and the plot beside it.", page.display()),
            Err(error) => {
                eprintln!("Cannot write the results: {error}");
                process::exit(1);
            }
        }
    }
}
