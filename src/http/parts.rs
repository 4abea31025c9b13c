//! Reads a form with large files part by part, as its bytes arrive: memory holds one chunk at a time.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut};

use super::body::{self, BodyError, MAX_DRAINED_BYTES, MAX_FIELDS};
use super::multipart::{boundary, parameter, position};

/// A connection that brings nothing for this long has ended.
const IDLE: Duration = Duration::from_secs(60);
const MAX_HEAD: usize = 16 * 1024;
/// The most bytes of a part that is no file.
const MAX_TEXT: usize = 64 * 1024;

/// The parts of a form that is being received.
pub(crate) struct Parts {
    chunks: BodyChunks,
    buffer: BytesMut,
    delimiter: Vec<u8>,
    is_in_part: bool,
    seen: usize,
}

/// A body that may be larger than memory.
pub(crate) struct BodyChunks(Payload);

/// The head of a part.
pub(crate) struct Part {
    pub name: String,
    /// `None` if it is no file; empty if no file was chosen.
    pub file_name: Option<String>,
}

impl BodyChunks {
    pub(crate) fn of(payload: Payload) -> Self {
        Self(payload)
    }

    /// The next bytes; `None` at the end. Fails if they do not come.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        let next = timeout(IDLE, body::next(&mut self.0)).await.map_err(|_| BodyError::Incomplete)?;
        next.transpose().map_err(|_| BodyError::Incomplete)
    }

    /// Reads a little more of a body that is refused, so that the client gets to see the answer.
    pub(crate) async fn drain(&mut self) {
        let mut drained = 0;
        while let Ok(Some(chunk)) = self.next().await {
            drained += chunk.len();
            if drained > MAX_DRAINED_BYTES {
                return;
            }
        }
    }
}

impl Parts {
    /// `Err` with the body if the request has no such form.
    pub(crate) fn of(request: &HttpRequest, payload: Payload) -> Result<Self, Payload> {
        let Some(boundary) = boundary(body::content_type(request)) else { return Err(payload) };
        Ok(Self {
            chunks: BodyChunks::of(payload),
            // The first delimiter has no line end before it; what precedes it is skipped like a part.
            buffer: BytesMut::from(&b"\r\n"[..]),
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            is_in_part: true,
            seen: 0,
        })
    }

    /// The next part, after skipping what is left of the one before; `None` after the last.
    pub(crate) async fn next(&mut self) -> Result<Option<Part>, BodyError> {
        while self.chunk().await?.is_some() {}
        self.seen += 1;
        if self.seen > MAX_FIELDS {
            return Err(BodyError::TooManyFields);
        }
        while self.buffer.len() < 2 {
            self.fill().await?;
        }
        if self.buffer.starts_with(b"--") {
            return Ok(None);
        }
        let length = loop {
            if !self.buffer.starts_with(b"\r\n") {
                return Err(BodyError::Malformed);
            }
            match position(self.buffer.get(2..).unwrap_or_default(), b"\r\n\r\n") {
                Some(length) => break length,
                None if self.buffer.len() > MAX_HEAD => return Err(BodyError::Malformed),
                None => self.fill().await?,
            }
        };
        let head = self.buffer.split_to(2 + length + 4);
        let head = std::str::from_utf8(head.get(2..2 + length).unwrap_or_default()).map_err(|_| BodyError::NotUtf8)?;
        self.is_in_part = true;
        let name = parameter(head, "name").ok_or(BodyError::Malformed)?;
        Ok(Some(Part { name, file_name: parameter(head, "filename") }))
    }

    /// The next bytes of the part; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        while self.is_in_part {
            let end = position(&self.buffer, &self.delimiter);
            if end == Some(0) {
                drop(self.buffer.split_to(self.delimiter.len()));
                self.is_in_part = false;
                break;
            }
            // The delimiter may have begun at the end.
            let safe = end.unwrap_or_else(|| (self.buffer.len() + 1).saturating_sub(self.delimiter.len()));
            if safe > 0 {
                return Ok(Some(self.buffer.split_to(safe).freeze()));
            }
            self.fill().await?;
        }
        Ok(None)
    }

    /// The text of a part that is no file.
    pub(crate) async fn text(&mut self) -> Result<String, BodyError> {
        let mut text = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            text.extend_from_slice(&chunk);
            if text.len() > MAX_TEXT {
                return Err(BodyError::TooLarge);
            }
        }
        String::from_utf8(text).map_err(|_| BodyError::NotUtf8)
    }

    /// See [`BodyChunks::drain`].
    pub(crate) async fn drain(&mut self) {
        self.chunks.drain().await;
    }

    async fn fill(&mut self) -> Result<(), BodyError> {
        let chunk = self.chunks.next().await?.ok_or(BodyError::Incomplete)?;
        self.buffer.extend_from_slice(&chunk);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// Every way to cut the body in two gives the same parts.
    #[actix_web::test]
    async fn parts_are_read_wherever_the_body_is_cut() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na\r\n--y\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n\r\n--\r\n--x--\r\n";
        for cut in 0..body.len() {
            let (request, payload) = TestRequest::default()
                .insert_header(("content-type", "multipart/form-data; boundary=x"))
                .set_payload(body)
                .to_http_parts();
            let Ok(mut parts) = Parts::of(&request, payload) else { panic!("a form") };
            parts.buffer.extend_from_slice(&body.as_bytes()[..cut]);
            parts.chunks = BodyChunks::of(TestRequest::default().set_payload(&body[cut..]).to_http_parts().1);
            let note = parts.next().await.unwrap().unwrap();
            assert_eq!((note.name.as_str(), note.file_name), ("note", None));
            assert_eq!(parts.text().await.unwrap(), "a\r\n--y", "cut at {cut}");
            let file = parts.next().await.unwrap().unwrap();
            assert_eq!(file.file_name.as_deref(), Some("a.bin"));
            assert_eq!(parts.text().await.unwrap(), "\r\n--", "cut at {cut}");
            assert!(parts.next().await.unwrap().is_none());
        }
    }

    #[actix_web::test]
    async fn a_body_that_ends_early_is_incomplete() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc";
        let (request, payload) = TestRequest::default()
            .insert_header(("content-type", "multipart/form-data; boundary=x"))
            .set_payload(body)
            .to_http_parts();
        let Ok(mut parts) = Parts::of(&request, payload) else { panic!("a form") };
        parts.next().await.unwrap().unwrap();
        assert_eq!(parts.text().await, Err(BodyError::Incomplete));
    }
}
