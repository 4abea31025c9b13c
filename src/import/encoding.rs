//! The encoding of a file: UTF-8 or UTF-16, with or without a byte order mark, or else Windows-1252, which
//! spreadsheets on Windows write. A file that fits none of them is refused as a whole.

use super::ImportError;

/// The characters of Windows-1252 from 0x80 to 0x9F; five bytes stand for none.
const SPECIAL: [Option<char>; 32] = [
    Some('\u{20AC}'),
    None,
    Some('\u{201A}'),
    Some('\u{0192}'),
    Some('\u{201E}'),
    Some('\u{2026}'),
    Some('\u{2020}'),
    Some('\u{2021}'),
    Some('\u{02C6}'),
    Some('\u{2030}'),
    Some('\u{0160}'),
    Some('\u{2039}'),
    Some('\u{0152}'),
    None,
    Some('\u{017D}'),
    None,
    None,
    Some('\u{2018}'),
    Some('\u{2019}'),
    Some('\u{201C}'),
    Some('\u{201D}'),
    Some('\u{2022}'),
    Some('\u{2013}'),
    Some('\u{2014}'),
    Some('\u{02DC}'),
    Some('\u{2122}'),
    Some('\u{0161}'),
    Some('\u{203A}'),
    Some('\u{0153}'),
    None,
    Some('\u{017E}'),
    Some('\u{0178}'),
];

/// How a file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl Encoding {
    pub(crate) const ALL: [Self; 4] = [Self::Utf8, Self::Windows1252, Self::Utf16Le, Self::Utf16Be];

    /// The word in forms, which is also its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == text)
    }

    /// What the beginning of a file shows; `None` for a file of one of the other encodings.
    fn shown_by(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xFE, ..] => Some(Self::Utf16Le),
            [0xFE, 0xFF, ..] => Some(Self::Utf16Be),
            _ => {
                // Of letters that are mostly Latin, every other byte is nought.
                let (pairs, _) = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default().as_chunks::<2>();
                let first = pairs.iter().filter(|pair| pair[0] == 0).count();
                let second = pairs.iter().filter(|pair| pair[1] == 0).count();
                match (first, second) {
                    (0, some) if some * 2 > pairs.len() => Some(Self::Utf16Le),
                    (some, 0) if some * 2 > pairs.len() => Some(Self::Utf16Be),
                    _ => None,
                }
            }
        }
    }
}

/// How many bytes show whether a file without a mark is UTF-16.
const LOOKED_AT: usize = 4096;

/// The first place of a file that fits none of the encodings; both count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) line: usize,
    pub(crate) byte: usize,
    reason: String,
}

impl From<Unreadable> for ImportError {
    fn from(Unreadable { line, byte, reason }: Unreadable) -> Self {
        Self::File(format!(
            "the file cannot be read: line {line}, byte {byte} {reason}. Nothing was imported; save the file as UTF-8"
        ))
    }
}

/// The file's text, without a byte order mark and with line feeds where it has carriage returns alone. Fails with the
/// place of what cannot be read.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, Unreadable> {
    Ok(decode_as(bytes, None)?.0)
}

/// Like [`decode`], with the encoding that a person has chosen if there is one; also gives the one that was used.
pub(crate) fn decode_as(bytes: Vec<u8>, chosen: Option<Encoding>) -> Result<(String, Encoding), Unreadable> {
    let (text, encoding) = match chosen.or_else(|| Encoding::shown_by(&bytes)) {
        Some(Encoding::Utf16Le) => (utf16(&bytes, u16::from_le_bytes)?, Encoding::Utf16Le),
        Some(Encoding::Utf16Be) => (utf16(&bytes, u16::from_be_bytes)?, Encoding::Utf16Be),
        Some(Encoding::Windows1252) => (windows_1252(&bytes)?, Encoding::Windows1252),
        chosen => utf8(bytes, chosen.is_some())?,
    };
    let text = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let text = if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n") } else { text };
    Ok((text, encoding))
}

/// UTF-8, or else Windows-1252 unless it must be UTF-8.
fn utf8(bytes: Vec<u8>, must_be: bool) -> Result<(String, Encoding), Unreadable> {
    let has_mark = bytes.starts_with(b"\xEF\xBB\xBF");
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, Encoding::Utf8)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if must_be || has_mark || has_utf8_letters(&bytes) {
                return Err(refused(&bytes, at, "is not valid UTF-8, but other letters of the file are"));
            }
            Ok((windows_1252(&bytes)?, Encoding::Windows1252))
        }
    }
}

/// Whether bytes that are not all valid have letters in UTF-8: those hardly ever occur in another encoding.
fn has_utf8_letters(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

fn utf16(bytes: &[u8], number: fn([u8; 2]) -> u16) -> Result<String, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xFF\xFE").or_else(|| bytes.strip_prefix(b"\xFE\xFF")).unwrap_or(bytes);
    let (pairs, rest) = bytes.as_chunks::<2>();
    let whole = rest.is_empty();
    let text: Option<String> =
        char::decode_utf16(pairs.iter().map(|pair| number(*pair))).collect::<Result<_, _>>().ok();
    text.filter(|_| whole).ok_or_else(|| {
        let valid: String = char::decode_utf16(pairs.iter().map(|pair| number(*pair))).map_while(Result::ok).collect();
        refused(valid.as_bytes(), valid.len(), "is not valid UTF-16")
    })
}

fn windows_1252(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for (at, byte) in bytes.iter().enumerate() {
        let special = byte.checked_sub(0x80).and_then(|place| SPECIAL.get(usize::from(place)));
        match special {
            None => text.push(char::from(*byte)),
            Some(Some(c)) => text.push(*c),
            Some(None) => {
                let reason = format!("is the byte 0x{byte:02X}, which is neither UTF-8 nor Windows-1252");
                return Err(refused(bytes, at, &reason));
            }
        }
    }
    Ok(text)
}

fn refused(bytes: &[u8], at: usize, reason: &str) -> Unreadable {
    let before = bytes.get(..at).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let byte = at - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1) + 1;
    Unreadable { line, byte, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_recognized() {
        let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
            let units = "Jürgen €\n".encode_utf16().flat_map(bytes);
            mark.iter().copied().chain(units).collect::<Vec<u8>>()
        };
        for bytes in [
            "Jürgen €\n".as_bytes().to_vec(),
            "\u{FEFF}Jürgen €\n".as_bytes().to_vec(),
            utf16(b"\xFF\xFE", u16::to_le_bytes),
            utf16(b"\xFE\xFF", u16::to_be_bytes),
            utf16(b"", u16::to_le_bytes),
            utf16(b"", u16::to_be_bytes),
            b"J\xFCrgen \x80\n".to_vec(),
            b"J\xFCrgen \x80\r".to_vec(),
        ] {
            assert_eq!(decode(bytes.clone()).unwrap(), "Jürgen €\n", "{bytes:?}");
        }
    }

    #[test]
    fn what_fits_no_encoding_is_refused_with_its_place() {
        for (bytes, place) in [
            (b"a\nb\x81".to_vec(), "line 2, byte 2"),
            (b"J\xC3\xBCrgen\nM\xFCller".to_vec(), "line 2, byte 2"),
            (b"\xFF\xFEa\0\0\xD8".to_vec(), "line 1, byte 2"),
            (b"\xFF\xFEa\0b".to_vec(), "line 1, byte 2"),
        ] {
            let error = ImportError::from(decode(bytes.clone()).unwrap_err()).to_string();
            assert!(error.contains(place), "{bytes:?}: {error}");
        }
    }
}
