//! The names of repositories and users on GitHub.

use std::fmt;

/// A repository: its owner and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub owner: String,
    pub name: String,
}

impl Repository {
    /// `acme/tools`, or the repository's address; `None` for anything else, such as a number.
    pub fn parse(text: &str) -> Option<Self> {
        let path = without_address(text.trim());
        let path = path.strip_suffix('/').unwrap_or(path);
        let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let fits = is_username(owner) && (1..=100).contains(&name.len()) && name.bytes().all(is_name);
        (fits && !matches!(name, "." | "..")).then(|| Self { owner: owner.to_owned(), name: name.to_owned() })
    }

    /// Its page.
    pub fn url(&self) -> String {
        format!("https://github.com/{self}")
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// A user's name in what somebody typed: the name itself, with an `@` in front, or the address of the profile.
pub fn parse_username(text: &str) -> Option<String> {
    let name = without_address(text.trim());
    let name = name.strip_prefix('@').unwrap_or(name);
    let name = name.strip_suffix('/').unwrap_or(name);
    is_username(name).then(|| name.to_owned())
}

fn without_address(text: &str) -> &str {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.strip_prefix("github.com/").unwrap_or(text)
}

fn is_username(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=39).contains(&text.len()) && text.bytes().all(is_letter) && !text.starts_with(['-', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_owner_and_name() {
        for text in ["acme/tools", " https://github.com/acme/tools ", "github.com/acme/tools.git", "acme/tools/"] {
            assert_eq!(Repository::parse(text).map(|found| found.to_string()).as_deref(), Some("acme/tools"), "{text}");
        }
        for text in ["", "acme", "123456", "acme/", "/tools", "acme/../x", "acme/..", "a b/c", "acme/tools/issues"] {
            assert_eq!(Repository::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_user_is_found_in_what_people_type() {
        for text in ["ada-l", "@ada-l", " https://github.com/ada-l/ ", "github.com/ada-l"] {
            assert_eq!(parse_username(text).as_deref(), Some("ada-l"), "{text}");
        }
        for text in ["", "@", "-ada", "ada@example.com", "a/b", "https://example.com/ada", &"a".repeat(40)] {
            assert_eq!(parse_username(text), None, "{text}");
        }
    }
}
