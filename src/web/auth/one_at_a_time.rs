//! Confirming and changing a password costs a core for a while. One person does it once at a time, so that
//! nobody's flood of requests holds up everybody else's sign-in.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::SignedDuration;

use crate::domain::ids::StaffId;
use crate::web::PageError;

static BUSY: LazyLock<Mutex<HashSet<StaffId>>> = LazyLock::new(Mutex::default);

/// One person's turn, until it is dropped.
#[derive(Debug)]
pub struct Turn(StaffId);

impl Turn {
    /// Takes the person's turn; 429 while another request of theirs has it.
    pub fn take(staff_id: &StaffId) -> Result<Self, PageError> {
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
