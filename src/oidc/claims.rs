//! Claims that the library has no type for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The texts of a claim that is a text or a list of texts. A name with dots that is no claim itself is a path into
/// nested claims, such as `realm_access.roles`.
pub(crate) fn texts(token: &str, claim: &str) -> Vec<String> {
    let payload = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let nested = || claim.split('.').try_fold(&claims, |inner, name| inner.get(name));
    match claims.get(claim).or_else(nested) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_a_text_or_a_list_under_its_name_or_along_a_path() {
        let payload = r#"{"role": "admin", "roles": ["staff", 7, "agent"], "https://desk.example/roles": "viewer",
            "realm_access": {"roles": ["viewer"]}, "words": "viewer admin", "number": 1, "a": {"b": null}}"#;
        let token = format!("head.{}.signature", URL_SAFE_NO_PAD.encode(payload));
        for (claim, expected) in [
            ("role", vec!["admin"]),
            ("roles", vec!["staff", "agent"]),
            ("https://desk.example/roles", vec!["viewer"]),
            ("realm_access.roles", vec!["viewer"]),
            ("words", vec!["viewer admin"]),
            ("number", vec![]),
            ("a.b", vec![]),
            ("a.b.c", vec![]),
            ("none", vec![]),
        ] {
            assert_eq!(texts(&token, claim), expected, "{claim}");
        }
        assert!(texts("nonsense", "role").is_empty());
    }
}
