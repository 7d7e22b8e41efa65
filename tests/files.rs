//! Readers of all kinds: how much is read, and what is fed if they fail. (Real files and their
//! faults are in `tests/c/files.c`.)

use std::cell::Cell;
use std::io::{self, ErrorKind, Read};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use tally::{Counter, ReadError, ReadOptions, Reset, Stream, Summary};

const LINE: &[u8] = b"\xC3\xA9 one line like another \xC3\xA9\n";

fn text(len: usize) -> Vec<u8> {
    LINE.iter().copied().cycle().take(len).collect()
}

fn counter() -> Counter {
    Counter::new('é', 3, Reset::Newlines).unwrap()
}

fn stream() -> Stream {
    Stream::new(&counter()).unwrap()
}

fn summary() -> Summary {
    Summary::new(&counter()).unwrap()
}

/// Returns data in chunks of one length, interrupted now and then, and counts the bytes returned.
/// At its end it fails, if there is an error.
struct Chunks<'a> {
    data: &'a [u8],
    chunk: usize,
    calls: usize,
    returned: &'a Cell<usize>,
    error: Option<ErrorKind>,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        if let Some(error) = self.error
            && self.data.is_empty()
        {
            return Err(error.into());
        }
        let len = self.chunk.min(buffer.len());
        let len = self.data.read(&mut buffer[..len])?;
        self.returned.set(self.returned.get() + len);
        Ok(len)
    }
}

#[test]
fn a_reader_is_read_to_its_end() {
    let data = text(100_000);
    let mut expected = summary();
    expected.feed(&data);
    for chunk in [1, 2, 3, 1000, 1 << 20] {
        let returned = Cell::new(0);
        let chunks = || Chunks { data: &data, chunk, calls: 0, returned: &returned, error: None };
        let (mut summary, mut stream) = (summary(), stream());
        summary.feed_reader(chunks(), &mut ReadOptions::new()).unwrap();
        assert_eq!(summary.totals(), expected.totals());
        assert!(!stream.feed_reader(chunks(), &mut ReadOptions::new()).unwrap());
        assert_eq!(returned.get(), 2 * data.len());
    }
}

#[test]
fn data_before_an_error_is_fed() {
    for len in [0, 1, 1001, 700_000] {
        let data = text(len);
        let returned = Cell::new(0);
        let error = Some(ErrorKind::ConnectionReset);
        let chunks = || Chunks { data: &data, chunk: 4096, calls: 0, returned: &returned, error };
        let (mut summary, mut stream) = (summary(), stream());
        let result = summary.feed_reader(chunks(), &mut ReadOptions::new());
        assert!(
            matches!(result, Err(ReadError::Io(error)) if error.kind() == ErrorKind::ConnectionReset)
        );
        assert_eq!(summary.totals().bytes, len as u64);
        stream.feed_reader(chunks(), &mut ReadOptions::new()).unwrap_err();
        // Feeding can continue.
        assert!(stream.feed("\nééé".as_bytes()).unwrap());
        assert_eq!(stream.first_match().unwrap().end, len as u64 + 7);
    }
}

#[test]
fn reading_stops_behind_the_match() {
    for at in [0, 1000, 262_143, 3_000_000] {
        let mut data = text(5_000_000);
        data[at..at + 7].copy_from_slice("\nééé".as_bytes());
        for chunk in [700, 1 << 20] {
            let returned = Cell::new(0);
            let chunks =
                || Chunks { data: &data, chunk, calls: 0, returned: &returned, error: None };
            let mut stream = stream();
            assert!(stream.feed_reader(chunks(), &mut ReadOptions::new()).unwrap());
            assert_eq!(stream.first_match().unwrap().end, at as u64 + 7);
            assert!(returned.get() <= at + 7 + chunk.min(256 << 10), "{at} {}", returned.get());
            // After a match, nothing is read.
            let before = returned.get();
            assert!(stream.feed_reader(chunks(), &mut ReadOptions::new()).unwrap());
            assert!(stream.feed_file("no such file", &mut ReadOptions::new()).unwrap());
            assert_eq!(returned.get(), before);
        }
    }
}

#[test]
fn a_limit_consumes_no_byte_too_many() {
    let data = text(1000);
    for limit in [0, 1, 999, 1000, 1001] {
        let returned = Cell::new(0);
        let mut chunks =
            Chunks { data: &data, chunk: 64, calls: 0, returned: &returned, error: None };
        let mut summary = summary();
        let result = summary.feed_reader(&mut chunks, &mut ReadOptions::new().max_bytes(limit));
        // A reader is not probed for more bytes behind the limit.
        assert_eq!(result.is_err(), limit <= 1000);
        assert!(matches!(result, Ok(()) | Err(ReadError::Limit)));
        assert_eq!(summary.totals().bytes, limit.min(1000));
        assert_eq!(returned.get() as u64, limit.min(1000));
        summary.feed_reader(&mut chunks, &mut ReadOptions::new()).unwrap();
        assert_eq!(summary.totals().bytes, 1000);
    }
}

#[test]
fn progress_is_reported_and_can_stop() {
    let data = text(1000);
    let mut calls = Vec::new();
    let mut progress = |done, total| {
        calls.push((done, total));
        ControlFlow::Continue(())
    };
    let mut options = ReadOptions::new().progress(&mut progress);
    let mut summary = summary();
    summary.feed_reader(&data[..], &mut options).unwrap();
    // The same options can be used again.
    summary.feed_reader(&data[..10], &mut options).unwrap();
    assert_eq!(calls.iter().filter(|call| **call == (1000, 0)).count(), 1);
    assert_eq!(calls.last(), Some(&(10, 0)));

    let mut stop = |_, _| ControlFlow::Break(());
    let result = summary.feed_reader(&data[..], &mut ReadOptions::new().progress(&mut stop));
    assert!(matches!(result, Err(ReadError::Cancelled)));
    assert_eq!(summary.totals().bytes, 2010);
}

/// Needles that overlap themselves, in runs across the edges of the parts that threads read: the
/// parts cannot be merged, and the answer is right all the same.
#[test]
fn overlapping_needles_in_a_file_on_several_threads() {
    let mut data = vec![b'a'; 5_000_001];
    for at in [100, 1_048_575, 3_500_000] {
        data[at] = b'\n';
    }
    let path = std::env::temp_dir().join(format!("tally-{}", std::process::id()));
    std::fs::write(&path, &data).unwrap();
    for needle in ["aa", "aaa", "aaaaaaaaaaaaaaaaaaaaaaa"] {
        let counter = Counter::new(needle, 1000, Reset::Newlines).unwrap();
        let mut expected = Summary::new(&counter).unwrap();
        expected.feed(&data);
        // The hits of each line.
        let in_line = |line: &[u8]| (line.len() / needle.len()) as u64;
        let count: u64 = data.split(|&byte| byte == b'\n').map(in_line).sum();
        assert_eq!(expected.totals().count, count);
        for threads in [1, 2, 5] {
            let mut options = ReadOptions::new().threads(NonZeroUsize::new(threads).unwrap());
            let mut summary = Summary::new(&counter).unwrap();
            summary.feed_file(&path, &mut options).unwrap();
            assert_eq!(summary.totals(), expected.totals(), "{needle} {threads}");
        }
    }
    std::fs::remove_file(&path).unwrap();
}
