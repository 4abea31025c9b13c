//! The outcome of sending a message.

/// The message was accepted, with the server's reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub reply: String,
}

/// Why the message was not accepted. The outbox needs to know only whether to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// A retry may succeed. `ours` means that our own settings or permissions are the cause.
    Temporary { reply: String, ours: bool },
    /// The server permanently rejected the recipient or the message.
    Permanent { reply: String },
}
