//! What became of a message that was handed over.

/// The message was taken over, in the words of whoever took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub reply: String,
}

/// Why the message was not taken over: the only question the outbox asks is whether to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Another try may succeed. `ours` tells that our own settings or rights are at fault.
    Temporary { reply: String, ours: bool },
    /// The server refused the recipient or the message for good.
    Permanent { reply: String },
}
