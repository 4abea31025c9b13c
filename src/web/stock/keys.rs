//! What admins do with keys chosen from the list: quarantine, discard, put back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::show::{load, state_of};
use super::view::refused;
use crate::domain::actor::Actor;
use crate::domain::ids::{EntitlementId, StockKeyId};
use crate::domain::page::PageStart;
use crate::domain::stock::StockCursor;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::grants::revoke::Reason;
use crate::usecases::stock::StockError;
use crate::usecases::stock::quarantine::{discard, quarantine, restore};
use crate::web::grants::revocations::ReasonForm;
use crate::web::{CsrfFields, Flash, FormErrors, PageError, SignedInStaff, html, in_background, urls};

/// Moves one key; `Changed` if it is in another state by now.
type Act = fn(&Context, &StockKeyId, &Reason, &Actor) -> Result<(), StockError>;

/// Moves the chosen keys, with a reason.
pub(crate) async fn update(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfFields,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let fields = form.fields;
    let (act, done): (Act, _) = match fields.get("do") {
        "quarantine" => (quarantine, "stock-quarantined"),
        "discard" => (discard, "stock-discarded"),
        "restore" => (restore, "stock-restored"),
        _ => return Err(PageError::malformed()),
    };
    let l = staff.localizer();
    let selected = fields.all("id").to_vec();
    let ids: Vec<StockKeyId> = selected.iter().filter_map(|id| StockKeyId::parse(id).ok()).collect();
    let reason = fields.get("reason").to_owned();
    let parsed = ReasonForm { reason: reason.clone() }.parse(l);
    let errors = match &parsed {
        _ if ids.is_empty() => FormErrors::one("keys-list", l.t("stock-select-none")),
        Err(errors) => errors.clone(),
        Ok(_) => FormErrors::new(),
    };
    let state = state_of(fields.get("state"));
    let Some(reason_given) = parsed.ok().filter(|_| errors.is_empty()) else {
        let cursor = |name| StockCursor::decode(fields.get(name));
        let mut view = load(&staff, &ctx, &id, state, PageStart::of(cursor("after"), cursor("before"))).await?;
        (view.errors, view.selected, view.reason) = (errors, selected, reason);
        return html(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    let (actor, asked) = (staff.actor(), ids.len());
    let moved = in_background(&ctx, move |ctx| {
        let mut moved: usize = 0;
        for id in ids {
            match act(ctx, &id, &reason_given, &actor) {
                Ok(()) => moved += 1,
                Err(StockError::Changed | StockError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(moved)
    });
    let moved = moved.await?.map_err(refused)?;
    let url = format!("{}?state={}#keys-list", urls::stock(&id), state.as_str());
    let flash = match moved {
        0 => Flash::warn(&format!("{done}-none")),
        some if some < asked => {
            Flash::warn(&format!("{done}-some")).with("count", l.number(some)).with("total", l.number(asked))
        }
        1 => Flash::ok(&format!("{done}-one")),
        count => Flash::ok(&format!("{done}-many")).with("count", l.number(count)),
    };
    Ok(staff.see_other(&url, flash))
}
