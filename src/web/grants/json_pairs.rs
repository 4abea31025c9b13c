//! A JSON value as pairs of names and texts.

use crate::wire::Json;

/// The leaves of a JSON value with their paths, such as `files[0].filename`.
pub(super) fn flat_pairs(text: &str) -> Vec<(String, String)> {
    fn walk(path: &str, value: &Json, pairs: &mut Vec<(String, String)>) {
        match value {
            Json::Object(members) => {
                for (name, member) in members.pairs() {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(&path, member, pairs);
                }
            }
            Json::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    walk(&format!("{path}[{place}]"), item, pairs);
                }
            }
            Json::Null => {}
            Json::String(text) => pairs.push((path.to_owned(), text.clone())),
            other => pairs.push((path.to_owned(), other.to_string())),
        }
    }
    let mut pairs = Vec::new();
    match Json::parse(text) {
        Ok(value) => walk("", &value, &mut pairs),
        Err(_) => pairs.push((String::new(), text.to_owned())),
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::flat_pairs;

    #[test]
    fn every_leaf_is_named_by_its_path() {
        let pairs = flat_pairs(r#"{"files":[{"filename":"a.zip","size":3}],"instructions":null}"#);
        let texts: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(texts, ["files[0].filename=a.zip", "files[0].size=3"]);
        assert_eq!(flat_pairs("not json"), [(String::new(), "not json".to_owned())]);
    }
}
