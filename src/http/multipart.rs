//! Parses `multipart/form-data`, the body of a form with a file, once all of it has been read. Names of parts are quoted
//! as browsers quote them; anything else is malformed.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;

use super::body::{self, BodyError, Fields, MAX_FIELDS, MAX_FORM_BYTES};

/// Enough for the largest file that a form may upload, 16 MiB, and the other fields.
const MAX_UPLOAD_BYTES: usize = 17 * 1024 * 1024;
/// The time limit for receiving it.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A file chosen in a form.
#[derive(Clone)]
pub struct UploadedFile {
    pub name: String,
    pub content: Bytes,
}

/// Reads the body of a form that may contain a file. Without one, it is read like any other form.
pub(crate) async fn read_upload(
    request: &HttpRequest,
    payload: Payload,
) -> Result<(Fields, Option<UploadedFile>), BodyError> {
    read(request, payload, MAX_UPLOAD_BYTES).await
}

/// Like [`read_upload`], for visitors who have not signed in: no more than any other form.
pub(crate) async fn read_small_upload(request: &HttpRequest, payload: Payload) -> Result<Fields, BodyError> {
    Ok(read(request, payload, MAX_FORM_BYTES).await?.0)
}

async fn read(
    request: &HttpRequest,
    payload: Payload,
    max: usize,
) -> Result<(Fields, Option<UploadedFile>), BodyError> {
    match boundary(body::content_type(request)) {
        Some(boundary) => parse(&body::read_within(payload, max, TIMEOUT).await?, boundary, MAX_FIELDS),
        None => Ok((body::read_form(request, payload).await?, None)),
    }
}

/// Whether the body is a form that may contain a file.
pub(crate) fn is_upload(request: &HttpRequest) -> bool {
    boundary(body::content_type(request)).is_some()
}

/// The boundary between the parts; `None` for another content type.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let mut parts = content_type.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim().trim_matches('"'))
    })?;
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The fields, and the last file.
fn parse(body: &Bytes, boundary: &str, max_fields: usize) -> Result<(Fields, Option<UploadedFile>), BodyError> {
    let delimiter = format!("\r\n--{boundary}");
    let (mut fields, mut file) = (Fields::default(), None);
    // The first delimiter has no line end before it.
    let mut at = delimiter.len() - 2;
    if !body.starts_with(delimiter.get(2..).unwrap_or_default().as_bytes()) {
        return Err(BodyError::Malformed);
    }
    for number in 0.. {
        let rest = body.get(at..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok((fields, file));
        }
        if number >= max_fields {
            return Err(BodyError::TooManyFields);
        }
        let rest = rest.strip_prefix(b"\r\n").ok_or(BodyError::Malformed)?;
        let head_length = position(rest, b"\r\n\r\n").ok_or(BodyError::Malformed)?;
        let head = std::str::from_utf8(rest.get(..head_length).unwrap_or_default()).map_err(|_| BodyError::NotUtf8)?;
        let start = at + 2 + head_length + 4;
        let content = body.get(start..).unwrap_or_default();
        let length = position(content, delimiter.as_bytes()).ok_or(BodyError::Incomplete)?;
        let content = body.slice(start..start + length);
        let name = parameter(head, "name").ok_or(BodyError::Malformed)?;
        match parameter(head, "filename") {
            // A browser sends a part without a name where no file was chosen.
            Some(file_name) if !file_name.is_empty() => file = Some(UploadedFile { name: file_name, content }),
            Some(_) => {}
            None => {
                let text = std::str::from_utf8(&content).map_err(|_| BodyError::NotUtf8)?;
                fields.push(name, text.to_owned());
            }
        }
        at = start + length + delimiter.len();
    }
    Err(BodyError::TooManyFields)
}

/// A parameter of the part's `Content-Disposition`. Browsers write `"` in it as `%22`.
pub(super) fn parameter(head: &str, name: &str) -> Option<String> {
    let is_disposition = |line: &&str| line.to_ascii_lowercase().starts_with("content-disposition:");
    let line = head.split("\r\n").find(is_disposition)?;
    let quoted = format!("; {name}=\"");
    let (_, rest) = line.split_once(&quoted)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

pub(super) fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let found = from + text.get(from..)?.iter().position(|byte| *byte == first)?;
        if text.get(found..)?.starts_with(wanted) {
            return Some(found);
        }
        from = found + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Bytes {
        Bytes::from(text.replace('\n', "\r\n"))
    }

    #[test]
    fn fields_and_the_file_are_read() {
        let form = body(
            "--x\nContent-Disposition: form-data; name=\"keys\"\n\nA\nB\n--x\ncontent-disposition: form-data; \
             name=\"file\"; filename=\"a%22b.txt\"\nContent-Type: text/plain\n\n--y\n\n--x--\n",
        );
        let (fields, file) = parse(&form, "x", 10).unwrap();
        let file = file.unwrap();
        assert_eq!(fields.get("keys"), "A\r\nB");
        assert_eq!((file.name.as_str(), &file.content[..]), ("a\"b.txt", &b"--y\r\n"[..]));
    }

    #[test]
    fn no_file_chosen_is_no_file() {
        let form = body("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\n\n\n--x--");
        assert!(parse(&form, "x", 10).unwrap().1.is_none());
    }

    #[test]
    fn broken_bodies_are_refused() {
        let part = "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n";
        for (text, error) in [
            ("", BodyError::Malformed),
            ("--x", BodyError::Malformed),
            ("--xy\n\n\n--x--", BodyError::Malformed),
            ("--x\nContent-Disposition: form-data\n\n1\n--x--", BodyError::Malformed),
            (part, BodyError::Incomplete),
        ] {
            assert_eq!(parse(&body(text), "x", 10).err(), Some(error), "{text:?}");
        }
        assert_eq!(parse(&body(&(part.repeat(3) + "--x--")), "x", 2).err(), Some(BodyError::TooManyFields));
        let bytes = [&b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff"[..], b"\r\n--x--"].concat();
        assert_eq!(parse(&Bytes::from(bytes), "x", 10).err(), Some(BodyError::NotUtf8));
    }

    #[test]
    fn the_boundary_is_found() {
        assert_eq!(boundary("multipart/form-data; boundary=----W"), Some("----W"));
        assert_eq!(boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), Some("a b"));
        for other in ["", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"] {
            assert_eq!(boundary(other), None, "{other}");
        }
    }
}
