//! What attacks a guild's neighbours, or means different things to the two databases, does not pass
//! the gate; and its author reads why.

#[path = "gate/oracle.rs"]
mod oracle;

use std::time::{Duration, Instant};

use muster_store::gate::{Catalogue, Dialect, GateError, confine};

const BOTH: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

/// Name, statement, a part of the message.
type Attack = (&'static str, &'static str, &'static str);

/// Attempts to name the guild's column or a table as the database knows it.
const NAMES: &[Attack] = &[
    (
        "the guild column in WHERE",
        "select id from run where guild_id = 9",
        "leave it out",
    ),
    (
        "the guild column in upper case",
        "select GUILD_ID from run",
        "leave it out",
    ),
    (
        "the guild column in quotes",
        "select \"guild_id\" from run",
        "leave it out",
    ),
    (
        "the guild column behind an alias",
        "select r.guild_id from run r",
        "leave it out",
    ),
    (
        "the guild column inserted",
        "insert into run (id, guild_id) values (1, 9)",
        "leave it out",
    ),
    (
        "the guild column set",
        "update run set guild_id = 9 where id = 1",
        "leave it out",
    ),
    (
        "the guild column as an alias",
        "select id as guild_id from run",
        "leave it out",
    ),
    (
        "the guild column sorted by",
        "select id from run order by guild_id",
        "leave it out",
    ),
    (
        "the guild column returned",
        "delete from run where id = 1 returning guild_id",
        "leave it out",
    ),
    (
        "the guild column in a conflict target",
        "insert into reaction (run_id, user_id, state) values (1, 2, 'join')
             on conflict (guild_id, run_id, user_id) do nothing",
        "leave it out",
    ),
    (
        "guilds joined by their column",
        "select a.id from run a join run b on a.guild_id = b.guild_id",
        "leave it out",
    ),
    (
        "a CTE called as the guild column",
        "with guild_id as (select id from run) select 1 from guild_id",
        "leave it out",
    ),
    (
        "a physical name",
        "select id from raids__run",
        "double underscore",
    ),
    (
        "a physical name in quotes",
        "select id from \"raids__run\"",
        "double underscore",
    ),
    (
        "another plugin's table",
        "select id from notes__note",
        "double underscore",
    ),
    (
        "a host table",
        "select * from outbox",
        "there is no table `outbox`",
    ),
    (
        "the schema table of SQLite",
        "select sql from sqlite_master",
        "there is no table",
    ),
    (
        "the catalogue of PostgreSQL",
        "select relname from pg_class",
        "there is no table",
    ),
    (
        "a qualified table",
        "select id from main.run",
        "qualified name",
    ),
    (
        "a qualified table of PostgreSQL",
        "select * from pg_catalog.pg_class",
        "qualified name",
    ),
    (
        "a column of three parts",
        "select main.run.id from run",
        "more than two parts",
    ),
    (
        "rowid",
        "select rowid from run",
        "`run` has no column `rowid`",
    ),
    (
        "rowid behind an alias",
        "select r._rowid_ from run r",
        "`r` has no column `_rowid_`",
    ),
    ("oid", "select oid from run", "no column `oid`"),
    ("ctid", "select ctid from run", "no column `ctid`"),
    (
        "tableoid",
        "select tableoid from run",
        "no column `tableoid`",
    ),
    ("a whole row", "select run from run", "no column `run`"),
    (
        "a whole row as text",
        "select cast(r as text) from run r",
        "no column `r`",
    ),
    (
        "a row as JSON by a dot",
        "select r.row_to_json from run r",
        "no column `row_to_json`",
    ),
    (
        "a text in double quotes",
        "select id from run where status = \"open\"",
        "no column `open`",
    ),
    (
        "a name with a look-alike letter",
        "select іd from run",
        "names are a to z",
    ),
    (
        "a name in upper case in quotes",
        "select \"ID\" from run",
        "names are a to z",
    ),
    (
        "a name with a quote inside",
        "select \"id\"\"\" from run",
        "names are a to z",
    ),
    (
        "a name with a blank",
        "select \"id or 1\" from run",
        "names are a to z",
    ),
    (
        "a very long name",
        "select abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz from run",
        "characters of a name",
    ),
    (
        "a misspelt column",
        "select stauts from run",
        "Did you mean `status`?",
    ),
    (
        "a misspelt table",
        "select id from runs",
        "Did you mean `run`?",
    ),
    (
        "a column of no table",
        "select id from run where foo = 1",
        "`run` has no column `foo` (it has: id, dungeon",
    ),
    (
        "an alias that is not there",
        "select x.id from run r",
        "`x` is no table or alias",
    ),
    (
        "the hidden table behind an alias",
        "select run.id from run r",
        "`run` is no table or alias",
    ),
    (
        "the host's own alias",
        "select t.id from run",
        "`t` is no table or alias",
    ),
    (
        "a column of two tables",
        "select user_id from reaction, points",
        "both `reaction` and `points`",
    ),
    (
        "one name for two tables",
        "select 1 from run, run",
        "two tables called `run`",
    ),
    (
        "an alias given in SELECT, in WHERE",
        "select id as n from run where n = 1",
        "no column `n`",
    ),
    (
        "excluded as an alias",
        "select excluded.id from run as excluded",
        "a database uses it",
    ),
    (
        "excluded outside of an upsert",
        "select excluded.id from run",
        "no table or alias",
    ),
    (
        "an alias of PostgreSQL's own",
        "select pg_x.id from run as pg_x",
        "a database uses it",
    ),
    (
        "an alias of SQLite's own",
        "select sqlite_x.id from run as sqlite_x",
        "a database uses it",
    ),
    (
        "an alias that looks physical",
        "select a.id from run as raids__a",
        "double underscore",
    ),
    (
        "an alias with columns",
        "select r.guild from run as r (guild, b, c)",
        "list of columns",
    ),
    (
        "a subquery with columns",
        "select x.a from (select id from run) as x (a)",
        "list of columns",
    ),
    (
        "a CTE with columns",
        "with w (a) as (select id from run) select a from w",
        "list of columns",
    ),
    (
        "a CTE called as a table",
        "with run as (select id from points) select id from run",
        "a table is called so",
    ),
    (
        "a CTE called as a physical table",
        "with raids__run as (select 1 as id from run) select id from raids__run",
        "double underscore",
    ),
    (
        "a CTE out of scope",
        "select id from (with w as (select id from run) select id from w) as x
          where id in (select id from w)",
        "there is no table `w`",
    ),
    (
        "a CTE before its turn",
        "with a as (select id from b), b as (select id from run) select id from a",
        "no table `b`",
    ),
    (
        "a CTE twice",
        "with w as (select id from run), w as (select id from run) select id from w",
        "two CTEs",
    ),
    (
        "a CTE that looks outside",
        "select id from run r where exists (with w as (select r.id as id from points) select id from w)",
        "`r` is no table or alias",
    ),
];

/// Kinds of statement, and clauses that write or lock where nobody looks.
const STATEMENTS: &[Attack] = &[
    ("nothing", "", "other than one statement"),
    (
        "a comment",
        "-- select id from run",
        "other than one statement",
    ),
    (
        "two statements",
        "select id from run; delete from run",
        "other than one statement",
    ),
    (
        "a hidden second statement",
        "select id from run where id = 1; --\n drop table run",
        "other than one statement",
    ),
    ("a NUL byte", "select id from run\0", "NUL"),
    ("no table", "select 1", "without a table"),
    ("only a parameter", "select $1", "without a table"),
    ("explain", "explain select id from run", "`explain`"),
    ("pragma", "pragma table_info(run)", ""),
    ("attach", "attach database 'x' as y", ""),
    ("vacuum", "vacuum", ""),
    ("analyze", "analyze run", ""),
    ("begin", "begin", "transaction control"),
    ("commit", "commit", "transaction control"),
    ("rollback", "rollback", "transaction control"),
    ("savepoint", "savepoint a", "transaction control"),
    ("set role", "set role postgres", "`set`"),
    ("set a setting", "set app.guild = '9'", "`set`"),
    ("reset", "reset role", ""),
    ("copy", "copy run to stdout", ""),
    ("do", "do $$ begin end $$", ""),
    ("call", "call f()", ""),
    ("listen", "listen x", ""),
    ("lock table", "lock table run", ""),
    ("truncate", "truncate run", "`truncate`"),
    (
        "merge",
        "merge into run using points on true when matched then delete",
        "",
    ),
    (
        "create table",
        "create table x (a bigint)",
        "put it into a migration",
    ),
    (
        "create index",
        "create index x on run (id)",
        "put it into a migration",
    ),
    ("create view", "create view x as select id from run", ""),
    (
        "create trigger",
        "create trigger x after insert on run begin select 1; end",
        "",
    ),
    (
        "create function",
        "create function f() returns int language sql as 'select 1'",
        "",
    ),
    (
        "alter table",
        "alter table run add column a bigint",
        "put it into a migration",
    ),
    ("drop table", "drop table run", "put it into a migration"),
    ("grant", "grant all on run to public", ""),
    ("TABLE", "table run", ""),
    ("VALUES", "values (1)", "VALUES outside of INSERT"),
    ("SELECT INTO", "select id into x from run", "SELECT INTO"),
    ("FOR UPDATE", "select id from run for update", "FOR UPDATE"),
    ("FOR SHARE", "select id from run for share", "FOR UPDATE"),
    (
        "FETCH",
        "select id from run fetch first 1 rows only",
        "FETCH",
    ),
    ("LIMIT a, b", "select id from run limit 1, 2", ""),
    (
        "LIMIT by an expression",
        "select id from run limit 1 + 1",
        "whole number or a parameter",
    ),
    (
        "LIMIT by a subquery",
        "select id from run limit (select 1 from run)",
        "whole number or a parameter",
    ),
    ("OFFSET alone", "select id from run offset 1", ""),
    ("DISTINCT ON", "select distinct on (status) id from run", ""),
    (
        "ROLLUP",
        "select status, count(*) from run group by rollup (status)",
        "",
    ),
    (
        "GROUPING SETS",
        "select status, count(*) from run group by grouping sets ((status))",
        "",
    ),
    (
        "GROUP BY ALL",
        "select status, count(*) from run group by all",
        "",
    ),
    (
        "WINDOW",
        "select rank() over w from run window w as (order by id)",
        "",
    ),
    ("QUALIFY", "select id from run qualify id = 1", ""),
    (
        "WITH RECURSIVE",
        "with recursive w as (select id from run union all select id from w) select id from w",
        "WITH RECURSIVE",
    ),
    (
        "MATERIALIZED",
        "with w as materialized (select id from run) select id from w",
        "MATERIALIZED",
    ),
    (
        "a CTE that deletes",
        "with w as (delete from run returning id) select id from w",
        "WITH in front of INSERT, UPDATE or DELETE",
    ),
    (
        "WITH before INSERT",
        "with w as (select id from run) insert into memo (n) select id from w",
        "WITH in front",
    ),
    (
        "WITH before UPDATE",
        "with w as (select id from run) update run set seats = 1",
        "WITH in front",
    ),
    (
        "WITH before DELETE",
        "with w as (select id from run) delete from run",
        "WITH in front",
    ),
    (
        "WITH inside of INSERT",
        "insert into memo (n) with w as (select id from run) select id from w",
        "WITH in an INSERT",
    ),
];

/// Queries that forge columns or mean different things to the databases.
const QUERIES: &[Attack] = &[
    (
        "USING",
        "select x.run_id from reaction x join key_log k using (run_id)",
        "USING and NATURAL",
    ),
    (
        "NATURAL",
        "select 1 from reaction natural join key_log",
        "USING and NATURAL",
    ),
    (
        "JOIN without ON",
        "select 1 from run r join points p",
        "a join without ON",
    ),
    (
        "LATERAL",
        "select 1 from run r, lateral (select p.total from points p where p.user_id = r.id) as x",
        "LATERAL",
    ),
    (
        "a subquery that looks sideways",
        "select 1 from run r, (select p.total from points p where p.user_id = r.id) as x",
        "no table or alias",
    ),
    (
        "ON that looks to the right",
        "select 1 from run r join points p on p.user_id = k.user_id join key_log k on k.user_id = p.user_id",
        "`k` is no table",
    ),
    (
        "RIGHT JOIN beside a comma",
        "select 1 from run a, points b right join key_log c on c.user_id = b.user_id",
        "beside a comma",
    ),
    (
        "parentheses around a join",
        "select 1 from (run r join points p on p.user_id = r.id)",
        "parentheses around a join",
    ),
    (
        "a table function",
        "select * from json_each('[1]')",
        "a function in FROM",
    ),
    (
        "generate_series",
        "select * from generate_series(1, 1000000)",
        "a function in FROM",
    ),
    (
        "pragma as a function",
        "select * from pragma_table_info('run')",
        "a function in FROM",
    ),
    ("unnest", "select * from unnest(array[1])", ""),
    (
        "TABLESAMPLE",
        "select id from run tablesample system (1)",
        "",
    ),
    (
        "a subquery without a name",
        "select id from (select id from run)",
        "",
    ),
    (
        "a nameless column of a subquery",
        "select 1 from (select count(*) from run) as x",
        "name it with AS",
    ),
    (
        "a column twice in a subquery",
        "select 1 from (select id, id from run) as x",
        "two columns called `id`",
    ),
    (
        "UNION beside INTERSECT",
        "select id from run union select id from run intersect select id from run",
        "beside",
    ),
    (
        "UNION beside UNION ALL",
        "select id from run union select id from run union all select id from run",
        "beside",
    ),
    (
        "EXCEPT ALL",
        "select id from run except all select id from run",
        "the databases do not share it",
    ),
    (
        "UNION of unequal width",
        "select id from run union select id, seats from run",
        "UNION of 1 and 2 columns",
    ),
    (
        "UNION of parentheses",
        "(select id from run) union (select id from run)",
        "parentheses",
    ),
    (
        "UNION sorted by an expression",
        "select id from run union select id from run order by id + 1",
        "only their outputs",
    ),
    (
        "ORDER BY a position too high",
        "select id from run order by 2",
        "has 1 outputs",
    ),
    (
        "ORDER BY zero",
        "select id from run order by 0",
        "has 1 outputs",
    ),
    (
        "ORDER BY a parameter",
        "select id from run order by $1",
        "a parameter",
    ),
    (
        "ORDER BY what DISTINCT hides",
        "select distinct status from run order by id",
        "does not select",
    ),
    (
        "ORDER BY a name of two",
        "select r.id, k.id from run r join key_log k on k.run_id = r.id order by id",
        "two outputs",
    ),
    (
        "ORDER BY USING",
        "select id from run order by id using <",
        "",
    ),
    (
        "GROUP BY a constant",
        "select count(*) from run group by 'x'",
        "a constant",
    ),
    (
        "GROUP BY a parameter",
        "select count(*) from run group by $1",
        "a parameter",
    ),
    (
        "GROUP BY an aggregate",
        "select count(*) as n from run group by n",
        "in GROUP BY",
    ),
    (
        "GROUP BY an ambiguous alias",
        "select dungeon as status, count(*) from run group by status",
        "name of a column and of another output",
    ),
    (
        "a bare column beside an aggregate",
        "select id, max(created_at) from run",
        "beside an aggregate",
    ),
    (
        "a bare column of a group",
        "select status, id from run group by status",
        "`id` beside an aggregate",
    ),
    (
        "a star in groups",
        "select * from run group by id",
        "beside an aggregate",
    ),
    (
        "a bare column in HAVING",
        "select status from run group by status having id > 1",
        "beside an aggregate",
    ),
    (
        "a bare column behind ORDER BY",
        "select status from run group by status order by id",
        "beside an aggregate",
    ),
    (
        "a bare column in a window of groups",
        "select status, rank() over (order by id) from run group by status",
        "beside an aggregate",
    ),
    (
        "a bare column in a subquery of groups",
        "select status, (select count(*) from reaction x where x.run_id = r.id) from run r group by status",
        "beside an aggregate",
    ),
    (
        "an aggregate in WHERE",
        "select id from run where count(*) > 1",
        "in WHERE",
    ),
    (
        "an aggregate in ON",
        "select 1 from run r join points p on max(r.id) = p.user_id",
        "in JOIN ... ON",
    ),
    (
        "an aggregate in an aggregate",
        "select max(count(*)) from run",
        "inside of an aggregate",
    ),
    (
        "an aggregate of an outer query",
        "select id from run r where exists (select max(r.id) from points)",
        "outer query",
    ),
    (
        "a window in WHERE",
        "select id from run where rank() over (order by id) = 1",
        "over` here",
    ),
    (
        "a window in a window",
        "select rank() over (order by rank() over (order by id)) from run",
        "over` here",
    ),
    (
        "a window in an aggregate",
        "select sum(rank() over (order by id)) from run",
        "over` here",
    ),
    (
        "a window without OVER",
        "select row_number() from run",
        "without OVER",
    ),
    (
        "OVER on a plain function",
        "select lower(status) over () from run",
        "OVER on `lower`",
    ),
    (
        "FILTER on a plain function",
        "select lower(status) filter (where true) from run",
        "FILTER",
    ),
    (
        "DISTINCT in a window",
        "select count(distinct id) over () from run",
        "DISTINCT in `count`",
    ),
    (
        "a frame by a parameter",
        "select sum(id) over (order by id rows $1 preceding) from run",
        "whole numbers",
    ),
    (
        "a frame by RANGE",
        "select sum(id) over (order by id range 1 preceding) from run",
        "RANGE",
    ),
    (
        "two columns in IN",
        "select id from run where id in (select id, seats from run)",
        "2 columns",
    ),
    (
        "two columns as a value",
        "select (select id, seats from run) from run",
        "2 columns",
    ),
    (
        "rows in a list",
        "select id from run where (id, seats) in ((1, 2))",
        "a row of values",
    ),
    (
        "rows compared",
        "select id from run where (id, seats) = (1, 2)",
        "a row of values",
    ),
    ("an empty list", "select id from run where id in ()", ""),
];

/// Functions, operators, types, literals, placeholders.
const EXPRESSIONS: &[Attack] = &[
    (
        "max of two",
        "select max(id, seats) from run",
        "number of arguments",
    ),
    (
        "count of nothing",
        "select count() from run",
        "number of arguments",
    ),
    ("sum of a star", "select sum(*) from run", "only count(*)"),
    (
        "count of a table's star",
        "select count(r.*) from run r",
        "arguments are expressions",
    ),
    (
        "load_extension",
        "select load_extension('x') from run",
        "no function `load_extension`",
    ),
    (
        "readfile",
        "select readfile('/etc/passwd') from run",
        "no function `readfile`",
    ),
    (
        "set_config",
        "select set_config('app.guild', '9', false) from run",
        "no function `set_config`",
    ),
    (
        "current_setting",
        "select current_setting('app.guild') from run",
        "`current_setting`",
    ),
    (
        "pg_sleep",
        "select pg_sleep(10) from run",
        "no function `pg_sleep`",
    ),
    (
        "randomblob",
        "select randomblob(1000000000) from run",
        "no function `randomblob`",
    ),
    (
        "zeroblob",
        "select zeroblob(1000000000) from run",
        "no function `zeroblob`",
    ),
    (
        "printf",
        "select printf('%1000000d', 1) from run",
        "no function `printf`",
    ),
    (
        "random",
        "select random() from run",
        "pass the time or number",
    ),
    ("now", "select now() from run", "pass the time or number"),
    (
        "current_timestamp",
        "select current_timestamp from run",
        "pass the time",
    ),
    ("current_user", "select current_user from run", ""),
    (
        "row_to_json",
        "select row_to_json(run) from run",
        "no function `row_to_json`",
    ),
    (
        "to_jsonb",
        "select to_jsonb(r) from run r",
        "no function `to_jsonb`",
    ),
    (
        "query_to_xml",
        "select query_to_xml('select 1', true, true, '') from run",
        "no function",
    ),
    (
        "group_concat",
        "select group_concat(status) from run",
        "no function",
    ),
    (
        "string_agg",
        "select string_agg(status, ',') from run",
        "no function",
    ),
    (
        "a qualified function",
        "select pg_catalog.lower(status) from run",
        "qualified name",
    ),
    (
        "last_insert_rowid",
        "select last_insert_rowid() from run",
        "no function",
    ),
    (
        "total_changes",
        "select total_changes() from run",
        "no function",
    ),
    (
        "substring from for",
        "select substring(status from 1 for 2) from run",
        "substr(text",
    ),
    (
        "trim of characters",
        "select trim(both 'x' from status) from run",
        "trim(text)",
    ),
    (
        "extract",
        "select extract(year from created_at) from run",
        "date arithmetic",
    ),
    (
        "position",
        "select position('a' in status) from run",
        "text function",
    ),
    ("ceil", "select ceil(seats) from run", ""),
    (
        "COLLATE",
        "select id from run order by status collate nocase",
        "COLLATE",
    ),
    (
        "ILIKE",
        "select id from run where status ilike 'o%'",
        "lower(x) like",
    ),
    (
        "SIMILAR TO",
        "select id from run where status similar to 'o%'",
        "regular expression",
    ),
    (
        "LIKE with ESCAPE",
        "select id from run where status like $1 escape '!'",
        "substr(x, 1, length($1)) = $1",
    ),
    (
        "LIKE with a backslash",
        "select id from run where status like '%SECRET\\'",
        "backslash",
    ),
    ("GLOB", "select id from run where status glob 'o*'", ""),
    ("REGEXP", "select id from run where status regexp 'o'", ""),
    ("~", "select id from run where status ~ 'o'", ""),
    ("@@", "select id from run where status @@ 'o'", ""),
    ("->", "select status -> 'a' from run", ""),
    ("bits", "select seats & 1 from run", "the operator `&`"),
    ("shift", "select seats << 1 from run", ""),
    ("power", "select seats ^ 2 from run", ""),
    (
        "ANY",
        "select id from run where id = any (select id from run)",
        "ANY and ALL",
    ),
    (
        "ALL",
        "select id from run where id > all (select id from run)",
        "ANY and ALL",
    ),
    ("an array", "select array[1, 2] from run", ""),
    ("a subscript", "select (array[1])[1] from run", ""),
    ("ROW", "select row(1, 2) from run", ""),
    (
        "AT TIME ZONE",
        "select created_at at time zone 'utc' from run",
        "date arithmetic",
    ),
    (
        "a cast to regclass",
        "select 'run'::regclass from run",
        "the type",
    ),
    (
        "a cast to integer",
        "select cast(seats as integer) from run",
        "bigint",
    ),
    (
        "a cast to a timestamp",
        "select cast(created_at as timestamp) from run",
        "milliseconds",
    ),
    (
        "a cast to a custom type",
        "select cast(status as foo) from run",
        "the type",
    ),
    (
        "a cast to an array",
        "select cast(status as text[]) from run",
        "the type",
    ),
    (
        "a typed literal",
        "select date '2020-01-01' from run",
        "typed literal",
    ),
    (
        "a fraction",
        "select seats * 0.5 from run",
        "pass it as a parameter",
    ),
    (
        "a huge number",
        "select 9223372036854775808 from run",
        "pass it as a parameter",
    ),
    (
        "a number with an exponent",
        "select 1e3 from run",
        "pass it as a parameter",
    ),
    ("a hexadecimal number", "select x'41' from run", ""),
    (
        "an escape string",
        "select id from run where status = E'a\\nb'",
        "",
    ),
    ("a dollar string", "select $$a$$ from run", ""),
    ("a national string", "select N'a' from run", ""),
    (
        "a control character",
        "select id from run where status = 'a\u{1}'",
        "control character",
    ),
    (
        "a line end in a text",
        "select id from run where status = 'a\nb'",
        "control character",
    ),
    (
        "a placeholder without a number",
        "select id from run where id = ?",
        "",
    ),
    (
        "a placeholder with a name",
        "select id from run where id = :id",
        "",
    ),
    ("an at-placeholder", "select id from run where id = @id", ""),
    (
        "a numbered question mark",
        "select id from run where id = ?1",
        "",
    ),
    (
        "placeholder zero",
        "select id from run where id = $0",
        "$1, $2",
    ),
    (
        "a placeholder with a leading zero",
        "select id from run where id = $01",
        "$1, $2",
    ),
    (
        "a gap in the placeholders",
        "select id from run where id = $2",
        "`$2` without `$1`",
    ),
    (
        "a placeholder too high",
        "select id from run where id = $201",
        "too large",
    ),
];

/// Writes that reach rows by a way around the guard.
const WRITES: &[Attack] = &[
    (
        "INSERT without columns",
        "insert into memo values (1, 2, 'x')",
        "list the columns",
    ),
    (
        "DEFAULT VALUES",
        "insert into memo default values",
        "list the columns",
    ),
    (
        "INSERT OR REPLACE",
        "insert or replace into points (user_id) values (1)",
        "",
    ),
    (
        "INSERT OR IGNORE",
        "insert or ignore into points (user_id) values (1)",
        "",
    ),
    ("REPLACE", "replace into points (user_id) values (1)", ""),
    (
        "UPDATE OR REPLACE",
        "update or replace points set user_id = 1",
        "",
    ),
    (
        "a column twice",
        "insert into memo (n, n) values (1, 2)",
        "twice",
    ),
    (
        "too few values",
        "insert into memo (about, n) values (1)",
        "1 values for 2 columns",
    ),
    (
        "too many values",
        "insert into memo (n) values (1, 9)",
        "2 values for 1 columns",
    ),
    (
        "too many selected",
        "insert into memo (n) select id, 9 from run",
        "2 values for 1 columns",
    ),
    (
        "too many in the second arm",
        "insert into memo (n) select id from run union all select id, 9 from run",
        "columns",
    ),
    (
        "a column read in VALUES",
        "insert into memo (n) values (n)",
        "no column `n`",
    ),
    (
        "a conflict target that is no key",
        "insert into run (id, dungeon, organizer_id) values (1, 'a', 2)
             on conflict (organizer_id) do update set dungeon = 'x'",
        "the keys of `run` are (id)",
    ),
    (
        "a conflict target that is part of a key",
        "insert into reaction (run_id, user_id, state) values (1, 2, 'a')
             on conflict (run_id) do update set state = 'b'",
        "the keys of `reaction` are (run_id, user_id)",
    ),
    (
        "a conflict on a table without a key",
        "insert into memo (n) values (1) on conflict (n) do nothing",
        "`memo` has no key",
    ),
    (
        "ON CONSTRAINT",
        "insert into points (user_id) values (1)
             on conflict on constraint points_pkey do update set total = 1",
        "ON CONSTRAINT",
    ),
    (
        "DO UPDATE without a target",
        "insert into points (user_id) values (1) on conflict do update set total = 1",
        "without a target",
    ),
    (
        "a subquery in DO UPDATE",
        "insert into points (user_id) values (1)
             on conflict (user_id) do update set total = (select max(total) from points)",
        "a subquery in ON CONFLICT",
    ),
    (
        "a subquery in the condition of DO UPDATE",
        "insert into points (user_id) values (1)
             on conflict (user_id) do update set total = 1 where exists (select 1 from run)",
        "a subquery in ON CONFLICT",
    ),
    (
        "a subquery in RETURNING",
        "delete from run where id = 1 returning (select max(id) from run)",
        "a subquery in RETURNING",
    ),
    (
        "an aggregate in RETURNING",
        "delete from run returning count(*)",
        "in RETURNING",
    ),
    (
        "a window in RETURNING",
        "delete from run returning rank() over (order by id)",
        "over` here",
    ),
    (
        "RETURNING the FROM table",
        "update points set total = 1 from run r where r.id = points.user_id returning r.id",
        "no table or alias",
    ),
    (
        "SET by tuple",
        "update run set (seats, party) = (1, 'x')",
        "SET (a, b)",
    ),
    (
        "SET of a qualified column",
        "update run set run.seats = 1",
        "",
    ),
    ("SET twice", "update run set seats = 1, seats = 2", "twice"),
    (
        "UPDATE of a join",
        "update run r join points p on true set seats = 1",
        "",
    ),
    (
        "UPDATE of a CTE",
        "with w as (select id from run) update w set id = 1",
        "WITH in front",
    ),
    (
        "UPDATE of a physical table",
        "update raids__run set seats = 1",
        "double underscore",
    ),
    ("UPDATE with LIMIT", "update run set seats = 1 limit 1", ""),
    (
        "UPDATE FROM the same name",
        "update run set seats = 1 from run",
        "two tables called `run`",
    ),
    (
        "UPDATE FROM a physical table",
        "update run set seats = 1 from notes__note n",
        "double underscore",
    ),
    (
        "DELETE USING",
        "delete from run using points where points.user_id = run.id",
        "",
    ),
    ("DELETE of several", "delete from run, points", ""),
    ("DELETE with LIMIT", "delete from run limit 1", ""),
    ("DELETE with ORDER BY", "delete from run order by id", ""),
    ("WHERE CURRENT OF", "delete from run where current of c", ""),
    (
        "an alias that hides the guard",
        "update run as excluded set seats = 1",
        "a database uses it",
    ),
];

/// Migrations. Each stands behind the schema of the oracle.
const SCHEMAS: &[Attack] = &[
    (
        "the guild column",
        "create table x (guild_id bigint, a bigint)",
        "leave it out",
    ),
    (
        "the guild column added",
        "alter table run add column guild_id bigint",
        "leave it out",
    ),
    (
        "the guild column dropped",
        "alter table run drop column guild_id",
        "leave it out",
    ),
    (
        "the guild column indexed",
        "create index x on run (guild_id)",
        "leave it out",
    ),
    (
        "a key with the guild column",
        "create table x (a bigint, primary key (guild_id, a))",
        "leave it out",
    ),
    (
        "a physical table",
        "create table raids__x (a bigint)",
        "double underscore",
    ),
    (
        "another plugin's table",
        "create table notes__x (a bigint)",
        "double underscore",
    ),
    (
        "a table with an underscore first",
        "create table _x (a bigint)",
        "start with a letter",
    ),
    (
        "a qualified table",
        "create table main.x (a bigint)",
        "qualified name",
    ),
    (
        "a table of SQLite's own",
        "create table sqlite_x (a bigint)",
        "a database uses it",
    ),
    (
        "a column of the database's own",
        "create table x (rowid bigint)",
        "a database uses it",
    ),
    (
        "a table that exists",
        "create table run (a bigint)",
        "called so already",
    ),
    (
        "a table called as an index",
        "create table run_by_status (a bigint)",
        "called so already",
    ),
    (
        "a constraint called as a table",
        "create table x (a bigint, constraint run unique (a))",
        "called so already",
    ),
    (
        "a constraint called as its table",
        "create table x (a bigint, constraint x unique (a))",
        "used in this table",
    ),
    (
        "two constraints of one name",
        "create table x (a bigint, constraint y unique (a), constraint y check (a > 0))",
        "used in this table",
    ),
    (
        "a temporary table",
        "create temporary table x (a bigint)",
        "this clause of CREATE TABLE",
    ),
    ("or replace", "create or replace table x (a bigint)", ""),
    (
        "if not exists",
        "create table if not exists x (a bigint)",
        "runs once",
    ),
    (
        "a table from a query",
        "create table x as select id from run",
        "CREATE TABLE ... AS",
    ),
    ("a table like another", "create table x (like run)", ""),
    (
        "a virtual table",
        "create virtual table x using fts5(a)",
        "",
    ),
    (
        "an unlogged table",
        "create unlogged table x (a bigint)",
        "",
    ),
    (
        "without rowid",
        "create table x (a bigint primary key) without rowid",
        "this clause of CREATE TABLE",
    ),
    (
        "strict",
        "create table x (a bigint) strict",
        "this clause of CREATE TABLE",
    ),
    (
        "inheritance",
        "create table x (a bigint) inherits (run)",
        "",
    ),
    (
        "partitions",
        "create table x (a bigint) partition by list (a)",
        "",
    ),
    ("no columns", "create table x ()", "without columns"),
    (
        "a column twice",
        "create table x (a bigint, a text)",
        "a second column `a`",
    ),
    ("a column without a type", "create table x (a)", ""),
    (
        "an integer",
        "create table x (a integer)",
        "4 bytes on PostgreSQL",
    ),
    ("a serial", "create table x (a serial)", "the type"),
    ("a varchar", "create table x (a varchar(10))", "length()"),
    (
        "a timestamp",
        "create table x (a timestamp)",
        "milliseconds",
    ),
    (
        "a numeric",
        "create table x (a numeric(10, 2))",
        "smallest unit",
    ),
    ("json", "create table x (a jsonb)", "JSON in the plugin"),
    ("a blob", "create table x (a blob)", "the type"),
    (
        "an identity column",
        "create table x (a bigint generated always as identity primary key)",
        "next-id",
    ),
    (
        "autoincrement",
        "create table x (a bigint primary key autoincrement)",
        "",
    ),
    (
        "a computed column",
        "create table x (a bigint, b bigint generated always as (a + 1) stored)",
        "next-id",
    ),
    (
        "a collation",
        "create table x (a text collate nocase)",
        "COLLATE",
    ),
    (
        "a default by a function",
        "create table x (a bigint default abs(1))",
        "a default is a literal",
    ),
    (
        "a default by a subquery",
        "create table x (a bigint default (select 1))",
        "a default is a literal",
    ),
    (
        "a default by a parameter",
        "create table x (a bigint default $1)",
        "a default is a literal",
    ),
    (
        "a default of the time",
        "create table x (a bigint default current_timestamp)",
        "a default is a literal",
    ),
    (
        "a default of another type",
        "create table x (a bigint default 'x')",
        "another type",
    ),
    (
        "a check by a subquery",
        "create table x (a bigint check (a in (select id from run)))",
        "a subquery in CHECK",
    ),
    (
        "a check by a parameter",
        "create table x (a bigint check (a > $1))",
        "parameter",
    ),
    (
        "a check of an unknown column",
        "create table x (a bigint check (b > 1))",
        "no column `b`",
    ),
    (
        "a check of the guild",
        "create table x (a bigint check (guild_id > 1))",
        "leave it out",
    ),
    (
        "a check of nothing",
        "create table x (a bigint check (1 > 2))",
        "without a column",
    ),
    (
        "a check by an aggregate",
        "create table x (a bigint check (max(a) > 1))",
        "CHECK",
    ),
    (
        "two primary keys",
        "create table x (a bigint primary key, b bigint primary key)",
        "second primary key",
    ),
    (
        "deferrable",
        "create table x (a bigint, unique (a) deferrable)",
        "this clause of UNIQUE",
    ),
    (
        "deferrable behind a column",
        "create table x (a bigint unique deferrable)",
        "",
    ),
    (
        "nulls not distinct",
        "create table x (a bigint, unique nulls not distinct (a))",
        "",
    ),
    (
        "conflict replace in a key",
        "create table x (a bigint primary key on conflict replace)",
        "",
    ),
    (
        "a reference to another plugin",
        "create table x (a bigint references notes__note (id))",
        "double underscore",
    ),
    (
        "a reference to a host table",
        "create table x (a bigint references outbox (id))",
        "no table `outbox`",
    ),
    (
        "a reference to no key",
        "create table x (a bigint references run (seats))",
        "points to a key",
    ),
    (
        "a reference to a partial key",
        "create table x (a bigint references run (organizer_id))",
        "points to a key",
    ),
    (
        "a reference of another type",
        "create table x (a text references run (id))",
        "types differ",
    ),
    (
        "a reference of another width",
        "create table x (a bigint, foreign key (a) references reaction (run_id, user_id))",
        "more or fewer",
    ),
    (
        "on delete set null",
        "create table x (a bigint references run (id) on delete set null)",
        "would lose it",
    ),
    (
        "on delete set default",
        "create table x (a bigint references run (id) on delete set default)",
        "would lose it",
    ),
    (
        "on update set null",
        "create table x (a bigint references run (id) on update set null)",
        "would lose it",
    ),
    (
        "match full",
        "create table x (a bigint references run (id) match full)",
        "clause of a foreign key",
    ),
    (
        "a deferred reference",
        "create table x (a bigint references run (id) deferrable initially deferred)",
        "clause of a foreign key",
    ),
    (
        "an exclusion",
        "create table x (a bigint, exclude using gist (a with =))",
        "",
    ),
    ("an index without a name", "create index on run (seats)", ""),
    (
        "an index over an expression",
        "create index x on run (lower(status))",
        "index over an expression",
    ),
    (
        "an index in descending order",
        "create index x on run (created_at desc)",
        "both directions",
    ),
    (
        "an index by a method",
        "create index x on run using gin (status)",
        "",
    ),
    (
        "an index that includes",
        "create index x on run (id) include (seats)",
        "",
    ),
    (
        "an index made concurrently",
        "create index concurrently x on run (id)",
        "",
    ),
    (
        "an index with a subquery",
        "create index x on run (id) where id in (select id from run)",
        "a subquery in",
    ),
    (
        "an index with a parameter",
        "create index x on run (id) where id = $1",
        "parameter",
    ),
    (
        "an index of the same name",
        "create index run_by_status on run (id)",
        "called so already",
    ),
    (
        "an index of an unknown column",
        "create index x on run (foo)",
        "no column `foo`",
    ),
    (
        "add a column with a key",
        "alter table run add column a bigint unique",
        "in ADD COLUMN",
    ),
    (
        "add a column with a reference",
        "alter table run add column a bigint references run (id)",
        "in ADD COLUMN",
    ),
    (
        "add a column that must be there",
        "alter table run add column a bigint not null",
        "without a default",
    ),
    (
        "add a column twice",
        "alter table run add column seats bigint",
        "second column",
    ),
    (
        "add a constraint",
        "alter table run add constraint c unique (seats)",
        "this ALTER TABLE",
    ),
    (
        "drop a constraint",
        "alter table run drop constraint run_seats_positive",
        "this ALTER TABLE",
    ),
    (
        "disable row level security",
        "alter table run disable row level security",
        "this ALTER TABLE",
    ),
    (
        "change the owner",
        "alter table run owner to current_user",
        "",
    ),
    (
        "rename a column",
        "alter table run rename column seats to places",
        "RENAME",
    ),
    (
        "rename a table",
        "alter table run rename to outbox",
        "RENAME",
    ),
    (
        "two changes at once",
        "alter table run add column a bigint, add column b bigint",
        "",
    ),
    (
        "drop a column of a key",
        "alter table run drop column id",
        "a key uses it",
    ),
    (
        "drop a column of a check",
        "alter table run drop column seats",
        "a check uses it",
    ),
    (
        "drop a column of a condition",
        "alter table run drop column status",
        "uses it",
    ),
    (
        "drop a column of a reference",
        "alter table key_log drop column run_id",
        "a foreign key uses it",
    ),
    (
        "drop an unknown column",
        "alter table run drop column foo",
        "no column `foo`",
    ),
    (
        "drop a table that others need",
        "drop table run",
        "refers to it",
    ),
    (
        "drop with cascade",
        "drop table run cascade",
        "this clause of DROP",
    ),
    (
        "drop two tables",
        "drop table memo, points",
        "one statement each",
    ),
    (
        "drop a physical table",
        "drop table raids__run",
        "double underscore",
    ),
    ("drop an unknown index", "drop index foo", "no index `foo`"),
    ("drop a view", "drop view x", ""),
    ("a view", "create view x as select id from run", ""),
    (
        "a trigger",
        "create trigger x after delete on run begin delete from points; end",
        "",
    ),
    (
        "a function",
        "create function f() returns bigint language sql as 'select 1'",
        "",
    ),
    ("a policy", "create policy p on run using (true)", ""),
    ("a grant", "grant all on run to public", ""),
    ("a schema", "create schema x", ""),
    ("a query", "select id from run", "nobody reads its rows"),
    (
        "a transaction",
        "begin; create table x (a bigint); commit",
        "in a migration",
    ),
    ("pragma", "pragma foreign_keys = off", ""),
    (
        "a backfill with a parameter",
        "update run set seats = $1",
        "write a literal",
    ),
    (
        "a backfill of the guild",
        "update run set guild_id = 9",
        "leave it out",
    ),
    (
        "a backfill of another plugin",
        "update notes__note set a = 1",
        "double underscore",
    ),
];

fn check(attack: &Attack, dialect: Dialect, refused: Result<(), GateError>) -> Option<String> {
    let (name, text, part) = attack;
    match refused {
        Ok(()) => Some(format!("{dialect:?}, {name}: passed: {text}")),
        Err(error) => {
            let message = error.to_string();
            // The parsers differ in what they already refuse, and then in their own words.
            let by_parser = matches!(error, GateError::Syntax(_));
            (!by_parser && !message.contains(part))
                .then(|| format!("{dialect:?}, {name}: no `{part}` in: {message}"))
        }
    }
}

#[test]
fn attacks_by_statement_are_refused_by_name() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for dialect in BOTH {
        let (catalogue, _) = oracle::schema(dialect);
        for attack in [NAMES, STATEMENTS, QUERIES, EXPRESSIONS, WRITES]
            .into_iter()
            .flatten()
        {
            let refused = confine(&catalogue, dialect, attack.1).map(|_| ());
            wrong.extend(check(attack, dialect, refused));
            count += 1;
        }
    }
    println!("{count} attacks by statement");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn attacks_by_migration_are_refused_by_name_and_change_nothing() {
    let mut wrong = Vec::new();
    for dialect in BOTH {
        for attack in SCHEMAS {
            let (mut catalogue, _) = oracle::schema(dialect);
            let before = catalogue.version();
            let honest_first = format!("create table honest (a bigint); {}", attack.1);
            let refused = catalogue.migrate(dialect, &honest_first).map(|_| ());
            wrong.extend(check(attack, dialect, refused));
            if catalogue.find_table("honest").is_some() || catalogue.version() != before {
                wrong.push(format!("{}: half of the migration stayed", attack.0));
            }
        }
    }
    println!("{} attacks by migration, on both databases", SCHEMAS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an author sees, in full: what, why, and what to write instead.
#[test]
fn a_refusal_says_what_why_and_what_instead() {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    let message = |text| match confine(&catalogue, Dialect::Sqlite, text) {
        Ok(_) => panic!("passed: {text}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        message("select id from run where guild_id = 1"),
        "`guild_id` is refused: the column is the host's. \
         Instead: leave it out, every statement sees only this guild"
    );
    assert_eq!(
        message("select p.tota from points p"),
        "`p` has no column `tota` (it has: user_id, total, week). Did you mean `total`?"
    );
    assert_eq!(
        message("insert into points (user_id) values (1) on conflict (total) do nothing"),
        "ON CONFLICT (total) is refused: rows can only collide on a key that is not partial. \
         Instead: the keys of `points` are (user_id)"
    );
    assert_eq!(
        message("select status, id from run group by status"),
        "the column `id` beside an aggregate is refused: its group has many rows, \
         and the value would be any of theirs. Instead: add it to GROUP BY, or write max(id)"
    );
}

/// Texts that nest or repeat without end, each close to the largest text that is read.
fn bombs() -> Vec<(&'static str, String)> {
    let nested = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let select = |condition: String| format!("select id from run where {condition}");
    vec![
        ("sums", select(format!("id = 0{}", "+1".repeat(8_000)))),
        ("parentheses", select(nested("(", "true", ")", 8_000))),
        ("NOT", select(format!("{}true", "not ".repeat(4_000)))),
        ("minus", select(format!("id = {}1", "- ".repeat(8_000)))),
        (
            "casts",
            select(format!("id = 1{}", "::bigint".repeat(2_000))),
        ),
        ("calls", select(nested("abs(", "1", ")", 3_000))),
        (
            "case",
            select(nested("case when true then ", "true", " end", 600)),
        ),
        (
            "scalar subqueries",
            select(nested("(select id from run where ", "true", ")", 600)),
        ),
        (
            "exists",
            select(nested("exists (select 1 from run where ", "true", ")", 480)),
        ),
        (
            "subqueries in FROM",
            nested("select id from (", "select id from run", ") as x", 600),
        ),
        (
            "WITH",
            nested(
                "with w as (",
                "select id from run",
                ") select id from w",
                480,
            ),
        ),
        (
            "unions",
            format!(
                "select id from run{}",
                " union select 1 from run".repeat(600)
            ),
        ),
        (
            "concatenations",
            select(format!("'a'{} = 'a'", "||'a'".repeat(3_200))),
        ),
        (
            "conditions",
            select(format!("true{}", " and true".repeat(1_800))),
        ),
        ("IS NULL", select(format!("id{}", " is null".repeat(2_000)))),
        (
            "an IN list",
            select(format!("id in (1{})", ",1".repeat(8_000))),
        ),
        (
            "joins",
            format!("select 1 from run a{}", ", run".repeat(2_700)),
        ),
        (
            "rows",
            format!("insert into memo (n) values (1){}", ",(1)".repeat(4_000)),
        ),
        (
            "BETWEEN",
            select(format!("id {}1", "between 1 and ".repeat(1_100))),
        ),
        ("brackets", select(format!("id{}", "[1".repeat(8_000)))),
        (
            "length",
            select(format!("status = '{}'", "a".repeat(20_000))),
        ),
    ]
}

#[test]
fn bombs_are_refused_quickly_on_a_small_stack() {
    for dialect in BOTH {
        for (name, text) in bombs() {
            let (catalogue, _) = oracle::schema(dialect);
            let thread = std::thread::Builder::new()
                .stack_size(2 * 1024 * 1024)
                .spawn(move || {
                    let start = Instant::now();
                    let refused = confine(&catalogue, dialect, &text).is_err();
                    (refused, start.elapsed())
                })
                .expect("a thread starts");
            let (refused, took) = thread.join().expect("no overflow of the stack");
            println!("{dialect:?} {name}: {took:?}");
            assert!(refused, "{dialect:?} {name}: passed");
            assert!(
                took < Duration::from_secs(2),
                "{dialect:?} {name}: {took:?}"
            );
        }
    }
}

#[test]
fn the_deepest_statement_that_passes_also_runs() {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let mut worlds = oracle::Worlds::new(oracle::Size::SMALL).await;
        let mut passed = 0;
        for depth in 1..70 {
            let texts = [
                format!("select id from run where id > {}1", "1 - ".repeat(depth)),
                format!(
                    "select id from run where id = {}1{}",
                    "abs(".repeat(depth),
                    ")".repeat(depth)
                ),
                format!(
                    "select id from {}run{}",
                    "(select id from ".repeat(depth.min(12)),
                    " as x) as y".repeat(depth.min(12))
                ),
            ];
            for text in texts {
                if confine(&catalogue, Dialect::Sqlite, &text).is_err() {
                    continue;
                }
                passed += 1;
                if let oracle::Outcome::Different(difference) = worlds.compare(&text, &[]).await {
                    panic!("{difference}");
                }
            }
        }
        assert!(passed > 60, "only {passed} passed");
    });
}

#[test]
fn plugins_with_like_names_share_no_table() {
    for bad in [
        "", "Raids", "raids__x", "raids_", "_raids", "sqlite", "sqlite_x", "pg_x", "1a", "a-b",
        "a.b",
    ] {
        assert!(Catalogue::new(bad).is_err(), "`{bad}` passed");
    }
    let mut names = Vec::new();
    for plugin in ["a", "a_b", "ab"] {
        let mut catalogue = Catalogue::new(plugin).expect("a good name");
        for table in ["b", "b_c", "c", "a_b"] {
            catalogue
                .migrate(Dialect::Sqlite, &format!("create table {table} (x bigint)"))
                .expect("a good table");
        }
        names.extend(catalogue.tables().map(|table| table.physical.clone()));
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn names_that_postgresql_would_cut_are_refused() {
    let mut catalogue = Catalogue::new("a_plugin_with_quite_a_long_name").expect("a good name");
    let mut accepts = |text: &str| catalogue.migrate(Dialect::Postgres, text).is_ok();
    let long = "a_name_of_thirty_three_characters";
    assert!(!accepts(&format!("create table {long} (a bigint)")));
    assert!(accepts("create table short (a bigint)"));
    assert!(!accepts(&format!("create index {long} on short (a)")));
    assert!(accepts(&format!(
        "create index {} on short (a)",
        &long[..30]
    )));
}
