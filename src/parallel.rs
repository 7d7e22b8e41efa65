//! One text on several threads: it is cut into blocks, each thread takes the next one, and what is
//! found in them is put together in order, as soon as it can be.

use std::fs::File;
use std::io::{self, ErrorKind, Seek, SeekFrom};
use std::num::NonZeroUsize;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::counter::Counter;
use crate::edge::Edge;
use crate::engine::OpenSegment;
use crate::read::{BUFFER, Meter, ReadError, zeroed};
use crate::stream::Position;
use crate::summary::{Part, Summary, Totals, Wanted, Work};
use crate::{Error, Match};

/// More threads than this are never started.
const MOST_THREADS: usize = 1024;

/// The shortest blocks.
const BLOCK: usize = 1 << 20;

/// How long the blocks of a text of `len` bytes are: long enough to be worth a lock, to hold what
/// has to be known of a part, and to be some thousands at most.
fn block_len(len: u64, edge: Option<&Edge>) -> usize {
    let part = usize::try_from(len >> 12).unwrap_or(usize::MAX >> 1);
    edge.map_or(0, |edge| edge.len().saturating_mul(8)).max(part).max(BLOCK)
}

/// Does the work for the blocks 0 to `blocks - 1` on `threads` threads, of which this is one, and
/// gives what comes of it to `next`, in order, until that breaks.
///
/// Each thread makes itself a worker, or goes without a share of the work if it cannot. `between` is
/// called on this thread after each of its blocks, and may break too.
fn in_order<R: Send, W: FnMut(usize) -> R>(
    threads: NonZeroUsize,
    blocks: usize,
    worker: impl Fn() -> Result<W, Error> + Sync,
    mut between: impl FnMut() -> ControlFlow<()>,
    next: impl FnMut(usize, R) -> ControlFlow<()> + Send,
) -> Result<(), Error> {
    let mut done = Vec::new();
    done.try_reserve_exact(blocks).map_err(|_| Error::OutOfMemory)?;
    done.resize_with(blocks, || None);
    let queue = Queue {
        taken: AtomicUsize::new(0),
        ended: AtomicBool::new(false),
        line: Mutex::new(Line { done, front: 0, next }),
    };
    let work = |between: &mut dyn FnMut() -> ControlFlow<()>| {
        let mut worker = worker()?;
        while let Some(block) = queue.take(blocks) {
            queue.put(block, worker(block));
            if between().is_break() {
                queue.end();
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        for _ in 1..threads.get().min(blocks).min(MOST_THREADS) {
            let other = || work(&mut || Continue(()));
            if thread::Builder::new().spawn_scoped(scope, other).is_err() {
                // Those that are there do it all.
                break;
            }
        }
        work(&mut between)
    })
}

/// The blocks in work.
struct Queue<R, N> {
    /// How many are taken.
    taken: AtomicUsize,
    /// Whether no more are to be taken.
    ended: AtomicBool,
    line: Mutex<Line<R, N>>,
}

/// What came of the blocks, waiting for those before.
struct Line<R, N> {
    done: Vec<Option<R>>,
    /// The first that is not given on.
    front: usize,
    next: N,
}

impl<R, N: FnMut(usize, R) -> ControlFlow<()>> Queue<R, N> {
    fn take(&self, blocks: usize) -> Option<usize> {
        if self.ended.load(Ordering::Relaxed) {
            return None;
        }
        Some(self.taken.fetch_add(1, Ordering::Relaxed)).filter(|&block| block < blocks)
    }

    fn put(&self, block: usize, result: R) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let Line { done, front, next } = &mut *line;
        done[block] = Some(result);
        while !self.ended.load(Ordering::Relaxed)
            && let Some(result) = done.get_mut(*front).and_then(Option::take)
        {
            if next(*front, result).is_break() {
                self.end();
            }
            *front += 1;
        }
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

impl Counter {
    /// [`has_count`](Self::has_count) on `threads` threads, of which this is one. All of them stop
    /// at the first match.
    ///
    /// Threads are worth while from some megabytes on; below two, none is started, and never more
    /// than 1024. A thread that cannot be started is no error: the others do its work. The answer
    /// is always that of `has_count`.
    #[must_use]
    pub fn has_count_threads(&self, data: &[u8], threads: NonZeroUsize) -> bool {
        match self.blocks(data, threads) {
            Some(blocks) => blocks.find().is_some(),
            None => self.has_count(data),
        }
    }

    /// [`find`](Self::find) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads): the first match in the data, whichever
    /// thread finds one first.
    #[must_use]
    pub fn find_threads(&self, data: &[u8], threads: NonZeroUsize) -> Option<Match> {
        match self.blocks(data, threads) {
            Some(blocks) => blocks.find(),
            None => self.find(data),
        }
    }

    /// [`count`](Self::count) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn count_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let totals = self.blocks(data, threads).and_then(|blocks| blocks.totals(Wanted::Count));
        totals.map_or_else(|| self.count(data), |totals| totals.count)
    }

    /// [`max_count`](Self::max_count) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn max_count_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let totals = self.blocks(data, threads).and_then(|blocks| blocks.totals(Wanted::MaxCount));
        totals.map_or_else(|| self.max_count(data), |totals| totals.max_count)
    }

    /// [`segments_reached`](Self::segments_reached) on several threads, as
    /// [`has_count_threads`](Self::has_count_threads).
    #[must_use]
    pub fn segments_reached_threads(&self, data: &[u8], threads: NonZeroUsize) -> u64 {
        let blocks = self.blocks(data, threads);
        let totals = blocks.and_then(|blocks| blocks.totals(Wanted::SegmentsReached));
        totals.map_or_else(|| self.segments_reached(data), |totals| totals.segments_reached)
    }

    /// `data` in blocks for `threads` threads, if that is worth while.
    fn blocks<'a>(&'a self, data: &'a [u8], threads: NonZeroUsize) -> Option<Blocks<'a>> {
        if threads.get() == 1 || data.len() < 2 * BLOCK || self.min_number() == 0 {
            return None;
        }
        let edge = self.edge().ok()?;
        let len = block_len(data.len() as u64, edge.as_ref());
        (data.len() / 2 >= len).then_some(Blocks { counter: self, edge, data, len, threads })
    }
}

/// Data in memory, in blocks.
struct Blocks<'a> {
    counter: &'a Counter,
    edge: Option<Edge>,
    data: &'a [u8],
    len: usize,
    threads: NonZeroUsize,
}

impl Blocks<'_> {
    fn get(&self, block: usize) -> &[u8] {
        let data = &self.data[block * self.len..];
        &data[..self.len.min(data.len())]
    }

    fn work(&self, wanted: Wanted) -> Work<'_> {
        Work { plan: self.counter.plan(), edge: self.edge.as_ref(), wanted }
    }

    /// Counts each block, and gives `next` what is known before it and with it, in order.
    fn each(
        &self,
        wanted: Wanted,
        mut next: impl FnMut(usize, &Part, &Part) -> ControlFlow<()> + Send,
    ) -> Result<(), Error> {
        let work = self.work(wanted);
        let mut whole = Part::EMPTY;
        let worker = || {
            Ok(|block| {
                let mut part = Part::EMPTY;
                part.feed(&work, self.get(block));
                part
            })
        };
        let merge = |block, part: Part| {
            let before = whole;
            let data = self.get(block);
            let kept = &data[..data.len().min(self.edge.as_ref().map_or(0, Part::most_kept))];
            match before.merged(&work, &part, kept) {
                Ok(merged) => whole = merged,
                // Occurrences that overlap run across the cut: this block is counted once more.
                Err(_) => whole.feed(&work, data),
            }
            next(block, &before, &whole)
        };
        let blocks = self.data.len().div_ceil(self.len);
        in_order(self.threads, blocks, worker, || Continue(()), merge)
    }

    /// None where there is not enough memory for several threads.
    fn totals(&self, wanted: Wanted) -> Option<Totals> {
        let mut totals = None;
        self.each(wanted, |_, _, whole| {
            totals = Some(whole.totals(self.counter.min_number()));
            Continue(())
        })
        .ok()?;
        totals
    }

    fn find(&self) -> Option<Match> {
        let mut first = None;
        // The last block with a reset, where the open segment starts.
        let mut opened = None;
        let mut resets = 0;
        let found = self.each(Wanted::FirstMatch, |block, before, whole| {
            if whole.totals(self.counter.min_number()).segments_reached > 0 {
                first = self.find_in(block, before, opened);
                return Break(());
            }
            if whole.resets() > resets {
                (resets, opened) = (whole.resets(), Some(block));
            }
            Continue(())
        });
        match found {
            Ok(()) => first,
            Err(_) => self.counter.find(self.data),
        }
    }

    /// The first match, which is in `block`; the segment that is open at its start was opened in
    /// the block `opened`.
    fn find_in(&self, block: usize, before: &Part, opened: Option<usize>) -> Option<Match> {
        let start = opened.map_or(0, |opened| {
            let last = self.counter.plan().last_reset(self.get(opened));
            opened * self.len + last.map_or(0, |last| last + 1)
        });
        let mut at = Position {
            open: OpenSegment {
                base: (block * self.len) as u64,
                segment: before.resets(),
                start: start as u64,
                count: before.open(),
            },
            matched: before.matched(),
        };
        self.counter.advance(self.edge.as_ref(), &mut at, self.get(block))
    }
}

/// Feeds `summary` the first `len` bytes of a regular file, of which none is read yet, on `threads`
/// threads: as far as that goes smoothly. The file then stands where that ended, and why is found
/// out by reading on.
pub(crate) fn feed_file(
    summary: &mut Summary,
    mut file: &File,
    len: u64,
    threads: NonZeroUsize,
    meter: &mut Meter<'_, '_>,
) -> Result<(), ReadError> {
    let block_len = block_len(len, summary.edge());
    let blocks = usize::try_from(len / block_len as u64).unwrap_or(usize::MAX);
    if threads.get() == 1 || blocks < 2 {
        return Ok(());
    }
    let counter = summary.counter().try_clone();
    let edge = summary.counter().edge();
    let (Ok(counter), Ok(edge)) = (counter, edge) else { return Ok(()) };
    let work = Work { plan: counter.plan(), edge: edge.as_ref(), wanted: Wanted::All };
    let most_kept = edge.as_ref().map_or(0, Part::most_kept);

    let worker = || {
        let mut buffer = zeroed(BUFFER).ok_or(Error::OutOfMemory)?;
        Ok(move |block| {
            let (mut part, mut kept) = (Part::EMPTY, Vec::new());
            kept.try_reserve_exact(most_kept).ok()?;
            let mut at = block as u64 * block_len as u64;
            let end = at + block_len as u64;
            while at < end {
                let room = (end - at).min(buffer.len() as u64) as usize;
                match read_at(file, &mut buffer[..room], at) {
                    Ok(0) => return None,
                    Ok(len) => {
                        let data = &buffer[..len];
                        kept.extend_from_slice(&data[..len.min(most_kept - kept.len())]);
                        part.feed(&work, data);
                        at += len as u64;
                    }
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => return None,
                }
            }
            Some((part, kept))
        })
    };
    let done = AtomicU64::new(0);
    let mut cancelled = Ok(());
    let between = || {
        meter.done = done.load(Ordering::Relaxed);
        cancelled = meter.tick();
        if cancelled.is_err() { Break(()) } else { Continue(()) }
    };
    let merge = |_, result: Option<(Part, Vec<u8>)>| match result {
        Some((part, kept)) if summary.merge_part(&part, &kept).is_ok() => {
            done.fetch_add(block_len as u64, Ordering::Relaxed);
            Continue(())
        }
        _ => Break(()),
    };
    // Too little memory for several threads is enough for one.
    let _ = in_order(threads, blocks, worker, between, merge);
    meter.done = done.into_inner();
    file.seek(SeekFrom::Start(meter.done))?;
    cancelled
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(not(any(unix, windows)))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(ErrorKind::Unsupported.into())
}
