//! What all pages share: layout, navigation, flash messages, errors, icons, languages and times.

pub(crate) mod actors;
pub(crate) mod badge;
pub(crate) mod error;
pub(crate) mod error_pages;
pub(crate) mod flash;
pub(crate) mod flash_cookie;
pub(crate) mod icons;
pub(crate) mod language;
pub(crate) mod page;
pub(crate) mod response;
pub(crate) mod times;
