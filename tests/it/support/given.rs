//! What was there before the test begins, made by the same use cases as in real life.

use std::sync::OnceLock;

use jiff::SignedDuration;
use keydesk::crypto::TotpSecret;
use keydesk::domain::actor::{Actor, SystemPart};
use keydesk::domain::audit::AuditAction;
use keydesk::domain::customer::EmailAddress;
use keydesk::domain::entitlement::{FulfillmentMode, IntegrationConfig, IntegrationType, IssueSettings};
use keydesk::domain::ids::{EntitlementId, GrantId, PasskeyId, StaffId};
use keydesk::domain::license_key::LicenseKeyValue;
use keydesk::domain::license_key::expiry::{ActivationsLimit, ValidityPeriod};
use keydesk::domain::sale::{Quantity, Sale};
use keydesk::domain::staff::Role;
use keydesk::domain::stock::settings::StockSettings;
use keydesk::storage::Tx;
use keydesk::storage::staff::{self, NewStaff};
use keydesk::usecases::Context;
use keydesk::usecases::auth::manage_second_factor::renew_recovery_codes;
use keydesk::usecases::auth::manage_second_factor::{FactorOwner, begin_totp, confirm_totp};
use keydesk::usecases::catalog::save_entitlement::{EntitlementFields, create_entitlement};
use keydesk::usecases::grants::fulfill::{FulfillGrant, KeyChoice, fulfill_grant};
use keydesk::usecases::sales::report::report_in;

use super::app::TestApp;

/// Everybody's password.
pub const PASSWORD: &str = "violet harbor sings at 42";

pub struct Given<'a> {
    app: &'a TestApp,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub id: StaffId,
    pub email: String,
}

/// An app on somebody's phone.
pub struct Authenticator(pub TotpSecret);

impl Authenticator {
    /// The code it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.0.code_at(app.now().as_second()).expect("a code")
    }

    /// The next one, for which it has to wait.
    pub fn next_code(&self, app: &TestApp) -> String {
        app.advance(SignedDuration::from_secs(30));
        self.code(app)
    }
}

/// The one who did what was there before.
pub fn actor() -> Actor {
    Actor::system(SystemPart::CommandLine)
}

impl<'a> Given<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app }
    }

    /// A person with [`PASSWORD`]; the hash is made once for all tests.
    pub fn staff(&self, role: Role) -> Person {
        let number = {
            let mut people = self.app.people.lock().expect("counted");
            *people += 1;
            *people
        };
        let name = ["Anna Bergmann", "Jonas Weber", "Mehmet Kaya", "Lena Sørensen"][(number - 1) % 4].to_owned();
        let email = format!("staff{number}@desk.example");
        self.named_staff(role, &name, &email)
    }

    pub fn named_staff(&self, role: Role, name: &str, email: &str) -> Person {
        static HASH: OnceLock<String> = OnceLock::new();
        let hash = HASH.get_or_init(|| {
            let password = keydesk::crypto::Password::parse_new(PASSWORD, &[]).expect("a good password");
            keydesk::crypto::hash_password(&password).expect("hashed")
        });
        let person = NewStaff {
            id: StaffId::random(),
            email: address(email),
            name: name.to_owned(),
            role,
            password_hash: Some(hash.clone()),
        };
        let now = self.app.now();
        self.app.context().db.write(|tx| staff::insert(tx, &person, now)).expect("added");
        Person { id: person.id, email: email.to_owned() }
    }

    /// An app with a confirmed second factor of that person, and the recovery codes.
    pub fn second_factor(&self, person: &Person) -> (Authenticator, Vec<String>) {
        let ctx = self.app.context();
        let owner = self.factor_owner(person);
        let (secret, pending) = begin_totp(ctx, &owner).expect("begun");
        let code = secret.code_at(self.app.now().as_second()).expect("a code");
        let added = confirm_totp(ctx, &owner, &pending, &code).expect("confirmed");
        (Authenticator(secret), added.codes.map(|codes| codes.0).unwrap_or_default())
    }

    /// A passkey of that person; the device that goes with it is nowhere.
    pub fn passkey(&self, person: &Person) -> PasskeyId {
        let id = PasskeyId::random();
        let (credential_id, now) = (id.as_str().as_bytes(), self.app.now());
        let db = &self.app.context().db;
        db.write(|tx| staff::passkeys::insert(tx, &id, &person.id, "Laptop", credential_id, "{}", now)).expect("added");
        id
    }

    /// Recovery codes of somebody who has a second factor.
    pub fn recovery_codes(&self, person: &Person) -> Vec<String> {
        renew_recovery_codes(self.app.context(), &self.factor_owner(person)).expect("renewed").0
    }

    fn factor_owner(&self, person: &Person) -> FactorOwner {
        let person = self.app.read(|conn| staff::find(conn, &person.id).expect("read")).expect("is there");
        FactorOwner { person, session: None, is_strong: true, actor: actor() }
    }

    /// A license-key entitlement that staff fulfill: three activations, one year.
    pub fn entitlement(&self) -> EntitlementId {
        self.named_entitlement("Bauplan CAD 2026 Professional")
    }

    pub fn named_entitlement(&self, name: &str) -> EntitlementId {
        self.entitlement_with(name, IntegrationConfig::LicenseKey(manual_settings()))
    }

    pub fn auto_entitlement(&self) -> EntitlementId {
        let settings = IssueSettings { fulfillment_mode: FulfillmentMode::Auto, ..manual_settings() };
        self.entitlement_with("Formwerk PDF Pro", IntegrationConfig::LicenseKey(settings))
    }

    pub fn other_entitlement(&self, kind: IntegrationType) -> EntitlementId {
        self.entitlement_with(&format!("Access by {}", kind.as_str()), IntegrationConfig::other(kind, "{}".to_owned()))
    }

    pub fn entitlement_with(&self, name: &str, config: IntegrationConfig) -> EntitlementId {
        make(self.app.context(), name, config)
    }

    /// A grant that waits, of a new entitlement, for Ada Lovelace unless said otherwise.
    pub fn pending_grant(&self) -> PendingGrant<'a> {
        PendingGrant {
            app: self.app,
            sale: Sale {
                shop: keydesk::domain::sale::NO_SHOP.to_owned(),
                grant_id: None,
                entitlement_id: EntitlementId::stored(String::new()),
                customer_email: address("ada@example.com"),
                customer_name: Some("Ada Lovelace".to_owned()),
                customer_locale: Some("en".to_owned()),
                payment_id: None,
                subscription_id: None,
                external_id: None,
                quantity: Quantity::Unsaid,
                metadata: "{}".to_owned(),
                created_at: None,
            },
        }
    }

    /// A grant that was delivered with this key; its e-mail is still in the outbox.
    pub fn delivered_grant(&self, key: &str) -> GrantId {
        let id = self.pending_grant().make();
        self.fulfill(&id, key);
        id
    }

    pub fn fulfill(&self, id: &GrantId, key: &str) {
        let command = FulfillGrant {
            grant_id: id.clone(),
            key: KeyChoice::Typed(LicenseKeyValue::parse(key).expect("a good key")),
            activations_limit: None,
            expires_at: None,
            expires_zone: None,
            customer_note: None,
            is_confirmed: true,
            idempotency_key: None,
            actor: actor(),
        };
        fulfill_grant(self.app.context(), &command).expect("fulfilled");
    }
}

/// A license-key entitlement that staff fulfill, without a running portal.
pub fn make_entitlement(ctx: &Context, name: &str) -> EntitlementId {
    make(ctx, name, IntegrationConfig::LicenseKey(manual_settings()))
}

fn make(ctx: &Context, name: &str, config: IntegrationConfig) -> EntitlementId {
    let fields = EntitlementFields {
        name: name.to_owned(),
        description: None,
        config,
        metadata: None,
        is_active: None,
        product_id: None,
        file_ids: None,
    };
    create_entitlement(ctx, &fields, &actor()).expect("made")
}

pub fn manual_settings() -> IssueSettings {
    IssueSettings {
        fulfillment_mode: FulfillmentMode::Manual,
        activations_limit: ActivationsLimit::new(3),
        validity_period: ValidityPeriod::new(1, keydesk::domain::license_key::expiry::Interval::Year),
        activation_message: Some("Choose Help, Activate.".to_owned()),
        key_format: None,
        key_pattern: None,
        key_is_shared: false,
        stock: StockSettings::default(),
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("a good address")
}

pub struct PendingGrant<'a> {
    app: &'a TestApp,
    sale: Sale,
}

impl PendingGrant<'_> {
    pub fn of(mut self, entitlement_id: &EntitlementId) -> Self {
        self.sale.entitlement_id = entitlement_id.clone();
        self
    }

    pub fn for_customer(mut self, email: &str) -> Self {
        self.sale.customer_email = address(email);
        self
    }

    pub fn named(mut self, name: &str) -> Self {
        self.sale.customer_name = Some(name.to_owned());
        self
    }

    pub fn with_locale(mut self, locale: &str) -> Self {
        self.sale.customer_locale = Some(locale.to_owned());
        self
    }

    pub fn with_payment(mut self, id: &str) -> Self {
        self.sale.payment_id = Some(id.to_owned());
        self
    }

    pub fn with_subscription(mut self, id: &str) -> Self {
        self.sale.subscription_id = Some(id.to_owned());
        self
    }

    pub fn with_metadata(mut self, json: &str) -> Self {
        json.clone_into(&mut self.sale.metadata);
        self
    }

    pub fn sold_at(mut self, at: jiff::Timestamp) -> Self {
        self.sale.created_at = Some(at);
        self
    }

    pub fn make(mut self) -> GrantId {
        if self.sale.entitlement_id.as_str().is_empty() {
            self.sale.entitlement_id = self.app.given().entitlement();
        }
        let ctx = self.app.context();
        let report = |tx: &mut Tx<'_>| report_in(ctx, tx, &self.sale, AuditAction::GrantCreate, &actor());
        ctx.db.write(report).expect("issued").grant_ids.remove(0)
    }
}
