//! Confined texts by the author's text: a look-up costs a tenth of a microsecond, confining fifty.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Catalogue, Confined, Dialect, GateError, confine};

/// A bounded cache of confined statements, shared by all guilds.
///
/// Every plugin has a share of its own, because a plugin can build texts without end and should
/// push out no one else's. A share is two generations: what was used lately, and what was used
/// before that and goes first.
#[derive(Debug)]
pub struct GateCache {
    per_plugin: usize,
    shares: Mutex<HashMap<String, Share>>,
}

#[derive(Debug, Default)]
struct Share {
    recent: HashMap<Key, Arc<Confined>>,
    older: HashMap<Key, Arc<Confined>>,
    misses: u64,
}

/// Schema version, dialect, the author's text.
type Key = (u64, Dialect, Box<str>);

impl GateCache {
    /// A cache that holds up to `per_plugin` statements for each plugin.
    #[must_use]
    pub fn new(per_plugin: usize) -> Self {
        Self {
            per_plugin: per_plugin.max(2),
            shares: Mutex::new(HashMap::new()),
        }
    }

    /// The confined text, from the cache or made now.
    ///
    /// # Errors
    ///
    /// As [`confine`]. Refusals are not kept; each counts as a miss.
    pub fn confine(
        &self,
        catalogue: &Catalogue,
        dialect: Dialect,
        text: &str,
    ) -> Result<Arc<Confined>, GateError> {
        let key: Key = (catalogue.version(), dialect, text.into());
        if let Some(found) = self.find(catalogue.plugin(), &key) {
            return Ok(found);
        }
        let confined = Arc::new(confine(catalogue, dialect, text)?);
        let mut shares = self.shares.lock();
        let share = shares.entry(catalogue.plugin().to_owned()).or_default();
        share.put(key, Arc::clone(&confined), self.per_plugin);
        Ok(confined)
    }

    /// How many texts of this plugin had to be confined anew. A plugin that builds texts instead
    /// of passing parameters shows here.
    #[must_use]
    pub fn misses(&self, plugin: &str) -> u64 {
        self.shares
            .lock()
            .get(plugin)
            .map_or(0, |share| share.misses)
    }

    /// Forgets what is kept for a plugin, when it is removed or replaced.
    pub fn forget(&self, plugin: &str) {
        self.shares.lock().remove(plugin);
    }

    fn find(&self, plugin: &str, key: &Key) -> Option<Arc<Confined>> {
        let mut shares = self.shares.lock();
        if !shares.contains_key(plugin) {
            shares.insert(plugin.to_owned(), Share::default());
        }
        let share = shares.get_mut(plugin)?;
        if let Some(found) = share.recent.get(key) {
            return Some(Arc::clone(found));
        }
        if let Some((key, found)) = share.older.remove_entry(key) {
            share.put(key, Arc::clone(&found), self.per_plugin);
            return Some(found);
        }
        share.misses += 1;
        None
    }
}

impl Share {
    fn put(&mut self, key: Key, confined: Arc<Confined>, most: usize) {
        if self.recent.len() >= most / 2 {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(key, confined);
    }
}
