//! A page as a person reads it.

use scraper::{ElementRef, Html, Selector};

pub struct Page {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
    pub body: String,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
}

impl Page {
    pub fn new(status: u16, headers: Vec<(String, String)>, bytes: Vec<u8>) -> Self {
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status, headers, bytes, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Where a redirect leads, without the host.
    pub fn location(&self) -> String {
        let location =
            self.header("location").unwrap_or_else(|| panic!("no redirect but {}: {}", self.status, self.body));
        match location.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/".to_owned(), |at| rest[at..].to_owned()),
            None => location.to_owned(),
        }
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    pub fn heading(&self) -> String {
        self.text_of("h1")
    }

    pub fn title(&self) -> String {
        self.text_of("title")
    }

    /// The text of the first element, with runs of white space as one space; empty where there is none.
    pub fn text_of(&self, css: &str) -> String {
        self.texts_of(css).into_iter().next().unwrap_or_default()
    }

    pub fn texts_of(&self, css: &str) -> Vec<String> {
        self.html().select(&selector(css)).map(text).collect()
    }

    pub fn count(&self, css: &str) -> usize {
        self.html().select(&selector(css)).count()
    }

    pub fn has(&self, css: &str) -> bool {
        self.count(css) > 0
    }

    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.html().select(&selector(css)).next().and_then(|element| element.value().attr(name).map(str::to_owned))
    }

    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        self.html().select(&selector(css)).filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// What a flash says.
    pub fn flash(&self) -> String {
        self.text_of(".note[role=status]")
    }

    /// The status chip in the heading.
    pub fn chip(&self) -> String {
        self.text_of(".head .chip")
    }

    /// The lines of the error summary.
    pub fn errors(&self) -> Vec<String> {
        self.texts_of("#errors li")
    }

    /// A form's field by its name, with the error beside it.
    pub fn field(&self, name: &str) -> Field {
        let html = self.html();
        let element = html
            .select(&selector(&format!("main [name=\"{name}\"]")))
            .next()
            .unwrap_or_else(|| panic!("no field {name}: {}", self.body));
        let value = match element.value().name() {
            // The parser has dropped the line feed after the tag, as browsers do.
            "textarea" => element.text().collect(),
            "select" => element
                .select(&selector("option[selected]"))
                .next()
                .or_else(|| element.select(&selector("option")).next())
                .and_then(|option| option.value().attr("value").map(str::to_owned))
                .unwrap_or_default(),
            _ => element.value().attr("value").unwrap_or_default().to_owned(),
        };
        let id = element.value().attr("id").unwrap_or(name);
        let error = html.select(&selector(&format!("[id=\"{id}-error\"]"))).next().map(text);
        Field { value, error }
    }

    /// The rows of the main table.
    pub fn rows(&self) -> Vec<String> {
        self.texts_of("main table.data tbody tr")
    }

    /// The row that speaks of this.
    pub fn row(&self, what: &str) -> String {
        let html = self.html();
        let found = html.select(&selector("main table.data tbody tr")).find(|row| row.html().contains(what)).map(text);
        found.unwrap_or_else(|| panic!("no row with {what}: {}", self.body))
    }

    pub fn links(&self) -> Vec<String> {
        self.attributes("a[href]", "href")
    }

    /// The token of the first form. Looked for in the text: most pages are read for nothing else.
    pub fn csrf_token(&self) -> Option<String> {
        let (_, rest) = self.body.split_once(r#"name="csrf_token" value=""#)?;
        rest.split('"').next().map(str::to_owned)
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|error| panic!("{css}: {error}"))
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}
