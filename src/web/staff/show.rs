//! The page of a person, for admins: their status, what they did, and the available actions.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use jiff::SignedDuration;
use serde::Deserialize;

use crate::domain::audit::AuditAction;
use crate::domain::ids::StaffId;
use crate::domain::staff::link::{LinkPurpose, StaffLink};
use crate::domain::staff::{Role, Staff, StaffStatus};
use crate::domain::text;
use crate::http::id::Id;
use crate::storage::license_keys::reveals::{self, Reveal};
use crate::storage::staff::identities::Binding;
use crate::storage::staff::{self, self as people, second_factors};
use crate::storage::{StorageError, api_keys};
use crate::usecases::Context;
use crate::usecases::auth::manage_second_factor::remove_all_factors;
use crate::usecases::staff::change_role::change_staff_role;
use crate::usecases::staff::disable::{MAX_REASON, disable_staff_because, enable_staff};
use crate::usecases::staff::error::StaffError;
use crate::usecases::staff::forget_identity;
use crate::usecases::staff::send_link::send_staff_link;
use crate::web::forms::NoFields;
use crate::web::layout::badge::Badge;
use crate::web::{CheckedQuery, CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html};
use crate::web::{in_background, urls};

/// The actions counted in the report, in this order.
const REPORTED: [AuditAction; 7] = [
    AuditAction::GrantFulfill,
    AuditAction::GrantReveal,
    AuditAction::GrantResend,
    AuditAction::GrantRevoke,
    AuditAction::GrantRestore,
    AuditAction::AuditExport,
    AuditAction::StaffLogin,
];
const PERIODS: [i64; 3] = [7, 30, 90];
const LATEST: i64 = 20;

/// How far back the report goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ReportQuery {
    days: String,
}

impl ReportQuery {
    fn days(&self) -> i64 {
        self.days.parse().ok().filter(|days| PERIODS.contains(days)).unwrap_or(30)
    }
}

#[derive(Template)]
#[template(path = "staff/show.html")]
struct PersonPage {
    page: PageContext,
    person: Staff,
    has_factor: bool,
    /// The person's bindings to identity providers.
    bindings: Vec<Binding>,
    link: Option<StaffLink>,
    /// The URL of the link, if it was just made and not sent.
    link_url: Option<String>,
    days: i64,
    /// How often the person performed each action.
    counts: Vec<(AuditAction, i64)>,
    reveals: Vec<Reveal>,
    /// The number of active API keys that they created.
    active_keys: usize,
    /// Why an action was not possible.
    refusal: Option<String>,
    errors: FormErrors,
    /// Why the person is to be disabled, as entered.
    reason: String,
}

impl PersonPage {
    fn status(&self) -> Badge {
        super::status(&self.page, &self.person, self.link.as_ref())
    }

    fn roles(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        Role::ALL.map(|role| (role.as_str(), self.page.role_name(&role))).to_vec()
    }

    fn periods(&self) -> [i64; 3] {
        PERIODS
    }

    fn is(&self, status: &str) -> bool {
        self.person.status().as_str() == status
    }

    fn is_me(&self) -> bool {
        self.page.staff.as_ref().is_some_and(|me| me.id == self.person.id)
    }

    fn action_name(&self, action: &AuditAction) -> String {
        self.page.named("audit-action", &action.as_str().replace(['.', '_'], "-"))
    }
}

/// Shows a person.
pub(crate) async fn show(
    staff: SignedInStaff,
    id: Id<StaffId>,
    query: CheckedQuery<ReportQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &load(&staff, &ctx, &id, query.days()).await?)
}

/// Sends the invitation again, or a password link.
pub(crate) async fn send_link(
    staff: SignedInStaff,
    id: Id<StaffId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor, language) = (id.0.clone(), staff.actor(), staff.localizer().language.code());
    let sent = in_background(&ctx, move |ctx| send_staff_link(ctx, &staff_id, language, &actor)).await?;
    let keeps_mail = ctx.config.smtp_url.is_none();
    let flash = |purpose| match purpose {
        LinkPurpose::Invitation => Flash::mailed("staff-invited-again", "staff-invited-again-kept", keeps_mail),
        LinkPurpose::Reset => Flash::mailed("staff-reset-sent", "staff-reset-kept", keeps_mail),
    };
    answer(&staff, &ctx, &id, sent.map(|purpose| Some(flash(purpose).with(super::LINK_OF, id.as_str())))).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RoleForm {
    role: String,
}

/// Changes the person's role; ends their sessions.
pub(crate) async fn change_role(
    staff: SignedInStaff,
    id: Id<StaffId>,
    form: CsrfForm<RoleForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let role = Role::parse(form.role.trim()).ok_or(PageError::Unprocessable { sentence: "api-keys-role-wrong" })?;
    let (staff_id, actor) = (id.0.clone(), staff.actor());
    let is_me = staff_id == staff.id;
    let changed = in_background(&ctx, move |ctx| {
        if is_me { Err(StaffError::Oneself) } else { change_staff_role(ctx, &staff_id, role, &actor) }
    });
    answer(&staff, &ctx, &id, changed.await?.map(|is_new| is_new.then(|| Flash::ok("staff-role-changed")))).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StatusForm {
    /// `active` or `disabled`.
    status: String,
    /// Why the person is disabled.
    reason: String,
}

/// Disables the person, or enables them again.
pub(crate) async fn set_status(
    staff: SignedInStaff,
    id: Id<StaffId>,
    form: CsrfForm<StatusForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor) = (id.0.clone(), staff.actor());
    let is_me = staff_id == staff.id;
    let asks = form.status == "disabled" && !is_me;
    let read = match text::optional(&form.reason, |text| text::block(text, MAX_REASON)) {
        Ok(None) if asks => Err("staff-reason-missing"),
        Ok(reason) => Ok(reason),
        Err(_) => Err("staff-reason-wrong"),
    };
    let reason = match read {
        Ok(reason) => reason,
        Err(key) => {
            let mut view = load(&staff, &ctx, &id, ReportQuery::default().days()).await?;
            view.errors = FormErrors::one("reason", staff.localizer().t(key));
            view.reason = form.into_inner().reason;
            return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let done = match form.status.as_str() {
        "disabled" => {
            let disabled = in_background(&ctx, move |ctx| {
                if is_me {
                    Err(StaffError::Oneself)
                } else {
                    disable_staff_because(ctx, &staff_id, reason.as_deref(), &actor)
                }
            });
            let disabled = disabled.await?;
            let (maker, now) = (id.0.clone(), ctx.clock.now());
            let keys = in_background(&ctx, move |ctx| ctx.db.read(|conn| api_keys::active_of(conn, &maker, now)));
            let flash = match keys.await??.len() {
                0 => Flash::ok("staff-disabled"),
                count => Flash::warn("staff-disabled-with-keys").with("count", count.to_string()),
            };
            disabled.map(|_| Some(flash.with_undo_by(urls::staff_status(&id), "status", "active")))
        }
        "active" => {
            let enabled = in_background(&ctx, move |ctx| enable_staff(ctx, &staff_id, &actor));
            enabled.await?.map(|_| Some(Flash::ok("staff-enabled")))
        }
        _ => return Err(PageError::malformed()),
    };
    answer(&staff, &ctx, &id, done).await
}

/// Removes the person's second factors, which a reset does not do.
pub(crate) async fn remove_factor(
    staff: SignedInStaff,
    id: Id<StaffId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor) = (id.0.clone(), staff.actor());
    let is_me = staff_id == staff.id;
    let removed = in_background(&ctx, move |ctx| {
        // Removing one's own factor requires the password, on the account page.
        if is_me { Err(StaffError::Oneself) } else { Ok(remove_all_factors(ctx, &staff_id, &actor)?) }
    });
    let flash = |is_gone| Flash::ok(if is_gone { "staff-factor-removed" } else { "staff-has-no-factor" });
    answer(&staff, &ctx, &id, removed.await?.map(|is_gone| Some(flash(is_gone)))).await
}

/// Unbinds the person from the identity provider; their next verified sign-in binds them again.
pub(crate) async fn forget_identity(
    staff: SignedInStaff,
    id: Id<StaffId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (staff_id, actor) = (id.0.clone(), staff.actor());
    let is_me = staff_id == staff.id;
    let forgotten = in_background(&ctx, move |ctx| {
        if is_me { Err(StaffError::Oneself) } else { forget_identity::forget_identity(ctx, &staff_id, &actor) }
    });
    let flash =
        |is_gone| if is_gone { Flash::ok("staff-identity-forgotten") } else { Flash::warn("staff-no-identity") };
    answer(&staff, &ctx, &id, forgotten.await?.map(|is_gone| Some(flash(is_gone)))).await
}

/// Redirects to the person's page with a message, or shows it with the reason for the failure.
async fn answer(
    staff: &SignedInStaff,
    ctx: &Context,
    id: &StaffId,
    done: Result<Option<Flash>, StaffError>,
) -> Result<HttpResponse, PageError> {
    let key = match done {
        Ok(flash) => {
            let url = urls::person(id);
            return Ok(match flash {
                Some(flash) => staff.see_other(&url, flash),
                None => crate::web::see_other(&url),
            });
        }
        Err(StaffError::LastAdmin) => "staff-last-admin",
        Err(StaffError::Oneself) => "staff-oneself",
        Err(StaffError::WrongStatus) => "staff-is-disabled",
        Err(StaffError::PasswordsOff) => "staff-passwords-off",
        Err(StaffError::NotFound) => return Err(PageError::NotFound),
        Err(StaffError::Storage(error)) => return Err(error.into()),
        Err(error) => return Err(PageError::internal(error)),
    };
    let mut view = load(staff, ctx, id, 30).await?;
    view.refusal = Some(view.page.localizer.t(key));
    html(StatusCode::CONFLICT, &view)
}

async fn load(staff: &SignedInStaff, ctx: &Context, id: &StaffId, days: i64) -> Result<PersonPage, PageError> {
    let id = id.clone();
    let now = ctx.clock.now();
    let since = now.saturating_sub(SignedDuration::from_hours(24 * days)).map_err(PageError::internal)?;
    let page = staff.page(Nav::Staff);
    let read = in_background(ctx, move |ctx| {
        ctx.db.read(|conn| {
            let person = people::find(conn, &id)?.ok_or(StorageError::NotFound)?;
            let links = staff::links::list(conn, Some(&id))?;
            let counts = staff::report::counts(conn, &id, &REPORTED, since)?;
            let has_factor = !second_factors::of(conn, &id)?.is_empty();
            let bindings = staff::identities::of_staff(conn, &id)?;
            let reveals = reveals::of_staff(conn, &id, LATEST)?;
            let active_keys = api_keys::active_of(conn, &id, now)?.len();
            let wanted = match person.status() {
                StaffStatus::Invited => LinkPurpose::Invitation,
                StaffStatus::Active | StaffStatus::Disabled => LinkPurpose::Reset,
            };
            let link = links.into_iter().find(|link| link.purpose == wanted);
            Ok::<_, StorageError>((person, has_factor, bindings, link, counts, reveals, active_keys))
        })
    });
    let (person, has_factor, bindings, link, counts, reveals, active_keys) = read.await??;
    let link_url = super::link_to_copy(ctx, &page, link.as_ref());
    Ok(PersonPage {
        page,
        person,
        has_factor,
        bindings,
        link,
        link_url,
        days,
        counts,
        reveals,
        active_keys,
        refusal: None,
        errors: FormErrors::new(),
        reason: String::new(),
    })
}
