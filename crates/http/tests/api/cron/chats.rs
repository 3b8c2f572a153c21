//! Alerts in the formats of chat services. The servers here accept and refuse messages as the services document it.

use serde_json::Value;

use super::alerts::guessed_at;
use super::run;
use crate::support::{Log, Received, Receiver, Respond};

/// The fields of a posted JSON object; `None` if the method, the content type or the body is another.
fn object(message: &Received) -> Option<serde_json::Map<String, Value>> {
    let is_json = message.method == "POST" && message.header("content-type") == "application/json";
    let body: Value = serde_json::from_slice(&message.body).ok()?;
    body.as_object().cloned().filter(|_| is_json)
}

fn has_only(fields: &serde_json::Map<String, Value>, names: &[&str]) -> bool {
    fields.keys().all(|name| names.contains(&name.as_str()))
}

fn text_of(fields: &serde_json::Map<String, Value>, name: &str) -> Option<String> {
    let text = fields.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors>
fn slack(message: &Received) -> (u16, String) {
    let Some(fields) = object(message) else {
        return (400, "invalid_payload".to_owned());
    };
    match text_of(&fields, "text") {
        None => (400, "no_text".to_owned()),
        Some(_) if !has_only(&fields, &["text"]) => (400, "invalid_payload".to_owned()),
        Some(_) => (200, "ok".to_owned()),
    }
}

/// <https://discord.com/developers/docs/resources/webhook#execute-webhook>
fn discord(message: &Received) -> (u16, String) {
    let content = object(message).and_then(|fields| text_of(&fields, "content"));
    match content.map(|content| content.chars().count()) {
        None => (
            400,
            r#"{"message": "Cannot send an empty message", "code": 50006}"#.to_owned(),
        ),
        Some(length) if length > 2_000 => (400, r#"{"code": 50035}"#.to_owned()),
        Some(_) => (204, String::new()),
    }
}

/// An unknown field is refused (<https://cloud.google.com/apis/design/errors>).
fn google_chat(message: &Received) -> (u16, String) {
    let fields = object(message).unwrap_or_default();
    if !has_only(&fields, &["text", "cardsV2", "thread"]) {
        let refused =
            r#"{"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "Unknown name"}}"#;
        return (400, refused.to_owned());
    }
    match text_of(&fields, "text") {
        None => (400, r#"{"error": {"code": 400}}"#.to_owned()),
        Some(_) => (200, r#"{"name": "spaces/A/messages/B"}"#.to_owned()),
    }
}

/// A flow that begins with "When a Teams webhook request is received" goes through `attachments`.
fn teams(message: &Received) -> (u16, String) {
    let refused = (
        400,
        "InvalidTemplate: 'attachments' is of type 'Null'".to_owned(),
    );
    let Some(fields) =
        object(message).filter(|fields| fields.get("type").is_some_and(|kind| kind == "message"))
    else {
        return refused;
    };
    let attachments = fields.get("attachments").and_then(Value::as_array);
    let is_card = |attachment: &Value| {
        let card = &attachment["content"];
        let blocks = card["body"].as_array();
        attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            && card["type"] == "AdaptiveCard"
            && card["version"].is_string()
            && blocks.is_some_and(|blocks| {
                !blocks.is_empty()
                    && blocks
                        .iter()
                        .all(|block| block["type"] == "TextBlock" && block["text"].is_string())
            })
    };
    match attachments {
        Some(all) if !all.is_empty() && all.iter().all(is_card) => (202, String::new()),
        _ => refused,
    }
}

const CHATS: [(&str, Respond); 4] = [
    ("/services/T0/B0/hunter2", slack),
    ("/api/webhooks/1/hunter2", discord),
    ("/v1/spaces/A/messages?key=k&token=hunter2", google_chat),
    (
        "/workflows/0/triggers/manual/paths/invoke?api-version=1&sig=hunter2",
        teams,
    ),
];

#[tokio::test]
async fn each_supported_chat_accepts_the_alert() {
    for (path, respond) in CHATS {
        let chat = Receiver::responding(respond).await;
        let app = guessed_at(&chat.url(path)).await;
        assert_eq!(run(&app).await["alert"], "sent", "{path}");
        let [message] = &chat.received()[..] else {
            panic!("{path}: not exactly one message")
        };
        assert_eq!(message.path, path);
        let body = String::from_utf8_lossy(&message.body);
        for words in [
            "https://hallpass.test (test): a threshold is exceeded",
            "11 sign-ins failed in the worst minute of the last day (more than 10 per minute)",
        ] {
            assert!(body.contains(words), "{path}: {body}");
        }
        // Chat services verify no signature, so none is sent.
        assert!(!message.headers.contains_key("webhook-signature"), "{path}");
    }
}

#[tokio::test]
async fn chats_refuse_the_message_format_of_other_receivers() {
    for (_, respond) in &CHATS[1..] {
        let chat = Receiver::responding(*respond).await;
        let app = guessed_at(&chat.url("/hooks/hunter2")).await;
        let log = Log::catch();
        assert_eq!(run(&app).await["alert"], "failed");
        assert!(log.text().contains("responded with 400"), "{}", log.text());
        assert!(!log.text().contains("hunter2"), "{}", log.text());
    }
}
