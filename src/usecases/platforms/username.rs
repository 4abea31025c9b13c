//! The customer's name on a platform, as a shop reported it with the sale.

use serde_json::Value;

use crate::domain::integration::github_names::parse_username;

/// The fields of a sale's metadata that hold a GitHub name, the surest first, in lower case and without separators.
const FIELDS: [&str; 6] = ["githubusername", "githubuser", "githublogin", "githubhandle", "github", "username"];

/// The customer's GitHub name in the metadata of a grant, a JSON object as text.
pub(crate) fn github_username(metadata: &str) -> Option<String> {
    let fields: serde_json::Map<String, Value> = serde_json::from_str(metadata).ok()?;
    let named = |wanted: &str| {
        let mut found = fields.iter().filter(|(name, _)| folded(name) == wanted);
        found.find_map(|(_, value)| parse_username(value.as_str()?))
    };
    FIELDS.into_iter().find_map(named)
}

/// Without case, blanks and separators, as people write `GitHub username` and `github_username`.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::github_username;

    #[test]
    fn the_name_is_found_however_a_shop_writes_it() {
        for metadata in [
            r#"{"github_username": "ada-l"}"#,
            r#"{"GitHub Username": " @ada-l "}"#,
            r#"{"Github": "https://github.com/ada-l"}"#,
            r#"{"username": "somebody", "githubUser": "ada-l"}"#,
            r#"{"USERNAME": "ada-l", "github": ""}"#,
        ] {
            assert_eq!(github_username(metadata).as_deref(), Some("ada-l"), "{metadata}");
        }
        for metadata in ["", "{}", "[]", r#"{"github": 7}"#, r#"{"username": "ada@example.com"}"#] {
            assert_eq!(github_username(metadata), None, "{metadata}");
        }
    }
}
