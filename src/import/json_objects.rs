//! JSON lines: one object per line. Unknown and duplicate names are rejected.

use super::Problem;
use super::fields::{Field, RawSale, quoted};
use crate::wire::{Json, JsonError};

/// The fields of a line.
pub(crate) fn fields(text: &str) -> Result<RawSale, Vec<Problem>> {
    let value = Json::parse(text).map_err(|error| vec![complaint(text, error)])?;
    let Json::Object(members) = value else { return Err(vec![Problem::of_line(not_an_object(text))]) };
    let (mut sale, mut problems) = (RawSale::default(), Vec::new());
    for (name, value) in members.into_pairs() {
        let Some(field) = Field::parse(&name) else {
            problems.push(Problem::of_line(format!(
                "unknown field {}; the fields are: {}",
                quoted(&name),
                Field::names()
            )));
            continue;
        };
        match as_text(field, value) {
            Ok(text) => sale.set(field, text),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(sale) } else { Err(problems) }
}

fn as_text(field: Field, value: Json) -> Result<String, Problem> {
    match (field, value) {
        (_, Json::Null) => Ok(String::new()),
        (Field::Metadata, value @ Json::Object(_)) => Ok(value.to_string()),
        (Field::Metadata, _) => Err(Problem::of(field, "must be an object")),
        (Field::Quantity, Json::Number(number)) => Ok(number),
        (_, Json::String(text)) => Ok(text),
        _ => Err(Problem::of(
            field,
            if field == Field::Quantity { "must be a whole number" } else { "must be a string in quotation marks" },
        )),
    }
}

fn complaint(text: &str, error: JsonError) -> Problem {
    match error {
        JsonError::Duplicate(path) => match Field::parse(&path) {
            Some(field) => Problem::of(field, "occurs twice"),
            None => Problem::of_line(format!("the field {} occurs twice", quoted(&path))),
        },
        JsonError::TooLarge(path) => Problem::of_line(format!("the number {} is too large", quoted(&path))),
        JsonError::TooDeep => Problem::of_line("too many objects within each other"),
        JsonError::Syntax(_) if text.trim_start().starts_with('[') => Problem::of_line(not_an_object(text)),
        JsonError::Syntax(error) if error.is_eof() => {
            Problem::of_line("not a complete JSON object; it must be on one line")
        }
        JsonError::Syntax(error) => Problem::of_line(format!("not JSON (column {})", error.column())),
    }
}

fn not_an_object(text: &str) -> &'static str {
    if text.trim_start().starts_with('[') {
        "not an object; each line of the file must be one JSON object, not a list"
    } else {
        "not an object; each line of the file must be one JSON object"
    }
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
        assert!(reason(r#"{"metadata":{"a":1,"a":1}}"#).contains("\"metadata.a\" occurs twice"));
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
