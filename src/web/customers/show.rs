//! The page of a customer: their grants and keys, what was sent to them, and what was done about them.

use askama::Template;
use jiff::Timestamp;

use crate::domain::grant::GrantStatus;
use crate::domain::idempotency;
use crate::domain::ids::CustomerId;
use crate::domain::integration::rules_of;
use crate::domain::license_key::{LicenseKeyStatus, LicenseKeySummary};
use crate::domain::outbox::{MessageKind, OutboxMessage};
use crate::i18n::Language;
use crate::storage::customers::detail::{self, CustomerDetail, CustomerGrant};
use crate::usecases::Context;
use crate::web::customers::erasures::name_erased;
use crate::web::customers::notes::NoteView;
use crate::web::grants::fulfillment::page::{grants_of, locale_name, metadata_pairs};
use crate::web::{FormErrors, Nav, PageContext, PageError, SignedInStaff, in_background, urls};

/// A customer with everything about them; fails with `NotFound`, which becomes the 404 page.
pub(crate) async fn load(ctx: &Context, id: &CustomerId) -> Result<CustomerDetail, PageError> {
    let id = id.clone();
    let read = move |ctx: &Context| ctx.db.read(|conn| detail::find(conn, &id, ctx.clock.now()));
    Ok(in_background(ctx, read).await??)
}

#[derive(Template)]
#[template(path = "customers/show.html")]
pub(crate) struct CustomerPage {
    pub page: PageContext,
    pub detail: CustomerDetail,
    pub errors: FormErrors,
    /// The input of the form for a note.
    pub note: String,
    pub note_key: String,
    /// The address in the form that sends all live keys.
    pub email: String,
    pub idempotency_key: String,
    /// Whether that form is on the page instead of in a dialog.
    pub asks_to_send: bool,
    /// Why the requested action is not possible.
    pub refusal: Option<String>,
    /// The customer who has the address that was entered.
    pub taken_by: Option<(CustomerId, String)>,
}

impl CustomerPage {
    pub(crate) fn new(staff: &SignedInStaff, mut detail: CustomerDetail) -> Self {
        name_erased(staff.localizer(), &detail.customer.email, &mut detail.customer.name);
        Self {
            page: staff.page(Nav::Customers),
            email: detail.customer.email.to_string(),
            detail,
            errors: FormErrors::new(),
            note: String::new(),
            note_key: idempotency::fresh_key(),
            idempotency_key: idempotency::fresh_key(),
            asks_to_send: false,
            refusal: None,
            taken_by: None,
        }
    }

    fn path(&self) -> String {
        urls::customer(&self.detail.customer.id)
    }

    fn is_erased(&self) -> bool {
        self.detail.customer.erased_at.is_some()
    }

    /// The list of all their grants.
    fn list_url(&self) -> String {
        grants_of(self.detail.customer.email.as_str())
    }

    fn language(&self) -> String {
        locale_name(&self.page, &self.detail.customer.locale)
    }

    fn metadata(&self) -> Vec<(String, String)> {
        metadata_pairs(&self.detail.customer.metadata)
    }

    // The strip.

    fn of_grants(&self) -> String {
        let count = self.page.count(&self.detail.figures.grants);
        self.page.t2("customers-of-grants", "count", self.detail.figures.grants, "shown", count)
    }

    fn open(&self) -> i64 {
        self.detail.figures.pending + self.detail.figures.failed
    }

    /// What is open, in words: `1 pending for 3 h 12 min, 1 failed`.
    fn open_words(&self) -> String {
        let (figures, page) = (&self.detail.figures, &self.page);
        let pending = (figures.pending > 0).then(|| {
            let since = self.detail.waiting_since.unwrap_or(page.now);
            let waited = page.duration_between(since, page.now);
            page.t2("customers-pending-for", "count", page.count(&figures.pending), "duration", waited)
        });
        let failed = (figures.failed > 0).then(|| page.t1("customers-failed", "count", page.count(&figures.failed)));
        match (pending, failed) {
            (Some(pending), Some(failed)) => format!("{pending}, {failed}"),
            (one, other) => one.or(other).unwrap_or_else(|| page.localizer.t("customers-nothing-open")),
        }
    }

    // Grants and keys.

    fn is_cut(&self) -> bool {
        i64::try_from(self.detail.grants.len()).is_ok_and(|shown| shown < self.detail.figures.grants)
    }

    fn shown_of_all(&self) -> String {
        let all = self.page.count(&self.detail.figures.grants);
        self.page.t2("customers-shown-of", "count", self.detail.grants.len(), "total", all)
    }

    fn hidden_key(&self, key: &LicenseKeySummary) -> String {
        if key.last_four.is_empty() {
            self.page.localizer.t("grants-key-hidden")
        } else {
            self.page.t1("grants-key-hidden-ends", "end", &key.last_four)
        }
    }

    fn activations(&self, key: &LicenseKeySummary) -> String {
        let used = self.page.number(key.activations_used);
        match key.activations_limit {
            Some(limit) => self.page.t2("of-count", "count", used, "total", self.page.number(limit)),
            None => self.page.t1("grants-key-unlimited", "count", used),
        }
    }

    /// Why a key that was delivered is not live, where the status of its grant does not say it.
    fn not_live(&self, grant: &CustomerGrant, key: &LicenseKeySummary) -> Option<String> {
        match key.status(self.page.now) {
            _ if grant.status == GrantStatus::Revoked => None,
            LicenseKeyStatus::Active => None,
            status => Some(self.page.named("key-status", status.as_str())),
        }
    }

    fn may_fulfill(&self, grant: &CustomerGrant) -> bool {
        let is_fulfilled_here = rules_of(grant.integration_type).delivers.is_by_staff();
        self.page.may_act() && grant.status == GrantStatus::Pending && is_fulfilled_here
    }

    fn may_correct(&self, grant: &CustomerGrant) -> bool {
        self.page.may_act() && grant.status == GrantStatus::Failed && grant.license_key.is_some()
    }

    // Sending all live keys again.

    pub(crate) fn may_send(&self) -> bool {
        self.page.may_act() && !self.is_erased() && self.detail.figures.live_keys > 0
    }

    fn send_text(&self) -> String {
        let language = Language::for_locale(&self.detail.customer.locale);
        let language = self.page.named("fulfillment-language", language.code());
        self.page.t2("customers-send-text", "count", self.detail.figures.live_keys, "language", language)
    }

    fn send_hint(&self) -> String {
        let count = self.page.count(&self.detail.figures.grants);
        self.page.t2("customers-send-hint", "count", self.detail.figures.grants, "shown", count)
    }

    /// The grants whose keys are sent, of those that the page shows.
    fn going(&self) -> Vec<&CustomerGrant> {
        self.detail.grants.iter().filter(|grant| grant.is_live(self.page.now)).collect()
    }

    /// How many more keys are sent.
    fn going_unnamed(&self) -> i64 {
        self.detail.figures.live_keys - i64::try_from(self.going().len()).unwrap_or(i64::MAX)
    }

    /// The grants whose keys are not sent, and why not.
    fn staying(&self) -> Vec<(&CustomerGrant, String)> {
        let grants = self.detail.grants.iter();
        let staying = grants.filter(|grant| !grant.is_live(self.page.now));
        staying.filter_map(|grant| Some((grant, self.why_not_live(grant)?))).collect()
    }

    /// `None` for what has no key by its nature.
    fn why_not_live(&self, grant: &CustomerGrant) -> Option<String> {
        match &grant.license_key {
            _ if grant.status == GrantStatus::Revoked => Some(self.page.status_name(&grant.status).to_lowercase()),
            Some(key) => Some(self.page.named("key-status", key.status(self.page.now).as_str()).to_lowercase()),
            None if rules_of(grant.integration_type).delivers.is_value() => {
                Some(self.page.localizer.t("customers-no-key-yet"))
            }
            None => None,
        }
    }

    // E-mails.

    fn email_name(&self, email: &OutboxMessage, entitlement: Option<&String>) -> String {
        match (email.kind, entitlement) {
            (MessageKind::LicenseKeysSent, _) => self.page.localizer.t("customers-email-keys"),
            (_, Some(entitlement)) => entitlement.clone(),
            (_, None) => self.page.localizer.t("customers-email-other"),
        }
    }

    /// When it reached its state.
    fn email_time<'a>(&self, email: &'a OutboxMessage) -> &'a Timestamp {
        email.finished_at.as_ref().unwrap_or(&email.created_at)
    }

    // Notes.

    fn notes(&self) -> Vec<NoteView<'_>> {
        let notes = self.detail.notes.iter();
        notes.map(|(shown, name)| NoteView::of(&self.page, shown, name.as_deref())).collect()
    }

    fn may_note(&self) -> bool {
        self.page.may_act() && !self.is_erased()
    }

    // About.

    fn brought_in_by(&self) -> Option<String> {
        let entry = self.detail.origin.as_ref()?;
        Some(self.page.t1("customers-since-by", "name", self.page.actor_name(entry)))
    }

    /// The entitlement of the grant that an entry is about, if the page shows it.
    fn grant_of(&self, grant_id: Option<&String>) -> Option<&CustomerGrant> {
        self.detail.grants.iter().find(|grant| Some(grant.id.as_str()) == grant_id.map(String::as_str))
    }
}
