//! Creating the mailer from the configuration.

use anyhow::{Context, anyhow};

use super::mailer::{Mailer, Transport};
use super::settings::SmtpSettings;
use crate::config::Config;

impl Mailer {
    /// Uses SMTP if a server is configured, otherwise the local mailbox in the data directory.
    pub fn from_config(config: &Config) -> anyhow::Result<Self> {
        let transport = match &config.smtp_url {
            None => Transport::Keep { dir: config.mailbox_dir() },
            Some(url) => {
                let mut settings = SmtpSettings::parse(url).map_err(|cause| anyhow!("KEYDESK_SMTP_URL: {cause}"))?;
                if let Some(path) = &config.smtp_ca {
                    let pem = std::fs::read(path)
                        .with_context(|| format!("KEYDESK_SMTP_CA: cannot read {}", path.display()))?;
                    settings.extra_roots_pem = Some(pem);
                }
                Transport::Smtp(settings)
            }
        };
        Self::new(transport, &config.mail_from.to_string())
            .map_err(|cause| anyhow!("KEYDESK_MAIL_FROM or KEYDESK_SMTP_CA: {cause}"))
    }
}
