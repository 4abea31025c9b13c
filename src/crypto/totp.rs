//! One-time codes by RFC 6238: six digits every 30 seconds, as authenticator apps generate them.

use std::fmt;

use totp_rs::{Builder, Secret, Totp};

use super::random::random_bytes;

const LENGTH: usize = 20;

/// The secret shared by the app and the server.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; LENGTH]);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl TotpSecret {
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// `None` if the bytes are not a valid secret.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret in the form that people type into an app.
    pub fn base32(&self) -> String {
        Secret::from(self.0).to_base32()
    }

    /// `otpauth://totp/…`, for the QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> Option<String> {
        // A colon divides issuer and account; neither may hold one.
        let plain = |text: &str| text.replace(':', " ");
        let totp = self.builder().with_issuer(Some(plain(issuer))).with_account_name(plain(account));
        totp.build().ok()?.to_url().ok()
    }

    /// The 30-second step that a code of six digits belongs to, one step of drift either way;
    /// `None` for a wrong code.
    pub fn matched_step(&self, code: &str, unix_seconds: i64) -> Option<i64> {
        let step = self.totp()?.check(code, u64::try_from(unix_seconds).ok()?)?;
        i64::try_from(step).ok()
    }

    /// The code at this time, as an app shows it.
    pub fn code_at(&self, unix_seconds: i64) -> Option<String> {
        Some(self.totp()?.generate(u64::try_from(unix_seconds).ok()?).to_string())
    }

    fn builder(&self) -> Builder {
        Builder::new().with_secret(self.0)
    }

    fn totp(&self) -> Option<Totp> {
        self.builder().build().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        let secret = TotpSecret::from_bytes(b"12345678901234567890").expect("20 bytes");
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.code_at(at).as_deref(), Some(code));
            for drift in [-30, 0, 30] {
                assert_eq!(secret.matched_step(code, at + drift), Some(at / 30), "{at} {drift}");
            }
            assert_eq!(secret.matched_step(code, at + 90), None);
        }
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_uri_names_issuer_and_account() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").expect("20 bytes");
        let uri = secret.uri("Nord: Licht", "ada@desk.example").expect("a uri");
        assert!(uri.starts_with("otpauth://totp/Nord"), "{uri}");
        assert!(uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{uri}");
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }
}
