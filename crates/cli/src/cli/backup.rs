//! `hallpass backup` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::examples;

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Write a backup of the database and its manifest
    #[command(after_long_help = examples::BACKUP_CREATE)]
    Create(CreateBackupOptions),
    /// Restore a backup into a scratch database and compare it with the manifest
    #[command(after_long_help = examples::BACKUP_VERIFY)]
    Verify(VerifyBackupOptions),
    /// Restore a backup into an empty database; ends all sessions
    #[command(after_long_help = examples::BACKUP_RESTORE)]
    Restore(RestoreBackupOptions),
}

#[derive(Debug, Args)]
pub(crate) struct CreateBackupOptions {
    /// Output file, or a directory in which the file is named after database and time
    #[arg(long, value_name = "FILE|DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Show what would be backed up and where, without writing anything
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyBackupOptions {
    /// Backup file; its manifest must be in the same directory
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Server for the scratch database: URL of any of its databases. Defaults to
    /// `HALLPASS_RESTORE_URL` or, in a checkout, to a temporary local server
    #[arg(long, value_name = "URL")]
    pub(crate) on: Option<String>,
    /// Check the file and the server without restoring
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreBackupOptions {
    /// Backup file; its manifest must be in the same directory
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// URL of the empty database, as its owner. Defaults to `HALLPASS_RESTORE_URL`
    #[arg(long, value_name = "URL")]
    pub(crate) into: Option<String>,
    /// Check the backup and the database without changing anything
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long, short)]
    pub(crate) yes: bool,
}
