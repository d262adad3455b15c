//! `muster:reply`: the one answer to the interaction that the call is about; the last one counts.

use muster_core::answer::Answer;
use muster_core::call::{Input, Origin};
use muster_core::custom_id;
use muster_core::effect::{PanelChange, PanelPlace};
use muster_core::message::{check_message, check_modal};
use serde_json::{Map, Value};

use super::json::object;
use super::{CallState, READ_ONLY};

/// Why an answer was not queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// The message or modal breaks a limit of Discord: where and how.
    #[error("{0}")]
    Invalid(String),
    /// This call has no interaction to answer, or not in this way.
    #[error("{0}")]
    NotPossible(String),
}

/// The most suggestions that Discord shows
/// ([Discord Docs/Interactions, "Autocomplete"](https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-autocomplete)).
const MAX_CHOICES: usize = 25;

/// The longest wait for effects, in milliseconds.
const MAX_WITHIN_MS: u64 = 60_000;

impl CallState {
    /// A message that only the acting member sees.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_private(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        self.answerable()?;
        self.reply_options(options)?;
        let body = self.checked_message(message).map_err(ReplyError::Invalid)?;
        self.answer_with(Answer::Message {
            body,
            private: true,
        });
        Ok(())
    }

    /// A message that everybody in the channel sees.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_public(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        self.answerable()?;
        self.public_allowed().map_err(ReplyError::NotPossible)?;
        self.reply_options(options)?;
        let body = self.checked_message(message).map_err(ReplyError::Invalid)?;
        self.answer_with(Answer::Message {
            body,
            private: false,
        });
        Ok(())
    }

    /// The pressed message is replaced.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_update(&mut self, message: &str, options: &str) -> Result<(), ReplyError> {
        if !self.answerable()?.has_message() {
            return not_possible("no message was pressed, so there is none to update");
        }
        self.reply_options(options)?;
        let body = self.checked_message(message).map_err(ReplyError::Invalid)?;
        self.answer_with(Answer::Update { body });
        Ok(())
    }

    /// A form opens.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_modal(&mut self, modal: &str, options: &str) -> Result<(), ReplyError> {
        let origin = self.answerable()?;
        if !matches!(origin, Origin::Command | Origin::Component) {
            return not_possible("a modal cannot follow a modal");
        }
        if self.is_outcome() {
            return not_possible("a modal cannot open after waiting");
        }
        if !self.opens_modal() {
            return not_possible(
                "the manifest does not declare `opens_modal` for this, so it may have been deferred",
            );
        }
        self.reply_options(options)?;
        self.check_size("a modal", modal)
            .map_err(ReplyError::Invalid)?;
        let modal = object("the modal", modal).map_err(ReplyError::Invalid)?;
        let body = check_modal(&modal, self.plugin())
            .map_err(|problem| ReplyError::Invalid(problem.to_string()))?;
        self.answer_with(Answer::Modal { body });
        Ok(())
    }

    /// Suggestions while a member types.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_choices(&mut self, choices: &str) -> Result<(), ReplyError> {
        if self.origin() != Some(Origin::Autocomplete) {
            return not_possible("choices answer autocomplete only");
        }
        self.check_size("the choices", choices)
            .map_err(ReplyError::Invalid)?;
        let choices = checked_choices(choices).map_err(ReplyError::Invalid)?;
        self.answer_with(Answer::Choices { choices });
        Ok(())
    }

    /// Nothing is said.
    ///
    /// # Errors
    /// If there is no interaction to answer.
    pub fn reply_nothing(&mut self) -> Result<(), ReplyError> {
        self.answerable()?;
        self.answer_with(Answer::Nothing);
        Ok(())
    }

    /// The effects with these tags first; then `effects.outcome` answers.
    ///
    /// # Errors
    /// For the plugin to react to.
    pub fn reply_after(&mut self, tags: Vec<String>, within_ms: u64) -> Result<(), ReplyError> {
        self.answerable()?;
        if self.is_outcome() {
            return not_possible("the answer has waited once already");
        }
        if tags.is_empty() || tags.len() > self.limits.effects as usize {
            return Err(ReplyError::Invalid(
                "name at least one tag to wait for".into(),
            ));
        }
        if within_ms > MAX_WITHIN_MS {
            let problem = format!("an answer waits at most {MAX_WITHIN_MS} ms");
            return Err(ReplyError::Invalid(problem));
        }
        let private = self
            .interaction()
            .is_none_or(|interaction| interaction.private);
        self.answer_with(Answer::After {
            tags,
            within_ms,
            private,
        });
        Ok(())
    }

    /// Parses and checks a message; what is returned may be sent.
    pub(super) fn checked_message(&self, message: &str) -> Result<Value, String> {
        self.check_size("a message", message)?;
        let message = object("the message", message)?;
        check_message(&message, self.plugin()).map_err(|problem| problem.to_string())
    }

    /// Why this interaction cannot be answered publicly, if it cannot.
    pub(super) fn public_allowed(&self) -> Result<(), String> {
        let of_command = matches!(
            self.origin(),
            Some(Origin::Command | Origin::ModalOfCommand)
        );
        match self.interaction() {
            Some(interaction) if of_command && interaction.private => Err(
                "the manifest declares this command's answer private; set `private` to false there"
                    .into(),
            ),
            _ => Ok(()),
        }
    }

    /// What kind of interaction there is to answer, autocomplete excluded.
    pub(super) fn answerable(&self) -> Result<Origin, ReplyError> {
        match self.origin() {
            Some(Origin::Autocomplete) => {
                not_possible("autocomplete is answered with choices only")
            }
            Some(_) if !self.scene.writes => not_possible(READ_ONLY),
            Some(origin) => Ok(origin),
            None => not_possible("no member waits for an answer to this call"),
        }
    }

    /// The last answer counts: a panel that was to be an earlier one is not opened.
    pub(super) fn answer_with(&mut self, answer: Answer) {
        self.queued.panels.retain(|change| {
            !matches!(
                change,
                PanelChange::Open {
                    place: PanelPlace::PrivateAnswer | PanelPlace::PublicAnswer,
                    ..
                }
            )
        });
        self.queued.answer = Some(answer);
    }

    fn reply_options(&self, options: &str) -> Result<(), ReplyError> {
        super::json::options::<NoOptions>(options)
            .map(drop)
            .map_err(ReplyError::Invalid)
    }

    fn opens_modal(&self) -> bool {
        let manifest = &self.scene.manifest;
        match self.input() {
            Some(Input::Command { name, .. }) => manifest
                .command(name)
                .is_some_and(|command| command.opens_modal),
            Some(Input::Button { custom_id } | Input::Select { custom_id, .. }) => manifest
                .component(custom_id::action(custom_id))
                .is_some_and(|component| component.opens_modal),
            _ => false,
        }
    }
}

/// No option of an answer is known yet.
#[derive(Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct NoOptions {}

fn not_possible<T>(why: &str) -> Result<T, ReplyError> {
    Err(ReplyError::NotPossible(why.into()))
}

fn checked_choices(text: &str) -> Result<Value, String> {
    let given: Vec<Map<String, Value>> = serde_json::from_str(text)
        .map_err(|error| format!("choices: not a JSON array of {{name, value}}: {error}"))?;
    if given.len() > MAX_CHOICES {
        return Err(format!(
            "choices: there are {}, at most {MAX_CHOICES} fit",
            given.len()
        ));
    }
    let checked = given.iter().enumerate().map(|(index, choice)| {
        let path = format!("choices[{index}]");
        let short = |what: &str, text: &str| {
            super::json::check_length(&format!("{path}.{what}"), text, 1, 100)
        };
        let name = choice.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| format!("{path}.name is not a text"))?;
        short("name", name)?;
        let value = choice
            .get("value")
            .ok_or_else(|| format!("{path}.value is missing"))?;
        match value {
            Value::String(text) => short("value", text)?,
            Value::Number(_) => {}
            _ => return Err(format!("{path}.value is neither a text nor a number")),
        }
        Ok(serde_json::json!({ "name": name, "value": value }))
    });
    checked.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_rebuilt_from_what_discord_takes() {
        let checked = checked_choices(r#"[{"name": "A", "value": 1, "extra": true}]"#);
        assert_eq!(
            checked,
            Ok(serde_json::json!([{ "name": "A", "value": 1 }]))
        );
    }

    #[test]
    fn a_bad_choice_is_named() {
        let long = format!(r#"[{{"name": "{}", "value": 1}}]"#, "x".repeat(101));
        let problem = checked_choices(&long).expect_err("too long");
        assert_eq!(
            problem,
            "choices[0].name has 101 characters, but must have 1 to 100"
        );
        assert!(checked_choices(r#"[{"name": "A"}]"#).is_err());
        assert!(checked_choices("{}").is_err());
        let many = format!("[{}]", vec![r#"{"name": "A", "value": 1}"#; 26].join(","));
        assert!(
            checked_choices(&many)
                .expect_err("too many")
                .contains("at most 25")
        );
    }
}
