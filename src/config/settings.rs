//! The table of settings. It drives the command line, the environment, the file and `keydesk config`.

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The name in `keydesk.toml`; the flag is the same with hyphens.
    pub name: &'static str,
    pub environment: &'static str,
    pub default: Option<&'static str>,
    pub help: &'static str,
    pub secrecy: Secrecy,
}

/// Which part of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    Open,
    /// A URL that may hold a password.
    Password,
    Whole,
}

const fn setting(
    name: &'static str,
    environment: &'static str,
    default: Option<&'static str>,
    help: &'static str,
) -> Setting {
    Setting { name, environment, default, help, secrecy: Secrecy::Open }
}

const fn secret(secrecy: Secrecy, name: &'static str, environment: &'static str, help: &'static str) -> Setting {
    Setting { name, environment, default: None, help, secrecy }
}

pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "KEYDESK_LISTEN",
        Some("127.0.0.1:8080"),
        "Address and port of the portal; port 0 picks a free port",
    ),
    secret(
        Secrecy::Password,
        "database_url",
        "DATABASE_URL",
        "sqlite://FILE or postgres://… (default: keydesk.db in the data directory)",
    ),
    setting(
        "data_dir",
        "KEYDESK_DATA_DIR",
        Some("data"),
        "Directory of the database file, the secret, files for customers and the local mailbox",
    ),
    setting("metrics_listen", "KEYDESK_METRICS_LISTEN", None, "Address and port of /metrics (default: no metrics)"),
    setting(
        "base_url",
        "KEYDESK_BASE_URL",
        None,
        "How browsers reach the portal; https:// turns on Secure cookies and HSTS",
    ),
    secret(
        Secrecy::Whole,
        "secret",
        "KEYDESK_SECRET",
        "32 bytes in base64 (default: created at the first start and stored in the data directory)",
    ),
    secret(
        Secrecy::Password,
        "smtp_url",
        "KEYDESK_SMTP_URL",
        "smtp://user:password@host:port, ?tls=required, or smtps://… (default: mail is stored in the data directory)",
    ),
    setting(
        "smtp_ca",
        "KEYDESK_SMTP_CA",
        None,
        "PEM file of further certificates to trust for the mail server: roots, or its own",
    ),
    setting(
        "smtp_hello",
        "KEYDESK_SMTP_HELLO",
        None,
        "Name that the portal introduces itself by to the mail server (default: the domain of KEYDESK_MAIL_FROM)",
    ),
    setting("target", "KEYDESK_TARGET", Some("4h"), "How long a grant may be pending before it is late"),
    setting(
        "undo",
        "KEYDESK_UNDO",
        Some("20s"),
        "How long a delivery from the portal can be undone, and its e-mail waits: at most 10m, or 0s for not at all",
    ),
    setting(
        "working_hours",
        "KEYDESK_WORKING_HOURS",
        None,
        "Hours in which that time passes, such as Mon-Fri 09:00-17:30, in the time zone of the business (default: always)",
    ),
    setting(
        "holidays",
        "KEYDESK_HOLIDAYS",
        None,
        "Days without working hours, such as 2026-12-25, or a file with one per line (default: none)",
    ),
    setting(
        "time_zone",
        "KEYDESK_TIME_ZONE",
        Some("UTC"),
        "Time zone in which validity periods are counted, and of people who have not set their own",
    ),
    setting("session_idle", "KEYDESK_SESSION_IDLE", Some("60m"), "A session ends after this long without a request"),
    setting("session_max", "KEYDESK_SESSION_MAX", Some("12h"), "A session ends after this long in any case"),
    setting(
        "trusted_proxies",
        "KEYDESK_TRUSTED_PROXIES",
        Some(""),
        "Networks whose X-Forwarded-For and -Proto are trusted",
    ),
    setting(
        "second_factor",
        "KEYDESK_SECOND_FACTOR",
        Some("offered"),
        "Who needs a second factor: nobody (offered), admins, or all",
    ),
    setting(
        "reveal",
        "KEYDESK_REVEAL",
        Some("agents"),
        "Who may see keys in plaintext: agents (and admins), or admins only",
    ),
    setting("mail_from", "KEYDESK_MAIL_FROM", Some("Keydesk <keys@localhost>"), "Sender of the e-mail to customers"),
    setting(
        "mail_reply_to",
        "KEYDESK_MAIL_REPLY_TO",
        None,
        "Address that customers’ answers go to (default: the sender)",
    ),
    setting(
        "mail_bcc",
        "KEYDESK_MAIL_BCC",
        None,
        "Address that gets a hidden copy of each e-mail to a customer, with the license key (default: none)",
    ),
    setting(
        "business_name",
        "KEYDESK_BUSINESS_NAME",
        Some("Keydesk"),
        "Name of the business, shown on pages and in e-mail",
    ),
    setting(
        "files_store",
        "KEYDESK_FILES_STORE",
        None,
        "S3-compatible storage of files for customers: s3://BUCKET/FOLDER?region=…&endpoint=https://… (default: the data directory)",
    ),
    secret(Secrecy::Whole, "files_access_key", "KEYDESK_FILES_ACCESS_KEY", "Access key of KEYDESK_FILES_STORE"),
    secret(Secrecy::Whole, "files_secret_key", "KEYDESK_FILES_SECRET_KEY", "Secret key of KEYDESK_FILES_STORE"),
    setting(
        "files_max_size",
        "KEYDESK_FILES_MAX_SIZE",
        Some("10GB"),
        "Maximum size of a file for customers, such as 500MB or 10GB",
    ),
    setting(
        "download_links",
        "KEYDESK_DOWNLOAD_LINKS",
        Some("7d"),
        "How long links to files work: in e-mails from when they are sent, in the API from when they are read",
    ),
    setting("oidc_issuer", "KEYDESK_OIDC_ISSUER", None, "Identity provider to sign in with (default: none)"),
    setting(
        "oidc_client_id",
        "KEYDESK_OIDC_CLIENT_ID",
        None,
        "Client id that the identity provider assigned to this portal",
    ),
    secret(
        Secrecy::Whole,
        "oidc_client_secret",
        "KEYDESK_OIDC_CLIENT_SECRET",
        "Client secret from the identity provider",
    ),
    setting(
        "oidc_role_claim",
        "KEYDESK_OIDC_ROLE_CLAIM",
        None,
        "Claim that holds viewer, agent or admin, optionally in a list or nested (realm_access.roles); if set, people without a role cannot sign in",
    ),
    setting(
        "oidc_default_role",
        "KEYDESK_OIDC_DEFAULT_ROLE",
        None,
        "Role for people for whom the identity provider names none (default: first-time users cannot sign in)",
    ),
    setting(
        "passwords",
        "KEYDESK_PASSWORDS",
        Some("on"),
        "on, or off if everyone signs in with the identity provider or a passkey",
    ),
    setting(
        "webhook_allow",
        "KEYDESK_WEBHOOK_ALLOW",
        Some(""),
        "Private networks that webhooks and connections may reach",
    ),
    setting(
        "rate_limit_address",
        "KEYDESK_RATE_LIMIT_ADDRESS",
        Some("600"),
        "Activations, validations and deactivations per minute from one address; 0 means no limit",
    ),
    setting(
        "rate_limit_key",
        "KEYDESK_RATE_LIMIT_KEY",
        Some("120"),
        "Activations, validations and deactivations per minute of one license key; 0 means no limit",
    ),
    setting(
        "rate_limit_key_daily",
        "KEYDESK_RATE_LIMIT_KEY_DAILY",
        Some("5000"),
        "Activations and deactivations per day of one license key; 0 means no limit",
    ),
    setting("log_format", "KEYDESK_LOG_FORMAT", None, "text or json (default: text on a terminal, json otherwise)"),
    setting("log_level", "KEYDESK_LOG_LEVEL", Some("info"), "error, warn, info, debug or trace"),
];

/// The setting with this name.
pub(crate) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}
