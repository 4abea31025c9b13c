//! Logging: one event per line on standard error, times in UTC. Nobody who logs ever waits for the line to be written.

mod writer;

use std::io::IsTerminal;
use std::sync::atomic::Ordering;

use tracing_subscriber::EnvFilter;

use self::writer::{DROPPED, LogWriter};
use crate::config::{Config, LogFormat};

/// Waits, when dropped, until the lines logged so far are written, at most `writer::FLUSH_LIMIT`.
#[must_use]
pub(crate) struct Logging(Option<LogWriter>);

/// Starts logging; a second call changes nothing. Panics are logged too.
pub(crate) fn start(config: &Config) -> Logging {
    let is_terminal = std::io::stderr().is_terminal();
    let format = config.log_format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    let filter = EnvFilter::new(format!("warn,keydesk={}", config.log_level));
    let Ok(writer) = LogWriter::to_stderr() else { return Logging(None) };
    let lines = writer.clone();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || lines.clone());
    let started = match format {
        LogFormat::Text => builder.with_ansi(is_terminal).log_internal_errors(false).try_init(),
        LogFormat::Json => {
            let json = builder.json().flatten_event(true).with_current_span(true).with_span_list(false);
            json.log_internal_errors(false).try_init()
        }
    };
    if started.is_err() {
        return Logging(None);
    }
    // The default hook writes to standard error itself, and would wait for a reader that never reads.
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Logging(Some(writer))
}

impl Drop for Logging {
    fn drop(&mut self) {
        if let Some(writer) = &self.0 {
            writer.flush_at_most();
        }
    }
}

/// The number of log lines that could not be written since the start.
pub(crate) fn dropped_lines() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}
