//! Roles that a guild lets a plugin hand out.

use muster_core::call::{Call, CallOutcome, Input};
use muster_core::manifest::Manifest;
use muster_core::roles::{MinimumRole, RoleKey};
use muster_runtime::{CallState, DiscordError, Failure, Known};
use serde_json::json;

use crate::support::{ANN, GUILD, Host, MOD, MODERATOR, ORGANIZER, PING, manifest, member, user};

/// The test plugin, with a command for members of this rank.
fn with_command_for(rank: RoleKey) -> Manifest {
    let mut manifest = manifest().as_ref().clone();
    let command = manifest.commands.first_mut().expect("it has commands");
    "choose".clone_into(&mut command.name);
    command.minimum_role = MinimumRole::Rank(rank);
    manifest
}

/// Somebody uses the command and chooses the role.
fn choosing(host: &Host, who: u64, role: u64) -> Call {
    let option = json!({ "name": "role", "type": 8, "value": role.to_string() });
    let data = json!({ "options": [{ "name": "of", "type": 1, "options": [option] }] });
    Call {
        input: Input::Command {
            name: "choose".into(),
            data,
        },
        ..host.command(GUILD, who, "choose")
    }
}

async fn acting<T>(
    host: &Host,
    manifest: &Manifest,
    call: Call,
    act: impl FnOnce(&mut CallState) -> T,
) -> T {
    let mut known = Known::default();
    for raw in [ANN, MOD] {
        known.put_member(user(raw), Ok(Some(member(raw))));
    }
    let mut result = None;
    let outcome = host
        .runtime
        .call_native(
            &manifest.clone().into(),
            &call.into(),
            known,
            async |state| {
                result = Some(act(state));
                Ok(Ok::<(), Failure>(()))
            },
        )
        .await;
    assert!(matches!(outcome, Ok(CallOutcome::Done(_))), "{outcome:?}");
    result.expect("it ran")
}

fn refused(result: Result<(), DiscordError>, part: &str) {
    match result {
        Err(error) => assert!(error.to_string().contains(part), "{error}"),
        Ok(()) => panic!("{part}: not refused"),
    }
}

#[tokio::test]
async fn a_role_is_adopted_that_a_moderator_chose_in_a_command() {
    let host = Host::start().await;
    let manifest = with_command_for(RoleKey::Moderator);
    let adopt = |state: &mut CallState| state.role_adopt("ping/1", PING, "", "");
    let adopted = acting(&host, &manifest, choosing(&host, MOD, PING), adopt).await;
    assert_eq!(adopted, Ok(()));
}

#[tokio::test]
async fn what_nobody_of_rank_chose_is_not_adopted() {
    let host = Host::start().await;
    let adopt = |state: &mut CallState| state.role_adopt("ping/1", PING, "", "");
    let staff = with_command_for(RoleKey::Moderator);
    let other = acting(&host, &staff, choosing(&host, MOD, ORGANIZER), adopt).await;
    refused(other, "an option of its command names");
    let press = acting(&host, &staff, host.press(MOD, "zoo:hello"), adopt).await;
    refused(press, "only while its command is used");
    let lower = with_command_for(RoleKey::HeadOrganizer);
    let lower = acting(&host, &lower, choosing(&host, MOD, PING), adopt).await;
    refused(lower, "for moderators and above");
}

#[tokio::test]
async fn a_role_that_makes_staff_or_stands_too_high_is_not_adopted() {
    let host = Host::start().await;
    let manifest = with_command_for(RoleKey::Moderator);
    for (who, role, why) in [
        (MOD, ORGANIZER, "stands for `organizer`"),
        (MOD, MODERATOR, "not above"),
        // Ann's highest role is no higher. The door, which would not let her in, is not tested here.
        (ANN, PING, "below your own highest"),
    ] {
        let adopt = |state: &mut CallState| state.role_adopt("ping/1", role, "", "");
        let adopted = acting(&host, &manifest, choosing(&host, who, role), adopt).await;
        refused(adopted, why);
    }
}
