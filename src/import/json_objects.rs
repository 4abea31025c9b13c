//! JSON lines: one object per line. Unknown and duplicate names are rejected.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::Problem;
use super::fields::{Field, RawSale, quoted};

/// The pairs of an object in their original order.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

/// The fields of a line.
pub fn fields(text: &str) -> Result<RawSale, Vec<Problem>> {
    let Pairs(pairs) = serde_json::from_str(text).map_err(|error| vec![Problem::of_line(complaint(text, &error))])?;
    let (mut sale, mut problems) = (RawSale::default(), Vec::new());
    for (name, value) in pairs {
        let Some(field) = Field::parse(&name) else {
            problems.push(Problem::of_line(format!(
                "unknown field {}; the fields are: {}",
                quoted(&name),
                Field::names()
            )));
            continue;
        };
        if sale.has(field) {
            problems.push(Problem::of(field, "occurs twice"));
            continue;
        }
        match as_text(field, value) {
            Ok(text) => sale.set(field, text),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sale) } else { Err(problems) }
}

fn as_text(field: Field, value: Value) -> Result<String, Problem> {
    match (field, value) {
        (_, Value::Null) => Ok(String::new()),
        (Field::Metadata, value @ Value::Object(_)) => Ok(value.to_string()),
        (Field::Metadata, _) => Err(Problem::of(field, "must be an object")),
        (Field::Quantity, Value::Number(number)) => Ok(number.to_string()),
        (_, Value::String(text)) => Ok(text),
        _ => Err(Problem::of(
            field,
            if field == Field::Quantity { "must be a whole number" } else { "must be a string in quotation marks" },
        )),
    }
}

fn complaint(text: &str, error: &serde_json::Error) -> String {
    if text.trim_start().starts_with('[') {
        return "not an object; each line of the file must be one JSON object, not a list".to_owned();
    }
    if error.is_data() {
        return "not an object; each line of the file must be one JSON object".to_owned();
    }
    if error.is_eof() {
        return "not a complete JSON object; it must be on one line".to_owned();
    }
    format!("not JSON (column {})", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_object_gives_its_fields() {
        let sale =
            fields(r#"{"payment_id":"pay_1","quantity":3,"metadata":{"a":{"b":[1]}},"customer_name":null}"#).unwrap();
        assert_eq!((sale.get(Field::PaymentId), sale.get(Field::Quantity)), ("pay_1", "3"));
        assert_eq!(sale.get(Field::Metadata), r#"{"a":{"b":[1]}}"#);
    }

    #[test]
    fn what_is_wrong_is_said_without_a_position_in_the_code() {
        let reason =
            |text: &str| fields(text).unwrap_err().into_iter().map(|p| p.to_string()).collect::<Vec<_>>().join("; ");
        assert!(reason(r#"{"paymentid":"x"}"#).contains("\"paymentid\""));
        assert!(reason(r#"{"payment_id":"x","payment_id":"y"}"#).contains("payment_id: occurs twice"));
        assert!(reason(r#"{"payment_id":5,"metadata":"x"}"#).contains("metadata: must be an object"));
        assert!(reason("[1]").contains("list"));
        assert!(reason("{").contains("one line"));
        assert!(reason("5").contains("not an object"));
        assert!(reason("{\"a\u{1b}[31m\":1}").contains("not JSON"));
        assert!(reason(&format!("{{\"metadata\":{}}}", "[".repeat(100_000))).contains("not"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "\\PC{0,60}|[{}\\[\\]\",:a-z0-9 ]{0,60}") {
            let _ = fields(&text);
        }
    }
}
