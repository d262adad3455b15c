//! Tells the evening on standard output.

use std::io::Write;

/// Who prints. Quiet ones are for tests and benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrator {
    /// To standard output.
    Aloud,
    /// Nothing.
    Silent,
}

impl Narrator {
    /// A line of its own, above it an empty one.
    pub fn heading(self, text: &str) {
        self.line(&format!("\n== {text}"));
    }

    /// A line.
    pub fn line(self, text: &str) {
        if self == Self::Aloud {
            // A closed pipe must not end the evening.
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        }
    }

    /// What somebody was told: the beginning of it, on one line.
    pub fn told(self, text: &str, remark: &str) {
        let line = text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("(nothing)");
        let mut short: String = line.chars().take(100).collect();
        if short.len() < line.len() || text.trim().lines().count() > 1 {
            short.push('…');
        }
        self.line(&format!("   -> {short}   {remark}"));
    }

    /// A drawn message.
    pub fn drawing(self, drawn: &str) {
        for line in drawn.lines() {
            self.line(&format!("   {line}"));
        }
    }
}
