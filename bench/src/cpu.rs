//! CPU time and memory, of this process and of others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

/// What the kernel counts CPU time in: `USER_HZ`, which is 100 on every architecture that Rust's
/// standard library runs on ([proc_pid_stat(5)](https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html)).
const TICK: Duration = Duration::from_millis(10);

/// CPU time that all threads of this process have used.
#[cfg(unix)]
pub fn of_this_process() -> Result<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanos) = (u64::try_from(time.tv_sec)?, u32::try_from(time.tv_nsec)?);
    Ok(Duration::new(seconds, nanos))
}

/// CPU time that all threads of this process have used.
#[cfg(not(unix))]
pub fn of_this_process() -> Result<Duration> {
    anyhow::bail!("CPU time is measured on Unix only")
}

/// What a process has used so far. Linux only.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// All its threads, those that have ended included; in steps of 10 ms.
    pub cpu: Duration,
    /// Threads that live, by kind.
    pub threads: BTreeMap<String, Duration>,
    /// How often a thread that lives gave the processor up, or had it taken away.
    pub switches: u64,
}

impl Usage {
    /// What this process has used.
    pub fn of(pid: u32) -> Result<Self> {
        let folder = format!("/proc/{pid}");
        let folder = Path::new(&folder);
        let cpu = read_stat(&folder.join("stat"))?;
        let mut usage = Self {
            cpu,
            ..Self::default()
        };
        let tasks = folder.join("task");
        for task in fs::read_dir(&tasks).with_context(|| format!("reading {}", tasks.display()))? {
            let task = task?.path();
            let read = |name| fs::read_to_string(task.join(name));
            // A thread may end while it is looked at.
            let (Ok(name), Ok(schedule), Ok(status)) =
                (read("comm"), read("schedstat"), read("status"))
            else {
                continue;
            };
            let spent = parse_schedstat(&schedule).unwrap_or_default();
            *usage.threads.entry(kind_of(name.trim())).or_default() += spent;
            let count = |key| number_after(&status, key).unwrap_or(0);
            usage.switches +=
                count("voluntary_ctxt_switches:") + count("nonvoluntary_ctxt_switches:");
        }
        Ok(usage)
    }

    /// What was used since `before`.
    pub fn since(&self, before: &Self) -> Self {
        let threads = self.threads.iter().map(|(name, cpu)| {
            let earlier = before.threads.get(name).copied().unwrap_or_default();
            (name.clone(), cpu.saturating_sub(earlier))
        });
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            threads: threads.collect(),
            switches: self.switches.saturating_sub(before.switches),
        }
    }
}

/// What of a process is in memory now, in KiB. Linux only.
pub fn resident_kib(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    number_after(&status, "VmRSS:").with_context(|| format!("{path} says nothing of VmRSS"))
}

fn read_stat(path: &Path) -> Result<Duration> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    parse_stat(&text).with_context(|| format!("{} is not as expected", path.display()))
}

/// CPU time: the 14th and 15th field.
fn parse_stat(text: &str) -> Option<Duration> {
    // The second field, a name in parentheses, may hold anything, closing parentheses too.
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

/// CPU time of a thread, to the nanosecond
/// ([Linux, "Scheduler Statistics"](https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat)).
fn parse_schedstat(text: &str) -> Option<Duration> {
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

/// `sqlx-sqlite-worker-3` is a `sqlx-sqlite-worker`.
fn kind_of(name: &str) -> String {
    name.trim_end_matches(|last: char| last.is_ascii_digit() || last == '-')
        .to_owned()
}

fn number_after(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let stat = "42 (a) (b)) S 1 42 42 0 -1 4194560 971 0 0 0 7 5 0 0 20 0 9 0 1234 5678 90";
        assert_eq!(parse_stat(stat), Some(Duration::from_millis(120)));
        assert_eq!(
            parse_schedstat("1500 20 3\n"),
            Some(Duration::from_nanos(1500))
        );
    }

    #[test]
    fn threads_of_one_kind_count_together() {
        assert_eq!(kind_of("sqlx-sqlite-wor"), "sqlx-sqlite-wor");
        assert_eq!(kind_of("worker-12"), "worker");
    }

    #[test]
    fn memory_is_read_by_its_key() {
        assert_eq!(
            number_after("VmHWM:\t 9 kB\nVmRSS:\t   1234 kB\n", "VmRSS:"),
            Some(1234)
        );
    }
}
