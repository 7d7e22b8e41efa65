//! The results page of this processor, and its plot.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::bench::Bench;
use crate::machine::{self, Processor};
use crate::plot;

/// Writes the page and the plot, over those of an earlier run. Returns the path of the page.
pub(crate) fn write(bench: &Bench) -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
    let processor = Processor::this();
    let description = processor.description();
    let picture = plot::svg(&bench.panels, &format!("{description}. cargo bench --bench ratios"));
    let name = processor.file_name();
    let text = format!(
        "\
# {}

Written by `cargo bench --bench ratios`. [The README](../README.md) explains the measurements and
the words of the tables.

Measured on: {description}; {}.

![Speed by the size of the data]({name}.svg)

{}{}
",
        processor.name(),
        machine::versions(),
        bench.report.summary(),
        bench.report.text()
    );
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("{name}.svg")), picture)?;
    let page = folder.join(format!("{name}.md"));
    fs::write(&page, text)?;
    Ok(page)
}
