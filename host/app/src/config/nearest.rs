//! "Did you mean …?"

/// The one of `known` that `typed` is most likely a typing error of, if any is close enough: at most
/// one wrong, missing, doubled or swapped letter in three.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let distance = |word: &str| strsim::damerau_levenshtein(&typed, &word.to_lowercase());
    let allowed = (typed.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (distance(word), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// What to write instead of `typed`: the nearest word, or all of them.
pub(super) fn instead<'a>(typed: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(word) = nearest(typed, known.clone()) {
        return format!("did you mean `{word}`?");
    }
    let words: Vec<String> = known.map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "nothing can be set here".to_owned(),
        words => format!("known are {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 3] = ["enabled", "settings", "source"];

    #[test]
    fn swapped_missing_and_wrong_letters_are_forgiven() {
        for typed in ["enabeld", "enable", "Enabled", "emabled", "enabledd"] {
            assert_eq!(nearest(typed, KEYS), Some("enabled"), "{typed}");
        }
    }

    #[test]
    fn what_resembles_nothing_gets_the_whole_list() {
        assert_eq!(nearest("colour", KEYS), None);
        let text = instead("colour", KEYS.into_iter());
        assert_eq!(text, "known are `enabled`, `settings`, `source`");
    }
}
