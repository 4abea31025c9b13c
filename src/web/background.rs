//! Work that may block goes to its own threads, so that no request thread ever waits for a database
//! or a password.

use actix_web::web::block;

use super::PageError;
use crate::usecases::Context;

/// Runs `work` on a thread for blocking work.
pub async fn in_background<T, F>(ctx: &Context, work: F) -> Result<T, PageError>
where
    T: Send + 'static,
    F: FnOnce(&Context) -> T + Send + 'static,
{
    let (ctx, span) = (ctx.clone(), tracing::Span::current());
    block(move || span.in_scope(|| work(&ctx))).await.map_err(|error| PageError::Internal(error.to_string()))
}
