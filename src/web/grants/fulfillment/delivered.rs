//! The answer to a fulfillment: the delivered grant, or the next one.

use actix_web::HttpResponse;
use jiff::SignedDuration;
use tokio::sync::Mutex;

use super::form::FulfillmentForm;
use crate::storage::{grants, license_keys};
use crate::usecases::Context;
use crate::usecases::grants::fulfill::FulfilledGrant;
use crate::usecases::grants::take_next::take_next_grant;
use crate::web::{Flash, Nav, PageError, SignedInStaff, in_background, urls};

/// Serializes the choice of the next grant, so that a double click leads to one grant and not to two.
static IN_PROGRESS: Mutex<()> = Mutex::const_new(());

/// Shows the delivered grant, or the next one if the person wants to go on.
pub(super) async fn done(
    staff: &SignedInStaff,
    ctx: &Context,
    fulfilled: &FulfilledGrant,
    form: &FulfillmentForm,
) -> Result<HttpResponse, PageError> {
    let (id, l) = (&fulfilled.grant_id, staff.localizer());
    let (grant_id, page) = (id.clone(), staff.page_without_flash(Nav::Grants));
    let key = in_background(ctx, move |ctx| ctx.db.read(|conn| license_keys::of_grant(conn, &grant_id)));
    // The grant is delivered, whatever becomes of this read.
    let key = key.await?.unwrap_or_default();
    let end = key.map(|key| page.end_sentence(&key)).unwrap_or_default();
    let keeps_mail = ctx.config.smtp_url.is_none();
    let flash = |sent: &str, kept: &str, supplied: &str| {
        if fulfilled.is_on_its_way {
            return Flash::ok(supplied).with("end", end.clone());
        }
        let flash = |sent: &str| {
            Flash::mailed(sent, kept, keeps_mail).with("email", fulfilled.email.as_str()).with("end", end.clone())
        };
        match fulfilled.waits_until {
            Some(until) => {
                let flash = flash(&sent.replace("-delivered", "-waits")).with("time", l.time_seconds(until));
                flash.with_undo(urls::undo(id))
            }
            None => flash(sent),
        }
    };
    if !form.goes_on() {
        let flash = flash("fulfillment-delivered", "fulfillment-delivered-kept", "fulfillment-supplied");
        return Ok(staff.see_other(&urls::grant(id), flash));
    }
    let next = {
        let _turn = IN_PROGRESS.lock().await;
        let (staff_id, actor) = (staff.id.clone(), staff.actor());
        // A double click's second request goes to the grant that the first one has claimed.
        let mut since = fulfilled.delivered_at;
        if !fulfilled.is_replay {
            since = since.saturating_add(SignedDuration::from_micros(1)).unwrap_or(since);
        }
        in_background(ctx, move |ctx| {
            let now = ctx.clock.now();
            match ctx.db.read(|conn| grants::claims::taken_since(conn, &staff_id, since, now))? {
                Some(taken) => Ok(Some(taken)),
                None => take_next_grant(ctx, &staff_id, &actor),
            }
        })
        .await??
    };
    let (url, flash) = match next {
        Some(next) => {
            let flash =
                flash("fulfillment-delivered-next", "fulfillment-delivered-next-kept", "fulfillment-supplied-next");
            (urls::new_fulfillment(&next), flash)
        }
        None => (
            urls::PENDING_GRANTS.to_owned(),
            flash(
                "fulfillment-delivered-none-left",
                "fulfillment-delivered-none-left-kept",
                "fulfillment-supplied-none-left",
            ),
        ),
    };
    Ok(staff.see_other(&url, flash))
}
