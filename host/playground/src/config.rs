//! What a playground can be told at its start: the application it plays Discord for, the limits in
//! force, and how to read what Discord's documentation leaves open.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::id::{ApplicationId, UserId};
use crate::inspect::Inspect;
use crate::rate_limit::RateLimits;
use crate::rule::Lenient;

/// Settings of a playground. `Config::default()` is strict and needs nothing.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Anything but a loopback address is refused. Port 0 takes a free one.
    pub address: SocketAddr,
    /// A second address, where the page alone is served, for a browser on another machine. Bots are
    /// not served there.
    pub page_address: Option<SocketAddr>,
    /// The application and its bot user.
    pub application: ApplicationConfig,
    /// The gateway's numbers.
    pub gateway: GatewayConfig,
    /// Rate limits in force.
    pub rate_limits: RateLimits,
    /// How to read what the documentation leaves open.
    pub switches: Switches,
    /// Rules of Discord that are not kept; none by default.
    pub lenient: Lenient,
    /// How many requests and gateway frames the logs keep.
    pub log_entries: usize,
    /// Request bodies are kept in the log up to this many bytes.
    pub log_body_bytes: usize,
    /// All request bodies in the log together.
    pub log_bytes: usize,
    /// How many messages are kept, over all channels; the oldest are forgotten.
    pub messages_kept: usize,
    /// How many bytes of attached files are kept; the oldest can no longer be fetched.
    pub file_bytes: usize,
    /// How much real time `wait_*` functions allow before they give up, so that no test hangs.
    pub patience: Duration,
    /// Judges every REST call and every event; what it says stands in the log.
    pub inspector: Option<Arc<dyn Inspect>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            page_address: None,
            application: ApplicationConfig::default(),
            gateway: GatewayConfig::default(),
            rate_limits: RateLimits::default(),
            switches: Switches::default(),
            lenient: Lenient::default(),
            log_entries: 20_000,
            log_body_bytes: 8 * 1024,
            log_bytes: 16 * 1024 * 1024,
            messages_kept: 50_000,
            file_bytes: 64 * 1024 * 1024,
            patience: Duration::from_secs(20),
            inspector: None,
        }
    }
}

/// The application that the playground plays Discord for.
#[derive(Clone, Debug)]
pub struct ApplicationConfig {
    /// The application's id; the bot user has the same.
    pub id: ApplicationId,
    /// The bot's name.
    pub name: String,
    /// The bot's token. Any client may log in with it; nothing leaves the machine.
    pub token: String,
    /// The secret of "Login with Discord".
    pub client_secret: String,
    /// Where "Login with Discord" may send a browser back to, letter by letter.
    pub redirect_uris: Vec<String>,
    /// Whether GUILD_MEMBERS is switched on in the Developer Portal.
    pub guild_members_intent: bool,
    /// Whether GUILD_PRESENCES is switched on.
    pub guild_presences_intent: bool,
    /// Whether MESSAGE_CONTENT is switched on.
    pub message_content_intent: bool,
}

impl ApplicationConfig {
    /// The bot as a user.
    pub fn bot_user(&self) -> UserId {
        UserId(self.id.0)
    }
}

impl Default for ApplicationConfig {
    fn default() -> Self {
        Self {
            id: ApplicationId(1_200_000_000_000_000_001),
            name: "Muster".into(),
            token: "playground-token-not-a-secret".into(),
            client_secret: "playground-client-secret".into(),
            redirect_uris: Vec::new(),
            guild_members_intent: true,
            guild_presences_intent: false,
            message_content_intent: false,
        }
    }
}

/// Numbers of the gateway. See [Discord Docs/Gateway].
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// What HELLO asks for ("Sending Heartbeats"; 41,250 ms in its example).
    pub heartbeat_interval: Duration,
    /// Shards that may IDENTIFY within 5 s ("Session Start Limit Object").
    pub max_concurrency: u32,
    /// The span in which `max_concurrency` counts.
    pub identify_spacing: Duration,
    /// IDENTIFYs allowed in 24 h ("Identifying").
    pub identifies_per_day: u32,
    /// Shards that `GET /gateway/bot` recommends.
    pub recommended_shards: u32,
    /// Guilds that one shard may hold before 4011 ("Sharding").
    pub guilds_per_shard: usize,
    /// Dispatches kept for a RESUME.
    pub replay_events: usize,
    /// How long a lost session can be resumed.
    pub resume_window: Duration,
    /// Frames that a client may send in 60 s ("Rate Limiting").
    pub frames_per_minute: u32,
    /// The largest frame a client may send, in bytes ("Sending Events").
    pub max_frame_bytes: usize,
    /// How long a connection may stay without IDENTIFY or RESUME.
    pub identify_timeout: Duration,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            heartbeat_interval: Duration::from_millis(41_250),
            max_concurrency: 1,
            identify_spacing: Duration::from_secs(5),
            identifies_per_day: 1000,
            recommended_shards: 1,
            guilds_per_shard: 2500,
            replay_events: 1000,
            resume_window: Duration::from_secs(180),
            frames_per_minute: 120,
            max_frame_bytes: 4096,
            identify_timeout: Duration::from_secs(30),
        }
    }
}

/// Rules that we believe but have no source for. The defaults are the stricter or likelier reading.
#[derive(Clone, Debug)]
pub struct Switches {
    /// A client that stops sending heartbeats is closed with 4009; otherwise the socket is dropped.
    pub close_4009_without_heartbeat: bool,
    /// A connection that never identifies is closed with 4003; otherwise it stays.
    pub close_4003_without_identify: bool,
    /// Ephemeral messages are dispatched to the bot that wrote them.
    pub dispatch_ephemeral: bool,
    /// An interaction may be answered in a channel where the bot may not write.
    pub answer_without_send_messages: bool,
    /// A bulk command PUT keeps the ids of commands whose name stays.
    pub put_keeps_command_ids: bool,
    /// A managed role or @everyone given by hand is 400 50028; otherwise 403 50013.
    pub managed_role_is_invalid: bool,
    /// Among roles of one position, the older stands above; otherwise neither does.
    pub equal_positions_rank_by_id: bool,
    /// Listing members without the GUILD_MEMBERS intent is refused (403 50001).
    pub member_list_needs_intent: bool,
    /// Requests must carry a `User-Agent` of the form `DiscordBot (url, version)`.
    pub require_user_agent: bool,
    /// A missing or bad bot token has the code 50014; otherwise 0.
    pub bad_token_is_50014: bool,
    /// A direct message that cannot be sent (50007, 50278) is 403; otherwise 400.
    pub closed_dm_is_403: bool,
    /// A text that AutoMod blocks (200000) is 400; otherwise 403.
    pub automod_is_400: bool,
    /// Refreshing an OAuth2 token ends the old refresh token.
    pub refresh_ends_old_token: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            close_4009_without_heartbeat: true,
            close_4003_without_identify: true,
            dispatch_ephemeral: false,
            answer_without_send_messages: true,
            put_keeps_command_ids: true,
            managed_role_is_invalid: false,
            equal_positions_rank_by_id: false,
            member_list_needs_intent: true,
            require_user_agent: true,
            bad_token_is_50014: false,
            closed_dm_is_403: true,
            automod_is_400: true,
            refresh_ends_old_token: true,
        }
    }
}
