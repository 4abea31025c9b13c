//! An invitation to a Telegram group or channel.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Telegram,
    delivers: Delivers::Link { hosts: &["t.me", "telegram.me"], example: "https://t.me/+AbCdEf123456" },
    fields: &[required("chat_id", Takes::Line)],
};
