//! Default connection parameters for PostgreSQL.

/// Limits that detect a silently vanished server within seconds instead of a quarter of an hour, and keep connections
/// off read-only servers after a failover.
const LIMITS: [(&str, &str); 7] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "2"),
    ("tcp_user_timeout", "15000"),
    ("target_session_attrs", "primary"),
    ("fallback_application_name", "keydesk"),
];

/// Adds the default parameters that the URL does not set itself.
pub(crate) fn with_limits(url: &str) -> String {
    let query = query(url);
    let is_set =
        |name: &str| query.is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some(name)));
    let mut text = url.to_owned();
    let mut separator = if query.is_some() { '&' } else { '?' };
    for (name, value) in LIMITS.iter().filter(|(name, _)| !is_set(name)) {
        text.push(separator);
        text.push_str(name);
        text.push('=');
        text.push_str(value);
        separator = '&';
    }
    text
}

/// The part after the question mark. A question mark before the host belongs to the password.
fn query(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, host)| host);
    host.split_once('?').map(|(_, query)| query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_added_to_what_is_there() {
        let url = with_limits("postgres://keydesk@db.example/keydesk");
        assert!(
            url.starts_with("postgres://keydesk@db.example/keydesk?connect_timeout=5&keepalives_idle=10&"),
            "{url}"
        );
        assert!(url.contains("&target_session_attrs=primary"), "{url}");
        let url = with_limits("postgres://a,b/keydesk?sslmode=verify-full");
        assert!(url.starts_with("postgres://a,b/keydesk?sslmode=verify-full&connect_timeout=5&"), "{url}");
    }

    #[test]
    fn what_the_address_sets_stays() {
        let url = with_limits("postgres://db/keydesk?target_session_attrs=any&connect_timeout=1");
        assert!(url.starts_with("postgres://db/keydesk?target_session_attrs=any&connect_timeout=1&"), "{url}");
        assert_eq!(url.matches("target_session_attrs").count(), 1);
        assert_eq!(url.matches("connect_timeout").count(), 1);
    }

    #[test]
    fn a_question_mark_in_a_password_begins_nothing() {
        assert!(with_limits("postgres://ada:why?@db/keydesk").contains("/keydesk?connect_timeout"));
        assert!(with_limits("postgres://db/keydesk?user=ada@db").contains("?user=ada@db&connect_timeout"));
    }
}
