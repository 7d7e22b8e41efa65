//! The inputs: files as named, files in folders, standard input.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::ops::ControlFlow::{self, Continue};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::failure::reason;
use crate::input::Input;
use crate::options::{Options, Recurse};
use crate::standard::standard_input;

/// Why something cannot be read.
pub(crate) struct Problem {
    pub(crate) name: Vec<u8>,
    pub(crate) reason: String,
    /// The search is complete all the same.
    pub(crate) harmless: bool,
}

impl Problem {
    fn new(name: impl Into<Vec<u8>>, reason: impl Into<String>) -> Self {
        Self { name: name.into(), reason: reason.into(), harmless: false }
    }
}

type Visit<'a> = dyn FnMut(Result<Input, Problem>) -> ControlFlow<()> + 'a;

/// Visits all inputs, in order.
pub(crate) fn each(options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    if let Some(list) = &options.list {
        return listed(Path::new(list), options, visit);
    }
    if !options.files.is_empty() {
        return options.files.iter().try_for_each(|file| named(Path::new(file), options, visit));
    }
    match options.recurse {
        Recurse::No => visit(Ok(standard(options))),
        _ => walk(Path::new("."), true, options, visit),
    }
}

fn standard(options: &Options) -> Input {
    Input::standard_input(options.label.as_deref())
}

/// Visits a file that the user names.
fn named(path: &Path, options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let filter = &options.filter;
    if path.as_os_str() == "-" {
        return visit(Ok(standard(options)));
    }
    let kind = fs::metadata(path).ok().map(|metadata| metadata.file_type());
    if !kind.is_some_and(|kind| kind.is_dir()) {
        if !filter.allows_named(path) {
            return Continue(());
        }
        visit(Ok(Input::file(path.to_owned(), kind.is_some_and(|kind| kind.is_file()))))
    } else if !filter.allows_named_folder(path) {
        Continue(())
    } else if options.recurse == Recurse::No {
        visit(Err(Problem::new(bytes(path), "Is a directory")))
    } else {
        walk(path, false, options, visit)
    }
}

/// Visits the files that are named in the file `list`, each name ended by a NUL byte.
fn listed(list: &Path, options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let is_standard_input = list.as_os_str() == "-";
    let file = if is_standard_input { standard_input() } else { File::open(list) };
    let mut list_reader = match file {
        Ok(file) => BufReader::new(file),
        Err(error) => return visit(Err(Problem::new(bytes(list), reason(&error)))),
    };
    let mut name = Vec::new();
    loop {
        name.clear();
        match list_reader.read_until(0, &mut name) {
            Ok(0) => return Continue(()),
            Ok(_) => {}
            Err(error) => return visit(Err(Problem::new(bytes(list), reason(&error)))),
        }
        if name.last() == Some(&0) {
            name.pop();
        }
        if name.is_empty() {
            visit(Err(Problem::new(bytes(list), "it has a file name without a character")))?;
        } else if is_standard_input && name == b"-" {
            let reason = "standard input is the list, and cannot be searched";
            visit(Err(Problem::new("-", reason)))?;
        } else {
            match path(&name) {
                Some(path) => named(&path, options, visit)?,
                None => visit(Err(Problem::new(name.clone(), "it is not Unicode")))?,
            }
        }
    }
}

/// Visits the files under a folder, sorted by name. Paths include the folder unless it is
/// `implied`.
fn walk(root: &Path, implied: bool, options: &Options, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let mut builder = WalkBuilder::new(root);
    builder
        .standard_filters(false)
        .git_ignore(options.gitignore)
        .parents(options.gitignore)
        .require_git(false)
        .follow_links(options.recurse == Recurse::FollowLinks)
        // In a folder, the order of the paths is that of the names, and they are at hand.
        .sort_by_file_path(|a, b| a.as_os_str().cmp(b.as_os_str()));
    let (filter, gitignore) = (options.filter.clone(), options.gitignore);
    builder.filter_entry(move |entry| {
        entry.depth() == 0
            || !entry.file_type().is_some_and(|kind| kind.is_dir())
            || filter.allows_found_folder(entry.path())
                && !(gitignore && entry.file_name() == ".git")
    });
    for entry in builder.build() {
        match entry {
            // Reading a pipe or a device might block, or never end.
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = entry.into_path();
                if options.filter.allows_found(&path) {
                    let relative = if implied { path.strip_prefix(root).ok() } else { None };
                    let path = relative.map(Path::to_owned).unwrap_or(path);
                    visit(Ok(Input::file(path, true)))?;
                }
            }
            Ok(_) => {}
            Err(error) => visit(Err(problem(root, &error)))?,
        }
    }
    Continue(())
}

/// An error of a walk, without its wrappers.
fn problem(root: &Path, error: &ignore::Error) -> Problem {
    let (mut path, mut inner) = (root, error);
    loop {
        inner = match inner {
            ignore::Error::WithPath { path: place, err } => {
                path = place;
                err
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
            ignore::Error::Loop { ancestor, child } => {
                let reason = format!("not followed: the link leads back to {}", ancestor.display());
                return Problem { harmless: true, ..Problem::new(bytes(child), reason) };
            }
            ignore::Error::Io(error) => return Problem::new(bytes(path), innermost(error)),
            other => return Problem::new(bytes(path), other.to_string()),
        }
    }
}

/// The reason that the system gave, without what the walk adds to it.
fn innermost(error: &io::Error) -> String {
    let source = error.source().and_then(|source| source.downcast_ref());
    reason(source.unwrap_or(error))
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not all bytes are a path")]
fn path(name: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(std::ffi::OsStr::from_bytes(name).into())
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(name).ok().map(PathBuf::from)
}
