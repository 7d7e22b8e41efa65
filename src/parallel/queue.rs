//! A work queue whose results come out in order. It knows nothing of counting.

use std::num::NonZeroUsize;
use std::ops::ControlFlow::{self, Continue};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::error::Error;
use crate::sys::run_with;

/// More threads than this are never started.
const MAX_THREADS: usize = 1024;

/// Processes the items 0 to `items - 1` on up to `threads` threads, the calling one included, and
/// passes each result to `next`, in the order of the items, until that breaks.
///
/// Each thread makes itself a worker; one that cannot takes no items. `between` is called on the
/// calling thread after each of its items, and may break as well. If a thread cannot be started,
/// those that run do its work.
pub(crate) fn in_order<R: Send, W: FnMut(usize) -> R>(
    threads: NonZeroUsize,
    items: usize,
    worker: impl Fn() -> Result<W, Error> + Sync,
    mut between: impl FnMut() -> ControlFlow<()>,
    next: impl FnMut(usize, R) -> ControlFlow<()> + Send,
) -> Result<(), Error> {
    let mut results = Vec::new();
    results.try_reserve_exact(items).map_err(|_| Error::NoMemory)?;
    results.resize_with(items, || None);
    let queue = Queue {
        taken: AtomicUsize::new(0),
        ended: AtomicBool::new(false),
        line: Mutex::new(Line { results, front: 0, next }),
    };
    let work = |between: &mut dyn FnMut() -> ControlFlow<()>| {
        let _end_on_panic = EndOnPanic(&queue.ended);
        let mut worker = worker()?;
        while let Some(item) = queue.take(items) {
            crate::fault::point("worker");
            queue.put(item, worker(item));
            if between().is_break() {
                queue.end();
            }
        }
        Ok(())
    };
    // A thread that cannot make itself a worker leaves the items to the others.
    let other = || {
        let _ = work(&mut || Continue(()));
    };
    let others = threads.get().min(items).min(MAX_THREADS).saturating_sub(1);
    run_with(others, &other, || work(&mut between))
}

/// The items in work.
struct Queue<R, N> {
    /// How many items have been taken.
    taken: AtomicUsize,
    /// Whether no more items are to be taken.
    ended: AtomicBool,
    line: Mutex<Line<R, N>>,
}

/// Results that wait for those before them.
struct Line<R, N> {
    results: Vec<Option<R>>,
    /// The first item whose result has not been passed on.
    front: usize,
    next: N,
}

impl<R, N: FnMut(usize, R) -> ControlFlow<()>> Queue<R, N> {
    fn take(&self, items: usize) -> Option<usize> {
        if self.ended.load(Ordering::Relaxed) {
            return None;
        }
        Some(self.taken.fetch_add(1, Ordering::Relaxed)).filter(|&item| item < items)
    }

    fn put(&self, item: usize, result: R) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let Line { results, front, next } = &mut *line;
        results[item] = Some(result);
        while !self.ended.load(Ordering::Relaxed) {
            let Some(result) = results.get_mut(*front).and_then(Option::take) else {
                break;
            };
            // Takes effect before the lock is released: what a panic left behind is not used again.
            let _end_on_panic = EndOnPanic(&self.ended);
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

/// Ends the queue when its thread panics.
struct EndOnPanic<'a>(&'a AtomicBool);

impl Drop for EndOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow::Break;

    use super::*;

    fn threads(number: usize) -> NonZeroUsize {
        NonZeroUsize::new(number).unwrap()
    }

    #[test]
    fn results_come_in_order() {
        for number in 1..5 {
            let mut squares = Vec::new();
            let next = |item, square: usize| {
                squares.push((item, square));
                Continue(())
            };
            let worker = || Ok(|item| item * item);
            in_order(threads(number), 100, worker, || Continue(()), next).unwrap();
            assert_eq!(squares, (0..100).map(|item| (item, item * item)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_follows_a_break() {
        for number in 1..5 {
            let mut last = 0;
            let next = |item, ()| {
                last = item;
                if item == 7 { Break(()) } else { Continue(()) }
            };
            in_order(threads(number), 100, || Ok(|_| ()), || Continue(()), next).unwrap();
            assert_eq!(last, 7);
        }
    }

    #[test]
    fn a_panic_ends_the_queue() {
        let mut seen = Vec::new();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let next = |item, ()| {
                assert!(item != 3, "injected");
                seen.push(item);
                Continue(())
            };
            in_order(threads(3), 100, || Ok(|_| ()), || Continue(()), next)
        }));
        assert!(result.is_err());
        assert_eq!(seen, [0, 1, 2]);
    }
}
