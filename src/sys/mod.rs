//! What the standard library offers only in a form that aborts the process when memory runs out.

#![allow(unsafe_code, reason = "a reference count of our own, see `shared`")]

mod shared;

pub(crate) use shared::Shared;
