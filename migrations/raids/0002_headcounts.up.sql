-- Headcounts: who would come, and who has keys; and which role the runs of a dungeon ping.

-- What an organizer has picked so far from the menus of /headcount.
create table headcount_draft (
  id            bigint primary key,
  organizer_id  bigint not null,
  -- Keys of the picked dungeons, with commas between them.
  picked        text   not null default '',
  status        text   not null default 'choosing',
  expires_at    bigint not null,
  constraint headcount_draft_picked_length check (length(picked) <= 2000),
  constraint headcount_draft_status_known  check (status in ('choosing', 'posted', 'expired'))
);

create index headcount_draft_by_age on headcount_draft (expires_at);

create table headcount (
  id               bigint  primary key,
  organizer_id     bigint  not null,
  organizer_name   text    not null,
  -- Keys of the dungeons, with commas between them, in the order of the buttons.
  dungeon_keys     text    not null,
  status           text    not null default 'open',
  -- The run that it became.
  run_id           bigint,
  channel_id       bigint,
  post_message_id  bigint,
  -- Whether it has a thread in the raid log; the host knows the thread as hc-log/<id>.
  logged           boolean not null default false,
  log_thread_id    bigint,
  created_at       bigint  not null,
  ended_at         bigint,
  ended_by         bigint,
  end_reason       text,
  constraint headcount_dungeon_keys     check (length(dungeon_keys) between 1 and 2000),
  constraint headcount_status_known     check (status in ('open', 'converted', 'ended')),
  constraint headcount_end_reason_known check (end_reason in ('manual', 'auto', 'orphaned')),
  constraint headcount_converted_to_run check ((run_id is not null) = (status = 'converted')),
  constraint headcount_over_has_end     check ((ended_at is not null) = (status <> 'open'))
);

create index headcount_by_organizer on headcount (organizer_id, status);

create table headcount_participant (
  headcount_id  bigint not null references headcount (id) on delete cascade,
  user_id       bigint not null,
  joined_at     bigint not null,
  primary key (headcount_id, user_id)
);

create table headcount_key_offer (
  headcount_id  bigint not null references headcount (id) on delete cascade,
  dungeon_key   text   not null,
  key_type      text   not null,
  user_id       bigint not null,
  created_at    bigint not null,
  primary key (headcount_id, dungeon_key, key_type, user_id),
  constraint headcount_key_offer_dungeon_length check (length(dungeon_key) between 1 and 64),
  constraint headcount_key_offer_key_length     check (length(key_type) between 1 and 50)
);

-- The headcount that a run came from: it goes on in that headcount's thread.
alter table run add column headcount_id bigint;

-- The roles that are pinged when a run of the dungeon starts, and that members give themselves.
create table dungeon_role_ping (
  dungeon_key      text   primary key,
  discord_role_id  bigint not null,
  created_at       bigint not null,
  updated_at       bigint not null,
  constraint dungeon_role_ping_key_length check (length(dungeon_key) between 1 and 64)
);

-- The messages with the buttons for these roles: each sending replaces the one before.
create table role_ping_panel (
  id     bigint primary key,
  pages  bigint not null,
  constraint role_ping_panel_pages check (pages between 1 and 10)
);
