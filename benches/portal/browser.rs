//! The least of a browser: a session, and a form's token.

use std::net::SocketAddr;

use super::driver::http::{Answer, Line};

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Browser {
    pub address: SocketAddr,
    cookies: String,
    token: String,
}

impl Browser {
    pub fn sign_in(address: SocketAddr, email: &str, password: &str) -> Self {
        let mut browser = Self { address, cookies: String::new(), token: String::new() };
        let mut line = Line::open(address);
        let page = line.send(&browser.get("/login"));
        browser.keep(&page);
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let form = format!("email={}&password={}", encode(email), encode(password));
        let page = line.send(&browser.post("/login", &form));
        assert_eq!(page.status, 303, "signing in: {}", String::from_utf8_lossy(&page.body));
        browser.keep(&page);
        let page = line.send(&browser.get("/grants"));
        assert_eq!(page.status, 200);
        browser.keep(&page);
        browser
    }

    fn keep(&mut self, answer: &Answer) {
        if !answer.cookies.is_empty() {
            self.cookies = answer.cookies.join("; ");
        }
        let body = String::from_utf8_lossy(&answer.body);
        if let Some((_, rest)) = body.split_once("name=\"csrf_token\" value=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.token);
        }
    }

    #[allow(dead_code, reason = "not every bench asks for it")]
    pub fn first_asset(&self) -> String {
        let page = Line::open(self.address).send(&self.get("/grants"));
        let body = String::from_utf8_lossy(&page.body).into_owned();
        let start = body.find("/assets/").unwrap();
        body[start..].split('"').next().unwrap().to_owned()
    }

    pub fn get(&self, path: &str) -> Vec<u8> {
        format!("GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\n\r\n", self.address, self.cookies).into_bytes()
    }

    /// Sends a form that consists of a file.
    #[allow(dead_code, reason = "not every bench sends one")]
    pub fn upload(&self, path: &str, name: &str, content: &str) -> Vec<u8> {
        let body = format!(
            "--bench\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{}\r\n--bench\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{content}\r\n--bench--\r\n",
            self.token
        );
        self.post_body(path, "multipart/form-data; boundary=bench", &body)
    }

    pub fn post(&self, path: &str, form: &str) -> Vec<u8> {
        let token: String =
            percent_encoding::utf8_percent_encode(&self.token, percent_encoding::NON_ALPHANUMERIC).to_string();
        self.post_body(path, "application/x-www-form-urlencoded", &format!("csrf_token={token}&{form}"))
    }

    fn post_body(&self, path: &str, kind: &str, body: &str) -> Vec<u8> {
        format!(
            "POST {path} HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncookie: {1}\r\ncontent-type: {kind}\r\ncontent-length: {2}\r\n\r\n{body}",
            self.address,
            self.cookies,
            body.len()
        )
        .into_bytes()
    }
}
