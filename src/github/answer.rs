//! What an answer means.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::outbound::{Answer, NoAnswer};

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The token is not accepted.
    Unauthorized,
    /// The token may not do this.
    Forbidden,
    /// There is none, or the token does not reach it: GitHub does not tell which.
    NotFound,
    /// GitHub refuses what was asked; its words.
    Rejected { status: u16, words: String },
    /// Too many calls; nothing was done.
    Busy { after: SignedDuration },
    /// An error on the other side: it may have been done or not.
    Failed { status: u16 },
    /// No whole answer: it may have been done or not.
    NoAnswer { cause: String },
    /// The answer does not say what it should.
    Unreadable,
}

/// How long to wait where an answer does not say it, as GitHub asks for.
const USUAL_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// Longer than any limit lasts.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(65);
/// The most characters of GitHub's words that are kept.
const MOST_WORDS: usize = 300;

impl CallError {
    /// A short description for the log and the connection's page.
    pub(crate) fn explain(&self) -> String {
        match self {
            Self::NoAnswer { cause } => cause.clone(),
            Self::Unreadable => "the answer could not be read".to_owned(),
            Self::Rejected { status, words } if !words.is_empty() => format!("{status} {words}"),
            Self::Rejected { status, .. } | Self::Failed { status } => status.to_string(),
            Self::Unauthorized => "401".to_owned(),
            Self::Forbidden => "403".to_owned(),
            Self::NotFound => "404".to_owned(),
            Self::Busy { .. } => "429".to_owned(),
        }
    }
}

/// The JSON of a good answer with its status, or what another one means.
pub(super) fn read(answered: Result<Answer, NoAnswer>, now: Timestamp) -> Result<(u16, Value), CallError> {
    let answer = answered.map_err(|NoAnswer(cause)| CallError::NoAnswer { cause })?;
    let words = words(&answer.body);
    match answer.status {
        status @ 200..=299 if answer.body.trim().is_empty() => Ok((status, Value::Null)),
        status @ 200..=299 => {
            serde_json::from_str(&answer.body).map(|body| (status, body)).map_err(|_| CallError::Unreadable)
        }
        401 => Err(CallError::Unauthorized),
        // Limits are told by either status, and the secondary ones by their words alone.
        429 => Err(CallError::Busy { after: wait(&answer, now) }),
        403 if is_limited(&answer, &words) => Err(CallError::Busy { after: wait(&answer, now) }),
        403 => Err(CallError::Forbidden),
        // It was moved or removed; it is not followed elsewhere with the token.
        301 | 302 | 307 | 308 | 404 | 410 => Err(CallError::NotFound),
        status @ 400..=499 if !matches!(status, 408 | 425) => Err(CallError::Rejected { status, words }),
        status => Err(CallError::Failed { status }),
    }
}

fn is_limited(answer: &Answer, words: &str) -> bool {
    answer.header("retry-after").is_some()
        || answer.number("x-ratelimit-remaining") == Some(0)
        || words.to_ascii_lowercase().contains("rate limit")
}

/// How long to wait: as the answer says, or until the limit begins anew.
fn wait(answer: &Answer, now: Timestamp) -> SignedDuration {
    let seconds = answer.number("retry-after").map(SignedDuration::from_secs);
    let reset = answer.number("x-ratelimit-reset").filter(|_| answer.number("x-ratelimit-remaining") == Some(0));
    let reset = reset.and_then(|at| Timestamp::from_second(at).ok()).map(|at| now.duration_until(at));
    seconds.or(reset).unwrap_or(USUAL_WAIT).clamp(SignedDuration::from_secs(1), LONGEST_WAIT)
}

/// The `message` of an error, and those of its details, shortened.
fn words(body: &str) -> String {
    let Ok(error) = serde_json::from_str::<Value>(body) else { return String::new() };
    let message = |value: &Value| value.get("message").unwrap_or(value).as_str().map(str::to_owned);
    let details = error.get("errors").and_then(Value::as_array).into_iter().flatten().filter_map(message);
    let all: Vec<String> = error.get("message").and_then(message).into_iter().chain(details).collect();
    all.join(": ").chars().filter(|c| !c.is_control()).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_of(status: u16, headers: &[(&'static str, &str)], body: &str) -> Result<(u16, Value), CallError> {
        read(Ok(Answer::for_tests(status, headers, body)), Timestamp::from_second(1_000).unwrap())
    }

    #[test]
    fn a_refusal_is_told_from_a_limit() {
        let after = |seconds| Err(CallError::Busy { after: SignedDuration::from_secs(seconds) });
        assert_eq!(read_of(403, &[], r#"{"message": "Resource not accessible"}"#), Err(CallError::Forbidden));
        assert_eq!(read_of(403, &[("retry-after", "7")], ""), after(7));
        assert_eq!(read_of(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1090")], ""), after(90));
        assert_eq!(read_of(403, &[], r#"{"message": "You have exceeded a secondary rate limit."}"#), after(60));
        assert_eq!(read_of(429, &[("x-ratelimit-remaining", "12"), ("x-ratelimit-reset", "9")], ""), after(60));
        assert_eq!(read_of(429, &[("retry-after", "999999")], ""), after(65 * 60));
    }

    #[test]
    fn a_status_means_what_it_says() {
        assert_eq!(read_of(204, &[], ""), Ok((204, Value::Null)));
        assert_eq!(read_of(404, &[], r#"{"message": "Not Found"}"#), Err(CallError::NotFound));
        assert_eq!(read_of(301, &[], ""), Err(CallError::NotFound));
        assert_eq!(read_of(502, &[], "<html>"), Err(CallError::Failed { status: 502 }));
        assert_eq!(read_of(201, &[], "{"), Err(CallError::Unreadable));
        let body = r#"{"message": "Validation Failed", "errors": [{"message": "User is suspended"}, "No"]}"#;
        let words = "Validation Failed: User is suspended: No".to_owned();
        assert_eq!(read_of(422, &[], body), Err(CallError::Rejected { status: 422, words }));
    }
}
