//! A link that copies a Notion template.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::Notion,
    delivers: Delivers::Link {
        hosts: &["notion.so", "notion.site"],
        example: "https://acme.notion.site/Template-AbC123",
    },
    fields: &[required("notion_template_id", Takes::Line)],
};
