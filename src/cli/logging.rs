//! Logging: one event per line on standard error, times in UTC.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Starts logging; a second call changes nothing.
pub fn start(config: &Config) {
    let is_terminal = std::io::stderr().is_terminal();
    let format = config.log_format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    let filter = EnvFilter::new(format!("warn,keydesk={}", config.log_level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => builder.with_ansi(is_terminal).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    drop(started);
}
