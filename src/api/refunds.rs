//! Refunds, as a shop reports them.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::request::described::body;
use super::request::values::{boolean, parsed, reference};
use super::response::Refusals;
use super::{ApiError, Caller, JsonBody};
use crate::domain::sale::{NO_SHOP, SaleIdKind, SaleReference};
use crate::http::in_background;
use crate::usecases::Context;
use crate::usecases::grants::revoke::Reason;
use crate::usecases::sales::refund::{RefundSale, refund_sale};
use crate::wire;

body! {
    /// What was paid back: at least one of the three ids of its sale.
    RefundReport {
        /// The payment. A later payment of a subscription is that of a renewal.
        #[schema(max_length = 128)]
        payment_id: Option<String> = optional(reference),
        #[schema(max_length = 128)]
        subscription_id: Option<String> = optional(reference),
        /// The shop's order number.
        #[schema(max_length = 128)]
        external_id: Option<String> = optional(reference),
        /// Whether only a part was paid back. A person then decides what becomes of the grants.
        #[schema(default = false)]
        is_partial: Option<bool> = optional(boolean),
        #[schema(value_type = Option<String>, max_length = 500)]
        reason: Option<Reason> = optional(|value| parsed(value, Reason::parse)),
    }
}

/// Reports a refund (Keydesk extension).
///
/// A full one revokes the grants of its sale with the reason `refund`; one that comes before its sale is remembered, so
/// that the sale comes in revoked. A partial one, or one of a renewal, changes nothing and asks a person. Reporting it
/// again does nothing more and gives the same response.
#[utoipa::path(
    post, path = "/refunds", tag = "Grants",
    request_body = RefundReport,
    responses((status = 200, body = wire::Refund), Refusals)
)]
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let mut fields = body.fields();
    let report = RefundReport::read(&mut fields);
    if SaleIdKind::ALL.iter().all(|kind| !fields.has(kind.field())) {
        fields.wrong("payment_id", "is required unless subscription_id or external_id is given");
    }
    let report = fields.finish(report)?;
    let ids = [
        (SaleIdKind::Payment, report.payment_id),
        (SaleIdKind::Subscription, report.subscription_id),
        (SaleIdKind::External, report.external_id),
    ];
    let command = RefundSale {
        shop: NO_SHOP.to_owned(),
        asks: None,
        ids: ids.into_iter().filter_map(|(kind, id)| Some(SaleReference { kind, value: id? })).collect(),
        is_partial: report.is_partial.unwrap_or(false),
        reason: report.reason,
        actor: caller.actor(),
    };
    if command.ids.is_empty() {
        return Err(ApiError::field("payment_id", "is required unless subscription_id or external_id is given"));
    }
    let refunded = in_background(&ctx, move |ctx| refund_sale(ctx, &command)).await??;
    Ok(HttpResponse::Ok().json(wire::Refund::new(&refunded)))
}
