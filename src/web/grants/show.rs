//! The page of a grant: its key, e-mail, origin and history.

use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::fulfillment::page::{Holder, locale_name, metadata_pairs, waited_seconds, waiting};
use super::fulfillment::refusal;
use super::handling::view::{HandlingCard, paused, skipped, until_hint};
use super::json_pairs;
use super::replace::may_replace;
use super::tasks::TaskView;
use crate::domain::audit::AuditEntry;
use crate::domain::entitlement::IntegrationType;
use crate::domain::grant::{DeliverError, GrantStatus};
use crate::domain::idempotency;
use crate::domain::ids::{GrantId, StaffId};
use crate::domain::license_key::{LicenseKeySource, LicenseKeySummary, LicenseKeyValue};
use crate::domain::outbox::{Attempt, MessageState, OutboxMessage};
use crate::domain::sale::{QUANTITY_REDUCED_REASON, REFUND_REASON};
use crate::domain::webhook::WebhookMessage;
use crate::outbound::guard::host_of;
use crate::storage::customers::address_changes::AddressChange;
use crate::storage::files::downloads::Downloads;
use crate::storage::grants;
use crate::storage::grants::detail::GrantDetail;
use crate::storage::grants::undo::replacements::ReplacedKey;
use crate::usecases::Context;
use crate::web::customers::erasures::name_erased;
use crate::web::customers::form::TakenBy;
use crate::web::customers::notes::NoteView;
use crate::web::layout::actors::action_key;
use crate::web::layout::badge::Badge;
use crate::web::stock::view::batch_name;
use crate::web::webhooks::show::outcome;
use crate::web::{Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, in_background, urls};

/// A grant with everything about it; fails with `NotFound`, which becomes the 404 page.
pub(crate) async fn load(ctx: &Context, id: &GrantId) -> Result<GrantDetail, PageError> {
    let id = id.clone();
    Ok(in_background(ctx, move |ctx| ctx.db.read(|conn| grants::detail::find(conn, &id))).await??)
}

/// What is reported of a delivery on the grant's page.
const DELIVERED: [&str; 4] =
    ["fulfillment-delivered", "fulfillment-delivered-kept", "fulfillment-waits", "replace-waits"];

/// A step in the delivery of the e-mail.
pub(crate) struct Step {
    pub class: &'static str,
    pub icon: &'static str,
    pub title: String,
    pub sub: String,
}

#[derive(Template)]
#[template(path = "grants/show.html")]
pub(crate) struct GrantPage {
    pub page: PageContext,
    /// The flash message, if the page adds a button to it.
    pub delivered: Option<Flash>,
    pub detail: GrantDetail,
    /// The key in plaintext, in the response to a reveal.
    pub revealed: Option<LicenseKeyValue>,
    pub errors: FormErrors,
    /// The input of the forms for the address and for the reason.
    pub email: String,
    /// The customer who has that address, to whom the grant would move.
    pub taken_by: Option<TakenBy>,
    pub reason: String,
    pub note: String,
    /// Whether the form that asks for a reason is on the page instead of in a dialog.
    pub shows_reason: bool,
    /// Why the requested action is no longer possible.
    pub refusal: Option<String>,
    pub idempotency_key: String,
    /// That of the form for a note.
    pub note_key: String,
    pub holder: Holder,
    pub is_late: bool,
    pub handling: HandlingCard,
    /// The number of grants that the person can take next, once one is delivered.
    pub takeable: i64,
}

/// Why a grant is revoked; what Keydesk itself gave as a reason is named.
pub(crate) fn reason_in_words(page: &PageContext, reason: &str) -> String {
    match reason {
        REFUND_REASON => page.localizer.t("grants-revoked-refund"),
        QUANTITY_REDUCED_REASON => page.localizer.t("grants-revoked-quantity-reduced"),
        other => other.to_owned(),
    }
}

impl GrantPage {
    pub(crate) fn new(staff: &SignedInStaff, ctx: &Context, mut detail: GrantDetail) -> Self {
        let now = ctx.clock.now();
        name_erased(staff.localizer(), &detail.customer.email, &mut detail.customer.name);
        let mut page = staff.page(Nav::Grants);
        let is_delivered = page.flash.as_ref().is_some_and(|flash| DELIVERED.iter().any(|key| flash.is(key)));
        let handling = HandlingCard::of(&page, &detail.grant.handling);
        Self {
            delivered: if is_delivered { page.flash.take() } else { None },
            page,
            revealed: None,
            errors: FormErrors::new(),
            email: detail.customer.email.to_string(),
            taken_by: None,
            reason: String::new(),
            note: String::new(),
            shows_reason: false,
            refusal: None,
            idempotency_key: idempotency::fresh_key(),
            note_key: idempotency::fresh_key(),
            holder: Holder::of(&detail, staff, now),
            is_late: ctx.config.target.is_missed(detail.grant.waiting_since(now), now),
            handling,
            takeable: 0,
            detail,
        }
    }

    fn is(&self, status: &str) -> bool {
        self.detail.grant.status.as_str() == status
    }

    fn title(&self) -> String {
        format!("{}, {}", self.detail.entitlement.product_name, self.detail.customer.name)
    }

    /// The text after the status in the heading.
    fn since(&self) -> String {
        let (grant, name) = (&self.detail.grant, &self.detail.customer.name);
        let at = match grant.status {
            GrantStatus::Pending => None,
            GrantStatus::Delivered => grant.delivered_at,
            GrantStatus::Failed => Some(grant.updated_at),
            GrantStatus::Revoked => grant.revoked_at,
        };
        match at {
            Some(at) => {
                let key = format!("grants-since-{}", grant.status.as_str());
                self.page.t2(&key, "name", name, "time", self.page.date_time(at))
            }
            None => self.page.t1("fulfillment-for", "name", name),
        }
    }

    fn waiting(&self) -> String {
        waiting(&self.page, &self.detail)
    }

    fn waited_seconds(&self) -> Option<i64> {
        waited_seconds(&self.page, &self.detail)
    }

    fn paused(&self) -> Option<String> {
        paused(&self.page, &self.detail.grant.handling)
    }

    fn pause_note(&self) -> Option<&str> {
        self.detail.grant.handling.pause.as_ref()?.note.as_deref()
    }

    fn skipped(&self) -> Option<String> {
        skipped(&self.page, &self.detail.grant.handling)
    }

    /// Whom the grant is assigned to.
    fn is_assigned_to(&self, id: &StaffId) -> bool {
        self.detail.grant.handling.assigned_to.as_ref() == Some(id)
    }

    fn until_hint(&self) -> String {
        until_hint(&self.page)
    }

    fn claim_note(&self) -> Option<String> {
        match &self.holder {
            Holder::Nobody => None,
            Holder::Me { until } => Some(self.page.t1("fulfillment-hold-mine", "time", self.page.time(*until))),
            Holder::Colleague { name, since, until } => {
                let (since, until) = (self.page.time(*since), self.page.time(*until));
                Some(self.page.t3("fulfillment-hold-other", "name", name, "since", since, "until", until))
            }
        }
    }

    fn may_fulfill(&self) -> bool {
        self.page.may_act() && self.detail.grant.awaits(&self.detail.entitlement.config).is_ok()
    }

    /// Why staff can do nothing about a pending grant, as a locale key.
    fn takes_nothing(&self) -> Option<&'static str> {
        match self.detail.grant.awaits(&self.detail.entitlement.config) {
            Err(error @ DeliverError::Takes(_)) if self.is("pending") => Some(refusal(error)),
            _ => None,
        }
    }

    fn tasks(&self) -> Vec<TaskView> {
        self.detail.tasks.iter().map(|shown| TaskView::of(&self.page, shown)).collect()
    }

    /// Why it is revoked; what Keydesk itself gave as a reason is named.
    fn revoked_reason(&self) -> Option<String> {
        let reason = self.detail.grant.revocation_reason.as_deref()?;
        let is_code = [REFUND_REASON, QUANTITY_REDUCED_REASON].contains(&reason);
        let words = reason_in_words(&self.page, reason);
        Some(if is_code { words } else { self.page.t1("grants-revoked-reason", "reason", words) })
    }

    fn is_link(&self) -> bool {
        self.detail.grant.delivers().is_link()
    }

    /// Whether it is delivered by a key or a link.
    fn takes_value(&self) -> bool {
        self.detail.grant.delivers().is_value()
    }

    fn value_heading(&self) -> String {
        if self.is_link() {
            let platform = self.page.named("integration", self.detail.grant.integration_type.as_str());
            return self.page.t1("fulfillment-link-heading", "platform", platform);
        }
        self.page.localizer.t("fulfillment-key-heading")
    }

    /// That the invitation was accepted, in words.
    fn accepted(&self) -> Option<String> {
        let acceptance = self.detail.grant.integration.acceptance.as_ref()?;
        let time = self.page.date_time(acceptance.at);
        Some(match &acceptance.by {
            Some(by) => {
                let name = self.detail.accepted_by_name.clone().unwrap_or_else(|| by.to_string());
                self.page.t2("grants-link-accepted-by", "time", time, "name", name)
            }
            None => self.page.t1("grants-link-accepted-platform", "time", time),
        })
    }

    fn may_note_acceptance(&self) -> bool {
        self.page.may_act() && self.detail.grant.may_be_accepted() && !self.is_elsewhere()
    }

    fn is_license_key(&self) -> bool {
        self.detail.grant.integration_type == IntegrationType::LicenseKey
    }

    /// Whether its customer gets files, alone or with a key.
    fn has_files(&self) -> bool {
        !self.detail.files.is_empty()
    }

    /// How often a file was downloaded, and when last.
    fn downloads(&self, downloads: Option<&Downloads>) -> String {
        match downloads {
            Some(Downloads { count, last_at }) => {
                let last = self.page.t1("files-last-download", "at", self.page.date_time(*last_at));
                format!("{}, {last}", self.page.number(*count))
            }
            None => self.page.localizer.t("files-never"),
        }
    }

    /// Whether the e-mail can be sent again. What a connected account delivers, it mails itself.
    fn may_resend(&self) -> bool {
        if self.has_supply_card() {
            return false;
        }
        let has_content = self.detail.license_key.is_some() || self.has_files();
        self.page.may_act() && self.detail.grant.is_delivered() && has_content
    }

    /// Whether it may be sent to an address other than the customer's current one.
    fn may_redirect(&self) -> bool {
        self.may_resend() && self.page.may_reveal()
    }

    /// Whom a corrected address concerns.
    fn correct_hint(&self) -> String {
        self.page.t1("grants-correct-hint", "count", self.detail.other_grants.count)
    }

    fn address_change(&self, change: &AddressChange) -> String {
        match (&change.old_address, &change.new_address) {
            (Some(old), Some(new)) => self.page.t2("grants-address-change", "before", old, "after", new),
            _ => self.page.localizer.t("grants-address-change-erased"),
        }
    }

    fn changed_by(&self, change: &AddressChange) -> String {
        self.page.name_of_actor(&change.actor_kind, &change.actor_id, change.actor_name.as_deref())
    }

    fn may_reveal(&self) -> bool {
        self.page.may_reveal() && self.detail.license_key.is_some()
    }

    fn is_revoked(&self) -> bool {
        self.detail.grant.status == GrantStatus::Revoked
    }

    fn why_failed(&self) -> String {
        let code = self.detail.grant.error_code.as_deref().unwrap_or_default();
        match code {
            "email_rejected" | "email_undeliverable" => self.page.named("grants-failed", code),
            _ => self.page.localizer.t("grants-failed-otherwise"),
        }
    }

    fn notes(&self) -> Vec<NoteView<'_>> {
        self.detail.notes.iter().map(|shown| NoteView::of(&self.page, shown, None)).collect()
    }

    fn path(&self) -> String {
        urls::grant(&self.detail.grant.id)
    }

    fn may_note(&self) -> bool {
        self.page.may_act() && self.detail.customer.erased_at.is_none()
    }

    // Webhooks.

    fn webhook_outcome(&self, message: &WebhookMessage) -> Badge {
        outcome(&self.page, message)
    }

    // The key.

    fn key_status(&self, key: &LicenseKeySummary) -> Badge {
        Badge::of_key(&self.page, key.status(self.page.now))
    }

    fn hidden_key(&self, key: &LicenseKeySummary) -> String {
        if key.is_link {
            self.page.localizer.t("grants-link-hidden")
        } else if key.last_four.is_empty() {
            self.page.localizer.t("grants-key-hidden")
        } else {
            self.page.t1("grants-key-hidden-ends", "end", &key.last_four)
        }
    }

    /// The replacement by which the grant has its key.
    fn replacement(&self) -> Option<&ReplacedKey> {
        let current = self.detail.license_key.as_ref().map(|key| &key.id);
        self.detail.replaced.iter().find(|before| Some(&before.replacement.new_key_id) == current)
    }

    /// What the customer was told with the key that the grant has now.
    fn customer_note(&self) -> Option<&str> {
        match self.replacement() {
            Some(before) => before.replacement.customer_note.as_deref(),
            None => self.detail.grant.customer_note.as_deref(),
        }
    }

    fn may_replace(&self) -> bool {
        self.page.may_act() && may_replace(&self.detail) && self.waits_until().is_none()
    }

    /// When, why and by whom a key was replaced.
    fn replaced_words(&self, replaced: &ReplacedKey) -> String {
        let replacement = &replaced.replacement;
        let reason = self.page.named("replace-reason", replacement.reason.as_str());
        let name = replaced.name.as_deref().unwrap_or(&replacement.replaced_by);
        self.page.t3(
            "replace-before-of",
            "reason",
            reason,
            "name",
            name,
            "time",
            self.page.date_time(replacement.replaced_at),
        )
    }

    fn revealed_hint(&self) -> String {
        self.page.t1("grants-revealed-hint", "time", self.page.time(self.page.now))
    }

    /// What restoring the grant does, as a locale key.
    fn restore_text(&self) -> &'static str {
        match &self.detail.license_key {
            None => "grants-restore-text",
            Some(key) if key.stays_disabled => "grants-restore-text-disabled",
            Some(key) if key.expires_at.is_some_and(|at| at <= self.page.now) => "grants-restore-text-expired",
            Some(_) => "grants-restore-text-active",
        }
    }

    fn time_left(&self, key: &LicenseKeySummary) -> Option<String> {
        let at = key.expires_at?;
        let days = self.page.now.duration_until(at).as_hours() / 24;
        Some(match days {
            _ if at <= self.page.now => self.page.localizer.t("grants-key-expired"),
            0 => self.page.t1("in-duration", "duration", self.page.duration_between(self.page.now, at)),
            _ => self.page.t1("grants-in-days", "count", days),
        })
    }

    fn activations(&self, key: &LicenseKeySummary) -> String {
        let used = self.page.number(key.activations_used);
        match key.activations_limit {
            Some(limit) => self.page.t2("of-count", "count", used, "total", self.page.number(limit)),
            None => self.page.t1("grants-key-unlimited", "count", used),
        }
    }

    fn source(&self, key: &LicenseKeySummary) -> String {
        let source = self.page.named("key-source", key.source.as_str());
        let typed_by = match self.replacement() {
            Some(before) => before.name.clone(),
            None => self.page.deliverer(&self.detail),
        };
        match typed_by {
            Some(name) if key.source == LicenseKeySource::Manual => {
                self.page.t2("grants-source-by", "source", source, "name", name)
            }
            _ => source,
        }
    }

    // The e-mail.

    /// Until when the latest delivery can be undone, while its e-mail waits.
    fn waits_until(&self) -> Option<Timestamp> {
        let window = self.detail.undo.as_ref().filter(|window| window.is_open(self.page.now))?;
        let (message, _) = self.newest()?;
        (self.detail.grant.is_delivered() && message.next_attempt_at > self.page.now).then_some(window.ends_at)
    }

    /// What undoing does, as a locale key.
    fn undo_text(&self) -> &'static str {
        match (&self.detail.undo, &self.detail.batch) {
            (Some(window), _) if window.replaced_key_id.is_some() => "undo-text-replacement",
            (Some(window), Some(_)) if window.is_seen => "undo-text-exposed",
            (_, Some(_)) => "undo-text-stock",
            (_, None) if self.detail.license_key.is_some() => "undo-text-typed",
            (_, None) => "undo-text-files",
        }
    }

    /// Whether its key from stock can still return there.
    fn is_unseen(&self) -> bool {
        let is_unseen = self.detail.undo.as_ref().is_some_and(|window| !window.is_seen);
        self.detail.batch.is_some() && is_unseen && self.waits_until().is_some()
    }

    fn seconds_left(&self, until: &Timestamp) -> i64 {
        self.page.now.duration_until(*until).as_secs().max(1)
    }

    fn has_email_card(&self) -> bool {
        !self.has_supply_card() && (self.takes_value() || !self.detail.emails.is_empty())
    }

    fn newest(&self) -> Option<&(OutboxMessage, Vec<Attempt>)> {
        self.detail.emails.first()
    }

    fn steps(&self, message: &OutboxMessage, attempts: &[Attempt]) -> Vec<Step> {
        let queued = self.step("delivered", "email-state-queued", self.page.date_time_seconds(message.created_at));
        let mut steps = vec![queued];
        if let Some(attempt) = attempts.last() {
            let sub = self.page.t2(
                "grants-step-try",
                "time",
                self.page.date_time_seconds(attempt.started_at),
                "number",
                attempt.number,
            );
            // A server that asked to retry later has not accepted the e-mail.
            match attempt.outcome.as_str() {
                "temporary" => steps.push(self.step("pending", "grants-step-tried", sub)),
                "unknown" => steps.push(self.step("pending", "grants-step-unanswered", sub)),
                "kept" | "permanent" => {}
                _ => steps.push(self.step("delivered", "grants-step-handed-over", sub)),
            }
        }
        let finished = message.finished_at.map(|at| self.page.date_time_seconds(at)).unwrap_or_default();
        steps.push(match message.state {
            MessageState::Sent => self.step("delivered", "email-state-sent", finished),
            MessageState::Kept => self.step("pending", "email-state-kept", finished),
            MessageState::Unknown if message.finished_at.is_some() => {
                self.step("pending", "grants-step-not-again", String::new())
            }
            MessageState::Unknown => {
                self.step("pending", "grants-step-retry", self.page.date_time_seconds(message.next_attempt_at))
            }
            MessageState::Failed => Step { class: "bad", ..self.step("failed", "email-state-failed", finished) },
            MessageState::Cancelled => self.step("revoked", "email-state-cancelled", finished),
            MessageState::Sending => self.step("pending", "email-state-sending", String::new()),
            MessageState::Queued => {
                let key = if attempts.is_empty() { "grants-step-next" } else { "grants-step-retry" };
                self.step("pending", key, self.page.date_time_seconds(message.next_attempt_at))
            }
        });
        steps
    }

    fn step(&self, icon: &'static str, key: &str, sub: String) -> Step {
        Step { class: "", icon, title: self.page.localizer.t(key), sub }
    }

    /// Why the grant failed, if that differs from the server's last reply.
    fn other_words(&self, message: &OutboxMessage, attempts: &[Attempt]) -> Option<&str> {
        let reply = last_reply(message, attempts);
        self.detail.grant.error_message.as_deref().filter(|said| reply.as_deref() != Some(*said))
    }

    fn attempt_count(&self) -> usize {
        self.detail.emails.iter().map(|(_, attempts)| attempts.len()).sum()
    }

    /// Every attempt at every e-mail, latest first.
    fn all_attempts(&self) -> Vec<(&OutboxMessage, &Attempt)> {
        let messages = self.detail.emails.iter();
        messages.flat_map(|(message, attempts)| attempts.iter().rev().map(move |attempt| (message, attempt))).collect()
    }

    fn took(&self, attempt: &Attempt) -> String {
        let took: SignedDuration = attempt.started_at.duration_until(attempt.finished_at);
        self.page.t1("grants-attempt-took", "count", i64::try_from(took.as_millis()).unwrap_or(i64::MAX))
    }

    // Origin.

    /// The fields of other integrations, with their names.
    fn integration_fields(&self) -> Vec<(String, String)> {
        let integration = &self.detail.grant.integration;
        let mut fields = Vec::new();
        fields.extend(integration.feature.clone().map(|feature| (self.page.localizer.t("grants-feature"), feature)));
        for (name, value) in
            integration.digital_product_delivery.as_deref().map(json_pairs::flat_pairs).unwrap_or_default()
        {
            fields.push((name, value));
        }
        fields
    }

    fn has_integration_card(&self) -> bool {
        let integration = &self.detail.grant.integration;
        self.takes_nothing().is_some()
            || integration.oauth_url.is_some()
            || integration.digital_product_delivery.is_some()
            || integration.feature.is_some()
    }

    fn oauth_ends(&self, at: &Timestamp) -> String {
        self.page.localizer.t(if *at <= self.page.now { "grants-oauth-expired" } else { "grants-oauth-valid" })
    }

    /// What an entry of the timeline says was done.
    fn action_name(&self, entry: &AuditEntry) -> String {
        self.page.t_value(&action_key(entry), self.is_link())
    }

    fn others(&self) -> String {
        self.page.t1("fulfillment-customer-grants", "count", self.detail.other_grants.count)
    }

    fn mode(&self) -> String {
        let kind = self.page.named("integration", self.detail.grant.integration_type.as_str());
        match self.detail.entitlement.config.license_key() {
            Some(settings) => {
                let mode = self.page.named("grants-mode", settings.fulfillment_mode.as_str());
                format!("{kind}, {mode}")
            }
            None => kind,
        }
    }
}

/// The mail server's last reply.
fn last_reply(message: &OutboxMessage, attempts: &[Attempt]) -> Option<String> {
    attempts.last().map(|attempt| attempt.reply.clone()).or_else(|| message.last_reply.clone())
}

/// Whether the URL may be a link; other schemes are shown as text.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// What a state of the e-mail means, as a locale key, where its name does not say enough.
fn state_hint(state: &MessageState) -> Option<&'static str> {
    match state {
        MessageState::Kept => Some("grants-email-kept-hint"),
        MessageState::Unknown => Some("grants-email-unknown-hint"),
        _ => None,
    }
}
