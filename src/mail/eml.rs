//! Parses `.eml` files written by this program: headers with encoded words, and the parts of a multipart message. Not
//! suitable for e-mails of other origin.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The header's value, unfolded and decoded; empty if there is none.
pub(super) fn header(source: &str, name: &str) -> String {
    decode_words(&raw_header(source, name))
}

/// The decoded body of the first part of this type, also within parts.
pub(super) fn body(source: &str, kind: &str) -> Option<String> {
    let content_type = raw_header(source, "Content-Type");
    let boundary = content_type.split("boundary=\"").nth(1)?.split('"').next()?;
    source.split(&format!("--{boundary}")).skip(1).find_map(|part| {
        let part = part.strip_prefix("\r\n")?;
        let content_type = raw_header(part, "Content-Type");
        if content_type.starts_with("multipart/") {
            return body(part, kind);
        }
        content_type.starts_with(kind).then_some(())?;
        let (_, content) = part.split_once("\r\n\r\n")?;
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        let bytes = match raw_header(part, "Content-Transfer-Encoding").as_str() {
            "base64" => STANDARD.decode(content.replace("\r\n", "")).ok()?,
            "quoted-printable" => quoted_printable(content),
            _ => content.as_bytes().to_vec(),
        };
        Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
    })
}

fn raw_header(source: &str, name: &str) -> String {
    let head = source.split("\r\n\r\n").next().unwrap_or(source);
    let mut value = String::new();
    let mut is_inside = false;
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if is_inside {
                value.push_str(line);
            }
            continue;
        }
        if is_inside {
            break;
        }
        if let Some((found, rest)) = line.split_once(':')
            && found.eq_ignore_ascii_case(name)
        {
            is_inside = true;
            value.push_str(rest.trim_start());
        }
    }
    value
}

/// Decodes `=?utf-8?b?…?=`; the space between two encoded words is removed.
fn decode_words(value: &str) -> String {
    let mut text = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    for word in value.split_inclusive(' ') {
        let bare = word.trim_end();
        let encoded = bare.get(..10).filter(|start| start.eq_ignore_ascii_case("=?utf-8?b?"));
        let decoded =
            encoded.and_then(|_| bare.get(10..)?.strip_suffix("?=")).and_then(|inner| STANDARD.decode(inner).ok());
        match decoded {
            Some(decoded) => bytes.extend(decoded),
            None if bare.is_empty() && !bytes.is_empty() => {}
            None => {
                if !bytes.is_empty() {
                    text.push_str(&String::from_utf8_lossy(&bytes));
                    text.push(' ');
                    bytes.clear();
                }
                text.push_str(word);
            }
        }
    }
    text.push_str(&String::from_utf8_lossy(&bytes));
    text
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('=');
    bytes.extend(pieces.next().unwrap_or_default().bytes());
    for piece in pieces {
        let code = piece.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (code, piece.strip_prefix("\r\n")) {
            (Some(byte), _) => {
                bytes.push(byte);
                bytes.extend(piece.bytes().skip(2));
            }
            (None, Some(rest)) => bytes.extend(rest.bytes()),
            (None, None) => {
                bytes.push(b'=');
                bytes.extend(piece.bytes());
            }
        }
    }
    bytes
}
