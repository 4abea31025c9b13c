//! The kinds of messages, one file each.

mod github_invited;
mod github_removed;
mod hook_received;
mod key_supplied;
mod license_key_delivered;
mod license_keys_sent;
mod staff_link;
mod webhook;

use self::github_invited::GithubInvited;
use self::github_removed::GithubRemoved;
use self::hook_received::HookReceived;
use self::key_supplied::KeySupplied;
use self::license_key_delivered::LicenseKeyDelivered;
use self::license_keys_sent::LicenseKeysSent;
use self::staff_link::StaffLink;
use self::webhook::Webhook;
use super::kind::Kind;
use crate::domain::outbox::MessageKind;

/// How messages of this kind are sent.
pub(super) fn of(kind: MessageKind) -> &'static dyn Kind {
    match kind {
        MessageKind::LicenseKeyDelivered => &LicenseKeyDelivered,
        MessageKind::LicenseKeysSent => &LicenseKeysSent,
        MessageKind::StaffLink => &StaffLink,
        MessageKind::Webhook => &Webhook,
        MessageKind::KeySupplied => &KeySupplied,
        MessageKind::HookReceived => &HookReceived,
        MessageKind::GithubInvited => &GithubInvited,
        MessageKind::GithubRemoved => &GithubRemoved,
    }
}
