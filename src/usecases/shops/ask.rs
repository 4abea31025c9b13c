//! Asking a shop for what its webhooks leave out, if it has given an API key.

use ureq::http::Method;

use crate::domain::connection::{Connection, ConnectionSecretKind};
use crate::shops::hooks::{Order, OrderState, Told};
use crate::storage::Conn;
use crate::usecases::connections::process_hook::NotProcessed;
use crate::usecases::connections::secrets::open_secrets;
use crate::usecases::context::Context;

/// Completes the orders by the shop's answers.
pub(super) fn complete(ctx: &Context, connection: &Connection, told: &mut [Told]) -> Result<(), NotProcessed> {
    let orders = told.iter_mut().filter_map(|told| match told {
        Told::Order(order) if order.want.is_some() && order.state != OrderState::Unpaid => Some(order),
        _ => None,
    });
    let mut orders: Vec<&mut Box<Order>> = orders.collect();
    if orders.is_empty() {
        return Ok(());
    }
    let kind = ConnectionSecretKind::ApiKey;
    let keys = ctx.db.read(|conn: &mut Conn| open_secrets(ctx, conn, &connection.id, kind, ctx.clock.now()))?;
    let Some(key) = keys.first() else { return Ok(()) };
    for order in &mut orders {
        let Some(want) = order.want.take() else { continue };
        let url = format!("{}{}", connection.api_url, want.path);
        let service = connection.kind.service();
        let later = |reply: String| NotProcessed::Later { reply, after: None };
        let answer = ctx.shops.call(&Method::GET, &url, key, None).map_err(|none| later(none.0))?;
        match answer.status {
            200..=299 => {
                let body = serde_json::from_str(&answer.body);
                let body = body.map_err(|_| later(format!("the answer of {service} could not be read")))?;
                (want.add)(order, Some(&body));
            }
            404 => (want.add)(order, None),
            401 | 403 => return Err(later(format!("{service} does not accept the API key ({})", answer.status))),
            status => return Err(later(format!("{service} answered {status}"))),
        }
    }
    Ok(())
}
