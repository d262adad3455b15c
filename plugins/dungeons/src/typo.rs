//! How far what was typed is from what was meant.

/// The fewest typing errors between `typed` and any beginning of `meant`, if at most `most`.
///
/// An error is a letter too many, missing, wrong, or swapped with its neighbour (the "optimal string
/// alignment" distance). Beginnings count, because a search runs with every letter typed.
pub fn errors_to_beginning(typed: &str, meant: &str, most: usize) -> Option<usize> {
    let typed: Vec<char> = typed.chars().collect();
    // Further letters of `meant` could only add errors.
    let meant: Vec<char> = meant.chars().take(typed.len() + most).collect();

    // Three rows of the usual table: the errors between `typed[..i]` and `meant[..j]`.
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=meant.len()).collect();
    for (i, &t) in typed.iter().enumerate() {
        let mut row = Vec::with_capacity(meant.len() + 1);
        row.push(i + 1);
        for (j, &m) in meant.iter().enumerate() {
            let mut errors = (last[j] + usize::from(t != m))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            let swapped = i > 0 && j > 0 && t == meant[j - 1] && typed[i - 1] == m;
            if swapped {
                errors = errors.min(before_last[j - 1] + 1);
            }
            row.push(errors);
        }
        if row.iter().all(|&errors| errors > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.into_iter().min().filter(|&errors| errors <= most)
}

/// How many errors a text of this length may have and still mean something: none in two letters,
/// one in three or four, two up to seven, then three.
pub fn most_errors(letters: usize) -> usize {
    match letters {
        0..=2 => 0,
        3..=4 => 1,
        5..=7 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_error_counts_one() {
        for (typed, errors) in [
            ("shatters", 0),
            ("shaters", 1),
            ("shattters", 1),
            ("shatturs", 1),
            ("shattesr", 1),
            ("shaterz", 2),
            ("shat", 0),
            ("shta", 1),
        ] {
            assert_eq!(
                errors_to_beginning(typed, "shatters", 3),
                Some(errors),
                "{typed}"
            );
        }
    }

    #[test]
    fn more_errors_than_allowed_are_none() {
        assert_eq!(errors_to_beginning("shaterz", "shatters", 1), None);
        assert_eq!(errors_to_beginning("void", "shatters", 1), None);
        assert_eq!(errors_to_beginning("abc", "", 2), None);
        assert_eq!(errors_to_beginning("", "shatters", 0), Some(0));
    }
}
