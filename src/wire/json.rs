//! JSON as others send it, and as they get it back: numbers stay as they were written, names keep their order, and a name
//! that occurs twice in an object is an error, because nobody knows which of its values was meant.

use std::collections::HashSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{self, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::domain::license_key::characters::is_invisible;

/// How deep objects and lists may be nested.
const MAX_DEPTH: usize = 64;

/// A JSON value. `Display` writes it without white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    String(String),
    Array(Vec<Json>),
    Object(Members),
}

/// The names and values of an object, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members(Vec<(String, Json)>);

/// Why a text is not JSON that can be taken.
#[derive(Debug)]
pub enum JsonError {
    Syntax(serde_json::Error),
    /// The path of a name that occurs twice, such as `customer.email`.
    Duplicate(String),
    /// The path of a number that most readers could not read.
    TooLarge(String),
    TooDeep,
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        Self::Syntax(error)
    }
}

impl Json {
    /// Parses a text that is one JSON value.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        build(serde_json::from_str(text)?, "", MAX_DEPTH)
    }

    /// An object without members.
    pub fn empty_object() -> Self {
        Self::Object(Members::default())
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// A whole number that is written as one.
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Number(text) = self { text.parse().ok() } else { None }
    }

    pub fn as_array(&self) -> Option<&Vec<Self>> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    pub fn as_object(&self) -> Option<&Members> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    pub fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// Whether it is a string, a number or a boolean.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::String(_) | Self::Number(_) | Self::Bool(_))
    }

    /// The first name, however deep, that is made of or contains characters that cannot be seen.
    pub fn invisible_name(&self) -> Option<&str> {
        match self {
            Self::Array(items) => items.iter().find_map(Self::invisible_name),
            Self::Object(members) => members.pairs().find_map(|(name, value)| {
                let is_seen = !name.chars().any(is_invisible) && !name.trim().is_empty();
                if is_seen { value.invisible_name() } else { Some(name.as_str()) }
            }),
            _ => None,
        }
    }
}

impl Members {
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    pub fn pairs(&self) -> impl Iterator<Item = &(String, Json)> {
        self.0.iter()
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl Iterator<Item = &Json> {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_pairs(self) -> Vec<(String, Json)> {
        self.0
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(text) => {
                RawValue::from_string(text.clone()).map_err(ser::Error::custom)?.serialize(serializer)
            }
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members.pairs() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

fn build(raw: &RawValue, path: &str, depth: usize) -> Result<Json, JsonError> {
    let text = raw.get();
    if depth == 0 {
        return Err(JsonError::TooDeep);
    }
    Ok(match text.as_bytes().first() {
        Some(b'n') => Json::Null,
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'"') => Json::String(serde_json::from_str(text)?),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let place = |(index, item)| build(item, &format!("{path}[{index}]"), depth - 1);
            Json::Array(items.into_iter().enumerate().map(place).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let Pairs(pairs) = serde_json::from_str(text)?;
            let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let mut seen = HashSet::new();
            if let Some((name, _)) = pairs.iter().find(|(name, _)| !seen.insert(name.as_str())) {
                return Err(JsonError::Duplicate(within(name)));
            }
            let members = pairs.into_iter().map(|(name, value)| {
                let value = build(value, &within(&name), depth - 1)?;
                Ok((name, value))
            });
            Json::Object(Members(members.collect::<Result<_, JsonError>>()?))
        }
        _ if text.parse().is_ok_and(f64::is_finite) => Json::Number(text.to_owned()),
        _ => return Err(JsonError::TooLarge(path.to_owned())),
    })
}

/// The pairs of an object in their order.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry().map_err(de::Error::custom)? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_and_order_stay_as_they_were_written() {
        let text = r#"{"z":12345678901234567890123,"a":[1.10,-0,1e300,0.1000000000000000055511151231257827]," ":null,"t":[true,false,{}]}"#;
        assert_eq!(Json::parse(text).unwrap().to_string(), text);
        assert_eq!(Json::parse(" { \"a\" : [ 1 , \"\\u00e9\" ] } ").unwrap().to_string(), "{\"a\":[1,\"é\"]}");
    }

    #[test]
    fn a_name_that_occurs_twice_is_named() {
        let path = |text: &str| match Json::parse(text) {
            Err(JsonError::Duplicate(path)) => path,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(path(r#"{"a":1,"b":2,"a":3}"#), "a");
        assert_eq!(path(r#"{"customer":{"email":"x","email":"x"}}"#), "customer.email");
        assert_eq!(path(r#"{"a":[{},{"b":{"c":1,"\u0063":1}}]}"#), "a[1].b.c");
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\":01}", "nul", "1 2", "\"\\ud800\"", "{\"a\" 1}", "{1:2}", "\"\u{1}\""] {
            assert!(matches!(Json::parse(text), Err(JsonError::Syntax(_))), "{text}");
        }
        assert!(matches!(Json::parse(&("[".repeat(100) + &"]".repeat(100))), Err(JsonError::TooDeep)));
        assert!(matches!(Json::parse(&"[".repeat(100_000)), Err(JsonError::Syntax(_))));
        assert!(matches!(Json::parse("{\"a\":[1e400]}"), Err(JsonError::TooLarge(path)) if path == "a[0]"));
    }

    #[test]
    fn names_that_cannot_be_seen_are_found() {
        let name = |text: &str| Json::parse(text).unwrap().invisible_name().map(str::to_owned);
        assert_eq!(name("{\"a\":{\"b\":[{\"c\u{200B}\":1}]}}").as_deref(), Some("c\u{200B}"));
        assert_eq!(name("{\"\":1}").as_deref(), Some(""));
        assert_eq!(name("{\"order number\":\"\u{200B}\"}"), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble_and_what_it_takes_it_writes_again(text in "\\PC{0,60}|[{}\\[\\]\",:a-z0-9. ]{0,60}") {
            if let Ok(json) = Json::parse(&text) {
                let written = json.to_string();
                prop_assert_eq!(Json::parse(&written).unwrap(), json);
            }
        }
    }
}
