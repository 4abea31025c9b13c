//! What is left to set up before the first grant, shown while there is none.

use crate::storage::catalog::entitlements;
use crate::storage::{Conn, StorageError, staff};
use crate::usecases::Context;

/// What has been set up.
pub(crate) struct FirstSteps {
    pub has_mail_server: bool,
    pub has_entitlement: bool,
    pub has_colleague: bool,
}

impl FirstSteps {
    pub(crate) fn read(ctx: &Context, conn: &mut Conn) -> Result<Self, StorageError> {
        Ok(Self {
            has_mail_server: ctx.config.smtp_url.is_some(),
            has_entitlement: !entitlements::list(conn)?.is_empty(),
            has_colleague: staff::list(conn)?.len() > 1,
        })
    }
}
