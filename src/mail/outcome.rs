//! The outcome of sending a message.

/// The message was accepted, with the server's reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub reply: String,
    /// Whether it was only written to the local mailbox, because there is no mail server.
    pub is_kept: bool,
}

/// Why the message was not accepted. The outbox needs to know only whether to retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// A retry may succeed. `ours` means that our own settings, permissions or reputation are the cause.
    Temporary { reply: String, ours: bool },
    /// The server is away, or takes no mail from anybody; a retry may succeed.
    Unreachable { reply: String },
    /// The message was sent and never answered: the server may or may not have taken it.
    Unanswered { reply: String },
    /// The recipient's address is permanently wrong.
    Permanent { reply: String },
}
