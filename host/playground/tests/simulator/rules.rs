//! Every rule has a case here that a strict simulator passes and a lenient one does not: each case is played twice,
//! with its rule kept and with it switched off.
//!
//! `cargo test -p muster-playground --test simulator rules -- --nocapture` prints the table.

mod hierarchy;
mod interactions;
mod limits;
mod refusals;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::pin::Pin;

use muster_playground::{Chapter, Config, Rule, Switches};

use crate::bot::config;

/// What Discord would not have done, if anything.
type Found = Result<(), String>;

/// One rule, and what is tried to see whether it is kept.
struct Case {
    off: Off,
    name: &'static str,
    run: fn(Config) -> Pin<Box<dyn Future<Output = Found> + Send>>,
}

/// What makes a simulator lenient.
#[derive(Clone, Copy)]
enum Off {
    Rule(Rule),
    /// Where the documentation leaves a rule open: a chapter, what the rule says, and its switch.
    Switch(Chapter, &'static str, fn(&mut Switches)),
}

impl Off {
    fn apply(self, config: &mut Config) {
        match self {
            Self::Rule(rule) => config.lenient.set(rule, false),
            Self::Switch(_, _, set) => set(&mut config.switches),
        }
    }

    fn chapter(self) -> Chapter {
        match self {
            Self::Rule(rule) => rule.chapter(),
            Self::Switch(chapter, ..) => chapter,
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.says(),
            Self::Switch(_, says, _) => says,
        }
    }
}

/// `cases![AnswerIs204 => answers, ...]`: the rule, and the function that tries it.
macro_rules! cases {
    ($($rule:ident => $test:ident),* $(,)?) => {
        &[$($crate::rules::Case {
            off: $crate::rules::Off::Rule(muster_playground::Rule::$rule),
            name: stringify!($test),
            run: |config| Box::pin($test(config)),
        }),*]
    };
}
use cases;

fn all() -> Vec<&'static Case> {
    [
        interactions::CASES,
        hierarchy::CASES,
        refusals::CASES,
        limits::CASES,
        limits::OPEN,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `Ok` if what was seen is what Discord does.
fn is<T: PartialEq + Debug>(seen: T, wanted: T) -> Found {
    match seen == wanted {
        true => Ok(()),
        false => Err(format!("{seen:?} instead of {wanted:?}")),
    }
}

async fn played(case: &Case, config: Config) -> Found {
    let played = tokio::spawn((case.run)(config)).await;
    played.unwrap_or_else(|_| Err("it broke off".into()))
}

async fn every_case_notices_its_rule(chapter: Chapter) {
    let mut wrong = Vec::new();
    for case in all()
        .into_iter()
        .filter(|case| case.off.chapter() == chapter)
    {
        println!("{chapter:?}: {:<78} {}", case.off.says(), case.name);
        if let Err(seen) = played(case, config()).await {
            wrong.push(format!("{} does not hold: {seen}", case.name));
        }
        let mut lenient = config();
        case.off.apply(&mut lenient);
        if played(case, lenient).await.is_ok() {
            wrong.push(format!(
                "{} does not notice that the rule is off",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_rule_of_interactions_is_kept_and_can_be_switched_off() {
    every_case_notices_its_rule(Chapter::Interactions).await;
}

#[tokio::test]
async fn every_rule_of_the_hierarchy_is_kept_and_can_be_switched_off() {
    every_case_notices_its_rule(Chapter::Hierarchy).await;
}

#[tokio::test]
async fn every_refusal_is_given_and_can_be_switched_off() {
    every_case_notices_its_rule(Chapter::Refusals).await;
}

#[test]
fn every_rule_has_a_case() {
    let tried: BTreeSet<Rule> = all()
        .iter()
        .filter_map(|case| match case.off {
            Off::Rule(rule) => Some(rule),
            Off::Switch(..) => None,
        })
        .collect();
    let untried: Vec<&Rule> = Rule::ALL
        .iter()
        .filter(|rule| !tried.contains(rule))
        .collect();
    assert!(untried.is_empty(), "{untried:?}");
}
