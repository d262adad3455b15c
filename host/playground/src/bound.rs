//! Memory has an end: what is kept by age, and how many bytes of it.

use std::collections::VecDeque;

/// Things in the order in which they came, with the room they take.
#[derive(Debug)]
pub(crate) struct Budget<T> {
    entries: VecDeque<(T, usize)>,
    bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl<T> Budget<T> {
    /// Room for so many things, and for so many bytes of them.
    pub(crate) fn new(most: usize, most_bytes: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            most: most.max(1),
            most_bytes,
        }
    }

    /// Notes one more; gives what has to go, the oldest first. The new one stays in any case.
    pub(crate) fn note(&mut self, thing: T, bytes: usize) -> Vec<T> {
        self.entries.push_back((thing, bytes));
        self.bytes += bytes;
        let mut gone = Vec::new();
        while self.entries.len() > 1
            && (self.entries.len() > self.most || self.bytes > self.most_bytes)
        {
            let Some((oldest, bytes)) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= bytes;
            gone.push(oldest);
        }
        gone
    }

    /// Starts anew.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_when_there_are_too_many_or_too_much() {
        let mut budget: Budget<u32> = Budget::new(3, 100);
        assert!((1..=3).all(|at| budget.note(at, 10).is_empty()));
        assert_eq!(budget.note(4, 10), [1_u32], "four are too many");
        assert_eq!(budget.note(5, 85), [2, 3], "110 bytes are too much");
        assert_eq!(budget.note(6, 500), [4, 5], "the newest stays");
        budget.clear();
        assert!(budget.note(7, 1).is_empty());
    }
}
