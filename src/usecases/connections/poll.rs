//! Looking at what a connection leads to: an account whose grants are mirrored, or invitations at GitHub.

use crate::domain::connection::{ConnectionKind, ConnectionState};
use crate::domain::ids::ConnectionId;
use crate::storage::StorageError;
use crate::storage::connections::rows;
use crate::usecases::context::Context;
use crate::usecases::mirror::poll::{PollError, PollScope, poll_connection};
use crate::usecases::platforms::look::{LookError, look_at};

/// What a look at a press led to.
pub(crate) enum Polled {
    /// How many grants are new, and whether everything was looked at.
    Mirrored { created: usize, is_complete: bool },
    /// How many invitations were accepted.
    Invitations { accepted: i64 },
}

/// Why nothing was looked at.
pub(crate) enum NotPolled {
    NotActive(ConnectionState),
    Busy,
    /// The other side's answer, in short.
    Call(String),
    Storage(StorageError),
}

impl From<StorageError> for NotPolled {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<PollError> for NotPolled {
    fn from(error: PollError) -> Self {
        match error {
            PollError::NotActive(state) => Self::NotActive(state),
            PollError::Busy => Self::Busy,
            PollError::Call(error) => Self::Call(error.explain()),
            PollError::Storage(error) => Self::Storage(error),
        }
    }
}

impl From<LookError> for NotPolled {
    fn from(error: LookError) -> Self {
        match error {
            LookError::NotActive(state) => Self::NotActive(state),
            LookError::Busy => Self::Busy,
            LookError::Call(error) => Self::Call(error.explain()),
            LookError::Storage(error) => Self::Storage(error),
        }
    }
}

/// Looks at everything, because a person wants to see it.
pub(crate) fn poll_at_press(ctx: &Context, id: &ConnectionId) -> Result<Polled, NotPolled> {
    let connection = ctx.db.read(|conn| rows::find(conn, id))?;
    match connection.kind {
        ConnectionKind::Dodo => {
            let report = poll_connection(ctx, id, PollScope::All)?;
            Ok(Polled::Mirrored { created: report.created, is_complete: report.is_complete })
        }
        ConnectionKind::Github => Ok(Polled::Invitations { accepted: look_at(ctx, &connection, true)? }),
        // Shops send what they have to tell.
        _ => Ok(Polled::Mirrored { created: 0, is_complete: true }),
    }
}

/// Looks at what is due; `None` if the account's answer, or another look at this moment, kept it from that.
pub(crate) fn poll_when_due(ctx: &Context, id: &ConnectionId) -> Result<Option<i64>, StorageError> {
    let connection = ctx.db.read(|conn| rows::find(conn, id))?;
    let polled: Result<i64, NotPolled> = match connection.kind {
        ConnectionKind::Dodo => {
            let polled = poll_connection(ctx, id, PollScope::Due);
            polled.map(|report| report.calls.into()).map_err(NotPolled::from)
        }
        ConnectionKind::Github => look_at(ctx, &connection, false).map_err(NotPolled::from),
        _ => Ok(0),
    };
    match polled {
        Ok(calls) => Ok(Some(calls)),
        Err(NotPolled::Storage(error)) => Err(error),
        Err(_) => Ok(None),
    }
}
