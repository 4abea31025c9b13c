//! The texts of each language, parsed once at first use.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, PatternElement};
use unic_langid::{LanguageIdentifier, langid};

use super::Language;
use super::numbers::group;

type Bundle = FluentBundle<FluentResource>;

/// The files of each language by area, such as `grants/fulfillment`; `build.rs` lists them.
const FILES: &[(&str, &[(&str, &str)])] = include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// All files of a language, by area.
pub(super) fn files(language: Language) -> &'static [(&'static str, &'static str)] {
    FILES.iter().find(|(code, _)| *code == language.code()).map_or(&[], |(_, files)| files)
}

/// A language's texts: those with variables or selectors as Fluent messages, all others as plain strings.
struct Catalog {
    bundle: Bundle,
    plain: HashMap<String, String>,
}

static ENGLISH: LazyLock<Catalog> = LazyLock::new(|| load(Language::En));
static GERMAN: LazyLock<Catalog> = LazyLock::new(|| load(Language::De));

fn catalog(language: Language) -> &'static Catalog {
    match language {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
    }
}

/// Whether there is a text of `key`.
pub(super) fn has(language: Language, key: &str) -> bool {
    let Catalog { bundle, plain } = catalog(language);
    plain.contains_key(key) || bundle.has_message(key)
}

/// The text of `key`, if it has no variables.
pub(super) fn plain(language: Language, key: &str) -> Option<&'static str> {
    catalog(language).plain.get(key).map(String::as_str)
}

/// The text of `key` with `args` inserted; the key itself if there is no such text.
pub(super) fn text(language: Language, key: &str, args: Option<&FluentArgs<'_>>) -> String {
    let Catalog { bundle, plain } = catalog(language);
    if let Some(text) = plain.get(key) {
        return text.clone();
    }
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        tracing::debug!(key, language = language.code(), "no such text");
        return key.to_owned();
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
    if !errors.is_empty() {
        tracing::debug!(key, language = language.code(), ?errors, "text with a gap");
    }
    text
}

fn load(language: Language) -> Catalog {
    let (id, formatter): (LanguageIdentifier, fn(&FluentValue<'_>, &_) -> Option<String>) = match language {
        Language::En => (langid!("en"), |value, _| grouped(value, ',')),
        Language::De => (langid!("de"), |value, _| grouped(value, '.')),
    };
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(formatter));
    let mut plain = HashMap::new();
    for (area, source) in files(language) {
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(rest, errors)| {
            tracing::error!(area, language = language.code(), ?errors, "a text file has errors");
            rest
        });
        plain.extend(resource.entries().filter_map(plain_text));
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(area, language = language.code(), ?errors, "a text is there twice");
        }
    }
    Catalog { bundle, plain }
}

/// The key and the text of a message without variables or selectors.
fn plain_text(entry: &Entry<&str>) -> Option<(String, String)> {
    let Entry::Message(message) = entry else { return None };
    let elements = message.value.as_ref()?.elements.iter();
    let text = elements.map(|element| match element {
        PatternElement::TextElement { value } => Some(*value),
        PatternElement::Placeable { .. } => None,
    });
    Some((message.id.name.to_owned(), text.collect::<Option<String>>()?))
}

fn grouped(value: &FluentValue<'_>, separator: char) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(group(&format!("{:.0}", number.value), separator)),
        _ => None,
    }
}
