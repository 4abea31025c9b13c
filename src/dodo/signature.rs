//! The signature of webhooks that arrive, per Standard Webhooks: each of several secrets may have made it, and the header
//! may carry several signatures, so that either side can change its secret.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::{SignedDuration, Timestamp};

use crate::crypto::signed_body::any_signed;
use crate::crypto::webhook_mac::SECRET_PREFIX;

/// How far the sender's clock may be from ours, either way.
pub(crate) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The headers of a webhook; empty where one is missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignatureHeaders {
    /// `webhook-id`, the same on every attempt.
    pub id: String,
    /// `webhook-timestamp`, in seconds.
    pub timestamp: String,
    /// `webhook-signature`: `v1,…` entries separated by spaces.
    pub signatures: String,
}

/// The secret's bytes, from its text: `whsec_`, which may be missing, and base64. `None` if it is neither, or empty.
pub(crate) fn decode_secret(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let encoded = text.strip_prefix(SECRET_PREFIX).unwrap_or(text);
    BASE64.decode(encoded).ok().filter(|secret| !secret.is_empty())
}

/// Whether one of the secrets signed this webhook, within [`TOLERANCE`] of `now`. Compares in constant time.
pub(crate) fn is_signed(secrets: &[Vec<u8>], headers: &SignatureHeaders, body: &[u8], now: Timestamp) -> bool {
    let is_recent = headers
        .timestamp
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .is_some_and(|at| at.duration_until(now).abs() <= TOLERANCE);
    let signatures: Vec<Vec<u8>> = headers
        .signatures
        .split(' ')
        .filter_map(|entry| entry.strip_prefix("v1,"))
        .filter_map(|encoded| BASE64.decode(encoded).ok())
        .collect();
    let prefix = format!("{}.{}.", headers.id, headers.timestamp);
    any_signed(secrets, prefix.as_bytes(), body, &signatures) && is_recent && !headers.id.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example that the vendor's own library accepts.
    const SECRET: &str = "whsec_a2V5ZGVzay10ZXN0LWtleS0zMi1ieXRlcy1sb25nISE=";
    const BODY: &str = r#"{"business_id":"bus_demo","type":"entitlement_grant.created","timestamp":"2026-09-21T13:33:20Z","data":{"id":"entg_demo1","status":"Pending","integration_type":"license_key","license_key":null}}"#;
    const SIGNATURE: &str = "v1,QWkarn26o/bAtTFCzU6qcV852i4CpwHFZokxh1NgKqg=";

    fn headers() -> SignatureHeaders {
        SignatureHeaders {
            id: "msg_demo_0001".to_owned(),
            timestamp: "1790000000".to_owned(),
            signatures: SIGNATURE.to_owned(),
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    fn secrets() -> Vec<Vec<u8>> {
        vec![decode_secret(SECRET).unwrap()]
    }

    #[test]
    fn the_vendors_example_is_accepted_within_five_minutes_either_way() {
        for (seconds, expected) in [(0, true), (-300, true), (300, true), (-301, false), (301, false)] {
            assert_eq!(is_signed(&secrets(), &headers(), BODY.as_bytes(), at(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn whatever_was_changed_is_refused() {
        type Change = fn(&mut SignatureHeaders);
        let changed: [(&str, Change); 8] = [
            ("another id", |headers| headers.id.push('1')),
            ("no id", |headers| headers.id.clear()),
            ("another time", |headers| headers.timestamp = "1790000001".to_owned()),
            ("a time in other words", |headers| headers.timestamp = "+1790000000".to_owned()),
            ("no time", |headers| headers.timestamp.clear()),
            ("no signature", |headers| headers.signatures.clear()),
            ("another version", |headers| headers.signatures = SIGNATURE.replace("v1,", "v1a,")),
            ("a part of the signature", |headers| headers.signatures = "v1,QWkarn26o/bA".to_owned()),
        ];
        for (what, change) in changed {
            let mut headers = headers();
            change(&mut headers);
            assert!(!is_signed(&secrets(), &headers, BODY.as_bytes(), at(0)), "{what}");
        }
        assert!(!is_signed(&secrets(), &headers(), format!("{BODY} ").as_bytes(), at(0)), "another body");
        assert!(!is_signed(&[b"another".to_vec()], &headers(), BODY.as_bytes(), at(0)), "another secret");
        assert!(!is_signed(&[], &headers(), BODY.as_bytes(), at(0)), "no secret");
    }

    #[test]
    fn any_of_several_secrets_and_signatures_counts() {
        let both = vec![b"new".to_vec(), decode_secret(SECRET).unwrap()];
        assert!(is_signed(&both, &headers(), BODY.as_bytes(), at(0)));
        let many = SignatureHeaders { signatures: format!("v1a,x v1,!! v1,AAAA {SIGNATURE}"), ..headers() };
        assert!(is_signed(&secrets(), &many, BODY.as_bytes(), at(0)));
    }

    #[test]
    fn a_secret_is_read_with_and_without_prefix_and_padding() {
        let secret = decode_secret(SECRET).unwrap();
        assert_eq!(secret, b"keydesk-test-key-32-bytes-long!!");
        assert_eq!(decode_secret(" a2V5ZGVzay10ZXN0LWtleS0zMi1ieXRlcy1sb25nISE \n"), Some(secret));
        for text in ["", "whsec_", "whsec_not base64", "ä"] {
            assert_eq!(decode_secret(text), None, "{text}");
        }
    }
}
