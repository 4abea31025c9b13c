//! CSV: the header names the columns. An unknown column stops the import, because a typo must not lose data.

use std::io::BufRead;

use super::fields::{Field, RawSale, quoted};
use super::records::{Records, delimiter_of, split};
use super::{ImportError, Problem};

/// The field of each column.
pub(crate) struct Header {
    delimiter: char,
    columns: Vec<Field>,
}

impl Header {
    /// Reads the header and sets the reader's delimiter.
    pub(crate) fn read<R: BufRead>(records: &mut Records<R>) -> Result<Self, ImportError> {
        let Some(raw) = records.next()? else {
            return Err(ImportError::File(format!(
                "the file is empty; its first line must name the columns: {}",
                Field::names()
            )));
        };
        let text = raw.text().map_err(|problems| in_header(&problems))?;
        let delimiter = delimiter_of(text).unwrap_or(',');
        let names = split(text, delimiter).map_err(|problem| in_header(&[problem]))?;
        let columns = columns(&names)?;
        if let Ok(byte) = u8::try_from(delimiter) {
            records.set_delimiter(byte);
        }
        Ok(Self { delimiter, columns })
    }

    /// The fields of a record.
    pub(crate) fn fields(&self, text: &str) -> Result<RawSale, Vec<Problem>> {
        let values = split(text, self.delimiter).map_err(|problem| vec![problem])?;
        if values.len() != self.columns.len() {
            return Err(vec![Problem::of_line(format!(
                "{} columns, the header has {}",
                values.len(),
                self.columns.len()
            ))]);
        }
        let mut sale = RawSale::default();
        for (field, value) in self.columns.iter().zip(values) {
            sale.set(*field, value);
        }
        Ok(sale)
    }
}

fn columns(names: &[String]) -> Result<Vec<Field>, ImportError> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let unknown: Vec<String> =
        names.iter().filter(|name| Field::parse(name).is_none()).map(|name| quoted(name)).collect();
    if !unknown.is_empty() {
        let reason = format!("unknown column {}; the columns are: {}", unknown.join(", "), Field::names());
        return Err(in_header(&[Problem::of_line(reason)]));
    }
    let columns: Vec<Field> = names.iter().filter_map(|name| Field::parse(name)).collect();
    for (position, field) in columns.iter().enumerate() {
        if columns.iter().take(position).any(|other| other == field) {
            return Err(in_header(&[Problem::of(*field, "the column occurs twice")]));
        }
    }
    let has = |field| columns.contains(&field);
    if !has(Field::CustomerEmail) || !(has(Field::EntitlementId) || has(Field::Entitlement)) {
        let reason = "the columns customer_email and either entitlement_id or entitlement are required";
        return Err(in_header(&[Problem::of_line(reason)]));
    }
    if !(has(Field::PaymentId) || has(Field::SubscriptionId) || has(Field::ExternalId)) {
        let reason =
            "one of the columns payment_id, subscription_id and external_id is required: it identifies the sale";
        return Err(in_header(&[Problem::of_line(reason)]));
    }
    Ok(columns)
}

fn in_header(problems: &[Problem]) -> ImportError {
    let reasons: Vec<String> = problems.iter().map(Problem::to_string).collect();
    ImportError::File(format!("line 1, the header: {}", reasons.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, String> {
        Header::read(&mut Records::new(text.as_bytes())).map_err(|error| error.to_string())
    }

    #[test]
    fn columns_come_in_any_order_and_are_divided_by_what_the_header_says() {
        let found = header("payment_id; Customer_Email;entitlement\n").unwrap();
        assert_eq!((found.delimiter, found.columns.len()), (';', 3));
        let sale = found.fields("pay_1;ada@example.com;\"Pro; yearly\"").unwrap();
        assert_eq!(sale.get(Field::Entitlement), "Pro; yearly");
        assert!(found.fields("pay_1;x").is_err());
    }

    #[test]
    fn a_column_that_does_not_exist_is_named() {
        let error = header("customer_email,entitlement,payment_id,custmer_name\n").err().unwrap();
        assert!(error.contains("custmer_name") && error.contains("customer_name"), "{error}");
        assert!(header("customer_email,customer_email,entitlement,payment_id\n").err().unwrap().contains("twice"));
        assert!(header("customer_email,payment_id\n").is_err());
        assert!(header("customer_email,entitlement\n").is_err());
        assert!(header("").err().unwrap().contains("empty"));
    }
}
