//! Identifies a database, whichever of its addresses is used; and the same address with another login.

use super::DatabaseConfig;

impl DatabaseConfig {
    /// Identity of the database: host, port and database name, and the tenant if the pooler serves many. The pooled
    /// and the direct address of a Neon branch have the same identity. Supabase's two addresses have different
    /// ones, and both are recorded.
    #[must_use]
    pub fn identity(&self) -> String {
        let options = &self.options;
        let host = options.get_socket().map_or_else(
            || without_pooler(&options.get_host().to_ascii_lowercase()),
            |path| path.display().to_string(),
        );
        let database = self.database();
        match options.get_username().split_once('.') {
            // Supavisor's ports are two modes of the same database.
            Some((_, tenant)) => format!("{host}/{database}?tenant={tenant}"),
            None => format!("{host}:{}/{database}", options.get_port()),
        }
    }

    /// The same address with another login of the same tenant. `server_user` is the configured user as the server knows
    /// it. If the pooler has removed a suffix from it (a dot and the tenant), the other login needs the same suffix.
    pub(crate) fn with_login(&self, name: &str, password: &str, server_user: &str) -> Self {
        let configured = self.options.get_username();
        let tenant = configured.strip_prefix(server_user);
        let tenant = tenant.filter(|tenant| tenant.starts_with('.'));
        let user = format!("{name}{}", tenant.unwrap_or_default());
        let mut other = self.clone();
        other.options = other.options.username(&user).password(password);
        other
    }
}

/// Removes `-pooler` from the first label: in this, Neon's pooled address differs from the branch's direct address.
fn without_pooler(host: &str) -> String {
    match host.split_once('.') {
        Some((first, rest)) => {
            format!("{}.{rest}", first.strip_suffix("-pooler").unwrap_or(first))
        }
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> DatabaseConfig {
        let get = |name: &str| (name == "DATABASE_URL").then(|| url.to_owned());
        DatabaseConfig::direct(&get).unwrap()
    }

    #[test]
    fn both_addresses_of_a_neon_branch_are_one_database_and_two_branches_are_two() {
        let identity = |host: &str| {
            let url = format!("postgres://o:p@{host}/neondb?sslmode=require");
            read(&url).identity()
        };
        let direct = identity("ep-cool-1a2b3c.eu-central-1.aws.neon.tech");
        assert_eq!(
            direct,
            "ep-cool-1a2b3c.eu-central-1.aws.neon.tech:5432/neondb"
        );
        assert_eq!(
            identity("ep-cool-1a2b3c-pooler.eu-central-1.aws.neon.tech"),
            direct
        );
        assert_eq!(
            identity("EP-cool-1a2b3c-pooler.eu-central-1.aws.neon.tech"),
            direct
        );
        assert_ne!(
            identity("ep-calm-9z8y7x.eu-central-1.aws.neon.tech"),
            direct
        );
    }

    #[test]
    fn tenants_of_supabases_pooler_have_different_identities() {
        let pooler = "aws-1-eu-central-1.pooler.supabase.com";
        let identity = |user: &str, port: u16| {
            let url = format!("postgres://{user}:p@{pooler}:{port}/postgres?sslmode=require");
            read(&url).identity()
        };
        let one = identity("postgres.abcd", 6543);
        assert_eq!(one, format!("{pooler}/postgres?tenant=abcd"));
        assert_eq!(identity("postgres.abcd", 5432), one);
        assert_eq!(identity("hallpass_app_01234567.abcd", 6543), one);
        assert_ne!(identity("postgres.efgh", 6543), one);
    }

    #[test]
    fn different_sockets_ports_and_names_have_different_identities() {
        let identities = [
            "postgres:///a?host=/run/one",
            "postgres:///a?host=/run/two",
            "postgres://u@127.0.0.1/a",
            "postgres://u@127.0.0.1/b",
            "postgres://u@127.0.0.1:5433/a",
            "postgres://u@[::1]/a",
        ]
        .map(|url| read(url).identity());
        let different: std::collections::HashSet<_> = identities.iter().collect();
        assert_eq!(different.len(), identities.len(), "{identities:?}");
    }

    #[test]
    fn another_login_keeps_the_tenant_of_a_pooler_and_no_other_dot() {
        let user = |configured: &str, server_user: &str| {
            let url = format!("postgres://{configured}:p@127.0.0.1/d");
            let other = read(&url).with_login("app", "secret", server_user);
            other.options.get_username().to_owned()
        };
        assert_eq!(user("postgres.abcd", "postgres"), "app.abcd");
        assert_eq!(user("postgres", "postgres"), "app");
        assert_eq!(user("first.last", "first.last"), "app");
        assert_eq!(user("postgresql", "postgres"), "app");
    }
}
