//! What the code that `plugin!` writes stands on. Not for authors.

use crate::broken;
pub use crate::call::from_component;

#[cfg(target_family = "wasm")]
#[expect(missing_docs, reason = "the files in wit/ are documented")]
pub mod bindings {
    muster_sdk_macros::imports!();
}

#[cfg(target_family = "wasm")]
pub use wit_bindgen::rt as wit;

pub use muster_sdk_macros::world;

#[cfg(target_family = "wasm")]
pub use component::{Failure, describe, handled, rendered};

/// How exported functions begin and end.
#[cfg(target_family = "wasm")]
mod component {
    pub use super::bindings::muster::plugin::types::Failure;
    use crate::imports::wasm::Host;
    use crate::message::Message;
    use crate::{Ctx, Plugin};

    pub fn describe<P: Plugin>() -> String {
        P::describe().to_json()
    }

    pub fn handled(call: impl FnOnce(&mut Ctx<'_>) -> crate::Handled) -> Result<(), Failure> {
        call(&mut Ctx::new(&mut Host)).map_err(Failure::from)
    }

    pub fn rendered(
        call: impl FnOnce(&mut Ctx<'_>) -> Result<Option<Message>, crate::Failure>,
    ) -> Result<Option<String>, Failure> {
        let message = call(&mut Ctx::new(&mut Host)).map_err(Failure::from)?;
        Ok(message.map(|message| crate::ctx::json(&message)))
    }

    impl From<crate::Failure> for Failure {
        fn from(failure: crate::Failure) -> Self {
            match failure {
                crate::Failure::Member(text) => Self::Member(text),
                crate::Failure::Owner(text) => Self::Owner(text),
                crate::Failure::Internal(text) => Self::Internal(text),
            }
        }
    }
}

/// What begins a custom id, panel name or timer name, and what follows: `join/42` is `join` and `42`.
pub fn split(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, ""))
}

/// The host called for something that the plugin does not list.
pub fn unknown(what: &str, name: &str) -> crate::Failure {
    broken(format!("this plugin has no {what} `{name}`"))
}
