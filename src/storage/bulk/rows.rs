//! Rows collected for bulk insertion.

use diesel::prelude::*;
use jiff::Timestamp;

use crate::crypto::Keyring;
use crate::domain::audit::NewAuditEntry;
use crate::domain::customer::Customer;
use crate::domain::grant::Grant;
use crate::domain::ids::{CustomerId, GrantId, SaleId, SaleLineId};
use crate::domain::outbox::{Attempt, MessageState, OutboxMessage};
use crate::domain::sale::{NO_SHOP, SaleIdKind};
use crate::storage::audit_log::SealedFields;
use crate::storage::customers::search_text;
use crate::storage::db::error::StorageError;
use crate::storage::db::time::to_micros;
use crate::storage::license_keys::{self, NewLicenseKey};
use crate::storage::metadata::{self, ObjectKind};
use crate::storage::schema::{
    customers, grants, license_keys as keys, metadata_values, outbox_attempts, outbox_messages, sale_ids, sale_lines,
    sales,
};

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident of $table:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        pub struct $name { $($field: $type,)* }
    )*};
}

rows! {
    CustomerRow of customers {
        id: String,
        email: String,
        email_key: String,
        name: String,
        locale: String,
        phone_number: Option<String>,
        metadata: String,
        search_text: String,
        created_at: i64,
        updated_at: i64,
    }
    LicenseKeyRow of keys {
        id: String,
        customer_id: String,
        product_id: String,
        ciphertext: Vec<u8>,
        value_hash: Vec<u8>,
        copy: i32,
        folded_hash: Option<Vec<u8>>,
        ending: Option<Vec<u8>>,
        last_four: String,
        has_white_space: Option<bool>,
        source: &'static str,
        status: &'static str,
        activations_used: i32,
        activations_limit: Option<i32>,
        expires_at: Option<i64>,
        expiry_source: Option<String>,
        payment_id: Option<String>,
        subscription_id: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
    GrantRow of grants {
        id: String,
        customer_id: String,
        entitlement_id: String,
        license_key_id: Option<String>,
        integration_type: &'static str,
        status: &'static str,
        status_before_revocation: Option<String>,
        email_state: Option<String>,
        payment_id: Option<String>,
        subscription_id: Option<String>,
        error_code: Option<String>,
        error_message: Option<String>,
        revocation_reason: Option<String>,
        metadata: String,
        delivered_by: Option<String>,
        delivered_at: Option<i64>,
        failed_at: Option<i64>,
        revoked_by: Option<String>,
        revoked_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
        sale_line_id: Option<String>,
        sale_unit: Option<i32>,
    }
    SaleRow of sales {
        id: String,
        shop: &'static str,
        customer_id: Option<String>,
        created_at: i64,
    }
    SaleIdRow of sale_ids {
        shop: &'static str,
        kind: &'static str,
        value: String,
        copy: i32,
        sale_id: String,
        created_at: i64,
    }
    SaleLineRow of sale_lines {
        id: String,
        sale_id: String,
        entitlement_id: String,
        ordinal: i32,
        quantity: i32,
    }
    MetadataRow of metadata_values {
        value: String,
        object_kind: &'static str,
        object_id: String,
    }
    MessageRow of outbox_messages {
        id: String,
        kind: &'static str,
        queue: String,
        grant_id: Option<String>,
        recipient: Option<String>,
        state: &'static str,
        attempts: i32,
        next_attempt_at: i64,
        last_reply: Option<String>,
        finished_at: Option<i64>,
        created_at: i64,
        customer_id: Option<String>,
    }
    AttemptRow of outbox_attempts {
        message_id: String,
        number: i32,
        outcome: String,
        reply: String,
        started_at: i64,
        finished_at: i64,
    }
}

/// Rows of every table that is loaded.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(super) customers: Vec<CustomerRow>,
    pub(super) license_keys: Vec<LicenseKeyRow>,
    pub(super) sales: Vec<SaleRow>,
    pub(super) sale_ids: Vec<SaleIdRow>,
    pub(super) sale_lines: Vec<SaleLineRow>,
    pub(super) grants: Vec<GrantRow>,
    pub(super) metadata_values: Vec<MetadataRow>,
    pub(super) outbox_messages: Vec<MessageRow>,
    pub(super) outbox_attempts: Vec<AttemptRow>,
    pub(super) audit_entries: Vec<SealedFields>,
}

impl Rows {
    pub(crate) fn add_customer(&mut self, customer: &Customer) {
        self.add_metadata(ObjectKind::Customer, customer.id.as_str(), &customer.metadata);
        self.customers.push(CustomerRow {
            id: customer.id.to_string(),
            email: customer.email.to_string(),
            email_key: customer.email.key(),
            name: customer.name.clone(),
            locale: customer.locale.clone(),
            phone_number: customer.phone_number.clone(),
            metadata: customer.metadata.clone(),
            search_text: search_text(customer),
            created_at: to_micros(customer.created_at),
            updated_at: to_micros(customer.created_at),
        });
    }

    pub(crate) fn add_license_key(&mut self, key: &NewLicenseKey<'_>, is_revoked: bool, now: Timestamp) {
        self.license_keys.push(LicenseKeyRow {
            id: key.id.to_string(),
            customer_id: key.customer_id.to_string(),
            product_id: key.product_id.to_string(),
            ciphertext: key.ciphertext.to_vec(),
            value_hash: key.index.value_hash.to_vec(),
            copy: key.copy,
            folded_hash: key.index.folded_hash.map(Vec::from),
            ending: key.index.ending.clone(),
            last_four: key.index.last_four.clone(),
            has_white_space: Some(key.index.has_white_space),
            source: key.source.as_str(),
            status: if is_revoked { license_keys::REVOKED } else { license_keys::ACTIVE },
            activations_used: 0,
            activations_limit: key.activations_limit,
            expires_at: key.expires_at.map(to_micros),
            expiry_source: key.expiry_source.map(|source| source.as_str().to_owned()),
            payment_id: key.payment_id.map(str::to_owned),
            subscription_id: key.subscription_id.map(str::to_owned),
            created_at: to_micros(now),
            updated_at: to_micros(now),
        });
    }

    /// Adds a grant in any state, without a claim, and its sale, which has no other; its ids must be new.
    pub(crate) fn add_grant(&mut self, grant: &Grant, email_state: Option<MessageState>) {
        let own_part = grant.id.as_str().strip_prefix(GrantId::PREFIX).unwrap_or(grant.id.as_str());
        let (sale_id, line_id) = (format!("{}{own_part}", SaleId::PREFIX), format!("{}{own_part}", SaleLineId::PREFIX));
        let created_at = to_micros(grant.created_at);
        self.sales.push(SaleRow {
            id: sale_id.clone(),
            shop: NO_SHOP,
            customer_id: Some(grant.customer_id.to_string()),
            created_at,
        });
        for (kind, value) in
            [(SaleIdKind::Payment, &grant.payment_id), (SaleIdKind::Subscription, &grant.subscription_id)]
        {
            self.sale_ids.extend(value.clone().map(|value| SaleIdRow {
                shop: NO_SHOP,
                kind: kind.as_str(),
                value,
                copy: 0,
                sale_id: sale_id.clone(),
                created_at,
            }));
        }
        self.sale_lines.push(SaleLineRow {
            id: line_id.clone(),
            sale_id,
            entitlement_id: grant.entitlement_id.to_string(),
            ordinal: 1,
            quantity: 1,
        });
        self.add_metadata(ObjectKind::Grant, grant.id.as_str(), &grant.metadata);
        self.grants.push(GrantRow {
            id: grant.id.to_string(),
            customer_id: grant.customer_id.to_string(),
            entitlement_id: grant.entitlement_id.to_string(),
            license_key_id: grant.license_key_id.as_ref().map(ToString::to_string),
            integration_type: grant.integration_type.as_str(),
            status: grant.status.as_str(),
            status_before_revocation: grant.status_before_revocation.map(|status| status.as_str().to_owned()),
            email_state: email_state.map(|state| state.as_str().to_owned()),
            payment_id: grant.payment_id.clone(),
            subscription_id: grant.subscription_id.clone(),
            error_code: grant.error_code.clone(),
            error_message: grant.error_message.clone(),
            revocation_reason: grant.revocation_reason.clone(),
            metadata: grant.metadata.clone(),
            delivered_by: grant.delivered_by.clone(),
            delivered_at: grant.delivered_at.map(to_micros),
            failed_at: grant.failed_at.map(to_micros),
            revoked_by: grant.revoked_by.clone(),
            revoked_at: grant.revoked_at.map(to_micros),
            created_at: to_micros(grant.created_at),
            updated_at: to_micros(grant.updated_at),
            sale_line_id: Some(line_id),
            sale_unit: Some(1),
        });
    }

    fn add_metadata(&mut self, kind: ObjectKind, id: &str, metadata: &str) {
        let values = metadata::values(metadata).into_iter();
        let rows = values.map(|value| MetadataRow { value, object_kind: kind.as_str(), object_id: id.to_owned() });
        self.metadata_values.extend(rows);
    }

    /// Adds an e-mail and its final attempt.
    pub(crate) fn add_message(&mut self, message: &OutboxMessage, attempt: &Attempt) {
        self.outbox_messages.push(MessageRow {
            id: message.id.to_string(),
            kind: message.kind.as_str(),
            queue: message.queue.as_str().to_owned(),
            grant_id: message.grant_id.as_ref().map(ToString::to_string),
            recipient: message.recipient.as_ref().map(ToString::to_string),
            state: message.state.as_str(),
            attempts: message.attempts,
            next_attempt_at: to_micros(message.next_attempt_at),
            last_reply: message.last_reply.clone(),
            finished_at: message.finished_at.map(to_micros),
            created_at: to_micros(message.created_at),
            customer_id: message.customer_id.as_ref().map(CustomerId::to_string),
        });
        self.outbox_attempts.push(AttemptRow {
            message_id: message.id.to_string(),
            number: attempt.number,
            outcome: attempt.outcome.clone(),
            reply: attempt.reply.clone(),
            started_at: to_micros(attempt.started_at),
            finished_at: to_micros(attempt.finished_at),
        });
    }

    pub(crate) fn add_entry(
        &mut self,
        keyring: &Keyring,
        id: String,
        entry: &NewAuditEntry,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        self.audit_entries.push(SealedFields::new(keyring, id, entry, at)?);
        Ok(())
    }
}
