//! Random values from the system.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without the system's randomness nothing here is safe")]
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// 256 random bits as text for a URL or a cookie.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// `length` random letters and digits, at most 22.
pub fn random_base62(length: usize) -> String {
    let mut text = crate::domain::ids::random_id("");
    text.truncate(length);
    text
}
