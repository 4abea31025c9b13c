//! Lists the files of `locales`, so that a new one is in the binary without being named anywhere.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let mut list = String::from("&[");
    for folder in entries(&root)? {
        write!(list, "({:?}, &[", folder.strip_prefix(&root)?.display().to_string())?;
        for file in files(&folder)? {
            let area = file.strip_prefix(&folder)?.with_extension("").display().to_string();
            write!(list, "({area:?}, include_str!({:?})), ", file.display().to_string())?;
        }
        list.push_str("]), ");
    }
    list.push(']');
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("locales.rs"), list)?;
    Ok(())
}

/// What a folder holds, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    found.sort();
    Ok(found)
}

/// The files of texts below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|end| end == "ftl") {
            found.push(path);
        }
    }
    Ok(found)
}
