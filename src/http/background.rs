//! Blocking work runs on separate threads, so that no request thread waits for the database or for password hashing.
//! Reading a few rows of a local file does not count as blocking (decision 14).

use actix_web::web::block;

use crate::storage::{Conn, StorageError};
use crate::usecases::Context;

/// The work's thread panicked or was stopped; contains the cause.
#[derive(Debug)]
pub struct WorkLost(pub String);

impl std::fmt::Display for WorkLost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Runs a short read of a few keyed queries: on the current thread if that is faster, otherwise in the background.
pub(crate) async fn read_shortly<T, E, F>(ctx: &Context, mut read: F) -> Result<Result<T, E>, WorkLost>
where
    T: Send + 'static,
    E: From<StorageError> + Send + 'static,
    F: FnMut(&Context, &mut Conn) -> Result<T, E> + Send + 'static,
{
    if let Some(mut conn) = ctx.db.try_read_connection() {
        return Ok(read(ctx, &mut conn));
    }
    in_background(ctx, move |ctx| ctx.db.read(|conn| read(ctx, conn))).await
}

/// Runs `work` on a thread for blocking work.
pub(crate) async fn in_background<T, F>(ctx: &Context, work: F) -> Result<T, WorkLost>
where
    T: Send + 'static,
    F: FnOnce(&Context) -> T + Send + 'static,
{
    let (ctx, span) = (ctx.clone(), tracing::Span::current());
    block(move || span.in_scope(|| work(&ctx))).await.map_err(|error| WorkLost(error.to_string()))
}
