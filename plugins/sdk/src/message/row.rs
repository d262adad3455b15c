//! Rows: what holds buttons and menus.

use serde::Serialize;

use super::{Button, Select};

/// A line of components: up to five buttons, or one menu.
///
/// See [Discord Docs/Action Row](https://discord.com/developers/docs/components/reference#action-row).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    #[serde(rename = "type")]
    kind: u8,
    components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Component {
    Button(Button),
    Select(Select),
}

const ACTION_ROW: u8 = 1;
const BUTTONS: usize = 5;

impl Row {
    /// A row of buttons. A sixth one is left out; see [`wrap`](Self::wrap).
    pub fn buttons(buttons: impl IntoIterator<Item = Button>) -> Self {
        let components = buttons
            .into_iter()
            .take(BUTTONS)
            .map(Component::Button)
            .collect();
        Self {
            kind: ACTION_ROW,
            components,
        }
    }

    /// As many rows as these buttons need, five in each.
    pub fn wrap(buttons: impl IntoIterator<Item = Button>) -> Vec<Self> {
        let buttons: Vec<Button> = buttons.into_iter().collect();
        buttons
            .chunks(BUTTONS)
            .map(|chunk| Self::buttons(chunk.iter().cloned()))
            .collect()
    }

    /// A row with a menu in it.
    pub fn select(select: Select) -> Self {
        Self {
            kind: ACTION_ROW,
            components: vec![Component::Select(select)],
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.components.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_buttons_take_two_rows() {
        let rows = Row::wrap((0..7).map(|n| Button::grey("x", n)));
        let sizes: Vec<usize> = rows.iter().map(|row| row.components.len()).collect();
        assert_eq!(sizes, [5, 2]);
        assert_eq!(Row::wrap([]), []);
    }
}
