//! Names that carry data: custom ids, panels and timers are called `join/42`.

use crate::ids::{ChannelId, MessageId, RoleId, UserId};

/// What follows the first `/` of a custom id, panel name or timer name.
///
/// `join/42` reaches the handler of `join` as `42`, read as the type that the handler asks for: a number,
/// an id, a text, several of them as a tuple (`vote/42/yes`), or `()` where nothing follows.
/// What cannot be read is answered to the member as out of date: names live as long as the message
/// that carries them, so keep reading the old forms.
pub trait FromName: Sized {
    /// `None` if the text is not of this form.
    fn from_name(text: &str) -> Option<Self>;
}

macro_rules! parsed {
    ($($type:ty),*) => {$(
        impl FromName for $type {
            fn from_name(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

parsed!(
    i64, i32, u64, u32, u16, u8, bool, ChannelId, MessageId, RoleId, UserId
);

impl FromName for () {
    fn from_name(text: &str) -> Option<Self> {
        text.is_empty().then_some(())
    }
}

impl FromName for String {
    fn from_name(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl<T: FromName> FromName for Option<T> {
    fn from_name(text: &str) -> Option<Self> {
        match text {
            "" => Some(None),
            text => T::from_name(text).map(Some),
        }
    }
}

impl<A: FromName, B: FromName> FromName for (A, B) {
    fn from_name(text: &str) -> Option<Self> {
        let (a, b) = text.split_once('/')?;
        Some((A::from_name(a)?, B::from_name(b)?))
    }
}

impl<A: FromName, B: FromName, C: FromName> FromName for (A, B, C) {
    fn from_name(text: &str) -> Option<Self> {
        let (a, rest) = text.split_once('/')?;
        let (b, c) = rest.split_once('/')?;
        Some((A::from_name(a)?, B::from_name(b)?, C::from_name(c)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_the_type_that_is_asked_for() {
        assert_eq!(i64::from_name("42"), Some(42));
        assert_eq!(<(i64, UserId)>::from_name("42/7"), Some((42, UserId(7))));
        assert_eq!(
            <(i64, String, String)>::from_name("1/a/b/c"),
            Some((1, "a".into(), "b/c".into()))
        );
        assert_eq!(<()>::from_name(""), Some(()));
        assert_eq!(<Option<i64>>::from_name(""), Some(None));
    }

    #[test]
    fn anything_else_is_none() {
        assert_eq!(i64::from_name("x"), None);
        assert_eq!(<()>::from_name("42"), None);
        assert_eq!(<(i64, i64)>::from_name("42"), None);
        assert_eq!(<Option<i64>>::from_name("x"), None);
        assert_eq!(String::from_name(""), None);
    }
}
