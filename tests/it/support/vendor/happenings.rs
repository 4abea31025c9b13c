//! What becomes of grants there: keys, revocations, refunds, e-mails.

use jiff::Timestamp;

use super::account::{Account, Grant, Status};
use super::hooks::Subject;

impl Account {
    pub fn grant(&self, id: &str) -> &Grant {
        self.grants.iter().find(|grant| grant.id == id).unwrap_or_else(|| panic!("no grant {id}"))
    }

    /// Changes a grant and notes when.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Grant, Timestamp)) {
        let now = self.now();
        let grant = self.grants.iter_mut().find(|grant| grant.id == id).unwrap_or_else(|| panic!("no grant {id}"));
        change(grant, now);
        grant.updated_at = now;
    }

    /// A key is supplied, by us or by somebody in the vendor's dashboard. False where the value is known already.
    pub fn deliver(&mut self, id: &str, key: &str) -> bool {
        if self.keys.contains_key(key) {
            return false;
        }
        self.keys.insert(key.to_owned(), Some(id.to_owned()));
        self.change(id, |grant, now| {
            (grant.status, grant.key, grant.delivered_at) = (Status::Delivered, Some(key.to_owned()), Some(now));
        });
        self.mail(id, "sent", None);
        self.tell("license_key.created", Subject::LicenseKey(id.to_owned()));
        self.tell("entitlement_grant.delivered", Subject::Grant(id.to_owned()));
        true
    }

    /// The grant has a key and is pending all the same.
    pub fn attach(&mut self, id: &str, key: &str) {
        self.keys.insert(key.to_owned(), Some(id.to_owned()));
        self.change(id, |grant, _| grant.key = Some(key.to_owned()));
    }

    /// A key that belongs to nothing that Keydesk can see.
    pub fn know(&mut self, key: &str) {
        self.keys.insert(key.to_owned(), None);
    }

    pub fn revoke(&mut self, id: &str, reason: &str) {
        if self.grant(id).status == Status::Revoked {
            return;
        }
        self.change(id, |grant, now| {
            (grant.status, grant.revoked_at) = (Status::Revoked, Some(now));
            grant.revocation_reason = Some(reason.to_owned());
        });
        self.tell("entitlement_grant.revoked", Subject::Grant(id.to_owned()));
    }

    /// A revoked grant comes back under its id: with the key that it had, or waiting for one.
    pub fn grant_again(&mut self, id: &str, keeps_key: bool) {
        self.change(id, |grant, now| {
            (grant.revoked_at, grant.revocation_reason) = (None, None);
            if keeps_key && grant.key.is_some() {
                (grant.status, grant.delivered_at) = (Status::Delivered, Some(now));
            } else {
                (grant.status, grant.delivered_at, grant.key) = (Status::Pending, None, None);
            }
        });
    }

    /// The payment of a grant goes back, wholly or in part; a whole refund revokes.
    pub fn refund(&mut self, id: &str, is_partial: bool) {
        let payment_id = self.grant(id).payment_id.clone().expect("it was paid");
        let payment = self.payments.get_mut(&payment_id).expect("known");
        payment.refund_status = Some(if is_partial { "partial" } else { "full" });
        self.tell("refund.succeeded", Subject::Payment(payment_id.clone()));
        if !is_partial {
            let of_it = |grant: &&Grant| grant.payment_id.as_ref() == Some(&payment_id);
            let ids: Vec<String> = self.grants.iter().filter(of_it).map(|grant| grant.id.clone()).collect();
            for id in ids {
                self.revoke(&id, "refund");
            }
        }
    }

    /// A line in the log of e-mails of a grant's customer.
    pub fn mail(&mut self, id: &str, status: &str, failure_code: Option<&str>) {
        let (number, now) = (self.number(), self.now());
        let customer_id = self.grant(id).customer_id.clone();
        let customer = self.customers.get_mut(&customer_id).expect("known");
        let line = serde_json::json!({
            "email_log_id": format!("eml_v{number}"), "email_type": "entitlement_delivered", "category": "entitlements",
            "status": status, "failure_code": failure_code, "recipient": customer.email, "subject": "Your license key",
            "has_preview": true, "created_at": now.to_string(), "entitlement_grant_id": id,
            "policies": {"resend_allowed": false, "retry_allowed": false, "resends_remaining": 0,
                         "requires_different_address": false, "superseded": false},
        });
        customer.emails.insert(0, line);
    }
}
