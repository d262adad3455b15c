//! Which parts of a statement hold texts in which names are replaced.

use super::script::{Act, Choice, Deed, Look, Want};

impl Act {
    /// The same with its texts filled in.
    pub fn filled(&self, fill: impl Fn(&str) -> String) -> Self {
        let mut act = self.clone();
        act.deed = self.deed.filled(&fill);
        for told in &mut act.told {
            told.text = fill(&told.text);
        }
        for (_, want) in &mut act.wants {
            match want {
                Want::AlsoTold(text)
                | Want::NeverTold(text)
                | Want::Form(text)
                | Want::Offered { name: text, .. }
                | Want::Refused(text) => *text = fill(text),
                Want::Privately | Want::Publicly => {}
            }
        }
        act
    }
}

impl Deed {
    /// The same with its texts filled in.
    pub fn filled(&self, fill: impl Fn(&str) -> String) -> Self {
        let mut deed = self.clone();
        match &mut deed {
            Self::Use { command, .. } => *command = fill(command),
            Self::Type { text, .. } => *text = fill(text),
            Self::Press { choice: None, .. } => {}
            Self::Press {
                choice: Some(Choice { options, .. }),
                ..
            }
            | Self::Choose { options, .. } => {
                options.iter_mut().for_each(|option| *option = fill(option));
            }
            Self::Fill(fields) => fields.iter_mut().for_each(|(_, text)| *text = fill(text)),
        }
        deed
    }
}

impl Look {
    /// The same with its texts filled in.
    pub fn filled(&self, fill: impl Fn(&str) -> String) -> Self {
        let mut look = self.clone();
        match &mut look {
            Self::Shows { text, .. }
            | Self::Sees { text, .. }
            | Self::Direct { text, .. }
            | Self::Message { text, .. }
            | Self::Logs { text, .. }
            | Self::Nickname { name: text, .. } => *text = fill(text),
            Self::NoField { .. } | Self::Offers { .. } | Self::Gone { .. } | Self::Role { .. } => {}
        }
        look
    }

    /// The message that it is about.
    pub fn handle(&self) -> Option<&str> {
        match self {
            Self::Shows { handle, .. }
            | Self::NoField { handle, .. }
            | Self::Offers { handle, .. }
            | Self::Gone { handle } => Some(handle),
            _ => None,
        }
    }

    /// Whether it is looked at once: nobody can wait for what must not come.
    pub fn is_of_the_moment(&self) -> bool {
        matches!(
            self,
            Self::Message { .. }
                | Self::Sees { there: false, .. }
                | Self::Direct { there: false, .. }
                | Self::Logs { count: Some(0), .. }
        )
    }
}
