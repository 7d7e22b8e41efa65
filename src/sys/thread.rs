//! Threads that are joined before the call returns.
//!
//! [`std::thread`] aborts the process if there is no memory for a thread's bookkeeping, and its
//! threads receive the process's signals. On Unix these threads are started with signals blocked,
//! and a thread that cannot be started is no error. Elsewhere they are std's.
//!
//! Not blocked are the signals that the system sends to the very thread whose instruction failed,
//! such as `SIGSEGV`. A process may handle them, for data in a mapped file or behind a write
//! barrier; if they were blocked, the system would end the process instead.

use super::Uncancelled;

/// Runs `own` on the calling thread, and `job` on up to `number` other threads meanwhile. Returns
/// when all have ended; how many could be started is not reported.
///
/// # Panics
///
/// If `job` or `own` panicked, after all threads have ended.
pub(crate) fn run_with<T>(number: usize, job: &(impl Fn() + Sync), own: impl FnOnce() -> T) -> T {
    // Waiting for the threads must not be cut short: they use what the caller owns.
    let _uncancelled = Uncancelled::new();
    imp::run_with(number, job, own)
}

#[cfg(unix)]
mod imp {
    use std::ffi::{c_int, c_void};
    use std::mem::MaybeUninit;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::ptr;
    use std::sync::atomic::{AtomicBool, Ordering};

    use libc::pthread_t;

    /// The size of a thread's stack in bytes, as std's threads have it.
    const STACK: usize = 2 << 20;

    /// The signals that an instruction causes: they stay as they are.
    const CAUSED: [c_int; 6] =
        [libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGSEGV, libc::SIGSYS, libc::SIGTRAP];

    /// What all threads of a call share.
    struct Job<'w, F> {
        run: &'w F,
        panicked: AtomicBool,
    }

    /// Threads that are joined when this is dropped.
    struct Started(Vec<pthread_t>);

    impl Drop for Started {
        fn drop(&mut self) {
            for &thread in &self.0 {
                // SAFETY: `thread` was started by `start_all`, and is joined once.
                unsafe { libc::pthread_join(thread, ptr::null_mut()) };
            }
        }
    }

    pub(super) fn run_with<T, F: Fn() + Sync>(
        number: usize,
        run: &F,
        own: impl FnOnce() -> T,
    ) -> T {
        let job = Job { run, panicked: AtomicBool::new(false) };
        // SAFETY: `job` is declared before the threads, so it is dropped after they are joined,
        // even if `own` panics.
        let started = unsafe { start_all(number, &job) };
        let result = own();
        drop(started);
        assert!(!job.panicked.load(Ordering::Relaxed), "a thread panicked");
        result
    }

    /// Starts `number` threads, or as many as can be.
    ///
    /// # Safety
    ///
    /// `job` lives until the result is dropped.
    unsafe fn start_all<F: Fn() + Sync>(number: usize, job: &Job<'_, F>) -> Started {
        let mut started = Started(Vec::new());
        if number == 0 || started.0.try_reserve_exact(number).is_err() {
            return started;
        }
        // SAFETY: all arguments are valid: sets and attributes are initialized before they are
        // read, and destroyed once. A new thread has the signal mask of the one that starts it, so
        // that is changed while threads are started: `SIG_BLOCK` adds to the blocked ones. `start`
        // uses the type that `job` has.
        unsafe {
            let (mut blocked, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
            let mut attributes = MaybeUninit::uninit();
            if libc::pthread_attr_init(attributes.as_mut_ptr()) != 0 {
                return started;
            }
            // If this fails, the default size serves.
            libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), STACK);
            libc::sigfillset(blocked.as_mut_ptr());
            for signal in CAUSED {
                libc::sigdelset(blocked.as_mut_ptr(), signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, blocked.as_ptr(), before.as_mut_ptr());
            for _ in 0..number {
                let mut thread = MaybeUninit::uninit();
                let job = ptr::from_ref(job).cast_mut().cast();
                let attributes = attributes.as_ptr();
                if libc::pthread_create(thread.as_mut_ptr(), attributes, start::<F>, job) != 0 {
                    break;
                }
                started.0.push(thread.assume_init());
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
        started
    }

    /// The start of each thread. A panic must not leave it.
    extern "C" fn start<F: Fn() + Sync>(job: *mut c_void) -> *mut c_void {
        // SAFETY: `start_all` passes a `Job<F>`, which lives until the threads are joined.
        let job = unsafe { &*job.cast::<Job<'_, F>>() };
        if catch_unwind(AssertUnwindSafe(job.run)).is_err() {
            job.panicked.store(true, Ordering::Relaxed);
        }
        ptr::null_mut()
    }
}

#[cfg(not(unix))]
mod imp {
    use std::thread;

    pub(super) fn run_with<T>(
        number: usize,
        job: &(impl Fn() + Sync),
        own: impl FnOnce() -> T,
    ) -> T {
        thread::scope(|scope| {
            for _ in 0..number {
                if thread::Builder::new().spawn_scoped(scope, job).is_err() {
                    break;
                }
            }
            own()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::run_with;

    #[test]
    fn all_threads_run_at_the_same_time() {
        let (ran, barrier) = (AtomicUsize::new(0), Barrier::new(5));
        let job = || {
            barrier.wait();
            ran.fetch_add(1, Ordering::Relaxed);
        };
        let result = run_with(4, &job, || {
            job();
            7
        });
        assert_eq!((result, ran.into_inner()), (7, 5));
    }

    #[test]
    fn a_panic_waits_for_all_threads() {
        for of_own in [false, true] {
            let (begun, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let barrier = Barrier::new(4);
            let job = || {
                let is_first = begun.fetch_add(1, Ordering::SeqCst) == 0;
                barrier.wait();
                std::thread::sleep(std::time::Duration::from_millis(5));
                ended.fetch_add(1, Ordering::SeqCst);
                assert!(of_own || !is_first, "injected");
            };
            let own = || {
                barrier.wait();
                assert!(!of_own, "injected");
            };
            assert!(catch_unwind(AssertUnwindSafe(|| run_with(3, &job, own))).is_err());
            assert_eq!(ended.into_inner(), 3);
        }
    }

    /// A thread that is started here receives none of the process's signals, but those that its own
    /// instructions cause.
    #[cfg(unix)]
    #[test]
    #[allow(unsafe_code)]
    fn signals_are_blocked() {
        use std::mem::MaybeUninit;

        let is_blocked = |signal| {
            let mut mask = MaybeUninit::uninit();
            // SAFETY: the mask is written before it is read.
            unsafe {
                libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), mask.as_mut_ptr());
                libc::sigismember(mask.as_ptr(), signal) == 1
            }
        };
        let blocked = || is_blocked(libc::SIGALRM) && !is_blocked(libc::SIGSEGV);
        let before = blocked();
        let others = AtomicUsize::new(0);
        let job = || {
            others.fetch_add(usize::from(blocked()), Ordering::Relaxed);
        };
        run_with(2, &job, || assert_eq!(blocked(), before));
        assert_eq!(others.into_inner(), 2);
        assert_eq!(blocked(), before);
    }
}
