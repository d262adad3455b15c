//! What `/run` offers while a dungeon is being typed: the guild's latest ones, then what fits.

use muster_dungeons::search;
use muster_sdk::message::Choice;
use muster_sdk::{Ctx, Failure, Typing};

use crate::queries;

/// Dungeons for what was typed. The database is asked only before the first letter.
pub fn dungeons(ctx: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    let recents = match typing.text.trim() {
        "" => queries::list_recent_dungeons(ctx)?,
        _ => Vec::new(),
    };
    let found = search(&typing.text, &recents).into_iter();
    Ok(found
        .map(|dungeon| Choice::new(dungeon.label, dungeon.key))
        .collect())
}

#[cfg(test)]
mod tests {
    use muster_sdk::Plugin as _;
    use muster_sdk::testing::TestHost;

    use crate::Plugin;

    /// What is offered by a host that has no database.
    fn offered(typed: &str) -> Result<Vec<String>, muster_sdk::Failure> {
        let mut host = TestHost::default();
        let data = serde_json::json!({ "options": [
            { "name": "dungeon", "type": 3, "value": typed, "focused": true },
        ]});
        Plugin::suggest(&mut host.ctx(), "run", &data.to_string())?;
        let (_, choices) = host.answer().expect("choices");
        let choices = choices.as_array().expect("a list").iter();
        Ok(choices
            .map(|choice| choice["value"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    #[test]
    fn the_database_is_asked_only_before_the_first_letter() {
        assert_eq!(
            offered("lh").as_deref().map(<[String]>::first),
            Ok(Some(&"LOST_HALLS".into()))
        );
        assert_eq!(offered("qqqqqq"), Ok(Vec::new()));
        assert!(offered(" ").is_err());
    }
}
