//! Bots written with other people's libraries, and the people who use them.
//!
//! `discord_js/` and `discord_py/` hold the same small bot twice, as anybody would write it; nothing in them knows of
//! the playground but its address. [`Client`] starts one of them, and its functions are what people do with it.

mod acts;
mod outages;

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use muster_playground::{
    Config, GuildHandle, GuildSpec, MemberSpec, Permissions, Persona, Playground, RateLimits,
    RateRule, RoleSpec,
};
use muster_test_tools::{Project, Step};

/// Messages that a bot may post in a channel, and in how many milliseconds: numbers that no client can know before it
/// reads them from the headers.
const POSTS: (u32, i64) = (2, 400);

/// The tools of the bot in `folder`; `None`, with the reason printed, where npm or PyPI cannot be reached.
pub fn installed(folder: &str, install: &'static [Step], within: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    Project::new(folder, install).kept(Path::new(within))
}

/// A bot that runs as a program of its own, logged in at a playground.
pub struct Client {
    playground: Playground,
    guild: GuildHandle,
    ann: Persona,
    program: Child,
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Client {
    /// Starts the program, and waits until it is logged in and has registered its commands.
    ///
    /// # Panics
    /// If it does not get so far.
    pub async fn start(mut program: Command) -> Self {
        let mut rate_limits = RateLimits::default();
        let posts = rate_limits
            .rules
            .iter_mut()
            .find(|rule| rule.name == "message-create")
            .expect("a rule for messages");
        *posts = RateRule {
            limit: muster_playground::Limit::new(POSTS.0, POSTS.1),
            ..posts.clone()
        };
        let playground = Playground::start(Config {
            rate_limits,
            ..Config::default()
        })
        .await
        .expect("a playground");
        let guild = playground.add_guild(&club()).expect("a guild");
        let program = program
            .env("BASE_URL", playground.base_url())
            .env("DISCORD_TOKEN", playground.token())
            .spawn()
            .expect("the program was installed");
        let client = Self {
            ann: guild.member("Ann"),
            playground,
            guild,
            program,
        };
        client
            .playground
            .wait_for_session()
            .await
            .expect("it logs in");
        for name in ["greet", "post", "Wave"] {
            client
                .playground
                .wait_for_command(name)
                .await
                .expect("it registers its commands");
        }
        client
    }

    /// What no client may get while all is well: an answer of 4xx or 5xx, but for those that a test asked for.
    fn no_request_was_refused(&self, but: &[u16]) {
        let refused: Vec<String> = self
            .playground
            .requests()
            .iter()
            .filter(|request| request.status >= 400 && !but.contains(&request.status))
            .map(|request| {
                format!(
                    "{} {}: {} {:?}",
                    request.method, request.path, request.status, request.error
                )
            })
            .collect();
        assert!(refused.is_empty(), "{refused:#?}");
    }
}

/// Ann and Ben, a role and a channel to choose.
fn club() -> GuildSpec {
    let member = |name: &str| MemberSpec {
        name: name.to_owned(),
        ..MemberSpec::default()
    };
    GuildSpec {
        members: vec![member("Ann"), member("Ben")],
        roles: vec![RoleSpec {
            name: "Gardener".to_owned(),
            permissions: Permissions::NONE,
            ..RoleSpec::default()
        }],
        ..GuildSpec::named("Garden Club")
    }
}
