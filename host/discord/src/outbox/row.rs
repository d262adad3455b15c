//! What of a row is through, and when its answer may be given.

use std::time::Duration;

use muster_core::effect::EffectResult;
use muster_core::{PluginName, Timestamp};
use muster_store::{After, OutboxRow, PanelTag};

/// How long an interaction's token lives
/// ([Discord Docs/Receiving and Responding](https://discord.com/developers/docs/interactions/receiving-and-responding)).
const TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// A row under way.
#[derive(Debug)]
pub(super) struct Progress {
    pub plugin: PluginName,
    tags: Vec<String>,
    results: Vec<Option<EffectResult>>,
    left: usize,
    panels: Vec<(PanelTag, Option<EffectResult>)>,
    /// The answer that waits.
    pub after: Option<After>,
    /// Whether whoever gives the answer was told.
    pub is_told: bool,
}

impl Progress {
    pub fn new(row: &OutboxRow) -> Self {
        let tags: Vec<String> = row
            .effects
            .iter()
            .map(|effect| effect.tag.clone())
            .collect();
        let mut progress = Self {
            plugin: row.plugin.clone(),
            results: vec![None; tags.len()],
            left: tags.len(),
            tags,
            panels: Vec::new(),
            after: row.after.clone(),
            is_told: false,
        };
        let awaited = |tag: &PanelTag| progress.is_awaited(&tag.tag);
        progress.panels = row
            .panels
            .iter()
            .filter(|tag| awaited(tag))
            .map(|tag| (tag.clone(), None))
            .collect();
        progress
    }

    fn is_awaited(&self, tag: &str) -> bool {
        !tag.is_empty()
            && self
                .after
                .as_ref()
                .is_some_and(|after| after.tags.iter().any(|other| other == tag))
    }

    /// Whether an answer waits for the effect at this place.
    pub fn awaits(&self, place: usize) -> bool {
        self.tags.get(place).is_some_and(|tag| self.is_awaited(tag))
    }

    /// The panels that the answer waits for.
    pub fn panels(&self) -> impl Iterator<Item = &PanelTag> {
        self.panels.iter().map(|(tag, _)| tag)
    }

    /// The effect at this place is through. Returns the result under its own tag, if it is news.
    pub fn settle(&mut self, place: usize, mut result: EffectResult) -> Option<EffectResult> {
        let slot = self.results.get_mut(place)?;
        if slot.is_some() {
            return None;
        }
        result.tag.clone_from(&self.tags[place]);
        *slot = Some(result.clone());
        self.left -= 1;
        Some(result)
    }

    /// A panel that the answer waits for was posted, or not.
    pub fn settle_panel(&mut self, tag: &str, result: EffectResult) {
        for (panel, slot) in &mut self.panels {
            if panel.tag == tag && slot.is_none() {
                *slot = Some(result.clone());
            }
        }
    }

    /// Whether the effect at this place is through.
    pub fn is_settled(&self, place: usize) -> bool {
        self.results.get(place).is_some_and(Option::is_some)
    }

    /// Whether all effects are through.
    pub fn is_through(&self) -> bool {
        self.left == 0
    }

    /// The results for the answer, once all that it waits for is through or its time is over.
    pub fn outcome(&self, now: Timestamp) -> Option<Vec<EffectResult>> {
        let after = self.after.as_ref().filter(|_| !self.is_told)?;
        let is_over = now >= after.until;
        let mut results = Vec::new();
        for tag in &after.tags {
            let effects = self
                .tags
                .iter()
                .zip(&self.results)
                .filter(|(other, _)| *other == tag);
            let panels = self.panels.iter().filter(|(other, _)| other.tag == *tag);
            let slots: Vec<_> = effects
                .map(|(_, slot)| slot)
                .chain(panels.map(|(_, slot)| slot))
                .collect();
            if slots.is_empty() {
                results.push(problem(tag, "Nothing was asked for under this tag."));
            }
            for slot in slots {
                match slot {
                    Some(result) => results.push(result.clone()),
                    None if is_over => {
                        results.push(problem(
                            tag,
                            "It was not done in time. It will be as soon as possible.",
                        ));
                    }
                    None => return None,
                }
            }
        }
        Some(results)
    }

    /// When the answer can no longer be given.
    pub fn answerable_until(&self) -> Option<Timestamp> {
        self.after
            .as_ref()
            .map(|after| after.interaction.id.created_at().plus(TOKEN_LIFE))
    }
}

fn problem(tag: &str, text: &str) -> EffectResult {
    EffectResult {
        tag: tag.to_owned(),
        ok: false,
        problem: Some(text.to_owned()),
        channel: None,
        message: None,
        role: None,
    }
}

#[cfg(test)]
mod tests {
    use muster_core::GuildId;
    use muster_core::call::{InteractionRef, Origin};
    use muster_core::effect::{Action, Effect};
    use muster_core::ids::{ChannelId, InteractionId, UserId};

    use super::*;

    fn row(tags: &[&str], awaited: &[&str]) -> OutboxRow {
        let kick = Action::Kick {
            user: UserId::new(1).expect("not 0"),
        };
        let effect = |tag: &&str| Effect {
            tag: (*tag).to_owned(),
            actor: None,
            reason: None,
            action: kick.clone(),
        };
        OutboxRow {
            guild: GuildId::new(1).expect("not 0"),
            id: 9,
            plugin: "notes".parse().expect("a name"),
            effects: tags.iter().map(effect).collect(),
            panels: vec![PanelTag {
                tag: "panel".into(),
                panel: "board".into(),
            }],
            after: Some(After {
                tags: awaited.iter().map(|tag| (*tag).to_owned()).collect(),
                until: Timestamp::from_ms(1000),
                interaction: InteractionRef {
                    id: InteractionId::new(1).expect("not 0"),
                    token: "t".into(),
                    channel: ChannelId::new(1).expect("not 0"),
                    locale: "en-US".into(),
                    origin: Origin::Command,
                    private: true,
                },
                actor: None,
            }),
            done: Vec::new(),
        }
    }

    fn fine() -> EffectResult {
        EffectResult {
            ok: true,
            problem: None,
            ..problem("", "")
        }
    }

    #[test]
    fn an_answer_waits_for_its_own_tags_only() {
        let mut progress = Progress::new(&row(&["a", "b"], &["a"]));
        assert_eq!(progress.outcome(Timestamp::from_ms(0)), None);
        let settled = progress.settle(0, fine()).expect("news");
        assert_eq!(settled.tag, "a");
        let results = progress
            .outcome(Timestamp::from_ms(0))
            .expect("all awaited is through");
        assert_eq!(results, [settled]);
        assert!(!progress.is_through());
    }

    #[test]
    fn an_answer_waits_for_a_panel_too() {
        let mut progress = Progress::new(&row(&["a"], &["a", "panel"]));
        progress.settle(0, fine());
        assert_eq!(progress.outcome(Timestamp::from_ms(0)), None);
        progress.settle_panel("panel", fine());
        assert_eq!(
            progress
                .outcome(Timestamp::from_ms(0))
                .map(|results| results.len()),
            Some(2)
        );
    }

    #[test]
    fn when_time_is_over_the_rest_is_said_to_be_late() {
        let progress = Progress::new(&row(&["a"], &["a", "odd"]));
        let results = progress
            .outcome(Timestamp::from_ms(1000))
            .expect("time is over");
        assert!(results.iter().all(|result| !result.ok));
        let late = results[0].problem.as_deref().expect("a reason");
        assert!(late.contains("not done in time"), "{late}");
    }
}
