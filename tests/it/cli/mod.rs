//! The commands, run as processes.

mod api_keys;
mod backup;
mod demo;
mod files;
mod import;
mod rotation;
mod settings;
mod staff;
