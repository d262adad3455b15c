//! One deed of one person, from the press to the whole answer; again, if the host died meanwhile.

use std::time::Duration;

use muster_playground::{
    Answer, Answered, Clock, Failed, MessageHandle, MessageId, Persona, Refused,
};
use serde_json::Value;

use super::script::{Deed, Told};

/// What came of a deed in the end.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The answer that told that it is done, or the last one.
    pub text: String,
    /// The message with it, if it is one.
    pub message: Option<MessageHandle>,
    /// How long each answer took, those to repeated presses included.
    pub times: Vec<Duration>,
    /// How often nothing came.
    pub unanswered: u64,
    /// How it ended.
    pub end: End,
    /// What the person may count on now.
    pub means: Vec<(String, String)>,
    /// Answers that were edits of the message pressed.
    pub updated: Vec<MessageId>,
    /// When the last press was, on the playground's clock.
    pub pressed_ms: i64,
}

/// How a deed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The answer was one that the script knows.
    Done,
    /// The answer was another one.
    Unknown,
    /// None came.
    Unanswered,
}

/// A deed of one person with everything that it needs.
#[derive(Debug, Clone)]
pub(super) struct Doing {
    pub persona: Persona,
    pub deed: Deed,
    /// The message pressed, for a press.
    pub on: Option<MessageHandle>,
    /// The option chosen, for a choice.
    pub option: Option<String>,
    pub told: Vec<Told>,
    /// How often it is tried: people press again when nothing happens.
    pub tries: u32,
    /// The playground's clock.
    pub clock: Clock,
}

/// How long people wait for a button that is not there yet: panels follow by and by.
const BUTTON_WITHIN: Duration = Duration::from_secs(5);

/// How long people wait before they press again.
const PRESS_AGAIN: Duration = Duration::from_millis(1500);

enum Try {
    Answered(Answered),
    Failed(Failed),
    Refused(Refused),
}

impl Doing {
    /// Does it.
    pub async fn run(self) -> Outcome {
        let mut outcome = Outcome {
            text: String::new(),
            message: None,
            times: Vec::new(),
            unanswered: 0,
            end: End::Unanswered,
            means: Vec::new(),
            updated: Vec::new(),
            pressed_ms: 0,
        };
        for attempt in 1..=self.tries.max(1) {
            if attempt > 1 {
                tokio::time::sleep(PRESS_AGAIN).await;
            }
            match self.once(&mut outcome).await {
                Try::Answered(answered) => {
                    outcome.end = End::Unknown;
                    outcome.text = words_of(&answered.answer);
                    outcome.message = answered.answer.message().cloned();
                    if let Some(told) = self.recognise(&outcome.text) {
                        outcome.end = End::Done;
                        outcome.means = self.meaning(told);
                        return outcome;
                    }
                    if self.told.is_empty() {
                        outcome.end = End::Done;
                        return outcome;
                    }
                }
                Try::Failed(failed) => {
                    outcome.end = End::Unanswered;
                    outcome.unanswered += 1;
                    outcome.text = failed.to_string();
                }
                Try::Refused(refused) => {
                    outcome.end = End::Unknown;
                    outcome.text = refused.to_string();
                    // The button went away between two presses: the first one had done it.
                    let gone = matches!(
                        refused,
                        Refused::NoSuchControl { .. } | Refused::Disabled(_)
                    );
                    if attempt > 1 && gone {
                        outcome.end = End::Done;
                        return outcome;
                    }
                }
            }
        }
        outcome
    }

    async fn once(&self, outcome: &mut Outcome) -> Try {
        if let (Deed::Press { button, .. }, Some(on)) = (&self.deed, &self.on) {
            let pressable = on.wait_until(|message| {
                message
                    .control(button)
                    .is_some_and(|control| control["disabled"] != true)
            });
            // Without it, the press below says what is there instead.
            let _ = tokio::time::timeout(BUTTON_WITHIN, pressable).await;
        }
        outcome.pressed_ms = self.clock.now();
        let acted = match (&self.deed, &self.on) {
            (Deed::Use { command, .. }, _) => self.persona.uses(command, Value::Null),
            (Deed::Press { button, .. }, Some(on)) => self.persona.presses(on, button),
            (Deed::Press { button, .. }, None) => Err(Refused::NoSuchControl {
                control: button.clone(),
                there: Vec::new(),
            }),
        };
        let answered = match acted {
            Ok(act) => act.answer().await,
            Err(refused) => return Try::Refused(refused),
        };
        let answered = match answered {
            Ok(answered) => answered,
            Err(failed) => return Try::Failed(failed),
        };
        outcome.note(&answered);
        let (
            Deed::Press {
                choice: Some(choice),
                ..
            },
            Some(option),
        ) = (&self.deed, &self.option)
        else {
            return Try::Answered(answered);
        };
        let Some(menu) = answered.answer.message() else {
            return Try::Answered(answered);
        };
        outcome.pressed_ms = self.clock.now();
        match self.persona.chooses(menu, &choice.menu, &[option]) {
            Ok(act) => match act.answer().await {
                Ok(answered) => {
                    outcome.note(&answered);
                    Try::Answered(answered)
                }
                Err(failed) => Try::Failed(failed),
            },
            // Instead of the menu came a refusal in words.
            Err(_) => Try::Answered(answered),
        }
    }

    fn recognise(&self, text: &str) -> Option<&Told> {
        self.told.iter().find(|told| text.contains(&told.text))
    }

    fn meaning(&self, told: &Told) -> Vec<(String, String)> {
        let filled = |value: &String| match &self.option {
            Some(option) => value.replace("{choice}", option),
            None => value.clone(),
        };
        told.means
            .iter()
            .map(|(key, value)| (key.clone(), filled(value)))
            .collect()
    }
}

impl Outcome {
    fn note(&mut self, answered: &Answered) {
        self.times.push(answered.after);
        if let Answer::Updated(message) = &answered.answer {
            self.updated.push(message.id());
        }
    }
}

fn words_of(answer: &Answer) -> String {
    match answer {
        Answer::Modal(modal) => format!("(form) {}", modal.title()),
        answer => answer.text().trim().to_owned(),
    }
}
