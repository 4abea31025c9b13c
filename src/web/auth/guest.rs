//! Forms for people who are not signed in. They are protected with a separate signed cookie, so that strangers store
//! nothing in the database.

use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::de::DeserializeOwned;

use crate::domain::actor::{Actor, Who};
use crate::http::csrf::CsrfSecret;
use crate::http::{RequestFacts, Site, body};
use crate::usecases::Context;
use crate::web::forms::TOKEN_FIELD;
use crate::web::{PageContext, PageError};

const COOKIE: &str = "keydesk_login";

/// A visitor who is not signed in, with the secret behind their CSRF tokens.
pub(crate) struct Guest {
    secret: CsrfSecret,
    /// Whether the cookie still has to be set.
    is_new: bool,
    ctx: Data<Context>,
    site: Data<Site>,
    request: HttpRequest,
}

impl Guest {
    /// The visitor of a request.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, PageError> {
        let (Some(ctx), Some(site)) = (request.app_data::<Data<Context>>(), request.app_data::<Data<Site>>()) else {
            return Err(PageError::internal("no context"));
        };
        let known = known_secret(request, ctx, site);
        Ok(Self {
            is_new: known.is_none(),
            secret: known.unwrap_or_else(CsrfSecret::random),
            ctx: ctx.clone(),
            site: site.clone(),
            request: request.clone(),
        })
    }

    /// The fields of a form, and whether it came from one of our pages in this browser. It did not if the page was
    /// opened before the current cookie was set.
    pub(crate) async fn read<T: DeserializeOwned>(&self, payload: Payload) -> Result<(T, bool), PageError> {
        let fields = body::read_form(&self.request, payload.into_inner()).await?;
        let is_ours = !self.is_new && self.secret.accepts(fields.get(TOKEN_FIELD));
        if !is_ours && let Some(error) = PageError::of_lost_cookies(&self.request) {
            return Err(error);
        }
        Ok((fields.into_struct()?, is_ours))
    }

    /// Like [`Self::read`], but fails if the form came from elsewhere.
    pub(crate) async fn read_own<T: DeserializeOwned>(&self, payload: Payload) -> Result<T, PageError> {
        let (form, is_ours) = self.read(payload).await?;
        if is_ours { Ok(form) } else { Err(PageError::Forged) }
    }

    /// The layout of a page with a form.
    pub(crate) fn page(&self) -> PageContext {
        let mut page = PageContext::signed_out(&self.request, &self.ctx);
        page.csrf_token = self.secret.token();
        page
    }

    /// Renders the page and sets the cookie that its form needs.
    pub(crate) fn html(
        &self,
        status: actix_web::http::StatusCode,
        page: &impl Template,
    ) -> Result<HttpResponse, PageError> {
        let mut response = crate::web::html(status, page)?;
        if self.is_new {
            response.add_cookie(&self.cookie()).map_err(PageError::internal)?;
        }
        Ok(response)
    }

    /// The actor of the request, for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        let facts = RequestFacts::of(&self.request);
        Actor { who: Who::Unknown, address: facts.address, request_id: Some(facts.request_id) }
    }

    fn cookie(&self) -> Cookie<'static> {
        let name = self.site.cookie_name(COOKIE);
        let cookie = Cookie::build(name.clone(), self.secret.encode()).path("/").http_only(true);
        let cookie = cookie.same_site(SameSite::Lax).secure(self.site.is_https).finish();
        let mut jar = CookieJar::new();
        jar.signed_mut(&cookie_key(&self.ctx)).add(cookie.clone());
        jar.get(&name).cloned().unwrap_or(cookie)
    }
}

/// The secret behind the CSRF tokens of this browser, if its cookie is valid.
fn known_secret(request: &HttpRequest, ctx: &Context, site: &Site) -> Option<CsrfSecret> {
    let name = site.cookie_name(COOKIE);
    let mut jar = CookieJar::new();
    jar.add_original(request.cookie(&name)?);
    CsrfSecret::decode(jar.signed(&cookie_key(ctx)).get(&name)?.value())
}

fn cookie_key(ctx: &Context) -> Key {
    Key::from(ctx.keyring.session_key())
}
