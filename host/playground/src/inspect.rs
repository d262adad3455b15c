//! A second pair of eyes on what goes over the wire: a judge that is asked about every REST call, and a
//! transcript for one that comes later.
//!
//! The playground reads Discord's documentation; somebody else may know a schema for it. Whoever does hands
//! an [`Inspect`] in [`Config::inspector`](crate::Config::inspector), or sets [`TRANSCRIPTS`] and reads what
//! was written.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::{env, fmt, fs, process, thread};

use serde::Serialize;
use serde_json::Value;

/// The environment variable that names a folder. Every playground then writes a transcript of its own
/// there: one JSON object a line, first a [`Start`], then each an [`Exchange`] or a [`Dispatch`].
pub const TRANSCRIPTS: &str = "PLAYGROUND_TRANSCRIPTS";

/// Whose playground it was.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// The program's name.
    pub program: String,
    /// What it was told.
    pub arguments: Vec<String>,
    /// The thread on which the playground was started; in tests, the name of the test.
    pub thread: String,
}

impl Start {
    fn here() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let mut arguments = env::args_os().map(text);
        let program = arguments.next().unwrap_or_default();
        let program = Path::new(&program).file_stem().unwrap_or_default();
        Self {
            program: program.to_string_lossy().into_owned(),
            arguments: arguments.collect(),
            thread: thread::current().name().unwrap_or_default().to_owned(),
        }
    }
}

/// One REST call and its answer.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Exchange<'a> {
    /// GET, POST and so on.
    pub method: &'a str,
    /// Path and query, with interaction tokens replaced by `{token}`.
    pub path: &'a str,
    /// Who asked, by the `User-Agent` header.
    pub user_agent: &'a str,
    /// The kind of the body, by the `Content-Type` header.
    pub content_type: &'a str,
    /// The body, or of a multipart one its `payload_json`; none if there was none, or not one to be read.
    pub request: Option<&'a Value>,
    /// How many files came along.
    pub files: usize,
    /// The answer's status.
    pub status: u16,
    /// The answer's body.
    pub answer: Option<&'a Value>,
    /// Whether the answer is a fault that was asked for.
    pub is_fault: bool,
}

/// One event as it goes to the bot.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Dispatch<'a> {
    /// Its name, such as `INTERACTION_CREATE`.
    pub event: &'a str,
    /// Its data.
    pub data: &'a Value,
}

/// Looks at what goes over the wire. It is asked while the world stands still, so it must not wait.
pub trait Inspect: fmt::Debug + Send + Sync {
    /// What is wrong with a call or its answer, a line each.
    fn exchange(&self, exchange: &Exchange<'_>) -> Vec<String>;

    /// Hears of an event.
    fn dispatch(&self, _dispatch: &Dispatch<'_>) {}
}

/// Writes everything down, and finds nothing wrong.
#[derive(Debug)]
pub(crate) struct Transcript {
    file: Mutex<File>,
}

/// All who look at what goes over the wire.
#[derive(Debug, Default)]
pub(crate) struct Inspectors(Vec<Arc<dyn Inspect>>);

impl Inspectors {
    /// The one that was handed in, and a transcript if the environment asks for one.
    pub(crate) fn new(given: Option<Arc<dyn Inspect>>) -> std::io::Result<Self> {
        let transcript = Transcript::wanted().transpose()?;
        let transcript = transcript.map(|found| Arc::new(found) as Arc<dyn Inspect>);
        Ok(Self(given.into_iter().chain(transcript).collect()))
    }

    pub(crate) fn exchange(&self, exchange: &Exchange<'_>) -> Vec<String> {
        let all = self.0.iter();
        all.flat_map(|inspector| inspector.exchange(exchange))
            .collect()
    }

    pub(crate) fn dispatch(&self, event: &str, data: &Value) {
        for inspector in &self.0 {
            inspector.dispatch(&Dispatch { event, data });
        }
    }
}

impl Transcript {
    /// A new transcript, if the environment asks for one.
    pub(crate) fn wanted() -> Option<std::io::Result<Self>> {
        env::var_os(TRANSCRIPTS).map(|folder| Self::create(Path::new(&folder)))
    }

    fn create(folder: &Path) -> std::io::Result<Self> {
        static PLAYGROUNDS: AtomicU32 = AtomicU32::new(1);
        fs::create_dir_all(folder)?;
        let number = PLAYGROUNDS.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}.jsonl", process::id()));
        // Appended to: another process may have had this id.
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let transcript = Self {
            file: Mutex::new(file),
        };
        transcript.write(&Start::here());
        Ok(transcript)
    }

    fn write(&self, line: &impl Serialize) {
        let written = serde_json::to_vec(line).map(|mut line| {
            line.push(b'\n');
            // One call for a line: a process that is killed leaves no half of one.
            self.file.lock().map(|mut file| file.write_all(&line))
        });
        if !matches!(written, Ok(Ok(Ok(())))) {
            tracing::error!("a line of the transcript was lost");
        }
    }
}

impl Inspect for Transcript {
    fn exchange(&self, exchange: &Exchange<'_>) -> Vec<String> {
        self.write(exchange);
        Vec::new()
    }

    fn dispatch(&self, dispatch: &Dispatch<'_>) {
        self.write(dispatch);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_transcript_holds_a_line_for_each_call() {
        let folder = env::temp_dir().join(format!("muster-transcript-{}", process::id()));
        let transcript = Transcript::create(&folder).expect("a file");
        let data = json!({ "id": "1" });
        let event = "MESSAGE_CREATE";
        transcript.dispatch(&Dispatch { event, data: &data });
        let exchange = Exchange {
            method: "GET",
            path: "/api/v10/gateway",
            user_agent: "",
            content_type: "",
            request: None,
            files: 0,
            status: 200,
            answer: Some(&data),
            is_fault: false,
        };
        assert!(transcript.exchange(&exchange).is_empty());
        let file = fs::read_dir(&folder).expect("a folder").next();
        let path = file.expect("a file").expect("readable").path();
        let text = fs::read_to_string(path).expect("readable");
        fs::remove_dir_all(&folder).expect("removable");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let test = lines[0]["thread"].as_str().expect("a name");
        assert!(
            test.ends_with("a_transcript_holds_a_line_for_each_call"),
            "{test}"
        );
        assert_eq!(lines[1], json!({ "event": event, "data": { "id": "1" } }));
        assert_eq!(lines[2]["answer"], data);
        assert_eq!(lines.len(), 3);
    }
}
