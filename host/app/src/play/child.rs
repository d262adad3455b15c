//! The bot as a child process: started, told the time, killed, started again.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use muster_playground::Clock;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot, watch};

use crate::config::LogFormat;
use crate::run::{CLOCK, READY};
use crate::story::Narrator;

/// How often in a row the bot may end before it was ready.
const FALSE_STARTS: u32 = 3;

/// A stop may take so long before it becomes a kill.
const STOP_WITHIN: Duration = Duration::from_secs(12);

/// Variables that must not reach the child: its Discord is the playground, whatever the operator uses.
const NOT_INHERITED: [&str; 6] = [
    "DISCORD_TOKEN",
    "DISCORD_TOKEN_FILE",
    "DISCORD_API_BASE",
    "MUSTER_DISCORD_API_BASE",
    "MUSTER_HOST_DATABASE",
    "MUSTER_CONFIG",
];

/// How the bot is started.
#[derive(Clone)]
pub struct Launch {
    /// The `plugins.toml` that was read.
    pub config: Option<PathBuf>,
    /// The database.
    pub database: PathBuf,
    /// The playground's REST API.
    pub api_base: String,
    /// The playground's token.
    pub token: String,
    /// The log's filter.
    pub log: String,
    /// The log's form.
    pub log_format: LogFormat,
}

/// What the bot is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostState {
    /// Starting, or starting again.
    Starting,
    /// Connected, with its commands registered.
    Ready {
        /// The process.
        pid: u32,
    },
    /// It does not start; why.
    BeyondHelp(String),
}

enum Order {
    Kill(oneshot::Sender<()>),
    Restart(oneshot::Sender<()>),
    Stop(oneshot::Sender<()>),
}

/// The bot's process, whichever it is at present. Cheap to clone; dropping all clones kills it.
#[derive(Clone)]
pub struct HostProcess {
    orders: mpsc::UnboundedSender<Order>,
    state: watch::Receiver<HostState>,
}

impl HostProcess {
    /// Starts the bot, and starts it again whenever it ends.
    pub fn start(launch: Launch, clock: Clock, narrator: Narrator) -> Self {
        let (orders, taken) = mpsc::unbounded_channel();
        let (state, shown) = watch::channel(HostState::Starting);
        let keeper = Keeper {
            launch,
            clock,
            narrator,
            orders: taken,
            state: Arc::new(state),
        };
        tokio::spawn(keeper.run());
        Self {
            orders,
            state: shown,
        }
    }

    /// Waits until the bot is connected.
    ///
    /// # Errors
    /// It does not start.
    pub async fn until_ready(&self) -> Result<u32> {
        let mut state = self.state.clone();
        let settled = state.wait_for(|state| *state != HostState::Starting).await;
        match settled.context("the bot's keeper has ended")?.clone() {
            HostState::Ready { pid } => Ok(pid),
            HostState::BeyondHelp(why) => bail!(why),
            HostState::Starting => bail!("the bot is starting"),
        }
    }

    /// Waits until the bot cannot be started any more, which is an error.
    ///
    /// # Errors
    /// Always.
    pub async fn until_beyond_help<T>(&self) -> Result<T> {
        let mut state = self.state.clone();
        let hopeless = |state: &HostState| matches!(state, HostState::BeyondHelp(_));
        match state.wait_for(hopeless).await.as_deref() {
            Ok(HostState::BeyondHelp(why)) => bail!(why.clone()),
            _ => bail!("the bot's keeper has ended"),
        }
    }

    /// Kills the bot as a power cut would (SIGKILL), and says whether there was anything to kill.
    pub async fn kill(&self) -> bool {
        let (done, killed) = oneshot::channel();
        self.orders.send(Order::Kill(done)).is_ok() && killed.await.is_ok()
    }

    /// Stops the bot in good order; it is started again. The caller waits until it is ready.
    pub async fn restart(&self) {
        let (done, stopped) = oneshot::channel();
        if self.orders.send(Order::Restart(done)).is_ok() {
            // Gone before it was told: it is being started anyway.
            let _ = stopped.await;
        }
    }

    /// Stops the bot, and waits for it.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.orders.send(Order::Stop(done)).is_ok() {
            // Gone before it was told: stopped all the same.
            let _ = stopped.await;
        }
    }
}

struct Keeper {
    launch: Launch,
    clock: Clock,
    narrator: Narrator,
    orders: mpsc::UnboundedReceiver<Order>,
    state: Arc<watch::Sender<HostState>>,
}

/// Why a process is no more.
enum End {
    Killed,
    Stopped,
    ByItself(String),
}

impl Keeper {
    async fn run(mut self) {
        let mut false_starts = 0;
        loop {
            self.state.send_replace(HostState::Starting);
            let end = match self.spawn() {
                Ok(child) => self.attend(child).await,
                Err(error) => End::ByItself(format!("{error:#}")),
            };
            let was_ready = matches!(&*self.state.borrow(), HostState::Ready { .. });
            match end {
                End::Stopped => return,
                End::Killed => false_starts = 0,
                End::ByItself(how) => {
                    false_starts = if was_ready { 0 } else { false_starts + 1 };
                    if false_starts >= FALSE_STARTS {
                        let why =
                            format!("the bot does not start ({how}); what it says stands above");
                        self.state.send_replace(HostState::BeyondHelp(why));
                        return self.refuse_orders().await;
                    }
                    self.narrator.line(&format!(
                        "   (the bot ended by itself: {how}; it is started again)"
                    ));
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    fn spawn(&self) -> Result<Child> {
        let program = std::env::current_exe().context("this program cannot be found again")?;
        let mut command = Command::new(program);
        for name in NOT_INHERITED {
            command.env_remove(name);
        }
        if let Some(config) = &self.launch.config {
            command.env("MUSTER_CONFIG", config);
        }
        let format = match self.launch.log_format {
            LogFormat::Pretty => "pretty",
            LogFormat::Json => "json",
        };
        command
            .arg("host")
            .args(["--clock-offset-ms", &self.clock.offset().to_string()])
            .args(["--log", &self.launch.log, "--log-format", format])
            .env("DISCORD_TOKEN", &self.launch.token)
            .env("DISCORD_API_BASE", &self.launch.api_base)
            .env("MUSTER_HOST_DATABASE", &self.launch.database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl-C in the terminal is for the playground, which then stops the bot.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().context("the bot cannot be started")
    }

    /// Stays with one process to its end.
    async fn attend(&mut self, mut child: Child) -> End {
        let pid = child.id().unwrap_or(0);
        let mut stdin = child.stdin.take();
        let mut lines = child
            .stdout
            .take()
            .map(|stdout| BufReader::new(stdout).lines());
        let mut offset = self.clock.subscribe();
        offset.mark_changed();
        loop {
            tokio::select! {
                status = child.wait() => {
                    return End::ByItself(status.map_or_else(|error| error.to_string(), |status| status.to_string()));
                }
                line = next_line(&mut lines) => match line {
                    Some(line) if line == READY => {
                        self.state.send_replace(HostState::Ready { pid });
                    }
                    Some(line) => self.narrator.line(&line),
                    None => lines = None,
                },
                moved = offset.changed() => {
                    if moved.is_ok() {
                        let ms = *offset.borrow_and_update();
                        tell_clock(&mut stdin, ms).await;
                    }
                }
                order = self.orders.recv() => match order {
                    Some(Order::Kill(done)) => {
                        self.state.send_replace(HostState::Starting);
                        self.narrator.line("   (the bot is killed)");
                        // Killing what has just ended is no error worth telling.
                        let _ = child.kill().await;
                        let _ = done.send(());
                        return End::Killed;
                    }
                    Some(Order::Restart(done)) => {
                        self.state.send_replace(HostState::Starting);
                        self.narrator.line("   (the bot restarts)");
                        stop(child, stdin).await;
                        let _ = done.send(());
                        return End::Killed;
                    }
                    Some(Order::Stop(done)) => {
                        stop(child, stdin).await;
                        let _ = done.send(());
                        return End::Stopped;
                    }
                    None => {
                        stop(child, stdin).await;
                        return End::Stopped;
                    }
                },
            }
        }
    }

    async fn refuse_orders(&mut self) {
        while let Some(order) = self.orders.recv().await {
            match order {
                Order::Stop(done) => {
                    let _ = done.send(());
                }
                Order::Kill(done) | Order::Restart(done) => drop(done),
            }
        }
    }
}

async fn next_line(lines: &mut Option<Lines<BufReader<ChildStdout>>>) -> Option<String> {
    match lines {
        Some(lines) => lines.next_line().await.ok().flatten(),
        None => std::future::pending().await,
    }
}

async fn tell_clock(stdin: &mut Option<ChildStdin>, offset_ms: i64) {
    let Some(pipe) = stdin else { return };
    if pipe
        .write_all(format!("{CLOCK}{offset_ms}\n").as_bytes())
        .await
        .is_err()
    {
        // It is ending; `wait` tells in a moment.
        *stdin = None;
    }
}

/// The end of its standard input is the child's order to stop.
async fn stop(mut child: Child, stdin: Option<ChildStdin>) {
    drop(stdin);
    if tokio::time::timeout(STOP_WITHIN, child.wait())
        .await
        .is_err()
    {
        let _ = child.kill().await;
    }
}
