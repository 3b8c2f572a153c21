//! What can be asked for on the command line.

mod audit;
mod backup;
mod database;
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
pub(crate) use links::{LinksCommand, RevokeLinksOptions};
pub(crate) use review::{
    AlertsCommand, CapacityOptions, MetricsOptions, ReviewCommand, RotateOptions, SecretsCommand,
};
pub(crate) use sessions::{RevokeOptions, SessionsCommand, SessionsListOptions};
pub(crate) use site::{CertsOptions, SiteOptions, SmokeOptions, WarmOptions, WatchOptions};

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  done; nothing fails
  1  failed, or the doctor found a failure
  2  the command line is wrong
  3  a variable is missing or wrong
  4  the database is not available, or not migrated
  5  there is no such user
  6  conflict: e-mail taken, last administrator, deactivated, changed meanwhile
  7  a value is not acceptable
  8  a threshold is crossed, or a check failed: the answer says which
  9  no deployment answers, or what answers is not Hallpass

Variables come from the environment. If it names neither a database nor a secret,
they come from .hallpass/env of the project, which `cargo dev` writes.
docs/reference/OPERATOR.md tells more.";

/// Migrates the database, looks after users and the system, and says what is wrong.
#[derive(Debug, Parser)]
#[command(name = "hallpass", version, after_help = EXIT_CODES, max_term_width = 80, arg_required_else_help = true)]
pub struct Cli {
    /// Answer in JSON; errors, too, on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read variables from FILE (dotenv form); the environment wins over it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the schema up to date, over the direct connection
    Migrate(MigrateOptions),
    /// Look after users
    Users {
        #[command(subcommand)]
        command: UsersCommand,
    },
    /// See who is signed in, and end it
    Sessions {
        #[command(subcommand)]
        command: SessionsCommand,
    },
    /// Revoke one-time links
    Links {
        #[command(subcommand)]
        command: LinksCommand,
    },
    /// Read the audit trail
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Review who may do what
    Review {
        #[command(subcommand)]
        command: ReviewCommand,
    },
    /// Foresee how much the database will hold
    Capacity(CapacityOptions),
    /// Print the figures that monitoring asks for
    Metrics(MetricsOptions),
    /// Try whether alerts arrive
    Alerts {
        #[command(subcommand)]
        command: AlertsCommand,
    },
    /// Make a secret, or replace it
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Try a deployment: sign in, look, refresh and sign out with an account made for it
    Smoke(SmokeOptions),
    /// Watch a deployment and its database against the thresholds
    Watch(WatchOptions),
    /// Ask a deployment for what keeps its functions warm
    Warm(WarmOptions),
    /// See how long the certificates of a deployment and its database are good
    Certs(CertsOptions),
    /// Back up the database, prove that a backup is sound, and restore one
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// Rehearse an emergency on a platform of its own (in a checkout)
    #[command(disable_help_flag = true)]
    Drill {
        /// The drill and its options; `--help` lists them
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "DRILL"
        )]
        arguments: Vec<OsString>,
    },
    /// Check configuration, database and schema, and say what to do
    Doctor,
    /// Look into the database and keep it in shape
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
}

#[derive(Debug, Args)]
pub(crate) struct MigrateOptions {
    /// Show what is missing and change nothing
    #[arg(long, conflicts_with = "deploy")]
    pub(crate) dry_run: bool,
    /// With --dry-run: show the SQL, too
    #[arg(long, short, requires = "dry_run")]
    pub(crate) verbose: bool,
    /// As a deployment's build step: only for production, and print a one-time link
    /// while no administrator has set a password
    #[arg(long)]
    pub(crate) deploy: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    /// Make an account; without a password, print a one-time link to set it
    Create(CreateOptions),
    /// List accounts, the newest first
    List(ListOptions),
    /// Show an account
    Show(Target),
    /// Let a deactivated user sign in again
    Activate(Target),
    /// End the sessions and refuse to sign in
    Deactivate(Target),
    /// Give these roles and no others
    SetRoles(RolesOptions),
    /// Set a password, or print a one-time link to set it
    SetPassword(PasswordOptions),
}

#[derive(Debug, Args)]
pub(crate) struct Target {
    /// Which user: id or e-mail address
    #[arg(value_name = "ID|EMAIL")]
    pub(crate) user: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateOptions {
    /// The e-mail address to sign in with
    #[arg(long)]
    pub(crate) email: String,
    /// The name to show
    #[arg(long)]
    pub(crate) name: String,
    /// A role: admin, manager, viewer or user; may be repeated
    #[arg(long = "role", value_name = "ROLE", default_value = "user")]
    pub(crate) roles: Vec<String>,
    /// Read the password from standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// Only those with TEXT in e-mail or name
    #[arg(long, value_name = "TEXT")]
    pub(crate) q: Option<String>,
    /// Only those who hold ROLE
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Only active or only deactivated ones
    #[arg(long, value_name = "true|false", action = ArgAction::Set)]
    pub(crate) active: Option<bool>,
    /// How many on a page, 1 to 100
    #[arg(long, default_value_t = 20)]
    pub(crate) size: i64,
    /// Where the page begins, as the page before said
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RolesOptions {
    #[command(flatten)]
    pub(crate) target: Target,
    /// A role: admin, manager, viewer or user; may be repeated
    #[arg(long = "role", value_name = "ROLE", required = true)]
    pub(crate) roles: Vec<String>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how").required(true).args(["password_stdin", "link"])))]
pub(crate) struct PasswordOptions {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Read the password from standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Print a one-time link with which the user sets it; older links die
    #[arg(long)]
    pub(crate) link: bool,
}
