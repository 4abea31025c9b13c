//! Icons: each page contains the definitions of the few it uses, and refers to them by name.

use std::fmt;

use askama::filters::Safe;

/// The shape of an icon on its grid; empty for an unknown name.
fn shape(name: &str) -> &'static str {
    match name {
        "box" => r#"<path d="m8 1.75 5.5 2.75v7L8 14.25 2.5 11.5v-7ZM2.5 4.5 8 7.25l5.5-2.75M8 7.25v7"/>"#,
        "copy" => {
            r#"<rect x="5.75" y="5.75" width="8" height="8" rx="1.5"/><path d="M10.25 5.5V3.75a1.5 1.5 0 0 0-1.5-1.5h-5a1.5 1.5 0 0 0-1.5 1.5v5a1.5 1.5 0 0 0 1.5 1.5H5.5"/>"#
        }
        "delivered" => {
            r#"<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM3.8 8.5 7 11.7l5.3-5.6-1.2-1.1L7 9.3 5 7.3Z"/>"#
        }
        "down" => r#"<path d="m4 6.25 4 4 4-4"/>"#,
        "eye" => {
            r#"<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z"/><circle cx="8" cy="8" r="2"/>"#
        }
        "failed" => {
            r#"<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M9 1.2 15.8 13a1.2 1.2 0 0 1-1 1.8H1.2a1.2 1.2 0 0 1-1-1.8L7 1.2a1.2 1.2 0 0 1 2 0ZM7.1 5.2v4.6h1.8V5.2ZM7.1 11.2V13h1.8v-1.8Z"/>"#
        }
        "info" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25V11M8 5v.1"/>"#,
        "pause" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M6.5 5.75v4.5M9.5 5.75v4.5"/>"#,
        "left" => r#"<path d="M10 3.5 5.5 8l4.5 4.5"/>"#,
        "lock" => r#"<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>"#,
        "mail" => {
            r#"<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="m2.25 4.5 5.75 4.5 5.75-4.5"/>"#
        }
        "mark" => {
            r#"<rect width="24" height="24" rx="6" fill="currentColor" stroke="none"/><g stroke="var(--on-accent)" stroke-width="2"><circle cx="8" cy="12" r="3.25"/><path d="M11.25 12H19.5M19.5 12v3M15.75 12v2.25"/></g>"#
        }
        "pending" => r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.5 1.5"/>"#,
        "retry" => r#"<path d="M13 8.25a5 5 0 1 1-1.5-3.75M13 2v3h-3"/>"#,
        "revoked" => r#"<circle cx="8" cy="8" r="6.25"/><path d="m3.75 3.75 8.5 8.5"/>"#,
        "right" => r#"<path d="M6 3.5 10.5 8 6 12.5"/>"#,
        "save" => r#"<path d="M8 2v8M4.75 7 8 10.25 11.25 7M2.5 13.5h11"/>"#,
        "search" => r#"<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14"/>"#,
        "shield" => {
            r#"<path d="m8 1.5 5.5 2v4c0 3.5-2.3 5.9-5.5 7-3.2-1.1-5.5-3.5-5.5-7v-4Z"/><path d="m5.5 8 1.8 1.8 3.2-3.5"/>"#
        }
        "tick" => r#"<path d="m3 8.5 3.25 3.25L13 4.75"/>"#,
        "undo" => r#"<path d="M5.5 2.75 2.75 5.5 5.5 8.25M2.75 5.5h6.5a3.75 3.75 0 0 1 0 7.5H5.5"/>"#,
        "warn" => r#"<path d="M8 2 14.75 13.75H1.25ZM8 6.25v3.5M8 11.6v.15"/>"#,
        _ => "",
    }
}

/// The definition of an icon, written directly into the page.
pub struct Symbol<'a> {
    name: &'a str,
    id: &'a str,
}

/// The definition of an icon under the id `i-{id}`.
pub(crate) fn symbol<'a>(name: &'a str, id: &'a str) -> Safe<Symbol<'a>> {
    Safe(Symbol { name, id })
}

impl fmt::Display for Symbol<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = if self.name == "mark" { "24 24" } else { "16 16" };
        write!(f, r#"<symbol id="i-{}" viewBox="0 0 {size}">{}</symbol>"#, self.id, shape(self.name))
    }
}

/// A reference to an icon, written directly into the page.
pub struct Icon<'a>(&'a str);

/// Draws the icon that is defined under this id.
pub(crate) fn icon(id: &str) -> Safe<Icon<'_>> {
    Safe(Icon(id))
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r##"<svg class="i" aria-hidden="true"><use href="#i-"##)?;
        f.write_str(self.0)?;
        f.write_str(r#""/></svg>"#)
    }
}
