//! Source code that nobody wrote: functions of nested statements, indented as in real code.

use std::fmt::Write as _;

use super::Random;

const NAMES: [&str; 24] = [
    "at", "bytes", "count", "data", "end", "entry", "error", "first", "handle", "index", "key",
    "len", "limit", "name", "next", "node", "offset", "open", "part", "result", "size", "start",
    "state", "value",
];

const TYPES: [&str; 8] = ["usize", "u64", "bool", "&str", "Option<u8>", "Vec<u8>", "Node", "Error"];

/// A statement ends its block at this depth.
const DEEPEST: usize = 5;

struct Writer {
    random: Random,
    code: String,
    depth: usize,
}

/// Source code in a language like Rust.
pub(crate) fn source(len: usize) -> Vec<u8> {
    let mut writer =
        Writer { random: Random::new(6), code: String::with_capacity(len + (1 << 14)), depth: 0 };
    while writer.code.len() < len {
        writer.function();
    }
    let mut code = writer.code.into_bytes();
    code.truncate(len);
    code
}

impl Writer {
    fn name(&mut self) -> &'static str {
        self.random.pick(&NAMES)
    }

    /// A line, indented.
    fn line(&mut self, text: &str) {
        let spaces = 4 * self.depth;
        let _ = writeln!(self.code, "{:spaces$}{text}", "");
    }

    fn comment(&mut self, mark: &str) {
        let words: Vec<&str> = (0..4 + self.random.below(10)).map(|_| self.name()).collect();
        self.line(&format!("{mark} {}.", words.join(" ")));
    }

    fn expression(&mut self, depth: usize) -> String {
        let name = self.name();
        match self.random.below(if depth == 0 { 3 } else { 7 }) {
            0 => self.random.below(1000).to_string(),
            1 | 2 => name.to_owned(),
            3 => format!("{name}.{}()", self.name()),
            4 => format!("{name}({}, {})", self.expression(depth - 1), self.expression(depth - 1)),
            5 => format!("{name}[{}]", self.expression(depth - 1)),
            _ => format!("{} + {}", self.expression(depth - 1), self.expression(depth - 1)),
        }
    }

    fn function(&mut self) {
        let (name, argument, other) = (self.name(), self.name(), self.name());
        let [a, b, result] = [0; 3].map(|_| self.random.pick(&TYPES));
        self.comment("///");
        self.line(&format!("pub fn {name}({argument}: {a}, {other}: {b}) -> {result} {{"));
        self.block();
        self.line("}\n");
    }

    /// Statements, one level deeper.
    fn block(&mut self) {
        self.depth += 1;
        for _ in 0..=self.random.below(5) {
            self.statement();
        }
        self.depth -= 1;
    }

    fn statement(&mut self) {
        let (name, value) = (self.name(), self.expression(2));
        let kinds = if self.depth < DEEPEST { 10 } else { 6 };
        match self.random.below(kinds) {
            0 => self.comment("//"),
            1 => self.line(&format!("return Err(\"{name}: {value}\".into());")),
            2 => self.line(&format!("self.{name}.push({value});")),
            3..=5 => self.line(&format!("let {name} = {value};")),
            6 => {
                self.line(&format!("match {value} {{"));
                self.depth += 1;
                for _ in 0..2 + self.random.below(3) {
                    let (pattern, result) = (self.name(), self.expression(1));
                    self.line(&format!("Some({pattern}) => {result},"));
                }
                self.depth -= 1;
                self.line("}");
            }
            kind => {
                let head = if kind == 7 { format!("for {name} in") } else { "if".to_owned() };
                self.line(&format!("{head} {value} {{"));
                self.block();
                self.line("}");
            }
        }
    }
}
