//! What an answer means. Only its status is looked at: which codes and words the vendor uses is not published.

use jiff::SignedDuration;
use serde_json::Value;

use crate::outbound::{Answer, NoAnswer};

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The API key is not accepted.
    Unauthorized,
    /// The API key may not do this.
    Forbidden,
    NotFound,
    /// What it was to change is in another state than expected. For a key that is supplied it means one of three things.
    Conflict,
    /// The account does not accept what was sent; its words.
    Rejected {
        status: u16,
        words: String,
    },
    /// Too many calls; nothing was done.
    Busy {
        after: SignedDuration,
    },
    /// An error on the other side: it may have been done or not.
    Failed {
        status: u16,
    },
    /// No whole answer: it may have been done or not.
    NoAnswer {
        cause: String,
    },
    /// It was done, but the answer does not say what it should.
    Unreadable,
}

/// How long to wait where an answer does not say it.
const USUAL_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// Longer than any limit counts.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// The most characters of the account's words that are kept.
const MOST_WORDS: usize = 300;

impl CallError {
    /// The status that was answered, if any.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Unauthorized => Some(401),
            Self::Forbidden => Some(403),
            Self::NotFound => Some(404),
            Self::Conflict => Some(409),
            Self::Busy { .. } => Some(429),
            Self::Rejected { status, .. } | Self::Failed { status } => Some(*status),
            Self::Unreadable => Some(200),
            Self::NoAnswer { .. } => None,
        }
    }

    /// A short description for the log and the connection's page.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::NoAnswer { cause } => cause.clone(),
            Self::Unreadable => "the answer could not be read".to_owned(),
            Self::Rejected { status, words } if !words.is_empty() => format!("{status} {words}"),
            other => other.status().map(|status| status.to_string()).unwrap_or_default(),
        }
    }
}

/// The JSON of a good answer, or what another one means.
pub(super) fn read(answered: Result<Answer, NoAnswer>) -> Result<Value, CallError> {
    let answer = answered.map_err(|NoAnswer(cause)| CallError::NoAnswer { cause })?;
    match answer.status {
        200..=299 if answer.body.trim().is_empty() => Ok(Value::Null),
        200..=299 => serde_json::from_str(&answer.body).map_err(|_| CallError::Unreadable),
        401 => Err(CallError::Unauthorized),
        403 => Err(CallError::Forbidden),
        404 | 410 => Err(CallError::NotFound),
        409 => Err(CallError::Conflict),
        429 => Err(CallError::Busy { after: wait(&answer) }),
        status @ 400..=499 if !matches!(status, 408 | 425) => {
            Err(CallError::Rejected { status, words: words(&answer.body) })
        }
        status => Err(CallError::Failed { status }),
    }
}

/// How long the other side asks to wait.
fn wait(answer: &Answer) -> SignedDuration {
    let millis = answer.number("retry-after-ms").map(SignedDuration::from_millis);
    let seconds = answer.number("retry-after").map(SignedDuration::from_secs);
    millis.or(seconds).unwrap_or(USUAL_WAIT).clamp(SignedDuration::from_secs(1), LONGEST_WAIT)
}

/// The `message` of an error, shortened.
fn words(body: &str) -> String {
    let message =
        serde_json::from_str::<Value>(body).ok().and_then(|error| Some(error.get("message")?.as_str()?.to_owned()));
    message.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Result<Value, CallError> {
        read(Ok(Answer::for_tests(status, headers, body)))
    }

    #[test]
    fn a_status_means_the_same_whatever_its_body_says() {
        assert_eq!(read_of(409, &[], r#"{"code": "NOT_FOUND"}"#), Err(CallError::Conflict));
        assert_eq!(read_of(404, &[], ""), Err(CallError::NotFound));
        assert_eq!(read_of(503, &[], "<html>"), Err(CallError::Failed { status: 503 }));
        assert_eq!(read_of(302, &[], ""), Err(CallError::Failed { status: 302 }));
        assert_eq!(read_of(200, &[], "{"), Err(CallError::Unreadable));
        assert_eq!(read_of(204, &[], ""), Ok(Value::Null));
        let words = "activations_limit must be at least 1".to_owned();
        let body = format!(r#"{{"code": "INVALID_REQUEST_BODY", "message": "{words}"}}"#);
        assert_eq!(read_of(422, &[], &body), Err(CallError::Rejected { status: 422, words }));
    }

    #[test]
    fn the_wait_that_is_asked_for_is_obeyed() {
        let after = |headers: &[(&'static str, &str)]| match read_of(429, headers, "") {
            Err(CallError::Busy { after }) => after.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!(after(&[("retry-after", "7")]), 7);
        assert_eq!(after(&[("retry-after-ms", "2500"), ("retry-after", "9")]), 2);
        assert_eq!(after(&[]), 30);
        assert_eq!(after(&[("retry-after", "Mon, 21 Sep 2026 13:33:20 GMT")]), 30);
        assert_eq!(after(&[("retry-after", "99999999")]), 900);
    }
}
