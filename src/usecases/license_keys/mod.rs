//! License keys: reading, changing, importing and activating them.

pub mod activate;
pub mod deactivate_instance;
pub mod find;
pub mod import;
pub mod inspect;
pub mod look_up;
pub mod read;
pub mod rename_instance;
pub mod reveal;
pub mod update;
pub mod validate;
