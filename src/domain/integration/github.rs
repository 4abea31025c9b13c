//! Access to a GitHub repository.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Github,
    delivers: Delivers::Link { hosts: &["github.com"], example: "https://github.com/acme/tools/invitations" },
    fields: &[
        required("permission", Takes::OneOf(&["pull", "push", "admin", "maintain", "triage"])),
        required("target_id", Takes::Line),
    ],
};
