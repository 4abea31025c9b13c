//! Confirming and changing a password occupies a CPU core for a while. Each person can do so only once at a time, so
//! that one person's flood of requests does not delay everyone else's sign-in.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::SignedDuration;

use crate::domain::ids::StaffId;
use crate::web::PageError;

static BUSY: LazyLock<Mutex<HashSet<StaffId>>> = LazyLock::new(Mutex::default);

/// A person's exclusive turn; released when dropped.
#[derive(Debug)]
pub(crate) struct Turn(StaffId);

impl Turn {
    /// Takes the person's turn; fails with 429 if another of their requests has it.
    pub(crate) fn take(staff_id: &StaffId) -> Result<Self, PageError> {
        let is_free = BUSY.lock().unwrap_or_else(PoisonError::into_inner).insert(staff_id.clone());
        if is_free {
            Ok(Self(staff_id.clone()))
        } else {
            Err(PageError::TooManyRequests { retry_after: SignedDuration::from_secs(2) })
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        BUSY.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
