//! The calls that software makes: activate, validate, deactivate. They require no token, only the license key.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::request::described::body;
use super::request::values::{parsed, text};
use super::response::RuntimeRefusals;
use super::{ApiError, Fields, JsonBody};
use crate::domain::actor::{Actor, Who};
use crate::domain::ids::LicenseKeyInstanceId;
use crate::domain::license_key::instance::parse_name;
use crate::domain::license_key::presented::PresentedKey;
use crate::http::rate_limit::{RateLimits, TooMany};
use crate::http::{RequestFacts, in_background};
use crate::storage::catalog::products;
use crate::storage::{customers, license_keys};
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyMismatch;
use crate::usecases::license_keys::activate::activate_license_key;
use crate::usecases::license_keys::activate::{ActivateLicenseKey, ActivateLicenseKeyError};
use crate::usecases::license_keys::deactivate_instance::deactivate_presented;
use crate::usecases::license_keys::look_up::look_up;
use crate::usecases::license_keys::validate::validate_license_key;
use crate::wire::{self, Json};

body! {
    /// A key and the device to activate it on.
    Activate {
        #[schema(value_type = String)]
        license_key: Option<PresentedKey> = required(any_key),
        /// The name that the software gives the device.
        #[schema(max_length = 255)]
        name: String = required(|value| parsed(value, parse_name)),
    }
}

/// Activates a key on a device, which uses one of the key's activations.
#[utoipa::path(
    post, path = "/licenses/activate", tag = "Licenses", security(()),
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = Activate,
    responses(
        (status = 201, body = wire::Activation),
        (status = 403, description = "The key is disabled or expired, or its grant is revoked (`INACTIVE_LICENSE_KEY`).", body = wire::Error),
        (status = 404, description = "There is no such key (`NOT_FOUND`).", body = wire::Error),
        RuntimeRefusals
    )
)]
pub(crate) async fn activate(
    request: HttpRequest,
    ctx: Data<Context>,
    limits: Data<RateLimits>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let read = Activate::read(&mut fields);
    let counted = count(&request, &ctx, &limits, &fields);
    let Activate { license_key, name } = fields.finish(read)?;
    counted?;
    let key = license_key.ok_or_else(unknown_key)?;
    limits.check_write_of_key(ctx.keyring.lookup_hash(key.expose()))?;
    let proof = body.once(&ctx, "").map(|once| (once.key, once.fingerprint));
    let command = ActivateLicenseKey { key, name, idempotency_key: proof, actor: stranger(&request) };
    let activation = in_background(&ctx, move |ctx| {
        let activated = activate_license_key(ctx, &command)?;
        Ok::<_, ApiError>(ctx.db.read(|conn| {
            let instance = license_keys::instances::find(conn, &activated.id)?;
            let key = license_keys::find_sealed(conn, &instance.license_key_id)?.key;
            let product = products::find(conn, &key.product_id)?;
            let customer = if activated.is_shared {
                wire::LimitedCustomer::undisclosed()
            } else {
                customers::find(conn, &key.customer_id)?.into()
            };
            Ok::<_, crate::storage::StorageError>(wire::Activation {
                instance: wire::Instance::new(ctx, &instance),
                customer,
                product: wire::LimitedProduct { product_id: product.id.to_string(), name: product.name },
            })
        })?)
    });
    Ok(HttpResponse::Created().json(activation.await??))
}

body! {
    /// A key, and a device if it matters.
    Validate {
        #[schema(value_type = String)]
        license_key: Option<PresentedKey> = required(any_key),
        /// An activation that must exist for this key.
        #[schema(value_type = Option<String>)]
        license_key_instance_id: Option<Option<LicenseKeyInstanceId>> = optional(instance),
    }
}

/// Returns whether a key can be used now. Unknown keys are not valid.
#[utoipa::path(
    post, path = "/licenses/validate", tag = "Licenses", security(()),
    request_body = Validate,
    responses((status = 200, body = wire::Validation), RuntimeRefusals)
)]
pub(crate) async fn validate(
    request: HttpRequest,
    ctx: Data<Context>,
    limits: Data<RateLimits>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let read = Validate::read(&mut fields);
    let counted = count(&request, &ctx, &limits, &fields);
    let Validate { license_key, license_key_instance_id: instance } = fields.finish(read)?;
    counted?;
    let (Some(key), None | Some(Some(_))) = (license_key, &instance) else {
        return Ok(HttpResponse::Ok().json(wire::Validation { valid: false }));
    };
    let valid = in_background(&ctx, move |ctx| validate_license_key(ctx, &key, instance.flatten().as_ref()));
    Ok(HttpResponse::Ok().json(wire::Validation { valid: valid.await?? }))
}

body! {
    /// A key and the activation to end.
    Deactivate {
        #[schema(value_type = String)]
        license_key: Option<PresentedKey> = required(any_key),
        #[schema(value_type = String)]
        license_key_instance_id: Option<LicenseKeyInstanceId> = required(instance),
    }
}

/// Deactivates a device, which releases its activation.
#[utoipa::path(
    post, path = "/licenses/deactivate", tag = "Licenses", security(()),
    request_body = Deactivate,
    responses(
        (status = 200, description = "The activation was released."),
        (status = 403, description = "The key has no such activation (any more) (`FORBIDDEN`).", body = wire::Error),
        (status = 404, description = "There is no such key (`NOT_FOUND`).", body = wire::Error),
        RuntimeRefusals
    )
)]
pub(crate) async fn deactivate(
    request: HttpRequest,
    ctx: Data<Context>,
    limits: Data<RateLimits>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let read = Deactivate::read(&mut fields);
    let counted = count(&request, &ctx, &limits, &fields);
    let Deactivate { license_key, license_key_instance_id: instance } = fields.finish(read)?;
    counted?;
    let key = license_key.ok_or_else(unknown_key)?;
    limits.check_write_of_key(ctx.keyring.lookup_hash(key.expose()))?;
    let actor = stranger(&request);
    let done = in_background(&ctx, move |ctx| {
        let known = ctx.db.read(|conn| look_up(ctx, conn, &key))?.ok_or_else(unknown_key)?;
        match instance {
            Some(id) if deactivate_presented(ctx, &known, &id, &actor)? => Ok(()),
            _ => Err(ApiError::forbidden("This license key has no such activation, or it was already deactivated.")),
        }
    });
    done.await??;
    Ok(HttpResponse::Ok().finish())
}

/// Parses the id of an instance; `None` if the text cannot be one.
fn instance(value: &Json) -> Result<Option<LicenseKeyInstanceId>, String> {
    Ok(LicenseKeyInstanceId::parse(text(value)?).ok())
}

/// Parses a key; `None` if the text cannot be one, so that nobody learns what keys look like.
fn any_key(value: &Json) -> Result<Option<PresentedKey>, String> {
    Ok(PresentedKey::parse(text(value)?))
}

/// Counts the call for the rate limits of its address and of its key, even if other fields are invalid.
fn count(request: &HttpRequest, ctx: &Context, limits: &RateLimits, fields: &Fields<'_>) -> Result<(), ApiError> {
    let address = RequestFacts::of(request).address.and_then(|text| text.parse().ok());
    limits.check_address(address)?;
    if let Some(key) = fields.text("license_key").and_then(PresentedKey::parse) {
        limits.check_key(ctx.keyring.lookup_hash(key.expose()))?;
    }
    Ok(())
}

/// The actor of calls without a token. Omits the network address: it is the customer's, and the audit log cannot be
/// erased.
fn stranger(request: &HttpRequest) -> Actor {
    Actor { who: Who::Unknown, address: None, request_id: Some(RequestFacts::of(request).request_id) }
}

fn unknown_key() -> ApiError {
    ApiError::not_found("license key")
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        Self::rate_limited(error.retry_after)
    }
}

impl From<ActivateLicenseKeyError> for ApiError {
    fn from(error: ActivateLicenseKeyError) -> Self {
        match error {
            ActivateLicenseKeyError::UnknownKey => unknown_key(),
            ActivateLicenseKeyError::Inactive => Self::new(
                StatusCode::FORBIDDEN,
                "INACTIVE_LICENSE_KEY",
                "This license key is disabled, expired or revoked.",
            ),
            ActivateLicenseKeyError::LimitReached => Self::unprocessable(
                "LICENSE_KEY_LIMIT_REACHED",
                "All activations of this license key are in use; deactivate one first.",
            ),
            ActivateLicenseKeyError::IdempotencyMismatch => IdempotencyMismatch.into(),
            ActivateLicenseKeyError::Storage(error) => error.into(),
        }
    }
}
