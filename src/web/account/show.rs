//! The page of a person's own account, with form input and errors.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::clock::is_within;
use crate::domain::ids::SessionId;
use crate::domain::staff::Staff;
use crate::domain::staff::second_factor::Factors;
use crate::domain::staff::session::{Device, SessionFacts};
use crate::domain::wait;
use crate::i18n::Localizer;
use crate::storage::StorageError;
use crate::storage::staff::passkeys::PasskeyLine;
use crate::storage::staff::{self, recovery_codes, second_factors, sessions};
use crate::usecases::Context;
use crate::usecases::auth::confirm_password::ConfirmPasswordError;
use crate::usecases::auth::confirmation::{PROVIDER_PROOF_LIFETIME, Proof, required_proof};
use crate::usecases::auth::manage_second_factor::RecoveryCodes;
use crate::web::{FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background};

/// A person's name and preferences, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    pub name: String,
    pub language: String,
    pub theme: String,
    pub time_zone: String,
}

/// The proof of identity that a form requires before it changes a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Password,
    /// A new sign-in with the identity provider.
    Provider,
    /// None, because they have just provided it.
    Done,
}

impl Confirmation {
    /// The proof currently required from the person in this session.
    pub(crate) async fn of(staff: &SignedInStaff, ctx: &Context) -> Result<Self, PageError> {
        let id = staff.id.clone();
        let proof = in_background(ctx, move |ctx| ctx.db.read(|conn| required_proof(ctx, conn, &id))).await??;
        let is_recent = |at: i64| is_within(at, PROVIDER_PROOF_LIFETIME, ctx.clock.now());
        Ok(match proof {
            Proof::Password => Self::Password,
            Proof::Provider if staff.session().provider_at().is_some_and(is_recent) => Self::Done,
            Proof::Provider => Self::Provider,
        })
    }

    pub(crate) fn is_password(&self) -> bool {
        *self == Self::Password
    }

    pub(crate) fn is_provider(&self) -> bool {
        *self == Self::Provider
    }
}

/// A row of the list of sessions.
pub(crate) struct SessionLine {
    pub id: Option<SessionId>,
    pub device: String,
    pub address: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    pub is_current: bool,
}

#[derive(Template)]
#[template(path = "account/show.html")]
pub(crate) struct AccountPage {
    pub page: PageContext,
    pub me: Staff,
    pub form: ProfileForm,
    pub errors: FormErrors,
    pub factors: Factors,
    pub confirmation: Confirmation,
    pub is_factor_demanded: bool,
    pub codes_left: i64,
    /// New recovery codes, shown in the response that created them.
    pub codes: Option<RecoveryCodes>,
    pub sessions: Vec<SessionLine>,
    /// Whether this portal supports passkeys.
    pub takes_passkeys: bool,
    pub passkeys: Vec<PasskeyLine>,
}

impl AccountPage {
    /// The names of the time zones that are offered, in their order: those of places.
    fn time_zones(&self) -> Vec<String> {
        let all = jiff::tz::db().available().map(|zone| zone.to_string());
        let is_offered = |zone: &String| zone == "UTC" || zone.contains('/') && !zone.starts_with("Etc/");
        let mut zones: Vec<String> = all.filter(is_offered).collect();
        zones.sort();
        zones
    }

    /// Loads the current data of the page.
    pub(crate) async fn load(staff: &SignedInStaff, ctx: &Context) -> Result<Self, PageError> {
        let (id, now, idle) = (staff.id.clone(), ctx.clock.now(), ctx.config.session_idle);
        let (sessions, factors, codes_left, passkeys) = in_background(ctx, move |ctx| {
            ctx.db.read(|conn| {
                let sessions = sessions::of_staff(conn, &id)?;
                let factors = second_factors::of(conn, &id)?;
                let codes_left = recovery_codes::count(conn, &id)?;
                Ok::<_, StorageError>((sessions, factors, codes_left, staff::passkeys::of_staff(conn, &id)?))
            })
        })
        .await??;
        let confirmation = Confirmation::of(staff, ctx).await?;
        let current = staff.session().id();
        let page = staff.page(Nav::None);
        let sessions = sessions
            .into_iter()
            // Sessions begun before the person's access was ended are over; this very request may have renewed the
            // stamp.
            .filter(|session| session.is_signed_in && session.security_stamp >= staff.security_stamp)
            .filter(|session| session.expires_at > now && session.last_used_at.duration_until(now) < idle)
            .map(|session| SessionLine {
                device: device(&page.localizer, &session.facts),
                is_current: session.facts.id.is_some() && session.facts.id == current,
                id: session.facts.id,
                address: session.facts.address,
                created_at: session.created_at,
                last_used_at: session.last_used_at,
            })
            .collect();
        let form = ProfileForm {
            name: staff.name.clone(),
            language: page.localizer.language.code().to_owned(),
            theme: staff.theme.as_str().to_owned(),
            time_zone: page.time_zone_name(),
        };
        Ok(Self {
            me: Staff::clone(staff),
            form,
            errors: FormErrors::new(),
            factors,
            confirmation,
            is_factor_demanded: ctx.config.second_factor.is_demanded_of(staff.role),
            codes_left,
            codes: None,
            sessions,
            takes_passkeys: takes_passkeys(ctx),
            passkeys,
            page,
        })
    }

    /// Shows the page again with errors.
    pub(crate) fn refuse(self, errors: FormErrors) -> Result<HttpResponse, PageError> {
        html(StatusCode::UNPROCESSABLE_ENTITY, &Self { errors, ..self })
    }

    /// The id of the password field beside a passkey.
    fn removal_field(&self, passkey: &PasskeyLine) -> String {
        format!("password-{}", passkey.id)
    }

    /// Whether only one factor is left and the installation requires one.
    fn is_last_demanded(&self) -> bool {
        self.is_factor_demanded && self.factors.passkeys + usize::from(self.factors.has_app) == 1
    }

    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_current)
    }
}

/// Whether this build supports passkeys and the portal's host name allows them.
#[cfg(feature = "passkeys")]
pub(crate) fn takes_passkeys(ctx: &Context) -> bool {
    crate::passkeys::Passkeys::from_config(&ctx.config).is_some()
}

/// Always `false`: this build does not support passkeys.
#[cfg(not(feature = "passkeys"))]
pub(crate) fn takes_passkeys(_: &Context) -> bool {
    false
}

/// For example "Firefox on Linux", as far as it is known.
fn device(l: &Localizer, facts: &SessionFacts) -> String {
    let device = facts.user_agent.as_deref().map(Device::of);
    match device.map(|device| (device.browser, device.system)) {
        Some((Some(browser), Some(system))) => l.t2("account-device", "browser", browser, "system", system),
        Some((Some(name), None) | (None, Some(name))) => name.to_owned(),
        _ => l.t("account-device-unknown"),
    }
}

/// The error shown beside the field for confirming one's password.
pub(crate) fn confirmation_error(
    l: &Localizer,
    field: &str,
    error: ConfirmPasswordError,
) -> Result<FormErrors, PageError> {
    match error {
        ConfirmPasswordError::WrongPassword => Ok(FormErrors::one(field, l.t("account-password-wrong"))),
        ConfirmPasswordError::TooManyAttempts { retry_after } => {
            let minutes = wait::minutes(retry_after);
            Ok(FormErrors::one(field, l.t1("sessions-too-many", "minutes", minutes)))
        }
        ConfirmPasswordError::ProviderFirst => Ok(FormErrors::one(field, l.t("account-provider-first"))),
        ConfirmPasswordError::Storage(error) => Err(error.into()),
    }
}
