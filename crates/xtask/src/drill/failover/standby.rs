//! What the operator sees at a standby, and whether the replication is known to be synchronous.

use hallpass_platform::Error;
use serde_json::Value;

use super::cluster::Cluster;
use crate::drill::environment::Environment;
use crate::drill::operator::Operator;
use crate::drill::report::ensure;
use crate::site::Site;

pub(super) async fn run(
    environment: &Environment,
    operator: &Operator,
    site: &Site,
    cluster: &Cluster,
) -> Result<(), Error> {
    site.get("/health", None).await?.expect(200)?;
    let doctor = operator.run(&["doctor"]).await?;
    let replication = check(&doctor, "replication");
    let is_synchronous = replication["detail"]
        .as_str()
        .is_some_and(|detail| detail.contains("2 standbys; changes wait"));
    ensure(replication["status"] == "ok" && is_synchronous, || {
        format!("hallpass doctor does not report synchronous replication: {replication}")
    })?;
    let standby = cluster.until_whole().await?.synchronous_standby;
    let database = environment.database_on(cluster.nodes[standby].ports.postgres);
    let at_standby = operator
        .with("DATABASE_URL", &database.app_url)
        .with("DATABASE_URL_UNPOOLED", &database.owner_url);
    let doctor = at_standby.run_to(1, &["doctor"], None).await?;
    let version = check(&doctor, "serverVersion");
    let names_standby = version["detail"]
        .as_str()
        .is_some_and(|detail| detail.contains("standby"));
    ensure(version["status"] == "failure" && names_standby, || {
        format!("hallpass doctor does not recognize the standby: {version}")
    })?;
    let (platform, site) = environment.platform(&database).await?;
    let health = site.get("/health", None).await?.expect_unavailable()?;
    ensure(health.json["services"]["database"] == "connected", || {
        format!("/health at the standby is {}", health.json)
    })?;
    platform.stop().await;
    Ok(())
}

fn check(doctor: &Value, name: &str) -> Value {
    let checks = doctor["checks"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let found = checks.iter().find(|check| check["name"] == name);
    found.cloned().unwrap_or_default()
}
