-- Who earned what, what each role owes, and what ended periods came to.
-- The host adds the guild to every table and key. Times are milliseconds since 1970 in UTC; points of both
-- currencies are hundredths.

-- Everything that ever counted, in the order in which it was booked. Rows are added, never changed; only a
-- recalculation sets what a run was worth anew.
create table quota_event (
  id               bigint primary key,
  -- Whom it counts for.
  actor_user_id    bigint not null,
  action           text   not null,
  -- What it was for; the same thing counts once. `period_start_at` is 0, or the period of what may count
  -- again in the next one.
  subject_id       text,
  period_start_at  bigint not null default 0,
  dungeon_key      text,
  -- How many runs, keys or acts; negative takes back.
  amount           bigint not null default 1,
  points           bigint not null default 0,
  quota_points     bigint not null default 0,
  -- The role whose quota it counts for.
  quota_role_id    bigint,
  -- Who booked it by hand.
  logged_by        bigint,
  reason           text,
  created_at       bigint not null,
  unique (subject_id, period_start_at),
  constraint quota_event_action_known check (action in (
    'run_completed', 'verify_member', 'raider_completed', 'key_pop', 'manual_adjust',
    'warn', 'suspend', 'editname', 'addnote', 'modmail_reply')),
  constraint quota_event_subject_length check (length(subject_id) between 1 and 200),
  constraint quota_event_dungeon_length check (length(dungeon_key) between 1 and 64),
  constraint quota_event_reason_length  check (length(reason) <= 500),
  constraint quota_event_points_size
    check (points between -9999999999 and 9999999999 and quota_points between -9999999999 and 9999999999)
);

create index quota_event_by_actor on quota_event (actor_user_id, created_at);
create index quota_event_by_time on quota_event (created_at, action);
create index quota_event_by_role on quota_event (quota_role_id, created_at, actor_user_id);

-- The sums of quota_event, so that what somebody has costs the same after years as after a day.
create table tally (
  user_id       bigint not null,
  action        text   not null,
  -- Empty for what is about no dungeon.
  dungeon_key   text   not null,
  amount        bigint not null,
  points        bigint not null,
  quota_points  bigint not null,
  primary key (user_id, action, dungeon_key)
);

create index tally_by_action on tally (action, dungeon_key);

create table quota_role_config (
  discord_role_id        bigint primary key,
  required_points        bigint not null default 0,
  period_start_at        bigint not null,
  reset_at               bigint not null,
  recurrence             text   not null default 'none',
  -- The reset from which a recurring one is counted.
  anchor_at              bigint not null,
  base_exalt_points      bigint not null default 100,
  base_non_exalt_points  bigint not null default 100,
  verify_points          bigint not null default 100,
  warn_points            bigint not null default 0,
  suspend_points         bigint not null default 0,
  modmail_reply_points   bigint not null default 0,
  editname_points        bigint not null default 0,
  addnote_points         bigint not null default 0,
  -- Where the role's panel was posted; null if it has none.
  panel_channel_id       bigint,
  created_at             bigint not null,
  updated_at             bigint not null,
  constraint quota_role_config_required check (required_points >= 0),
  constraint quota_role_config_bases    check (base_exalt_points >= 0 and base_non_exalt_points >= 0),
  constraint quota_role_config_work     check (verify_points >= 0 and warn_points >= 0
    and suspend_points >= 0 and modmail_reply_points >= 0 and editname_points >= 0 and addnote_points >= 0)
);

create table quota_dungeon_override (
  discord_role_id  bigint not null references quota_role_config (discord_role_id) on delete cascade,
  dungeon_key      text   not null,
  points           bigint not null,
  updated_at       bigint not null,
  primary key (discord_role_id, dungeon_key),
  constraint quota_dungeon_override_points check (points >= 0),
  constraint quota_dungeon_override_length check (length(dungeon_key) between 1 and 64)
);

-- What a completion or a popped key gives in a dungeon, where it is not the usual.
create table raider_points_config (
  dungeon_key  text   primary key,
  points       bigint not null,
  updated_at   bigint not null,
  constraint raider_points_config_points check (points >= 0),
  constraint raider_points_config_length check (length(dungeon_key) between 1 and 64)
);

create table key_pop_points_config (
  dungeon_key  text   primary key,
  points       bigint not null,
  updated_at   bigint not null,
  constraint key_pop_points_config_points check (points >= 0),
  constraint key_pop_points_config_length check (length(dungeon_key) between 1 and 64)
);

-- How many keys of each kind a member has popped.
create table key_pop (
  user_id         bigint not null,
  dungeon_key     text   not null,
  key_type        text   not null,
  count           bigint not null,
  last_popped_at  bigint not null,
  primary key (user_id, dungeon_key, key_type),
  constraint key_pop_count      check (count >= 0),
  constraint key_pop_key_length check (length(key_type) between 1 and 50)
);

-- Ended periods and their standings: one each, whoever ended them.
create table quota_period_archive (
  discord_role_id  bigint not null,
  start_at         bigint not null,
  end_at           bigint not null,
  required_points  bigint not null,
  -- A JSON array of [user, hundredths, runs], best first.
  standings        text   not null,
  -- How many members owed it, where the host could list them.
  holders          bigint,
  met              bigint not null,
  -- Who reset it by hand.
  reset_by         bigint,
  created_at       bigint not null,
  primary key (discord_role_id, start_at),
  constraint quota_period_archive_forward check (end_at > start_at)
);

create index quota_period_archive_latest on quota_period_archive (discord_role_id, end_at);

-- Leaderboards that somebody is paging through.
create table leaderboard_view (
  id           bigint  primary key,
  viewer_id    bigint  not null,
  kind         text    not null,
  dungeon_key  text,
  sort         text    not null,
  since_at     bigint,
  until_at     bigint,
  page         bigint  not null default 0,
  closed       boolean not null default false,
  opened_at    bigint  not null
);

-- Names as last seen, to sort a leaderboard by.
create table member_name (
  user_id  bigint primary key,
  name     text   not null,
  seen_at  bigint not null,
  constraint member_name_length check (length(name) between 1 and 100)
);
