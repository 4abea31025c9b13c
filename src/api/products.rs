//! Products: what was sold.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::request::described::body;
use super::request::values::parsed;
use super::response::Refusals;
use super::{ApiError, Caller, JsonBody, PageParams, Query, path_id};
use crate::domain::ids::ProductId;
use crate::domain::product::{Product, parse_name};
use crate::http::in_background;
use crate::storage::catalog::products;
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::usecases::catalog::create_product::create_product;
use crate::usecases::files::shown::with_file_ids;
use crate::wire;

/// Lists products with their entitlements, newest first.
#[utoipa::path(
    get, path = "/products", tag = "Products",
    params(PageParams),
    responses((status = 200, body = wire::Items<wire::Product>), Refusals)
)]
pub(crate) async fn index(_caller: Caller, query: Query, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let page = query.page()?;
    let items = in_background(&ctx, move |ctx| {
        let rows = ctx.db.read(|conn| {
            let rows = products::list(conn, page)?;
            rows.into_iter().map(|row| of_product(conn, row)).collect::<Result<Vec<_>, StorageError>>()
        })?;
        Ok::<_, StorageError>(wire::Items { items: rows.iter().map(|row| wire::Product::new(ctx, row)).collect() })
    });
    Ok(HttpResponse::Ok().json(items.await??))
}

body! {
    /// A new product.
    NewProduct {
        #[schema(max_length = 200)]
        name: String = required(|value| parsed(value, parse_name)),
    }
}

/// Creates a product. Entitlements refer to it by id.
#[utoipa::path(
    post, path = "/products", tag = "Products",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewProduct,
    responses((status = 201, body = wire::Product), Refusals)
)]
pub(crate) async fn create(caller: Caller, ctx: Data<Context>, body: JsonBody) -> Result<HttpResponse, ApiError> {
    let name = body.parse(NewProduct::read)?.name;
    let actor = caller.actor();
    let once = body.once(&ctx, actor.id());
    let made = in_background(&ctx, move |ctx| {
        let id = create_product(ctx, &name, once.as_ref(), &actor)?;
        found(ctx, &id)
    });
    Ok(HttpResponse::Created().json(made.await??))
}

/// Returns a product.
#[utoipa::path(
    get, path = "/products/{id}", tag = "Products",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Product), Refusals)
)]
pub(crate) async fn show(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id: ProductId = path_id(&request, "id", "product")?;
    let product = in_background(&ctx, move |ctx| found(ctx, &id));
    Ok(HttpResponse::Ok().json(product.await??))
}

fn found(ctx: &Context, id: &ProductId) -> Result<wire::Product, ApiError> {
    let found = ctx.db.read(|conn| {
        let found = products::find(conn, id)?;
        of_product(conn, found)
    });
    let found = found.map_err(ApiError::not_found_or("product"))?;
    Ok(wire::Product::new(ctx, &found))
}

/// The product with the files of its entitlements named.
fn of_product(conn: &mut Conn, product: Product) -> Result<Product, StorageError> {
    Ok(Product { entitlements: with_file_ids(product.entitlements, conn)?, ..product })
}
