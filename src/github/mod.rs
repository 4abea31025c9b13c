//! GitHub: the few calls by which somebody is invited to a repository or removed from it, and what the answers mean. A
//! call is made once, and whoever makes it decides what follows.

pub(crate) mod answer;
pub(crate) mod client;

pub(crate) use answer::CallError;
pub(crate) use client::{Github, GithubAccount, Invited, Token};
