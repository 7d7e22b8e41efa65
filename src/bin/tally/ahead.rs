//! Opening and reading small files on several threads, before it is their turn to be searched.
//!
//! With many small files, most of the time is that of opening, reading and closing them.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow::{self, Continue};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{mem, thread};

use crate::input::{Input, Start};
use crate::options::{Options, Recurse};
use crate::walk::{self, Problem};

/// The number of inputs that one thread prepares at a time.
const BATCH: usize = 16;

/// The number of batches, for each thread, that are prepared at a time or wait for their turn.
const BATCHES: usize = 2;

/// The number of files that a batch keeps open. There may be few descriptors.
const OPEN: usize = 2;

/// How much of a file is read ahead.
const LEN: usize = 64 << 10;

/// With fewer files on the command line, threads do not pay.
const MANY: usize = 2 * BATCH;

/// More threads than this would only wait for the one that searches.
const MAX_THREADS: usize = 4;

/// An input, and what has been read of it.
pub(crate) struct Prepared {
    pub(crate) input: Input,
    /// `None` if the input is yet to be opened.
    pub(crate) start: Option<io::Result<Start>>,
}

type Item = Result<Prepared, Problem>;
type Visit<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// Visits all inputs, in order. With `keep_open`, also files that are read to their end stay open.
pub(crate) fn each(options: &Options, keep_open: bool, visit: &mut Visit<'_>) -> ControlFlow<()> {
    let many =
        options.recurse != Recurse::No || options.list.is_some() || options.files.len() > MANY;
    let threads = if many { options.threads.get().min(MAX_THREADS) } else { 1 };
    if threads == 1 {
        return walk::each(options, &mut |input| visit(input.map(unopened)));
    }
    let queue = Queue::new(keep_open);
    thread::scope(|scope| {
        // The others end with this one, also if that is by a panic.
        let _end = End(&queue);
        for _ in 1..threads {
            // Where no thread can be started, this one does all the work.
            let _ = thread::Builder::new().spawn_scoped(scope, || queue.work());
        }
        let mut batch = Vec::with_capacity(BATCH);
        let mut pending = 0;
        let mut buffer = Vec::new();
        walk::each(options, &mut |input| {
            batch.push(input.map(unopened));
            if batch.len() < BATCH {
                return Continue(());
            }
            queue.add(mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            pending += 1;
            if pending < threads * BATCHES {
                return Continue(());
            }
            pending -= 1;
            queue.first(&mut buffer).into_iter().try_for_each(&mut *visit)
        })?;
        queue.add(batch);
        for _ in 0..=pending {
            queue.first(&mut buffer).into_iter().try_for_each(&mut *visit)?;
        }
        Continue(())
    })
}

fn unopened(input: Input) -> Prepared {
    Prepared { input, start: None }
}

/// Batches in their order. Any thread may prepare them.
struct Queue {
    keep_open: bool,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Batch>,
    /// The number of the first one, counted from the start.
    first: usize,
    has_ended: bool,
}

enum Batch {
    New(Vec<Item>),
    InWork,
    Ready(Vec<Item>),
}

impl State {
    /// The first batch that nobody works on, and its number.
    fn take(&mut self) -> Option<(usize, Vec<Item>)> {
        let at = self.batches.iter().position(|batch| matches!(batch, Batch::New(_)))?;
        match mem::replace(&mut self.batches[at], Batch::InWork) {
            Batch::New(items) => Some((self.first + at, items)),
            _ => None,
        }
    }
}

impl Queue {
    fn new(keep_open: bool) -> Self {
        Self { keep_open, state: Mutex::default(), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, items: Vec<Item>) {
        self.lock().batches.push_back(Batch::New(items));
        self.changed.notify_all();
    }

    /// Removes the first batch. While another thread works on it, this one prepares others.
    fn first(&self, buffer: &mut Vec<u8>) -> Vec<Item> {
        let mut state = self.lock();
        loop {
            if matches!(state.batches.front(), Some(Batch::Ready(_))) {
                if let Some(Batch::Ready(items)) = state.batches.pop_front() {
                    state.first += 1;
                    return items;
                }
            }
            state = match state.take() {
                Some((number, items)) => {
                    drop(state);
                    self.prepare(number, items, buffer)
                }
                None => self.wait(state),
            };
        }
    }

    /// Prepares batches until the end.
    fn work(&self) {
        let mut buffer = Vec::new();
        let mut state = self.lock();
        while !state.has_ended {
            state = match state.take() {
                Some((number, items)) => {
                    drop(state);
                    self.prepare(number, items, &mut buffer)
                }
                None => self.wait(state),
            };
        }
    }

    fn prepare(
        &self,
        number: usize,
        mut items: Vec<Item>,
        buffer: &mut Vec<u8>,
    ) -> MutexGuard<'_, State> {
        buffer.resize(LEN, 0);
        let mut open = 0;
        for prepared in items.iter_mut().flatten() {
            let Some(path) = prepared.input.path.as_ref().filter(|_| prepared.input.is_file) else {
                continue;
            };
            // What cannot be opened now, or kept open, is opened in its turn.
            let Ok(file) = File::open(path) else { continue };
            let start = read(file, buffer, self.keep_open);
            let is_open = start.as_ref().is_ok_and(|start| start.file.is_some());
            if !is_open || open < OPEN {
                open += usize::from(is_open);
                prepared.start = Some(start);
            }
        }
        let mut state = self.lock();
        let at = number - state.first;
        state.batches[at] = Batch::Ready(items);
        self.changed.notify_all();
        state
    }
}

/// Ends the threads that work on a queue.
struct End<'a>(&'a Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lock().has_ended = true;
        self.0.changed.notify_all();
    }
}

/// Reads the start of a file.
fn read(mut file: File, buffer: &mut [u8], keep_open: bool) -> io::Result<Start> {
    let mut len = 0;
    let mut at_end = false;
    while len < buffer.len() && !at_end {
        match file.read(&mut buffer[len..]) {
            Ok(0) => at_end = true,
            Ok(more) => len += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let file = (keep_open || !at_end).then_some(file);
    Ok(Start { file, bytes: buffer[..len].to_vec(), at_end })
}
