//! The outbox and the panel keeper against the simulator, with a real database: what a commit asked for
//! happens once, in order, and panels show the last state.

#[path = "outbox_and_panels/answers.rs"]
mod answers;
#[path = "outbox_and_panels/effects.rs"]
mod effects;
#[path = "outbox_and_panels/outcomes.rs"]
mod outcomes;
#[path = "outbox_and_panels/panels.rs"]
mod panels;
#[path = "outbox_and_panels/stage.rs"]
mod stage;
#[path = "outbox_and_panels/trouble.rs"]
mod trouble;
