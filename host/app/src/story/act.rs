//! One deed of one person, from the press to the whole answer; again, if the host died meanwhile.

use std::time::Duration;

use muster_playground::{
    Act, Answer, Answered, Clock, Failed, MessageHandle, MessageId, ModalHandle, Persona, Refused,
};
use serde_json::{Value, json};

use super::look::until;
use super::script::{Deed, Told};
use super::texts::{holds, said};
use super::unmet::Instead;

/// What came of a deed in the end.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// The answer that told that it is done, or the last one.
    pub text: String,
    /// The message with it, if it is one.
    pub message: Option<MessageHandle>,
    /// The form that it opened.
    pub form: Option<ModalHandle>,
    /// The names of choices that it offered.
    pub choices: Vec<String>,
    /// The client did not send it.
    pub is_refused: bool,
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
    /// The form that is open, for filling it in.
    pub form: Option<ModalHandle>,
    pub told: Vec<Told>,
    /// How often it is tried: people press again when nothing happens.
    pub tries: u32,
    /// How long they wait for a button or menu that is not there yet: panels follow by and by.
    pub control_within: Duration,
    /// How long an answer may take to become what it should be, after it came: bots edit them.
    pub answer_within: Duration,
    /// The playground's clock.
    pub clock: Clock,
}

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
            form: None,
            choices: Vec::new(),
            is_refused: false,
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
                    outcome.form = answered.answer.modal().cloned();
                    let choices = answered.answer.choices().iter();
                    outcome.choices = choices.map(|choice| choice.name.clone()).collect();
                    if let Some(told) = self.recognise(&mut outcome).await {
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
                    outcome.is_refused = true;
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
        if let (Some(on), Some(control)) = (&self.on, self.control()) {
            let usable = on.wait_until(|message| {
                message
                    .control(control)
                    .is_some_and(|control| control["disabled"] != true)
            });
            // Without it, the deed below says what is there instead.
            let _ = tokio::time::timeout(self.control_within, usable).await;
        }
        outcome.pressed_ms = self.clock.now();
        let acted = self.begin();
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

    /// The control of a message that the deed needs.
    fn control(&self) -> Option<&str> {
        match &self.deed {
            Deed::Press { button, .. } => Some(button),
            Deed::Choose { menu, .. } => Some(menu),
            _ => None,
        }
    }

    /// What the client sends first.
    fn begin(&self) -> Result<Act, Refused> {
        let nothing = |control: &str| Refused::NoSuchControl {
            control: control.to_owned(),
            there: Vec::new(),
        };
        match (&self.deed, &self.on) {
            (Deed::Use { command, .. }, _) => self.persona.uses(command, Value::Null),
            (
                Deed::Type {
                    text,
                    option,
                    command,
                    ..
                },
                _,
            ) => self.persona.types(command, option, text, Value::Null),
            (Deed::Press { button, .. }, Some(on)) => self.persona.presses(on, button),
            (Deed::Choose { options, menu, .. }, Some(on)) => {
                let options: Vec<&str> = options.iter().map(String::as_str).collect();
                self.persona.chooses(on, menu, &options)
            }
            (Deed::Fill(fields), _) => match &self.form {
                Some(form) => {
                    let values = fields
                        .iter()
                        .map(|(label, text)| (label.clone(), json!(text)));
                    self.persona.submits(form, Value::Object(values.collect()))
                }
                None => Err(nothing("a form")),
            },
            (
                Deed::Press {
                    button: control, ..
                }
                | Deed::Choose { menu: control, .. },
                None,
            ) => Err(nothing(control)),
        }
    }

    /// What the script knows the answer by; an answer may still become what it should be.
    async fn recognise(&self, outcome: &mut Outcome) -> Option<&Told> {
        let known = || {
            let told = self.told.iter().find(|told| outcome.holds(&told.text));
            told.ok_or_else(|| Instead::new("", ""))
        };
        let may_change = outcome.message.is_some() && !self.told.is_empty();
        let within = if may_change {
            self.answer_within
        } else {
            Duration::ZERO
        };
        let told = until(within, known).await.ok();
        if let Some(now) = outcome.message.as_ref().and_then(MessageHandle::now) {
            now.text().trim().clone_into(&mut outcome.text);
        }
        told
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
    /// Whether the answer holds a text, be it as it was sent or as a client shows it.
    pub fn holds(&self, text: &str) -> bool {
        holds(&self.text, text)
            || self
                .message
                .as_ref()
                .is_some_and(|message| holds(&said(message), text))
    }

    fn note(&mut self, answered: &Answered) {
        self.times.push(answered.after);
        if let Answer::Updated(message) = &answered.answer {
            self.updated.push(message.id());
        }
    }
}

fn words_of(answer: &Answer) -> String {
    match answer {
        Answer::Modal(modal) => {
            format!("(form) {}: {}", modal.title(), modal.labels().join(", "))
        }
        Answer::Choices(choices) => {
            let names: Vec<&str> = choices.iter().map(|choice| choice.name.as_str()).collect();
            format!("(choices) {}", names.join(", "))
        }
        answer => answer.text().trim().to_owned(),
    }
}
