//! What the documents name exists: tests, files and folders. A promise whose test was renamed or
//! deleted is noticed here.

use std::fs;
use std::path::{Path, PathBuf};

/// Text between backticks, such as `web::sessions::five_wrong_passwords_*`.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    // Blocks of code are indented, so that backticks come in pairs within a line.
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The source of a module of the suite, or of all files in its folder; `None` where there is none.
fn source(module: &[&str]) -> Option<String> {
    let path = module.iter().fold(root().join("tests/it"), |path, name| path.join(name));
    if let Ok(text) = fs::read_to_string(path.with_extension("rs")) {
        return Some(text);
    }
    let files = fs::read_dir(path).ok()?.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap_or_default());
    Some(files.collect())
}

/// Whether `name` is a test of the suite: a module, or a module and a sentence, perhaps its beginning and `*`.
fn is_test(name: &str) -> bool {
    let words: Vec<&str> = name.split("::").collect();
    if source(&words).is_some() {
        return true;
    }
    let Some((sentence, module)) = words.split_last() else { return false };
    let function = match sentence.strip_suffix('*') {
        Some(beginning) => format!("fn {beginning}"),
        None => format!("fn {sentence}("),
    };
    source(module).is_some_and(|text| text.contains(&function))
}

fn is_sentence(text: &str) -> bool {
    text.contains("::") && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:*".contains(c))
}

fn is_path(text: &str) -> bool {
    let folders = ["src/", "tests/", "docs/", "templates/", "migrations/", "benches/", "scripts/", "contrib/"];
    folders.iter().any(|folder| text.starts_with(folder)) && !text.contains([' ', '{', '<', '…', '*'])
}

#[test]
fn the_tests_and_files_that_documents_name_exist() {
    let mut missing = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let is_on_security = document.ends_with("docs/security.md");
        for name in quoted(&text) {
            let is_missing = if is_path(name) {
                !root().join(name).exists()
            } else {
                is_on_security && is_sentence(name) && !is_test(name)
            };
            if is_missing {
                missing.push(format!("{}: {name}", document.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(missing.is_empty(), "these do not exist:\n{}", missing.join("\n"));
}

#[test]
fn a_test_that_does_not_exist_is_noticed() {
    assert!(is_test("documents") && is_test("documents::a_test_that_does_not_exist_is_*") && is_test("web"));
    for name in ["documents::a_test_that_does_not_exist", "documents::nothing_of_that_*", "nowhere::a_test"] {
        assert!(is_sentence(name) && !is_test(name), "{name}");
    }
}
