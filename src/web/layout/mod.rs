//! What all pages share: layout, navigation, flash messages, errors, icons, languages and times.

pub mod actors;
pub mod badge;
pub mod error;
pub mod error_pages;
pub mod flash;
pub mod flash_cookie;
pub mod icons;
pub mod language;
pub mod page;
pub mod response;
pub mod times;
