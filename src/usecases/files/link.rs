//! Links to files: whoever has one may use it until it expires. They are signed, so nothing of them is stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use crate::config::BaseUrl;
use crate::crypto::equal;
use crate::domain::ids::{FileId, GrantId};
use crate::usecases::context::Context;

/// What a link leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LinkTarget<'a> {
    /// The page with the files of a grant.
    Page(&'a GrantId),
    File(&'a GrantId, &'a FileId),
}

/// The moment until which new links work.
pub(crate) fn new_expiry(ctx: &Context) -> Timestamp {
    let end = ctx.clock.now().saturating_add(ctx.config.download_links).unwrap_or(Timestamp::MAX);
    Timestamp::from_second(end.as_second()).unwrap_or(end)
}

/// The path and query of a link that works until then.
pub(crate) fn path(ctx: &Context, target: LinkTarget<'_>, expires_at: Timestamp) -> String {
    let expires = expires_at.as_second().to_string();
    let signature = URL_SAFE_NO_PAD.encode(mac(ctx, target, &expires));
    let path = match target {
        LinkTarget::Page(grant) => format!("/files/{grant}"),
        LinkTarget::File(grant, file) => format!("/files/{grant}/{file}"),
    };
    format!("{path}?expires={expires}&signature={signature}")
}

/// The whole URL, for e-mails and programs.
pub(crate) fn url(ctx: &Context, target: LinkTarget<'_>, expires_at: Timestamp) -> String {
    let base = ctx.config.base_url.as_ref().map(BaseUrl::origin).unwrap_or_default();
    format!("{base}{}", path(ctx, target, expires_at))
}

/// When the link expires, or did; `None` if the signature is not ours.
pub(crate) fn verify(ctx: &Context, target: LinkTarget<'_>, expires: &str, signature: &str) -> Option<Timestamp> {
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let is_ours = equal(&signature, &mac(ctx, target, expires));
    is_ours.then(|| expires.parse().ok().and_then(|second| Timestamp::from_second(second).ok())).flatten()
}

fn mac(ctx: &Context, target: LinkTarget<'_>, expires: &str) -> [u8; 32] {
    let (purpose, grant, file) = match target {
        LinkTarget::Page(grant) => (&b"page"[..], grant, ""),
        LinkTarget::File(grant, file) => (&b"file"[..], grant, file.as_str()),
    };
    ctx.keyring.file_link_mac(&[purpose, grant.as_str().as_bytes(), file.as_bytes(), expires.as_bytes()])
}
