//! What a validator says, in the words of what is wrong at the bottom of it.
//!
//! "Fits none of 12" helps nobody. Of the alternatives that did not fit, the one that was meant is the one
//! whose fixed values (`type: 4`) fit, or that fits best; what is wrong there is what is told.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

/// Where it is, with `*` for indexes, and what is wrong.
pub(crate) fn leaves(error: &ValidationError<'_>) -> Vec<(String, String)> {
    let at = place(error);
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            match meant(context, error.instance_path().as_str()) {
                Some(alternative) => alternative.iter().flat_map(leaves).collect(),
                None => vec![(at, format!("fits none of {} alternatives", context.len()))],
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| (at.clone(), format!("the property `{name}` is not known")))
            .collect(),
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![(at, format!("the property `{name}` is missing"))]
        }
        _ => vec![(at, error.masked_with(kind(error.instance())).to_string())],
    }
}

/// The alternative that was meant: of those that are no other kind of thing, the one with the least wrong.
fn meant<'a, 'e>(
    context: &'a [Vec<ValidationError<'e>>],
    here: &str,
) -> Option<&'a Vec<ValidationError<'e>>> {
    let is_another_kind = |error: &ValidationError<'_>| {
        let at = error.instance_path().as_str();
        let fixed = matches!(
            error.kind(),
            ValidationErrorKind::Constant { .. } | ValidationErrorKind::Enum { .. }
        );
        let at_type = at.strip_prefix(here) == Some("/type");
        at == here && matches!(error.kind(), ValidationErrorKind::Type { .. }) || fixed && at_type
    };
    context
        .iter()
        .filter(|errors| !errors.is_empty() && !errors.iter().any(is_another_kind))
        .min_by_key(|errors| errors.len())
}

fn place(error: &ValidationError<'_>) -> String {
    let path = error.instance_path().as_str();
    let parts = path.split('/').map(|part| {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
