//! What others sign: HMAC-SHA256 over a prefix and the raw body. Senders differ in where the signature stands, what the
//! prefix is, how it is written, and how old it may be.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

/// How a sender signs what it sends. The key is the secret's own text.
#[derive(Debug)]
pub(crate) struct SignatureScheme {
    /// The headers in which the signature may stand; the first one that is sent counts.
    pub headers: &'static [&'static str],
    pub layout: Layout,
    pub encoding: Encoding,
}

/// What stands in the header.
#[derive(Debug)]
pub(crate) enum Layout {
    /// The signature of the body, alone.
    Signature,
    /// Pairs such as `t=1790000000,v1=…`. The time, `joint` and the body are signed.
    Pairs {
        divider: char,
        time: &'static str,
        signature: &'static str,
        joint: &'static str,
        /// How far the sender's clock may be from ours, either way.
        tolerance: SignedDuration,
    },
}

/// How a signature is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Encoding {
    Base64,
    Hex,
}

impl Encoding {
    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Base64 => STANDARD.decode(text.trim()).ok(),
            Self::Hex => hex(text.trim()),
        }
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

impl SignatureScheme {
    /// Whether one of the secrets signed the body, and not too long ago. `header` is what stands in the header. Compares in
    /// constant time.
    pub(crate) fn is_signed(&self, secrets: &[String], header: &str, body: &[u8], now: Timestamp) -> bool {
        let keys: Vec<&[u8]> = secrets.iter().map(String::as_bytes).collect();
        match &self.layout {
            Layout::Signature => {
                let signatures: Vec<Vec<u8>> = self.encoding.decode(header).into_iter().collect();
                any_signed(&keys, b"", body, &signatures)
            }
            Layout::Pairs { divider, time, signature, joint, tolerance } => {
                let pairs = || header.split(*divider).filter_map(|pair| pair.trim().split_once('='));
                let at = pairs().find(|(name, _)| name == time).map(|(_, value)| value).unwrap_or_default();
                let named = pairs().filter(|(name, _)| name == signature);
                let signatures: Vec<Vec<u8>> = named.filter_map(|(_, value)| self.encoding.decode(value)).collect();
                let is_ours = any_signed(&keys, format!("{at}{joint}").as_bytes(), body, &signatures);
                is_ours && is_near(at, *tolerance, now)
            }
        }
    }
}

fn is_near(seconds: &str, tolerance: SignedDuration, now: Timestamp) -> bool {
    let at = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    at.is_some_and(|at: Timestamp| at.duration_until(now).abs() <= tolerance)
}

/// Whether any of the keys made any of the signatures over the prefix and the body. Compares in constant time, and all of
/// them.
pub(crate) fn any_signed(keys: &[impl AsRef<[u8]>], prefix: &[u8], body: &[u8], signatures: &[Vec<u8>]) -> bool {
    let mut is_ours = false;
    for key in keys {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).expect("a key");
        mac.update(prefix);
        mac.update(body);
        for signature in signatures {
            is_ours |= mac.clone().verify_slice(signature).is_ok();
        }
    }
    is_ours
}

#[cfg(test)]
mod tests {
    use super::*;

    static TIMED: SignatureScheme = SignatureScheme {
        headers: &["x-signature"],
        layout: Layout::Pairs {
            divider: ',',
            time: "t",
            signature: "v1",
            joint: ".",
            tolerance: SignedDuration::from_mins(5),
        },
        encoding: Encoding::Hex,
    };

    const BODY: &[u8] = br#"{"id":"evt_demo1","object":"event","type":"checkout.session.completed","livemode":false,"data":{"object":{"id":"cs_test_demo1","object":"checkout.session","payment_status":"paid"}}}"#;
    const MAC: &str = "f753c3c9bfc5dee86609145955d0aac3296deab7f42a9eb666798efffacf2ca1";

    fn is_signed(header: &str, seconds: i64) -> bool {
        let secrets = ["another".to_owned(), "whsec_demo_stripe_not_base64".to_owned()];
        TIMED.is_signed(&secrets, header, BODY, Timestamp::from_second(1_790_000_000 + seconds).unwrap())
    }

    #[test]
    fn any_of_several_signatures_counts_within_the_tolerance() {
        let good = format!("t=1790000000,v1={MAC}");
        for (seconds, expected) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            assert_eq!(is_signed(&good, seconds), expected, "{seconds}");
        }
        assert!(is_signed(&format!("t=1790000000, v0=00, v1=zz, v1=00, v1={MAC}"), 0));
        for header in [
            String::new(),
            MAC.to_owned(),
            format!("t=1790000000,v0={MAC}"),
            format!("t=1790000001,v1={MAC}"),
            format!("v1={MAC}"),
            format!("t=1790000000,v1={}", &MAC[..32]),
            "t=1790000000,v1=".to_owned(),
        ] {
            assert!(!is_signed(&header, 0), "{header}");
        }
        assert!(!TIMED.is_signed(&[], &good, BODY, Timestamp::from_second(1_790_000_000).unwrap()));
    }

    #[test]
    fn hexadecimal_is_read_in_either_case() {
        assert_eq!(hex("00fFa1"), Some(vec![0, 255, 161]));
        assert_eq!((hex("0"), hex("0g"), hex("+1")), (None, None, None));
    }
}
