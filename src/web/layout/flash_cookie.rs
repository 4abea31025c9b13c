//! Transports a flash message to the next page: in a cookie that only this installation can read, for one person only.
//! It needs no write to the database.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};

use crate::domain::ids::StaffId;
use crate::http::Site;
use crate::usecases::Context;
use crate::web::Flash;

const COOKIE: &str = "keydesk_flash";

/// The lifetime of the cookie: an older message would only confuse.
const LASTS: Duration = Duration::minutes(10);

/// The flash message received with a request, and the one to send with its response; clones share it.
#[derive(Clone, Default)]
pub(crate) struct FlashSlot(Rc<RefCell<Slot>>);

#[derive(Default)]
struct Slot {
    came: Option<(StaffId, Flash)>,
    was_taken: bool,
    goes: Option<(StaffId, Flash)>,
}

impl FlashSlot {
    /// The slot of a request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// Stores a message for the next page shown to this person.
    pub(crate) fn leave(&self, staff_id: &StaffId, flash: Flash) {
        self.0.borrow_mut().goes = Some((staff_id.clone(), flash));
    }

    /// Takes the message for this person.
    pub(crate) fn take(&self, staff_id: &StaffId) -> Option<Flash> {
        let mut slot = self.0.borrow_mut();
        slot.was_taken = true;
        slot.came.take().filter(|(whose, _)| whose == staff_id).map(|(_, flash)| flash)
    }
}

/// The middleware that reads the cookie, and sets or removes it.
pub(crate) async fn carry_flash(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (Some(ctx), Some(site)) =
        (request.app_data::<Data<Context>>().cloned(), request.app_data::<Data<Site>>().cloned())
    else {
        return next.call(request).await;
    };
    let name = site.cookie_name(COOKIE);
    let key = || Key::from(ctx.keyring.session_key());
    let cookie = request.cookie(&name);
    let has_come = cookie.is_some();
    let slot = FlashSlot::default();
    let now = ctx.clock.now().as_second();
    slot.0.borrow_mut().came = cookie.and_then(|cookie| open(cookie, &key(), now));
    request.extensions_mut().insert(slot.clone());
    let mut answered = next.call(request).await?;
    let slot = slot.0.take();
    let cookie = match slot.goes {
        Some(flash) => seal(&name, &flash, &key(), now, &site),
        None if has_come && slot.was_taken => Some(built(&name, String::new(), &site).max_age(Duration::ZERO).finish()),
        None => None,
    };
    if let Some(cookie) = cookie {
        answered.response_mut().add_cookie(&cookie)?;
    }
    Ok(answered)
}

fn open(cookie: Cookie<'static>, key: &Key, now: i64) -> Option<(StaffId, Flash)> {
    let name = cookie.name().to_owned();
    let mut jar = CookieJar::new();
    jar.add_original(cookie);
    let text = jar.private(key).get(&name)?;
    let (staff_id, until, flash): (String, i64, Flash) = serde_json::from_str(text.value()).ok()?;
    if now >= until {
        return None;
    }
    Some((StaffId::parse(&staff_id).ok()?, flash))
}

fn seal(name: &str, (staff_id, flash): &(StaffId, Flash), key: &Key, now: i64, site: &Site) -> Option<Cookie<'static>> {
    let until = now + LASTS.whole_seconds();
    let text = serde_json::to_string(&(staff_id.as_str(), until, flash)).ok()?;
    let mut jar = CookieJar::new();
    jar.private_mut(key).add(built(name, text, site).max_age(LASTS).finish());
    jar.get(name).cloned()
}

fn built(name: &str, value: String, site: &Site) -> actix_web::cookie::CookieBuilder<'static> {
    let cookie = Cookie::build(name.to_owned(), value).path("/").http_only(true);
    cookie.same_site(SameSite::Lax).secure(site.is_https)
}
