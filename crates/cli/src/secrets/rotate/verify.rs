//! `--verify`: checks which secrets a deployment uses, and whether sessions of the previous secret continue.

use hallpass_core::sign_in::{self, Credentials};
use hallpass_core::{AppContext, Client};
use serde_json::json;

use super::local_secrets::{LocalSecrets, name_of};
use super::trail::{Trail, VERIFIED};
use super::{PREVIOUS, SECRET, guide};
use crate::cli::RotateOptions;
use crate::environment::{Deployment, Environment};
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::{Output, PLAIN, wrapped};
use crate::site::client::{Answer, Request, Site};
use crate::site::contact::contact;
use crate::site::report::{Report, signing_key};
use crate::site::temp_account::TempAccount;

/// State of the rotation, as the deployment shows it.
enum RotationState {
    /// The deployment accepts both secrets and signs with the new one.
    Both,
    /// The deployment accepts only the current secret.
    One,
    /// Any other state: the problem, and what to do.
    Wrong(String, String),
}

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &RotateOptions,
    local: &LocalSecrets,
) -> Result<Exit, Failure> {
    let url = options.verify.as_deref().unwrap_or_default();
    let site = Site::new(environment, url, options.ca_cert.as_deref())?;
    let mut trail = Trail::open(environment).await?;
    let mut interrupt = Interrupt::listen();
    let health = contact(&site).await?;
    // Keys are derived for the environment of the deployment, which may differ from VERCEL_ENV here.
    let target = health.text("/environment").to_owned();
    // Tokens must name the issuer of the deployment.
    let metadata = site.get("/api/keys/openid-configuration").await;
    let issuer = metadata.map(|answer| answer.text("/issuer").to_owned());
    let deployment = Deployment {
        environment: target,
        issuer: issuer.ok().filter(|issuer| !issuer.is_empty()),
    };
    let products = Products::new(environment, local, &deployment)?;
    let mut report = Report::new();
    report.keys(site.get("/.well-known/jwks.json").await);

    let (account, _) = TempAccount::make(&products.outgoing, "secrets rotate").await?;
    let reached = tokio::select! {
        reached = find_state(&site, &account, local, &products, &mut report) => Some(reached),
        () = interrupt.recv() => None,
    };
    account.remove().await?;
    let Some(reached) = reached else {
        let detail = "interrupted; the temporary account was removed";
        return Err(Failure::new(Exit::Failed, "interrupted", detail).next("run the command again"));
    };
    let reached = reached?;
    let is_good = report.passed() && !matches!(reached, RotationState::Wrong(..));
    if is_good && matches!(reached, RotationState::Both) {
        let from = name_of(environment, local.outgoing())?;
        if trail.verified_at(&from).await?.is_none() {
            trail
                .record(VERIFIED, "info", json!({"from": from}))
                .await?;
        }
    }
    let (state, said, next) = words(local, &reached);
    let json = json!({
        "url": site.origin.text,
        "state": state,
        "detail": said,
        "passed": is_good,
        "steps": report.steps(),
        "nextSteps": next,
    });
    output.answer(&json, |out| {
        report.show(out)?;
        writeln!(out, "\n{}", wrapped(&said, 0))?;
        for step in &next {
            writeln!(out, "{PLAIN}Next:{PLAIN:#} {step}")?;
        }
        Ok(())
    })?;
    Ok(if is_good { Exit::Done } else { Exit::Breach })
}

fn words(local: &LocalSecrets, reached: &RotationState) -> (&'static str, String, Vec<String>) {
    match reached {
        RotationState::Both => (
            "both",
            "The deployment signs with the new secret and accepts the previous one: nobody was signed out. Remove the \
             previous secret once nothing depends on it; sessions that are not used depend on it the longest."
                .to_owned(),
            vec![guide::hallpass(local, "--finish")],
        ),
        RotationState::One => (
            "one",
            "The deployment signs with the current secret and accepts no other.".to_owned(),
            Vec::new(),
        ),
        RotationState::Wrong(why, next) => ("wrong", why.clone(), vec![next.clone()]),
    }
}

/// Application contexts with each of the secrets, in the environment of the deployment.
struct Products {
    /// The context with the secret to remove or, if no rotation is in progress, with the only secret.
    outgoing: AppContext,
    outgoing_key: String,
    /// Fingerprint of the new secret's keys, if there is a new secret.
    new_key: Option<String>,
}

impl Products {
    fn new(
        environment: &Environment,
        local: &LocalSecrets,
        deployment: &Deployment,
    ) -> Result<Self, Failure> {
        let outgoing = environment.with_secret(local.outgoing(), deployment)?;
        let new_key = match &local.previous {
            Some(_) => {
                let new = environment.with_secret(&local.current, deployment)?;
                Some(new.keys.current.fingerprint())
            }
            None => None,
        };
        Ok(Self {
            outgoing_key: outgoing.keys.current.fingerprint(),
            outgoing,
            new_key,
        })
    }
}

async fn find_state(
    site: &Site,
    account: &TempAccount<'_>,
    local: &LocalSecrets,
    products: &Products,
    report: &mut Report,
) -> Result<RotationState, Failure> {
    let published = report.key_ids.clone();
    let knows = |key: &str| published.iter().any(|id| id.ends_with(&format!("-{key}")));
    let credentials =
        json!({"email": account.email, "password": account.password, "delivery": "body"});
    let answer = site.send(Request::post("/api/login", credentials)).await;
    let signed_in = report.judge("signIn", answer, 200, |answer| {
        Ok(format!("signs with {}", signing_key(answer)))
    });
    let signs_with = signed_in.as_ref().map(signing_key).unwrap_or_default();
    let signs_with = |key: &str| signs_with.ends_with(&format!("-{key}"));
    let old = &products.outgoing_key;
    let deploy = guide::deploy(local);
    let wrong = |why: &str, next: String| Ok(RotationState::Wrong(why.to_owned(), next));
    match &products.new_key {
        _ if signed_in.is_none() => {
            return wrong(
                "Nobody can sign in.",
                "run `hallpass doctor` for details".to_owned(),
            );
        }
        None if !knows(old) => {
            return wrong(
                &format!("The deployment does not use this {SECRET}."),
                "check that these are the variables of this deployment".to_owned(),
            );
        }
        None if signs_with(old) && published.iter().all(|id| id.ends_with(old.as_str())) => {
            // No rotation is in progress. Sessions are checked nevertheless.
        }
        None if signs_with(old) => {
            return wrong(
                &format!("The deployment still accepts another secret: {PREVIOUS} is set there."),
                guide::hand_over_one(local, false).join("; "),
            );
        }
        None => {}
        Some(new) if knows(old) && knows(new) && signs_with(new) => {}
        Some(new) if knows(old) && knows(new) => {
            return wrong(
                &format!("{SECRET} and {PREVIOUS} are swapped in the deployment."),
                format!("set both as they are here, then deploy: {deploy}"),
            );
        }
        Some(_) if knows(old) => {
            return wrong("The deployment does not have the new secret yet.", deploy);
        }
        Some(new) if knows(new) => {
            return wrong(
                &format!(
                    "The deployment has no {PREVIOUS}: users who signed in before are being signed out."
                ),
                format!("set {PREVIOUS} in the deployment now, then deploy: {deploy}"),
            );
        }
        Some(_) => {
            return wrong(
                "The deployment uses neither secret.",
                "check that these are the variables of this deployment".to_owned(),
            );
        }
    }
    let is_one = products.new_key.is_none() && signs_with(old);
    continue_session(site, account, &products.outgoing, report).await?;
    Ok(if is_one {
        RotationState::One
    } else {
        RotationState::Both
    })
}

/// Signs in with the previous secret (with the code of the functions and in their database), and continues that session
/// with requests to the deployment.
async fn continue_session(
    site: &Site,
    account: &TempAccount<'_>,
    outgoing: &AppContext,
    report: &mut Report,
) -> Result<(), Failure> {
    let credentials = Credentials {
        email: account.email.clone(),
        password: account.password.clone().into(),
        device: None,
        replaces: None,
    };
    let before =
        sign_in::sign_in(outgoing, credentials, &Client::operator("secrets rotate")).await?;
    let me = |token: &str| site.send(Request::get("/api/me").by(token));
    let answer = me(before.access_token.expose()).await;
    report.judge("oldAccessToken", answer, 200, is_accepted);
    let body = json!({"refreshToken": before.refresh_token.expose()});
    let answer = site.send(Request::post("/api/refresh", body)).await;
    let refreshed = report.judge("oldRefreshToken", answer, 200, is_accepted);
    if let Some(refreshed) = refreshed {
        report.judge(
            "nextAccessToken",
            me(refreshed.text("/accessToken")).await,
            200,
            is_accepted,
        );
    }
    Ok(())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "`Report::judge` takes checks that can fail"
)]
fn is_accepted(_answer: &Answer) -> Result<String, String> {
    Ok("accepted".to_owned())
}
