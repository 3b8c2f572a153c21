//! `hallpass backup` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Write the whole database into a file, with a manifest beside it
    Create(CreateBackupOptions),
    /// Restore a backup into a scratch database, and prove that all of it is there
    Verify(VerifyBackupOptions),
    /// Restore a backup into an empty database; everybody has to sign in again
    Restore(RestoreBackupOptions),
}

#[derive(Debug, Args)]
pub(crate) struct CreateBackupOptions {
    /// The file, or a directory for one whose name tells database and time
    #[arg(long, value_name = "FILE|DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Say what would be written where, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyBackupOptions {
    /// The backup; its manifest is beside it
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The server to make the scratch database on, by the URL of any database of it;
    /// without it `HALLPASS_RESTORE_URL`, and without that, in a checkout, a throw-away server
    #[arg(long, value_name = "URL")]
    pub(crate) on: Option<String>,
    /// Check the file and the server, and restore nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreBackupOptions {
    /// The backup; its manifest is beside it
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The empty database, as its owner; without it `HALLPASS_RESTORE_URL`
    #[arg(long, value_name = "URL")]
    pub(crate) into: Option<String>,
    /// Check the backup and the database, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}
