//! **/audit**: who did what on this server, newest first; or all of it as a file for a spreadsheet.
//!
//! The list is private, so nobody but the asker can turn its pages, and whoever turns one passes the
//! door again.

use std::time::Duration;

use bytes::Bytes;
use muster_core::Timestamp;
use muster_core::answer::Answer;
use muster_core::ids::UserId;
use muster_core::manifest::HOST;
use muster_store::{AuditLine, AuditQuery};
use serde_json::{Value, json};

use super::option_type::{BOOLEAN, INTEGER, TEXT, USER};
use super::{Said, TRY_AGAIN, Then, Use, code, cut, option_spec, private, replaced};
use crate::rest::Upload;

/// Lines on one page.
const PAGE: u32 = 10;

/// Lines of one file: some megabytes, which Discord takes from every bot.
const MOST_EXPORTED: u32 = 20_000;

/// Lines that are read together for a file.
const BATCH: u32 = 1000;

/// Days that are shown if nobody says.
const DAYS: i64 = 30;

/// Characters of a text that is searched for: it has to fit the buttons' ids.
const MOST_TEXT: u64 = 32;

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) fn options() -> Vec<Value> {
    let mut action = option_spec(TEXT, "action", "Only this kind of deed");
    action["autocomplete"] = true.into();
    let mut text = option_spec(TEXT, "text", "Only lines that hold this");
    text["max_length"] = MOST_TEXT.into();
    let mut days = option_spec(INTEGER, "days", "How far back; 30 days if left out");
    days["min_value"] = 1.into();
    days["max_value"] = 365.into();
    vec![
        action,
        option_spec(USER, "user", "Only what they did, or what was done to them"),
        days,
        text,
        option_spec(BOOLEAN, "export", "As a file for a spreadsheet"),
    ]
}

pub(super) async fn suggest(used: &Use<'_>) -> Vec<String> {
    let actions = used.host.store.audit_actions(used.guild()).await;
    actions.unwrap_or_default()
}

pub(super) async fn run(used: &Use<'_>) -> Result<Said, String> {
    let now = used.host.store.clock().now();
    let days = used.option("days").and_then(Value::as_i64).unwrap_or(DAYS);
    let asked = Asked {
        until: now,
        days: u32::try_from(days.clamp(1, 365)).unwrap_or(1),
        user: used.text("user").and_then(|user| user.parse().ok()),
        action: used.text("action").map(|action| action.trim().to_owned()),
        text: used.text("text").map(|text| cut(text.trim(), 32)),
    };
    if used.option("export") == Some(&true.into()) {
        return export(used, &asked).await;
    }
    Ok(private(view(used, &asked, 0).await?).into())
}

/// Another page.
pub(super) async fn turn(used: &Use<'_>, rest: &str) -> Result<Answer, String> {
    let actions = used.host.store.audit_actions(used.guild()).await;
    let (page, asked) = Asked::read(rest, &actions.map_err(failed)?)
        .ok_or("This list is outdated. Use `/audit` again.")?;
    Ok(replaced(view(used, &asked, page).await?))
}

/// What somebody wants to see. It travels in the buttons, so a list can be paged after a restart, and
/// stays as of when it was asked for while new lines come in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    until: Timestamp,
    days: u32,
    user: Option<UserId>,
    action: Option<String>,
    text: Option<String>,
}

impl Asked {
    fn query(&self) -> AuditQuery {
        let span_ms = i64::from(self.days).saturating_mul(86_400_000);
        AuditQuery {
            action: self.action.clone(),
            user: self.user,
            text: self.text.clone(),
            since: Some(Timestamp::from_ms(
                self.until.as_ms().saturating_sub(span_ms),
            )),
            until: Some(self.until),
        }
    }

    /// `audit/<button>/<page>/<until>/<days>/<user>/<mark of the action>/<text>`, 100 characters at most.
    fn custom_id(&self, button: &str, page: u32) -> String {
        format!(
            "{HOST}:audit/{button}/{page}/{:x}/{}/{:x}/{}/{}",
            self.until.as_ms(),
            self.days,
            self.user.map_or(0, UserId::get),
            self.action.as_deref().map(mark).unwrap_or_default(),
            self.text.as_deref().unwrap_or_default()
        )
    }

    fn read(rest: &str, actions: &[String]) -> Option<(u32, Self)> {
        let mut parts = rest.splitn(7, '/');
        let _button = parts.next()?;
        let page = parts.next()?.parse().ok()?;
        let until = i64::from_str_radix(parts.next()?, 16).ok()?;
        let days = parts.next()?.parse().ok()?;
        let user = u64::from_str_radix(parts.next()?, 16).ok()?;
        let action = match parts.next()? {
            "" => None,
            wanted => Some(
                actions
                    .iter()
                    .find(|action| mark(action) == wanted)?
                    .clone(),
            ),
        };
        let text = parts.next()?;
        let asked = Self {
            until: Timestamp::from_ms(until),
            days,
            user: UserId::new(user),
            action,
            text: (!text.is_empty()).then(|| text.to_owned()),
        };
        Some((page, asked))
    }
}

/// An action in eight characters: names are too long for a button's id (FNV-1a, 32 bits).
fn mark(action: &str) -> String {
    let hash = action.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    format!("{hash:08x}")
}

fn failed(error: muster_store::StoreError) -> String {
    tracing::error!(%error, "the audit could not be read");
    TRY_AGAIN.into()
}

async fn view(used: &Use<'_>, asked: &Asked, page: u32) -> Result<Value, String> {
    let (store, guild, query) = (&used.host.store, used.guild(), asked.query());
    let count = store
        .count_audit_lines(guild, &query)
        .await
        .map_err(failed)?;
    let last = count.div_ceil(PAGE).saturating_sub(1);
    let page = page.min(last);
    let lines = store.audit_lines(guild, &query, page * PAGE, PAGE);
    let lines = lines.await.map_err(failed)?;
    Ok(draw(asked, &lines, page, last, count))
}

fn draw(asked: &Asked, lines: &[AuditLine], page: u32, last: u32, count: u32) -> Value {
    let text: Vec<String> = lines.iter().map(line).collect();
    let text = match text.is_empty() {
        true => "Nothing fits. Ask for more `days`, or for less.".to_owned(),
        false => text.join("\n"),
    };
    let button = |label: &str, id: &str, to: Option<u32>| {
        let custom_id = asked.custom_id(id, to.unwrap_or(page));
        json!({ "type": 2, "style": 2, "label": label, "custom_id": custom_id, "disabled": to.is_none() })
    };
    let components = match last {
        0 => json!([]),
        _ => json!([{ "type": 1, "components": [
            button("⏮ Newest", "first", (page > 0).then_some(0)),
            button("◀ Newer", "newer", page.checked_sub(1)),
            button("Older ▶", "older", (page < last).then_some(page + 1)),
            button("Oldest ⏭", "last", (page < last).then_some(last)),
        ] }]),
    };
    let footer = format!(
        "Page {} of {} · {count} lines of {} days",
        page + 1,
        last + 1,
        asked.days
    );
    json!({
        "embeds": [{ "title": "Audit", "description": text, "footer": { "text": footer } }],
        "components": components,
    })
}

fn line(line: &AuditLine) -> String {
    let actor = line
        .actor
        .map_or_else(|| code(&line.source), |actor| format!("<@{actor}>"));
    let subject = match line.subject.rsplit_once(':') {
        Some(("user" | "member", id)) if id.parse::<u64>().is_ok() => format!("<@{id}>"),
        _ => code(&cut(&line.subject, 80)),
    };
    let details = match line.meta.as_object() {
        Some(meta) if !meta.is_empty() => format!(" {}", code(&cut(&line.meta.to_string(), 100))),
        _ => String::new(),
    };
    format!(
        "<t:{}:f> {actor} **{}** {subject}{details}",
        line.at.as_seconds(),
        cut(&line.action.replace(['*', '_', '`'], ""), 64)
    )
}

async fn export(used: &Use<'_>, asked: &Asked) -> Result<Said, String> {
    let (store, guild, query) = (&used.host.store, used.guild(), asked.query());
    let mut csv = String::from("time,actor_id,source,action,subject,meta\r\n");
    let mut count = 0;
    while count < MOST_EXPORTED {
        let lines = store.audit_lines(guild, &query, count, BATCH);
        let lines = lines.await.map_err(failed)?;
        lines.iter().for_each(|line| row(&mut csv, line));
        count += u32::try_from(lines.len()).unwrap_or(BATCH);
        if lines.len() < BATCH as usize {
            break;
        }
    }
    let cut_off = match count >= MOST_EXPORTED {
        true => " The file holds the newest; ask for fewer `days` to see the rest.",
        false => "",
    };
    let day = asked
        .until
        .as_ms()
        .div_euclid(i64::try_from(DAY.as_millis()).unwrap_or(1));
    Ok(Said {
        answer: private(
            json!({ "content": format!("{count} lines of {} days.{cut_off}", asked.days) }),
        ),
        then: Then::Send(Upload {
            name: format!("audit-{}.csv", date(day)),
            content: Bytes::from(csv),
        }),
    })
}

/// One record ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).
fn row(csv: &mut String, line: &AuditLine) {
    let time = {
        let ms = line.at.as_ms();
        let (day, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000) / 1000);
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        format!("{}T{hour:02}:{minute:02}:{second:02}Z", date(day))
    };
    let actor = line
        .actor
        .map(|actor| actor.to_string())
        .unwrap_or_default();
    let meta = line.meta.to_string();
    let fields = [
        &time,
        &actor,
        &line.source,
        &line.action,
        &line.subject,
        &meta,
    ];
    let fields = fields.map(|field| quoted(field));
    csv.push_str(&fields.join(","));
    csv.push_str("\r\n");
}

/// A field, quoted where it must be. What a spreadsheet would take for a formula begins with an apostrophe
/// ([OWASP, "CSV Injection"](https://owasp.org/www-community/attacks/CSV_Injection)).
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let field = match is_formula {
        true => format!("'{field}"),
        false => field.to_owned(),
    };
    match field.contains([',', '"', '\r', '\n']) || is_formula {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}

/// The date of a day since 1970, as `2026-01-31`
/// ([Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"](https://howardhinnant.github.io/date_algorithms.html#civil_from_days)).
fn date(day: i64) -> String {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            until: Timestamp::from_ms(1_795_000_000_000),
            days: 365,
            user: UserId::new(u64::MAX),
            action: Some("guild.roles.set".into()),
            text: Some("a/b".repeat(10)),
        }
    }

    #[test]
    fn what_was_asked_travels_in_a_button() {
        let actions = ["plugin.enable".to_owned(), "guild.roles.set".to_owned()];
        let id = asked().custom_id("older", 1999);
        assert!(id.chars().count() <= 100, "{id}");
        let rest = id.strip_prefix("host:audit/").expect("ours");
        assert_eq!(Asked::read(rest, &actions), Some((1999, asked())));
        assert_eq!(Asked::read(rest, &actions[..1]), None);
        assert_eq!(Asked::read("older/x", &actions), None);
    }

    #[test]
    fn the_buttons_of_a_page_differ_and_lead_where_they_say() {
        let view = draw(&asked(), &[], 1, 2, 25);
        let buttons = view["components"][0]["components"]
            .as_array()
            .expect("buttons");
        let ids: std::collections::BTreeSet<&str> = buttons
            .iter()
            .filter_map(|b| b["custom_id"].as_str())
            .collect();
        assert_eq!(ids.len(), 4);
        assert_eq!(draw(&asked(), &[], 0, 0, 3)["components"], json!([]));
    }

    #[test]
    fn a_record_is_quoted_and_no_formula() {
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(quoted("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
        for formula in ["=1+1", "+1", "-1", "@sum", "\tx"] {
            assert_eq!(quoted(formula), format!("\"'{formula}\""));
        }
        let mut csv = String::new();
        let line = AuditLine {
            at: Timestamp::from_ms(1_709_210_096_000),
            source: "acme".into(),
            actor: None,
            action: "note.add".into(),
            subject: "=cmd|' /C calc'!A0".into(),
            meta: json!({ "n": 1 }),
        };
        row(&mut csv, &line);
        assert_eq!(
            csv,
            "2024-02-29T12:34:56Z,,acme,note.add,\"'=cmd|' /C calc'!A0\",\"{\"\"n\"\":1}\"\r\n"
        );
    }

    #[test]
    fn days_have_dates() {
        for (day, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
        ] {
            assert_eq!(date(day), text);
        }
    }
}
