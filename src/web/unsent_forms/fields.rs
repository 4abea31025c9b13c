//! The forms that can be shown again on a page of their own.

/// Forms by the pattern of their path, with the text of their button. The fulfillment form has its own page; forms
/// that are not here consist of a button, or of secrets, which are never kept.
pub const FORMS: &[(&str, &str)] = &[
    ("/account", "button-save"),
    ("/preferences", "button-save"),
    ("/search", "button-search"),
    ("/grants", "grants-new-submit"),
    ("/grants/bulk/keys/{run_id}/check", "bulk-pair"),
    ("/grants/bulk/{action}/{run_id}/confirm", "bulk-confirm"),
    ("/saved-views", "button-save"),
    ("/saved-views/{id}", "views-rename"),
    ("/grants/{id}/invitation", "invitations-submit"),
    ("/grants/{id}/replace", "replace-submit"),
    ("/grants/{id}/replace/preview", "replace-submit"),
    ("/grants/{id}/pause", "handling-pause-submit"),
    ("/grants/{id}/emails", "grants-save-and-resend"),
    ("/grants/{id}/reveal", "grants-reveal"),
    ("/grants/{id}/revocation", "grants-revoke-submit"),
    ("/grants/{id}/restoration", "grants-restore-submit"),
    ("/entitlements", "entitlements-create"),
    ("/entitlements/{id}", "entitlements-save"),
    ("/stock/{id}", "stock-save-settings"),
    ("/stock/{id}/keys", "button-apply"),
    ("/stock/{id}/import", "stock-check"),
    ("/stock/batches/{id}/recall", "stock-recall-submit"),
    ("/sales/import", "imports-read"),
    ("/license-keys/{id}", "key-save"),
    ("/customers/{id}", "button-save"),
    ("/customers/{id}/emails", "customers-send-again"),
    ("/customers/{id}/merger/preview", "merger-preview"),
    ("/customers/{id}/erasure", "erasure-submit"),
    ("/customers/{id}/notes", "notes-add"),
    ("/grants/{id}/notes", "notes-add"),
    ("/staff", "staff-send-invitation"),
    ("/api-keys", "api-keys-create"),
    ("/webhooks", "webhooks-create"),
    ("/webhooks/{id}", "webhooks-save"),
    ("/connections/{id}", "connections-save"),
    ("/sales/products", "sales-map-submit-one"),
    ("/sales/address", "sales-address-submit"),
];

/// The forms that the fulfillment page has, by the pattern of their path.
pub const FULFILLMENT: [&str; 3] =
    ["/grants/{id}/fulfillment", "/grants/{id}/fulfillment/preview", "/grants/{id}/claim"];

/// Whether what was typed into the form can be shown again.
pub fn is_kept(pattern: &str) -> bool {
    FULFILLMENT.contains(&pattern) || submit_label(pattern).is_some()
}

/// The text of the form's button, as a locale key.
pub fn submit_label(pattern: &str) -> Option<&'static str> {
    FORMS.iter().find(|(known, _)| *known == pattern).map(|(_, label)| *label)
}
