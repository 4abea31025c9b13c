//! The vendor's objects, as far as they matter here. Documentation, samples and answers differ in case and in which fields
//! there are, so that only what an object cannot do without is asked for.

use jiff::Timestamp;
use serde_json::Value;

use super::fields::{boolean, is_word, moment, number, object_text, text};
use crate::domain::license_key::LicenseKeyValue;
use crate::domain::license_key::expiry::{ActivationsLimit, Interval, ValidityPeriod};

/// How far a grant has come there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RemoteStatus {
    Pending,
    Delivered,
    Failed,
    Revoked,
    /// A word that is not known here.
    Unknown,
}

impl RemoteStatus {
    fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "pending" => Self::Pending,
            "delivered" => Self::Delivered,
            "failed" => Self::Failed,
            "revoked" => Self::Revoked,
            _ => Self::Unknown,
        }
    }

    /// The word in lower case.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }
}

/// The license key of a grant.
#[derive(Debug, Clone)]
pub(crate) struct RemoteKey {
    pub(crate) value: LicenseKeyValue,
    pub(crate) activations_limit: Option<ActivationsLimit>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// A grant. It carries no product, address or name.
#[derive(Debug, Clone)]
pub(crate) struct RemoteGrant {
    pub(crate) id: String,
    pub(crate) entitlement_id: String,
    pub(crate) customer_id: String,
    /// `None` if that is not said.
    pub(crate) is_license_key: Option<bool>,
    pub(crate) status: RemoteStatus,
    /// A JSON object as text.
    pub(crate) metadata: String,
    pub(crate) payment_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) license_key: Option<RemoteKey>,
    pub(crate) revocation_reason: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) delivered_at: Option<Timestamp>,
}

impl RemoteGrant {
    /// `None` if it is not a grant.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        Some(Self {
            id: text(object, "id")?,
            entitlement_id: text(object, "entitlement_id")?,
            customer_id: text(object, "customer_id")?,
            is_license_key: is_word(object, "integration_type", "license_key"),
            status: text(object, "status").map_or(RemoteStatus::Unknown, |status| RemoteStatus::parse(&status)),
            metadata: object_text(object, "metadata"),
            payment_id: text(object, "payment_id"),
            subscription_id: text(object, "subscription_id"),
            license_key: object.get("license_key").and_then(license_key),
            revocation_reason: text(object, "revocation_reason"),
            error_code: text(object, "error_code"),
            error_message: text(object, "error_message"),
            created_at: moment(object, "created_at"),
            updated_at: moment(object, "updated_at"),
            delivered_at: moment(object, "delivered_at"),
        })
    }
}

fn license_key(object: &Value) -> Option<RemoteKey> {
    let key = text(object, "key")?;
    Some(RemoteKey {
        value: LicenseKeyValue::parse(&key).unwrap_or_else(|_| LicenseKeyValue::stored(key)),
        activations_limit: number(object, "activations_limit").and_then(ActivationsLimit::new),
        expires_at: moment(object, "expires_at"),
    })
}

/// An entitlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteEntitlement {
    pub(crate) id: String,
    pub(crate) business_id: Option<String>,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) is_license_key: bool,
    /// Whether its keys are supplied by hand.
    pub(crate) is_manual: bool,
    pub(crate) is_active: bool,
    pub(crate) activations_limit: Option<ActivationsLimit>,
    pub(crate) validity_period: Option<ValidityPeriod>,
    pub(crate) activation_message: Option<String>,
    pub(crate) metadata: String,
    pub(crate) created_at: Option<Timestamp>,
}

impl RemoteEntitlement {
    /// `None` if it is not an entitlement.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        let id = text(object, "id")?;
        let nothing = Value::Null;
        let config = object.get("integration_config").unwrap_or(&nothing);
        let count = number(config, "duration_count");
        let interval = text(config, "duration_interval").and_then(|text| interval(&text));
        Some(Self {
            business_id: text(object, "business_id"),
            name: text(object, "name").unwrap_or_else(|| id.clone()),
            description: text(object, "description"),
            is_license_key: is_word(object, "integration_type", "license_key").unwrap_or(true),
            is_manual: is_word(config, "fulfillment_mode", "manual").unwrap_or(false),
            is_active: boolean(object, "is_active").unwrap_or(true),
            activations_limit: number(config, "activations_limit").and_then(ActivationsLimit::new),
            validity_period: count.zip(interval).and_then(|(count, interval)| ValidityPeriod::new(count, interval)),
            activation_message: text(config, "activation_message"),
            metadata: object_text(object, "metadata"),
            created_at: moment(object, "created_at"),
            id,
        })
    }
}

/// An interval in either case.
fn interval(text: &str) -> Option<Interval> {
    let mut letters = text.chars();
    let first = letters.next()?.to_ascii_uppercase();
    Interval::parse(&format!("{first}{}", letters.as_str().to_ascii_lowercase()))
}

/// A buyer.
#[derive(Debug, Clone)]
pub(crate) struct RemoteCustomer {
    pub(crate) id: String,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone_number: Option<String>,
    /// The language of their e-mails; English if there is none.
    pub(crate) locale: Option<String>,
    pub(crate) metadata: String,
}

impl RemoteCustomer {
    /// `None` if it is not a customer.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        Some(Self {
            id: text(object, "customer_id")?,
            email: text(object, "email"),
            name: text(object, "name"),
            phone_number: text(object, "phone_number"),
            locale: text(object, "preferred_locale").or_else(|| text(object, "locale")),
            metadata: object_text(object, "metadata"),
        })
    }
}

/// How many were bought by a payment or a subscription; `None` if that cannot be said of its grants.
pub(crate) fn quantity(purchase: &Value) -> Option<i32> {
    match purchase.get("product_cart").and_then(Value::as_array).map(Vec::as_slice) {
        Some([item]) => number(item, "quantity"),
        Some(_) => None,
        None => number(purchase, "quantity"),
    }
}

/// An e-mail in the mail log of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteEmail {
    pub(crate) category: String,
    pub(crate) status: String,
    pub(crate) failure_code: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
}

impl RemoteEmail {
    /// `None` if it is not an e-mail.
    pub(crate) fn read(object: &Value) -> Option<Self> {
        Some(Self {
            category: text(object, "category").unwrap_or_default().to_ascii_lowercase(),
            status: text(object, "status")?.to_ascii_lowercase(),
            failure_code: text(object, "failure_code"),
            created_at: moment(object, "created_at").or_else(|| moment(object, "sent_at")),
        })
    }

    /// Whether it is about an entitlement and did not arrive.
    pub(crate) fn is_lost_key(&self) -> bool {
        self.category == "entitlements" && matches!(self.status.as_str(), "failed" | "complained" | "blocked")
    }
}

/// What a webhook tells. Its object is as it was when the webhook was sent, whatever the event is called.
#[derive(Debug, Clone)]
pub(crate) struct RemoteEvent {
    pub(crate) event_type: String,
    pub(crate) business_id: Option<String>,
    /// The grant that it shows, if it shows one.
    pub(crate) grant: Option<RemoteGrant>,
}

impl RemoteEvent {
    /// `None` if the body is not an event.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let event: Value = serde_json::from_str(body).ok()?;
        let event_type = text(&event, "type")?;
        let data = event.get("data");
        let shows_grant = event_type.starts_with("entitlement_grant.");
        Some(Self {
            business_id: text(&event, "business_id"),
            grant: data.filter(|_| shows_grant).and_then(RemoteGrant::read),
            event_type,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_grant_is_read_in_either_case_and_without_what_older_answers_lack() {
        let bare = json!({"id": "grant_1", "entitlement_id": "ent_1", "customer_id": "cus_1", "status": "pending",
            "metadata": null, "license_key": null});
        let grant = RemoteGrant::read(&bare).unwrap();
        assert_eq!((grant.status, grant.metadata.as_str()), (RemoteStatus::Pending, "{}"));
        assert!(grant.license_key.is_none() && grant.is_license_key.is_none() && grant.updated_at.is_none());
        let full = json!({"id": "entg_1", "entitlement_id": "ent_1", "customer_id": "cus_1", "status": "Delivered",
            "integration_type": "license_key", "updated_at": "2026-09-21T13:33:20.5Z", "metadata": {"seat": 2},
            "payload_type": "EntitlementGrant", "license_key": {"key": " ABCD-1 ", "activations_limit": 3}});
        let grant = RemoteGrant::read(&full).unwrap();
        assert_eq!((grant.status, grant.is_license_key), (RemoteStatus::Delivered, Some(true)));
        assert_eq!(grant.metadata, r#"{"seat":2}"#);
        assert!(grant.updated_at.is_some());
        assert_eq!(grant.license_key.map(|key| key.value.expose().to_owned()).as_deref(), Some("ABCD-1"));
    }

    #[test]
    fn words_that_are_not_known_and_wrong_types_are_no_reason_to_stop() {
        let odd = json!({"id": "entg_1", "entitlement_id": "ent_1", "customer_id": "cus_1", "status": "OnHold",
            "created_at": 7, "license_key": {"key": null}, "metadata": [], "integration_type": "hologram"});
        let grant = RemoteGrant::read(&odd).unwrap();
        assert_eq!((grant.status, grant.is_license_key), (RemoteStatus::Unknown, Some(false)));
        assert!(grant.created_at.is_none() && grant.license_key.is_none());
        for broken in [json!(null), json!([]), json!({"id": "entg_1"}), json!({"id": 1, "entitlement_id": "ent_1"})] {
            assert!(RemoteGrant::read(&broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn an_entitlement_is_manual_where_it_says_so() {
        let read = |config: Value| {
            let object =
                json!({"id": "ent_1", "name": "CAD", "integration_type": "license_key", "integration_config": config});
            RemoteEntitlement::read(&object).unwrap()
        };
        assert!(!read(json!({})).is_manual && !read(json!(null)).is_manual);
        let manual = read(json!({"fulfillment_mode": "Manual", "duration_count": 1, "duration_interval": "year"}));
        assert!(manual.is_manual && manual.is_license_key && manual.is_active);
        assert_eq!(manual.validity_period, ValidityPeriod::new(1, Interval::Year));
    }

    #[test]
    fn a_quantity_is_that_of_the_only_item() {
        assert_eq!(quantity(&json!({"product_cart": [{"product_id": "pdt_1", "quantity": 3}]})), Some(3));
        assert_eq!(quantity(&json!({"product_cart": [{"quantity": 3}, {"quantity": 1}]})), None);
        assert_eq!(quantity(&json!({"product_id": "pdt_1", "quantity": 5})), Some(5));
        assert_eq!(quantity(&json!({"product_cart": null})), None);
    }

    #[test]
    fn an_event_shows_its_grant() {
        let body = json!({"business_id": "bus_1", "type": "entitlement_grant.created", "timestamp": "2026-09-21T13:33:20Z",
            "data": {"payload_type": "EntitlementGrant", "id": "entg_1", "entitlement_id": "ent_1",
                "customer_id": "cus_1", "status": "Delivered"}});
        let event = RemoteEvent::read(&body.to_string()).unwrap();
        assert_eq!(event.grant.map(|grant| grant.status), Some(RemoteStatus::Delivered));
        let other = RemoteEvent::read(r#"{"type": "refund.succeeded", "data": {"id": "a"}}"#).unwrap();
        assert!(other.grant.is_none());
        assert!(RemoteEvent::read("[]").is_none() && RemoteEvent::read("{").is_none());
    }

    #[test]
    fn an_e_mail_about_a_key_that_did_not_arrive_is_told_from_others() {
        let read = |category: &str, status: &str| {
            RemoteEmail::read(&json!({"category": category, "status": status})).unwrap().is_lost_key()
        };
        assert!(read("entitlements", "failed") && read("Entitlements", "Blocked"));
        assert!(!read("entitlements", "delivered") && !read("payments", "failed"));
    }
}
