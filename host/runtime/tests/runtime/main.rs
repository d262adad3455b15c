//! The runtime over a real database, with small components written by hand. How the SDK's plugins fare
//! is in `tests/plugins` and `tests/hostile` of the workspace.

mod adoption;
mod calls;
mod effects;
mod loading;
mod sandbox;
mod schedule;
mod support;
