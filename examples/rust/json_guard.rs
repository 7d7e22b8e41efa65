//! A guard in front of a JSON parser: rejects a request body that nests too deep, in whatever chunks
//! it arrives, at the bracket that is one too many.
//!
//! ```text
//! cargo run --release --example json_guard MOST < BODY
//! ```
//!
//! Brackets in strings do not count. The exit status is 0 if the body may be parsed, 1 if it nests
//! deeper than MOST or ends inside a string, 2 after an error. Whether it is valid JSON is for the
//! parser to find out.

use std::io::Read;
use std::process::ExitCode;

use tally::{ByteSet, Counter, CounterOptions, Error, Quotes, Stream};

/// What a server makes once: its requests share the counter.
pub(crate) struct DepthGuard(Counter);

impl DepthGuard {
    /// `most` is less than the largest number.
    pub(crate) fn new(most: u64) -> Result<Self, Error> {
        CounterOptions::new(ByteSet::new(b"{["))
            .closing(ByteSet::new(b"}]"))
            .quotes(Quotes::anywhere().escape(Some(b'\\')))
            // "Deeper than most" is "at least most + 1".
            .at_least(most + 1)
            .build()
            .map(Self)
    }

    pub(crate) fn request(&self) -> Result<Request, Error> {
        Stream::new(&self.0).map(Request)
    }
}

/// One request: feed its chunks until it is rejected.
pub(crate) struct Request(Stream);

impl Request {
    /// Whether it nests too deep, so far.
    pub(crate) fn feed(&mut self, chunk: &[u8]) -> Result<bool, Error> {
        self.0.feed(chunk)
    }

    /// Why it is rejected, if it is: at the end, or as soon as `feed` says so.
    pub(crate) fn reason(&self) -> Option<String> {
        if let Some(found) = self.0.first_match() {
            return Some(format!("too deep at byte {}", found.end - 1));
        }
        let offset = self.0.unclosed_quote()?;
        Some(format!("the string at byte {offset} does not end"))
    }
}

/// MOST, if it is the only argument.
pub(crate) fn most(arguments: &[String]) -> Option<u64> {
    let [most] = arguments else { return None };
    let most = most.parse().ok()?;
    (most < u64::MAX).then_some(most)
}

#[allow(dead_code, reason = "the tests use the rest")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(most) = most(&arguments) else {
        eprintln!("usage: json_guard MOST < BODY");
        return ExitCode::from(2);
    };
    match check(most) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(reason)) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("json_guard: {error}");
            ExitCode::from(2)
        }
    }
}

/// Checks the body on standard input.
fn check(most: u64) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let guard = DepthGuard::new(most)?;
    let mut request = guard.request()?;
    let (mut body, mut chunk) = (std::io::stdin().lock(), [0; 4096]);
    loop {
        let len = body.read(&mut chunk)?;
        if len == 0 || request.feed(&chunk[..len])? {
            return Ok(request.reason());
        }
    }
}
