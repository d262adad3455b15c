//! The answer to the interaction: one per call, the last one counts.

use std::time::Duration;

use super::{Ctx, json};
use crate::Handled;
use crate::message::{Choice, Message, Modal};

impl Ctx<'_> {
    /// A message that only the acting member sees.
    pub fn reply_private(&mut self, message: impl Into<Message>) -> Handled {
        Ok(self.host.reply_private(&json(&message.into()), "")?)
    }

    /// A message that everybody in the channel sees. A command must be declared
    /// [`public`](crate::CommandSpec::public) for it.
    pub fn reply_public(&mut self, message: impl Into<Message>) -> Handled {
        Ok(self.host.reply_public(&json(&message.into()), "")?)
    }

    /// The pressed message becomes this one. For panels, prefer [`refresh`](Self::refresh).
    pub fn update(&mut self, message: impl Into<Message>) -> Handled {
        Ok(self.host.reply_update(&json(&message.into()), "")?)
    }

    /// A form opens. The command or component must be declared with `opens_modal`.
    ///
    /// What is typed arrives at the component that the form's custom id names:
    ///
    /// ```
    /// use muster_sdk::message::{Modal, TextInput};
    /// use muster_sdk::{Ctx, Form, Handled, Press};
    ///
    /// fn ask(ctx: &mut Ctx, press: Press<i64>) -> Handled {
    ///     let party = TextInput::short("party", "Party").length(0, 100).optional();
    ///     ctx.modal(&Modal::new(format!("party/{}", press.data), "Set the party").input(party))
    /// }
    ///
    /// fn set(ctx: &mut Ctx, form: Form<i64>) -> Handled {
    ///     ctx.execute("update run set party = $1 where id = $2", (form.text("party"), form.data))?;
    ///     ctx.refresh(format!("run/{}", form.data))
    /// }
    /// # let _: (fn(&mut Ctx, Press<i64>) -> Handled, fn(&mut Ctx, Form<i64>) -> Handled) = (ask, set);
    /// ```
    pub fn modal(&mut self, modal: &Modal) -> Handled {
        Ok(self.host.reply_modal(&json(modal), "")?)
    }

    /// Suggestions while a member types; the first 25 are shown.
    pub fn choices(&mut self, choices: &[Choice]) -> Handled {
        let shown = &choices[..choices.len().min(25)];
        Ok(self.host.reply_choices(&json(shown))?)
    }

    /// Nothing is said. What happens, too, if nothing is called.
    pub fn reply_nothing(&mut self) -> Handled {
        Ok(self.host.reply_nothing()?)
    }

    /// First come the queued effects with these tags, then the plugin's `outcome` answers. `within` is the
    /// longest wait, at most a minute.
    ///
    /// ```
    /// use std::time::Duration;
    /// use muster_sdk::{Ctx, Handled, Outcomes, Press, RoleRef};
    ///
    /// fn verify(ctx: &mut Ctx, press: Press<String>) -> Handled {
    ///     ctx.role_add(press.member, RoleRef::key("verified"), "role")?;
    ///     ctx.nickname(press.member, Some(&press.data), "nick")?;
    ///     ctx.reply_after(&["role", "nick"], Duration::from_secs(10))
    /// }
    ///
    /// fn outcome(ctx: &mut Ctx, outcomes: Outcomes) -> Handled {
    ///     match outcomes.problems().as_slice() {
    ///         [] => ctx.reply_private("You are verified."),
    ///         problems => ctx.reply_private(format!("Not all went well: {}", problems.join(" "))),
    ///     }
    /// }
    /// # let _: (fn(&mut Ctx, Press<String>) -> Handled, fn(&mut Ctx, Outcomes) -> Handled) = (verify, outcome);
    /// ```
    pub fn reply_after(&mut self, tags: &[&str], within: Duration) -> Handled {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let within_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        Ok(self.host.reply_after(&tags, within_ms)?)
    }
}
