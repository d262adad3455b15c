//! Messages that show a run, one file each: what the database holds, handed to a view.

pub mod organizer;
pub mod run;
pub mod starter;
