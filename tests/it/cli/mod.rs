//! The commands, run as processes.

mod api_keys;
mod backup;
mod cut_files;
mod databases;
mod demo;
mod files;
mod import;
mod logging;
mod rotation;
mod settings;
mod staff;
