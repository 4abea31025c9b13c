//! Creating the mailer from the configuration.

use anyhow::{Context, anyhow};
use lettre::message::Mailbox;

use super::compose::Identity;
use super::mailer::{Mailer, Transport};
use super::settings::{SmtpLimits, SmtpSettings};
use crate::config::{Config, MailFrom};
use crate::domain::email::ascii_domain;

impl Mailer {
    /// Uses SMTP if a server is configured, otherwise the local mailbox in the data directory.
    pub fn from_config(config: &Config, limits: SmtpLimits) -> anyhow::Result<Self> {
        let transport = match &config.smtp_url {
            None => Transport::Keep { dir: config.mailbox_dir() },
            Some(url) => {
                let mut settings = SmtpSettings::parse(url).map_err(|cause| anyhow!("KEYDESK_SMTP_URL: {cause}"))?;
                if let Some(path) = &config.smtp_ca {
                    let pem = std::fs::read(path)
                        .with_context(|| format!("KEYDESK_SMTP_CA: cannot read {}", path.display()))?;
                    settings.extra_certificates_pem = Some(pem);
                }
                settings.hello.clone_from(&config.smtp_hello);
                settings.limits = limits;
                Transport::Smtp(settings)
            }
        };
        let identity = Identity {
            from: mailbox("KEYDESK_MAIL_FROM", &config.mail_from)?,
            reply_to: config.mail_reply_to.as_ref().map(|to| mailbox("KEYDESK_MAIL_REPLY_TO", to)).transpose()?,
            copy_to: config.mail_bcc.as_ref().map(|to| mailbox("KEYDESK_MAIL_BCC", to)).transpose()?.map(|to| to.email),
        };
        Self::new(transport, identity).map_err(|cause| anyhow!("KEYDESK_SMTP_CA: {cause}"))
    }
}

/// The address as it is sent: its domain in ASCII.
fn mailbox(setting: &str, given: &MailFrom) -> anyhow::Result<Mailbox> {
    let mut mailbox: Mailbox =
        given.to_string().parse().map_err(|_| anyhow!("{setting}: the address is not of the form Name <address>"))?;
    if let Some(domain) = ascii_domain(mailbox.email.domain())
        && let Ok(email) = lettre::Address::new(mailbox.email.user(), domain)
    {
        mailbox.email = email;
    }
    Ok(mailbox)
}
