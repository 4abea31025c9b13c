//! Staff: admins list and invite them.

pub(crate) mod csv;
pub(crate) mod show;

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use serde::Deserialize;

use super::{CsrfForm, Flash, FormErrors, Nav, PageContext, PageError, SignedInStaff, html, in_background, urls};
use crate::domain::customer::{EmailAddress, parse_name};
use crate::domain::outbox::MessageState;
use crate::domain::staff::link::{LinkPurpose, StaffLink};
use crate::domain::staff::{Role, Staff, StaffStatus};
use crate::i18n::Localizer;
use crate::storage::StorageError;
use crate::storage::staff::{self, self as people, second_factors};
use crate::usecases::Context;
use crate::usecases::staff::error::StaffError;
use crate::usecases::staff::invite::{InviteStaff, invite_staff};
use crate::usecases::staff::send_link::link_url;
use crate::web::layout::badge::Badge;

/// The fields of an invitation, as submitted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InvitationForm {
    email: String,
    name: String,
    role: String,
}

impl InvitationForm {
    fn parse(&self, l: &Localizer) -> Result<(EmailAddress, String, Role), FormErrors> {
        let mut errors = FormErrors::new();
        let email = EmailAddress::parse(&self.email).map_err(|_| errors.add("email", l.t("sessions-email-wrong"))).ok();
        let name = parse_name(&self.name).map_err(|_| errors.add("name", l.t("account-name-wrong"))).ok();
        let role = Role::parse(self.role.trim());
        if role.is_none() {
            errors.add("role", l.t("api-keys-role-wrong"));
        }
        email.zip(name).zip(role).map(|((email, name), role)| (email, name, role)).ok_or(errors)
    }
}

/// A row of the list.
struct Line {
    person: Staff,
    has_factor: bool,
    link: Option<StaffLink>,
}

#[derive(Template)]
#[template(path = "staff/index.html")]
struct StaffPage {
    page: PageContext,
    lines: Vec<Line>,
    form: InvitationForm,
    errors: FormErrors,
    /// The link of an invitation that was not sent.
    link_url: Option<String>,
}

impl StaffPage {
    fn status(&self, line: &Line) -> Badge {
        status(&self.page, &line.person, line.link.as_ref())
    }

    fn email_hint(&self) -> Cow<'static, str> {
        self.page.t(if self.page.has_passwords { "staff-email-hint" } else { "staff-email-hint-provider" })
    }

    fn roles(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        Role::ALL.map(|role| (role.as_str(), self.page.role_name(&role))).to_vec()
    }
}

/// A person's status.
pub(crate) fn status(page: &PageContext, person: &Staff, link: Option<&StaffLink>) -> Badge {
    match person.status() {
        StaffStatus::Active => Badge::ok(page.localizer.t("staff-status-active")),
        StaffStatus::Disabled => Badge::off(page.localizer.t("staff-status-disabled")),
        StaffStatus::Invited => {
            let invitation = link.filter(|link| link.purpose == LinkPurpose::Invitation);
            match invitation {
                Some(link) if link.email_state == MessageState::Failed => {
                    Badge::failed(page.localizer.t("staff-status-refused"))
                }
                // Without passwords, no link was sent that could expire.
                Some(link) if link.expires_at > page.now || !page.has_passwords => {
                    Badge { icon: "mail", ..Badge::warning(page.localizer.t("staff-status-invited")) }
                }
                _ => Badge::warning(page.localizer.t("staff-status-invitation-over")),
            }
        }
    }
}

/// Lists everyone by name, with the invitation form.
pub(crate) async fn index(staff: SignedInStaff, ctx: Data<Context>) -> Result<HttpResponse, PageError> {
    html(StatusCode::OK, &load(&staff, &ctx).await?)
}

/// Invites a person.
pub(crate) async fn create(
    staff: SignedInStaff,
    form: CsrfForm<InvitationForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let form = form.into_inner();
    let l = staff.localizer();
    let (email, name, role) = match form.parse(l) {
        Ok(parsed) => parsed,
        Err(errors) => return refuse(&staff, &ctx, form, errors).await,
    };
    let command = InviteStaff { email, name, role, language: l.language.code(), actor: staff.actor() };
    match in_background(&ctx, move |ctx| invite_staff(ctx, &command)).await? {
        Ok(id) => {
            let flash = Flash::mailed("staff-invited", "staff-invited-kept", ctx.config.smtp_url.is_none());
            let flash = flash.with("email", form.email.trim()).with(LINK_OF, id.as_str());
            Ok(staff.see_other(urls::STAFF, flash))
        }
        Err(StaffError::EmailTaken) => {
            refuse(&staff, &ctx, form, FormErrors::one("email", l.t("staff-email-taken"))).await
        }
        Err(StaffError::Storage(error)) => Err(error.into()),
        Err(error) => Err(PageError::internal(error)),
    }
}

/// The argument of a flash message that names the person whose link was made.
const LINK_OF: &str = "link_of";

/// The link that the form before this page has made, shown once to whoever ordered it; `None` with a mail server, which
/// brings the link to the person.
fn link_to_copy<'a>(
    ctx: &Context,
    page: &PageContext,
    links: impl IntoIterator<Item = &'a StaffLink>,
) -> Option<String> {
    let staff_id = page.flash.as_ref().filter(|_| page.keeps_mail)?.argument(LINK_OF)?;
    let link = links.into_iter().find(|link| link.staff_id.as_str() == staff_id && link.expires_at > page.now)?;
    Some(link_url(ctx, &link.id))
}

async fn load(staff: &SignedInStaff, ctx: &Context) -> Result<StaffPage, PageError> {
    let lines = in_background(ctx, |ctx| {
        ctx.db.read(|conn| {
            let (factors, links) = (second_factors::everybody(conn)?, staff::links::list(conn, None)?);
            let everybody = people::list(conn)?.into_iter().map(|person| Line {
                has_factor: factors.contains(person.id.as_str()),
                link: links.iter().find(|link| link.staff_id == person.id).cloned(),
                person,
            });
            Ok::<_, StorageError>(everybody.collect())
        })
    });
    let lines: Vec<Line> = lines.await??;
    let page = staff.page(Nav::Staff);
    let link_url = link_to_copy(ctx, &page, lines.iter().filter_map(|line| line.link.as_ref()));
    let form = InvitationForm { role: Role::Agent.as_str().to_owned(), ..InvitationForm::default() };
    Ok(StaffPage { page, lines, form, errors: FormErrors::new(), link_url })
}

async fn refuse(
    staff: &SignedInStaff,
    ctx: &Context,
    form: InvitationForm,
    errors: FormErrors,
) -> Result<HttpResponse, PageError> {
    let view = StaffPage { form, errors, ..load(staff, ctx).await? };
    html(StatusCode::UNPROCESSABLE_ENTITY, &view)
}
