//! E-mail: what is written to customers, and the two ways it leaves the process, by SMTP or as
//! `.eml` files that are kept on this machine. When to send and when to try again is the
//! outbox's business; this room sends one message once and says how it went.

mod compose;
mod eml;
pub mod kept;
pub mod license_key_delivered;
mod mailer;
mod outcome;
mod settings;
mod setup;
mod smtp;
pub mod staff_link;

pub use compose::Outgoing;
pub use license_key_delivered::LicenseKeyDelivered;
pub use mailer::{Mailer, Transport};
pub use outcome::{SendError, Sent};
pub use settings::{SmtpCredentials, SmtpSettings, SmtpTls};
pub use staff_link::StaffLinkEmail;
