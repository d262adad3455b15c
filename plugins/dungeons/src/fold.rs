//! How texts are compared.

/// Text as it is compared: lower case, without apostrophes, everything else that is neither letter
/// nor digit a single space. "Davy Jones' Locker", "davy_jones  locker" and "DAVY_JONES_LOCKER" are
/// the same. The build script folds the data, so that only what was typed is folded at run time.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !matches!(c, '\'' | '’' | '`')) {
        if c.is_alphanumeric() {
            folded.extend(c.to_lowercase());
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}
