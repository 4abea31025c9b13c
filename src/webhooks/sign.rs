//! Signatures per Standard Webhooks: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;

use crate::crypto::webhook_mac::{SECRET_PREFIX, webhook_mac};

/// A secret as entered at receivers: `whsec_` and base64.
pub fn secret_text(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// `v1,` and the base64 signature for each secret, separated by spaces.
pub fn signatures(secrets: &[Vec<u8>], id: &str, timestamp: i64, body: &str) -> String {
    let signed = secrets.iter().map(|secret| format!("v1,{}", STANDARD.encode(sign(secret, id, timestamp, body))));
    signed.collect::<Vec<_>>().join(" ")
}

fn sign(secret: &[u8], id: &str, timestamp: i64, body: &str) -> Vec<u8> {
    webhook_mac(secret, id, &timestamp.to_string(), body.as_bytes()).finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specifications_example_comes_out() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = r#"{"test": 2432232314}"#;
        let signed = signatures(std::slice::from_ref(&secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let signed = signatures(&[b"one".to_vec(), b"two".to_vec()], "msg_1", 0, "");
        assert_eq!(signed.split(' ').filter(|part| part.starts_with("v1,")).count(), 2);
    }
}
