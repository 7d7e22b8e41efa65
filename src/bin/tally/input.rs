//! The files to read: as named, in folders, standard input.

use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::arguments::{Options, Recurse};

/// Something open to be read.
pub(crate) struct Input {
    /// The path; `None` is standard input.
    pub(crate) path: Option<PathBuf>,
    pub(crate) reader: Box<dyn Read>,
    pub(crate) metadata: Option<Metadata>,
}

impl Input {
    /// Needle the file is called in the output.
    pub(crate) fn name(&self) -> &[u8] {
        self.path().unwrap_or(b"(standard input)")
    }

    /// The bytes of the path.
    pub(crate) fn path(&self) -> Option<&[u8]> {
        self.path.as_ref().map(|path| path.as_os_str().as_encoded_bytes())
    }

    /// The length of a regular file.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata.as_ref().filter(|metadata| metadata.is_file()).map(Metadata::len)
    }
}

/// Why something is not read.
pub(crate) struct Problem {
    pub(crate) name: Vec<u8>,
    pub(crate) reason: String,
    /// Nothing is missed by it.
    pub(crate) harmless: bool,
}

type Visit<'a> = dyn FnMut(Result<Input, Problem>) -> ControlFlow<()> + 'a;

/// Opens all there is to read, one after the other.
pub(crate) fn each(options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    if options.files.is_empty() {
        return match options.recurse {
            Recurse::No => visit(Ok(standard_input())),
            _ => walk(Path::new("."), options.recurse, true, visit),
        };
    }
    options.files.iter().try_for_each(|file| {
        let path = Path::new(file);
        if file == "-" {
            visit(Ok(standard_input()))
        } else if options.recurse != Recurse::No && path.is_dir() {
            walk(path, options.recurse, false, visit)
        } else {
            visit(open(path, path))
        }
    })
}

/// Opens the files in a folder and those within, by name.
fn walk(root: &Path, recurse: Recurse, implied: bool, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let walk = WalkDir::new(root).follow_links(recurse == Recurse::Following).sort_by_file_name();
    for entry in walk {
        match entry {
            // Reading a pipe or a device would wait, or never end.
            Ok(entry) if entry.file_type().is_file() => {
                let path = entry.path();
                let shown = if implied { path.strip_prefix(root).unwrap_or(path) } else { path };
                visit(open(path, shown))?;
            }
            Ok(_) => {}
            Err(error) => {
                let name = bytes(error.path().unwrap_or(root).as_os_str());
                let (reason, harmless) = match (error.io_error(), error.loop_ancestor()) {
                    (Some(error), _) => (reason(error), false),
                    (None, Some(above)) => {
                        (format!("a link back to {}, not followed", above.display()), true)
                    }
                    (None, None) => (error.to_string(), false),
                };
                visit(Err(Problem { name, reason, harmless }))?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn open(path: &Path, shown: &Path) -> Result<Input, Problem> {
    let problem = |reason| Problem { name: bytes(shown.as_os_str()), reason, harmless: false };
    let file = File::open(path).map_err(|error| problem(reason(&error)))?;
    let metadata = file.metadata().ok();
    if metadata.as_ref().is_some_and(Metadata::is_dir) {
        return Err(problem("Is a directory".into()));
    }
    Ok(Input { path: Some(shown.to_owned()), reader: Box::new(file), metadata })
}

fn standard_input() -> Input {
    Input {
        path: None,
        reader: Box::new(io::stdin().lock()),
        metadata: as_file(io::stdin()).and_then(|file| file.metadata().ok()),
    }
}

/// A standard stream as a file.
#[cfg(unix)]
fn as_file(stream: impl std::os::fd::AsFd) -> Option<File> {
    stream.as_fd().try_clone_to_owned().ok().map(File::from)
}

#[cfg(not(unix))]
fn as_file<T>(_stream: T) -> Option<File> {
    None
}

/// Tells a file that is read from the one that standard output is written to.
pub(crate) struct OutputFile(Option<Metadata>);

impl OutputFile {
    pub(crate) fn new() -> Self {
        let metadata = as_file(io::stdout()).and_then(|file| file.metadata().ok());
        Self(metadata.filter(Metadata::is_file))
    }

    #[cfg(unix)]
    pub(crate) fn is(&self, input: &Input) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        let output = self.0.as_ref().map(identity);
        output.is_some() && input.metadata.as_ref().map(identity) == output
    }

    #[cfg(not(unix))]
    pub(crate) fn is(&self, _input: &Input) -> bool {
        false
    }
}

fn bytes(text: &OsStr) -> Vec<u8> {
    text.as_encoded_bytes().to_vec()
}

/// Why reading failed.
pub(crate) struct Unreadable(pub(crate) String);

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self(reason(&error))
    }
}

/// The reason of an error, without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => text.trim_end_matches(&format!(" (os error {number})")).to_owned(),
        None => text,
    }
}
