//! An e-mail that came in, and what a customer reads in it.

use base64::Engine;

#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub content: Vec<u8>,
}

impl Mail {
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.content).replace("\r\n", "\n")
    }

    /// A header with its continuation lines, encoded words decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let source = self.source();
        let (head, _) = source.split_once("\n\n")?;
        header_in(head, name).map(|value| decode_words(&value))
    }

    pub fn subject(&self) -> String {
        self.header("Subject").unwrap_or_default()
    }

    pub fn message_id(&self) -> String {
        self.header("Message-ID").unwrap_or_default()
    }

    pub fn text(&self) -> String {
        self.part("text/plain")
    }

    pub fn html(&self) -> String {
        self.part("text/html")
    }

    /// The attached file: its name, and its bytes.
    pub fn attachment(&self) -> Option<(String, Vec<u8>)> {
        let source = self.source();
        let (head, bytes) = find_part(&source, &|head| {
            header_in(head, "Content-Disposition").is_some_and(|value| value.starts_with("attachment"))
        })?;
        let disposition = header_in(&head, "Content-Disposition")?;
        let name = disposition.split_once("filename=\"")?.1.split('"').next()?.to_owned();
        Some((name, bytes))
    }

    fn part(&self, kind: &str) -> String {
        let source = self.source();
        let is_wanted = |head: &str| header_in(head, "Content-Type").is_some_and(|value| value.starts_with(kind));
        let (_, bytes) = find_part(&source, &is_wanted).unwrap_or_else(|| panic!("no {kind} part: {source}"));
        String::from_utf8(bytes).expect("UTF-8").replace("\r\n", "\n")
    }
}

/// The head and the decoded body of the first part that is wanted, also within parts.
fn find_part(source: &str, is_wanted: &dyn Fn(&str) -> bool) -> Option<(String, Vec<u8>)> {
    let (_, rest) = source.split_once("boundary=\"")?;
    let boundary = format!("--{}", rest.split('"').next()?);
    source.split(&boundary).skip(1).find_map(|part| {
        let part = part.trim_start_matches('\n');
        let (head, body) = part.split_once("\n\n")?;
        if header_in(head, "Content-Type").is_some_and(|value| value.starts_with("multipart/")) {
            return find_part(part, is_wanted);
        }
        is_wanted(head).then(|| (head.to_owned(), decode(head, body)))
    })
}

fn decode(head: &str, body: &str) -> Vec<u8> {
    let encoding = header_in(head, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
    match encoding.as_str() {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(packed).expect("base64")
        }
        "quoted-printable" => unquote(body, false),
        _ => body.as_bytes().to_vec(),
    }
}

fn header_in(head: &str, name: &str) -> Option<String> {
    let mut lines = head.lines();
    let prefix = format!("{}:", name.to_ascii_lowercase());
    let first = lines.find(|line| line.to_ascii_lowercase().starts_with(&prefix))?;
    let mut value = first[prefix.len()..].trim().to_owned();
    for line in lines.take_while(|line| line.starts_with([' ', '\t'])) {
        value.push(' ');
        value.push_str(line.trim());
    }
    Some(value)
}

/// `=?utf-8?b?…?=` and `=?utf-8?q?…?=`.
fn decode_words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.to_owned();
    while let Some(start) = rest.find("=?") {
        out.push_str(&rest[..start]);
        let word: Vec<&str> = rest[start + 2..].splitn(3, '?').collect();
        let [_, kind, tail] = word[..] else { break };
        let Some((body, after)) = tail.split_once("?=") else { break };
        let bytes = match kind {
            "b" | "B" => base64::engine::general_purpose::STANDARD.decode(body).expect("base64"),
            _ => unquote(body, true),
        };
        out.push_str(&String::from_utf8_lossy(&bytes));
        let after = after.to_owned();
        // White space between two encoded words is not part of the text.
        rest = if after.trim_start().starts_with("=?") { after.trim_start().to_owned() } else { after };
    }
    out + &rest
}

fn unquote(text: &str, is_header: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let text = text.replace("=\n", "");
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'_', _) if is_header => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    out
}
