//! Parsing a line into a checked sale, or the list of all its errors.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Problem;
use super::fields::{Field, RawSale};
use crate::domain::customer::{self, EmailAddress};
use crate::domain::ids::{EntitlementId, GrantId};
use crate::domain::sale::NO_SHOP;
use crate::domain::sale::import::LineKind;
use crate::domain::text::rounded_number::is_rounded_number;
use crate::domain::text::{self, TextError};
use crate::shops::moment::{self, DayOrder};
use crate::wire::{Json, JsonError};

/// The maximum number of grants created by one line.
pub(crate) const MAX_QUANTITY: u32 = 1_000;
const MAX_METADATA: usize = 16 * 1024;

/// What is said of an id whose digits are lost.
const ROUNDED: &str = "is a number that a spreadsheet has rounded; export the file again, or format the column as text before the ids are entered";

/// A sale whose entitlement has not been looked up yet.
#[derive(Debug, Clone)]
pub(crate) struct SaleLine {
    /// Whose order numbers these are.
    pub shop: &'static str,
    /// What the shop calls the product, the most exact first; empty if the line names an entitlement.
    pub words: Vec<String>,
    pub entitlement_id: Option<EntitlementId>,
    pub entitlement_name: Option<String>,
    pub customer_email: EmailAddress,
    pub customer_name: Option<String>,
    pub customer_locale: Option<String>,
    pub payment_id: Option<String>,
    pub subscription_id: Option<String>,
    pub external_id: Option<String>,
    /// `None` if the line does not say.
    pub quantity: Option<u32>,
    pub grant_id: Option<GrantId>,
    pub created_at: Option<Timestamp>,
    pub metadata: String,
}

/// Checks a line; fails with every invalid field.
pub(crate) fn parse(raw: &RawSale, zone: &TimeZone, now: Timestamp) -> Result<SaleLine, Vec<Problem>> {
    let mut check = Check { raw, problems: Vec::new() };
    let email = check
        .optional(Field::CustomerEmail, |text| EmailAddress::parse(text).map_err(|e| said(e, "not an e-mail address")));
    let entitlement_id = check.optional(Field::EntitlementId, |text| {
        EntitlementId::parse(text).map_err(|_| "not an entitlement's id (ent_…)".to_owned())
    });
    let entitlement_name =
        check.optional(Field::Entitlement, |text| text::line(text, 200).map_err(|e| said(e, "not a name")));
    let customer_name =
        check.optional(Field::CustomerName, |text| customer::parse_name(text).map_err(|e| said(e, "not a name")));
    let customer_locale = check.optional(Field::CustomerLocale, |text| {
        customer::parse_locale(&text.replace('_', "-")).map_err(|e| said(e, "not a locale such as en or de-AT"))
    });
    let payment_id = check.reference(Field::PaymentId);
    let subscription_id = check.reference(Field::SubscriptionId);
    let external_id = check.reference(Field::ExternalId);
    let quantity = check.optional(Field::Quantity, quantity);
    let grant_id =
        check.optional(Field::GrantId, |text| GrantId::parse(text).map_err(|_| "not a grant's id (entg_…)".to_owned()));
    let created_at = check.optional(Field::CreatedAt, |text| moment_of(text, zone, raw.day_order, now));
    let metadata = check.optional(Field::Metadata, metadata).unwrap_or_else(|| "{}".to_owned());
    check.across_fields(grant_id.is_some() && quantity.is_some_and(|quantity| quantity > 1));
    match email {
        Some(customer_email) if check.problems.is_empty() => Ok(SaleLine {
            shop: raw.shop,
            words: raw.words.clone(),
            entitlement_id,
            entitlement_name,
            customer_email,
            customer_name,
            customer_locale,
            payment_id,
            subscription_id,
            external_id,
            quantity,
            grant_id,
            created_at,
            metadata,
        }),
        _ => Err(check.problems),
    }
}

struct Check<'a> {
    raw: &'a RawSale,
    problems: Vec<Problem>,
}

impl Check<'_> {
    /// `None` if the field is empty, or if it is invalid, which adds an error.
    fn optional<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.raw.get(field);
        if text.is_empty() {
            return None;
        }
        let problem = |reason: String| {
            let kind = if reason.ends_with(ROUNDED) { LineKind::Rounded } else { LineKind::Refused };
            Problem::of(field, reason).kind(kind)
        };
        parse(text).map_err(|reason| self.problems.push(problem(reason))).ok()
    }

    fn reference(&mut self, field: Field) -> Option<String> {
        self.optional(field, |text| {
            if is_rounded_number(text) {
                return Err(format!("{text} {ROUNDED}"));
            }
            text::reference(text).map_err(|e| said(e, "an id has no spaces"))
        })
    }

    fn across_fields(&mut self, is_one_id_for_many: bool) {
        let raw = self.raw;
        let is_empty = |field| raw.get(field).is_empty();
        if is_empty(Field::CustomerEmail) {
            self.problems.push(Problem::of(Field::CustomerEmail, "is missing").kind(LineKind::NoEmail));
        }
        if is_empty(Field::EntitlementId) && is_empty(Field::Entitlement) && raw.words.is_empty() {
            let problem = if raw.shop == NO_SHOP {
                Problem::of(Field::EntitlementId, "is missing, and entitlement too")
            } else {
                Problem::of_line("the line names no product")
            };
            self.problems.push(problem.kind(LineKind::NoProduct));
        }
        if is_empty(Field::PaymentId) && is_empty(Field::SubscriptionId) && is_empty(Field::ExternalId) {
            let reason = "is missing, and subscription_id and external_id too: without any of them, importing the file again would add the sale again";
            self.problems.push(Problem::of(Field::PaymentId, reason));
        }
        if is_one_id_for_many {
            self.problems.push(Problem::of(Field::GrantId, "is the id of one grant, but quantity is more than 1"));
        }
    }
}

fn said(error: TextError, malformed: &str) -> String {
    match error {
        TextError::Empty => "is missing".to_owned(),
        TextError::TooLong { max } => format!("longer than {max} characters"),
        TextError::ControlCharacter => "contains a control character".to_owned(),
        TextError::InvisibleCharacter => "contains an invisible character".to_owned(),
        TextError::Malformed => malformed.to_owned(),
        TextError::DirectionOverride => "contains an invisible character that reverses text; remove it".to_owned(),
    }
}

/// A whole number, also as spreadsheets write one: `2.00` or `2,0`.
fn quantity(text: &str) -> Result<u32, String> {
    let is_whole = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
    let digits = text.split_once(['.', ',']).filter(|(_, rest)| is_whole(rest)).map_or(text, |(digits, _)| digits);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|number| is_number && (1..=MAX_QUANTITY).contains(number));
    number.ok_or_else(|| format!("must be a whole number from 1 to {MAX_QUANTITY}"))
}

fn moment_of(text: &str, zone: &TimeZone, order: DayOrder, now: Timestamp) -> Result<Timestamp, String> {
    let at = moment::parse(text, zone, order)
        .ok_or_else(|| "must be a date and time, such as 2026-11-23T09:30:00Z or 2026-11-23 09:30".to_owned())?;
    if at > now {
        return Err("is in the future".to_owned());
    }
    if at < Timestamp::UNIX_EPOCH {
        return Err("is before 1970".to_owned());
    }
    // The database stores microseconds.
    Timestamp::from_microsecond(at.as_microsecond()).map_err(|error| error.to_string())
}

fn metadata(text: &str) -> Result<String, String> {
    if text.len() > MAX_METADATA {
        return Err(format!("longer than {MAX_METADATA} bytes"));
    }
    match Json::parse(text) {
        Ok(object @ Json::Object(_)) => match object.invisible_name() {
            Some(name) => Err(format!("has the name {name:?}, which is empty or contains invisible characters")),
            None => Ok(object.to_string()),
        },
        Ok(_) => Err("must be a JSON object".to_owned()),
        Err(JsonError::Syntax(error)) => Err(format!("not JSON (column {})", error.column())),
        Err(JsonError::Duplicate(path)) => Err(format!("{path:?} occurs twice")),
        Err(JsonError::TooLarge(path)) => Err(format!("the number {path:?} is too large")),
        Err(JsonError::TooDeep) => Err("too many objects within each other".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn raw(pairs: &[(Field, &str)]) -> RawSale {
        let mut sale = RawSale::default();
        for (field, text) in pairs {
            sale.set(*field, (*text).to_owned());
        }
        sale
    }

    const GOOD: [(Field, &str); 3] =
        [(Field::Entitlement, "Pro"), (Field::CustomerEmail, "ada@example.com"), (Field::PaymentId, "pay_1")];

    #[test]
    fn the_least_that_is_needed_is_enough() {
        let line = parse(&raw(&GOOD), &TimeZone::UTC, now()).unwrap();
        assert_eq!((line.quantity, line.metadata.as_str(), line.created_at), (None, "{}", None));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let problems = parse(
            &raw(&[
                (Field::EntitlementId, "pdt_1"),
                (Field::CustomerEmail, "ada"),
                (Field::CustomerName, "a\0b"),
                (Field::CustomerLocale, "de DE"),
                (Field::PaymentId, "a b"),
                (Field::Quantity, "-1"),
                (Field::GrantId, "x"),
                (Field::CreatedAt, "2026-11-23T09:00:01Z"),
                (Field::Metadata, "[]"),
            ]),
            &TimeZone::UTC,
            now(),
        )
        .unwrap_err();
        assert_eq!(problems.len(), 9, "{problems:?}");
    }

    #[test]
    fn single_fields_at_their_limits() {
        let wrong = |field: Field, text: &str| {
            let mut sale = raw(&GOOD);
            sale.set(field, text.to_owned());
            parse(&sale, &TimeZone::UTC, now())
                .err()
                .map(|problems| problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))
        };
        for text in ["0", "1001", "1.5", "+1", "99999999999", "x"] {
            assert!(wrong(Field::Quantity, text).is_some(), "{text}");
        }
        assert_eq!(wrong(Field::Quantity, "1000"), None);
        for text in ["99999-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "yesterday", "1969-12-31T00:00:00Z"] {
            assert!(wrong(Field::CreatedAt, text).is_some(), "{text}");
        }
        assert_eq!(wrong(Field::CreatedAt, "2026-11-23T10:00:00+01:00"), None);
        assert!(wrong(Field::Metadata, "{\"a\":1e999}").is_some());
        assert_eq!(wrong(Field::Metadata, "{\"a\":12345678901234567890123}"), None);
        assert!(wrong(Field::Metadata, "{\"a\":1,\"a\":2}").is_some());
        assert!(wrong(Field::Metadata, "{\"a\u{200B}\":1}").is_some());
        assert!(wrong(Field::ExternalId, "pay_\u{200B}1").is_some_and(|said| said.contains("invisible")));
        assert!(wrong(Field::Metadata, "{").is_some());
        let mut sale = raw(&GOOD);
        sale.set(Field::Quantity, "2".to_owned());
        sale.set(Field::GrantId, "entg_1".to_owned());
        assert!(parse(&sale, &TimeZone::UTC, now()).is_err());
    }

    #[test]
    fn a_line_without_any_id_of_the_sale_is_refused() {
        let sale = raw(&[(Field::Entitlement, "Pro"), (Field::CustomerEmail, "ada@example.com")]);
        assert!(parse(&sale, &TimeZone::UTC, now()).unwrap_err()[0].to_string().starts_with("payment_id: is missing"));
    }
}
