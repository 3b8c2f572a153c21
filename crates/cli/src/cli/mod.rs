//! Definition of the command line.

mod audit;
mod backup;
mod database;
mod documentation;
mod examples;
mod links;
mod review;
mod sessions;
mod site;

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) use audit::{AuditCommand, RecentOptions};
pub(crate) use backup::{
    BackupCommand, CreateBackupOptions, RestoreBackupOptions, VerifyBackupOptions,
};
pub(crate) use database::{DbCommand, PurgeOptions, SlowOptions, SlowOrder};
pub(crate) use documentation::{CompletionsOptions, ManOptions, Shell};
pub(crate) use links::{LinksCommand, RevokeLinksOptions};
pub(crate) use review::{
    AlertsCommand, CapacityOptions, MetricsOptions, ReviewCommand, RotateOptions, SecretsCommand,
};
pub(crate) use sessions::{RevokeOptions, SessionsCommand, SessionsListOptions};
pub(crate) use site::{CertsOptions, SiteOptions, SmokeOptions, WarmOptions, WatchOptions};

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  success
  1  the command failed, or `doctor` found a failure
  2  invalid command line
  3  a variable is missing or invalid
  4  the database is unavailable or not migrated
  5  user not found
  6  conflict, such as an e-mail address in use or the last administrator
  7  invalid input
  8  a threshold is exceeded or a check failed; the output says which
  9  no response from the deployment, or not a Hallpass deployment

Variables are read from the environment. If it sets neither a database URL nor
HALLPASS_SECRET, they are read from .hallpass/env in the project, which
`cargo dev` writes. See docs/reference/OPERATOR.md.";

/// Operate a Hallpass deployment: migrations, users, sessions, backups, diagnosis
#[derive(Debug, Parser)]
#[command(name = "hallpass", version, after_help = EXIT_CODES, max_term_width = 80, arg_required_else_help = true)]
pub struct Cli {
    /// Print JSON; errors are printed as JSON on standard error
    #[arg(long, global = true, help_heading = "Global options")]
    pub(crate) json: bool,
    /// Read variables from a dotenv file; the environment takes precedence
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(crate) env_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Apply pending migrations over the direct connection
    #[command(after_long_help = examples::MIGRATE)]
    Migrate(MigrateOptions),
    /// Manage users
    Users {
        #[command(subcommand)]
        command: UsersCommand,
    },
    /// List and end sessions
    Sessions {
        #[command(subcommand)]
        command: SessionsCommand,
    },
    /// Revoke one-time links
    Links {
        #[command(subcommand)]
        command: LinksCommand,
    },
    /// Query the audit log
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Review access rights
    Review {
        #[command(subcommand)]
        command: ReviewCommand,
    },
    /// Estimate database growth
    #[command(after_long_help = examples::CAPACITY)]
    Capacity(CapacityOptions),
    /// Print metrics for monitoring
    #[command(after_long_help = examples::METRICS)]
    Metrics(MetricsOptions),
    /// Test the delivery of alerts
    Alerts {
        #[command(subcommand)]
        command: AlertsCommand,
    },
    /// Generate and rotate secrets
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Test a deployment end to end with a temporary account
    #[command(after_long_help = examples::SMOKE)]
    Smoke(SmokeOptions),
    /// Monitor a deployment and its database against thresholds
    #[command(after_long_help = examples::WATCH)]
    Watch(WatchOptions),
    /// Send the requests that keep the functions of a deployment warm
    #[command(after_long_help = examples::WARM)]
    Warm(WarmOptions),
    /// Check the TLS certificates of a deployment and its database
    #[command(after_long_help = examples::CERTS)]
    Certs(CertsOptions),
    /// Create, verify and restore backups
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// Rehearse an emergency on a temporary local platform (in a checkout)
    #[command(disable_help_flag = true)]
    Drill {
        /// Drill and its options; see `hallpass drill --help`
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "DRILL"
        )]
        arguments: Vec<OsString>,
    },
    /// Diagnose configuration, database and schema
    #[command(after_long_help = examples::DOCTOR)]
    Doctor,
    /// Inspect and maintain the database
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
    /// Print a script for completion in a shell
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions(CompletionsOptions),
    /// Write man pages, one for each command
    #[command(after_long_help = examples::MAN)]
    Man(ManOptions),
}

#[derive(Debug, Args)]
pub(crate) struct MigrateOptions {
    /// Show pending migrations without applying them
    #[arg(long, conflicts_with = "deploy")]
    pub(crate) dry_run: bool,
    /// With --dry-run: also show the SQL
    #[arg(long, short, requires = "dry_run")]
    pub(crate) verbose: bool,
    /// Run as the build step of a deployment: skip databases of other environments, and
    /// print a one-time link until an administrator has set a password
    #[arg(long)]
    pub(crate) deploy: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Create an account; without a password, print a one-time link to set one
    #[command(after_long_help = examples::USERS_CREATE)]
    Create(CreateOptions),
    /// List accounts, newest first
    #[command(after_long_help = examples::USERS_LIST)]
    List(ListOptions),
    /// Show an account
    #[command(after_long_help = examples::USERS_SHOW)]
    Show(Target),
    /// Reactivate a deactivated account
    #[command(after_long_help = examples::USERS_ACTIVATE)]
    Activate(Target),
    /// Deactivate an account and end its sessions
    #[command(after_long_help = examples::USERS_DEACTIVATE)]
    Deactivate(Target),
    /// Replace the roles of an account
    #[command(after_long_help = examples::USERS_SET_ROLES)]
    SetRoles(RolesOptions),
    /// Set a password, or print a one-time link to set one
    #[command(after_long_help = examples::USERS_SET_PASSWORD)]
    SetPassword(PasswordOptions),
}

#[derive(Debug, Args)]
pub(crate) struct Target {
    /// User ID or e-mail address
    #[arg(value_name = "ID|EMAIL")]
    pub(crate) user: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateOptions {
    /// E-mail address
    #[arg(long)]
    pub(crate) email: String,
    /// Display name
    #[arg(long)]
    pub(crate) name: String,
    /// Role: admin, manager, viewer or user (repeatable)
    #[arg(long = "role", value_name = "ROLE", default_value = "user")]
    pub(crate) roles: Vec<String>,
    /// Read the password from standard input; on a terminal, prompt for it
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// Only show accounts whose e-mail address or name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub(crate) q: Option<String>,
    /// Only show accounts with this role
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Only show active (true) or deactivated (false) accounts
    #[arg(long, value_name = "true|false", action = ArgAction::Set)]
    pub(crate) active: Option<bool>,
    /// Page size (1 to 100)
    #[arg(long, default_value_t = 20)]
    pub(crate) size: i64,
    /// Start of the page, as printed below the previous page
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RolesOptions {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Role: admin, manager, viewer or user (repeatable)
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub(crate) roles: Vec<String>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how").required(true).args(["password_stdin", "link"])))]
pub(crate) struct PasswordOptions {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Read the password from standard input; on a terminal, prompt for it
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Print a one-time link to set the password; earlier links stop working
    #[arg(long)]
    pub(crate) link: bool,
}
