//! Which files and folders are searched, by their names: `--include`, `--exclude`, `--exclude-dir`.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

/// The patterns, in the order of the command line.
#[derive(Clone, Default)]
pub(crate) struct Filter {
    files: Vec<Pattern>,
    folders: Vec<GlobMatcher>,
}

#[derive(Clone)]
struct Pattern {
    glob: GlobMatcher,
    include: bool,
}

impl Filter {
    /// Adds `--include` or `--exclude`.
    pub(crate) fn add(&mut self, pattern: &str, include: bool) -> Result<(), String> {
        self.files.push(Pattern { glob: glob(pattern)?, include });
        Ok(())
    }

    /// Adds `--exclude-dir`.
    pub(crate) fn exclude_folder(&mut self, pattern: &str) -> Result<(), String> {
        let pattern = match pattern.trim_end_matches('/') {
            "" => pattern,
            name => name,
        };
        self.folders.push(glob(pattern)?);
        Ok(())
    }

    /// Whether a file that was found in a folder is searched. Its name counts, not its path.
    pub(crate) fn allows_found(&self, path: &Path) -> bool {
        self.allows(|glob| path.file_name().is_some_and(|name| glob.is_match(name)))
    }

    /// Whether a file that the command line names is searched.
    pub(crate) fn allows_named(&self, path: &Path) -> bool {
        self.allows(|glob| matches_end(glob, path))
    }

    /// The last pattern that matches decides. Without one, all files are searched, unless the first
    /// pattern is one of those to include.
    fn allows(&self, matches: impl Fn(&GlobMatcher) -> bool) -> bool {
        match self.files.iter().rev().find(|pattern| matches(&pattern.glob)) {
            Some(pattern) => pattern.include,
            None => self.files.first().is_none_or(|first| !first.include),
        }
    }

    pub(crate) fn allows_found_folder(&self, path: &Path) -> bool {
        let name = path.file_name();
        !self.folders.iter().any(|glob| name.is_some_and(|name| glob.is_match(name)))
    }

    pub(crate) fn allows_named_folder(&self, path: &Path) -> bool {
        !self.folders.iter().any(|glob| matches_end(glob, path))
    }
}

/// Whether the whole path matches, or what follows one of its slashes.
fn matches_end(glob: &GlobMatcher, path: &Path) -> bool {
    let mut rest = path.components();
    while !glob.is_match(rest.as_path()) {
        rest.next();
        if rest.as_path().as_os_str().is_empty() {
            return false;
        }
    }
    true
}

/// A wildcard stands for slashes too, as in `grep`.
fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(pattern).literal_separator(false).backslash_escape(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.to_string())
}
