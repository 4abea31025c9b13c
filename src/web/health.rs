//! Endpoints for monitoring: liveness, readiness and metrics.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::{PageError, in_background};
use crate::domain::outbox::MessageKind;
use crate::domain::stock::StockState;
use crate::http::metrics::{Depths, Metrics, OutboxDepth};
use crate::storage::db::connection::Target;
use crate::storage::db::{migrations, writable};
use crate::storage::outbox::stats::Unsent;
use crate::storage::{StorageError, grants, outbox, stock};
use crate::usecases::Context;

/// Reports that the process is running.
pub(crate) fn alive() -> HttpResponse {
    text(HttpResponse::Ok(), "alive\n")
}

/// Reports whether the database responds, has every migration and takes changes, and whether files can be stored.
pub(crate) async fn ready(ctx: Data<Context>) -> HttpResponse {
    let check = |ctx: &Context| {
        let target = Target::from(&ctx.config.database_url);
        ctx.db.read(|conn| Ok::<_, StorageError>((migrations::are_applied(conn)?, writable::obstacle(conn, &target)?)))
    };
    match in_background(&ctx, check).await {
        Ok(Ok((true, None))) if !ctx.files.is_writable() => {
            tracing::warn!("not ready: the directory of files cannot be written");
            text(HttpResponse::ServiceUnavailable(), "files cannot be written\n")
        }
        Ok(Ok((true, None))) => text(HttpResponse::Ok(), "ready\n"),
        Ok(Ok((true, Some(why)))) => {
            tracing::warn!(why, "not ready: the database cannot be written");
            text(HttpResponse::ServiceUnavailable(), "the database cannot be written\n")
        }
        Ok(Ok((false, _))) => text(HttpResponse::ServiceUnavailable(), "the database is not up to date\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            text(HttpResponse::ServiceUnavailable(), "the database does not answer\n")
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            text(HttpResponse::ServiceUnavailable(), "not ready\n")
        }
    }
}

/// Metrics for Prometheus; without those from the database if it does not respond.
pub(crate) async fn metrics(ctx: Data<Context>, metrics: Data<Metrics>) -> HttpResponse {
    let depths = match in_background(&ctx, depths)
        .await
        .map_err(PageError::from)
        .and_then(|depths| depths.map_err(PageError::from))
    {
        Ok(depths) => Some(depths),
        Err(error) => {
            tracing::warn!(%error, "metrics without the database's");
            None
        }
    };
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(metrics.render(depths))
}

fn depths(ctx: &Context) -> Result<Depths, StorageError> {
    ctx.db.read(|conn| {
        let unsent = outbox::stats::unsent(conn)?;
        let depth = |kind: &MessageKind| {
            let of_kind = unsent.iter().find(|unsent| unsent.kind == *kind);
            let age = |unsent: &Unsent| unsent.oldest_created_at.duration_until(ctx.clock.now()).as_secs();
            OutboxDepth {
                kind: kind.as_str(),
                messages: of_kind.map_or(0, |unsent| unsent.count),
                oldest_seconds: of_kind.map_or(0, age),
            }
        };
        let emails = depth(&MessageKind::LicenseKeyDelivered);
        Ok(Depths {
            outbox_messages: emails.messages,
            outbox_oldest_seconds: emails.oldest_seconds,
            outbox_by_kind: MessageKind::ALL.iter().map(depth).collect(),
            pending_grants: grants::stats::pending_count(conn)?,
            stock_keys: StockState::ALL
                .map(StockState::as_str)
                .into_iter()
                .zip(stock::keys::count_by_state(conn)?)
                .collect(),
        })
    })
}

fn text(mut response: actix_web::HttpResponseBuilder, body: &'static str) -> HttpResponse {
    response.content_type("text/plain; charset=utf-8").body(body)
}
