//! Stylesheet, script and icon: part of the binary, with names that change with their content.

use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

/// A static file.
#[derive(Debug)]
pub(crate) struct Asset {
    pub url: String,
    content_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, content_type: &'static str, content: &'static str) -> Self {
        let digest = Sha256::digest(content.as_bytes());
        let start = digest.iter().take(6).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let hash = format!("{start:012x}");
        Self { url: format!("/assets/{name}.{hash}.{ending}"), content_type, content }
    }
}

/// All static files.
#[derive(Debug)]
pub(crate) struct Assets {
    pub style: Asset,
    pub script: Asset,
    pub icon: Asset,
}

pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("app", "css", "text/css; charset=utf-8", include_str!("../../static/app.css")),
    script: Asset::new(
        "app",
        "js",
        "text/javascript; charset=utf-8",
        concat!(
            include_str!("../../static/app.js"),
            include_str!("../../static/palette.js"),
            include_str!("../../static/pulse.js")
        ),
    ),
    icon: Asset::new("favicon", "svg", "image/svg+xml", include_str!("../../static/favicon.svg")),
});

/// Serves the asset with this name; `None` if there is none.
pub(crate) fn find(path: &str) -> Option<HttpResponse> {
    let asset = [&ASSETS.style, &ASSETS.script, &ASSETS.icon].into_iter().find(|asset| asset.url == path)?;
    Some(
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, asset.content_type))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(asset.content),
    )
}

/// Serves the icon to clients that request it without having loaded a page.
pub(crate) fn icon() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, ASSETS.icon.content_type)).body(ASSETS.icon.content)
}

/// Serves `/assets/…`.
pub(crate) fn show(request: &HttpRequest) -> HttpResponse {
    find(request.path())
        .unwrap_or_else(|| HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("not found\n"))
}
