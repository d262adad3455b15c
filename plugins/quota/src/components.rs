//! Buttons, menus and forms.

pub mod base;
pub mod basic;
pub mod delete;
pub mod page;
mod panel;
pub mod pick;
pub mod pick_value;
pub mod publish;
pub mod recalculate;
pub mod reset;
pub mod set_override;
pub mod show;
pub mod stats;
pub mod stop;
pub mod stop_points;
pub mod value;
pub mod values;
pub mod work;
pub mod work_more;
