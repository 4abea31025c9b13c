//! E-mail: composing messages, and the two transports, SMTP and the local mailbox of `.eml` files. This layer sends
//! one message once and reports the outcome; the outbox decides when to send and when to retry.

mod compose;
pub(crate) mod dev_mailbox;
mod eml;
pub(crate) mod files_delivered;
mod key_file;
pub(crate) mod license_key_delivered;
mod license_keys_sent;
mod mailer;
mod outcome;
mod refusal;
mod settings;
mod setup;
mod smtp;
mod smtp_failure;
mod smtp_tls;
pub(crate) mod staff_link;

pub use compose::{Attachment, Identity, Outgoing};
pub use files_delivered::FilesDelivered;
pub use license_key_delivered::LicenseKeyDelivered;
pub use license_keys_sent::LicenseKeysSent;
pub use mailer::{Mailer, Transport};
pub use outcome::{SendError, Sent};
pub use settings::{SmtpCredentials, SmtpLimits, SmtpSettings, SmtpTls};
pub use staff_link::StaffLinkEmail;
