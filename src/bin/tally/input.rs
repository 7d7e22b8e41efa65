//! An input: a file or standard input, and how it is read.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::progress::Progress;

/// Something to read. It is not open yet.
pub(crate) struct Input {
    /// The path; `None` is standard input.
    pub(crate) path: Option<PathBuf>,
    /// The name that the command line gives to standard input.
    label: Option<Vec<u8>>,
}

impl Input {
    pub(crate) fn file(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), label: None }
    }

    pub(crate) fn standard_input(label: Option<&[u8]>) -> Self {
        Self { path: None, label: label.map(<[u8]>::to_owned) }
    }

    /// What the output calls it.
    pub(crate) fn name(&self) -> &[u8] {
        self.given_name().unwrap_or(b"(standard input)")
    }

    /// The path, or the name that standard input was given.
    pub(crate) fn given_name(&self) -> Option<&[u8]> {
        match &self.path {
            Some(path) => Some(path.as_os_str().as_encoded_bytes()),
            None => self.label.as_deref(),
        }
    }
}

/// An open input. Its progress is shown, and a file that becomes shorter is an error.
pub(crate) struct Reader<'a> {
    file: File,
    progress: &'a Progress,
    /// What a regular file was when it was opened.
    metadata: Option<Metadata>,
    /// The offset in the file at which reading began.
    begin: u64,
    /// The number of bytes read.
    done: u64,
    /// The first bytes read.
    head: [u8; 4],
}

impl<'a> Reader<'a> {
    pub(crate) fn open(input: &Input, progress: &'a Progress) -> io::Result<Self> {
        let mut file = match &input.path {
            Some(path) => File::open(path)?,
            None => standard_input()?,
        };
        let metadata = file.metadata().ok().filter(Metadata::is_file);
        let begin = match (&input.path, &metadata) {
            (None, Some(_)) => file.stream_position()?,
            _ => 0,
        };
        let reader = Self { file, progress, metadata, begin, done: 0, head: [0; 4] };
        progress.begin(input.name(), reader.size());
        Ok(reader)
    }

    /// The number of bytes to read when a regular file was opened. Files that the kernel makes up
    /// while they are read may have any size, also 0.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata.as_ref().map(|metadata| metadata.len().saturating_sub(self.begin))
    }

    /// Reads into `buffer`, which is not empty; 0 at the end of the input.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        if len == 0 {
            self.check_len(self.done)?;
        }
        if self.done < self.head.len() as u64 {
            let at = self.done as usize;
            let new = len.min(self.head.len() - at);
            self.head[at..at + new].copy_from_slice(&buffer[..new]);
        }
        self.done += len as u64;
        self.progress.set(self.done);
        Ok(len)
    }

    /// Fails if the file ended after `len` bytes because it was truncated after it was opened.
    ///
    /// That fewer bytes came than its size had promised is not enough: files that the kernel makes
    /// up often promise a page.
    pub(crate) fn check_len(&self, len: u64) -> io::Result<()> {
        if let Some(before) = &self.metadata
            && len < before.len().saturating_sub(self.begin)
        {
            let now = self.file.metadata()?;
            if now.len() != before.len() || now.modified().ok() != before.modified().ok() {
                return Err(io::Error::other("truncated while it was read"));
            }
        }
        Ok(())
    }

    /// Whether [`Self::bytes_at`] can be called.
    pub(crate) fn can_seek(&self) -> bool {
        self.size() > Some(0)
    }

    /// The `len` bytes that were read at the offset `at` from where reading began. Reading then
    /// continues where it was.
    pub(crate) fn bytes_at(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| ErrorKind::OutOfMemory)?;
        let position = self.file.stream_position()?;
        self.file.seek(SeekFrom::Start(self.begin + at))?;
        (&self.file).take(len as u64).read_to_end(&mut bytes)?;
        self.file.seek(SeekFrom::Start(position))?;
        if bytes.len() < len {
            return Err(io::Error::other("truncated while it was read"));
        }
        Ok(bytes)
    }

    /// The Unicode encoding that the first bytes say, if it is not UTF-8.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        match &self.head[..self.done.min(4) as usize] {
            [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] => Some("UTF-32"),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
            _ => None,
        }
    }
}

/// Standard input without the standard library's buffer, and without its indulgence: it takes a
/// descriptor that cannot be read for an empty file.
#[cfg(unix)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
pub(crate) fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// The file that standard output is written to, if it is a regular file.
pub(crate) struct OutputFile(Option<Metadata>);

impl OutputFile {
    /// `file` is standard output.
    pub(crate) fn new(file: &File) -> Self {
        Self(file.metadata().ok().filter(Metadata::is_file))
    }

    /// Whether `reader` reads that file.
    #[cfg(unix)]
    pub(crate) fn is(&self, reader: &Reader<'_>) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        let output = self.0.as_ref().map(identity);
        output.is_some() && reader.metadata.as_ref().map(identity) == output
    }

    #[cfg(not(unix))]
    pub(crate) fn is(&self, _reader: &Reader<'_>) -> bool {
        false
    }
}
