//! Files that the demo's customers can download: small ones, with the names of large ones.

use anyhow::Context as _;

use super::offers::Offer;
use super::team::Team;
use crate::domain::file::{ContentType, FileName};
use crate::domain::integration::rules::Delivers;
use crate::usecases::Context;
use crate::usecases::files::add::{AddFiles, NewFile, add_files};

const LIBRARY: [(&str, &str); 3] = [
    ("foley-volume-3-part-1.zip", "Footsteps and doors"),
    ("foley-volume-3-part-2.zip", "Cloth and props"),
    ("foley-volume-3.pdf", "List of recordings"),
];
const SUITE: [(&str, &str); 2] =
    [("Klangwerk-4.2.1-Windows.exe", "Windows 10 and later"), ("Klangwerk-4.2.1-macOS.dmg", "macOS 13 and later")];

/// Adds files to what is delivered as files, and to one product with keys.
pub(super) fn add(ctx: &Context, team: &Team, offers: &[Offer]) -> anyhow::Result<()> {
    for offer in offers {
        let wanted: &[(&str, &str)] = match offer.entitlement.config.delivers() {
            Delivers::Files => &LIBRARY,
            Delivers::Key if offer.entitlement.name.starts_with("Klangwerk") => &SUITE,
            _ => continue,
        };
        let mut files = Vec::new();
        for (name, note) in wanted {
            let text = format!("This is the demo’s {name}.\n").repeat(2_000);
            let content = ctx.files.store(text.as_bytes(), ctx.clock.now()).context("a file of the demo")?;
            let name = FileName::of(name);
            files.push(NewFile { content_type: ContentType::of(&name), name, note: Some((*note).to_owned()), content });
        }
        let entitlement_id = offer.entitlement.id.clone();
        let command = AddFiles { entitlement_id, files, idempotency_key: None, actor: team.admin.clone() };
        add_files(ctx, &command).map_err(|error| anyhow::anyhow!("the demo's files: {error:?}"))?;
    }
    Ok(())
}
