//! Files to download, from a page with links that expire.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, optional, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::DigitalFiles,
    delivers: Delivers::Files,
    fields: &[
        required("digital_file_ids", Takes::Files),
        optional("external_url", Takes::WebAddress),
        optional("instructions", Takes::Text),
    ],
};
