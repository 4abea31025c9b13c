//! The pages for customers, in the business's name and in the customer's language.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::Timestamp;
use url::Url;

use super::query;
use crate::domain::file::StoredFile;
use crate::domain::ids::GrantId;
use crate::i18n::Language;
use crate::usecases::Context;
use crate::usecases::files::link::{LinkTarget, path};
use crate::usecases::files::shown::{GrantFiles, texts_of};
use crate::web::PageContext;

/// A request, and what is known of its link.
pub(super) struct Asked {
    pub page: PageContext,
    /// The grant and the expiry of a link that is ours.
    pub link: Option<(GrantId, Timestamp)>,
    ctx: Context,
    has_chosen: bool,
}

impl Asked {
    pub(super) fn of(request: &HttpRequest, ctx: &Context) -> Self {
        let mut page = PageContext::signed_out(request, ctx);
        let chosen = Language::parse(query(request).get("lang"));
        if let Some(language) = chosen {
            page.localizer.language = language;
        }
        Self { page, link: None, ctx: ctx.clone(), has_chosen: chosen.is_some() }
    }

    /// Takes the language of this locale, unless one was chosen on the page.
    pub(super) fn prefer(&mut self, locale: &str) {
        if !self.has_chosen && !locale.is_empty() {
            self.page.localizer.language = Language::for_locale(locale);
        }
    }

    /// The link of the page itself.
    fn own(&self) -> Option<OwnLink> {
        let (grant_id, expires_at) = self.link.as_ref()?;
        let url = path(&self.ctx, LinkTarget::Page(grant_id), *expires_at);
        let signature = url.rsplit_once("signature=").map(|(_, signature)| signature.to_owned())?;
        Some(OwnLink { grant_id: grant_id.clone(), expires: expires_at.as_second(), signature, url })
    }
}

/// A link as its parts, for the form that asks for new ones.
struct OwnLink {
    grant_id: GrantId,
    expires: i64,
    signature: String,
    url: String,
}

/// A file on the page.
struct Line {
    file: StoredFile,
    size: String,
    url: String,
}

#[derive(Template)]
#[template(path = "customer_files/show.html")]
pub(super) struct FilesPage {
    page: PageContext,
    link: Option<OwnLink>,
    product: String,
    introduction: String,
    until: String,
    files: Vec<Line>,
    instructions: Vec<String>,
    external: Option<(String, String)>,
}

impl FilesPage {
    pub(super) fn response(ctx: &Context, asked: Asked, found: &GrantFiles, expires_at: Timestamp) -> HttpResponse {
        let (link, page) = (asked.own(), asked.page);
        let shown = |file: &StoredFile| Line {
            size: page.localizer.file_size(file.size),
            url: path(ctx, LinkTarget::File(&found.grant.id, &file.id), expires_at),
            file: file.clone(),
        };
        let texts = texts_of(&found.entitlement);
        let introduction = match found.customer.given_name() {
            Some(name) => page.t1("public-files-for", "name", name),
            None => String::new(),
        };
        let external = texts.external_url.and_then(|url| {
            let host = Url::parse(&url).ok()?.host_str()?.to_owned();
            Some((url, host))
        });
        let view = Self {
            link,
            product: found.entitlement.product_name.clone(),
            introduction,
            until: page.localizer.moment_in(expires_at, &ctx.config.time_zone),
            files: found.files.iter().map(shown).collect(),
            instructions: texts.instructions.iter().flat_map(|text| text.lines().map(str::to_owned)).collect(),
            external,
            page,
        };
        respond(StatusCode::OK, &view)
    }
}

/// Why there are no files to see, or what was done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Message {
    NotFound,
    /// The files were taken back, or removed.
    Gone,
    Expired,
    /// New links are on their way, if there are any.
    Sent,
    TooMany(u64),
    Unavailable,
}

#[derive(Template)]
#[template(path = "customer_files/message.html")]
struct MessagePage {
    page: PageContext,
    link: Option<OwnLink>,
    title: String,
    text: String,
    /// Whether new links can be asked for.
    has_form: bool,
}

pub(super) fn message(asked: Asked, message: Message) -> HttpResponse {
    let (status, word) = match message {
        Message::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        Message::Gone => (StatusCode::GONE, "gone"),
        Message::Expired => (StatusCode::GONE, "expired"),
        Message::Sent => (StatusCode::OK, "sent"),
        Message::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too-many"),
        Message::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    let (link, page) = (asked.own(), asked.page);
    let view = MessagePage {
        title: page.localizer.t(&format!("public-files-{word}-title")),
        text: page.localizer.t(&format!("public-files-{word}-text")),
        link,
        has_form: matches!(message, Message::Expired),
        page,
    };
    let mut response = respond(status, &view);
    let wait = match message {
        Message::TooMany(seconds) => Some(seconds.max(1)),
        Message::Unavailable => Some(30),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn respond(status: StatusCode, view: &impl Template) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "private, no-store")).insert_header(("x-robots-tag", "noindex"));
    match view.render() {
        Ok(body) => response.content_type("text/html; charset=utf-8").body(body),
        Err(error) => {
            tracing::error!(%error, "a page for a customer could not be rendered");
            HttpResponse::InternalServerError()
                .content_type("text/plain; charset=utf-8")
                .body("Something went wrong.\n")
        }
    }
}
