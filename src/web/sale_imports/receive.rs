//! Receiving a file, or pasted lines, as their bytes arrive: no more than a file may have.

use crate::http::body::{BodyError, Fields};
use crate::http::parts::Parts;
use crate::import::preview::MAX_BYTES;
use crate::web::forms::CsrfParts;

/// A file that was chosen.
pub(super) struct ReceivedFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What was submitted.
pub(super) struct Received {
    pub fields: Fields,
    pub file: Option<ReceivedFile>,
    /// The lines that were pasted.
    pub lines: Vec<u8>,
    /// Whether the file, or the lines, have more bytes than they may have. Then neither is there.
    pub is_too_large: bool,
}

/// Receives the form. What is too large is read no further than the client needs to see the answer.
pub(super) async fn receive(form: CsrfParts) -> Result<Received, BodyError> {
    let CsrfParts { parts, fields } = form;
    let mut received = Received { fields, file: None, lines: Vec::new(), is_too_large: false };
    let Some(mut parts) = parts else {
        received.lines = received.fields.get("lines").as_bytes().to_vec();
        return Ok(received);
    };
    while let Some(part) = parts.next().await? {
        let bytes = match (part.name.as_str(), part.file_name.as_deref()) {
            ("lines", None) | (_, Some(_)) => bytes(&mut parts).await?,
            (_, None) => {
                received.fields.push(part.name, parts.text().await?);
                continue;
            }
        };
        let Some(bytes) = bytes else {
            received.is_too_large = true;
            parts.drain().await;
            return Ok(received);
        };
        match part.file_name {
            None => received.lines = bytes,
            Some(name) if !name.is_empty() => received.file = Some(ReceivedFile { name, bytes }),
            // A browser sends a part without a name where no file was chosen.
            Some(_) => {}
        }
    }
    Ok(received)
}

/// The content of a part; `None` if it is too large.
async fn bytes(parts: &mut Parts) -> Result<Option<Vec<u8>>, BodyError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = parts.chunk().await? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}
