//! Compiled plugins on disk, so that a start takes milliseconds instead of seconds.
//!
//! Loading machine code is as dangerous as loading a shared library. Therefore the folder belongs to
//! this process alone, a file's name is the digest of all that went into it, its content carries a
//! checksum, and nothing that a user supplies is ever loaded from here.

use std::fs;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tracing::{debug, warn};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Bytes of the checksum that begins each file.
const CHECKSUM: usize = 32;

/// Where compiled plugins are kept. Without a usable folder it keeps nothing, and says so once.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: Option<PathBuf>,
}

impl Cache {
    /// The cache in `folder`, which is made if it is missing.
    pub fn open(folder: Option<&Path>) -> Self {
        let folder = folder.and_then(|folder| match prepare(folder) {
            Ok(()) => Some(folder.to_owned()),
            Err(error) => {
                warn!(
                    path = %folder.display(),
                    "compiled plugins are not kept, so every start compiles them again: {error}"
                );
                None
            }
        });
        Self { folder }
    }

    /// The compiled form of `wasm`, if it is here and intact.
    pub fn find(&self, engine: &Engine, wasm: &[u8]) -> Option<Component> {
        let path = self.path(engine, wasm)?;
        let file = match fs::read(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                warn!(path = %path.display(), "a compiled plugin cannot be read: {error}");
                return None;
            }
        };
        let code = match intact(&file) {
            Some(code) => code,
            None => {
                warn!(path = %path.display(), "a compiled plugin is damaged; it is compiled again");
                return None;
            }
        };
        match deserialize(engine, code) {
            Ok(component) => Some(component),
            Err(error) => {
                warn!(path = %path.display(), "a compiled plugin is foreign; it is compiled again: {error:#}");
                None
            }
        }
    }

    /// Keeps the compiled form of `wasm`. Failing is no harm: it is compiled again next time.
    pub fn put(&self, engine: &Engine, wasm: &[u8], component: &Component) {
        let Some(path) = self.path(engine, wasm) else {
            return;
        };
        let kept = component
            .serialize()
            .map_err(|error| io::Error::other(format!("{error:#}")))
            .and_then(|code| write(&path, &code));
        match kept {
            Ok(()) => debug!(path = %path.display(), "kept a compiled plugin"),
            Err(error) => {
                warn!(path = %path.display(), "a compiled plugin cannot be kept: {error}");
            }
        }
    }

    fn path(&self, engine: &Engine, wasm: &[u8]) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        let mut key = Key(Sha256::new());
        key.write(env!("CARGO_PKG_VERSION").as_bytes());
        engine.precompile_compatibility_hash().hash(&mut key);
        key.write(&Sha256::digest(wasm));
        let name: String = key
            .0
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Some(folder.join(format!("{name}.cwasm")))
    }
}

/// Collects what the engine says of itself (wasmtime's version and every setting that changes the
/// code) into the file's name.
struct Key(Sha256);

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn intact(file: &[u8]) -> Option<&[u8]> {
    let (checksum, code) = file.split_at_checked(CHECKSUM)?;
    (Sha256::digest(code)[..] == *checksum).then_some(code)
}

fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    #[expect(
        unsafe_code,
        reason = "the bytes were written by `put` in a folder that only this process may write, and \
                  their checksum holds; wasmtime itself checks version and settings"
    )]
    unsafe {
        Component::deserialize(engine, code)
    }
}

fn write(path: &Path, code: &[u8]) -> io::Result<()> {
    // A name of its own, so that two processes that start together do not mix their bytes.
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create(&draft)?;
        file.write_all(&Sha256::digest(code))?;
        file.write_all(code)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    })();
    if written.is_err() {
        // Nothing depends on it being gone.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Makes the folder, takes it away from everybody else, and tries whether it can be written.
fn prepare(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let probe = folder.join(format!("{}.probe", std::process::id()));
    fs::File::create(&probe)?;
    let ours = confine(folder, &probe);
    fs::remove_file(&probe)?;
    ours
}

#[cfg(unix)]
fn confine(folder: &Path, probe: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if fs::metadata(folder)?.uid() != fs::metadata(probe)?.uid() {
        return Err(io::Error::other("the folder belongs to another user"));
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn confine(_folder: &Path, _probe: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::settings::Limits;

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn engine() -> Engine {
        let limits = Limits {
            instances: 2,
            ..Limits::default()
        };
        engine::build(&limits).expect("an engine")
    }

    fn only_file(folder: &Path) -> PathBuf {
        let mut files = fs::read_dir(folder).expect("a folder");
        let file = files.next().expect("one file").expect("readable").path();
        assert!(files.next().is_none(), "drafts and probes are gone");
        file
    }

    #[test]
    fn what_was_compiled_is_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (engine, cache) = (engine(), Cache::open(Some(folder.path())));
        assert!(cache.find(&engine, EMPTY).is_none());
        let component = Component::new(&engine, EMPTY).expect("the empty component");
        cache.put(&engine, EMPTY, &component);
        assert!(cache.find(&engine, EMPTY).is_some());
        assert!(cache.find(&engine, b"another").is_none());
    }

    #[test]
    fn a_damaged_or_foreign_file_is_not_loaded() {
        let folder = tempfile::tempdir().expect("a folder");
        let (engine, cache) = (engine(), Cache::open(Some(folder.path())));
        let component = Component::new(&engine, EMPTY).expect("the empty component");
        cache.put(&engine, EMPTY, &component);
        let path = only_file(folder.path());
        let good = fs::read(&path).expect("readable");

        let mut flipped = good.clone();
        *flipped.last_mut().expect("not empty") ^= 1;
        let foreign: Vec<u8> = [&Sha256::digest(b"#!/bin/sh")[..], b"#!/bin/sh"].concat();
        for bad in [&flipped[..], &good[..good.len() / 2], &foreign, b""] {
            fs::write(&path, bad).expect("writable");
            assert!(cache.find(&engine, EMPTY).is_none());
        }
        cache.put(&engine, EMPTY, &component);
        assert!(
            cache.find(&engine, EMPTY).is_some(),
            "it was compiled again"
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_ours_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("compiled");
        Cache::open(Some(&inner));
        let mode = fs::metadata(&inner).expect("made").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn without_a_usable_folder_nothing_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a-file");
        fs::write(&file, "").expect("writable");
        let (engine, cache) = (engine(), Cache::open(Some(&file)));
        let component = Component::new(&engine, EMPTY).expect("the empty component");
        cache.put(&engine, EMPTY, &component);
        assert!(cache.find(&engine, EMPTY).is_none());
    }
}
