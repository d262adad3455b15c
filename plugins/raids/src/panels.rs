//! Messages that show a run, one file each: what the database holds, handed to a view.

pub mod headcount;
pub mod keys;
pub mod organizer;
pub mod party;
pub mod role_pings;
pub mod run;
pub mod starter;
