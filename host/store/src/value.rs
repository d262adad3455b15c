//! Values and rows as they cross the store's border, the same for every database.

use muster_core::Timestamp;
use muster_core::ids::{ChannelId, GuildId, InteractionId, MessageId, RoleId, UserId};
use muster_core::manifest::PluginName;

use crate::error::StoreError;

/// A value of a column or parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `true` or `false`; SQLite keeps 1 or 0.
    Boolean(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(String),
}

/// What a query returned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Integer(at.as_ms())
    }
}

impl From<&PluginName> for Value {
    fn from(name: &PluginName) -> Self {
        Self::Text(name.as_str().to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($id:ident),*) => {$(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Integer(id.to_sql())
            }
        }
    )*};
}
ids!(GuildId, ChannelId, UserId, RoleId, MessageId, InteractionId);

/// One row of the host's own tables, read by place. What does not have the expected shape means
/// that somebody else wrote into the file: a [`StoreError::Corrupt`].
pub(crate) struct Row(pub Vec<Value>);

impl Row {
    pub fn integer(&self, place: usize) -> Result<i64, StoreError> {
        self.optional_integer(place)?
            .ok_or_else(|| corrupt(place, "a number"))
    }

    pub fn optional_integer(&self, place: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(place) {
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(Value::Boolean(flag)) => Ok(Some((*flag).into())),
            Some(Value::Null) => Ok(None),
            _ => Err(corrupt(place, "a number")),
        }
    }

    pub fn text(&self, place: usize) -> Result<&str, StoreError> {
        self.optional_text(place)?
            .ok_or_else(|| corrupt(place, "a text"))
    }

    pub fn optional_text(&self, place: usize) -> Result<Option<&str>, StoreError> {
        match self.0.get(place) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(corrupt(place, "a text")),
        }
    }

    pub fn at(&self, place: usize) -> Result<Timestamp, StoreError> {
        self.integer(place).map(Timestamp::from_ms)
    }

    pub fn guild(&self, place: usize) -> Result<GuildId, StoreError> {
        GuildId::from_sql(self.integer(place)?).ok_or_else(|| corrupt(place, "an id"))
    }

    pub fn optional_channel(&self, place: usize) -> Result<Option<ChannelId>, StoreError> {
        Ok(self.optional_integer(place)?.and_then(ChannelId::from_sql))
    }

    pub fn optional_message(&self, place: usize) -> Result<Option<MessageId>, StoreError> {
        Ok(self.optional_integer(place)?.and_then(MessageId::from_sql))
    }

    pub fn plugin(&self, place: usize) -> Result<PluginName, StoreError> {
        self.text(place)?
            .parse()
            .map_err(|_| corrupt(place, "a plugin's name"))
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, place: usize) -> Result<T, StoreError> {
        serde_json::from_str(self.text(place)?).map_err(|_| corrupt(place, "readable JSON"))
    }
}

pub(crate) fn corrupt(place: usize, expected: &str) -> StoreError {
    StoreError::Corrupt(format!("column {place} does not hold {expected}"))
}

/// The JSON text of something of ours, which always has one.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Value {
    Value::Text(serde_json::to_string(value).expect("our own types have no keys but texts"))
}
