//! The few calls that the standard library offers only in a form that aborts the process when memory
//! runs out, or that lets threads receive signals.

#![allow(unsafe_code, reason = "calls of the system, and a reference count")]

mod cancellation;
mod environment;
mod file;
mod shared;
mod thread;

pub(crate) use cancellation::Uncancelled;
pub(crate) use environment::variable;
pub(crate) use file::open;
pub(crate) use shared::Shared;
pub(crate) use thread::run_with;
