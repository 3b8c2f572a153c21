//! Detects the chat service of a webhook by its URL, and builds the request body that the service accepts.

use serde_json::{Value, json};

use crate::config::Endpoint;

/// Maximum length of Discord's `content`, in characters.
const DISCORD_MAX: usize = 2_000;

/// A chat service that alerts can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chat {
    /// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>
    Slack,
    /// <https://discord.com/developers/docs/resources/webhook#execute-webhook>
    Discord,
    /// <https://developers.google.com/workspace/chat/quickstart/webhooks>
    GoogleChat,
    /// Microsoft Teams with the Workflows app:
    /// <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>
    Teams,
}

impl Chat {
    /// The chat service whose webhooks have this URL. For a URL of this machine, the path alone decides, so that a
    /// relay or a test can take the place of the service.
    #[must_use]
    pub fn of(webhook: &Endpoint) -> Option<Self> {
        let path = webhook.path();
        let is_at = |domain: &str| {
            let host = webhook.host().strip_suffix(domain);
            !webhook.is_tls() || host.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let is_discord = is_at("discord.com") || is_at("discordapp.com");
        if is_discord && path.starts_with("/api/") && path.contains("/webhooks/") {
            // With this suffix, Discord accepts Slack's format.
            return Some(if path.ends_with("/slack") {
                Self::Slack
            } else {
                Self::Discord
            });
        }
        let is_slack = is_at("hooks.slack.com") || is_at("hooks.slack-gov.com");
        if is_slack && path.starts_with("/services/") {
            return Some(Self::Slack);
        }
        if is_at("chat.googleapis.com")
            && path.starts_with("/v1/spaces/")
            && path.ends_with("/messages")
        {
            return Some(Self::GoogleChat);
        }
        // Each region and each cloud of Power Automate has its own host, but they all have this path.
        let path = path.to_ascii_lowercase();
        (path.contains("/workflows/") && path.ends_with("/triggers/manual/paths/invoke"))
            .then_some(Self::Teams)
    }

    /// The request body with these lines of text.
    #[must_use]
    pub fn body(self, lines: &[String]) -> Value {
        let text = lines.join("\n");
        match self {
            Self::Slack => json!({ "text": slack_escaped(&text) }),
            Self::GoogleChat => json!({ "text": text }),
            Self::Discord => json!({
                "content": text.chars().take(DISCORD_MAX).collect::<String>(),
                "allowed_mentions": { "parse": [] },
            }),
            Self::Teams => {
                let block = |line| json!({ "type": "TextBlock", "text": line, "wrap": true });
                let card = json!({
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": lines.iter().map(block).collect::<Vec<_>>(),
                });
                json!({
                    "type": "message",
                    "attachments": [{
                        "contentType": "application/vnd.microsoft.card.adaptive",
                        "contentUrl": null,
                        "content": card,
                    }],
                })
            }
        }
    }
}

/// Escapes the three characters that have a special meaning for Slack.
fn slack_escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_a_webhook_identifies_the_chat_service() {
        let teams = "https://default0123.45.environment.api.powerplatform.com:443/powerautomate/automations/direct/\
            workflows/0123/triggers/manual/paths/invoke?api-version=1&sig=x";
        for (url, chat) in [
            (
                "https://hooks.slack.com/services/T0/B0/x",
                Some(Chat::Slack),
            ),
            (
                "https://hooks.slack-gov.com/services/T0/B0/x",
                Some(Chat::Slack),
            ),
            ("https://discord.com/api/webhooks/1/x", Some(Chat::Discord)),
            (
                "https://canary.discord.com/api/webhooks/1/x?wait=true",
                Some(Chat::Discord),
            ),
            (
                "https://discordapp.com/api/v10/webhooks/1/x",
                Some(Chat::Discord),
            ),
            (
                "https://discord.com/api/webhooks/1/x/slack",
                Some(Chat::Slack),
            ),
            (
                "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t",
                Some(Chat::GoogleChat),
            ),
            (teams, Some(Chat::Teams)),
            (
                "https://prod-1.westeurope.logic.azure.com:443/workflows/0/triggers/manual/paths/invoke?sig=x",
                Some(Chat::Teams),
            ),
            ("http://127.0.0.1:9/api/webhooks/1/x", Some(Chat::Discord)),
            ("http://127.0.0.1:9/services/T0/B0/x", Some(Chat::Slack)),
            ("http://127.0.0.1:9/hook", None),
            // Slack's workflow triggers take other fields; other services are not supported.
            ("https://hooks.slack.com/triggers/T0/1/x", None),
            ("https://hooks.slack.com.example.com/services/T0/B0/x", None),
            ("https://nothooks.slack.com/services/T0/B0/x", None),
            ("https://notdiscord.com/api/webhooks/1/x", None),
            ("https://chat.example.com/hooks/x", None),
            ("https://example.com/services/T0/B0/x", None),
        ] {
            assert_eq!(Chat::of(&Endpoint::parse(url).unwrap()), chat, "{url}");
        }
    }

    #[test]
    fn discord_content_is_cut_to_its_maximum_length() {
        let body = Chat::Discord.body(&["é".repeat(3_000)]);
        let content = body["content"].as_str().unwrap();
        assert_eq!(content.chars().count(), DISCORD_MAX);
    }

    /// In a text, `<…>` could become a link or notify everybody: `<!channel>`.
    #[test]
    fn slack_markup_in_a_text_is_escaped() {
        let lines = ["<!channel> & <https://example.com|here>".to_owned()];
        let escaped = "&lt;!channel&gt; &amp; &lt;https://example.com|here&gt;";
        assert_eq!(Chat::Slack.body(&lines), json!({ "text": escaped }));
    }
}
