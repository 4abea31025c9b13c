//! The shape of the code: no folder holds more files than a reader can take in, and no files of `src` import
//! each other in circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const MOST_FILES: usize = 20;

/// A module's path, `["web", "grants", "show"]`.
type Module = Vec<String>;

#[test]
fn no_folder_holds_more_than_twenty_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = ["src", "templates", "locales", "tests/it"].map(|name| root.join(name)).into();
    while let Some(folder) = folders.pop() {
        let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let (inner, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.partition(|path| path.is_dir());
        let is_test = |path: &&PathBuf| path.to_string_lossy().ends_with("tests.rs");
        let count = files.len() - files.iter().filter(is_test).count();
        assert!(count <= MOST_FILES, "{count} files beside each other in {}", folder.display());
        folders.extend(inner);
    }
}

/// A file imports another where a `use` outside its tests leads there; a name that a `mod.rs` only re-exports
/// leads to the file that has it. What a `mod.rs` takes from the files of its own folder does not count: it
/// puts them together, and they may ask it for what they share.
#[test]
fn files_do_not_import_each_other_in_circles() {
    let modules = modules();
    let (mut imports, mut exports) = (BTreeMap::new(), BTreeMap::new());
    for (module, path) in &modules {
        for (is_export, leaf) in uses(&fs::read_to_string(path).unwrap()) {
            let Some(target) = absolute(&modules, module, &leaf) else { continue };
            if is_export {
                exports
                    .insert([module.as_slice(), target.last().map_or(&[][..], std::slice::from_ref)].concat(), target);
            } else {
                imports.entry(module.clone()).or_insert_with(Vec::new).push(target);
            }
        }
    }
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, targets) in imports {
        let files = targets.into_iter().map(|target| file_of(&modules, &exports, target));
        edges.insert(module.clone(), files.filter(|file| !file.starts_with(&module)).collect());
    }
    let circles: Vec<String> = circles(&edges).iter().map(|module| module.join("::")).collect();
    assert!(circles.is_empty(), "files import each other in circles: {circles:#?}");
}

/// The files from which imports lead back to themselves.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Module> {
    let leads_back = |start: &Module| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
        while let Some(module) = next.pop() {
            next.extend(edges.get(module).into_iter().flatten().filter(|target| seen.insert(*target)));
        }
        seen.contains(start)
    };
    edges.keys().filter(|module| leads_back(module)).cloned().collect()
}

/// Every file of `src` that is not for tests alone.
fn modules() -> BTreeMap<Module, PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let place = path.strip_prefix(&root).unwrap().with_extension("");
                let mut module: Module = place.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                let name = module.last().unwrap();
                if !name.ends_with("tests") && name != "main" {
                    module.pop_if(|name| matches!(name.as_str(), "mod" | "lib"));
                    found.insert(module, path);
                }
            }
        }
    }
    found
}

/// The paths that a file's `use` items name outside its tests, and whether each is a re-export.
fn uses(source: &str) -> Vec<(bool, Vec<String>)> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut found = Vec::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let item = line.strip_prefix("use ").map(|rest| (false, rest));
        let Some((is_export, rest)) = item.or_else(|| Some((true, line.strip_prefix("pub")?.split_once(" use ")?.1)))
        else {
            continue;
        };
        let mut tree = rest.to_owned();
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap());
        }
        let tree: String = tree.split(';').next().unwrap().replace(" as ", "@").split_whitespace().collect();
        found.extend(flat(&tree, &[]).into_iter().map(|path| (is_export, path)));
    }
    found
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`.
fn flat(tree: &str, before: &[String]) -> Vec<Vec<String>> {
    let Some((head, group)) = tree.split_once('{') else {
        let path = tree.split('@').next().unwrap().split("::").filter(|part| !part.is_empty());
        let path = path.filter(|part| before.is_empty() || *part != "self").map(str::to_owned);
        return vec![before.iter().cloned().chain(path).collect()];
    };
    let head: Vec<String> = flat(head, before).remove(0);
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    let group = &group[..group.len() - 1];
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.extend(flat(&group[start..at], &head));
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < group.len() {
        found.extend(flat(&group[start..], &head));
    }
    found
}

/// The path from the crate's root; `None` for other crates.
fn absolute(modules: &BTreeMap<Module, PathBuf>, module: &Module, path: &[String]) -> Option<Module> {
    let mut base = module.clone();
    match path.first()?.as_str() {
        "crate" => return Some(path[1..].to_vec()),
        "self" => return Some([&base, &path[1..]].concat()),
        "super" => {}
        first => {
            base.push(first.to_owned());
            return modules.contains_key(&base).then(|| [module, path].concat());
        }
    }
    let up = path.iter().take_while(|part| *part == "super").count();
    base.truncate(base.len() - up);
    Some([&base, &path[up..]].concat())
}

/// The file that has what the path names.
fn file_of(modules: &BTreeMap<Module, PathBuf>, exports: &BTreeMap<Module, Module>, mut path: Module) -> Module {
    while !modules.contains_key(&path) {
        if let Some(target) = exports.get(&path).filter(|target| **target != path) {
            path.clone_from(target);
        } else if path.pop().is_none() {
            break;
        }
    }
    path
}
