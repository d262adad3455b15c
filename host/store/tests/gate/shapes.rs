//! Statements that a raid bot writes, by name.

#![allow(dead_code, reason = "each test file uses its own part of this one")]

use crate::oracle::Value;

/// A statement with its parameters.
pub struct Shape {
    /// What the bot does with it.
    pub name: &'static str,
    /// The author's text.
    pub sql: &'static str,
    /// `$1`, `$2`, ...
    pub parameters: fn() -> Vec<Value>,
    /// Whether a rule of the schema refuses it, on both databases alike.
    pub fails: bool,
}

const fn shape(name: &'static str, sql: &'static str, parameters: fn() -> Vec<Value>) -> Shape {
    Shape {
        name,
        sql,
        parameters,
        fails: false,
    }
}

const fn failing(name: &'static str, sql: &'static str, parameters: fn() -> Vec<Value>) -> Shape {
    Shape {
        name,
        sql,
        parameters,
        fails: true,
    }
}

fn none() -> Vec<Value> {
    Vec::new()
}

/// All of them.
pub const SHAPES: &[Shape] = &[
    shape(
        "find a run",
        "select id, dungeon, seats, locked, party from run where id = $1",
        || vec![3.into()],
    ),
    shape(
        "all columns of a run",
        "select * from run where id = $1",
        || vec![4.into()],
    ),
    shape(
        "open a run",
        "insert into run (id, dungeon, organizer_id, created_at) values ($1, $2, $3, $4)
         returning id, status, locked",
        || vec![9_001.into(), "VOID".into(), 777.into(), 5_000.into()],
    ),
    failing(
        "a second open run of one organizer",
        "insert into run (id, dungeon, organizer_id) values ($1, $2, $3)",
        || vec![9_001.into(), "VOID".into(), 104.into()],
    ),
    failing(
        "a run with no seats",
        "insert into run (id, dungeon, organizer_id, seats) values ($1, 'VOID', 1, $2)",
        || vec![9_001.into(), 0.into()],
    ),
    failing(
        "a run without a dungeon",
        "insert into run (id, dungeon, organizer_id) values ($1, $2, 1)",
        || vec![9_001.into(), Value::Null],
    ),
    shape(
        "start a run, one winner",
        "update run set status = $2 where id = $1 and status = $3 returning id",
        || vec![4.into(), "live".into(), "open".into()],
    ),
    shape(
        "end a run by its age",
        "update run
            set status = 'ended', ended_at = $1
          where status in ('open', 'live') and created_at < $1 - $2
          returning id, organizer_id",
        || vec![9_000.into(), 10.into()],
    ),
    shape(
        "lock a run",
        "update run set locked = not locked where id = $1 returning locked",
        || vec![2.into()],
    ),
    shape(
        "change party and location, empty clears",
        "update run set party = nullif(trim($2), '') where id = $1",
        || vec![2.into(), "  ".into()],
    ),
    shape(
        "react, or change the reaction",
        "insert into reaction (run_id, user_id, state, class)
         values ($1, $2, $3, $4)
             on conflict (run_id, user_id) do update
            set state = excluded.state, class = coalesce(excluded.class, reaction.class)
          where reaction.state <> excluded.state
         returning state",
        || vec![3.into(), 103.into(), "away".into(), Value::Null],
    ),
    shape(
        "react once, a second press does nothing",
        "insert into reaction (run_id, user_id, state) values ($1, $2, 'join')
             on conflict (run_id, user_id) do nothing",
        || vec![3.into(), 999.into()],
    ),
    shape(
        "react once, whatever collides",
        "insert into reaction (run_id, user_id, state) values ($1, $2, 'join'), ($1, $3, 'bench')
             on conflict do nothing
         returning user_id",
        || vec![3.into(), 103.into(), 998.into()],
    ),
    failing(
        "react to a run that is not there",
        "insert into reaction (run_id, user_id, state) values ($1, $2, 'join')",
        || vec![123_456.into(), 1.into()],
    ),
    shape(
        "leave a run",
        "delete from reaction where run_id = $1 and user_id = $2 returning class",
        || vec![3.into(), 103.into()],
    ),
    shape(
        "delete a run with its reactions",
        "delete from run where id = $1",
        || vec![3.into()],
    ),
    shape(
        "the roster of a run",
        "select user_id, class from reaction
          where run_id = $1 and state = 'join' order by joined_at, user_id",
        || vec![2.into()],
    ),
    shape(
        "classes of a run",
        "select class, count(*) as n from reaction
          where run_id = $1 and class is not null group by class order by n desc, class",
        || vec![2.into()],
    ),
    shape(
        "how many joined and benched",
        "select count(*) filter (where state = 'join') as joined,
                count(*) filter (where state = 'bench') as benched
           from reaction where run_id = $1",
        || vec![2.into()],
    ),
    shape(
        "open runs with their size",
        "select r.id, r.dungeon, count(x.user_id) as raiders
           from run r left join reaction x on x.run_id = r.id and x.state = 'join'
          where r.status in ($1, $2)
          group by r.id, r.dungeon
          order by r.id",
        || vec!["open".into(), "live".into()],
    ),
    shape(
        "run and reaction by their own names",
        "select run.id, count(*) as reactions
           from run left join reaction on reaction.run_id = run.id
          group by run.id having count(*) > 1 order by 1",
        none,
    ),
    shape(
        "the newest runs",
        "select id, dungeon, created_at from run
          where status = $1 order by created_at desc limit $2",
        || vec!["ended".into(), 3.into()],
    ),
    shape(
        "a page of the history",
        "select id, status from run order by created_at desc, id limit 5 offset $1",
        || vec![5.into()],
    ),
    shape(
        "success of the dungeons",
        "select dungeon,
                sum(case when status = 'ended' then 1 else 0 end) as done,
                count(*) as of_all,
                round(avg(seats), 2) as seats
           from run group by dungeon order by dungeon",
        none,
    ),
    shape(
        "top organizers",
        "select organizer_id, count(*) as runs from run where status = 'ended'
          group by organizer_id order by runs desc, organizer_id limit 3",
        none,
    ),
    shape(
        "give points",
        "insert into points (user_id, total) values ($1, $2)
             on conflict (user_id) do update set total = points.total + excluded.total
         returning total",
        || vec![103.into(), 5.into()],
    ),
    shape(
        "give points to everyone who joined",
        "insert into points (user_id, total)
         select user_id, 2 from reaction where run_id = $1 and state = 'join'
             on conflict (user_id) do update set total = total + excluded.total",
        || vec![2.into()],
    ),
    shape(
        "give points to all raiders ever, counted",
        "insert into points (user_id, total, week)
         select user_id, count(*), 9 from reaction group by user_id
             on conflict (user_id) do update set total = excluded.total, week = excluded.week",
        none,
    ),
    shape(
        "take points, not below zero",
        "update points
            set total = case when total > $2 then total - $2 else 0 end
          where user_id = $1
         returning user_id, total",
        || vec![104.into(), 2.into()],
    ),
    shape(
        "a new week",
        "update points set week = week + 1, total = 0",
        none,
    ),
    shape(
        "leaderboard with ranks",
        "select user_id, total, rank() over (order by total desc) as place
           from points order by place, user_id limit 10",
        none,
    ),
    shape(
        "my place on the leaderboard",
        "select place from (
                 select user_id, dense_rank() over (order by total desc, user_id) as place
                   from points) as board
          where user_id = $1",
        || vec![104.into()],
    ),
    shape(
        "the newest run of each dungeon",
        "select id, dungeon from (
                 select id, dungeon,
                        row_number() over (partition by dungeon order by created_at desc, id) as n
                   from run) as newest
          where n = 1 order by id",
        none,
    ),
    shape(
        "running total of keys",
        "select id, sum(amount) over (order by id rows between unbounded preceding and current row)
                as so_far, lag(kind, 1, '-') over (order by id) as before
           from key_log order by id",
        none,
    ),
    shape(
        "quarters of the board",
        "select user_id, ntile(4) over (order by total, user_id) as quarter,
                first_value(user_id) over (order by total desc, user_id) as best
           from points",
        none,
    ),
    shape(
        "raiders who never logged a key",
        "select distinct user_id from reaction x
          where not exists (select 1 from key_log k where k.user_id = x.user_id)
          order by user_id",
        none,
    ),
    shape(
        "runs of my acme",
        "select id, dungeon from run
          where id in (select run_id from reaction where user_id = $1 and state <> 'none')
          order by id",
        || vec![104.into()],
    ),
    shape(
        "reactions by pairs",
        "select state from reaction
          where (run_id, user_id) in (select run_id, user_id from key_log)
          order by run_id, user_id",
        none,
    ),
    shape(
        "runs with the last join as a subquery",
        "select r.id, (select max(x.joined_at) from reaction x where x.run_id = r.id) as last_join
           from run r order by r.id",
        none,
    ),
    shape(
        "runs larger than the average",
        "select id from run where seats > (select avg(seats) from run) order by id",
        none,
    ),
    shape(
        "everybody known to the bot",
        "select user_id from reaction union select user_id from points
          union select user_id from key_log order by user_id",
        none,
    ),
    shape(
        "a log of runs and keys",
        "select 'run' as what, id, created_at as at from run
          union all select 'key', id, logged_at from key_log
          order by at desc, what, id limit $1",
        || vec![7.into()],
    ),
    shape(
        "raiders with points and with keys",
        "select user_id from points where total > 2 intersect select user_id from key_log",
        none,
    ),
    shape(
        "raiders with points and no key",
        "select user_id from points except select user_id from key_log",
        none,
    ),
    shape(
        "statistics in steps",
        "with joined as (select user_id, count(*) as runs from reaction
                          where state = 'join' group by user_id),
              keys as (select user_id, sum(amount) as keys from key_log group by user_id)
         select j.user_id, j.runs, coalesce(k.keys, 0) as keys
           from joined j left join keys k on k.user_id = j.user_id
          order by j.runs desc, j.user_id",
        none,
    ),
    shape(
        "points and keys, whoever has either",
        "select coalesce(p.user_id, k.user_id) as who, p.total, k.id
           from points p full join key_log k on k.user_id = p.user_id and k.amount > 1",
        none,
    ),
    shape(
        "keys with the run that they opened",
        "select k.id, r.dungeon from run r right join key_log k on k.run_id = r.id order by k.id",
        none,
    ),
    shape(
        "every pair of dungeon and class",
        "select distinct r.dungeon, x.class from run r cross join reaction x
          where x.class is not null order by 1, 2",
        none,
    ),
    shape(
        "comma join",
        "select r.id, p.total from run r, points p where p.user_id = r.organizer_id order by r.id",
        none,
    ),
    shape(
        "move points by a table",
        "update points set total = points.total + k.n
           from (select user_id, sum(amount) as n from key_log group by user_id) as k
          where k.user_id = points.user_id
         returning user_id, total",
        none,
    ),
    shape(
        "count into a row",
        "update run set seats = seats + (select count(*) from reaction x where x.run_id = run.id)
          where id in ($1, $2)",
        || vec![1.into(), 2.into()],
    ),
    shape(
        "archive old runs",
        "insert into memo (about, n, note)
         select id, organizer_id, dungeon from run where status = $1",
        || vec!["ended".into()],
    ),
    shape(
        "archive from two sides",
        "insert into memo (about, note)
         select id, dungeon from run where id < $1 union all select id, kind from key_log",
        || vec![3.into()],
    ),
    shape(
        "forget a member",
        "delete from reaction
          where user_id = $1 or run_id in (select id from run where organizer_id = $1)",
        || vec![104.into()],
    ),
    shape(
        "forget what belongs to no run",
        "delete from key_log where run_id is null",
        none,
    ),
    shape(
        "save a template",
        "insert into template (id, owner_id, name, body) values ($1, $2, $3, $4)
             on conflict (owner_id, name) do update set body = excluded.body
         returning *",
        || vec![50.into(), 101.into(), "name 1".into(), "new".into()],
    ),
    failing(
        "a template's name twice",
        "insert into template (id, owner_id, name) values ($1, $2, $3)",
        || vec![50.into(), 101.into(), "name 1".into()],
    ),
    shape(
        "templates that I may use",
        "select name, owner_id = $1 as mine from template
          where shared or owner_id = $1 order by lower(name)",
        || vec![101.into()],
    ),
    shape(
        "autocomplete by the start of a name",
        "select name from template where substr(name, 1, length($1)) = $1 order by name limit 25",
        || vec!["name".into()],
    ),
    shape(
        "search in notes",
        "select note from memo where note like $1",
        || vec!["%b%".into()],
    ),
    shape(
        "a text from parts",
        "select dungeon || ' #' || cast(id as text) as title, upper(status) as status,
                replace(lower(dungeon), 'sh', 's') as short, id % 2 = 0 as even
           from run where id between $1 and $2",
        || vec![2.into(), 5.into()],
    ),
    shape(
        "null-safe comparison",
        "select id from run where party is distinct from $1 and locked is not true",
        || vec![Value::Null],
    ),
    shape(
        "numbers that a foreign row would break",
        "select abs(n) as size, 100 / n as share from memo where abs(n) > 0",
        none,
    ),
    shape(
        "change under a condition that a foreign row would break",
        "update memo set note = 'four' where abs(n) = 2 and 100 / n = 50",
        none,
    ),
    shape(
        "sums that foreign rows would overflow",
        "select sum(n) as total, min(n) as least, max(n) as most, count(distinct about) as people
           from memo",
        none,
    ),
];
