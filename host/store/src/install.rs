//! Installing a plugin: its migrations through the gate, each applied once and never changed.

use std::sync::Arc;

use muster_core::Manifest;
use muster_core::manifest::{MigrationSpec, PluginName};

use crate::Store;
use crate::error::{InstallError, StoreError};
use crate::gate::{Catalogue, Dialect, MigrationStep};
use crate::value::Row;

/// A plugin's schema as its migrations left it.
pub(crate) struct Schema {
    pub catalogue: Catalogue,
}

struct Applied {
    number: u32,
    up: String,
}

impl Store {
    /// Brings the plugin's tables up to what its manifest lists.
    ///
    /// # Errors
    /// A migration that the gate does not accept, that was changed after it was applied, or that is missing
    /// from the manifest although the database holds it; or the database failed. Nothing of a migration
    /// that fails remains.
    pub async fn install(&self, manifest: &Manifest) -> Result<(), InstallError> {
        let plugin = &manifest.name;
        let refused = |migration: &MigrationSpec, problem: String| InstallError::Refused {
            plugin: plugin.to_string(),
            number: migration.number,
            name: migration.name.clone(),
            problem,
        };
        let applied = self.applied_migrations(plugin).await?;
        let newest = manifest
            .migrations
            .last()
            .map_or(0, |migration| migration.number);
        if let Some(newer) = applied.iter().find(|done| done.number > newest) {
            let plugin = plugin.to_string();
            return Err(InstallError::Newer {
                plugin,
                found: newer.number,
                newest,
            });
        }
        let mut catalogue =
            Catalogue::new(&plugin.sql_name()).map_err(|error| InstallError::Refused {
                plugin: plugin.to_string(),
                number: 0,
                name: "its name".into(),
                problem: error.to_string(),
            })?;
        for migration in &manifest.migrations {
            let steps = catalogue
                .migrate(Dialect::Sqlite, &migration.up)
                .map_err(|error| refused(migration, error.to_string()))?;
            match applied.iter().find(|done| done.number == migration.number) {
                Some(done) if done.up == migration.up => {}
                Some(_) => {
                    let plugin = plugin.to_string();
                    return Err(InstallError::Changed {
                        plugin,
                        number: migration.number,
                    });
                }
                None => self
                    .apply(plugin, migration, &steps)
                    .await
                    .map_err(|error| refused(migration, error.to_string()))?,
            }
        }
        if !manifest.migrations.is_empty() {
            self.inner
                .schemas
                .write()
                .insert(plugin.clone(), Arc::new(Schema { catalogue }));
        }
        Ok(())
    }

    async fn applied_migrations(&self, plugin: &PluginName) -> Result<Vec<Applied>, StoreError> {
        let select = "select number, up from plugin_migration where plugin = $1 order by number";
        let mut reader = self.inner.database.reader().await?;
        let rows = reader
            .query(select, &[plugin.into()], usize::MAX)
            .await?
            .unwrap_or_default();
        rows.into_iter()
            .map(|row| {
                let row = Row(row);
                let number = u32::try_from(row.integer(0)?).unwrap_or(u32::MAX);
                Ok(Applied {
                    number,
                    up: row.text(1)?.to_owned(),
                })
            })
            .collect()
    }

    async fn apply(
        &self,
        plugin: &PluginName,
        migration: &MigrationSpec,
        steps: &[MigrationStep],
    ) -> Result<(), StoreError> {
        let mut writer = self.inner.database.writer().await?;
        for step in steps {
            if !step.per_guild {
                writer.change_schema(step.sql.clone(), &[]).await?;
                continue;
            }
            let guilds = writer
                .query("select guild_id from guild", &[], usize::MAX)
                .await?;
            for guild in guilds.unwrap_or_default() {
                writer.change_schema(step.sql.clone(), &guild).await?;
            }
        }
        let values = [
            plugin.into(),
            i64::from(migration.number).into(),
            migration.name.as_str().into(),
            migration.up.as_str().into(),
            migration.down.as_str().into(),
            self.inner.clock.now().into(),
        ];
        let insert = "insert into plugin_migration (plugin, number, name, up, down, applied_at)
                      values ($1, $2, $3, $4, $5, $6)";
        writer.execute(insert, &values).await?;
        writer.commit().await
    }
}
