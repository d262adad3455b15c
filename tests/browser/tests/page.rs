//! What people do in the page, with real clicks in a real browser.

mod stories {
    pub mod evening;
    pub mod first_screen;
    pub mod load;
    pub mod setup;
    pub mod text;
    pub mod trouble;
}

use muster_harness::Stage;
use muster_playground::TryThis;
use muster_test_browser::Browser;

/// A desk and a phone, in CSS pixels.
pub const DESK: (u32, u32) = (1280, 800);
pub const PHONE: (u32, u32) = (390, 844);

/// The page of an evening, open in a browser; `None` where there is no browser.
pub async fn opens(stage: &Stage, (width, height): (u32, u32)) -> Option<Browser> {
    let url = stage.playground.page_url();
    Browser::open(&url, width, height, env!("CARGO_TARGET_TMPDIR")).await
}

/// The suggestions that `muster play` shows.
pub fn suggestions() -> Vec<TryThis> {
    let file = include_str!("../../../plugins/raids/playground/evening.toml");
    let evening: toml::Table = toml::from_str(file).expect("TOML");
    let ready = evening["ready"].clone();
    ready.try_into().expect("suggestions")
}
