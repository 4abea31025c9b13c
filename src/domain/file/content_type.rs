//! The content type of a file: what its ending says, or what a program declared. It is never guessed from the content.

use super::FileName;

const UNKNOWN: &str = "application/octet-stream";
const MAX: usize = 100;

/// Endings with a type that browsers and programs know; all else is bytes.
const BY_ENDING: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("apk", "application/vnd.android.package-archive"),
    ("csv", "text/csv"),
    ("deb", "application/vnd.debian.binary-package"),
    ("dmg", "application/x-apple-diskimage"),
    ("epub", "application/epub+zip"),
    ("exe", "application/vnd.microsoft.portable-executable"),
    ("flac", "audio/flac"),
    ("gz", "application/gzip"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("msi", "application/x-msi"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("tar", "application/x-tar"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webp", "image/webp"),
    ("xz", "application/x-xz"),
    ("zip", "application/zip"),
];

/// A type and a subtype, such as `application/zip`, without parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentType(String);

impl ContentType {
    /// What the name's ending says.
    pub fn of(name: &FileName) -> Self {
        let ending = name.ending();
        let known = BY_ENDING.iter().find(|(known, _)| *known == ending);
        Self(known.map_or(UNKNOWN, |(_, kind)| kind).to_owned())
    }

    /// What a program declared, without parameters; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let kind = text.split(';').next()?.trim().to_ascii_lowercase();
        let is_token = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
        };
        let (first, second) = kind.split_once('/')?;
        (kind.len() <= MAX && is_token(first) && is_token(second)).then_some(Self(kind))
    }

    /// A type read from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_the_ending_or_as_declared() {
        let of = |name: &str| ContentType::of(&FileName::of(name)).0;
        assert_eq!((of("a.ZIP"), of("b.html"), of("zip")), ("application/zip".into(), UNKNOWN.into(), UNKNOWN.into()));
        let declared = |text: &str| ContentType::parse(text).map(|kind| kind.0);
        assert_eq!(declared("Text/Plain; charset=utf-8").as_deref(), Some("text/plain"));
        for wrong in ["", "zip", "a/b/c", "text/", "text/\r\nX: y", "*/*"] {
            assert_eq!(declared(wrong), None, "{wrong:?}");
        }
    }
}
