//! What became of effects that an answer waits for.

use serde_json::Value;

use super::{id, list, text};
use crate::Failure;
use crate::ctx::from_host;
use crate::ids::{ChannelId, MessageId, RoleId};

/// How one effect ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The plugin's mark for it.
    pub tag: String,
    /// Whether it was carried out in time.
    pub ok: bool,
    /// Why not: a sentence for the member.
    pub problem: Option<String>,
    /// The channel of what was made.
    pub channel: Option<ChannelId>,
    /// The message that was made.
    pub message: Option<MessageId>,
    /// The role that was made.
    pub role: Option<RoleId>,
}

/// How the effects ended that [`Ctx::reply_after`](crate::Ctx::reply_after) named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes(
    /// One for each tag, in the order of the tags.
    pub Vec<Outcome>,
);

impl Outcomes {
    /// Reads what the host sends.
    ///
    /// # Errors
    /// To the operator: the JSON is not the host's.
    pub fn read(json: &str) -> Result<Self, Failure> {
        let results = from_host("outcome", json)?;
        let outcome = |json: &Value| {
            Some(Outcome {
                tag: text(&json["tag"])?,
                ok: json["ok"].as_bool()?,
                problem: text(&json["problem"]),
                channel: id(&json["channel"]),
                message: id(&json["message"]),
                role: id(&json["role"]),
            })
        };
        Ok(Self(list(&results).iter().filter_map(outcome).collect()))
    }

    /// The effect with this tag, if it was waited for.
    pub fn find(&self, tag: &str) -> Option<&Outcome> {
        self.0.iter().find(|outcome| outcome.tag == tag)
    }

    /// What went wrong, as sentences for the member.
    pub fn problems(&self) -> Vec<&str> {
        let failed = self.0.iter().filter(|outcome| !outcome.ok);
        failed
            .map(|outcome| {
                outcome
                    .problem
                    .as_deref()
                    .unwrap_or("Discord did not answer in time.")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_told_in_sentences() {
        let json = r#"[{"tag": "role", "ok": true, "role": "9"},
                       {"tag": "nick", "ok": false, "problem": "The bot stands below you."},
                       {"tag": "dm", "ok": false}]"#;
        let outcomes = Outcomes::read(json).expect("the documented shape");
        assert_eq!(
            outcomes.find("role").and_then(|found| found.role),
            Some(RoleId(9))
        );
        assert_eq!(
            outcomes.problems(),
            [
                "The bot stands below you.",
                "Discord did not answer in time."
            ]
        );
    }
}
