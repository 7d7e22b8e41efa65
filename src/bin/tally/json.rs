//! JSON, one object a line, as far as the output needs it.

use std::io::{self, Write};

/// An object in the making.
pub(crate) struct Object<'a, W>(&'a mut W);

impl<'a, W: Write> Object<'a, W> {
    /// An object with its type as the first member.
    pub(crate) fn new(kind: &str, out: &'a mut W) -> io::Result<Self> {
        write!(out, "{{\"type\":\"{kind}\"")?;
        Ok(Self(out))
    }

    pub(crate) fn number(&mut self, member: &str, value: u64) -> io::Result<()> {
        write!(self.0, ",\"{member}\":{value}")
    }

    /// The path of a file, or null.
    pub(crate) fn path(&mut self, path: Option<&[u8]>) -> io::Result<()> {
        match path {
            Some(path) => self.bytes("path", path),
            None => self.0.write_all(b",\"path\":null"),
        }
    }

    /// Bytes: `{"text":"..."}` if they are UTF-8, `{"bytes":"..."}` in base64 if they are not.
    pub(crate) fn bytes(&mut self, member: &str, bytes: &[u8]) -> io::Result<()> {
        write!(self.0, ",\"{member}\":")?;
        if let Ok(text) = str::from_utf8(bytes) {
            self.0.write_all(b"{\"text\":\"")?;
            escaped(text, self.0)?;
        } else {
            self.0.write_all(b"{\"bytes\":\"")?;
            base64(bytes, self.0)?;
        }
        self.0.write_all(b"\"}")
    }

    pub(crate) fn end(self) -> io::Result<()> {
        self.0.write_all(b"}\n")
    }
}

fn escaped(text: &str, out: &mut impl Write) -> io::Result<()> {
    let special = |byte: u8| matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7F);
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| special(byte)) {
        out.write_all(&rest[..at])?;
        match rest[at] {
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            b'\t' => out.write_all(b"\\t")?,
            byte @ (b'"' | b'\\') => out.write_all(&[b'\\', byte])?,
            byte => write!(out, "\\u{byte:04x}")?,
        }
        rest = &rest[at + 1..];
    }
    out.write_all(rest)
}

fn base64(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let mut digits = [18, 12, 6, 0].map(|shift| DIGITS[(bits >> shift & 63) as usize]);
        digits[group.len() + 1..].fill(b'=');
        out.write_all(&digits)?;
    }
    Ok(())
}
