//! Lists the schemas that stand beside the contract, so that a new topic is a new file and nothing else.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

const ENDING: &str = ".schema.json";

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/events/topics");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(topic) = name.and_then(|name| name.strip_suffix(ENDING)) {
            found.push((topic.to_owned(), path));
        }
    }
    found.sort();
    let mut list = String::from("&[\n");
    for (topic, path) in found {
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.canonicalize()?;
        writeln!(list, "    ({topic:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&out).join("topics.rs"), list)
}
