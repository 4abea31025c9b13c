//! The configuration: command line, then environment, then `keydesk.toml`, then defaults, checked once.

mod bucket;
mod network;
mod oidc;
mod parse;
mod settings;
mod shown;
mod sources;
mod values;
mod working_hours;

pub use bucket::BucketSettings;
pub use network::{BaseUrl, base_url_problem};
pub use oidc::{OidcSettings, SecretText, may_carry_secrets};
pub use settings::{SETTINGS, Secrecy, Setting};
pub use shown::Shown;
pub use sources::{Sources, gather, read_environment};
pub use values::{DatabaseUrl, LogFormat, MailFrom, SecondFactor, SmtpUrl};

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use self::bucket::bucket;
use self::oidc::{oidc, passwords};
use self::working_hours::working_hours;
use crate::crypto::MasterSecret;
use crate::domain::grant::target::Target;
use crate::domain::staff::Role;

/// The checked settings.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    pub database_url: DatabaseUrl,
    pub data_dir: PathBuf,
    pub metrics_listen: Option<SocketAddr>,
    /// `None`: see [`BaseUrl::of_listener`].
    pub base_url: Option<BaseUrl>,
    pub secret: Option<MasterSecret>,
    /// `None`: e-mails are stored in the data directory.
    pub smtp_url: Option<SmtpUrl>,
    pub smtp_ca: Option<PathBuf>,
    /// The name used in EHLO.
    pub smtp_hello: String,
    /// The waiting time after which a pending grant is late.
    pub target: Target,
    /// How long a delivery by staff can be undone; zero if not at all.
    pub undo: SignedDuration,
    pub time_zone: TimeZone,
    pub session_idle: SignedDuration,
    pub session_max: SignedDuration,
    pub trusted_proxies: Vec<IpNet>,
    pub second_factor: SecondFactor,
    /// The lowest role that may see keys in plaintext.
    pub reveal: Role,
    /// `None`: there is no identity provider.
    pub oidc: Option<OidcSettings>,
    /// Whether people sign in with passwords.
    pub has_passwords: bool,
    pub mail_from: MailFrom,
    /// `None`: answers go to the sender.
    pub mail_reply_to: Option<MailFrom>,
    /// Gets a hidden copy of each e-mail to a customer.
    pub mail_bcc: Option<MailFrom>,
    pub business_name: String,
    /// Where files for customers are stored; `None` for the data directory.
    pub files_store: Option<BucketSettings>,
    /// The maximum size of a file for customers, in bytes.
    pub files_max_size: u64,
    /// How long links to files work.
    pub download_links: SignedDuration,
    pub webhook_allow: Vec<IpNet>,
    /// Calls without a token per minute, per address and per license key; 0 for no limit.
    pub rate_limit_address: u32,
    pub rate_limit_key: u32,
    /// Activations and deactivations per license key and day; 0 for no limit.
    pub rate_limit_key_daily: u32,
    /// `None`: text on a terminal, JSON elsewhere.
    pub log_format: Option<LogFormat>,
    pub log_level: String,
    /// The settings that were set, as they may be shown, by name.
    given: BTreeMap<&'static str, String>,
}

/// An invalid setting: one line with its name, its value and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

const NUMBER: &str = "a whole number from 0 to 1000000";
const MAILBOX: &str = "an address such as Keydesk <keys@example.com>";

impl Config {
    /// The folder for e-mails if no mail server is configured.
    pub fn mailbox_dir(&self) -> PathBuf {
        self.data_dir.join("mail")
    }

    /// The folder for files that customers download.
    pub fn files_dir(&self) -> PathBuf {
        self.data_dir.join("files")
    }

    /// Whether customers may answer the e-mails they get: answers have an address of their own, or the sender's address
    /// is not one of those that nobody reads.
    pub fn reads_answers(&self) -> bool {
        self.mail_reply_to.is_some() || !self.mail_from.is_no_reply()
    }

    /// Checks all settings; `values` has the text of each that is set, by name.
    pub fn parse(values: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let get = |name: &'static str| parse::Given::new(name, values);
        let data_dir = get("data_dir").path()?.unwrap_or_else(|| PathBuf::from("data"));
        let session_idle = get("session_idle").duration()?;
        let session_max = get("session_max").duration()?;
        if session_idle > session_max {
            return Err(ConfigError(format!(
                "KEYDESK_SESSION_IDLE: got {session_idle:#}, expected at most KEYDESK_SESSION_MAX, which is {session_max:#}"
            )));
        }
        let time_zone = get("time_zone").required(parse::time_zone, "a time zone such as Europe/Berlin")?;
        let oidc = oidc(values)?;
        let mail_from = get("mail_from").required(MailFrom::parse, MAILBOX)?;
        let hello = get("smtp_hello").optional(values::smtp_hello, "a host name, or an address such as [192.0.2.1]")?;
        Ok(Self {
            listen: get("listen").required(parse::socket_address, "an address and a port such as 127.0.0.1:8080")?,
            database_url: get("database_url").database(&data_dir)?,
            data_dir,
            metrics_listen: get("metrics_listen")
                .optional(parse::socket_address, "an address and a port such as 127.0.0.1:9100")?,
            base_url: get("base_url").optional(
                BaseUrl::parse,
                "http:// or https:// with a host that browsers can reach and an optional port, without a path",
            )?,
            secret: get("secret").optional(MasterSecret::parse, "32 bytes in base64")?,
            smtp_url: get("smtp_url").optional(
                SmtpUrl::parse,
                "smtp://user:password@host:port, optionally with ?tls=required, or smtps://…",
            )?,
            smtp_ca: get("smtp_ca").path()?,
            smtp_hello: hello.unwrap_or_else(|| mail_from.ascii_domain()),
            target: Target {
                duration: get("target").duration()?,
                hours: working_hours(values, &time_zone)?.map(Arc::new),
            },
            undo: get("undo").required(parse::undo, "0s, or a duration of at most 10m such as 20s")?,
            time_zone,
            session_idle,
            session_max,
            trusted_proxies: get("trusted_proxies")
                .required(parse::networks, "networks separated by commas, such as 127.0.0.1, 10.0.0.0/8")?,
            second_factor: get("second_factor").required(SecondFactor::parse, "offered, admins or all")?,
            reveal: get("reveal").required(values::reveal_role, "agents or admins")?,
            has_passwords: passwords(values, oidc.as_ref())?,
            oidc,
            mail_from,
            mail_reply_to: get("mail_reply_to").optional(MailFrom::parse, MAILBOX)?,
            mail_bcc: get("mail_bcc").optional(MailFrom::parse, MAILBOX)?,
            business_name: get("business_name").required(parse::name, "one line of 1 to 100 characters")?,
            files_store: bucket(values)?,
            files_max_size: get("files_max_size").required(parse::size, "a size such as 500MB or 10GB")?,
            download_links: get("download_links").duration()?,
            webhook_allow: get("webhook_allow")
                .required(parse::networks, "networks separated by commas, such as 127.0.0.1, 10.0.0.0/8")?,
            rate_limit_address: get("rate_limit_address").required(parse::number, NUMBER)?,
            rate_limit_key: get("rate_limit_key").required(parse::number, NUMBER)?,
            rate_limit_key_daily: get("rate_limit_key_daily").required(parse::number, NUMBER)?,
            log_format: get("log_format").optional(LogFormat::parse, "text or json")?,
            log_level: get("log_level").required(parse::log_level, "error, warn, info, debug or trace")?,
            given: SETTINGS
                .iter()
                .filter_map(|setting| Some((setting.name, setting.shown(values.get(setting.name)?))))
                .collect(),
        })
    }

    /// The configuration with every default, for tests and the demo.
    pub fn defaults() -> Result<Self, ConfigError> {
        Self::parse(&BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::parse(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn defaults_are_those_of_one_machine() {
        let config = Config::defaults().unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database_url, DatabaseUrl::Sqlite(PathBuf::from("data/keydesk.db")));
        assert_eq!(config.target.duration, SignedDuration::from_hours(4));
        assert!(config.target.hours.is_none());
        assert_eq!(config.mail_from.address, "keys@localhost");
        assert_eq!(config.smtp_hello, "localhost");
    }

    #[test]
    fn the_portal_introduces_itself_by_the_senders_domain_unless_told_otherwise() {
        let hello = |pairs: &[(&str, &str)]| parse(pairs).unwrap().smtp_hello;
        assert_eq!(hello(&[("mail_from", "Keys <keys@nordlicht.example>")]), "nordlicht.example");
        assert_eq!(hello(&[("mail_from", "keys@müller.example")]), "xn--mller-kva.example");
        assert_eq!(hello(&[("smtp_hello", "portal.nordlicht.example")]), "portal.nordlicht.example");
        assert_eq!(hello(&[("smtp_hello", "[192.0.2.1]")]), "[192.0.2.1]");
        assert_eq!(hello(&[("smtp_hello", "[IPv6:2001:db8::1]")]), "[IPv6:2001:db8::1]");
    }

    #[test]
    fn answers_are_read_unless_the_sender_says_otherwise() {
        let reads = |pairs: &[(&str, &str)]| parse(pairs).unwrap().reads_answers();
        assert!(reads(&[("mail_from", "keys@nordlicht.example")]));
        assert!(reads(&[("mail_from", "no-reply@nordlicht.example"), ("mail_reply_to", "help@nordlicht.example")]));
        for address in ["noreply", "no-reply", "No_Reply+keys", "donotreply", "do-not-reply", "keys-noreply"] {
            assert!(!reads(&[("mail_from", &format!("{address}@nordlicht.example"))]), "{address}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named_with_what_it_got_and_what_it_takes() {
        let cases = [
            ("listen", "8080"),
            ("listen", "127.0.0.1:99999"),
            ("database_url", "sqlit://x"),
            ("database_url", "/tmp/keydesk.db"),
            ("database_url", "mysql://x"),
            ("database_url", "sqlite://"),
            ("database_url", "sqlite://:memory:"),
            ("base_url", "keydesk.example"),
            ("base_url", "https://keydesk.example/path"),
            ("base_url", "http://0.0.0.0:8080"),
            ("target", "4 parsecs"),
            ("target", "0s"),
            ("target", "-4h"),
            ("target", "999999999999999h"),
            ("time_zone", "Mars/Olympus"),
            ("working_hours", "9 to 5"),
            ("holidays", "Christmas"),
            ("session_idle", "13h"),
            ("second_factor", "some"),
            ("reveal", "everybody"),
            ("passwords", "never"),
            ("passwords", "off"),
            ("oidc_issuer", "http://localhost.evil.example"),
            ("mail_from", "nobody"),
            ("mail_from", "A\r\nBcc: x@y.z <a@b.c>"),
            ("trusted_proxies", "10.0.0.0/99"),
            ("business_name", ""),
            ("smtp_url", "mail.example.com"),
            ("smtp_hello", "my host"),
            ("smtp_hello", "vm\r\nMAIL FROM:<x@y.z>"),
            ("smtp_hello", "[mail.example.com]"),
            ("mail_reply_to", "support"),
            ("mail_bcc", "a@b.example, c@d.example"),
            ("log_level", "loud"),
            ("files_max_size", "1.5GB"),
            ("files_max_size", "0MB"),
            ("files_max_size", "99999999999TB"),
            ("download_links", "forever"),
            ("rate_limit_key", "many"),
            ("rate_limit_address", "-1"),
        ];
        for (name, value) in cases {
            let error = parse(&[(name, value)]).map(|_| ()).unwrap_err().0;
            assert!(error.contains("got") && error.contains("expected"), "{name}={value}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_wrong_secret_is_not_repeated() {
        let error = parse(&[("secret", "c2VjcmV0")]).map(|_| ()).unwrap_err().0;
        assert!(error.starts_with("KEYDESK_SECRET") && !error.contains("c2VjcmV0"), "{error}");
        let error = parse(&[("smtp_url", "http://user:hunter2@host")]).map(|_| ()).unwrap_err().0;
        assert!(error.contains("http://user:(hidden)@host") && !error.contains("hunter2"), "{error}");
    }
}
