//! A link that copies a Framer template.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Framer,
    delivers: Delivers::Link { hosts: &["framer.com"], example: "https://framer.com/projects/new?duplicate=AbC123" },
    fields: &[required("framer_template_id", Takes::Line)],
};
