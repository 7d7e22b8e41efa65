use std::ops::ControlFlow;
use std::time::Instant;

use super::{ReadError, ReadOptions};

/// How much is read so far, and the progress callback, called not too often.
pub(crate) struct Meter<'m, 'a> {
    progress: Option<&'m mut (dyn FnMut(u64, u64) -> ControlFlow<()> + 'a)>,
    /// The number of bytes read.
    pub(crate) done: u64,
    total: u64,
    max_bytes: u64,
    last_report: Instant,
}

impl<'m, 'a> Meter<'m, 'a> {
    /// `size` is the number of bytes there is to read, if that is known.
    pub(crate) fn new(options: &'m mut ReadOptions<'a>, size: Option<u64>) -> Self {
        let max_bytes = options.max_bytes;
        Self {
            progress: options.progress.as_deref_mut(),
            done: 0,
            total: size.map_or(0, |size| size.min(max_bytes)),
            max_bytes,
            last_report: Instant::now(),
        }
    }

    /// How many bytes may still be read.
    pub(super) fn remaining(&self) -> u64 {
        self.max_bytes - self.done
    }

    /// Calls the callback if the last call is long enough ago.
    pub(crate) fn tick(&mut self) -> Result<(), ReadError> {
        if self.progress.is_some() && self.last_report.elapsed() >= ReadOptions::PROGRESS_INTERVAL {
            self.last_report = Instant::now();
            return self.report();
        }
        Ok(())
    }

    /// Calls the callback.
    pub(super) fn report(&mut self) -> Result<(), ReadError> {
        if let Some(progress) = &mut self.progress {
            if progress(self.done, self.total).is_break() {
                return Err(ReadError::Cancelled);
            }
        }
        Ok(())
    }
}
