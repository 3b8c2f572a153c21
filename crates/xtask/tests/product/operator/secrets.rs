//! Tests of `hallpass secrets rotate`. Between its steps the functions are restarted, as a deployment does.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use hallpass_platform::random_secret;
use hallpass_test_support::{Answer, Call, Outcome};
use hyper::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::deployment::{ACCOUNTS, Deployment};
use super::hallpass;

/// A deployment, and the dotenv file with its variables.
struct Kept {
    deployment: Deployment,
    file: PathBuf,
    _directory: TempDir,
}

impl Kept {
    async fn start() -> Self {
        let deployment = Deployment::start().await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".env.production");
        let url = deployment.app.postgres.superuser_url("postgres");
        let text = format!(
            "# kept\nDATABASE_URL={url}\nHALLPASS_SECRET=\"{}\"\n",
            random_secret().unwrap()
        );
        std::fs::write(&file, text).unwrap();
        let kept = Self {
            deployment,
            file,
            _directory: directory,
        };
        kept.deploy().await;
        kept
    }

    fn value(&self, name: &str) -> Option<String> {
        let text = std::fs::read_to_string(&self.file).unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.map(|value| value.trim_matches('"').to_owned())
    }

    /// Sets the variables of the file for the functions, and restarts them.
    async fn deploy(&self) {
        let platform = &self.deployment.app.platform;
        platform.set_env("HALLPASS_SECRET", &self.value("HALLPASS_SECRET").unwrap());
        match self.value("HALLPASS_SECRET_PREVIOUS") {
            Some(previous) => platform.set_env("HALLPASS_SECRET_PREVIOUS", &previous),
            None => platform.remove_env("HALLPASS_SECRET_PREVIOUS"),
        }
        platform.recycle().await;
    }

    fn call(&self, arguments: &[&str]) -> Call {
        let file = self.file.to_str().unwrap();
        let command = [
            &["secrets", "rotate", "--json", "--env-file", file][..],
            arguments,
        ]
        .concat();
        hallpass(&command)
    }

    /// Runs a step, and checks that it prints no secret.
    async fn rotate(&self, arguments: &[&str]) -> Outcome {
        let mut secrets: Vec<_> = ["HALLPASS_SECRET", "HALLPASS_SECRET_PREVIOUS"]
            .into_iter()
            .filter_map(|name| self.value(name))
            .collect();
        let outcome = self.call(arguments).run().await;
        secrets.extend(self.value("HALLPASS_SECRET"));
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        for secret in secrets {
            assert!(!said.contains(&secret), "a secret is said: {said}");
        }
        outcome
    }

    async fn verify(&self) -> Outcome {
        self.rotate(&["--verify", &self.deployment.url()]).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        let body = json!({ "refreshToken": token });
        self.deployment.app.post("/api/refresh", &body).await
    }

    async fn events(&self) -> i64 {
        self.deployment
            .count("select count(*) from hallpass.audit_events where event like 'secret\\_%'")
            .await
    }
}

/// Checks that the operator's reference contains each printed step. CI compares its `vercel` commands with the CLI's
/// help text.
fn is_documented(kept: &Kept, answer: &Value) {
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/OPERATOR.md"
    );
    let page = std::fs::read_to_string(page).unwrap();
    for step in answer["nextSteps"].as_array().unwrap() {
        let file = kept.file.to_str().unwrap();
        let step = step.as_str().unwrap().replace(file, ".env.production");
        assert!(page.contains(&step), "{step}");
    }
}

fn passed(answer: &Value) -> Vec<&str> {
    let steps = answer["steps"].as_array().unwrap().iter();
    let passed = steps.filter(|step| step["passed"] == true);
    passed.map(|step| step["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_rotation_signs_nobody_out() {
    let kept = Kept::start().await;
    let app = &kept.deployment.app;
    let (_, honest) = app.sign_in().await;
    let old = kept.value("HALLPASS_SECRET").unwrap();
    let one = kept.verify().await.report(0);
    assert_eq!(one["state"], "one", "{one}");

    // A dry run changes nothing.
    let look = kept.rotate(&["--dry-run"]).await.report(0);
    assert_eq!(look["state"], "wouldBegin");
    assert_eq!(kept.value("HALLPASS_SECRET").as_ref(), Some(&old));
    assert_eq!(kept.events().await, 0);

    let begun = kept.rotate(&[]).await.report(0);
    assert_eq!(begun["state"], "begun", "{begun}");
    is_documented(&kept, &begun);
    assert_eq!(kept.value("HALLPASS_SECRET_PREVIOUS").as_ref(), Some(&old));
    let new = kept.value("HALLPASS_SECRET").unwrap();
    assert_ne!(new, old);
    let mode = kept.file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Running the command again continues the rotation, and does not create a third secret.
    assert_eq!(kept.rotate(&[]).await.report(0)["state"], "begun");
    assert_eq!(kept.value("HALLPASS_SECRET").as_ref(), Some(&new));

    // The deployment does not have the new secret yet. The previous one cannot be removed before a successful
    // verification.
    let early = kept.verify().await.report(8);
    assert_eq!(early["state"], "wrong", "{early}");
    assert!(early.to_string().contains("redeploy"), "{early}");
    assert_eq!(
        kept.rotate(&["--finish"]).await.failed(6)["code"],
        "not_verified"
    );

    kept.deploy().await;
    let both = kept.verify().await.report(0);
    assert_eq!(both["state"], "both", "{both}");
    let steps = [
        "keys",
        "signIn",
        "oldAccessToken",
        "oldRefreshToken",
        "nextAccessToken",
    ];
    assert_eq!(passed(&both), steps);
    assert_eq!(kept.deployment.count(ACCOUNTS).await, 0);

    // The session was not refreshed since the verification, so it depends on the previous secret.
    let needed = kept.rotate(&["--finish"]).await.error(6);
    assert_eq!(needed["code"], "still_needed");
    assert!(
        needed["detail"]
            .as_str()
            .unwrap()
            .starts_with("1 session and 0 links"),
        "{needed}"
    );
    let status = kept.rotate(&[]).await.report(0);
    assert_eq!(
        (&status["state"], &status["dependents"]["sessions"]),
        (&"verified".into(), &1.into())
    );
    let refreshed = kept.refresh(&honest).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed:?}");
    assert_eq!(kept.rotate(&[]).await.report(0)["state"], "free");

    let finished = kept.rotate(&["--finish"]).await.report(0);
    assert_eq!(finished["state"], "finished", "{finished}");
    is_documented(&kept, &finished);
    assert_eq!(kept.value("HALLPASS_SECRET_PREVIOUS"), None);
    let undeployed = kept.verify().await.report(8);
    assert!(
        undeployed.to_string().contains("still accepts another"),
        "{undeployed}"
    );
    kept.deploy().await;
    assert_eq!(kept.verify().await.report(0)["state"], "one");
    let next = kept.refresh(&refreshed.field("refreshToken")).await;
    assert_eq!(next.status, StatusCode::OK, "{next:?}");
    // Three events: the rotation was begun, verified and finished.
    assert_eq!(kept.events().await, 3);
    assert_eq!(
        kept.rotate(&["--finish"]).await.failed(6)["code"],
        "not_begun"
    );
    kept.deployment.stop().await;
}

#[tokio::test]
async fn each_wrong_state_of_a_deployment_is_reported() {
    let kept = Kept::start().await;
    kept.rotate(&[]).await.report(0);
    let platform = &kept.deployment.app.platform;
    let (new, old) = (
        kept.value("HALLPASS_SECRET").unwrap(),
        kept.value("HALLPASS_SECRET_PREVIOUS").unwrap(),
    );
    let stranger = random_secret().unwrap();
    let cases = [
        (&new, None, "has no HALLPASS_SECRET_PREVIOUS"),
        (&old, Some(&new), "swapped"),
        (&stranger, None, "uses neither secret"),
    ];
    for (secret, previous, said) in cases {
        platform.set_env("HALLPASS_SECRET", secret);
        match previous {
            Some(previous) => platform.set_env("HALLPASS_SECRET_PREVIOUS", previous),
            None => platform.remove_env("HALLPASS_SECRET_PREVIOUS"),
        }
        platform.recycle().await;
        let outcome = kept.verify().await;
        let answer = outcome.report(8);
        assert!(
            answer.to_string().contains(said) || outcome.stderr.contains(said),
            "{said}: {answer}"
        );
        assert_eq!(kept.deployment.count(ACCOUNTS).await, 0);
    }
    // The only event is the one of the first step.
    assert_eq!(kept.events().await, 1);
    kept.deployment.stop().await;
}

#[tokio::test]
async fn finishing_early_prompts_and_signs_out() {
    let kept = Kept::start().await;
    let (_, honest) = kept.deployment.app.sign_in().await;
    kept.rotate(&[]).await.report(0);
    kept.deploy().await;
    kept.verify().await.report(0);
    let asked = kept.rotate(&["--finish", "--early"]).await.failed(1);
    assert_eq!(asked["code"], "not_confirmed");
    assert!(
        asked["detail"]
            .as_str()
            .unwrap()
            .contains("1 session and 0 links"),
        "{asked}"
    );
    assert!(kept.value("HALLPASS_SECRET_PREVIOUS").is_some());
    let done = kept
        .rotate(&["--finish", "--early", "--yes"])
        .await
        .report(0);
    assert_eq!(done["dependents"]["sessions"], 1);
    kept.deploy().await;
    let over = kept.refresh(&honest).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    kept.deployment.stop().await;
}

#[tokio::test]
async fn a_compromised_secret_is_replaced_at_once() {
    let kept = Kept::start().await;
    let (_, stolen) = kept.deployment.app.sign_in().await;
    let old = kept.value("HALLPASS_SECRET");
    assert_eq!(
        kept.rotate(&["--at-once"]).await.failed(1)["code"],
        "not_confirmed"
    );
    assert_eq!(kept.value("HALLPASS_SECRET"), old);
    let done = kept.rotate(&["--at-once", "--yes"]).await.report(0);
    assert_eq!(done["state"], "replaced");
    is_documented(&kept, &done);
    assert_ne!(kept.value("HALLPASS_SECRET"), old);
    assert_eq!(kept.value("HALLPASS_SECRET_PREVIOUS"), None);
    kept.deploy().await;
    let over = kept.refresh(&stolen).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kept.verify().await.report(0)["state"], "one");
    kept.deployment.stop().await;
}

#[tokio::test]
async fn secrets_in_the_environment_are_not_changed_but_the_steps_are_printed() {
    let kept = Kept::start().await;
    let secret = kept.value("HALLPASS_SECRET").unwrap();
    let database = kept.deployment.app.postgres.superuser_url("postgres");
    let outcome = hallpass(&["secrets", "rotate", "--json"])
        .env("DATABASE_URL", &database)
        .env("HALLPASS_SECRET", &secret)
        .run()
        .await;
    let answer = outcome.report(0);
    assert_eq!(answer["state"], "toBeBegun");
    assert!(!outcome.stdout.contains(&secret));
    assert!(
        outcome
            .stdout
            .contains("vercel env add HALLPASS_SECRET_PREVIOUS production"),
        "{outcome:?}"
    );
    assert_eq!(kept.events().await, 0);

    // The new secret was created elsewhere, and only the previous one is available here.
    let new = random_secret().unwrap();
    let platform = &kept.deployment.app.platform;
    platform.set_env("HALLPASS_SECRET", &new);
    platform.set_env("HALLPASS_SECRET_PREVIOUS", &secret);
    platform.recycle().await;
    let url = kept.deployment.url();
    let verified = hallpass(&["secrets", "rotate", "--json", "--verify", &url])
        .env("DATABASE_URL", &database)
        .env("HALLPASS_SECRET", &secret)
        .run()
        .await;
    assert_eq!(verified.report(0)["state"], "both");
    kept.deployment.stop().await;
}

#[tokio::test]
async fn an_unavailable_database_or_deployment_changes_nothing() {
    let kept = Kept::start().await;
    let before = std::fs::read_to_string(&kept.file).unwrap();
    let nowhere = kept
        .call(&[])
        .env("DATABASE_URL", "postgres://x@127.0.0.1:1/x")
        .run()
        .await;
    assert_eq!(nowhere.failed(4)["code"], "database_unavailable");
    let url = super::other_servers::nobody().await;
    let error = kept.rotate(&["--verify", &url]).await.failed(9);
    assert_eq!(error["code"], "unreachable");
    assert_eq!(std::fs::read_to_string(&kept.file).unwrap(), before);
    kept.deployment.stop().await;
}
