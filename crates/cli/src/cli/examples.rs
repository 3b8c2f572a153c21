//! Examples below `--help`, in the man pages and in docs/reference/OPERATOR.md. A test parses each of them.

pub(super) const MIGRATE: &str = "\
Examples:
  hallpass migrate --dry-run --verbose
  hallpass migrate
  HALLPASS_APP_PASSWORD=… hallpass migrate";

pub(super) const USERS_CREATE: &str = "\
Examples:
  hallpass users create --email ada@example.com --name Ada --role admin
  hallpass users create --email bob@example.com --name Bob \\
    --password-stdin < password.txt";

pub(super) const USERS_LIST: &str = "\
Examples:
  hallpass users list --q ada --active true
  hallpass users list --role admin --size 50";

pub(super) const USERS_SHOW: &str = "\
Examples:
  hallpass users show ada@example.com";

pub(super) const USERS_ACTIVATE: &str = "\
Examples:
  hallpass users activate ada@example.com";

pub(super) const USERS_DEACTIVATE: &str = "\
Examples:
  hallpass users deactivate ada@example.com";

pub(super) const USERS_SET_ROLES: &str = "\
Examples:
  hallpass users set-roles ada@example.com --role manager --role viewer";

pub(super) const USERS_SET_PASSWORD: &str = "\
Examples:
  hallpass users set-password ada@example.com --link
  hallpass users set-password ada@example.com --password-stdin < password.txt";

pub(super) const SESSIONS_LIST: &str = "\
Examples:
  hallpass sessions list --user ada@example.com";

pub(super) const SESSIONS_REVOKE: &str = "\
Examples:
  hallpass sessions revoke --user ada@example.com
  hallpass sessions revoke --all --dry-run
  hallpass sessions revoke --all";

pub(super) const LINKS_REVOKE: &str = "\
Examples:
  hallpass links revoke --all --dry-run
  hallpass links revoke --all";

pub(super) const AUDIT_RECENT: &str = "\
Examples:
  hallpass audit recent --changes --since 30d
  hallpass audit recent --event login --event login_failed
  hallpass audit recent --user ada@example.com --severity warning";

pub(super) const AUDIT_SUSPICIOUS: &str = "\
Examples:
  hallpass audit suspicious --since 7d";

pub(super) const REVIEW_ACCESS: &str = "\
Examples:
  hallpass review access --inactive 180d";

pub(super) const CAPACITY: &str = "\
Examples:
  hallpass capacity --horizon 2y --storage 10GB";

pub(super) const METRICS: &str = "\
Examples:
  hallpass metrics
  hallpass metrics --openmetrics";

pub(super) const ALERTS_TEST: &str = "\
Examples:
  hallpass alerts test";

pub(super) const SECRETS_NEW: &str = "\
Examples:
  hallpass secrets new | vercel env add HALLPASS_SECRET production";

pub(super) const SECRETS_WEBHOOK: &str = "\
Examples:
  VERCEL_ENV=production hallpass secrets webhook";

pub(super) const SECRETS_ROTATE: &str = "\
Examples:
  hallpass --env-file .env.production secrets rotate
  hallpass --env-file .env.production secrets rotate \\
    --verify https://accounts.example.com
  hallpass --env-file .env.production secrets rotate --finish
  hallpass --env-file .env.production secrets rotate --at-once";

pub(super) const SMOKE: &str = "\
Examples:
  hallpass smoke https://accounts.example.com
  hallpass smoke https://accounts.example.com --headers-only";

pub(super) const WATCH: &str = "\
Examples:
  hallpass watch https://accounts.example.com --for 1h --every 30s
  hallpass watch https://accounts.example.com --public";

pub(super) const WARM: &str = "\
Examples:
  hallpass warm https://accounts.example.com --every 5m";

pub(super) const CERTS: &str = "\
Examples:
  hallpass certs
  hallpass certs https://accounts.example.com --warn 30d";

pub(super) const BACKUP_CREATE: &str = "\
Examples:
  hallpass backup create --dry-run
  hallpass backup create --out /srv/backups";

pub(super) const BACKUP_VERIFY: &str = "\
Examples:
  hallpass backup verify hallpass-20261123T125857Z.dump";

pub(super) const BACKUP_RESTORE: &str = "\
Examples:
  HALLPASS_RESTORE_URL='postgres://owner:…@new.example.com/hallpass' \\
    hallpass backup restore hallpass-20261123T125857Z.dump";

pub(super) const DOCTOR: &str = "\
Examples:
  hallpass doctor
  hallpass --env-file .env.production doctor
  hallpass --json doctor | jq '.checks[] | select(.status != \"ok\")'";

pub(super) const DB_CONNECTIONS: &str = "\
Examples:
  hallpass db connections";

pub(super) const DB_SLOW: &str = "\
Examples:
  hallpass db slow --limit 3 --sort mean";

pub(super) const DB_SIZES: &str = "\
Examples:
  hallpass db sizes";

pub(super) const DB_INDEXES: &str = "\
Examples:
  hallpass db indexes";

pub(super) const DB_ANALYZE: &str = "\
Examples:
  hallpass db analyze --dry-run
  hallpass db analyze";

pub(super) const DB_PSQL: &str = "\
Examples:
  hallpass db psql
  hallpass db psql -c 'select count(*) from hallpass.users'";

pub(super) const DB_PURGE: &str = "\
Examples:
  hallpass db purge --dry-run
  hallpass db purge --keep-audit 400d --keep-sessions 30d";

pub(super) const COMPLETIONS: &str = "\
Examples:
  hallpass completions bash \\
    > ~/.local/share/bash-completion/completions/hallpass
  hallpass completions zsh > ~/.zfunc/_hallpass
  hallpass completions fish > ~/.config/fish/completions/hallpass.fish";

pub(super) const MAN: &str = "\
Examples:
  hallpass man --dir ~/.local/share/man/man1";
