//! The files that an entitlement carries (Keydesk extension).

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::entitlement_id;
use crate::api::request::body::idempotency_key;
use crate::api::request::described::params;
use crate::api::response::Refusals;
use crate::api::{ApiError, Caller, Query, path_id};
use crate::domain::file::{ContentType, FileName, MAX_FILES, MAX_NOTE};
use crate::domain::ids::{EntitlementId, FileId};
use crate::domain::text;
use crate::files::{FileError, Kept};
use crate::http::in_background;
use crate::http::parts::BodyChunks;
use crate::storage::catalog::entitlements;
use crate::storage::files::downloads;
use crate::storage::{StorageError, files};
use crate::usecases::Context;
use crate::usecases::files::add::{AddFiles, AddFilesError, NewFile, add_files, check_takes_files};
use crate::usecases::files::change::remove_file;
use crate::usecases::idempotent::{IdempotencyKey, IdempotencyMismatch};
use crate::wire;

params! {
    /// What is known of the file.
    NewFileParams {
        /// Required. Paths, control characters and what some system forbids in names is removed.
        #[param(value_type = String, required, max_length = 1000)]
        filename: FileName = ("a name of at most 1,000 characters", |text| {
            (text.chars().count() <= 1_000).then(|| FileName::of(text))
        }),
        /// What customers read below the name.
        #[param(value_type = Option<String>, max_length = 200)]
        note: String = ("one line of at most 200 characters", |text| text::line(text, MAX_NOTE).ok()),
    }
}

/// Lists the files of an entitlement, in the order in which customers see them (Keydesk extension).
#[utoipa::path(
    get, path = "/entitlements/{id}/files", tag = "Entitlements",
    params(("id" = String, Path)),
    responses((status = 200, body = wire::Items<wire::EntitlementFile>), Refusals)
)]
pub(crate) async fn index(request: HttpRequest, _caller: Caller, ctx: Data<Context>) -> Result<HttpResponse, ApiError> {
    let id = entitlement_id(&request)?;
    let items = in_background(&ctx, move |ctx| list(ctx, &id)).await?;
    Ok(HttpResponse::Ok().json(wire::Items { items: items.map_err(ApiError::not_found_or("entitlement"))? }))
}

/// Adds a file to an entitlement (Keydesk extension).
///
/// The body is the file itself, of any size up to the installation's limit; its `Content-Type` is what customers get.
#[utoipa::path(
    post, path = "/entitlements/{id}/files", tag = "Entitlements",
    params(("id" = String, Path), NewFileParams, ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = wire::EntitlementFile), Refusals)
)]
pub(crate) async fn create(
    request: HttpRequest,
    caller: Caller,
    mut query: Query,
    payload: Payload,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let mut chunks = BodyChunks::of(payload.into_inner());
    let NewFileParams { filename, note } = NewFileParams::read(&mut query);
    let name = query.finish().and_then(|()| filename.ok_or_else(|| ApiError::field("filename", "is required")));
    let received = match name {
        Ok(name) => receive(&request, &ctx, &mut chunks).await.map(|(id, content)| (name, id, content)),
        Err(error) => Err(error),
    };
    let (name, id, content) = match received {
        Ok(received) => received,
        Err(error) => {
            chunks.drain().await;
            return Err(error);
        }
    };
    let declared = request.headers().get(CONTENT_TYPE).and_then(|value| ContentType::parse(value.to_str().ok()?));
    let actor = caller.actor();
    let once = idempotency_key(&request)?.map(|key| {
        let call = format!("{} {}", request.method(), request.path());
        let note = note.as_deref().unwrap_or_default();
        let parts =
            [&b"api"[..], call.as_bytes(), name.as_str().as_bytes(), note.as_bytes(), content.hash.as_str().as_bytes()];
        IdempotencyKey { scope: actor.id().to_owned(), key, fingerprint: ctx.keyring.fingerprint(&parts) }
    });
    let content_type = declared.unwrap_or_else(|| ContentType::of(&name));
    let files = vec![NewFile { name, note, content_type, content }];
    let command = AddFiles { entitlement_id: id, files, idempotency_key: once, actor };
    let added = in_background(&ctx, move |ctx| {
        let id = add_files(ctx, &command)?;
        let files = list(ctx, &command.entitlement_id)?;
        let added = files.into_iter().find(|file| file.file_id == id.as_str());
        added.ok_or_else(|| ApiError::not_found("file"))
    });
    Ok(HttpResponse::Created().json(added.await??))
}

/// Receives the body, if the entitlement can carry it.
async fn receive(
    request: &HttpRequest,
    ctx: &Context,
    chunks: &mut BodyChunks,
) -> Result<(EntitlementId, Kept), ApiError> {
    let id = entitlement_id(request)?;
    let wanted = id.clone();
    in_background(ctx, move |ctx| check_takes_files(ctx, &wanted)).await??;
    let mut upload = ctx.files.begin(ctx.config.files_max_size, ctx.clock.now()).await?;
    while let Some(chunk) = chunks.next().await? {
        upload.write(&chunk).await?;
    }
    Ok((id, ctx.files.keep(upload, ctx.clock.now()).await?))
}

/// Takes a file from an entitlement; its links no longer work (Keydesk extension).
#[utoipa::path(
    delete, path = "/entitlements/{id}/files/{file_id}", tag = "Entitlements",
    params(("id" = String, Path), ("file_id" = String, Path)),
    responses((status = 204, description = "The file was removed."), Refusals)
)]
pub(crate) async fn destroy(
    request: HttpRequest,
    caller: Caller,
    ctx: Data<Context>,
) -> Result<HttpResponse, ApiError> {
    let (id, file_id): (_, FileId) = (entitlement_id(&request)?, path_id(&request, "file_id", "file")?);
    let removed = in_background(&ctx, move |ctx| remove_file(ctx, &id, &file_id, &caller.actor())).await?;
    removed.map_err(ApiError::not_found_or("file"))?;
    Ok(HttpResponse::NoContent().finish())
}

fn list(ctx: &Context, id: &EntitlementId) -> Result<Vec<wire::EntitlementFile>, StorageError> {
    ctx.db.read(|conn| {
        entitlements::find_active(conn, id)?;
        let files = files::of_entitlement(conn, id)?.into_iter();
        files.map(|file| Ok(wire::EntitlementFile::new(&file, downloads::count_of(conn, &file.id)?))).collect()
    })
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLarge(max) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "TOO_LARGE",
                format!("The file must not exceed {max} bytes. Nothing was stored."),
            ),
            FileError::Full => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "STORAGE_FULL",
                "The disk is full. Nothing was stored; try again once there is room.",
            ),
            FileError::NotFound | FileError::Io(_) => Self::internal(error),
        }
    }
}

impl From<AddFilesError> for ApiError {
    fn from(error: AddFilesError) -> Self {
        match error {
            AddFilesError::EntitlementNotFound => Self::not_found("entitlement"),
            AddFilesError::NotWithFiles => {
                Self::unprocessable("VALIDATION_FAILED", "This integration type does not deliver files.")
            }
            AddFilesError::TooMany => {
                Self::unprocessable("VALIDATION_FAILED", format!("An entitlement has at most {MAX_FILES} files."))
            }
            AddFilesError::IdempotencyMismatch => IdempotencyMismatch.into(),
            AddFilesError::Storage(error) => error.into(),
        }
    }
}
