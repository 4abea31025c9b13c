//! The second factor: an authenticator app or a passkey, with ten recovery codes as a backup.

/// The number of recovery codes in a set.
pub(crate) const RECOVERY_CODES: usize = 10;

/// The second factors a person has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    /// An authenticator app.
    pub has_app: bool,
    pub passkeys: usize,
}

impl Factors {
    /// Whether the person has no second factor, so that the password alone is enough.
    pub fn is_empty(self) -> bool {
        !self.has_app && self.passkeys == 0
    }
}

/// Input in a field that asks for a code.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum TypedCode {
    /// Six digits from an app.
    Totp(String),
    /// Anything else that could be a recovery code, in the form in which it is hashed.
    Recovery(String),
}

impl std::fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl TypedCode {
    /// Ignores spaces, hyphens and case; `None` if the input cannot be a code.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        let code: String =
            typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
        let is_plain = code.bytes().all(|b| b.is_ascii_alphanumeric());
        match code.len() {
            6 if code.bytes().all(|b| b.is_ascii_digit()) => Some(Self::Totp(code)),
            10 if is_plain => Some(Self::Recovery(code)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_grouped() {
        assert_eq!(TypedCode::parse(" 123 456 "), Some(TypedCode::Totp("123456".into())));
        assert_eq!(TypedCode::parse("abcde-fgh23"), Some(TypedCode::Recovery("ABCDEFGH23".into())));
        for nonsense in ["", "12345", "1234567", "١٢٣٤٥٦", "abcdefgh2", "äbcdefgh23"] {
            assert_eq!(TypedCode::parse(nonsense), None, "{nonsense:?}");
        }
    }
}
