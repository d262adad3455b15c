//! The allow-list of functions, by name and number of arguments.
//!
//! The number matters: `max(a)` is an aggregate on both databases, `max(a, b)` a plain function on
//! SQLite and an error on PostgreSQL.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::emit::{Emitter, Piece};
use super::error::{GateError, foreign_if, refuse};
use super::expr::common_type;
use super::literal::Literal;
use super::scope::Inside;
use super::{Type, names};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Aggregate,
    Window,
}

/// Name, kind, fewest and most arguments.
const FUNCTIONS: [(&str, Kind, usize, usize); 23] = [
    ("count", Kind::Aggregate, 1, 1),
    ("sum", Kind::Aggregate, 1, 1),
    ("min", Kind::Aggregate, 1, 1),
    ("max", Kind::Aggregate, 1, 1),
    ("avg", Kind::Aggregate, 1, 1),
    ("coalesce", Kind::Plain, 2, 16),
    ("nullif", Kind::Plain, 2, 2),
    ("lower", Kind::Plain, 1, 1),
    ("upper", Kind::Plain, 1, 1),
    ("length", Kind::Plain, 1, 1),
    ("abs", Kind::Plain, 1, 1),
    ("round", Kind::Plain, 1, 2),
    ("substr", Kind::Plain, 2, 3),
    ("replace", Kind::Plain, 3, 3),
    ("trim", Kind::Plain, 1, 1),
    ("row_number", Kind::Window, 0, 0),
    ("rank", Kind::Window, 0, 0),
    ("dense_rank", Kind::Window, 0, 0),
    ("lag", Kind::Window, 1, 3),
    ("lead", Kind::Window, 1, 3),
    ("first_value", Kind::Window, 1, 1),
    ("last_value", Kind::Window, 1, 1),
    ("ntile", Kind::Window, 1, 1),
];

impl Emitter<'_> {
    /// A function call as the parser hands most of them over.
    pub(super) fn function(&mut self, function: &Function) -> Result<Piece, GateError> {
        let Function {
            name,
            uses_odbc_syntax,
            parameters,
            args,
            within_group,
            filter,
            null_treatment,
            over,
        } = function;
        let name = names::read(names::single(name)?)?;
        let (kind, least, most) = find(&name)?;
        foreign_if(*uses_odbc_syntax, "{fn ...}")?;
        foreign_if(
            !matches!(parameters, FunctionArguments::None) || !within_group.is_empty(),
            "this form of a function call",
        )?;
        foreign_if(null_treatment.is_some(), "IGNORE NULLS and RESPECT NULLS")?;
        let FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment,
            args,
            clauses,
        }) = args
        else {
            return Err(refuse(
                format!("`{name}` without a list of arguments"),
                "the databases do not share it",
                format!("write {name}(...)"),
            ));
        };
        foreign_if(!clauses.is_empty(), "a clause inside of a function call")?;
        if args.len() < least || args.len() > most {
            return Err(wrong_arity(&name, least, most));
        }
        let distinct = match duplicate_treatment {
            None => false,
            Some(DuplicateTreatment::Distinct) => true,
            Some(DuplicateTreatment::All) => {
                return Err(refuse("ALL in a call", "it is the default", "leave it out"));
            }
        };
        let windowed = over.is_some();
        if distinct && (kind != Kind::Aggregate || windowed) {
            return Err(refuse(
                format!("DISTINCT in `{name}`"),
                "only an aggregate without OVER takes it",
                "select distinct in a subquery",
            ));
        }
        if filter.is_some() && kind != Kind::Aggregate {
            return Err(refuse(
                format!("FILTER on `{name}`"),
                "only aggregates take it",
                "case when ... then ... end",
            ));
        }
        match (kind, over) {
            (Kind::Plain, None) => {
                let args = expressions(&name, args)?;
                self.plain_function(&name, &args)
            }
            (Kind::Plain, Some(_)) => Err(refuse(
                format!("OVER on `{name}`"),
                "it looks at one row",
                "leave OVER out",
            )),
            (Kind::Aggregate, None) => self.aggregate(&name, args, distinct, filter.as_deref()),
            (Kind::Window, None) => Err(refuse(
                format!("`{name}` without OVER"),
                "it looks at neighbouring rows",
                format!("write {name}(...) over (order by ...)"),
            )),
            (_, Some(WindowType::WindowSpec(spec))) => {
                self.window(&name, args, filter.as_deref(), spec)
            }
            (_, Some(WindowType::NamedWindow(_))) => Err(refuse(
                "a named window",
                "windows are written where they are used",
                "write over (partition by ... order by ...)",
            )),
        }
    }

    /// A function of one row.
    pub(super) fn plain_function(
        &mut self,
        name: &str,
        args: &[&Expr],
    ) -> Result<Piece, GateError> {
        let (_, least, most) = find(name)?;
        if args.len() < least || args.len() > most {
            return Err(wrong_arity(name, least, most));
        }
        let mut pieces = Vec::with_capacity(args.len());
        for arg in args {
            pieces.push(self.expr(arg)?);
        }
        if self.postgres() {
            fit_arguments(name, &mut pieces);
        }
        let sql = format!("{name}({})", joined(&pieces));
        let ty = result_type(name, &pieces);
        let nullable = match name {
            "coalesce" => pieces.iter().all(|piece| piece.nullable),
            _ => true,
        };
        Ok(Piece {
            sql: self.fit_result(name, sql, ty),
            ty,
            nullable,
        })
    }

    fn aggregate(
        &mut self,
        name: &str,
        args: &[FunctionArg],
        distinct: bool,
        filter: Option<&Expr>,
    ) -> Result<Piece, GateError> {
        let scope = self.scope();
        if !scope.clause.takes_aggregates() {
            return Err(refuse(
                format!("`{name}(...)` in {}", scope.clause.words()),
                "aggregates look at groups, and there are none yet",
                "use HAVING, or a subquery",
            ));
        }
        if scope.inside == Inside::Aggregate {
            return Err(refuse(
                format!("`{name}(...)` inside of an aggregate"),
                "a group holds no groups",
                "aggregate in a subquery first",
            ));
        }
        let (mark, before) = (scope.loose.len(), scope.inside);
        scope.inside = Inside::Aggregate;
        scope.aggregates = true;
        let (own, outer) = self.reads();
        let (sql, ty) = self.call(name, args, distinct, filter)?;
        let (own_after, outer_after) = self.reads();
        if own == own_after && outer != outer_after {
            return Err(refuse(
                format!("`{name}(...)` over columns of an outer query only"),
                "it would be an aggregate of that query",
                "aggregate there, and compare here",
            ));
        }
        let scope = self.scope();
        scope.inside = before;
        scope.loose.truncate(mark);
        let piece = Piece::new(self.fit_result(name, sql, ty), ty);
        Ok(if name == "count" {
            piece.not_null()
        } else {
            piece
        })
    }

    fn window(
        &mut self,
        name: &str,
        args: &[FunctionArg],
        filter: Option<&Expr>,
        spec: &WindowSpec,
    ) -> Result<Piece, GateError> {
        let scope = self.scope();
        if !scope.clause.takes_windows() || scope.inside != Inside::Nothing {
            return Err(refuse(
                format!("`{name}(...) over` here"),
                "windows are computed last, for SELECT and ORDER BY",
                "compute it in a subquery and use its column",
            ));
        }
        scope.inside = Inside::Window;
        let (call, ty) = self.call(name, args, false, filter)?;
        let WindowSpec {
            window_name,
            partition_by,
            order_by,
            window_frame,
        } = spec;
        foreign_if(window_name.is_some(), "a named window")?;
        let mut parts = Vec::new();
        if !partition_by.is_empty() {
            let mut printed = Vec::with_capacity(partition_by.len());
            for expr in partition_by {
                printed.push(self.expr(expr)?.sql);
            }
            parts.push(format!("PARTITION BY {}", printed.join(", ")));
        }
        if !order_by.is_empty() {
            parts.push(format!("ORDER BY {}", self.window_order(order_by)?));
        }
        if let Some(frame) = window_frame {
            parts.push(print_frame(frame)?);
        }
        self.scope().inside = Inside::Nothing;
        let sql = format!("{call} OVER ({})", parts.join(" "));
        Ok(Piece::new(self.fit_result(name, sql, ty), ty))
    }

    /// `name([distinct] args) [filter (where ...)]`
    fn call(
        &mut self,
        name: &str,
        args: &[FunctionArg],
        distinct: bool,
        filter: Option<&Expr>,
    ) -> Result<(String, Option<Type>), GateError> {
        let star = matches!(args, [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]);
        let mut pieces = Vec::with_capacity(args.len());
        if !star {
            for arg in expressions(name, args)? {
                pieces.push(self.expr(arg)?);
            }
        } else if name != "count" || distinct {
            return Err(refuse(
                format!("`{name}(*)`"),
                "only count(*) counts rows",
                "name a column",
            ));
        }
        if self.postgres() {
            fit_arguments(name, &mut pieces);
        }
        let inner = if star {
            "*".to_owned()
        } else {
            joined(&pieces)
        };
        let distinct = if distinct { "DISTINCT " } else { "" };
        let mut sql = format!("{name}({distinct}{inner})");
        if let Some(condition) = filter {
            let condition = self.expr(condition)?;
            sql.push_str(&format!(" FILTER (WHERE {})", condition.sql));
        }
        Ok((sql, result_type(name, &pieces)))
    }

    /// Columns read so far at this level, and at those around it.
    fn reads(&mut self) -> (usize, usize) {
        let own = self.scope().reads;
        let all: usize = self.scopes.iter().map(|scope| scope.reads).sum();
        (own, all - own)
    }

    /// On PostgreSQL some functions return types that the subset does not have (`sum(bigint)` is
    /// numeric, `length` has 32 bits): cast back.
    fn fit_result(&self, name: &str, sql: String, ty: Option<Type>) -> String {
        let casts = matches!(name, "sum" | "avg" | "length" | "ntile" | "round");
        match ty {
            Some(ty) if casts && self.postgres() => format!("CAST({sql} AS {})", ty.sql()),
            _ => sql,
        }
    }
}

fn find(name: &str) -> Result<(Kind, usize, usize), GateError> {
    let found = FUNCTIONS.iter().find(|(known, ..)| *known == name);
    if let Some((_, kind, least, most)) = found {
        return Ok((*kind, *least, *most));
    }
    if name.starts_with("current_") || matches!(name, "now" | "random" | "datetime" | "date") {
        return Err(refuse(
            format!("`{name}`"),
            "what a call depends on is handed in, so that it can be repeated",
            "pass the time or number as a parameter",
        ));
    }
    Err(names::unknown(
        format!("there is no function `{name}` that both databases share"),
        name,
        "there are",
        FUNCTIONS.iter().map(|(known, ..)| *known),
    ))
}

fn wrong_arity(name: &str, least: usize, most: usize) -> GateError {
    let takes = if least == most {
        format!("it takes {least}")
    } else {
        format!("it takes {least} to {most}")
    };
    refuse(
        format!("`{name}` with that number of arguments"),
        takes,
        "for the larger of two values, case when a > b then a else b end",
    )
}

/// The arguments of a call, if each is an expression.
fn expressions<'a>(name: &str, args: &'a [FunctionArg]) -> Result<Vec<&'a Expr>, GateError> {
    args.iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
            _ => Err(refuse(
                format!("this argument of `{name}`"),
                "arguments are expressions, in order",
                "count(*) is the only call with a star",
            )),
        })
        .collect()
}

fn joined(pieces: &[Piece]) -> String {
    let printed: Vec<&str> = pieces.iter().map(|piece| piece.sql.as_str()).collect();
    printed.join(", ")
}

/// On PostgreSQL these arguments are 32-bit integers, and no 64-bit one is taken for them;
/// `round(x, n)` exists for numeric only.
fn fit_arguments(name: &str, pieces: &mut [Piece]) {
    let whole = match name {
        "substr" | "round" | "lag" | "lead" => 1..3,
        "ntile" => 0..1,
        _ => return,
    };
    let rounds_to_digits = name == "round" && pieces.len() == 2;
    for (position, piece) in pieces.iter_mut().enumerate() {
        // The third argument of lag and lead is the value where there is no such row.
        let is_value = matches!(name, "lag" | "lead") && position == 2;
        if whole.contains(&position) && !is_value {
            piece.sql = format!("CAST({} AS INTEGER)", piece.sql);
        } else if rounds_to_digits {
            piece.sql = format!("CAST({} AS NUMERIC)", piece.sql);
        }
    }
}

fn result_type(name: &str, pieces: &[Piece]) -> Option<Type> {
    let first = pieces.first().and_then(|piece| piece.ty);
    match name {
        "count" | "length" | "row_number" | "rank" | "dense_rank" | "ntile" => Some(Type::BigInt),
        "avg" | "round" => Some(Type::Double),
        "lower" | "upper" | "substr" | "replace" | "trim" => Some(Type::Text),
        "sum" | "abs" => first.filter(|ty| matches!(ty, Type::BigInt | Type::Double)),
        "coalesce" => common_type(pieces),
        _ => first,
    }
}

fn print_frame(frame: &WindowFrame) -> Result<String, GateError> {
    let WindowFrame {
        units,
        start_bound,
        end_bound,
    } = frame;
    foreign_if(
        *units != WindowFrameUnits::Rows,
        "a window frame by RANGE or GROUPS (use ROWS)",
    )?;
    let start = print_bound(start_bound)?;
    match end_bound {
        Some(end) => Ok(format!("ROWS BETWEEN {start} AND {}", print_bound(end)?)),
        None => Ok(format!("ROWS {start}")),
    }
}

fn print_bound(bound: &WindowFrameBound) -> Result<String, GateError> {
    let (distance, word) = match bound {
        WindowFrameBound::CurrentRow => return Ok("CURRENT ROW".to_owned()),
        WindowFrameBound::Preceding(distance) => (distance, "PRECEDING"),
        WindowFrameBound::Following(distance) => (distance, "FOLLOWING"),
    };
    let Some(distance) = distance else {
        return Ok(format!("UNBOUNDED {word}"));
    };
    if let Expr::Value(value) = distance.as_ref()
        && let Some(Literal::Number(rows)) = Literal::read(value)?
    {
        return Ok(format!("{rows} {word}"));
    }
    Err(refuse(
        "this window frame",
        "its bounds are whole numbers",
        "write e.g. rows between 2 preceding and current row",
    ))
}
