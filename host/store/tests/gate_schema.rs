//! Migrations: the schema that comes out, on a real SQLite, and the words for a broken rule.

#[path = "gate/oracle.rs"]
mod oracle;

use muster_store::gate::{
    Catalogue, Dialect, GateCache, MigrationStep, Type, ViolationKind, confine,
};
use oracle::{Value, connect, fetch, run_raw};
use sqlx::SqliteConnection;

const GUILDS: [i64; 2] = [3, 5];

/// A plugin's database as its migrations leave it.
struct Installed {
    connection: SqliteConnection,
    catalogue: Catalogue,
}

impl Installed {
    async fn new(migration: &str) -> Self {
        let mut installed = Self {
            connection: connect().await,
            catalogue: Catalogue::new("acme").expect("a good name"),
        };
        installed.migrate(migration).await;
        installed
    }

    async fn migrate(&mut self, migration: &str) {
        let steps = self
            .catalogue
            .migrate(Dialect::Sqlite, migration)
            .expect("accepted");
        for MigrationStep { sql, per_guild } in steps {
            if per_guild {
                for guild in GUILDS {
                    fetch(&mut self.connection, &sql, &[guild.into()])
                        .await
                        .expect("the backfill runs");
                }
            } else {
                run_raw(&mut self.connection, &sql).await;
            }
        }
    }

    async fn run(&mut self, guild: i64, sql: &str) -> Result<Vec<Vec<Value>>, String> {
        let confined = confine(&self.catalogue, Dialect::Sqlite, sql).expect("accepted");
        fetch(&mut self.connection, &confined.sql, &[guild.into()]).await
    }

    async fn both(&mut self, sql: &str) {
        for guild in GUILDS {
            self.run(guild, sql).await.expect("runs in every guild");
        }
    }
}

fn row<const N: usize>(values: [Value; N]) -> Vec<Value> {
    values.into()
}

#[tokio::test]
async fn the_guild_stands_in_every_table_key_index_and_reference() {
    let mut installed = Installed::new(oracle::SCHEMA).await;
    let schema = fetch(
        &mut installed.connection,
        "select sql from sqlite_master where sql is not null",
        &[],
    )
    .await
    .expect("the schema is read");
    assert!(schema.len() > 8);
    for line in schema.into_iter().flatten() {
        let Value::Text(sql) = line else {
            panic!("no text")
        };
        for words in [
            "PRIMARY KEY (",
            "UNIQUE (",
            "FOREIGN KEY (",
            " ON `acme__run` (",
        ] {
            for after in sql.split(words).skip(1) {
                assert!(after.starts_with("`guild_id`"), "{words} in {sql}");
            }
        }
        assert!(sql.contains("guild_id"), "{sql}");
    }
}

#[test]
fn a_table_comes_out_like_this() {
    let author = "create table seat (
        run_id  bigint references run on delete cascade,
        nr      bigint default 1,
        who     text not null default 'nobody',
        taken   boolean not null default false,
        weight  double precision,
        primary key (run_id, nr),
        constraint seat_nr check (nr > 0 or not taken)
    )";
    let sql = |dialect| {
        let mut catalogue = Catalogue::new("acme").expect("a good name");
        catalogue
            .migrate(dialect, "create table run (id bigint primary key)")
            .expect("accepted");
        let steps = catalogue.migrate(dialect, author).expect("accepted");
        steps.into_iter().map(|step| step.sql).collect::<Vec<_>>()
    };
    assert_eq!(
        sql(Dialect::Sqlite),
        ["CREATE TABLE `acme__seat` (`guild_id` BIGINT NOT NULL, \
          `run_id` BIGINT NOT NULL, `nr` BIGINT DEFAULT 1 NOT NULL, \
          `who` TEXT DEFAULT 'nobody' NOT NULL, `taken` BOOLEAN DEFAULT FALSE NOT NULL, \
          `weight` DOUBLE PRECISION, \
          CONSTRAINT `acme__seat__pk1` PRIMARY KEY (`guild_id`, `run_id`, `nr`), \
          CONSTRAINT `acme__seat__f2` FOREIGN KEY (`guild_id`, `run_id`) \
          REFERENCES `acme__run` (`guild_id`, `id`) ON DELETE CASCADE, \
          CONSTRAINT `acme__seat_nr` CHECK (((`nr` > 0) OR (NOT `taken`))))"]
    );
    assert_eq!(
        sql(Dialect::Postgres),
        [
            "CREATE TABLE \"acme__seat\" (\"guild_id\" BIGINT NOT NULL, \
             \"run_id\" BIGINT NOT NULL, \"nr\" BIGINT DEFAULT 1 NOT NULL, \
             \"who\" TEXT COLLATE \"C\" DEFAULT 'nobody' NOT NULL, \
             \"taken\" BOOLEAN DEFAULT FALSE NOT NULL, \"weight\" DOUBLE PRECISION, \
             CONSTRAINT \"acme__seat__pk1\" PRIMARY KEY (\"guild_id\", \"run_id\", \"nr\"), \
             CONSTRAINT \"acme__seat__f2\" FOREIGN KEY (\"guild_id\", \"run_id\") \
             REFERENCES \"acme__run\" (\"guild_id\", \"id\") ON DELETE CASCADE, \
             CONSTRAINT \"acme__seat_nr\" \
             CHECK (((\"nr\" > CAST(0 AS BIGINT)) OR (NOT \"taken\"))))",
            "ALTER TABLE \"acme__seat\" ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE \"acme__seat\" FORCE ROW LEVEL SECURITY",
            "CREATE POLICY \"guild\" ON \"acme__seat\" \
             USING (\"guild_id\" = CAST(NULLIF(current_setting('app.guild', TRUE), '') AS BIGINT)) \
             WITH CHECK (\"guild_id\" = \
             CAST(NULLIF(current_setting('app.guild', TRUE), '') AS BIGINT))",
        ]
    );
}

#[tokio::test]
async fn a_table_without_a_key_is_still_searched_by_guild() {
    let mut installed = Installed::new("create table note (a bigint, b text)").await;
    let confined = confine(
        &installed.catalogue,
        Dialect::Sqlite,
        "select b from note where a = 1",
    )
    .expect("accepted");
    let plan = fetch(
        &mut installed.connection,
        &format!("explain query plan {}", confined.sql),
        &[1.into()],
    )
    .await
    .expect("a plan");
    assert!(
        format!("{plan:?}").contains("USING INDEX acme__note__guild (guild_id=?)"),
        "{plan:?}"
    );
}

#[tokio::test]
async fn one_key_may_stand_in_every_guild_once() {
    let mut installed = Installed::new(
        "create table run (id bigint primary key, name text unique);
         create unique index one_name on run (name) where id > 5",
    )
    .await;
    installed
        .both("insert into run (id, name) values (1, 'a'), (2, 'b')")
        .await;
    assert!(
        installed
            .run(3, "insert into run (id, name) values (1, 'x')")
            .await
            .is_err()
    );
    assert!(
        installed
            .run(3, "insert into run (id, name) values (9, 'a')")
            .await
            .is_err()
    );
    let error = installed
        .run(3, "insert into run (id, name) values (null, 'n')")
        .await;
    assert!(error.is_err(), "a primary key is never null");
}

#[tokio::test]
async fn references_and_cascades_stay_within_the_guild() {
    let mut installed = Installed::new(
        "create table run (next bigint references run (id), id bigint primary key);
         create table seat (run_id bigint not null references run (id) on delete cascade,
                            nr bigint not null, primary key (run_id, nr))",
    )
    .await;
    installed
        .run(3, "insert into run (id) values (1), (2)")
        .await
        .expect("runs");
    let absent = installed
        .run(5, "insert into seat (run_id, nr) values (1, 1)")
        .await;
    assert!(absent.is_err(), "run 1 is another guild's");
    installed
        .run(5, "insert into run (id) values (1)")
        .await
        .expect("runs");
    installed
        .both("insert into seat (run_id, nr) values (1, 1), (1, 2)")
        .await;
    installed
        .run(5, "delete from run where id = 1")
        .await
        .expect("runs");
    let left = "select count(*) from seat";
    assert_eq!(installed.run(3, left).await, Ok(vec![row([2.into()])]));
    assert_eq!(installed.run(5, left).await, Ok(vec![row([0.into()])]));
}

#[tokio::test]
async fn migrations_with_rows_expand_move_and_contract() {
    let mut installed = Installed::new(
        "create table run (id bigint primary key, title text, old bigint);
         create index run_by_title on run (title)",
    )
    .await;
    installed
        .both("insert into run (id, title, old) values (1, 'a', 7), (2, null, 8)")
        .await;
    let before = installed.catalogue.version();
    installed
        .migrate(
            "alter table run add column status text not null default 'open';
             alter table run add column score double precision;
             update run set status = 'old' where old > 7;
             create table archive (id bigint primary key, title text);
             insert into archive (id, title) select id, title from run where title is not null;
             delete from run where title is null;
             drop index run_by_title;
             alter table run drop column old",
        )
        .await;
    assert_ne!(installed.catalogue.version(), before);
    for guild in GUILDS {
        assert_eq!(
            installed.run(guild, "select * from run").await,
            Ok(vec![row([
                1.into(),
                "a".into(),
                "open".into(),
                Value::Null
            ])])
        );
        assert_eq!(
            installed.run(guild, "select * from archive").await,
            Ok(vec![row([1.into(), "a".into()])])
        );
    }
    installed
        .migrate("drop table archive; drop table run")
        .await;
    assert_eq!(installed.catalogue.tables().count(), 0);
}

#[tokio::test]
async fn names_that_are_words_of_sql_work_in_quotes() {
    let mut installed = Installed::new(
        "create table \"order\" (\"group\" bigint primary key, \"select\" text, \"values\" bigint);
         create index \"index\" on \"order\" (\"select\") where \"values\" > 1",
    )
    .await;
    installed
        .both(
            "insert into \"order\" (\"group\", \"select\") values (1, 'a')
                 on conflict (\"group\") do update set \"select\" = excluded.\"select\"",
        )
        .await;
    let rows = installed
        .run(
            5,
            "select o.\"group\", \"select\" as \"from\" from \"order\" o",
        )
        .await;
    assert_eq!(rows, Ok(vec![row([1.into(), "a".into()])]));
}

#[test]
fn the_same_history_makes_the_same_catalogue() {
    let replay = |texts: &[&str]| {
        let mut catalogue = Catalogue::new("acme").expect("a good name");
        for text in texts {
            catalogue.migrate(Dialect::Sqlite, text).expect("accepted");
        }
        catalogue
    };
    let one = replay(&[oracle::SCHEMA, "create table x (a bigint)"]);
    let same = replay(&[oracle::SCHEMA, "create table x (a bigint)"]);
    let other = replay(&[oracle::SCHEMA, "create table x (b bigint)"]);
    assert_eq!(one.version(), same.version());
    assert_ne!(one.version(), other.version());
    let column = one
        .find_table("run")
        .and_then(|run| run.find_column("locked"))
        .expect("there");
    assert_eq!((column.ty, column.nullable), (Type::Boolean, false));
}

#[tokio::test]
async fn a_broken_rule_is_told_by_its_authors_name() {
    let mut installed = Installed::new(oracle::SCHEMA).await;
    installed
        .both("insert into run (id, dungeon, organizer_id) values (1, 'VOID', 7)")
        .await;
    installed
        .both("insert into template (id, owner_id, name) values (1, 7, 'a')")
        .await;
    let cases = [
        (
            "insert into run (id, dungeon, organizer_id) values (1, 'VOID', 8)",
            ViolationKind::Unique,
            None,
        ),
        (
            "insert into run (id, dungeon, organizer_id) values (2, 'VOID', 7)",
            ViolationKind::Unique,
            Some("run_one_open_per_organizer"),
        ),
        (
            "insert into template (id, owner_id, name) values (2, 7, 'a')",
            ViolationKind::Unique,
            Some("template_name_once"),
        ),
        (
            "update run set seats = 0",
            ViolationKind::Check,
            Some("run_seats_positive"),
        ),
        (
            "insert into reaction (run_id, user_id, state) values (99, 1, 'join')",
            ViolationKind::ForeignKey,
            None,
        ),
        (
            "update run set dungeon = null",
            ViolationKind::NotNull,
            None,
        ),
    ];
    for (sql, kind, name) in cases {
        let raw = installed.run(5, sql).await.expect_err("a rule is broken");
        let violation = installed
            .catalogue
            .constraint_for_violation(&raw)
            .unwrap_or_else(|| panic!("not read: {raw}"));
        assert_eq!(
            (violation.kind, violation.name.as_deref()),
            (kind, name),
            "{raw}"
        );
        assert!(!violation.columns.contains(&"guild_id".to_owned()));
    }
}

#[test]
fn messages_about_others_are_not_this_plugins() {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    for raw in [
        "UNIQUE constraint failed: notes__note.guild_id, notes__note.id",
        "UNIQUE constraint failed: outbox.id",
        "CHECK constraint failed: notes__a",
        "no such table: acme__run",
        "",
    ] {
        assert_eq!(catalogue.constraint_for_violation(raw), None, "{raw}");
    }
    let postgres = [
        (
            "duplicate key value violates unique constraint \"acme__template_name_once\"",
            ViolationKind::Unique,
            Some("template_name_once"),
        ),
        (
            "duplicate key value violates unique constraint \"acme__run__pk1\"",
            ViolationKind::Unique,
            None,
        ),
        (
            "new row for relation \"acme__run\" violates check constraint \
             \"acme__run_seats_positive\"",
            ViolationKind::Check,
            Some("run_seats_positive"),
        ),
        (
            "insert or update on table \"acme__reaction\" violates foreign key constraint \
             \"acme__reaction_of_run\"",
            ViolationKind::ForeignKey,
            Some("reaction_of_run"),
        ),
        (
            "null value in column \"dungeon\" of relation \"acme__run\" violates not-null \
             constraint",
            ViolationKind::NotNull,
            None,
        ),
    ];
    for (raw, kind, name) in postgres {
        let violation = catalogue.constraint_for_violation(raw).expect("read");
        assert_eq!(
            (violation.kind, violation.name.as_deref()),
            (kind, name),
            "{raw}"
        );
    }
}

#[test]
fn a_share_of_the_cache_is_bounded_and_its_own() {
    let (acme, _) = oracle::schema(Dialect::Sqlite);
    let mut notes = Catalogue::new("notes").expect("a good name");
    notes
        .migrate(Dialect::Sqlite, oracle::SCHEMA)
        .expect("accepted");
    let cache = GateCache::new(10);
    let text = "select id from run where id = $1";
    let ours = cache
        .confine(&acme, Dialect::Sqlite, text)
        .expect("accepted");
    let theirs = cache
        .confine(&notes, Dialect::Sqlite, text)
        .expect("accepted");
    assert!(ours.sql.contains("acme__run") && theirs.sql.contains("notes__run"));
    let postgres = cache
        .confine(&acme, Dialect::Postgres, text)
        .expect("accepted");
    assert_ne!(ours.sql, postgres.sql);
    assert_eq!((cache.misses("acme"), cache.misses("notes")), (2, 1));
    cache
        .confine(&acme, Dialect::Sqlite, text)
        .expect("accepted");
    assert_eq!(cache.misses("acme"), 2, "a text is confined once");

    for number in 0..100 {
        let built = format!("select id from run where id = {number}");
        cache
            .confine(&acme, Dialect::Sqlite, &built)
            .expect("accepted");
        cache
            .confine(&acme, Dialect::Sqlite, text)
            .expect("accepted");
    }
    assert_eq!(
        cache.misses("acme"),
        102,
        "what is used stays, what was built goes"
    );
    cache
        .confine(&acme, Dialect::Sqlite, "select id from run where id = 0")
        .expect("accepted");
    assert_eq!(cache.misses("acme"), 103);
    cache
        .confine(&notes, Dialect::Sqlite, text)
        .expect("accepted");
    assert_eq!(cache.misses("notes"), 1, "one plugin pushes out no other's");

    assert!(cache.confine(&acme, Dialect::Sqlite, "select").is_err());
    assert_eq!(cache.misses("acme"), 104, "a refusal costs as much");

    let mut newer = acme.clone();
    newer
        .migrate(Dialect::Sqlite, "alter table run add column extra text")
        .expect("accepted");
    let star = "select * from run";
    let before = cache
        .confine(&acme, Dialect::Sqlite, star)
        .expect("accepted");
    let after = cache
        .confine(&newer, Dialect::Sqlite, star)
        .expect("accepted");
    assert_eq!(after.columns.len(), before.columns.len() + 1);
}
