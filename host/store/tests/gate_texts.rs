//! The texts that come out, for both databases, where their words matter.

#[path = "gate/oracle.rs"]
mod oracle;

use muster_store::gate::{Confined, Dialect, StatementKind, Type, confine};

fn sqlite(text: &str) -> Confined {
    let (catalogue, _) = oracle::schema(Dialect::Sqlite);
    confine(&catalogue, Dialect::Sqlite, text).expect("accepted")
}

fn postgres(text: &str) -> String {
    let (catalogue, _) = oracle::schema(Dialect::Postgres);
    confine(&catalogue, Dialect::Postgres, text)
        .expect("accepted")
        .sql
}

const POINTS: &str = "(SELECT \"t\".\"user_id\", \"t\".\"total\", \"t\".\"week\" \
                      FROM \"acme__points\" AS \"t\" WHERE \"t\".\"guild_id\" = $1)";

#[test]
fn a_query_reads_confined_tables_only() {
    assert_eq!(
        sqlite("select total from points p where user_id = $1").sql,
        "SELECT `p`.`total` AS `total` FROM (SELECT `t`.`user_id`, `t`.`total`, `t`.`week` \
         FROM `acme__points` AS `t` WHERE `t`.`guild_id` = $1) AS `p` \
         WHERE (`p`.`user_id` = $2)"
    );
    assert_eq!(
        postgres("select total from points p where user_id = $1"),
        format!(
            "SELECT \"p\".\"total\" AS \"total\" FROM {POINTS} AS \"p\" WHERE (\"p\".\"user_id\" = $2)"
        )
    );
}

#[test]
fn case_line_ends_comments_and_a_last_semicolon_do_not_matter() {
    let plain = sqlite("select total from points where user_id = $1");
    let loud = sqlite("SELECT Total /* the sum */\n  FROM points -- of all\n WHERE USER_ID = $1;");
    assert_eq!(plain, loud);
}

#[test]
fn a_cte_loses_its_name_in_the_text() {
    assert_eq!(
        postgres("with w as (select user_id from points) select user_id from w"),
        format!(
            "WITH \"cte1\" AS (SELECT \"points\".\"user_id\" AS \"user_id\" FROM {POINTS} AS \"points\") \
             SELECT \"w\".\"user_id\" AS \"user_id\" FROM \"cte1\" AS \"w\""
        )
    );
}

#[test]
fn an_upsert_is_confined_three_times() {
    let text = "insert into points (user_id, total) values ($1, $2)
                    on conflict (user_id) do update set total = total + excluded.total
                  where points.week < 3 returning total";
    assert_eq!(
        sqlite(text).sql,
        "INSERT INTO `acme__points` AS `points` (`user_id`, `total`, `guild_id`) \
         VALUES ($2, $3, $1) ON CONFLICT (`guild_id`, `user_id`) \
         DO UPDATE SET `total` = (`points`.`total` + `excluded`.`total`) \
         WHERE `points`.`guild_id` = $1 AND (`points`.`week` < 3) RETURNING `total` AS `total`"
    );
    assert!(postgres(text).ends_with(
        "WHERE \"points\".\"guild_id\" = $1 AND (\"points\".\"week\" < CAST(3 AS BIGINT)) \
         RETURNING \"points\".\"total\" AS \"total\""
    ));
}

#[test]
fn the_guard_stands_first() {
    assert_eq!(
        sqlite("update points set total = 0 where total > 1 or week = 2").sql,
        "UPDATE `acme__points` AS `points` SET `total` = 0 \
         WHERE `points`.`guild_id` = $1 AND ((`points`.`total` > 1) OR (`points`.`week` = 2))"
    );
    assert_eq!(
        sqlite("delete from points p").sql,
        "DELETE FROM `acme__points` AS `p` WHERE `p`.`guild_id` = $1"
    );
}

#[test]
fn an_insert_from_a_query_adds_the_guild_to_every_arm() {
    let text = "insert into memo (n) select total from points union all select id from run";
    assert_eq!(
        postgres(text).matches(", CAST($1 AS BIGINT) FROM").count(),
        2,
        "{}",
        postgres(text)
    );
}

#[test]
fn postgresql_reads_the_same_meaning() {
    let cases = [
        // Escapes: none, on either.
        ("note like $1", "(\"memo\".\"note\" LIKE $2 ESCAPE '')"),
        // Division by zero: null, on either.
        ("n / $1 > 1", "(\"memo\".\"n\" / NULLIF($2, 0))"),
        // 64 bits, not 32.
        ("n > 5", "CAST(5 AS BIGINT)"),
        (
            "length(note) > 1",
            "CAST(length(\"memo\".\"note\") AS BIGINT)",
        ),
        (
            "substr(note, $1) = ''",
            "substr(\"memo\".\"note\", CAST($2 AS INTEGER))",
        ),
        (
            "round(n, 2) = 1",
            "CAST(round(CAST(\"memo\".\"n\" AS NUMERIC), CAST(CAST(2 AS BIGINT) AS INTEGER)) AS DOUBLE PRECISION)",
        ),
    ];
    for (condition, part) in cases {
        let sql = postgres(&format!("select note from memo where {condition}"));
        assert!(sql.contains(part), "no {part} in {sql}");
    }
    let sum = postgres("select sum(n) filter (where n > 0) as total from memo");
    assert!(
        sum.starts_with("SELECT CAST(sum(\"memo\".\"n\") FILTER (WHERE"),
        "{sum}"
    );
}

/// Null is the smallest value on SQLite and the largest on PostgreSQL.
#[test]
fn postgresql_sorts_nulls_as_sqlite_does() {
    let cases = [
        ("select n from memo order by n", "ORDER BY 1 NULLS FIRST"),
        (
            "select n from memo order by n desc",
            "ORDER BY 1 DESC NULLS LAST",
        ),
        (
            "select n from memo order by n desc nulls first",
            "ORDER BY 1 DESC NULLS FIRST",
        ),
        // Nothing can be null: an index in its own order serves.
        (
            "select user_id from points order by user_id desc",
            "ORDER BY 1 DESC",
        ),
        (
            "select r.id from points p left join run r on r.id = p.user_id order by r.id",
            "ORDER BY \"r\".\"id\" NULLS FIRST",
        ),
    ];
    for (text, end) in cases {
        let sql = postgres(text);
        assert!(sql.ends_with(end), "no {end} in {sql}");
    }
}

#[test]
fn every_text_for_postgresql_parses_there_and_names_no_table_unconfined() {
    for shape in [
        "select r.id, count(x.user_id) as n from run r left join reaction x on x.run_id = r.id
          group by r.id order by n desc limit $1",
        "select user_id, rank() over (partition by week order by total desc) as place from points",
        "update points set total = k.n
           from (select user_id, count(*) as n from key_log group by user_id) as k
          where k.user_id = points.user_id returning *",
    ] {
        let sql = postgres(shape);
        sqlparser::parser::Parser::parse_sql(&sqlparser::dialect::PostgreSqlDialect {}, &sql)
            .expect("parses");
        let tables = sql.matches("\"acme__").count();
        let confined = sql.matches("\"guild_id\" = $1").count();
        assert_eq!(tables, confined, "{sql}");
    }
}

#[test]
fn a_confined_statement_tells_what_comes_back() {
    let confined = sqlite(
        "select id, locked, score, party as p, seats * 2, count(*) over () as n, $1
           from run where id = $2 and organizer_id = $2",
    );
    assert_eq!(confined.kind, StatementKind::Read);
    assert_eq!(confined.parameters, 2);
    let columns: Vec<_> = confined
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.ty, column.nullable))
        .collect();
    assert_eq!(
        columns,
        [
            ("id", Some(Type::BigInt), false),
            ("locked", Some(Type::Boolean), false),
            ("score", Some(Type::Double), true),
            ("p", Some(Type::Text), true),
            ("column5", Some(Type::BigInt), true),
            ("n", Some(Type::BigInt), true),
            ("column7", None, true),
        ]
    );
    let write = sqlite("insert into memo (n) values (1), (2)");
    assert_eq!(
        (write.kind, write.rows_inserted),
        (StatementKind::Write, Some(2))
    );
    assert!(write.columns.is_empty());
}

#[test]
fn names_of_results_are_those_announced() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let (_, steps) = oracle::schema(Dialect::Sqlite);
        let mut connection = oracle::connect().await;
        for step in steps {
            oracle::run_raw(&mut connection, &step.sql).await;
        }
        let text = "insert into points (user_id) values (1) returning *, total + 1, total as t";
        let confined = sqlite(text);
        let announced: Vec<_> = confined
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect();
        let names = oracle::column_names(&mut connection, &confined.sql).await;
        assert_eq!(names, announced);
        let confined =
            sqlite("select count(*), max(p.total) as best, p.week from points p group by p.week");
        let announced: Vec<_> = confined
            .columns
            .into_iter()
            .map(|column| column.name)
            .collect();
        let names = oracle::column_names(&mut connection, &confined.sql).await;
        assert_eq!(names, announced);
    });
}
