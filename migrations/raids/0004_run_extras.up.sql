-- The fight of Oryx 3, pings, the run's own role, and keys logged after the end.

alter table run add column miniboss text;
alter table run add column realm_score bigint;
-- Whether a role was asked for; the host knows it as run-role/<id>.
alter table run add column has_role boolean not null default false;
-- When its people were pinged last, and in how many messages: ping/<id>/1, ping/<id>/2.
alter table run add column pinged_at bigint;
alter table run add column ping_messages bigint not null default 0;
-- Whether the organizer was told that every needed class is there.
alter table run add column needs_told boolean not null default false;
-- Keys that were popped and that nobody is to be thanked for.
alter table run add column keys_waived bigint not null default 0;

create index run_by_role on run (has_role, ended_at);

-- What they were called when they offered the key: menus of members who are not asked for again show it.
alter table key_reaction add column user_name text;

-- Keys of a run that people were thanked for after its end.
create table key_log (
  run_id     bigint not null references run (id) on delete cascade,
  number     bigint not null,
  user_id    bigint not null,
  key_type   text   not null,
  amount     bigint not null,
  actor_id   bigint not null,
  logged_at  bigint not null,
  primary key (run_id, number),
  constraint key_log_number     check (number > 0),
  constraint key_log_key_length check (length(key_type) between 1 and 50),
  constraint key_log_amount     check (amount between 1 and 99)
);

-- What somebody who logs keys has picked so far. Viewer 0 is the panel in the raid log, which all share.
create table key_log_draft (
  run_id     bigint  not null references run (id) on delete cascade,
  viewer_id  bigint  not null,
  user_id    bigint,
  user_name  text,
  key_type   text,
  is_closed  boolean not null default false,
  primary key (run_id, viewer_id)
);

-- What members want to be told by direct message; who has no row has the defaults.
create table preference (
  user_id       bigint  primary key,
  run_dms       boolean not null default false,
  location_dms  boolean not null default true
);
