//! A feature that is switched on at once; programs read it by the API.

use super::kind::IntegrationType;
use super::rules::{Delivers, Rules, Takes, required};

pub(super) const RULES: Rules = Rules {
    kind: IntegrationType::FeatureFlag,
    delivers: Delivers::Feature,
    fields: &[required("feature_id", Takes::Line), required("feature_type", Takes::OneOf(&["boolean"]))],
};
