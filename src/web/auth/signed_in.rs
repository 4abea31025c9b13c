//! The signed-in person, as a handler argument.

use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use super::session::TypedSession;
use crate::domain::actor::{Actor, Who};
use crate::domain::staff::{Role, Staff};
use crate::http::RequestFacts;
use crate::http::csrf::CsrfSecret;
use crate::http::proxies::{Proxies, ProxyNotices};
use crate::http::{read_shortly, session_store};
use crate::i18n::Localizer;
use crate::storage::cache::page_cache::NavCounts;
use crate::storage::{StorageError, staff};
use crate::usecases::Context;
use crate::web::layout::flash_cookie::FlashSlot;
use crate::web::layout::language;
use crate::web::layout::page::{StaffSummary, local_path};
use crate::web::routes::access::{self, Access};
use crate::web::{Flash, Nav, PageContext, PageError, see_other};

/// The signed-in person; cheap to clone.
#[derive(Clone)]
pub struct SignedInStaff(Rc<SignedIn>);

struct SignedIn {
    staff: Staff,
    facts: RequestFacts,
    session: TypedSession,
    flash: FlashSlot,
    csrf_secret: CsrfSecret,
    localizer: Localizer,
    ctx: Context,
    nav_counts: NavCounts,
    proxies: ProxyNotices,
    path: String,
}

impl Deref for SignedInStaff {
    type Target = Staff;

    fn deref(&self) -> &Staff {
        &self.0.staff
    }
}

impl SignedInStaff {
    /// The person behind a request; `None` if nobody is signed in.
    pub async fn load(request: &HttpRequest) -> Result<Option<Self>, PageError> {
        if let Some(loaded) = request.extensions().get::<Self>() {
            return Ok(Some(loaded.clone()));
        }
        let session = TypedSession::new(request.get_session());
        session.check()?;
        let (Some(staff_id), Some(csrf_secret)) = (session.staff_id(), session.csrf_secret()) else { return Ok(None) };
        let ctx = request.app_data::<Data<Context>>().ok_or_else(|| PageError::internal("no context"))?;
        let is_safe = request.method().is_safe();
        let cached =
            if is_safe { ctx.page_cache.cached_nav_counts(&ctx.db) } else { ctx.page_cache.recent_nav_counts() };
        let found = match (session_store::person(&staff_id), cached) {
            (Some(person), Some(nav_counts)) => Some((person, nav_counts)),
            (known, _) => read_shortly(ctx, move |ctx, conn| {
                let person = if known.is_some() { known.clone() } else { staff::find(conn, &staff_id)? };
                person.map(|person| Ok((person, ctx.page_cache.nav_counts(&ctx.db, conn)?))).transpose()
            })
            .await?
            .map_err(|error: StorageError| PageError::from(error))?,
        };
        let Some((staff, nav_counts)) = found.filter(|(person, _)| person.disabled_at.is_none()) else {
            return Ok(None);
        };
        tracing::Span::current().record("staff_id", staff.id.as_str());
        let signed_in = Self(Rc::new(SignedIn {
            localizer: language::localizer(request, ctx, Some(&staff)),
            staff,
            facts: RequestFacts::of(request),
            session,
            flash: FlashSlot::of(request),
            csrf_secret,
            ctx: ctx.get_ref().clone(),
            nav_counts,
            proxies: request
                .app_data::<Data<Proxies>>()
                .map_or_else(ProxyNotices::default, |proxies| proxies.notices(ctx.clock.now())),
            path: local_path(request),
        }));
        request.extensions_mut().insert(signed_in.clone());
        Ok(Some(signed_in))
    }

    /// The actor of the request, for the audit log.
    pub fn actor(&self) -> Actor {
        Actor {
            who: Who::SignedIn { id: self.0.staff.id.clone(), role: self.0.staff.role },
            address: self.0.facts.address.clone(),
            request_id: Some(self.0.facts.request_id.clone()),
        }
    }

    /// Fails if the person may not open this page: with an error that names the required role, or a redirect to
    /// setting up a second factor.
    fn check(&self, access: Access) -> Result<(), PageError> {
        let needs = access.role(self.0.ctx.config.reveal);
        if !self.0.staff.may(needs) {
            return Err(PageError::Forbidden { needs });
        }
        if access != Access::Enrolling && self.lacks_factor() {
            return Err(PageError::FactorDemanded);
        }
        Ok(())
    }

    /// Whether the installation requires a second factor that was not used at sign-in.
    pub fn lacks_factor(&self) -> bool {
        let policy = self.0.ctx.config.second_factor;
        policy.is_demanded_of(self.0.staff.role) && !self.0.session.is_strong()
    }

    /// The page's language, for messages created outside templates.
    pub fn localizer(&self) -> &Localizer {
        &self.0.localizer
    }

    pub fn session(&self) -> &TypedSession {
        &self.0.session
    }

    /// The page layout, with the flash message, which is removed.
    pub fn page(&self, nav: Nav) -> PageContext {
        PageContext { flash: self.0.flash.take(&self.id), ..self.page_without_flash(nav) }
    }

    /// The page layout without the flash message, for pages that nobody asked for, such as errors.
    pub fn page_without_flash(&self, nav: Nav) -> PageContext {
        let me = &self.0;
        let is_admin = me.staff.may(Role::Admin);
        PageContext {
            localizer: me.localizer.clone(),
            staff: Some(StaffSummary {
                id: me.staff.id.clone(),
                name: me.staff.name.clone(),
                initials: me.staff.initials(),
                role: me.staff.role,
            }),
            csrf_token: me.csrf_secret.token(),
            flash: None,
            nav,
            pending: me.nav_counts.pending,
            to_decide: me.nav_counts.to_decide,
            newest_pending: me.nav_counts.newest_pending.clone(),
            theme: me.staff.theme,
            has_shortcuts: me.staff.has_shortcuts,
            business_name: me.ctx.config.business_name.clone(),
            target: me.ctx.config.target.clone(),
            business_zone: me.ctx.config.time_zone.clone(),
            path: me.path.clone(),
            mail_fault: me.nav_counts.mail_fault.clone().filter(|_| is_admin),
            has_webhooks_off: me.nav_counts.has_webhooks_off && is_admin,
            broken_connections: if is_admin { me.nav_counts.broken_connections } else { 0 },
            low_stocks: if self.lacks_factor() { 0 } else { me.nav_counts.low_stocks },
            proxies: if is_admin { me.proxies.clone() } else { ProxyNotices::default() },
            keeps_mail: me.ctx.config.smtp_url.is_none(),
            reveal: me.ctx.config.reveal,
            has_passwords: me.ctx.config.has_passwords,
            lacks_time_zone: me.staff.time_zone.is_none() && !self.lacks_factor(),
            is_enrolling: self.lacks_factor(),
            request_id: me.facts.request_id.clone(),
        }
    }

    /// Discards a flash message that has not been shown.
    pub fn forget_flash(&self) {
        self.0.flash.take(&self.id);
    }

    /// Redirects to another page, which shows the flash message.
    pub fn see_other(&self, url: &str, flash: Flash) -> HttpResponse {
        self.0.flash.leave(&self.id, flash);
        see_other(url)
    }
}

impl FromRequest for SignedInStaff {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let next = if request.method() == Method::GET { local_path(&request) } else { String::new() };
            let access = access::access(&request)?;
            let staff = Self::load(&request).await?.ok_or(PageError::SignedOut { next })?;
            staff.check(access)?;
            Ok(staff)
        })
    }
}
