//! What is offered while an option is being typed.

use muster_dungeons::{resolve, search};
use muster_sdk::message::Choice;
use muster_sdk::{Ctx, Failure, Typing};

use crate::dates;
use crate::queries::archive;

/// Dungeons for what was typed.
pub fn dungeons(_: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    Ok(offered(&typing.text))
}

/// The same, and for `key_type` the keys of the dungeon that was chosen.
pub fn dungeons_and_keys(_: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    if typing.option != "key_type" {
        return Ok(offered(&typing.text));
    }
    let chosen = typing.command.find_text("dungeon");
    let dungeon = chosen.as_deref().and_then(resolve);
    let keys = dungeon.map_or(&[][..], |dungeon| dungeon.keys).iter();
    let typed = typing.text.to_lowercase();
    Ok(keys
        .map(|asked| asked.reaction)
        .filter(|key| {
            key.name.to_lowercase().contains(&typed) || key.label.to_lowercase().contains(&typed)
        })
        .map(|key| Choice::new(key.name, key.key))
        .collect())
}

/// The periods of the role that was chosen, the latest first.
pub fn periods(ctx: &mut Ctx, typing: Typing) -> Result<Vec<Choice>, Failure> {
    const OFFERED: i64 = 25;
    let Some(role) = typing.command.find_role("role") else {
        return Ok(Vec::new());
    };
    let ends = archive::list_ends(ctx, role, OFFERED)?;
    let choice = |(nth, period): (i64, crate::period::Ended)| {
        let (start, end) = (dates::written(period.start), dates::written(period.end));
        Choice::new(format!("{nth}: {start} to {end}"), nth)
    };
    let typed = typing.text.trim();
    let fits = |(nth, _): &(i64, crate::period::Ended)| nth.to_string().starts_with(typed);
    Ok((1..).zip(ends).filter(fits).map(choice).collect())
}

fn offered(typed: &str) -> Vec<Choice> {
    const NONE: [&str; 0] = [];
    search(typed, &NONE)
        .into_iter()
        .map(|dungeon| Choice::new(dungeon.label, dungeon.key))
        .collect()
}

#[cfg(test)]
mod tests {
    use muster_sdk::testing::TestHost;
    use serde_json::{Value, json};

    use super::*;

    fn typing(options: Value) -> Typing {
        let data = json!({ "options": options }).to_string();
        Typing::read(&TestHost::default().ctx(), "logkey", &data).expect("Discord's shape")
    }

    #[test]
    fn keys_are_those_of_the_chosen_dungeon() {
        let options = json!([
            { "name": "dungeon", "type": 3, "value": "ORYX_3" },
            { "name": "key_type", "type": 3, "value": "rune", "focused": true },
        ]);
        let mut host = TestHost::default();
        let keys = dungeons_and_keys(&mut host.ctx(), typing(options)).expect("no database");
        assert_eq!(keys.len(), 3, "{keys:?}");
        let alone = json!([{ "name": "key_type", "type": 3, "value": "", "focused": true }]);
        assert_eq!(
            dungeons_and_keys(&mut host.ctx(), typing(alone)),
            Ok(Vec::new())
        );
    }
}
