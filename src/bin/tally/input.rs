//! The inputs: files as named, files in directories, standard input.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::failure::reason;
use crate::options::{Options, Recurse};

/// Something to read. It is not open yet.
pub(crate) struct Input {
    /// The path; `None` is standard input.
    pub(crate) path: Option<PathBuf>,
}

impl Input {
    const STANDARD_INPUT: Self = Self { path: None };

    fn file(path: &Path) -> Self {
        Self { path: Some(path.to_owned()) }
    }

    /// What the output calls it.
    pub(crate) fn name(&self) -> &[u8] {
        self.path_bytes().unwrap_or(b"(standard input)")
    }

    pub(crate) fn path_bytes(&self) -> Option<&[u8]> {
        self.path.as_ref().map(|path| path.as_os_str().as_encoded_bytes())
    }

    fn metadata(&self) -> Option<Metadata> {
        match &self.path {
            Some(path) => fs::metadata(path).ok(),
            None => as_file(io::stdin())?.metadata().ok(),
        }
    }

    /// The length of a regular file.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata().filter(Metadata::is_file).map(|metadata| metadata.len())
    }

    pub(crate) fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match &self.path {
            Some(path) => Box::new(File::open(path)?),
            None => Box::new(io::stdin().lock()),
        })
    }
}

/// Why something cannot be read.
pub(crate) struct Problem {
    pub(crate) name: Vec<u8>,
    pub(crate) reason: String,
    /// The search is complete all the same.
    pub(crate) harmless: bool,
}

type Visit<'a> = dyn FnMut(Result<Input, Problem>) -> ControlFlow<()> + 'a;

/// Visits all inputs, in order.
pub(crate) fn each(options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    if options.files.is_empty() {
        return match options.recurse {
            Recurse::No => visit(Ok(Input::STANDARD_INPUT)),
            _ => walk(Path::new("."), true, options.recurse, visit),
        };
    }
    options.files.iter().try_for_each(|file| {
        let path = Path::new(file);
        if file == "-" {
            visit(Ok(Input::STANDARD_INPUT))
        } else if !path.is_dir() {
            visit(Ok(Input::file(path)))
        } else if options.recurse == Recurse::No {
            let reason = "Is a directory".to_owned();
            visit(Err(Problem { name: bytes(path), reason, harmless: false }))
        } else {
            walk(path, false, options.recurse, visit)
        }
    })
}

/// Visits the files under a directory, sorted by name. Paths include the directory unless it is
/// `implied`.
fn walk(root: &Path, implied: bool, recurse: Recurse, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let follow = recurse == Recurse::FollowLinks;
    for entry in WalkDir::new(root).follow_links(follow).sort_by_file_name() {
        match entry {
            // Reading a pipe or a device might block, or never end.
            Ok(entry) if entry.file_type().is_file() => {
                let path = entry.path();
                let relative = if implied { path.strip_prefix(root).ok() } else { None };
                visit(Ok(Input::file(relative.unwrap_or(path))))?;
            }
            Ok(_) => {}
            Err(error) => {
                let name = bytes(error.path().unwrap_or(root));
                let (reason, harmless) = match (error.io_error(), error.loop_ancestor()) {
                    (Some(error), _) => (reason(error), false),
                    (None, Some(above)) => {
                        (format!("not followed: the link leads back to {}", above.display()), true)
                    }
                    (None, None) => (error.to_string(), false),
                };
                visit(Err(Problem { name, reason, harmless }))?;
            }
        }
    }
    ControlFlow::Continue(())
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

/// The file that standard output is written to, if it is a regular file.
pub(crate) struct OutputFile(Option<Metadata>);

impl OutputFile {
    pub(crate) fn new() -> Self {
        let metadata = as_file(io::stdout()).and_then(|file| file.metadata().ok());
        Self(metadata.filter(Metadata::is_file))
    }

    /// Whether `input` is that file.
    #[cfg(unix)]
    pub(crate) fn is(&self, input: &Input) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        let output = self.0.as_ref().map(identity);
        output.is_some() && input.metadata().as_ref().map(identity) == output
    }

    #[cfg(not(unix))]
    pub(crate) fn is(&self, _input: &Input) -> bool {
        false
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}
