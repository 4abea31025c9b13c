//! A download: whole, or a range of it to resume one that broke off.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ContentEncoding, ETAG, HttpDate, LAST_MODIFIED,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::view::{Asked, Message, message};
use super::{check_rate, grant_id, load, query, stranger, unavailable};
use crate::domain::file::{FileName, StoredFile};
use crate::domain::ids::{FileId, GrantId};
use crate::files::FileError;
use crate::http::byte_range::{self, asked as asked_range};
use crate::http::id::PathId;
use crate::http::in_background;
use crate::http::rate_limit::RateLimits;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::usecases::files::download::note_download;
use crate::usecases::files::link::{LinkTarget, verify};

/// What a browser may do with a content that it shows all the same.
const POLICY: &str = "default-src 'none'; sandbox";
/// What `filename*` holds as it is (RFC 8187).
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'!').remove(b'+');

/// Sends the file, and counts it if it is sent from its beginning.
pub(super) async fn show(request: HttpRequest, ctx: Data<Context>, limits: Data<RateLimits>) -> HttpResponse {
    let mut asked = Asked::of(&request, &ctx);
    if let Err(refused) = check_rate(&request, &limits) {
        return message(asked, refused);
    }
    let file_id = FileId::parse_path(request.match_info().get("file_id").unwrap_or_default()).ok();
    let Some((grant_id, file_id)) = grant_id(&request).zip(file_id) else {
        return message(asked, Message::NotFound);
    };
    let query = query(&request);
    let target = LinkTarget::File(&grant_id, &file_id);
    let Some(expires_at) = verify(&ctx, target, query.get("expires"), query.get("signature")) else {
        return message(asked, Message::NotFound);
    };
    asked.link = Some((grant_id.clone(), expires_at));
    let found = match load(&ctx, &grant_id).await {
        Ok(found) => found,
        Err(problem) => return message(asked, problem),
    };
    asked.prefer(&found.customer.locale);
    if expires_at <= ctx.clock.now() {
        return message(asked, Message::Expired);
    }
    match found.files.into_iter().find(|file| file.id == file_id) {
        Some(file) => match send(&request, &ctx, &grant_id, &file).await {
            Ok(response) => response,
            Err(problem) => message(asked, problem),
        },
        None => message(asked, Message::Gone),
    }
}

async fn send(
    request: &HttpRequest,
    ctx: &Context,
    grant_id: &GrantId,
    file: &StoredFile,
) -> Result<HttpResponse, Message> {
    let etag = format!("\"{}\"", file.hash);
    let last_modified = HttpDate::from(std::time::SystemTime::from(file.created_at)).to_string();
    let (range, mut response) = match asked_range(request.headers(), file.size, &etag, &last_modified) {
        byte_range::Asked::Whole => (0..file.size, HttpResponse::Ok()),
        byte_range::Asked::Part(range) => {
            let mut response = HttpResponse::PartialContent();
            let (first, last) = (range.start, range.end.saturating_sub(1));
            response.insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{}", file.size)));
            (range, response)
        }
        byte_range::Asked::Nothing => {
            let mut response = HttpResponse::build(StatusCode::RANGE_NOT_SATISFIABLE);
            response.insert_header((CONTENT_RANGE, format!("bytes */{}", file.size)));
            describe(&mut response, file, &etag, &last_modified);
            return Ok(response.finish());
        }
    };
    describe(&mut response, file, &etag, &last_modified);
    let length = range.end - range.start;
    if request.method() == Method::HEAD {
        let nothing = ctx.files.open(&file.hash, 0..0).await.map_err(|error| missing(file, &error))?;
        return Ok(response.body(SizedStream::new(length, nothing)));
    }
    let is_beginning = range.start == 0;
    let chunks = ctx.files.open(&file.hash, range).await.map_err(|error| missing(file, &error))?;
    if is_beginning {
        let (grant_id, file_id, actor) = (grant_id.clone(), file.id.clone(), stranger(request));
        let noted = in_background(ctx, move |ctx| note_download(ctx, &grant_id, &file_id, &actor)).await;
        match noted {
            Ok(Ok(())) => {}
            Ok(Err(StorageError::NotFound)) => return Err(Message::Gone),
            Ok(Err(error)) => return Err(unavailable(&error)),
            Err(error) => return Err(unavailable(&error)),
        }
    }
    Ok(response.body(SizedStream::new(length, chunks)))
}

fn missing(file: &StoredFile, error: &FileError) -> Message {
    tracing::error!(%error, file = file.id.as_str(), "the content of a file is missing: restore it from the backup");
    Message::Unavailable
}

fn describe(response: &mut HttpResponseBuilder, file: &StoredFile, etag: &str, last_modified: &str) {
    response
        .insert_header((CONTENT_TYPE, file.content_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, disposition(&file.name)))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((ETAG, etag))
        .insert_header((LAST_MODIFIED, last_modified))
        // Ranges are those of the content itself.
        .insert_header(ContentEncoding::Identity);
}

/// The name for every browser: as it is, and in ASCII for those that read only that.
fn disposition(name: &FileName) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let ascii: String = name.as_str().chars().map(plain).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name.as_str(), PLAIN))
}
