//! The notation of text in the files of cases.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

/// TEXT as bytes: `\n`, `\xHH`, and `{N TEXT}` for TEXT N times.
pub fn text(from: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = from.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'\\' if rest[0] == b'n' => {
                bytes.push(b'\n');
                rest = &rest[1..];
            }
            b'\\' => {
                assert_eq!(rest[0], b'x', "escape in {from}");
                let hex = std::str::from_utf8(&rest[1..3]).unwrap();
                bytes.push(u8::from_str_radix(hex, 16).unwrap());
                rest = &rest[3..];
            }
            b'{' => {
                let end = rest.iter().position(|&byte| byte == b'}').unwrap();
                let repeat = std::str::from_utf8(&rest[..end]).unwrap();
                let (times, repeated) = repeat.split_once(' ').unwrap();
                bytes.extend(text(repeated).repeat(times.parse().unwrap()));
                rest = &rest[end + 1..];
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}
