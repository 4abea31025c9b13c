//! A link to a Figma file.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Figma,
    delivers: Delivers::Link { hosts: &["figma.com"], example: "https://www.figma.com/file/AbC123/Kit" },
    fields: &[required("figma_file_id", Takes::Line)],
};
