use std::fs::File;
use std::io::{self, Read, Seek};

/// Something to read.
pub(crate) trait Source: Read {
    /// The number of bytes to read, if that is known.
    fn size(&self) -> Option<u64> {
        None
    }

    /// Whether it is certain that no more bytes follow. Consumes nothing.
    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(false)
    }
}

/// A reader of which nothing more is known.
pub(crate) struct ReaderSource<R>(pub(crate) R);

impl<R: Read> Read for ReaderSource<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Source for ReaderSource<R> {}

/// A file, from its current position on.
pub(crate) struct FileSource<'f> {
    file: &'f File,
    /// For a regular file: the number of bytes behind the position at the start.
    size: Option<u64>,
}

impl<'f> FileSource<'f> {
    pub(crate) fn new(mut file: &'f File) -> Self {
        // If one of these fails, so will reading, and that is reported.
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        let size = metadata.and_then(|metadata| {
            let at = file.stream_position().ok()?;
            Some(metadata.len().saturating_sub(at))
        });
        Self { file, size }
    }
}

impl Read for FileSource<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Source for FileSource<'_> {
    fn size(&self) -> Option<u64> {
        self.size
    }

    fn is_at_end(&mut self) -> io::Result<bool> {
        if self.size.is_none() {
            return Ok(false);
        }
        // The size is no answer: the file may have grown, and files that the kernel makes up have
        // none. So one byte is read, and the position set back.
        loop {
            match self.file.read(&mut [0]) {
                Ok(0) => return Ok(true),
                Ok(_) => return self.file.seek_relative(-1).map(|()| false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Reads at the offset `at` without moving the file's position.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

/// Reads at the offset `at`.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// Where files cannot be read at an offset, one thread reads them.
#[cfg(not(any(unix, windows)))]
pub(crate) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}
