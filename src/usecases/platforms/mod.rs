//! Platforms that Keydesk itself invites customers to, through a connection: GitHub. Calls are made outside any
//! transaction, and what they led to is written afterwards; each may be made twice without harm.

pub(crate) mod account;
pub(crate) mod automatic;
pub(crate) mod invite;
pub(crate) mod invited;
pub(crate) mod look;
pub(crate) mod lost;
pub(crate) mod made;
pub(crate) mod reach;
pub(crate) mod repositories;
pub(crate) mod take_back;
pub(crate) mod username;
