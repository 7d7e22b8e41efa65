//! Readers of all kinds: what is read of them, and what is fed when they fail. (Real files and
//! their faults are in `tests/c/files.c`.)

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

/// Gives data in pieces of one length, interrupted now and then, and counts what it has given. At
/// its end it fails, if there is an error.
struct Pieces<'a> {
    data: &'a [u8],
    piece: usize,
    calls: usize,
    given: &'a Cell<usize>,
    error: Option<ErrorKind>,
}

impl Read for Pieces<'_> {
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
        let len = self.piece.min(buffer.len());
        let len = self.data.read(&mut buffer[..len])?;
        self.given.set(self.given.get() + len);
        Ok(len)
    }
}

#[test]
fn a_reader_is_read_to_its_end() {
    let data = text(100_000);
    let mut expected = summary();
    expected.feed(&data);
    for piece in [1, 2, 3, 1000, 1 << 20] {
        let given = Cell::new(0);
        let pieces = || Pieces { data: &data, piece, calls: 0, given: &given, error: None };
        let (mut summary, mut stream) = (summary(), stream());
        summary.feed_reader(pieces(), &mut ReadOptions::new()).unwrap();
        assert_eq!(summary.totals(), expected.totals());
        assert!(!stream.feed_reader(pieces(), &mut ReadOptions::new()).unwrap());
        assert_eq!(given.get(), 2 * data.len());
    }
}

#[test]
fn what_comes_before_an_error_is_fed() {
    for len in [0, 1, 1001, 700_000] {
        let data = text(len);
        let given = Cell::new(0);
        let error = Some(ErrorKind::ConnectionReset);
        let pieces = || Pieces { data: &data, piece: 4096, calls: 0, given: &given, error };
        let (mut summary, mut stream) = (summary(), stream());
        let result = summary.feed_reader(pieces(), &mut ReadOptions::new());
        assert!(
            matches!(result, Err(ReadError::Io(error)) if error.kind() == ErrorKind::ConnectionReset)
        );
        assert_eq!(summary.totals().bytes, len as u64);
        stream.feed_reader(pieces(), &mut ReadOptions::new()).unwrap_err();
        // It can go on.
        assert!(stream.feed("\nééé".as_bytes()));
        assert_eq!(stream.first_match().unwrap().end, len as u64 + 7);
    }
}

#[test]
fn reading_stops_behind_the_match() {
    for at in [0, 1000, 262_143, 3_000_000] {
        let mut data = text(5_000_000);
        data[at..at + 7].copy_from_slice("\nééé".as_bytes());
        for piece in [700, 1 << 20] {
            let given = Cell::new(0);
            let pieces = || Pieces { data: &data, piece, calls: 0, given: &given, error: None };
            let mut stream = stream();
            assert!(stream.feed_reader(pieces(), &mut ReadOptions::new()).unwrap());
            assert_eq!(stream.first_match().unwrap().end, at as u64 + 7);
            assert!(given.get() <= at + 7 + piece.min(256 << 10), "{at} {}", given.get());
            // Reached is reached.
            let before = given.get();
            assert!(stream.feed_reader(pieces(), &mut ReadOptions::new()).unwrap());
            assert!(stream.feed_file("no such file", &mut ReadOptions::new()).unwrap());
            assert_eq!(given.get(), before);
        }
    }
}

#[test]
fn a_limit_takes_no_byte_too_many() {
    let data = text(1000);
    for limit in [0, 1, 999, 1000, 1001] {
        let given = Cell::new(0);
        let mut pieces = Pieces { data: &data, piece: 64, calls: 0, given: &given, error: None };
        let mut summary = summary();
        let result = summary.feed_reader(&mut pieces, &mut ReadOptions::new().max_bytes(limit));
        // That there is nothing behind the last byte is not known of a reader.
        assert_eq!(result.is_err(), limit <= 1000);
        assert!(matches!(result, Ok(()) | Err(ReadError::Limit)));
        assert_eq!(summary.totals().bytes, limit.min(1000));
        assert_eq!(given.get() as u64, limit.min(1000));
        summary.feed_reader(&mut pieces, &mut ReadOptions::new()).unwrap();
        assert_eq!(summary.totals().bytes, 1000);
    }
}

#[test]
fn progress_is_told_and_can_stop() {
    let data = text(1000);
    let mut calls = Vec::new();
    let mut progress = |done, total| {
        calls.push((done, total));
        ControlFlow::Continue(())
    };
    let mut options = ReadOptions::new().progress(&mut progress);
    let mut summary = summary();
    summary.feed_reader(&data[..], &mut options).unwrap();
    // The same options serve again.
    summary.feed_reader(&data[..10], &mut options).unwrap();
    assert_eq!(calls.iter().filter(|call| **call == (1000, 0)).count(), 1);
    assert_eq!(calls.last(), Some(&(10, 0)));

    let mut stop = |_, _| ControlFlow::Break(());
    let result = summary.feed_reader(&data[..], &mut ReadOptions::new().progress(&mut stop));
    assert!(matches!(result, Err(ReadError::Cancelled)));
    assert_eq!(summary.totals().bytes, 2010);
}

/// Strings that overlap themselves, in rows that go over the edges of what a thread reads at a
/// time: the parts cannot be merged, and the answer is right all the same.
#[test]
fn a_file_on_several_threads_of_strings_that_overlap() {
    let mut data = vec![b'a'; 5_000_001];
    for at in [100, 1_048_575, 3_500_000] {
        data[at] = b'\n';
    }
    let path = std::env::temp_dir().join(format!("tally-{}", std::process::id()));
    std::fs::write(&path, &data).unwrap();
    for what in ["aa", "aaa", "aaaaaaaaaaaaaaaaaaaaaaa"] {
        let counter = Counter::new(what, 1000, Reset::Newlines).unwrap();
        let mut expected = Summary::new(&counter).unwrap();
        expected.feed(&data);
        // Each line counts on its own.
        let in_line = |line: &[u8]| (line.len() / what.len()) as u64;
        let count: u64 = data.split(|&byte| byte == b'\n').map(in_line).sum();
        assert_eq!(expected.totals().count, count);
        for threads in [1, 2, 5] {
            let mut options = ReadOptions::new().threads(NonZeroUsize::new(threads).unwrap());
            let mut summary = Summary::new(&counter).unwrap();
            summary.feed_file(&path, &mut options).unwrap();
            assert_eq!(summary.totals(), expected.totals(), "{what} {threads}");
        }
    }
    std::fs::remove_file(&path).unwrap();
}
