//! The forms that can be shown again on a page of their own, and the labels of their fields.

/// Forms by the pattern of their path, with the text of their button. The fulfillment form has its own page; forms
/// that are not here consist of a button, or of secrets, which are never kept.
pub const FORMS: &[(&str, &str)] = &[
    ("/account", "button-save"),
    ("/preferences", "button-save"),
    ("/search", "button-search"),
    ("/grants", "grants-new-submit"),
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
    ("/license-keys/{id}", "key-save"),
    ("/customers/{id}", "button-save"),
    ("/customers/{id}/emails", "customers-send-again"),
    ("/customers/{id}/erasure", "erasure-submit"),
    ("/customers/{id}/notes", "notes-add"),
    ("/grants/{id}/notes", "notes-add"),
    ("/staff", "staff-send-invitation"),
    ("/api-keys", "api-keys-create"),
    ("/webhooks", "webhooks-create"),
    ("/webhooks/{id}", "webhooks-save"),
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

/// The label of a field that a person fills in, as a locale key; `None` for hidden fields.
pub fn label(field: &str) -> Option<&'static str> {
    Some(match field {
        "activation_message" => "entitlements-message",
        "activations_limit" => "fulfillment-limit",
        "alert_count" => "stock-alert-count",
        "alert_days" => "stock-alert-days",
        "column" => "stock-column",
        "customer_email" => "grants-new-email",
        "customer_locale" => "grants-new-locale",
        "customer_name" => "grants-new-name",
        "description" => "entitlements-description",
        "duration_count" => "entitlements-duration-count",
        "duration_interval" => "entitlements-duration-interval",
        "email" => "sessions-email",
        "entitlement_id" => "grants-entitlement",
        "expires_at" => "fulfillment-expires",
        "expires_time" => "form-time",
        "fulfillment_mode" => "entitlements-mode-label",
        "integration_type" => "entitlements-type-label",
        "key_format" => "entitlements-key-format",
        "keys" => "stock-paste",
        "language" => "language",
        "locale" => "customers-locale",
        "name" => "account-name",
        "note" => "stock-note",
        "payment_id" => "grants-new-payment",
        "q" => "search-label",
        "reason" => "grants-reason",
        "received_at" => "stock-received-on",
        "reference" => "stock-reference",
        "role" => "api-keys-role",
        "subscription_id" => "grants-new-subscription",
        "supplier" => "stock-supplier",
        "text" => "notes-new",
        "theme" => "theme",
        "time_zone" => "time-zone",
        "use_before" => "stock-use-before",
        "url" => "webhooks-address",
        _ => return None,
    })
}
