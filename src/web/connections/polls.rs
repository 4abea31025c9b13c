//! Polling a connection at a press, pausing, resuming and removing it.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::domain::connection::ConnectionState;
use crate::domain::ids::ConnectionId;
use crate::http::id::Id;
use crate::usecases::Context;
use crate::usecases::connections::pause::{pause_connection, resume_connection};
use crate::usecases::connections::poll::{NotPolled, Polled, poll_at_press};
use crate::usecases::connections::remove::{RemoveConnectionError, remove_connection};
use crate::web::forms::NoFields;
use crate::web::{CsrfForm, Flash, PageError, SignedInStaff, in_background, urls};

/// Looks at the account now.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let connection_id = id.0.clone();
    let polled = in_background(&ctx, move |ctx| poll_at_press(ctx, &connection_id));
    let flash = match polled.await? {
        Ok(Polled::Mirrored { is_complete: false, .. }) => Flash::ok("connections-poll-goes-on"),
        Ok(Polled::Mirrored { created, .. }) => Flash::ok("connections-polled").with("grants", created.to_string()),
        Ok(Polled::Invitations { accepted }) => Flash::ok("connections-looked").with("count", accepted.to_string()),
        Err(NotPolled::Busy) => Flash::warn("connections-poll-busy"),
        Err(NotPolled::NotActive(ConnectionState::Paused)) => Flash::warn("connections-poll-off"),
        Err(NotPolled::NotActive(_)) => Flash::warn("connections-poll-broken"),
        Err(NotPolled::Call(error)) => Flash::warn("connections-poll-error").with("error", error),
        Err(NotPolled::Storage(error)) => return Err(error.into()),
    };
    Ok(staff.see_other(&urls::connection(&id), flash))
}

/// Pauses a connection.
pub(crate) async fn pause(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    in_background(&ctx, move |ctx| pause_connection(ctx, &connection_id, &actor)).await??;
    Ok(staff.see_other(&urls::connection(&id), Flash::ok("connections-pause-done")))
}

/// Resumes a connection.
pub(crate) async fn resume(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    in_background(&ctx, move |ctx| resume_connection(ctx, &connection_id, &actor)).await??;
    Ok(staff.see_other(&urls::connection(&id), Flash::ok("connections-resume-done")))
}

/// Removes a connection.
pub(crate) async fn destroy(
    staff: SignedInStaff,
    id: Id<ConnectionId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (connection_id, actor) = (id.0.clone(), staff.actor());
    match in_background(&ctx, move |ctx| remove_connection(ctx, &connection_id, &actor)).await? {
        Ok(connection) => {
            let flash = Flash::ok("connections-removed").with("name", connection.name);
            Ok(staff.see_other(urls::CONNECTIONS, flash))
        }
        Err(RemoveConnectionError::OnTheWay(count)) => {
            let text = staff.localizer().t1("connections-remove-waits", "count", count);
            Ok(staff.see_other(&urls::connection(&id), Flash::warn("connections-not-removed").with("reason", text)))
        }
        Err(RemoveConnectionError::Storage(error)) => Err(error.into()),
    }
}
