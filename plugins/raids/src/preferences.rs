//! What members want to be told by direct message.

/// A member's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// When a run that they joined starts or ends.
    pub run_dms: bool,
    /// Party and location of a run for which they offered a key.
    pub location_dms: bool,
}

impl Default for Preferences {
    /// Nobody is written to unasked, but for what they offered a key.
    fn default() -> Self {
        Self {
            run_dms: false,
            location_dms: true,
        }
    }
}
