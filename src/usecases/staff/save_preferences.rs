//! Saving a person's preferences: language, theme, shortcuts, time zone.

use crate::domain::ids::StaffId;
use crate::domain::staff::Theme;
use crate::storage::staff::Preferences;
use crate::storage::{StorageError, staff};
use crate::usecases::context::Context;

/// The preferences to change; `None` leaves one unchanged.
#[derive(Debug, Clone, Default)]
pub(crate) struct SavePreferences {
    pub language: Option<String>,
    pub theme: Option<Theme>,
    pub has_shortcuts: Option<bool>,
    pub time_zone: Option<String>,
}

/// Saves the preferences; `NotFound` if there is no such person. Writes no audit entry.
pub(crate) fn save_preferences(
    ctx: &Context,
    staff_id: &StaffId,
    changes: SavePreferences,
) -> Result<(), StorageError> {
    ctx.db.write(|tx| {
        let person = staff::find(tx, staff_id)?.ok_or(StorageError::NotFound)?;
        let chosen = Preferences {
            language: changes.language.or(person.language),
            theme: changes.theme.unwrap_or(person.theme),
            has_shortcuts: changes.has_shortcuts.unwrap_or(person.has_shortcuts),
            time_zone: changes.time_zone.or(person.time_zone),
        };
        staff::set_preferences(tx, staff_id, &chosen, ctx.clock.now())
    })
}
