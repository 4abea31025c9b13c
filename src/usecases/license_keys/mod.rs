//! License keys: reading, changing, importing and activating them.

pub mod activate;
pub mod deactivate_instance;
pub(crate) mod find;
pub(crate) mod import;
pub(crate) mod inspect;
pub(crate) mod look_up;
pub(crate) mod read;
pub(crate) mod rename_instance;
pub mod reveal;
pub(in crate::usecases) mod take_back;
pub mod update;
pub(crate) mod validate;
