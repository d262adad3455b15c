//! What Ann does with the bot, and what she sees then.

use muster_playground::{Act, Answered, MessageHandle, Persona};
use serde_json::json;

use crate::Client;

async fn answered(act: Result<Act, muster_playground::Refused>) -> Answered {
    act.expect("a client sends it")
        .answer()
        .await
        .expect("the bot answers")
}

async fn reads(act: Result<Act, muster_playground::Refused>) -> String {
    answered(act).await.answer.text()
}

async fn is_shown(act: Result<Act, muster_playground::Refused>) -> MessageHandle {
    let answered = answered(act).await;
    answered.answer.message().expect("a message").clone()
}

impl Client {
    /// A command with autocomplete, and a button on its answer.
    pub async fn greets_and_is_pressed(&self) {
        let typed = self.ann.types("/greet", "fruit", "ap", json!({}));
        let choices = answered(typed).await.answer;
        let names: Vec<&str> = choices
            .choices()
            .iter()
            .map(|choice| choice.name.as_str())
            .collect();
        assert_eq!(names, ["apple", "apricot"]);

        let greeting = is_shown(self.ann.uses("/greet fruit:apple", json!({}))).await;
        let text = |message: &MessageHandle| message.now().expect("it is there").text();
        assert!(text(&greeting).starts_with("apple for Ann"));
        assert!(
            reads(self.ann.presses(&greeting, "Again"))
                .await
                .starts_with("apple for Ann, again")
        );
        let reacted = greeting.wait_until(|message| !message.reactions.is_empty());
        assert_eq!(reacted.await.expect("it reacts").reactions[0].0, "👍");
    }

    /// Every kind of menu.
    pub async fn offers_menus(&self) {
        let menus = is_shown(self.ann.uses("/menus", json!({}))).await;
        for (menu, values, seen) in [
            ("texts", &["BLUE", "RED"][..], "blue, red"),
            ("users", &["Ben"], "Ben"),
            ("roles", &["Gardener"], "Gardener"),
            ("mentionables", &["Ben", "Gardener"], "Ben and Gardener"),
            ("channels", &["general"], "general"),
        ] {
            let shown = is_shown(self.ann.chooses(&menus, menu, values)).await;
            assert_eq!(shown.now().expect("it is there").content, seen, "{menu}");
        }
    }

    /// A modal with a text and a menu.
    pub async fn asks_by_modal(&self) {
        let opened = answered(self.ann.uses("/feedback", json!({}))).await.answer;
        let modal = opened.modal().expect("a modal");
        assert_eq!(
            (modal.title(), modal.labels()),
            ("Your words", vec!["Words", "Friend"])
        );
        let values = json!({ "Words": "More bees", "Friend": ["Ben"] });
        let told = is_shown(self.ann.submits(modal, values)).await;
        let told = told.now().expect("it is there");
        assert_eq!(told.content, "More bees, says Ann to Ben");
        assert!(told.is_ephemeral());
    }

    /// A late answer, followups, an edit and a deletion of them.
    pub async fn follows_up(&self) {
        let act = self.ann.uses("/slow", json!({})).expect("offered");
        let done = is_shown(Ok(act.clone())).await;
        done.wait_until(|message| message.content == "Done")
            .await
            .expect("edited");
        let followups = act.wait_for_followups(2).await.expect("two");
        let edited = followups[0].wait_until(|message| message.content == "More, edited");
        assert!(edited.await.expect("edited").is_ephemeral());
        followups[1].wait_until_gone().await.expect("deleted");
    }

    /// A message laid out by components, and both context menus.
    pub async fn shows_layouts_and_context_menus(&self) {
        assert_eq!(reads(self.ann.uses("/layout", json!({}))).await, "Laid out");
        let ben = self.guild.persona("Ben").expect("a member");
        assert_eq!(
            reads(self.ann.uses_on_member("Wave", &ben)).await,
            "Hello, Ben"
        );
        let word = ben.writes("Bees!").expect("he may");
        assert_eq!(
            reads(self.ann.uses_on_message("Quote", &word)).await,
            "> Bees!"
        );
        self.no_request_was_refused(&[]);
    }

    /// Posts messages by `/post`, and sees each of them once.
    pub(crate) async fn posts(&self, count: usize) {
        let before = posts_seen(&self.ann);
        let told = self.ann.uses(&format!("/post count:{count}"), json!({}));
        assert_eq!(reads(told).await, format!("{count} posted"));
        assert_eq!(posts_seen(&self.ann), before + count);
    }
}

fn posts_seen(person: &Persona) -> usize {
    let seen = person.sees();
    let posts = seen
        .iter()
        .filter(|message| message.content.starts_with("Post "));
    posts.count()
}
