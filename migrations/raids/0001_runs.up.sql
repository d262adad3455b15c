-- Runs, who takes part in them, which keys they bring, and what the guild ran last.
-- The host adds the guild to every table and key. Times are milliseconds since 1970 in UTC.

create table run (
  id                  bigint  primary key,
  organizer_id        bigint  not null,
  -- What they were called when they posted it: the raid log's thread is named for it.
  organizer_name      text    not null,
  dungeon_key         text    not null,
  -- Kept beside the key: a run outlives the dungeon in the data.
  dungeon_label       text    not null,
  description         text,
  party               text,
  location            text,
  status              text    not null default 'open',
  channel_id          bigint,
  post_message_id     bigint,
  -- Whether it has a thread in the raid log; the host knows the thread as log/<id>.
  logged              boolean not null default false,
  log_thread_id       bigint,
  auto_end_minutes    bigint  not null default 120,
  key_window_ends_at  bigint,
  key_popped_at       bigint,
  key_pop_count       bigint  not null default 0,
  chain_amount        bigint,
  join_locked         boolean not null default false,
  screenshot_url      text,
  o3_stage            text,
  role_id             bigint,
  ping_message_id     bigint,
  created_at          bigint  not null,
  started_at          bigint,
  started_by          bigint,
  ended_at            bigint,
  ended_by            bigint,
  end_reason          text,
  deleted_at          bigint,
  constraint run_dungeon_key_length   check (length(dungeon_key) between 1 and 64),
  constraint run_dungeon_label_length check (length(dungeon_label) between 1 and 100),
  constraint run_description_length   check (length(description) <= 1000),
  constraint run_party_length         check (length(party) <= 100),
  constraint run_location_length      check (length(location) <= 100),
  constraint run_status_known         check (status in ('open', 'live', 'ended', 'cancelled')),
  constraint run_auto_end_minutes     check (auto_end_minutes between 1 and 1440),
  constraint run_key_pop_count        check (key_pop_count >= 0),
  constraint run_chain_amount         check (chain_amount > 0),
  constraint run_o3_stage_known       check (o3_stage in ('closed', 'miniboss', 'third_room')),
  constraint run_end_reason_known     check (end_reason in ('manual', 'auto', 'orphaned')),
  constraint run_ends_after_start     check (ended_at >= started_at),
  constraint run_over_has_end         check (ended_at is not null or status in ('open', 'live'))
);

create unique index run_post_message on run (post_message_id) where post_message_id is not null;
create index run_by_status on run (status, created_at);
create index run_by_organizer on run (organizer_id, status);

create table reaction (
  run_id      bigint not null references run (id) on delete cascade,
  user_id     bigint not null,
  state       text   not null,
  class       text,
  updated_at  bigint not null,
  primary key (run_id, user_id),
  constraint reaction_state_known  check (state in ('join', 'bench', 'leave')),
  constraint reaction_class_length check (length(class) between 1 and 50)
);

create index reaction_joined on reaction (run_id, class) where state = 'join';

create table key_reaction (
  run_id      bigint not null references run (id) on delete cascade,
  user_id     bigint not null,
  key_type    text   not null,
  -- Where the offer was made: offers of a headcount move on to its run.
  source      text   not null default 'run',
  created_at  bigint not null,
  primary key (run_id, user_id, key_type),
  constraint key_reaction_key_length   check (length(key_type) between 1 and 50),
  constraint key_reaction_source_known check (source in ('headcount', 'run'))
);

create index key_reaction_by_key on key_reaction (run_id, key_type);

-- Who was joined when a key was popped: they get their points with the next pop, or at the end.
create table key_pop_snapshot (
  run_id              bigint  not null references run (id) on delete cascade,
  key_pop_number      bigint  not null,
  user_id             bigint  not null,
  class               text,
  snapshot_time       bigint  not null,
  awarded_completion  boolean not null default false,
  awarded_at          bigint,
  primary key (run_id, key_pop_number, user_id),
  constraint key_pop_snapshot_number check (key_pop_number > 0)
);

-- What autocomplete offers before anything is typed.
create table recent_dungeon (
  dungeon_key  text   primary key,
  used_at      bigint not null,
  constraint recent_dungeon_key_length check (length(dungeon_key) between 1 and 64)
);

create index recent_dungeon_latest on recent_dungeon (used_at);
