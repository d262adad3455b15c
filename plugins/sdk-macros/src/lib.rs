//! What `muster_sdk` needs beyond `macro_rules`: reading WIT while a crate compiles.
//!
//! Plugin authors do not meet this crate; they write `muster_sdk::plugin!` and `wit/world.wit`. It
//! carries the contract's packages in itself, so a world may name them without a copy in `wit/deps`.
//!
//! Only a plugin's own world ends up in its component. The SDK's bindings cover every import there is,
//! but their description is left out: a plugin that calls what its world does not import fails to
//! link, and what it imports without calling it is dropped by the linker.

mod contract;
mod imports;
mod world;

use proc_macro::TokenStream;

/// The bindings of every import, for `muster_sdk` itself.
#[proc_macro]
pub fn imports(_: TokenStream) -> TokenStream {
    expand(imports::expand())
}

/// The exports of the plugin whose crate is being compiled. Input: the names of the sections that its
/// `plugin!` lists.
#[proc_macro]
pub fn world(input: TokenStream) -> TokenStream {
    let listed: Vec<String> = input.into_iter().map(|token| token.to_string()).collect();
    expand(world::expand(&listed))
}

fn expand(source: Result<String, String>) -> TokenStream {
    source
        .unwrap_or_else(|problem| format!("::core::compile_error!({problem:?});"))
        .parse()
        .expect("bindings are Rust")
}
