//! Expressions. Each comes out in parentheses or is an atom, so precedence plays no part.

use sqlparser::ast::{BinaryOperator, CaseWhen, CastKind, Expr, Ident, Query, UnaryOperator};

use super::budget;
use super::emit::{Emitter, Piece};
use super::error::{GateError, foreign_if, refuse};
use super::query::Role;
use super::scope::Clause;
use super::{Type, literal, names};

impl Emitter<'_> {
    /// Prints an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> Result<Piece, GateError> {
        let mark = self.scope().loose.len();
        let piece = self.deeper(|emitter| emitter.dispatch(expr))?;
        let scope = self.scope();
        if scope.group_keys.contains(&piece.sql) {
            scope.loose.truncate(mark);
        }
        Ok(piece)
    }

    /// One arm per accepted kind. The arms call, so that this frame stays small: it is the one
    /// that a nested statement stacks up.
    fn dispatch(&mut self, expr: &Expr) -> Result<Piece, GateError> {
        match expr {
            Expr::Identifier(ident) => {
                let name = names::read(ident)?;
                self.column(None, &name)
            }
            Expr::CompoundIdentifier(parts) => self.qualified_column(parts),
            Expr::Value(value) => self.value(value),
            Expr::Nested(inner) => self.expr(inner),
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::And | BinaryOperator::Or => self.chain(expr, op),
                _ => self.binary(left, op, right),
            },
            Expr::UnaryOp { op, expr } => self.unary(op, expr),
            Expr::IsNull(inner) => self.suffix(inner, "IS NULL"),
            Expr::IsNotNull(inner) => self.suffix(inner, "IS NOT NULL"),
            Expr::IsTrue(inner) => self.suffix(inner, "IS TRUE"),
            Expr::IsNotTrue(inner) => self.suffix(inner, "IS NOT TRUE"),
            Expr::IsFalse(inner) => self.suffix(inner, "IS FALSE"),
            Expr::IsNotFalse(inner) => self.suffix(inner, "IS NOT FALSE"),
            Expr::IsDistinctFrom(left, right) => {
                let piece = self.infix(left, "IS DISTINCT FROM", right)?;
                Ok(piece.not_null())
            }
            Expr::IsNotDistinctFrom(left, right) => {
                let piece = self.infix(left, "IS NOT DISTINCT FROM", right)?;
                Ok(piece.not_null())
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => self.in_list(expr, list, *negated),
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => self.in_subquery(expr, subquery, *negated),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => self.between(expr, *negated, low, high),
            Expr::Like {
                negated,
                any,
                expr,
                pattern,
                escape_char,
            } => {
                foreign_if(*any, "LIKE ANY")?;
                self.like(expr, *negated, pattern, escape_char.as_deref())
            }
            Expr::Exists { subquery, negated } => self.exists(subquery, *negated),
            Expr::Subquery(query) => self.scalar(query),
            Expr::Case {
                case_token: _,
                end_token: _,
                operand,
                conditions,
                else_result,
            } => self.case(operand.as_deref(), conditions, else_result.as_deref()),
            Expr::Cast {
                kind,
                expr,
                data_type,
                format,
            } => {
                foreign_if(
                    !matches!(kind, CastKind::Cast | CastKind::DoubleColon) || format.is_some(),
                    "this form of CAST",
                )?;
                let ty = literal::read_type(data_type)?;
                let inner = self.expr(expr)?;
                Ok(Piece {
                    sql: format!("CAST({} AS {})", inner.sql, ty.sql()),
                    ty: Some(ty),
                    nullable: inner.nullable,
                })
            }
            Expr::Function(function) => self.function(function),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                special,
                shorthand,
            } => {
                foreign_if(
                    !*special || !*shorthand,
                    "SUBSTRING (write `substr(text, from, length)`)",
                )?;
                let mut arguments = vec![expr.as_ref()];
                arguments.extend(substring_from.as_deref());
                arguments.extend(substring_for.as_deref());
                self.plain_function("substr", &arguments)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                foreign_if(
                    trim_where.is_some() || trim_what.is_some() || trim_characters.is_some(),
                    "this form of TRIM (write `trim(text)`)",
                )?;
                self.plain_function("trim", &[expr.as_ref()])
            }
            other => Err(unknown_kind(other)),
        }
    }

    fn qualified_column(&mut self, parts: &[Ident]) -> Result<Piece, GateError> {
        let [table, column] = parts else {
            return Err(refuse(
                "a name of more than two parts",
                "a plugin sees one schema, its own",
                "write `table.column`",
            ));
        };
        let (table, column) = (names::read(table)?, names::read(column)?);
        self.column(Some(&table), &column)
    }

    /// `a and b and c`, which the parser hands over nested to the left: walked in a loop, so a long
    /// list of conditions is not deep.
    fn chain(&mut self, expr: &Expr, wanted: &BinaryOperator) -> Result<Piece, GateError> {
        let mut terms = Vec::new();
        let mut rest = expr;
        while let Expr::BinaryOp { left, op, right } = rest
            && op == wanted
        {
            terms.push(right.as_ref());
            rest = left;
        }
        terms.push(rest);
        if terms.len() > budget::CHAIN {
            return Err(GateError::TooLarge {
                what: "conditions in a row",
                limit: budget::CHAIN,
            });
        }
        let mut printed = Vec::with_capacity(terms.len());
        for term in terms.into_iter().rev() {
            printed.push(self.expr(term)?.sql);
        }
        let word = if *wanted == BinaryOperator::And {
            " AND "
        } else {
            " OR "
        };
        Ok(Piece::new(
            format!("({})", printed.join(word)),
            Some(Type::Boolean),
        ))
    }

    fn infix(&mut self, left: &Expr, word: &str, right: &Expr) -> Result<Piece, GateError> {
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        Ok(Piece {
            sql: format!("({} {word} {})", left.sql, right.sql),
            ty: Some(Type::Boolean),
            nullable: left.nullable || right.nullable,
        })
    }

    fn suffix(&mut self, inner: &Expr, words: &str) -> Result<Piece, GateError> {
        let inner = self.expr(inner)?;
        Ok(Piece::new(format!("({} {words})", inner.sql), Some(Type::Boolean)).not_null())
    }

    fn binary(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
    ) -> Result<Piece, GateError> {
        let word = match op {
            BinaryOperator::Eq => "=",
            BinaryOperator::NotEq => "<>",
            BinaryOperator::Lt => "<",
            BinaryOperator::LtEq => "<=",
            BinaryOperator::Gt => ">",
            BinaryOperator::GtEq => ">=",
            _ => return self.arithmetic(left, op, right),
        };
        self.infix(left, word, right)
    }

    fn arithmetic(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
    ) -> Result<Piece, GateError> {
        let (word, divides) = match op {
            BinaryOperator::Plus => ("+", false),
            BinaryOperator::Minus => ("-", false),
            BinaryOperator::Multiply => ("*", false),
            BinaryOperator::Divide => ("/", true),
            BinaryOperator::Modulo => ("%", true),
            BinaryOperator::StringConcat => ("||", false),
            other => {
                return Err(refuse(
                    format!("the operator `{other}`"),
                    "the databases do not share it",
                    "use = <> < <= > >= + - * / % || and or not, like, in, between",
                ));
            }
        };
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        // A division by zero is null on SQLite and an error on PostgreSQL: null on both.
        let divisor = if divides && self.postgres() {
            format!("NULLIF({}, 0)", right.sql)
        } else {
            right.sql
        };
        let ty = match (word, left.ty, right.ty) {
            ("||", ..) => Some(Type::Text),
            (_, Some(Type::BigInt), Some(Type::BigInt)) => Some(Type::BigInt),
            (_, Some(Type::Double), Some(_)) | (_, Some(_), Some(Type::Double)) => {
                Some(Type::Double)
            }
            _ => None,
        };
        Ok(Piece::new(format!("({} {word} {divisor})", left.sql), ty))
    }

    fn unary(&mut self, op: &UnaryOperator, inner: &Expr) -> Result<Piece, GateError> {
        let inner = self.expr(inner)?;
        match op {
            UnaryOperator::Not => Ok(Piece {
                sql: format!("(NOT {})", inner.sql),
                ty: Some(Type::Boolean),
                nullable: inner.nullable,
            }),
            UnaryOperator::Minus => Ok(Piece {
                sql: format!("(- {})", inner.sql),
                ty: inner.ty,
                nullable: inner.nullable,
            }),
            other => Err(refuse(
                format!("the operator `{other}`"),
                "the databases do not share it",
                "use - or not",
            )),
        }
    }

    fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool) -> Result<Piece, GateError> {
        if list.is_empty() {
            return Err(refuse(
                "IN with an empty list",
                "PostgreSQL does not read it",
                "leave the condition out, or write `false`",
            ));
        }
        if list.len() > budget::LIST_VALUES {
            return Err(GateError::TooLarge {
                what: "values of an IN list",
                limit: budget::LIST_VALUES,
            });
        }
        let expr = self.expr(expr)?;
        let mut values = Vec::with_capacity(list.len());
        for value in list {
            values.push(self.expr(value)?.sql);
        }
        let not = if negated { "NOT " } else { "" };
        Ok(Piece::new(
            format!("({} {not}IN ({}))", expr.sql, values.join(", ")),
            Some(Type::Boolean),
        ))
    }

    fn in_subquery(
        &mut self,
        expr: &Expr,
        subquery: &Query,
        negated: bool,
    ) -> Result<Piece, GateError> {
        let (wanted, expr) = match expr {
            Expr::Tuple(parts) => {
                let mut printed = Vec::with_capacity(parts.len());
                for part in parts {
                    printed.push(self.expr(part)?.sql);
                }
                (parts.len(), format!("({})", printed.join(", ")))
            }
            other => (1, self.expr(other)?.sql),
        };
        let subquery = self.subquery(subquery, Some(wanted))?;
        let not = if negated { "NOT " } else { "" };
        Ok(Piece::new(
            format!("({expr} {not}IN ({}))", subquery.sql),
            Some(Type::Boolean),
        ))
    }

    fn between(
        &mut self,
        expr: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
    ) -> Result<Piece, GateError> {
        let (expr, low, high) = (self.expr(expr)?, self.expr(low)?, self.expr(high)?);
        let not = if negated { "NOT " } else { "" };
        Ok(Piece::new(
            format!("({} {not}BETWEEN {} AND {})", expr.sql, low.sql, high.sql),
            Some(Type::Boolean),
        ))
    }

    fn like(
        &mut self,
        expr: &Expr,
        negated: bool,
        pattern: &Expr,
        escape: Option<&Expr>,
    ) -> Result<Piece, GateError> {
        if escape.is_some() {
            return Err(refuse(
                "LIKE ... ESCAPE",
                "PostgreSQL tries such a pattern on sampled values of all guilds, and its error tells",
                "write `substr(x, 1, length($1)) = $1`",
            ));
        }
        let (expr, pattern) = (self.expr(expr)?, self.expr(pattern)?);
        let not = if negated { "NOT " } else { "" };
        // Without this, a backslash escapes on PostgreSQL only, and a pattern that ends with one
        // fails while planning, on values of other guilds.
        let no_escape = if self.postgres() { " ESCAPE ''" } else { "" };
        Ok(Piece::new(
            format!("({} {not}LIKE {}{no_escape})", expr.sql, pattern.sql),
            Some(Type::Boolean),
        ))
    }

    fn exists(&mut self, subquery: &Query, negated: bool) -> Result<Piece, GateError> {
        let subquery = self.subquery(subquery, None)?;
        let not = if negated { "NOT " } else { "" };
        Ok(Piece::new(
            format!("({not}EXISTS ({}))", subquery.sql),
            Some(Type::Boolean),
        )
        .not_null())
    }

    fn scalar(&mut self, query: &Query) -> Result<Piece, GateError> {
        let subquery = self.subquery(query, Some(1))?;
        Ok(Piece::new(format!("({})", subquery.sql), subquery.ty))
    }

    /// A subquery within an expression, with the type of its first column.
    fn subquery(&mut self, query: &Query, columns: Option<usize>) -> Result<Piece, GateError> {
        let clause = self.scope().clause;
        if !clause.takes_subqueries() {
            return Err(refuse(
                format!("a subquery in {}", clause.words()),
                "the databases disagree on the rows that it would see",
                "run a second statement; the whole call is one transaction",
            ));
        }
        let (reads, mentions) = (self.scope().reads, self.changed_mentions);
        let (sql, outputs) = self.query(query, Role::Value)?;
        if clause == Clause::Set && self.scope().reads > reads && self.changed_mentions > mentions {
            return Err(refuse(
                "a subquery in SET that reads the table at hand, row by row",
                "SQLite lets it see the rows that were changed before",
                "update ... set ... from (select ...) as x",
            ));
        }
        if let Some(wanted) = columns
            && outputs.len() != wanted
        {
            return Err(refuse(
                format!("a subquery with {} columns", outputs.len()),
                format!("{wanted} belong here"),
                "select exactly these",
            ));
        }
        Ok(Piece::new(
            sql,
            outputs.first().and_then(|output| output.ty),
        ))
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        else_result: Option<&Expr>,
    ) -> Result<Piece, GateError> {
        let mut sql = String::from("(CASE");
        if let Some(operand) = operand {
            sql.push_str(&format!(" {}", self.expr(operand)?.sql));
        }
        let mut results = Vec::new();
        for CaseWhen { condition, result } in conditions {
            let condition = self.expr(condition)?;
            let result = self.expr(result)?;
            sql.push_str(&format!(" WHEN {} THEN {}", condition.sql, result.sql));
            results.push(result);
        }
        if let Some(result) = else_result {
            let result = self.expr(result)?;
            sql.push_str(&format!(" ELSE {}", result.sql));
            results.push(result);
        }
        sql.push_str(" END)");
        Ok(Piece {
            sql,
            ty: common_type(&results),
            nullable: else_result.is_none() || results.iter().any(|piece| piece.nullable),
        })
    }
}

/// The type that all pieces share. Null takes any, a parameter hides it.
pub(super) fn common_type(pieces: &[Piece]) -> Option<Type> {
    let mut typed = pieces.iter().filter(|piece| piece.sql != "NULL");
    let first = typed.next()?.ty?;
    typed.all(|piece| piece.ty == Some(first)).then_some(first)
}

/// Words for the kinds that an author may try.
fn unknown_kind(expr: &Expr) -> GateError {
    let (what, hint) = match expr {
        Expr::ILike { .. } => ("ILIKE", "lower(x) like lower($1)"),
        Expr::SimilarTo { .. } | Expr::RLike { .. } => {
            ("a regular expression", "like, or match in the plugin")
        }
        Expr::IsUnknown(_) | Expr::IsNotUnknown(_) => ("IS UNKNOWN", "is null"),
        Expr::AnyOp { .. } | Expr::AllOp { .. } => ("ANY and ALL", "in ($1, $2), or exists (...)"),
        Expr::Tuple(_) => (
            "a row of values",
            "compare column by column, or (a, b) in (select ...)",
        ),
        Expr::Collate { .. } => ("COLLATE", "nothing: texts compare byte by byte on both"),
        Expr::Extract { .. } | Expr::AtTimeZone { .. } | Expr::Interval(_) => (
            "date arithmetic",
            "keep milliseconds in a bigint and pass times as parameters",
        ),
        Expr::TypedString(_) | Expr::Prefixed { .. } => {
            ("a typed literal", "pass it as a parameter")
        }
        Expr::Ceil { .. } | Expr::Floor { .. } => ("CEIL and FLOOR", "round(), or whole numbers"),
        Expr::Position { .. } | Expr::Overlay { .. } => {
            ("this text function", "substr(), replace(), length()")
        }
        Expr::JsonAccess { .. } | Expr::IsJson { .. } => {
            ("JSON access", "read the JSON in the plugin")
        }
        Expr::Array(_) | Expr::CompoundFieldAccess { .. } => {
            ("arrays and fields of values", "one row per element")
        }
        Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ("`*` here", "name the columns"),
        Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => {
            ("ROLLUP, CUBE and GROUPING SETS", "one query per grouping")
        }
        _ => ("this kind of expression", "a simpler one"),
    };
    refuse(what, "the databases do not share it", hint)
}
