//! Drill: no administrator can sign in any more. The operator's command restores access.

use hallpass_platform::{Error, Postgres, random_password};
use serde_json::Value;

use super::environment::{ADMINISTRATOR, Environment, create};
use super::operator::Operator;
use super::report::{Report, ensure};
use crate::site::Site;

/// E-mail address of the new administrator, after the first account is given up.
const SUCCESSOR: &str = "successor@example.com";

pub(super) async fn run(environment: &Environment, report: &mut Report) -> Result<(), Error> {
    report.step("start a server and the functions, with one administrator");
    let mut server = environment.server(Postgres::temporary()).await?;
    let operator = environment.operator(&server.database, None);
    operator.run(&["migrate"]).await?;
    let (forgotten, found, other) = (random_password()?, random_password()?, random_password()?);
    create(&operator, ADMINISTRATOR, "admin", &forgotten).await?;
    let (platform, site) = environment.platform(&server.database).await?;
    let before = site.sign_in(ADMINISTRATOR, &forgotten).await?;
    site.get("/api/users", Some(&before.access_token))
        .await?
        .expect(200)?;
    report.done(&format!("{ADMINISTRATOR} signs in and lists users"));

    report.step("lose the password");
    site.login(ADMINISTRATOR, &found).await?.expect(401)?;
    report.done("signing in with another password is refused with 401");

    report.step("find the administrators: hallpass users list --role admin");
    let listed = operator.run(&["users", "list", "--role", "admin"]).await?;
    ensure(listed["items"][0]["email"] == ADMINISTRATOR, || {
        format!("the administrator is not listed: {listed}")
    })?;
    report.done(ADMINISTRATOR);

    report.step(&format!(
        "hallpass users set-password {ADMINISTRATOR} --link"
    ));
    let link = link(
        &operator
            .run(&["users", "set-password", ADMINISTRATOR, "--link"])
            .await?,
    )?;
    report.done("a one-time link, valid for 72 hours");

    report.step("set a new password with the link");
    let again = site.redeem(&link, &found).await?.expect(200)?;
    let token = again.json["accessToken"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    site.get("/api/users", Some(&token)).await?.expect(200)?;
    site.sign_in(ADMINISTRATOR, &found).await?;
    report.done("the administrator signs in and lists users");

    report.step("check that earlier credentials are invalid");
    site.redeem(&link, &other).await?.expect(401)?;
    site.get("/api/me", Some(&before.access_token))
        .await?
        .expect(401)?;
    site.refresh(&before.refresh_token).await?.expect(401)?;
    report.done("the link, the session and the refresh token are refused with 401");

    give_up(&site, &operator, &found, &token, report).await?;
    trail(&operator, report).await?;
    platform.stop().await;
    server.postgres.stop().await
}

/// The first account cannot be recovered, so another administrator replaces it.
async fn give_up(
    site: &Site,
    operator: &Operator,
    found: &str,
    token: &str,
    report: &mut Report,
) -> Result<(), Error> {
    report.step(&format!(
        "replace the account: hallpass users create --role admin --email {SUCCESSOR}"
    ));
    let arguments = [
        "users",
        "create",
        "--email",
        SUCCESSOR,
        "--name",
        "Successor",
        "--role",
        "admin",
    ];
    let password = random_password()?;
    let link = link(&operator.run(&arguments).await?)?;
    let successor = site.redeem(&link, &password).await?.expect(200)?;
    let successor = successor.json["accessToken"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    report.done("a second administrator has signed in with a one-time link");

    report.step(&format!("hallpass users deactivate {ADMINISTRATOR}"));
    operator
        .run(&["users", "deactivate", ADMINISTRATOR])
        .await?;
    site.get("/api/me", Some(token)).await?.expect(401)?;
    site.login(ADMINISTRATOR, found).await?.expect(401)?;
    site.get("/api/users", Some(&successor))
        .await?
        .expect(200)?;
    report
        .done("the next request of the first administrator is refused; the second one lists users");

    report.step("try to deactivate the last administrator: hallpass users deactivate");
    let refused = operator
        .run_to(6, &["users", "deactivate", SUCCESSOR], None)
        .await?;
    ensure(refused["code"] == "last_admin", || {
        format!("the error is not last_admin: {refused}")
    })?;
    report.done("refused: the last active administrator cannot be deactivated");
    Ok(())
}

async fn trail(operator: &Operator, report: &mut Report) -> Result<(), Error> {
    report.step("check the audit log: hallpass audit recent --changes");
    let trail = operator.run(&["audit", "recent", "--changes"]).await?;
    for event in [
        "setup_link_made",
        "password_set_by_link",
        "user_created",
        "user_deactivated",
    ] {
        let items = trail["items"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        ensure(items.iter().any(|item| item["event"] == event), || {
            format!("the audit log has no event {event}: {trail}")
        })?;
    }
    report.done("every change is an audit event");
    Ok(())
}

fn link(answer: &Value) -> Result<String, Error> {
    let link = answer["setupLink"].as_str().map(str::to_owned);
    link.ok_or_else(|| Error::Message(format!("the output contains no one-time link: {answer}")))
}
