//! Random values from the operating system.

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

/// `length` random letters and digits.
pub fn random_base62(length: usize) -> String {
    let mut text = String::with_capacity(length + 22);
    while text.len() < length {
        text.push_str(&crate::domain::ids::random_id(""));
    }
    text.truncate(length);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_long_as_asked_for_and_never_the_same() {
        for length in [0, 1, 22, 23, 100] {
            let text = random_base62(length);
            assert!(text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric()), "{text}");
        }
        assert_eq!(random_token().len(), 43);
        assert_ne!(random_token(), random_token());
    }
}
