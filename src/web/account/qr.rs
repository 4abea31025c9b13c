//! QR codes as SVG: black on white in every theme, so that every camera can read them.

use std::fmt::Write;

use askama::filters::Safe;
use qrcodegen::{QrCode, QrCodeEcc};

/// The width of the quiet zone that the standard requires, in modules.
const BORDER: i32 = 4;

/// The QR code, or `None` if the text is too long for one.
pub(crate) fn svg(text: &str, label: &str) -> Option<Safe<String>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * BORDER;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    let label = askama::filters::escape(label, askama::filters::Html).ok()?;
    Some(Safe(format!(
        r##"<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" shape-rendering="crispEdges"><path fill="#fff" d="M0,0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>"##
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_drawing_without_style_or_script() {
        let svg = svg("otpauth://totp/Keydesk:ada?secret=ABC", "A \"code\"").expect("drawn").0;
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{svg}");
        assert!(!svg.contains("style=") && svg.contains("A &#34;code&#34;"), "{svg}");
        assert!(super::svg(&"x".repeat(5_000), "").is_none());
    }
}
