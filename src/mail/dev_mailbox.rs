//! The local mailbox, used if no SMTP server is configured: one `.eml` file per message, named by its id. Files
//! contain keys in plaintext, so only the owner may read them.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;

use super::eml;

/// The suffix of files that are still being written.
const UNFINISHED: &str = ".tmp";

/// A stored message, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredMail {
    /// The message's id, which is the file's name without `.eml`.
    pub name: String,
    pub kept_at: Timestamp,
    pub to: String,
    pub subject: String,
}

/// A stored message in full.
pub(crate) struct StoredMessage {
    pub mail: StoredMail,
    pub from: String,
    pub date: String,
    pub text: String,
}

/// Writes the message under its name, replacing an earlier one. Returns after it has been flushed to disk.
pub(super) fn write(dir: &Path, name: &str, content: &[u8]) -> io::Result<String> {
    if !is_name(name) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a message id"));
    }
    fs::create_dir_all(dir)?;
    let mut file = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(UNFINISHED).tempfile_in(dir)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(dir.join(format!("{name}.eml")))?;
    fs::File::open(dir)?.sync_all()?;
    Ok(name.to_owned())
}

/// The newest messages, newest first, at most `limit`; empty if the folder does not exist.
pub(crate) fn list(dir: &Path, limit: usize) -> io::Result<Vec<StoredMail>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files: Vec<(SystemTime, String)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_str()?.strip_suffix(".eml").filter(|name| is_name(name))?.to_owned();
            Some((entry.metadata().ok()?.modified().ok()?, name))
        })
        .collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    let mut mails = Vec::new();
    for (_, name) in files.into_iter().take(limit) {
        mails.extend(read(dir, &name)?.map(|message| message.mail));
    }
    Ok(mails)
}

/// Deletes messages, including unfinished files of a process that was killed. Missing messages are not an error.
pub(crate) fn remove(dir: &Path, names: &[&str]) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let is_meant = entry.file_name().to_str().is_some_and(|file| {
            let unfinished = file.strip_prefix('.').and_then(|file| file.strip_suffix(UNFINISHED));
            // Unfinished files of earlier versions do not name their message; they are removed too, because nobody
            // will finish them.
            let of = |file: &str| names.contains(&file);
            unfinished.is_some_and(|file| file.split_once('.').is_none_or(|(name, _)| of(name)))
                || file.strip_suffix(".eml").is_some_and(of)
        });
        if !is_meant {
            continue;
        }
        match fs::remove_file(entry.path()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done?,
        }
    }
    Ok(())
}

/// Reads a message; `None` if there is none with this name.
pub(crate) fn read(dir: &Path, name: &str) -> io::Result<Option<StoredMessage>> {
    if !is_name(name) {
        return Ok(None);
    }
    let path = dir.join(format!("{name}.eml"));
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let kept_at = fs::metadata(&path)?.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    let source = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Some(StoredMessage {
        mail: StoredMail {
            name: name.to_owned(),
            kept_at: kept_at.unwrap_or_default(),
            to: eml::header(&source, "To"),
            subject: eml::header(&source, "Subject"),
        },
        from: eml::header(&source, "From"),
        date: eml::header(&source, "Date"),
        text: eml::body(&source, "text/plain").unwrap_or_default(),
    }))
}

fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use crate::mail::{Attachment, Identity, Mailer, Outgoing, Transport};

    fn outgoing(id: &str) -> Outgoing {
        Outgoing {
            message_id: id.to_owned(),
            to_name: "Jürgen Müllenhoff-von der Langen Straße am Berg".to_owned(),
            to_address: "j@studio.example".to_owned(),
            language: Language::De,
            date: Timestamp::UNIX_EPOCH,
            subject: "Ihr Lizenzschlüssel für ein Erzeugnis mit einem ziemlich langen Namen – 学习".to_owned(),
            text: "Grüße = gut\n\n    KEY-1\n    KEY-2\n-- \nEnde\n".to_owned(),
            html: "<p lang=\"de\">Grüße</p>".repeat(100),
            attachments: vec![Attachment { name: "CAD.txt".to_owned(), content: "KEY-1\nKEY-2".to_owned() }],
            is_for_customer: true,
        }
    }

    #[test]
    fn a_kept_message_is_listed_and_read_as_it_was_written() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("mail");
        assert_eq!(list(&folder, 10).expect("a list"), []);
        let from = "Keydesk <keys@localhost>".parse().expect("a sender");
        let identity = Identity { from, reply_to: None, copy_to: None };
        let mailer = Mailer::new(Transport::Keep { dir: folder.clone() }, identity).expect("a mailer");
        for id in ["msg_a", "msg_b", "msg_b"] {
            let sent = mailer.send(&outgoing(id), &|| {}).expect("kept");
            assert_eq!((sent.reply, sent.is_kept), (format!("kept as {id}.eml"), true));
        }
        fs::write(folder.join("note.txt"), "x").expect("a file");
        let mails = list(&folder, 10).expect("a list");
        assert_eq!(mails.iter().map(|mail| mail.name.as_str()).collect::<Vec<_>>(), ["msg_b", "msg_a"]);
        assert_eq!(list(&folder, 1).expect("a list").len(), 1);

        let message = read(&folder, "msg_a").expect("readable").expect("there");
        let original = outgoing("msg_a");
        assert_eq!(message.mail.subject, original.subject);
        assert_eq!(message.mail.to, "Jürgen Müllenhoff-von der Langen Straße am Berg <j@studio.example>");
        assert_eq!(message.from, "Keydesk <keys@localhost>");
        assert_eq!(message.text, original.text);
        let source = fs::read_to_string(folder.join("msg_a.eml")).expect("a file");
        assert_eq!(eml::body(&source, "text/html"), Some(original.html));
        assert!(source.contains("Message-ID: <msg_a@localhost>"));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("secret.eml"), "x").expect("a file");
        let inner = dir.path().join("mail");
        for name in ["../secret", "", ".", "a/b", "a.b", "a\0", "ä", "msg-1"] {
            assert!(read(&inner, name).expect("no error").is_none(), "{name:?}");
            assert!(write(&inner, name, b"x").is_err(), "{name:?}");
        }
    }
}
