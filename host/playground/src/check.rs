//! Whether what a bot sends is what Discord takes. Each check names the page it was read from.

pub(crate) mod command;
pub(crate) mod component;
pub(crate) mod draft;
pub(crate) mod embed;
pub(crate) mod mention;
pub(crate) mod modal;
