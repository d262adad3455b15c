-- The host's own tables. Times are milliseconds since 1970-01-01 UTC, ids are Discord's as signed 64 bits.
-- Every table of a guild starts its key with guild_id, so that the schema can be distributed by guild.

create table guild (
    guild_id   bigint not null primary key,
    name       text   not null,
    created_at bigint not null,
    left_at    bigint
);

create table guild_role (
    guild_id        bigint not null,
    role_key        text   not null,
    discord_role_id bigint not null,
    updated_at      bigint not null,
    primary key (guild_id, role_key)
);

create table guild_channel (
    guild_id           bigint not null,
    channel_key        text   not null,
    discord_channel_id bigint not null,
    updated_at         bigint not null,
    primary key (guild_id, channel_key)
);

create table plugin_state (
    guild_id   bigint  not null,
    plugin     text    not null,
    enabled    integer not null,
    updated_at bigint  not null,
    primary key (guild_id, plugin)
);

create table guild_setting (
    guild_id   bigint not null,
    plugin     text   not null,
    key        text   not null,
    value      text   not null,
    updated_at bigint not null,
    primary key (guild_id, plugin, key)
);

create table plugin_migration (
    plugin     text   not null,
    number     bigint not null,
    name       text   not null,
    up         text   not null,
    down       text   not null,
    applied_at bigint not null,
    primary key (plugin, number)
);

-- One row for each interaction that was handled or deferred: handled once, answered once.
-- reference: how to answer it (token, channel, origin) as JSON. answer: null while it is deferred.
-- awaits: the outbox row whose effects the answer waits for.
create table interaction (
    guild_id       bigint  not null,
    interaction_id bigint  not null,
    plugin         text    not null,
    reference      text    not null,
    answer         text,
    awaits         bigint,
    deferred       integer not null default 0,
    sent           integer not null default 0,
    created_at     bigint  not null,
    primary key (guild_id, interaction_id)
);

create index interaction_unsent on interaction (guild_id, created_at) where sent = 0;

-- One row for each call that queued effects; body holds them all as JSON.
create table outbox (
    guild_id   bigint not null,
    outbox_id  bigint not null,
    plugin     text   not null,
    body       text   not null,
    created_at bigint not null,
    primary key (guild_id, outbox_id)
);

-- Effects of a row that are through while others of it are not.
create table outbox_done (
    guild_id  bigint not null,
    outbox_id bigint not null,
    place     bigint not null,
    result    text   not null,
    primary key (guild_id, outbox_id, place)
);

-- What a plugin created under a name of its own: a message, thread or role.
create table named (
    guild_id   bigint not null,
    plugin     text   not null,
    name       text   not null,
    kind       text   not null,
    channel_id bigint,
    message_id bigint,
    role_id    bigint,
    primary key (guild_id, plugin, name)
);

-- Panels: messages that show a plugin's state. place, options and reference are JSON.
create table panel (
    guild_id   bigint  not null,
    plugin     text    not null,
    name       text    not null,
    place      text    not null,
    options    text    not null,
    reference  text,
    opened_by  bigint,
    channel_id bigint,
    message_id bigint,
    view_hash  text,
    state      text    not null,
    posted_at  bigint,
    created_at bigint  not null,
    primary key (guild_id, plugin, name)
);

create index panel_by_message on panel (guild_id, message_id);

create table timer (
    guild_id bigint not null,
    plugin   text   not null,
    name     text   not null,
    due_at   bigint not null,
    payload  text   not null,
    retry_at bigint not null,
    attempts bigint not null default 0,
    primary key (guild_id, plugin, name)
);

create index timer_due on timer (retry_at);

create table event (
    guild_id bigint not null,
    event_id bigint not null,
    topic    text   not null,
    source   text   not null,
    body     text   not null,
    at       bigint not null,
    primary key (guild_id, event_id)
);

-- One row for each subscriber that has not applied an event yet.
create table event_delivery (
    guild_id bigint not null,
    event_id bigint not null,
    plugin   text   not null,
    retry_at bigint not null,
    attempts bigint not null default 0,
    primary key (guild_id, event_id, plugin)
);

create index event_delivery_due on event_delivery (retry_at);

create table series (
    guild_id bigint not null,
    plugin   text   not null,
    series   text   not null,
    value    bigint not null,
    primary key (guild_id, plugin, series)
);

create table audit (
    guild_id   bigint not null,
    audit_id   bigint not null,
    plugin     text   not null,
    actor_id   bigint,
    action     text   not null,
    subject    text   not null,
    meta       text   not null,
    created_at bigint not null,
    primary key (guild_id, audit_id)
);

create table command_log (
    guild_id     bigint  not null,
    log_id       bigint  not null,
    channel_id   bigint  not null,
    user_id      bigint  not null,
    command_name text    not null,
    subcommand   text,
    options      text    not null,
    success      integer not null,
    error_code   text,
    latency_ms   bigint  not null,
    created_at   bigint  not null,
    primary key (guild_id, log_id)
);

create index command_log_created on command_log (guild_id, created_at);
create index command_log_command on command_log (guild_id, command_name, created_at);
create index command_log_user on command_log (guild_id, user_id, created_at);
create index command_log_error on command_log (guild_id, error_code, created_at);

-- What Discord was last told of a guild's commands.
create table command_registration (
    guild_id      bigint not null primary key,
    digest        text   not null,
    registered_at bigint not null
);

-- Gateway sessions begun, so that a crash loop can never use up Discord's daily allowance.
create table identify (
    shard      bigint not null,
    started_at bigint not null,
    primary key (shard, started_at)
);
