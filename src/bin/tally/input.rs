//! An input: a file or standard input, and how it is read.

use std::cell::OnceCell;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;

use crate::progress::Progress;
use crate::standard::standard_input;
use crate::unit::Unit;

/// Something to read. It is not open yet.
pub(crate) struct Input {
    /// The path; `None` is standard input.
    pub(crate) path: Option<PathBuf>,
    /// Opening it and reading it will not wait.
    pub(crate) is_file: bool,
    /// The name that the command line gives to standard input.
    label: Option<Vec<u8>>,
}

impl Input {
    /// A file, which is a regular one or not.
    pub(crate) fn file(path: PathBuf, is_file: bool) -> Self {
        Self { path: Some(path), is_file, label: None }
    }

    pub(crate) fn standard_input(label: Option<&[u8]>) -> Self {
        Self { path: None, is_file: false, label: label.map(<[u8]>::to_owned) }
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

/// What has been read of a file.
pub(crate) struct Start {
    /// It may be closed if it is read to its end.
    pub(crate) file: Option<File>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) at_end: bool,
}

/// An open input. Its progress is shown, and a file that becomes shorter is an error.
pub(crate) struct Reader<'a> {
    start: Start,
    /// How many of the bytes at the start have been taken.
    taken: usize,
    progress: &'a Progress,
    /// What a regular file was when this was first asked, and not later than when the first read
    /// did not reach its end. Most files are small, and then it is not asked.
    metadata: OnceCell<Option<Metadata>>,
    /// The offset in the file at which reading began.
    begin: u64,
    /// The number of bytes read.
    done: u64,
    /// The first bytes read.
    head: [u8; 4],
}

impl<'a> Reader<'a> {
    /// Opens an input, if that has not been done.
    pub(crate) fn open(
        input: &Input,
        start: Option<io::Result<Start>>,
        progress: &'a Progress,
    ) -> io::Result<Self> {
        let open = |file| Start { file: Some(file), bytes: Vec::new(), at_end: false };
        let (start, begin) = match (start, &input.path) {
            (Some(start), _) => (start?, 0),
            (None, Some(path)) => (open(File::open(path)?), 0),
            (None, None) => {
                let mut file = standard_input()?;
                // A pipe has no position.
                let begin = file.stream_position().unwrap_or(0);
                (open(file), begin)
            }
        };
        let metadata = OnceCell::new();
        let reader = Self { start, taken: 0, progress, metadata, begin, done: 0, head: [0; 4] };
        progress.begin(input.name(), || reader.size());
        Ok(reader)
    }

    fn metadata(&self) -> Option<&Metadata> {
        let metadata = || self.start.file.as_ref()?.metadata().ok().filter(Metadata::is_file);
        self.metadata.get_or_init(metadata).as_ref()
    }

    /// The number of bytes to read when a regular file was opened. Files that the kernel makes up
    /// while they are read may have any size, also 0.
    pub(crate) fn size(&self) -> Option<u64> {
        self.metadata().map(|metadata| metadata.len().saturating_sub(self.begin))
    }

    /// Reads into `buffer`, which is not empty; 0 at the end of the input.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = loop {
            let bytes = &self.start.bytes[self.taken..];
            let result = match &mut self.start.file {
                Some(file) if bytes.is_empty() && !self.start.at_end => file.read(buffer),
                _ => {
                    let len = bytes.len().min(buffer.len());
                    buffer[..len].copy_from_slice(&bytes[..len]);
                    self.taken += len;
                    Ok(len)
                }
            };
            match result {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        if len == 0 && self.metadata.get().is_some() {
            self.check_len(self.done)?;
        } else if !self.start.at_end {
            self.metadata();
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
        if let (Some(before), Some(file)) = (self.metadata(), &self.start.file) {
            if len < before.len().saturating_sub(self.begin) {
                let now = file.metadata()?;
                if now.len() != before.len() || now.modified().ok() != before.modified().ok() {
                    return Err(io::Error::other("truncated while it was read"));
                }
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
        if let Some(file) = &mut self.start.file {
            let position = file.stream_position()?;
            file.seek(SeekFrom::Start(self.begin + at))?;
            file.by_ref().take(len as u64).read_to_end(&mut bytes)?;
            file.seek(SeekFrom::Start(position))?;
        }
        if bytes.len() < len {
            return Err(io::Error::other("truncated while it was read"));
        }
        Ok(bytes)
    }

    /// Continues reading behind the segment that ends at the offset `end` from where reading began,
    /// and behind the bytes that end it, if the input has positions. Other programs that read it
    /// continue there too.
    pub(crate) fn seek_behind(&mut self, end: u64, unit: Unit) {
        let Some(file) = &mut self.start.file else { return };
        let mut line_end = [0; 2];
        // Where there is no position, nothing changes.
        let read = file.seek(SeekFrom::Start(self.begin + end)).and_then(|at| {
            let len = file.read(&mut line_end)?;
            let is_end = |byte| unit.reset().bytes().contains(byte);
            let ended = match line_end {
                [b'\r', b'\n'] if len == 2 && unit == Unit::Row(b'\n') => 2,
                [byte, _] => u64::from(len > 0 && is_end(byte)),
            };
            file.seek(SeekFrom::Start(at + ended))
        });
        let _ = read;
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

/// The file that standard output is written to, if it is a regular file.
pub(crate) struct OutputFile(Option<Metadata>);

impl OutputFile {
    #[cfg(unix)]
    pub(crate) fn new(stdout: &File) -> Self {
        Self(stdout.metadata().ok().filter(Metadata::is_file))
    }

    #[cfg(not(unix))]
    pub(crate) fn new(_stdout: &io::Stdout) -> Self {
        Self(None)
    }

    /// Whether there is such a file.
    pub(crate) fn exists(&self) -> bool {
        self.0.is_some()
    }

    /// Whether `reader` reads that file.
    #[cfg(unix)]
    pub(crate) fn is(&self, reader: &Reader<'_>) -> bool {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: &Metadata| (metadata.dev(), metadata.ino());
        let output = self.0.as_ref().map(identity);
        output.is_some() && reader.metadata().map(identity) == output
    }

    #[cfg(not(unix))]
    pub(crate) fn is(&self, _reader: &Reader<'_>) -> bool {
        false
    }
}
