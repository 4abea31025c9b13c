//! Objects as the account writes them, in any of its hands.

use serde_json::{Value, json};

use super::account::{Account, Customer, Entitlement, Grant, Payment, Status};

/// How objects are written. The vendor's pages, samples and calls differ in all of these.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that differs")]
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// `pending` for `Pending`.
    pub is_lower_case: bool,
    /// `"metadata": null`.
    pub has_null_metadata: bool,
    /// `brand_id` and `integration_type` of a grant are left out, and `id` and `status` of its key.
    pub leaves_out: bool,
    /// Values and fields that nobody has heard of.
    pub is_strange: bool,
    /// The newest first.
    pub is_newest_first: bool,
    /// Times without fractions of a second.
    pub is_coarse: bool,
}

impl Style {
    fn time(self, at: jiff::Timestamp) -> String {
        if self.is_coarse { at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string() } else { at.to_string() }
    }

    fn metadata(self) -> Value {
        if self.has_null_metadata { Value::Null } else { json!({}) }
    }

    pub(super) fn status(self, status: &Status) -> String {
        let text = match status {
            Status::Pending => "Pending",
            Status::Delivered => "Delivered",
            Status::Revoked => "Revoked",
            Status::Failed => "Failed",
            Status::Unknown(text) => text,
        };
        if self.is_lower_case { text.to_lowercase() } else { text.to_owned() }
    }

    fn finish(self, mut object: Value, left_out: &[&str]) -> Value {
        let fields = object.as_object_mut().expect("an object");
        if self.leaves_out {
            for name in left_out {
                fields.remove(*name);
            }
        }
        if self.is_strange {
            fields.insert("moon_phase".to_owned(), json!({"waxing": [true]}));
        }
        object
    }

    pub(super) fn entitlement(self, entitlement: &Entitlement) -> Value {
        let object = json!({
            "id": entitlement.id, "business_id": "bus_vendor", "name": entitlement.name, "description": null,
            "integration_type": entitlement.integration_type, "integration_config": entitlement.config,
            "is_active": entitlement.is_active, "metadata": self.metadata(),
            "created_at": self.time(entitlement.created_at), "updated_at": self.time(entitlement.updated_at),
        });
        self.finish(object, &["description"])
    }

    pub(super) fn grant(self, account: &Account, grant: &Grant) -> Value {
        let type_of = |entitlement: &&Entitlement| entitlement.id == grant.entitlement_id;
        let integration_type =
            account.entitlements.iter().find(type_of).map(|entitlement| entitlement.integration_type.clone());
        let license_key = grant.key.as_ref().map(|key| {
            let status = if self.is_strange { "hibernating" } else { "active" };
            let object = json!({
                "id": format!("lic_{}", grant.id), "key": key, "status": status, "activations_used": 0,
                "activations_limit": grant.activations_limit, "expires_at": grant.expires_at,
            });
            self.finish(object, &["id", "status"])
        });
        let reason = grant.revocation_reason.as_ref();
        let object = json!({
            "id": grant.id, "brand_id": "brnd_vendor", "business_id": "bus_vendor",
            "created_at": self.time(grant.created_at), "updated_at": self.time(grant.updated_at),
            "customer_id": grant.customer_id, "entitlement_id": grant.entitlement_id,
            "integration_type": integration_type, "metadata": self.metadata(),
            "status": self.status(&grant.status), "delivered_at": grant.delivered_at.map(|at| self.time(at)),
            "revoked_at": grant.revoked_at.map(|at| self.time(at)),
            "revocation_reason": if self.is_strange { reason.map(|_| "MoonPhase") } else { reason.map(String::as_str) },
            "error_code": null, "error_message": null, "payment_id": grant.payment_id,
            "subscription_id": grant.subscription_id, "license_key": license_key,
            "digital_product_delivery": null, "feature": null, "oauth_url": null, "oauth_expires_at": null,
        });
        self.finish(object, &["brand_id", "integration_type", "digital_product_delivery", "feature"])
    }

    pub(super) fn customer(self, customer: &Customer) -> Value {
        let object = json!({
            "customer_id": customer.id, "business_id": "bus_vendor", "email": customer.email, "name": customer.name,
            "phone_number": null, "preferred_locale": customer.locale, "metadata": self.metadata(),
            "created_at": self.time(customer.created_at), "blocked_at": null,
        });
        self.finish(object, &["phone_number", "blocked_at"])
    }

    pub(super) fn payment(self, account: &Account, payment: &Payment) -> Value {
        let customer = account.customers.get(&payment.customer_id);
        let object = json!({
            "payment_id": payment.id, "business_id": "bus_vendor", "status": "succeeded",
            "product_cart": [{"product_id": "pdt_vendor", "quantity": payment.quantity}],
            "customer": customer.map(|customer| json!({
                "customer_id": customer.id, "email": customer.email, "name": customer.name,
            })),
            "refund_status": payment.refund_status, "disputes": payment.disputes, "metadata": self.metadata(),
            "currency": "EUR", "total_amount": 4900,
        });
        self.finish(object, &["metadata"])
    }

    pub(super) fn license_key(self, grant: &Grant) -> Value {
        let object = json!({
            "id": format!("lic_{}", grant.id), "brand_id": "brnd_vendor", "business_id": "bus_vendor",
            "created_at": grant.delivered_at.map(|at| self.time(at)), "customer_id": grant.customer_id,
            "instances_count": 0, "key": grant.key, "product_id": "pdt_vendor", "source": "manual", "status": "active",
            "activations_limit": grant.activations_limit, "expires_at": grant.expires_at,
            "payment_id": grant.payment_id, "subscription_id": grant.subscription_id,
        });
        self.finish(object, &["brand_id"])
    }
}
