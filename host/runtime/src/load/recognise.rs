//! What kind of file this is, before anything costly is done with it.

use super::LoadError;

const MAGIC: &[u8] = b"\0asm";
/// Version and layer as the component model writes them
/// ([Component Model, "Binary"](https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md)).
const COMPONENT: &[u8] = &[0x0d, 0, 1, 0];
const CORE_MODULE: &[u8] = &[1, 0, 0, 0];

/// `Ok` if `file` has the outer form of a component of a bearable size.
pub(super) fn component(file: &[u8], limit: usize) -> Result<(), LoadError> {
    if file.len() > limit {
        return Err(LoadError::TooLarge {
            size_mib: file.len().div_ceil(1 << 20),
            limit_mib: limit >> 20,
        });
    }
    let Some(rest) = file.strip_prefix(MAGIC) else {
        return Err(LoadError::NotWasm(beginning(file)));
    };
    let Some((version, sections)) = rest.split_at_checked(4) else {
        return Err(LoadError::Truncated {
            expected: 8,
            found: file.len(),
        });
    };
    match version {
        COMPONENT => walk(sections),
        CORE_MODULE => Err(LoadError::CoreModule),
        _ => Err(LoadError::Invalid(format!(
            "unknown version {version:02x?}"
        ))),
    }
}

/// Goes from section to section; each begins with a byte for its kind and its length.
fn walk(mut rest: &[u8]) -> Result<(), LoadError> {
    while let Some((_kind, after)) = rest.split_first() {
        let cut_off = |expected| LoadError::Truncated {
            expected,
            found: after.len(),
        };
        let (length, body) = leb128(after).ok_or_else(|| cut_off(1))?;
        rest = body.get(length..).ok_or(LoadError::Truncated {
            expected: length,
            found: body.len(),
        })?;
    }
    Ok(())
}

/// An unsigned number of at most 32 bits in 7-bit groups, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0_u64;
    for (place, byte) in bytes.iter().take(5).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(number).ok()?, &bytes[place + 1..]));
        }
    }
    None
}

fn beginning(file: &[u8]) -> String {
    if file.is_empty() {
        return "nothing (it is empty)".into();
    }
    let start = &file[..file.len().min(16)];
    match std::str::from_utf8(start) {
        Ok(text) if !text.contains('\0') => format!("{text:?}"),
        _ => format!("the bytes {start:02x?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &[u8]) -> String {
        component(file, 1 << 20).expect_err("refused").to_string()
    }

    #[test]
    fn other_files_are_told_apart() {
        assert!(told(b"").contains("it is empty"));
        assert!(told(b"#!/bin/sh\necho").contains("#!/bin/sh"));
        assert!(told(b"\x7fELF\x02\x01\x01\0\0\0").contains("the bytes [7f, 45"));
        assert!(told(b"\0asm\x01\0\0\0").contains("wasm32-wasip2"));
        assert!(told(b"\0asm\x02\0\0\0").contains("unknown version"));
        assert!(told(b"\0asm\x0d").contains("cut off"));
        assert!(told(&vec![0; 2 << 20]).contains("2 MiB"));
    }

    #[test]
    fn a_section_that_ends_early_is_told() {
        let mut file = b"\0asm\x0d\0\x01\0".to_vec();
        assert!(component(&file, 1 << 20).is_ok());
        file.extend([0, 5, 1, b'x', 1, 2, 3]);
        assert!(component(&file, 1 << 20).is_ok());
        file.truncate(file.len() - 2);
        assert!(told(&file).contains("a section of 5 bytes ends after 3"));
    }
}
