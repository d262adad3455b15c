-- What the audit no longer shows: lines older than the guild keeps.
create table audit_archive (
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

create index audit_created on audit (guild_id, created_at);
create index audit_action on audit (guild_id, action);

create index command_log_success on command_log (guild_id, success, created_at);

-- Timers and events that nobody took in time, because the plugin was off or failed for a week.
create table plugin_dropped (
    guild_id bigint not null,
    plugin   text   not null,
    timers   bigint not null default 0,
    events   bigint not null default 0,
    primary key (guild_id, plugin)
);
