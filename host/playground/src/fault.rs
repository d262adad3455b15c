//! Faults on demand: what goes wrong between a bot and Discord, once or for as long as it is asked.

use std::time::Duration;

use crate::rate_limit::route_matches;

/// What happens to a REST request.
#[derive(Clone, Debug, PartialEq)]
pub enum RestFault {
    /// Answered with this status (403, 500, 502, 503) and nothing done.
    Status(u16),
    /// Answered 429 though no limit was reached.
    RateLimited {
        /// Which kind of limit is claimed.
        scope: LimitScope,
        /// Seconds to wait.
        retry_after_s: f64,
    },
    /// The connection is reset, and nothing was done.
    ResetBefore,
    /// Everything was done, and the connection is reset instead of an answer.
    ResetAfter,
    /// The answer comes later, by the playground's clock.
    Latency(Duration),
    /// The answer carries a rate limit header that is no number.
    MalformedLimitHeader,
}

/// `X-RateLimit-Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitScope {
    /// This bot on this bucket.
    User,
    /// This bot on everything.
    Global,
    /// Somebody else used up the resource.
    Shared,
}

impl LimitScope {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Global => "global",
            Self::Shared => "shared",
        }
    }
}

#[derive(Debug)]
struct Planned {
    id: u64,
    route: String,
    fault: RestFault,
    left: u32,
}

/// Faults that are planned or in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rest: Vec<Planned>,
    next: u64,
    pub gateway: GatewayFaults,
}

/// What is wrong with the gateway.
#[derive(Debug, Default)]
pub(crate) struct GatewayFaults {
    pub withhold_hello: bool,
    pub ignore_heartbeats: bool,
    pub ready_delay: Duration,
}

impl Faults {
    pub(crate) fn plan(&mut self, route: &str, fault: RestFault, times: u32) -> u64 {
        self.next += 1;
        self.rest.push(Planned {
            id: self.next,
            route: route.to_owned(),
            fault,
            left: times,
        });
        self.next
    }

    pub(crate) fn cancel(&mut self, id: u64) {
        self.rest.retain(|planned| planned.id != id);
    }

    pub(crate) fn clear(&mut self) {
        self.rest.clear();
        self.gateway = GatewayFaults::default();
    }

    /// The fault that hits this request, if any. Latency is apart: it may come with another fault.
    pub(crate) fn strike(&mut self, method: &str, template: &str) -> Strike {
        let mut strike = Strike::default();
        if self.rest.is_empty() {
            return strike;
        }
        for planned in &mut self.rest {
            if planned.left == 0 || !route_matches(&planned.route, method, template) {
                continue;
            }
            match &planned.fault {
                RestFault::Latency(span) if strike.latency.is_zero() => strike.latency = *span,
                RestFault::Latency(_) => continue,
                fault if strike.fault.is_none() => strike.fault = Some(fault.clone()),
                _ => continue,
            }
            planned.left -= 1;
        }
        self.rest.retain(|planned| planned.left > 0);
        strike
    }

    /// What is planned or in force, for the operator.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let rest = self.rest.iter().map(|planned| {
            serde_json::json!({
                "route": planned.route, "fault": format!("{:?}", planned.fault), "left": planned.left,
            })
        });
        serde_json::json!({
            "rest": rest.collect::<serde_json::Value>(),
            "withhold_hello": self.gateway.withhold_hello,
            "ignore_heartbeats": self.gateway.ignore_heartbeats,
            "ready_delay_ms": self.gateway.ready_delay.as_millis() as u64,
        })
    }

    /// How many planned REST faults have not struck yet.
    pub(crate) fn pending(&self) -> usize {
        self.rest.len()
    }
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Strike {
    pub fault: Option<RestFault>,
    pub latency: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_planned_and_only_its_route() {
        let mut faults = Faults::default();
        faults.plan("GET /gateway", RestFault::Status(500), 1);
        assert_eq!(faults.strike("GET", "/gateway/bot"), Strike::default());
        assert_eq!(
            faults.strike("GET", "/gateway").fault,
            Some(RestFault::Status(500))
        );
        assert_eq!(faults.strike("GET", "/gateway").fault, None);
    }
}
