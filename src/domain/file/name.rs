//! The name of a file, made safe for every system that it is saved on.

use std::fmt;

use crate::domain::text::without_invisible;

/// What file systems allow, in bytes.
const MAX_BYTES: usize = 255;
/// The longest ending that survives when a name is cut, in bytes.
const MAX_ENDING: usize = 20;
/// Names of devices on Windows, with any ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name without a path, control characters, invisible characters, and what some system forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The name that comes closest to `text`; there always is one.
    pub fn of(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = without_invisible(last).chars().filter(|c| !c.is_control()).map(allowed).collect();
        let plain = plain.trim_start_matches(|c: char| c == '.' || c.is_whitespace());
        let plain = plain.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
        let stem = plain.split('.').next().unwrap_or_default().trim_end();
        let is_reserved = RESERVED.iter().any(|reserved| stem.eq_ignore_ascii_case(reserved));
        Self(match plain {
            "" => "file".to_owned(),
            _ if is_reserved => cut(&format!("_{plain}")),
            _ => cut(plain),
        })
    }

    /// A name read from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last dot, in lower case; empty if there is none.
    pub fn ending(&self) -> String {
        self.0.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn allowed(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c }
}

/// At most [`MAX_BYTES`], with its ending.
fn cut(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let ending = name.rfind('.').and_then(|dot| name.get(dot..)).filter(|ending| ending.len() <= MAX_ENDING);
    let ending = ending.unwrap_or_default();
    let mut end = MAX_BYTES - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", name.get(..end).unwrap_or_default().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_safe_and_stay_readable() {
        for (typed, name) in [
            ("Tonwerk-4.2.1-Windows.exe", "Tonwerk-4.2.1-Windows.exe"),
            ("Anleitung für Zoë – 日本語.pdf", "Anleitung für Zoë – 日本語.pdf"),
            ("C:\\Users\\ada\\setup.exe", "setup.exe"),
            ("../../etc/passwd", "passwd"),
            (".htaccess", "htaccess"),
            ("... .profile", "profile"),
            ("a\r\nSet-Cookie: x=1\0.txt", "aSet-Cookie_ x=1.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("what? \"yes\" <b>|*.txt", "what_ _yes_ _b___.txt"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1 .tar.gz", "_com1 .tar.gz"),
            ("console.txt", "console.txt"),
            ("name. . ", "name"),
            ("", "file"),
            ("/", "file"),
            ("..", "file"),
        ] {
            assert_eq!(FileName::of(typed).as_str(), name, "{typed:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = FileName::of(&format!("{}.zip", "ü".repeat(200)));
        assert!(name.as_str().len() <= 255 && name.as_str().ends_with("ü.zip"), "{name}");
        assert_eq!(FileName::of(&format!("a.{}", "b".repeat(300))).as_str().len(), 255);
    }
}
