//! What is delivered that is no license key.

mod entitlement_forms;
mod github;
