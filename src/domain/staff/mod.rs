//! Staff: the people who sign in, and what their role allows.

pub(crate) mod link;
pub(crate) mod second_factor;
pub(crate) mod session;

use jiff::Timestamp;

use super::customer::EmailAddress;
use super::ids::StaffId;

/// The permissions of a person or an API key; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Viewer,
    Agent,
    Admin,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Agent, Self::Admin];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }
}

/// The color scheme a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Auto, Self::Light, Self::Dark].into_iter().find(|theme| theme.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A person who signs in.
#[derive(Debug, Clone)]
pub struct Staff {
    pub id: StaffId,
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    /// `None` for the browser's preference.
    pub language: Option<String>,
    pub theme: Theme,
    pub has_shortcuts: bool,
    /// `None` for the installation's time zone.
    pub time_zone: Option<String>,
    pub disabled_at: Option<Timestamp>,
    /// `None` until the invitation is accepted.
    pub password_set_at: Option<Timestamp>,
    pub last_signed_in_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Changes whenever all of the person's sessions and links are invalidated.
    pub security_stamp: i64,
    /// Why they were disabled, if somebody said so.
    pub disabled_reason: Option<String>,
}

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffStatus {
    Active,
    /// Has not set a password yet.
    Invited,
    Disabled,
}

impl StaffStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Disabled => "disabled",
        }
    }
}

impl Staff {
    /// Whether the person has this role or one that includes it.
    pub fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    pub fn status(&self) -> StaffStatus {
        match (self.disabled_at, self.password_set_at) {
            (Some(_), _) => StaffStatus::Disabled,
            (None, None) => StaffStatus::Invited,
            (None, Some(_)) => StaffStatus::Active,
        }
    }

    /// One or two letters for the round badge beside a name.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// The first letters of the first and last words.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|w| w.chars().next());
    let last = words.next_back().and_then(|w| w.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}
