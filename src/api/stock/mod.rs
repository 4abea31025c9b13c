//! Stock: keys that wait to be issued.

pub(crate) mod fulfill;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;

use super::request::described::body;
use super::request::values::{future, parsed, text};
use super::response::Refusals;
use super::{ApiError, Caller, JsonBody, path_id};
use crate::domain::ids::EntitlementId;
use crate::domain::license_key::{LicenseKeyValue, LicenseKeyValueError};
use crate::domain::stock::NewBatch;
use crate::domain::text as texts;
use crate::http::in_background;
use crate::i18n::{Localizer, key_error, no_stock};
use crate::storage::catalog::entitlements;
use crate::storage::stock::figures;
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::stock::StockError;
use crate::usecases::stock::add::{AddKeys, Added, add_keys};
use crate::usecases::stock::alerts::local_now;
use crate::usecases::stock::rejected::Rejected;
use crate::wire::{self, Json};

/// The maximum number of keys per call.
const MAX_KEYS: usize = 10_000;

/// What a text of the request is: a key, or why it is none.
type Parsed = Result<LicenseKeyValue, LicenseKeyValueError>;

/// Returns how many keys an entitlement has in stock, and how long they last (Keydesk extension).
#[utoipa::path(
    get, path = "/entitlements/{id}/stock", tag = "Stock",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Stock), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: EntitlementId = path_id(&request, "id", "entitlement")?;
    let stock = in_background(&ctx, move |ctx| {
        let figures = ctx.db.read(|conn| {
            entitlements::find_active(conn, &id)?;
            figures::of(conn, &id, &local_now(ctx))
        });
        let figures = figures.map_err(ApiError::not_found_or("entitlement"))?;
        Ok::<_, ApiError>(wire::Stock::new(ctx, &id, &figures))
    });
    Ok(HttpResponse::Ok().json(stock.await??))
}

body! {
    /// Keys that came in together.
    NewStock(now: Timestamp) {
        /// Keys as in `POST /grants/{grant_id}/license-key`.
        #[schema(value_type = Vec<String>, min_items = 1, max_items = 10000)]
        keys: Vec<Parsed> = required(keys),
        #[schema(value_type = Option<String>, max_length = 200)]
        supplier: Option<Option<String>> = optional(line),
        /// The supplier's number, such as that of an invoice.
        #[schema(value_type = Option<String>, max_length = 200)]
        reference: Option<Option<String>> = optional(line),
        #[schema(value_type = Option<String>, max_length = 1000)]
        note: Option<Option<String>> = optional(note),
        /// From then on the keys are no longer issued. Must be in the future.
        #[schema(value_type = Option<String>, format = DateTime)]
        use_before: Option<Timestamp> = optional(|value| future(value, now)),
    }
}

/// Adds keys to the stock of an entitlement, as one batch (Keydesk extension).
///
/// Keys that cannot be added are listed in `rejected`; the others are added all the same. Keys that look wrong are added,
/// too, and listed in `warnings`.
#[utoipa::path(
    post, path = "/entitlements/{id}/stock", tag = "Stock",
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewStock,
    responses((status = 201, body = wire::StockAddition), Refusals)
)]
pub(crate) async fn create(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let entitlement_id: EntitlementId = path_id(&request, "id", "entitlement")?;
    let new = body.parse(|fields| NewStock::read(fields, ctx.clock.now()))?;
    let (mut keys, mut invalid) = (Vec::new(), Vec::new());
    for (index, parsed) in new.keys.into_iter().enumerate() {
        match parsed {
            Ok(key) => keys.push((index, key)),
            Err(error) => {
                invalid.push(rejected(index, Rejected::Invalid, key_error(&Localizer::for_programs(), error)));
            }
        }
    }
    let command = AddKeys {
        entitlement_id,
        batch: NewBatch {
            supplier: new.supplier.flatten(),
            reference: new.reference.flatten(),
            note: new.note.flatten(),
            received_at: None,
            use_before: new.use_before,
        },
        keys,
        idempotency_key: body.once(&ctx, caller.actor().id()),
        actor: caller.actor(),
    };
    let added = in_background(&ctx, move |ctx| add_keys(ctx, &command)).await??;
    Ok(HttpResponse::Created().json(addition(&added, invalid)))
}

fn addition(added: &Added, invalid: Vec<wire::RejectedKey>) -> wire::StockAddition {
    let reason = |(index, why): &(usize, Rejected)| rejected(*index, *why, words(*why).to_owned());
    let mut rejected: Vec<wire::RejectedKey> = added.rejected.iter().map(reason).chain(invalid).collect();
    rejected.sort_by_key(|key| key.index);
    let warnings = added.warnings.iter().flat_map(|(index, found)| {
        let warnings = wire::KeyWarning::of(&found.warnings).into_iter();
        warnings.map(|warning| wire::StockKeyWarning { index: *index, warning })
    });
    wire::StockAddition {
        batch_id: added.batch_id.as_ref().map(ToString::to_string),
        added: added.added,
        rejected,
        warnings: warnings.collect(),
    }
}

fn rejected(index: usize, reason: Rejected, message: String) -> wire::RejectedKey {
    wire::RejectedKey { index, reason: reason.into(), message }
}

fn words(reason: Rejected) -> &'static str {
    match reason {
        Rejected::Twice => "An earlier key of the request is the same.",
        Rejected::InStock => "This key is in stock, or was discarded from it.",
        Rejected::Issued => "This key was issued before.",
        Rejected::Invalid => "This is no license key.",
        Rejected::NotALink => "This is no link to the platform of this entitlement.",
    }
}

fn keys(value: &Json) -> Result<Vec<Parsed>, String> {
    let list = value.as_array().filter(|list| (1..=MAX_KEYS).contains(&list.len()));
    let list = list.ok_or("must be a list of 1 to 10,000 keys")?;
    list.iter().map(|item| text(item).map(LicenseKeyValue::parse)).collect::<Result<_, _>>().map_err(|_| {
        let place = list.iter().position(|item| item.as_str().is_none()).unwrap_or(0);
        format!("must have only strings; item {place} is none")
    })
}

fn line(value: &Json) -> Result<Option<String>, String> {
    parsed(value, |text| texts::optional(text, |text| texts::line(text, NewBatch::MAX_LINE)))
}

fn note(value: &Json) -> Result<Option<String>, String> {
    parsed(value, |text| texts::optional(text, |text| texts::block(text, NewBatch::MAX_NOTE)))
}

impl From<StockError> for ApiError {
    fn from(error: StockError) -> Self {
        match error {
            StockError::NotFound => Self::not_found("entitlement"),
            StockError::NoStock(why) => {
                Self::unprocessable("VALIDATION_FAILED", no_stock(&Localizer::for_programs(), why))
            }
            StockError::IdempotencyMismatch => IdempotencyMismatch.into(),
            StockError::NothingToAdd(_) | StockError::Changed => Self::internal("an error of another use case"),
            StockError::Storage(error) => error.into(),
        }
    }
}
