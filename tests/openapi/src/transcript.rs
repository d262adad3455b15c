//! What playgrounds wrote down.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// A line of a transcript.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A REST call and its answer.
    Exchange {
        /// GET, POST and so on.
        method: String,
        /// Path and query.
        path: String,
        /// Who asked.
        user_agent: String,
        /// The kind of the request's body.
        content_type: String,
        /// The request's body.
        request: Option<Value>,
        /// The answer's status.
        status: u16,
        /// The answer's body.
        answer: Option<Value>,
        /// Whether the answer is a fault that a test asked for.
        is_fault: bool,
    },
    /// Whose playground it was.
    Start {
        /// The program's name.
        program: String,
    },
    /// An event of the gateway.
    Dispatch {
        /// Its name.
        event: String,
        /// Its data.
        data: Value,
    },
}

/// Hands every line of every transcript in a folder to `each`, and says how many transcripts there were.
///
/// # Errors
/// The folder or a file in it cannot be read.
pub fn read_folder(folder: &Path, mut each: impl FnMut(&Line)) -> Result<usize> {
    let mut files = 0;
    let entries = fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let reader = BufReader::new(File::open(&path)?);
        for (index, line) in reader.lines().enumerate() {
            let what = || format!("{}, line {}", path.display(), index + 1);
            let line = line.with_context(what)?;
            each(&serde_json::from_str(&line).with_context(what)?);
        }
        files += 1;
    }
    Ok(files)
}
