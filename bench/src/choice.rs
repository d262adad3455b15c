//! The command line: which figures, and how thoroughly.

use clap::{Parser, ValueEnum};

/// Measures what Muster costs. Prints a table, and as the last line one JSON object.
#[derive(Debug, Parser)]
#[command(name = "muster-bench")]
pub struct Choice {
    /// What to measure; everything if nothing is named.
    figures: Vec<Figure>,
    /// Do a tenth of everything, to see whether it runs. The figures mean little then.
    #[arg(long)]
    quick: bool,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Something to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Figure {
    /// What WebAssembly adds to a handler.
    Boundary,
    /// What others notice of a plugin that loops for ever.
    Hostile,
    /// From a new process to a bot that is ready, and its memory then.
    Start,
    /// What a press costs from end to end.
    Joins,
    /// The end of a run with points for a crowd, and a leaderboard over many events.
    Quota,
    /// How the offline Discord bears 1,000 people in 100 guilds.
    Simulator,
}

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    quick: bool,
}

impl Choice {
    /// Whether this is to be measured.
    pub fn wants(&self, figure: Figure) -> bool {
        self.figures.is_empty() || self.figures.contains(&figure)
    }

    /// How much to do for it.
    pub fn size(&self) -> Size {
        Size { quick: self.quick }
    }
}

impl Size {
    /// `whole`, or a tenth of it where a glance is enough.
    pub fn of(self, whole: u32) -> u32 {
        if self.quick {
            whole.div_ceil(10)
        } else {
            whole
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_bench_measures_everything() {
        let choice = Choice::try_parse_from(["figures", "--bench"]).expect("a valid command line");
        assert!(
            Figure::value_variants()
                .iter()
                .all(|&figure| choice.wants(figure))
        );
    }

    #[test]
    fn a_named_figure_is_the_only_one() {
        let choice = Choice::try_parse_from(["muster-bench", "hostile", "--quick"]);
        let choice = choice.expect("a valid command line");
        assert!(choice.wants(Figure::Hostile) && !choice.wants(Figure::Joins));
        assert_eq!(choice.size().of(2000), 200);
    }
}
