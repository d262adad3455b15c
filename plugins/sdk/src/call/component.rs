//! Buttons, menus and forms.

use super::{list, text};
use crate::ctx::from_host;
use crate::ids::UserId;
use crate::{Ctx, Failure, FromName, broken, tell_member};

/// A member pressed a button. `data` is what its custom id carries: see [`FromName`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press<T = ()> {
    /// Who pressed.
    pub member: UserId,
    /// What follows the `/` of the custom id.
    pub data: T,
}

/// A member chose from a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick<T = ()> {
    /// Who chose.
    pub member: UserId,
    /// What follows the `/` of the custom id.
    pub data: T,
    /// The values of the chosen options; ids in a menu of members.
    pub values: Vec<String>,
}

/// A member filled in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form<T = ()> {
    /// Who submitted it.
    pub member: UserId,
    /// What follows the `/` of the custom id.
    pub data: T,
    fields: Vec<(String, String)>,
}

/// What a member did with a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Pressed a button.
    Button,
    /// Chose from a menu.
    Select {
        /// The chosen values.
        values: Vec<String>,
    },
    /// Filled in a form.
    Modal {
        /// The texts by the inputs' names.
        fields: Vec<(String, String)>,
    },
}

/// What a component's handler may ask for: [`Press`], [`Pick`] or [`Form`]; or
/// `(UserId, T, Input)` if one action is a button here and a form there.
pub trait FromInput: Sized {
    /// Reads it, or says whom to tell what is wrong.
    fn from_input(member: UserId, data: &str, input: Input) -> Result<Self, Failure>;
}

fn read<T: FromName>(data: &str) -> Result<T, Failure> {
    T::from_name(data).ok_or_else(|| tell_member("This message is out of date. Ask for a new one."))
}

fn unexpected(wanted: &str, input: &Input) -> Failure {
    let was = match input {
        Input::Button => "button",
        Input::Select { .. } => "menu",
        Input::Modal { .. } => "form",
    };
    broken(format!(
        "the handler takes a {wanted}, and this was a {was}"
    ))
}

impl<T: FromName> FromInput for Press<T> {
    fn from_input(member: UserId, data: &str, input: Input) -> Result<Self, Failure> {
        match input {
            Input::Button => Ok(Self {
                member,
                data: read(data)?,
            }),
            other => Err(unexpected("Press", &other)),
        }
    }
}

impl<T: FromName> FromInput for Pick<T> {
    fn from_input(member: UserId, data: &str, input: Input) -> Result<Self, Failure> {
        match input {
            Input::Select { values } => Ok(Self {
                member,
                data: read(data)?,
                values,
            }),
            other => Err(unexpected("Pick", &other)),
        }
    }
}

impl<T: FromName> FromInput for Form<T> {
    fn from_input(member: UserId, data: &str, input: Input) -> Result<Self, Failure> {
        match input {
            Input::Modal { fields } => Ok(Self {
                member,
                data: read(data)?,
                fields,
            }),
            other => Err(unexpected("Form", &other)),
        }
    }
}

impl<T: FromName> FromInput for (UserId, T, Input) {
    fn from_input(member: UserId, data: &str, input: Input) -> Result<Self, Failure> {
        Ok((member, read(data)?, input))
    }
}

impl<T> Form<T> {
    /// A form as it would arrive, for tests.
    pub fn new<'a>(
        member: UserId,
        data: T,
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let owned = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        Self {
            member,
            data,
            fields: fields.into_iter().map(owned).collect(),
        }
    }

    /// What was typed into an input, without white space around it; empty if nothing was.
    pub fn text(&self, input: &str) -> &str {
        let typed = self.fields.iter().find(|(name, _)| name == input);
        typed.map_or("", |(_, text)| text.trim())
    }
}

impl Input {
    /// Reads what the host sends with a press.
    ///
    /// # Errors
    /// To the operator: the JSON is not the host's.
    pub fn read(json: &str) -> Result<Self, Failure> {
        let input = from_host("component", json)?;
        match input["kind"].as_str() {
            Some("button") => Ok(Self::Button),
            Some("select") => Ok(Self::Select {
                values: list(&input["values"]).iter().filter_map(text).collect(),
            }),
            Some("modal") => {
                let fields = input["fields"].as_object().into_iter().flatten();
                let fields = fields.filter_map(|(name, value)| Some((name.clone(), text(value)?)));
                Ok(Self::Modal {
                    fields: fields.collect(),
                })
            }
            _ => Err(broken("the host's component is of an unknown kind")),
        }
    }
}

/// Reads what a handler asks for.
#[doc(hidden)]
pub fn from_component<T: FromInput>(ctx: &Ctx<'_>, data: &str, input: &str) -> Result<T, Failure> {
    T::from_input(ctx.member()?, data, Input::read(input)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: UserId = UserId(1);

    #[test]
    fn a_handler_gets_what_it_asks_for() {
        let press = Press::<i64>::from_input(ANN, "42", Input::Button).expect("a button");
        assert_eq!((press.member, press.data), (ANN, 42));

        let input = Input::read(r#"{"kind": "select", "values": ["WIZARD"]}"#).expect("a menu");
        let pick = Pick::<()>::from_input(ANN, "", input).expect("a menu");
        assert_eq!(pick.values, ["WIZARD"]);

        let json = r#"{"kind": "modal", "fields": {"party": " USS "}}"#;
        let form = Input::read(json).and_then(|input| Form::<()>::from_input(ANN, "", input));
        let form = form.expect("a form");
        assert_eq!((form.text("party"), form.text("note")), ("USS", ""));
    }

    #[test]
    fn an_old_custom_id_is_told_to_the_member_and_a_wrong_kind_to_the_operator() {
        let old = Press::<i64>::from_input(ANN, "x", Input::Button);
        assert!(matches!(old, Err(Failure::Member(_))), "{old:?}");
        let wrong = Form::<()>::from_input(ANN, "", Input::Button);
        assert!(matches!(wrong, Err(Failure::Internal(_))), "{wrong:?}");
    }
}
