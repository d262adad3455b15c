//! What can go wrong with the database.

/// The database failed, or holds what it should not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A row has a shape that this program never writes.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// The file cannot be opened.
    #[error(
        "cannot open the database {path}: {source}. Check that the folder exists and is writable, \
         and that no newer Muster wrote this file"
    )]
    Open {
        /// The file.
        path: String,
        /// What SQLite or the migrations said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A statement took longer than it may.
    #[error("a statement took too long and was stopped")]
    Interrupted,
}

impl StoreError {
    /// Whether a column was left without a value that must have one.
    pub(crate) fn violates_not_null(&self) -> bool {
        use sqlx::error::ErrorKind;
        matches!(self, Self::Database(sqlx::Error::Database(error))
            if matches!(error.kind(), ErrorKind::NotNullViolation))
    }
}

/// Why a plugin's statement did not run. Raw database errors never reach a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SqlError {
    /// The gate does not accept it.
    #[error("{0}")]
    Refused(String),
    /// A primary key, unique constraint or unique index was hit: its name, else its columns.
    #[error("unique: {0}")]
    Unique(String),
    /// A foreign key.
    #[error("foreign key: {0}")]
    ForeignKey(String),
    /// A check constraint: its name.
    #[error("check: {0}")]
    Check(String),
    /// A column without a value that must have one.
    #[error("not null: {0}")]
    NotNull(String),
    /// A number out of range or a text that is no number.
    #[error("a number is out of range")]
    Overflow,
    /// It took too long.
    #[error("the statement took too long")]
    Timeout,
    /// More rows or bytes than a call may read.
    #[error("{0}")]
    TooMuch(String),
    /// This call may not write.
    #[error("this call may not write")]
    ReadOnly,
    /// The database failed; details are in the log.
    #[error("the database failed")]
    Internal(String),
}

/// Why a plugin's schema was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// A migration is not accepted.
    #[error("migration {number} ({name}) of plugin {plugin}: {problem}")]
    Refused {
        /// The plugin.
        plugin: String,
        /// The migration's number.
        number: u32,
        /// Its name.
        name: String,
        /// What the gate or the database said.
        problem: String,
    },
    /// A migration that was applied has another text now.
    #[error(
        "migration {number} of plugin {plugin} was applied with another text: released migrations \
         never change; put the change into a new one"
    )]
    Changed {
        /// The plugin.
        plugin: String,
        /// The migration's number.
        number: u32,
    },
    /// The database is ahead of the plugin.
    #[error(
        "the database holds migration {found} of plugin {plugin}, which this version does not know \
         (its newest is {newest}): install the newer plugin again"
    )]
    Newer {
        /// The plugin.
        plugin: String,
        /// Newest applied.
        found: u32,
        /// Newest known.
        newest: u32,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
