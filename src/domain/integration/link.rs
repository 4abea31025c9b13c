//! A link that a platform is delivered by: an invitation, or the address of something to be shared or copied.

use url::{Host, Url};

use super::kind::IntegrationType;

/// Why a text is not a link of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkError {
    Empty,
    TooLong,
    /// Not a URL, or one with a user name, a port or characters that hide where it leads.
    Malformed,
    NotHttps,
    /// It leads to another host than the platform's.
    OtherHost,
    /// It leads to the platform's front page.
    NoPath,
}

/// Why a text is not a link of a platform, and of which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotALink {
    pub kind: IntegrationType,
    pub error: LinkError,
}

/// The longest link, in characters.
pub const MAX_LENGTH: usize = 2_048;

/// Checks a link: https, to one of `hosts` or a host below one of them, with a path. Returns it as it was typed, without
/// the white space around it.
pub fn parse(text: &str, hosts: &[&str]) -> Result<String, LinkError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(LinkError::Empty);
    }
    if text.chars().count() > MAX_LENGTH {
        return Err(LinkError::TooLong);
    }
    // The parser would take out or mend all of these.
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\' || c == '<' || c == '>' || c == '"') {
        return Err(LinkError::Malformed);
    }
    let url = Url::parse(text).map_err(|_| LinkError::Malformed)?;
    if url.scheme() != "https" {
        return Err(LinkError::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
        return Err(LinkError::Malformed);
    }
    let Some(Host::Domain(host)) = url.host() else { return Err(LinkError::OtherHost) };
    let belongs = |own: &&str| host == *own || host.strip_suffix(*own).is_some_and(|rest| rest.ends_with('.'));
    if !hosts.iter().any(belongs) {
        return Err(LinkError::OtherHost);
    }
    if url.path() == "/" && url.query().is_none() && !hosts_below(host, hosts) {
        return Err(LinkError::NoPath);
    }
    Ok(text.to_owned())
}

/// Whether the host is below one of the platform's, and not its `www`: its front page is somebody's own.
fn hosts_below(host: &str, hosts: &[&str]) -> bool {
    !hosts.contains(&host) && !host.starts_with("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTION: &[&str] = &["notion.so", "notion.site"];

    #[test]
    fn links_of_the_platform_are_taken_as_they_are() {
        for (text, hosts) in [
            ("https://discord.gg/aB3dE5", &["discord.gg"][..]),
            (" https://acme.notion.site/Kit-1?pvs=4#top\n", NOTION),
            ("https://acme.notion.site", NOTION),
            ("https://www.notion.so/Kit", NOTION),
            ("HTTPS://NOTION.SO/Kit", NOTION),
        ] {
            assert_eq!(parse(text, hosts).as_deref(), Ok(text.trim()), "{text}");
        }
    }

    #[test]
    fn others_are_refused_with_the_reason() {
        for (text, error) in [
            ("", LinkError::Empty),
            ("notion.so/Kit", LinkError::Malformed),
            ("http://notion.so/Kit", LinkError::NotHttps),
            ("javascript:alert(1)", LinkError::NotHttps),
            ("https://notion.so", LinkError::NoPath),
            ("https://www.notion.so/", LinkError::NoPath),
            ("https://notion.so.example.com/Kit", LinkError::OtherHost),
            ("https://evilnotion.so/Kit", LinkError::OtherHost),
            ("https://notion.so./Kit", LinkError::OtherHost),
            ("https://127.0.0.1/Kit", LinkError::OtherHost),
            ("https://notion.so@example.com/", LinkError::Malformed),
            ("https://a:b@notion.so/Kit", LinkError::Malformed),
            ("https://notion.so:8443/Kit", LinkError::Malformed),
            ("https://notion.so/Kit https://notion.so/Kit", LinkError::Malformed),
            ("https:\\\\notion.so\\Kit", LinkError::Malformed),
            ("https://nоtion.so/Kit", LinkError::OtherHost),
        ] {
            assert_eq!(parse(text, NOTION), Err(error), "{text}");
        }
        assert_eq!(parse(&format!("https://notion.so/{}", "x".repeat(2_048)), NOTION), Err(LinkError::TooLong));
    }
}
