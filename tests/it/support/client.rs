//! A visitor with a browser's manners: cookies, forms with their token, `Origin`; no redirect is
//! followed unless asked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::Agent;
use ureq::http::Request;

use super::page::Page;

pub struct Visitor {
    agent: Agent,
    pub address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    csrf_token: Option<String>,
    pub language: String,
    /// Where the proxy in front says that it comes from; counts where `trusted_proxies` names this machine.
    pub comes_from: Option<String>,
}

impl Visitor {
    pub fn new(address: SocketAddr) -> Self {
        let agent = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Self { agent, address, cookies: BTreeMap::new(), csrf_token: None, language: "en".to_owned(), comes_from: None }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, &[], Vec::new())
    }

    /// Follows up to five redirects.
    pub fn get_followed(&mut self, path: &str) -> Page {
        let page = self.get(path);
        self.follow(page)
    }

    pub fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            if !(300..400).contains(&page.status) {
                break;
            }
            let location = page.location();
            page = self.get(&location);
        }
        page
    }

    /// Posts a form with the token of the last page that had one; opens a page first where there is none.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        let origin = self.origin();
        let page = self.post_raw(path, &all, &[("origin", &origin)]);
        if path.starts_with("/login") && page.status == 303 {
            // Signing in makes a new session, and that a new token.
            self.csrf_token = None;
        }
        page
    }

    /// Posts a form, and once more with what it asks to confirm.
    pub fn post_confirmed(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let asked = self.post(path, fields);
        let Some(confirm) = asked.attribute("input[name=confirm]", "value") else { return asked };
        assert_eq!(asked.status, 422);
        let mut all = fields.to_vec();
        all.push(("confirm", &confirm));
        self.post(path, &all)
    }

    /// Posts just these fields with just these headers.
    pub fn post_raw(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        self.post_bytes(path, encode(fields).into_bytes(), "application/x-www-form-urlencoded", headers)
    }

    pub fn post_bytes(&mut self, path: &str, body: Vec<u8>, content_type: &str, headers: &[(&str, &str)]) -> Page {
        let mut all = vec![("content-type", content_type)];
        all.extend_from_slice(headers);
        self.send("POST", path, &all, body)
    }

    /// A token that fits this visitor's session.
    pub fn token(&mut self) -> String {
        if self.csrf_token.is_none() {
            let page = self.get_followed("/login");
            assert!(self.csrf_token.is_some(), "no form on the page: {}", page.body);
        }
        self.csrf_token.clone().unwrap_or_default()
    }

    /// As [`Self::post`], for a portal that may be gone.
    pub fn try_post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Page, ureq::Error> {
        if self.csrf_token.is_none() {
            let page = self.try_send("GET", "/login", &[], Vec::new())?;
            if page.status != 200 {
                return Ok(page);
            }
        }
        let token = self.csrf_token.clone().unwrap_or_default();
        let mut all = vec![("csrf_token", token.as_str())];
        all.extend_from_slice(fields);
        let origin = self.origin();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin.as_str())];
        let page = self.try_send("POST", path, &headers, encode(&all).into_bytes())?;
        if path == "/login" && page.status == 303 {
            // Signing in makes a new session, and that a new token.
            self.csrf_token = None;
            self.try_send("GET", "/", &[], Vec::new())?;
        }
        Ok(page)
    }

    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Page {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn try_send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Page, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", cookies.join("; "));
        }
        request = request.header("accept-language", &self.language);
        if let Some(address) = &self.comes_from {
            request = request.header("x-forwarded-for", address);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = if method == "GET" || method == "HEAD" {
            self.agent.run(request.body(()).expect("a request"))
        } else {
            self.agent.run(request.body(body).expect("a request"))
        };
        let mut answer = answer?;
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie");
            let (pair, rest) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("name=value");
            if value.is_empty() || rest.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else if self.cookies.insert(name.to_owned(), value.to_owned()).is_none() && name.ends_with("_session") {
                // A new session: the sign-in page's token is of no use in it.
                self.csrf_token = None;
            }
        }
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let bytes = answer.body_mut().with_config().limit(200_000_000).read_to_vec()?;
        let page = Page::new(status, headers, bytes);
        if let Some(token) = page.csrf_token() {
            self.csrf_token = Some(token);
        }
        Ok(page)
    }
}

/// Fields as a form sends them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}
