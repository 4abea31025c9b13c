//! Work that may block goes to its own threads, so that no request thread ever waits for a database
//! or a password.

use actix_web::web::block;

use crate::usecases::Context;

/// The thread that did the work is gone; the cause, in words.
#[derive(Debug)]
pub struct WorkLost(pub String);

impl std::fmt::Display for WorkLost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs `work` on a thread for blocking work.
pub async fn in_background<T, F>(ctx: &Context, work: F) -> Result<T, WorkLost>
where
    T: Send + 'static,
    F: FnOnce(&Context) -> T + Send + 'static,
{
    let (ctx, span) = (ctx.clone(), tracing::Span::current());
    block(move || span.in_scope(|| work(&ctx))).await.map_err(|error| WorkLost(error.to_string()))
}
