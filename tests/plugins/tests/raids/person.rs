//! What people do.

use super::*;

impl<'a> Person<'a> {
    pub fn holds(mut self, key: &str) -> Self {
        self.held.push(key.into());
        self
    }

    pub fn with_role(mut self, role: u64) -> Self {
        self.roles.push(role);
        self
    }

    /// The same person, where the plugin runs for others.
    pub fn in_guild(mut self, raw: u64) -> Self {
        self.place = guild_id(raw);
        self
    }

    pub fn in_channel(mut self, raw: u64) -> Self {
        self.channel = raw;
        self
    }

    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// Uses a command. `options` as Discord sends them.
    pub async fn uses(&self, name: &str, options: Json) -> Told {
        let data = json!({ "options": options, "resolved": {} });
        let (name, origin) = (name.into(), Origin::Command);
        self.does(Input::Command { name, data }, origin).await
    }

    /// Posts a headcount of these dungeons, which stand in the first menu, and Discord shows it.
    pub async fn counts(&self, dungeons: &[&str]) -> u64 {
        let menus = self.uses("headcount", json!([])).await;
        let Told::Panel(_) = menus else {
            panic!("{menus:?}");
        };
        let newest = self.guild.rows("select max(id) from headcount_draft").await;
        let [[Value::Integer(draft)]] = newest.iter().map(Vec::as_slice).collect::<Vec<_>>()[..]
        else {
            panic!("{newest:?}");
        };
        self.picks_all(&format!("hc-pick/{draft}/0"), dungeons)
            .await;
        let told = self.presses(&format!("hc-create/{draft}")).await;
        let Told::Waits(tags) = told else {
            panic!("{told:?}");
        };
        let id = tags[0]
            .strip_prefix("headcount/")
            .and_then(|id| id.parse().ok());
        let id: u64 = id.expect("the panel's tag");
        let message = (900 + id).to_string();
        let mut results = vec![json!({
            "tag": tags[0], "ok": true, "channel": RAID.to_string(), "message": message,
        })];
        results.extend(
            tags.get(1)
                .map(|tag| json!({ "tag": tag, "ok": true, "channel": (600 + id).to_string() })),
        );
        self.guild.outcome(results.into()).await.privately();
        self.guild.note_panels();
        id
    }

    /// Uses `/run` with these options.
    pub async fn runs(&self, options: &[(&str, &str)]) -> Told {
        let options: Vec<Json> = options
            .iter()
            .map(|(name, value)| json!({ "name": name, "type": 3, "value": value }))
            .collect();
        let data = json!({ "options": options });
        let (name, origin) = ("run".into(), Origin::Command);
        self.does(Input::Command { name, data }, origin).await
    }

    /// Uses `/taken` with a file of this kind.
    pub async fn shows(&self, content_type: &str) -> Told {
        let file = json!({
            "id": "7001", "filename": "proof", "content_type": content_type, "size": 9,
            "url": "https://cdn.discordapp.com/attachments/1/7001/proof",
        });
        let data = json!({
            "options": [{ "name": "screenshot", "type": 11, "value": "7001" }],
            "resolved": { "attachments": { "7001": file } },
        });
        let name = "taken".into();
        self.does(Input::Command { name, data }, Origin::Command)
            .await
    }

    /// Posts a run, and Discord shows it.
    pub async fn posts(&self, dungeon: &str) -> u64 {
        let told = self.runs(&[("dungeon", dungeon)]).await;
        let Told::Waits(tags) = told else {
            panic!("{told:?}");
        };
        let run = tags[0].strip_prefix("run/").and_then(|id| id.parse().ok());
        let run = run.expect("the panel's tag");
        self.guild.posts(run).await;
        self.guild.note_panels();
        run
    }

    pub async fn presses(&self, custom_id: &str) -> Told {
        let custom_id = custom_id.into();
        self.does(Input::Button { custom_id }, Origin::Component)
            .await
    }

    pub async fn picks(&self, custom_id: &str, value: &str) -> Told {
        self.picks_all(custom_id, &[value]).await
    }

    pub async fn picks_all(&self, custom_id: &str, values: &[&str]) -> Told {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        let custom_id = custom_id.into();
        let input = Input::Select { custom_id, values };
        self.does(input, Origin::Component).await
    }

    pub async fn types(&self, custom_id: &str, text: &str) -> Told {
        self.submits(custom_id, "text", text).await
    }

    /// Sends a form of a component with one input.
    pub async fn submits(&self, custom_id: &str, input: &str, text: &str) -> Told {
        let fields = vec![(input.to_owned(), text.to_owned())];
        let custom_id = custom_id.into();
        let input = Input::Modal { custom_id, fields };
        self.does(input, Origin::ModalOfComponent).await
    }

    /// What is offered while the dungeon of `/run` is being typed.
    pub async fn is_offered(&self, typed: &str) -> Vec<String> {
        self.is_offered_for("run", "dungeon", typed).await
    }

    /// What is offered while an option of a command is being typed.
    pub async fn is_offered_for(&self, command: &str, option: &str, typed: &str) -> Vec<String> {
        let option = json!({ "name": option, "type": 3, "value": typed, "focused": true });
        let (name, data) = (command.into(), json!({ "options": [option] }));
        let call = self.call(Input::Command { name, data }, Origin::Autocomplete);
        let choices = self.guild.runtime.suggest(call).await.expect("suggests");
        let choices = choices.as_array().expect("a list").iter();
        choices
            .map(|choice| match &choice["value"] {
                Json::String(key) => key.clone(),
                number => number.to_string(),
            })
            .collect()
    }

    /// Does the same twice, as when Discord delivers it twice.
    pub async fn presses_delivered_twice(&self, custom_id: &str) -> (Told, Told) {
        let custom_id = custom_id.into();
        let call = self.call(Input::Button { custom_id }, Origin::Component);
        let first = self.guild.runtime.call(call.clone()).await;
        let second = self.guild.runtime.call(call).await;
        (
            self.guild.told(self.place, first).await,
            self.guild.told(self.place, second).await,
        )
    }

    /// So many presses at the same moment.
    pub async fn presses_at_once(&self, custom_id: &str, times: usize) -> Vec<Told> {
        let press = |_| {
            let custom_id = custom_id.into();
            let call = self.call(Input::Button { custom_id }, Origin::Component);
            let runtime = Arc::clone(&self.guild.runtime);
            tokio::spawn(async move { runtime.call(call).await })
        };
        let presses: Vec<_> = (0..times).map(press).collect();
        let mut told = Vec::new();
        for press in presses {
            let outcome = press.await.expect("no call panics");
            told.push(self.guild.told(self.place, outcome).await);
        }
        told
    }

    async fn does(&self, input: Input, origin: Origin) -> Told {
        let outcome = self.guild.runtime.call(self.call(input, origin)).await;
        self.guild.told(self.place, outcome).await
    }

    fn call(&self, input: Input, origin: Origin) -> Call {
        let id = self.guild.next.fetch_add(1, Ordering::Relaxed);
        let id = InteractionId::new(id).expect("not 0");
        Call {
            guild: self.place,
            plugin: raids(),
            cause: Cause::Interaction { id },
            input,
            actor: Some(Actor {
                member: Member {
                    roles: self.roles.iter().map(|&role| role_id(role)).collect(),
                    ..member(self.id, self.name, Permissions::SEND_MESSAGES)
                },
                standing: standing(self.rank, &self.held),
                pressed: None,
            }),
            interaction: Some(InteractionRef {
                id,
                token: "token".into(),
                channel: ChannelId::new(self.channel).expect("not 0"),
                locale: "en-US".into(),
                origin,
                private: true,
            }),
            start_before: None,
        }
    }
}
