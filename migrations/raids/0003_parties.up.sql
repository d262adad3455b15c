-- Parties that members open for each other with /party. They give no points.

create table party (
  id               bigint  primary key,
  owner_id         bigint  not null,
  owner_name       text    not null,
  name             text    not null,
  description      text    not null,
  location         text,
  -- Keys of the dungeons, with commas between them.
  dungeon_keys     text    not null default '',
  status           text    not null default 'open',
  channel_id       bigint,
  post_message_id  bigint,
  -- Whether it has a thread; the host knows the thread as party-thread/<id>.
  has_thread       boolean not null default false,
  created_at       bigint  not null,
  closes_at        bigint  not null,
  closed_at        bigint,
  closed_by        bigint,
  close_reason     text,
  constraint party_name_length         check (length(name) between 1 and 200),
  constraint party_description_length  check (length(description) between 1 and 2000),
  constraint party_location_length     check (length(location) <= 200),
  constraint party_dungeon_keys        check (length(dungeon_keys) <= 500),
  constraint party_status_known        check (status in ('open', 'closed')),
  constraint party_close_reason_known  check (close_reason in ('manual', 'auto', 'orphaned')),
  constraint party_closes_after_start  check (closes_at >= created_at),
  constraint party_closed_has_end      check ((closed_at is not null) = (status = 'closed'))
);

create index party_by_owner on party (owner_id, status);
create index party_by_age on party (created_at);
