//! Names of a plugin's choice while effects are under way: an effect that uses a name waits for the
//! one that makes it, and one that makes a name anew waits for those that still mean the old thing.

use std::collections::HashMap;
use std::convert::Infallible;

use muster_core::{GuildId, PluginName};
use muster_store::Named;
use tokio::sync::{mpsc, watch};

/// A name of a plugin in a guild.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct NameKey {
    pub guild: GuildId,
    pub plugin: PluginName,
    pub name: String,
}

/// What became of a name: the thing, or why there is none.
pub(super) type Made = Result<Named, String>;

/// What stands under a name between two effects that make it.
struct Generation {
    /// How it came to be, if that is under way or failed; else the database knows.
    made: Option<watch::Receiver<Option<Made>>>,
    /// Held by everybody who uses it.
    in_use: mpsc::Sender<Infallible>,
    /// Tells when nobody does any more.
    unused: mpsc::Receiver<Infallible>,
}

/// Names that are being made or used.
#[derive(Default)]
pub(super) struct Names(HashMap<NameKey, Generation>);

/// The right of an effect to the thing that stood under the name when it was queued.
#[derive(Debug)]
pub(super) struct Use {
    /// The effect that makes it, if that is under way or failed.
    pub made: Option<watch::Receiver<Option<Made>>>,
    /// Keeps the next effect that makes the name waiting.
    _in_use: Option<mpsc::Sender<Infallible>>,
}

/// The duty of an effect to say what became of a name.
#[derive(Debug)]
pub(super) struct Making {
    pub key: NameKey,
    made: watch::Sender<Option<Made>>,
    /// Those who still mean what stood under the name before.
    pub users_before: Option<mpsc::Receiver<Infallible>>,
}

impl Making {
    pub fn tell(&self, made: Made) {
        self.made.send_replace(Some(made));
    }
}

fn generation(made: Option<watch::Receiver<Option<Made>>>) -> Generation {
    let (in_use, unused) = mpsc::channel(1);
    Generation {
        made,
        in_use,
        unused,
    }
}

impl Names {
    /// An effect uses the name. One that makes it anew as well does not wait for itself.
    pub fn use_name(&mut self, key: NameKey, makes_it_too: bool) -> Use {
        let generation = self.0.entry(key).or_insert_with(|| generation(None));
        let in_use = (!makes_it_too).then(|| generation.in_use.clone());
        Use {
            made: generation.made.clone(),
            _in_use: in_use,
        }
    }

    /// An effect makes the name.
    pub fn make(&mut self, key: NameKey) -> Making {
        let (tell, made) = watch::channel(None);
        let before = self.0.insert(key.clone(), generation(Some(made)));
        Making {
            key,
            made: tell,
            users_before: before.map(|before| before.unused),
        }
    }

    /// Forgets a name that nobody makes or uses any more and that did not fail.
    pub fn tidy(&mut self, key: &NameKey) {
        let Some(generation) = self.0.get(key) else {
            return;
        };
        let is_settled = match &generation.made {
            None => true,
            Some(made) => made.has_changed().is_err() || made.borrow().is_some(),
        };
        if is_settled && generation.in_use.strong_count() == 1 {
            self.0.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_core::ids::RoleId;
    use muster_store::NamedKind;

    use super::*;

    fn key() -> NameKey {
        NameKey {
            guild: GuildId::new(1).expect("not 0"),
            plugin: "notes".parse().expect("a name"),
            name: "board".into(),
        }
    }

    fn role(raw: u64) -> Named {
        let role = RoleId::new(raw);
        Named {
            kind: NamedKind::Role,
            channel: None,
            message: None,
            role,
        }
    }

    #[test]
    fn who_uses_a_name_means_the_thing_of_that_moment() {
        let mut names = Names::default();
        let first = names.make(key());
        let early = names.use_name(key(), false);
        let second = names.make(key());
        let late = names.use_name(key(), false);
        first.tell(Ok(role(1)));
        second.tell(Err("no".into()));
        let heard = |used: &Use| used.made.as_ref().and_then(|made| made.borrow().clone());
        assert_eq!(heard(&early), Some(Ok(role(1))));
        assert_eq!(heard(&late), Some(Err("no".into())));
    }

    #[tokio::test]
    async fn a_name_is_made_anew_only_when_nobody_means_the_old_thing() {
        let mut names = Names::default();
        let old = names.use_name(key(), false);
        let mut making = names.make(key());
        let mut unused = making.users_before.take().expect("somebody used it");
        assert!(
            unused
                .try_recv()
                .is_err_and(|error| error == mpsc::error::TryRecvError::Empty)
        );
        drop(old);
        assert_eq!(unused.recv().await, None);
    }

    #[test]
    fn nothing_is_kept_of_names_that_are_settled() {
        let mut names = Names::default();
        let making = names.make(key());
        let used = names.use_name(key(), false);
        making.tell(Ok(role(1)));
        names.tidy(&key());
        assert_eq!(names.0.len(), 1, "still in use");
        drop(used);
        names.tidy(&key());
        assert!(names.0.is_empty());
    }
}
