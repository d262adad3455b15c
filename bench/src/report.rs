//! All figures of one run: a table for people, and one JSON object for programs.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::boundary::Boundary;
use crate::hostile::Hostile;
use crate::joins::Joins;
use crate::quota::Quota;
use crate::simulator::Simulator;
use crate::start::Start;

/// What was measured; what was not asked for is absent.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What WebAssembly adds to a handler.
    pub boundary: Option<Boundary>,
    /// A crowd that joins a run.
    pub joins: Option<Joins>,
    /// The start of a bot, and its memory then.
    pub start: Option<Start>,
    /// A plugin that loops elsewhere.
    pub hostile: Option<Hostile>,
    /// Points for a crowd, and leaderboards.
    pub quota: Option<Quota>,
    /// The offline Discord with many guilds.
    pub simulator: Option<Simulator>,
}

/// What a figure should not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Goals {
    cpu_s_per_1000: f64,
    boundary_share: f64,
    start_to_ready_ms: f64,
    rss_idle_mib: f64,
    looping_p99_ms: f64,
    end_ms: f64,
    leaderboard_ms: f64,
}

const GOALS: Goals = Goals {
    cpu_s_per_1000: 1.0,
    boundary_share: 0.15,
    start_to_ready_ms: 500.0,
    rss_idle_mib: 80.0,
    looping_p99_ms: 150.0,
    end_ms: 250.0,
    leaderboard_ms: 50.0,
};

#[derive(Serialize)]
struct Json<'a> {
    boundary: Option<&'a Boundary>,
    join_end_to_end: Option<&'a Joins>,
    boundary_share: Option<f64>,
    start_to_ready_ms: Option<f64>,
    rss_idle_mib: Option<f64>,
    start: Option<&'a Start>,
    hostile: Option<&'a Hostile>,
    quota: Option<&'a Quota>,
    simulator: Option<&'a Simulator>,
    goals: Goals,
}

impl Report {
    /// The part of a whole press that the plugin boundary is.
    fn boundary_share(&self) -> Option<f64> {
        let press_us = self.joins.as_ref()?.cpu_s_per_1000 * 1e3;
        Some(self.boundary.as_ref()?.difference_us / press_us)
    }

    /// One line.
    pub fn json(&self) -> String {
        let json = Json {
            boundary: self.boundary.as_ref(),
            join_end_to_end: self.joins.as_ref(),
            boundary_share: self.boundary_share(),
            start_to_ready_ms: self.start.as_ref().map(|start| start.ready_ms),
            rss_idle_mib: self.start.as_ref().map(|start| start.rss_idle_mib),
            start: self.start.as_ref(),
            hostile: self.hostile.as_ref(),
            quota: self.quota.as_ref(),
            simulator: self.simulator.as_ref(),
            goals: GOALS,
        };
        let mut json = serde_json::to_value(&json).expect("numbers under names");
        round(&mut json);
        json.to_string()
    }

    /// A line for each figure, its goal beside it where there is one.
    pub fn table(&self) -> String {
        let mut table = Table::default();
        if let Some(boundary) = &self.boundary {
            let calls = boundary.calls;
            table.row(
                &format!("Join in a sandbox, CPU ({calls} calls)"),
                boundary.wasm_cpu_us,
                "us",
            );
            table.row(
                &format!("Join natively, CPU ({calls} calls)"),
                boundary.native_cpu_us,
                "us",
            );
            table.row(
                "the plugin boundary, CPU per call",
                boundary.difference_us,
                "us",
            );
        }
        if let Some(joins) = &self.joins {
            let what = format!(
                "host CPU per 1,000 Join presses ({} pressed)",
                joins.presses
            );
            table.judged(&what, joins.cpu_s_per_1000, "s", GOALS.cpu_s_per_1000);
            table.row(
                "of it until the last answer",
                joins.cpu_s_per_1000_until_answered,
                "s",
            );
            table.row("Join, whole answer, p50", joins.answer_p50_ms, "ms");
            table.row("Join, whole answer, p99", joins.answer_p99_ms, "ms");
            table.row(
                "members not told that they joined",
                f64::from(joins.errors),
                "",
            );
        }
        if let Some(share) = self.boundary_share() {
            let goal = GOALS.boundary_share * 100.0;
            table.judged("the boundary's share of a press", share * 100.0, "%", goal);
        }
        if let Some(start) = &self.start {
            let what = format!("start to ready, warm cache (median of {})", start.starts);
            table.judged(&what, start.ready_ms, "ms", GOALS.start_to_ready_ms);
            table.row("start to ready, plugins compiled anew", start.cold_ms, "ms");
            table.judged(
                "memory, idle in one guild",
                start.rss_idle_mib,
                "MiB",
                GOALS.rss_idle_mib,
            );
        }
        if let Some(joins) = &self.joins {
            table.row("memory after the crowd", joins.rss_after_mib, "MiB");
        }
        if let Some(hostile) = &self.hostile {
            let presses = hostile.presses;
            let what = format!("guild B's Join, p99, quiet ({presses} presses)");
            table.row(&what, hostile.quiet_p99_ms, "ms");
            let what = format!(
                "guild B's Join, p99, a plugin loops in guild A ({} loops)",
                hostile.loops
            );
            table.judged(&what, hostile.looping_p99_ms, "ms", GOALS.looping_p99_ms);
            table.row("the longest of these", hostile.looping_max_ms, "ms");
        }
        if let Some(quota) = &self.quota {
            table.quota(quota);
        }
        if let Some(simulator) = &self.simulator {
            table.simulator(simulator);
        }
        table.0
    }
}

/// Nobody wants to read more than four places after the point.
fn round(json: &mut Value) {
    match json {
        Value::Number(number) if number.is_f64() => {
            let exact = number.as_f64().unwrap_or(0.0);
            *json = ((exact * 1e4).round() / 1e4).into();
        }
        Value::Array(values) => values.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        _ => {}
    }
}

#[derive(Default)]
struct Table(String);

impl Table {
    fn row(&mut self, what: &str, value: f64, unit: &str) {
        self.line(what, value, unit, "");
    }

    fn quota(&mut self, quota: &Quota) {
        let what = format!("End of a run, points for {} included", quota.crowd);
        self.judged(&what, quota.end_max_ms, "ms", GOALS.end_ms);
        let what = format!("a leaderboard over {} events, of all time", quota.events);
        self.judged(&what, quota.leaderboard_max_ms, "ms", GOALS.leaderboard_ms);
        let slowest = quota.leaderboard_of_span_max_ms;
        self.judged(
            "the same, of a span of time",
            slowest,
            "ms",
            GOALS.leaderboard_ms,
        );
    }

    fn simulator(&mut self, simulator: &Simulator) {
        let (people, guilds) = (simulator.people, simulator.guilds);
        let what = format!("a command's answer, p99, {people} people in {guilds} guilds");
        self.row(&what, simulator.answer_p99_ms, "ms");
        self.row(
            "the simulator's part of a REST request, p99",
            simulator.rest_p99_ms,
            "ms",
        );
        self.row(
            "its memory before anybody acts",
            simulator.rss_peopled_mib,
            "MiB",
        );
        self.row("once its logs are full", simulator.rss_full_mib, "MiB");
        self.row("after more of the same", simulator.rss_after_mib, "MiB");
    }

    /// With its goal, and whether it is met.
    fn judged(&mut self, what: &str, value: f64, unit: &str, goal: f64) {
        let verdict = if value <= goal { "met" } else { "MISSED" };
        self.line(what, value, unit, &format!("goal {goal} {unit}, {verdict}"));
    }

    fn line(&mut self, what: &str, value: f64, unit: &str, remark: &str) {
        let line = format!("{what:<62} {value:>10.2} {unit:<4} {remark}");
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boundary() -> Boundary {
        Boundary {
            calls: 2000,
            wasm_cpu_us: 700.0,
            native_cpu_us: 600.0,
            difference_us: 100.000_04,
            difference_us_quartiles: [90.0, 110.0],
        }
    }

    #[test]
    fn what_was_not_measured_is_null_and_has_no_line() {
        let report = Report {
            boundary: Some(boundary()),
            ..Report::default()
        };
        let json: serde_json::Value = serde_json::from_str(&report.json()).expect("JSON");
        assert_eq!(json["boundary"]["calls"], 2000);
        assert_eq!(json["boundary"]["difference_us"], 100.0);
        assert!(json["boundary_share"].is_null() && json["hostile"].is_null());
        assert_eq!(report.table().lines().count(), 3);
    }

    #[test]
    fn a_missed_goal_is_shouted() {
        let mut table = Table::default();
        table.judged("start", 700.0, "ms", 500.0);
        assert!(table.0.ends_with("goal 500 ms, MISSED\n"), "{}", table.0);
    }
}
