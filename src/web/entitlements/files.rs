//! The files that an entitlement carries: adding, ordering, describing and removing them. Admins only.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::form::EntitlementForm;
use super::{find, show};
use crate::domain::entitlement::Entitlement;
use crate::domain::file::{ContentType, FileName, MAX_FILES, MAX_NOTE, StoredFile};
use crate::domain::ids::{EntitlementId, FileId};
use crate::domain::text;
use crate::files::{FileError, Upload};
use crate::http::body::{BodyError, Fields};
use crate::http::id::{Id, PathId};
use crate::http::parts::Parts;
use crate::i18n::Localizer;
use crate::storage::files::downloads;
use crate::storage::{StorageError, files};
use crate::usecases::Context;
use crate::usecases::files::add::{AddFiles, AddFilesError, NewFile, add_files, check_takes_files};
use crate::usecases::files::change::{move_file, remove_file, set_file_note};
use crate::web::forms::{CsrfParts, NoFields};
use crate::web::{CsrfForm, Flash, FormErrors, PageError, SignedInStaff, in_background, urls};

/// The section of the entitlement's page.
#[derive(Debug, Default)]
pub(crate) struct FilesCard {
    /// Each with the number of its downloads.
    pub files: Vec<(StoredFile, i64)>,
    pub max_size: u64,
    /// What was typed into the note of a file that cannot be saved.
    pub typed: Option<(FileId, String)>,
    /// What was typed beside new files, and what is wrong.
    pub note: String,
    pub errors: FormErrors,
}

impl FilesCard {
    /// `None` if the entitlement cannot carry files.
    pub(super) async fn load(ctx: &Context, entitlement: &Entitlement) -> Result<Option<Self>, PageError> {
        if !entitlement.config.delivers().carries_files() {
            return Ok(None);
        }
        let id = entitlement.id.clone();
        let load = move |ctx: &Context| {
            ctx.db.read(|conn| {
                let files = files::of_entitlement(conn, &id)?.into_iter();
                files
                    .map(|file| Ok((downloads::count_of(conn, &file.id)?, file)))
                    .collect::<Result<Vec<_>, StorageError>>()
            })
        };
        let files = in_background(ctx, load).await??.into_iter().map(|(count, file)| (file, count)).collect();
        Ok(Some(Self { files, max_size: ctx.config.files_max_size, ..Self::default() }))
    }

    /// What the note of a file says, or what was typed there.
    pub(super) fn note_of<'a>(&'a self, file: &'a StoredFile) -> &'a str {
        let typed = self.typed.as_ref().filter(|(id, _)| *id == file.id).map(|(_, note)| note.as_str());
        typed.or(file.note.as_deref()).unwrap_or_default()
    }

    pub(super) fn note_field(id: &FileId) -> String {
        format!("note-{id}")
    }
}

/// Why files are not added.
enum Refusal {
    Body(BodyError),
    File(FileError),
    Note,
    NoFile,
    Add(AddFilesError),
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Receives files and adds them, all or none.
pub(crate) async fn create(
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfParts,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (entitlement_id, wanted) = (id.0.clone(), id.0.clone());
    let CsrfParts { parts, mut fields } = form;
    let takes = in_background(&ctx, move |ctx| check_takes_files(ctx, &wanted)).await?;
    let added = match (takes, parts) {
        (Err(error), parts) => {
            if let Some(mut parts) = parts {
                parts.drain().await;
            }
            Err(Refusal::Add(error))
        }
        (Ok(()), None) => Err(Refusal::NoFile),
        (Ok(()), Some(mut parts)) => match receive(&ctx, &mut parts, &mut fields).await {
            Ok(uploads) => add(&ctx, &staff, entitlement_id, &fields, uploads).await?,
            Err(error) => {
                parts.drain().await;
                Err(error)
            }
        },
    };
    match added {
        Ok(names) => {
            let flash = match names.as_slice() {
                [name] => Flash::ok("files-added").with("name", name),
                names => Flash::ok("files-added-many").with("count", names.len().to_string()),
            };
            Ok(staff.see_other(&urls::edit_entitlement(&id), flash))
        }
        Err(Refusal::Body(error)) => Err(error.into()),
        Err(Refusal::Add(AddFilesError::EntitlementNotFound)) => Err(PageError::NotFound),
        Err(Refusal::Add(AddFilesError::Storage(error))) => Err(error.into()),
        Err(Refusal::Add(AddFilesError::NotWithFiles)) => Err(PageError::Conflict { sentence: "files-not-carried" }),
        Err(refusal) => show_again(&ctx, &staff, &id, &fields, &refusal).await,
    }
}

/// Receives the parts of the form; what is no file is added to the fields.
async fn receive(ctx: &Context, parts: &mut Parts, fields: &mut Fields) -> Result<Vec<(FileName, Upload)>, Refusal> {
    let mut uploads = Vec::new();
    while let Some(part) = parts.next().await? {
        match part.file_name.as_deref() {
            None => fields.push(part.name, parts.text().await?),
            // A browser sends a part without a name where no file was chosen.
            Some("") => {}
            Some(_) if uploads.len() >= MAX_FILES => return Err(Refusal::Add(AddFilesError::TooMany)),
            Some(name) => {
                let mut upload = ctx.files.begin(ctx.config.files_max_size, ctx.clock.now()).await?;
                while let Some(chunk) = parts.chunk().await? {
                    upload.write(&chunk).await?;
                }
                uploads.push((FileName::of(name), upload));
            }
        }
    }
    if uploads.is_empty() { Err(Refusal::NoFile) } else { Ok(uploads) }
}

async fn add(
    ctx: &Context,
    staff: &SignedInStaff,
    entitlement_id: EntitlementId,
    fields: &Fields,
    uploads: Vec<(FileName, Upload)>,
) -> Result<Result<Vec<String>, Refusal>, PageError> {
    let Ok(note) = parse_note(fields.get("note")) else { return Ok(Err(Refusal::Note)) };
    let mut new = Vec::new();
    for (name, upload) in uploads {
        let content = match ctx.files.keep(upload, ctx.clock.now()).await {
            Ok(content) => content,
            Err(error) => return Ok(Err(error.into())),
        };
        new.push(NewFile { content_type: ContentType::of(&name), name, note: note.clone(), content });
    }
    let (names, actor) = (new.iter().map(|file: &NewFile| file.name.to_string()).collect(), staff.actor());
    let command = AddFiles { entitlement_id, files: new, idempotency_key: None, actor };
    let added = in_background(ctx, move |ctx| add_files(ctx, &command)).await?;
    Ok(added.map(|_| names).map_err(Refusal::Add))
}

async fn show_again(
    ctx: &Context,
    staff: &SignedInStaff,
    id: &EntitlementId,
    fields: &Fields,
    refusal: &Refusal,
) -> Result<HttpResponse, PageError> {
    let entitlement = find(ctx, id).await?;
    let Some(mut card) = FilesCard::load(ctx, &entitlement).await? else { return Err(PageError::NotFound) };
    let (status, field, message) = refused(refusal, staff.localizer())?;
    fields.get("note").clone_into(&mut card.note);
    card.errors = FormErrors::one(field, message);
    let form = EntitlementForm::of(&entitlement);
    show(staff, status, Some(entitlement), form, FormErrors::new(), Some(card))
}

fn refused(refusal: &Refusal, l: &Localizer) -> Result<(StatusCode, &'static str, String), PageError> {
    const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(match refusal {
        Refusal::File(FileError::TooLarge(max)) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "file", l.t1("files-too-large", "size", l.file_size(*max)))
        }
        Refusal::File(FileError::Full) => (StatusCode::INSUFFICIENT_STORAGE, "file", l.t("files-disk-full")),
        Refusal::Note => (WRONG, "note", l.t1("files-note-wrong", "max", MAX_NOTE)),
        Refusal::NoFile => (WRONG, "file", l.t("files-no-file")),
        Refusal::Add(AddFilesError::TooMany) => (WRONG, "file", l.t1("files-too-many", "max", MAX_FILES)),
        Refusal::File(error) => return Err(PageError::internal(error)),
        Refusal::Body(_) | Refusal::Add(_) => return Err(PageError::internal("an error of another answer")),
    })
}

fn parse_note(text: &str) -> Result<Option<String>, text::TextError> {
    text::optional(text, |text| text::line(text, MAX_NOTE))
}

/// What customers read below a file's name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NoteForm {
    pub note: String,
}

/// Changes the note of a file.
pub(crate) async fn update(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfForm<NoteForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let Ok(note) = parse_note(&form.note) else {
        let entitlement = find(&ctx, &id).await?;
        let Some(mut card) = FilesCard::load(&ctx, &entitlement).await? else { return Err(PageError::NotFound) };
        let (status, _, message) = refused(&Refusal::Note, staff.localizer())?;
        let file_id = file_id(&request)?;
        card.errors = FormErrors::one(&FilesCard::note_field(&file_id), message);
        card.typed = Some((file_id, form.into_inner().note));
        let form = EntitlementForm::of(&entitlement);
        return show(&staff, status, Some(entitlement), form, FormErrors::new(), Some(card));
    };
    let (entitlement_id, file_id, actor) = (id.0.clone(), file_id(&request)?, staff.actor());
    let change = move |ctx: &Context| set_file_note(ctx, &entitlement_id, &file_id, note.as_deref(), &actor);
    Ok(changed(&staff, &id, "files-note-saved", &in_background(&ctx, change).await??))
}

/// Where a file is moved.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DirectionForm {
    /// `up`, or else down.
    pub direction: String,
}

/// Moves a file up or down.
pub(crate) async fn reorder(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    form: CsrfForm<DirectionForm>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let is_up = form.direction.trim() == "up";
    let (entitlement_id, file_id, actor) = (id.0.clone(), file_id(&request)?, staff.actor());
    let change = move |ctx: &Context| move_file(ctx, &entitlement_id, &file_id, is_up, &actor);
    Ok(changed(&staff, &id, "files-moved", &in_background(&ctx, change).await??))
}

/// Takes a file from the entitlement.
pub(crate) async fn destroy(
    request: HttpRequest,
    staff: SignedInStaff,
    id: Id<EntitlementId>,
    _form: CsrfForm<NoFields>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let (entitlement_id, file_id, actor) = (id.0.clone(), file_id(&request)?, staff.actor());
    let change = move |ctx: &Context| remove_file(ctx, &entitlement_id, &file_id, &actor);
    Ok(changed(&staff, &id, "files-removed", &in_background(&ctx, change).await??))
}

fn changed(staff: &SignedInStaff, id: &EntitlementId, text: &str, file: &StoredFile) -> HttpResponse {
    staff.see_other(&urls::edit_entitlement(id), Flash::ok(text).with("name", file.name.as_str()))
}

fn file_id(request: &HttpRequest) -> Result<FileId, PageError> {
    FileId::parse_path(request.match_info().get("file_id").unwrap_or_default()).map_err(|_| PageError::NotFound)
}
