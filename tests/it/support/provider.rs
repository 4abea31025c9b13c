//! An identity provider: a real HTTP server that publishes its keys and signs what the test says about somebody.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use keydesk::domain::clock::Clock;
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use url::Url;

use super::app::{Builder, TestApp};
use super::client::Visitor;
use super::page::Page;

pub const DISCOVERY: &str = "/.well-known/openid-configuration";
pub const TOKEN: &str = "/token";

#[derive(Default)]
struct State {
    /// The key that tokens are signed with.
    key: u8,
    /// What each code says about somebody.
    codes: HashMap<String, Value>,
    requests: Vec<String>,
    /// Requests to this path wait for their answer.
    held: Option<&'static str>,
    /// How many clients hung up before they were answered.
    given_up: usize,
    is_broken: bool,
}

pub struct IdentityProvider {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

impl IdentityProvider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new((Mutex::new(State { key: 1, ..State::default() }), Condvar::new()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, address, &shared));
            }
        });
        Self { address, state }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A portal that signs people in with this provider.
    pub fn portal(&self) -> Builder {
        TestApp::builder().with("oidc_issuer", &self.issuer()).with("oidc_client_id", "keydesk")
    }

    /// There and back, as somebody of whom the provider says this.
    pub fn sign_in(&self, visitor: &mut Visitor, claims: &Value) -> Page {
        let back = self.way_back(visitor, claims);
        visitor.get(&back)
    }

    /// Departs and returns the path that leads back.
    pub fn way_back(&self, visitor: &mut Visitor, claims: &Value) -> String {
        let page = visitor.get("/login/provider?next=/grants");
        self.answer(&page, claims)
    }

    /// The path that leads back from where this page leads.
    pub fn answer(&self, departure: &Page, claims: &Value) -> String {
        let there = departure.header("location").unwrap_or_else(|| panic!("{}: {}", departure.status, departure.body));
        let there = Url::parse(there).unwrap_or_else(|error| panic!("{there}: {error}"));
        let query: HashMap<_, _> = there.query_pairs().into_owned().collect();
        let now = Clock::system().now().as_second();
        let mut all = json!({
            "iss": self.issuer(), "aud": "keydesk", "iat": now, "exp": now + 300, "nonce": query["nonce"],
        });
        for (name, value) in claims.as_object().expect("claims") {
            all[name] = value.clone();
        }
        let mut state = self.state.0.lock().expect("locked");
        let code = format!("code{}", state.codes.len());
        state.codes.insert(code.clone(), all);
        format!("/login/provider/callback?code={code}&state={}", query["state"])
    }

    /// Signs with another key from now on and publishes only that.
    pub fn change_key(&self) {
        self.state.0.lock().expect("locked").key += 1;
    }

    /// Answers everything with an error, or no longer.
    pub fn break_down(&self, is_broken: bool) {
        self.state.0.lock().expect("locked").is_broken = is_broken;
    }

    /// Lets requests to this path wait for their answer, or nobody any more.
    pub fn hold(&self, path: Option<&'static str>) {
        self.state.0.lock().expect("locked").held = path;
    }

    /// How many requests to this path came.
    pub fn count(&self, path: &str) -> usize {
        self.state.0.lock().expect("locked").requests.iter().filter(|asked| *asked == path).count()
    }

    /// How many clients hung up while they waited.
    pub fn given_up(&self) -> usize {
        self.state.0.lock().expect("locked").given_up
    }

    /// Waits until so many requests to this path have come.
    pub fn wait_for(&self, path: &str, count: usize) {
        let (state, bell) = &*self.state;
        let asked = |state: &State| state.requests.iter().filter(|asked| *asked == path).count();
        let guard = state.lock().expect("locked");
        let waited = bell.wait_timeout_while(guard, Duration::from_secs(30), |state| asked(state) < count);
        let (guard, _) = waited.expect("locked");
        assert!(asked(&guard) >= count, "{} of {count} came", asked(&guard));
    }
}

/// Somebody with a verified address.
pub fn verified(subject: &str, email: &str) -> Value {
    json!({ "sub": subject, "email": email, "email_verified": true })
}

fn serve(stream: TcpStream, address: SocketAddr, shared: &(Mutex<State>, Condvar)) {
    let mut stream = BufReader::new(stream);
    while let Some((path, body)) = read(&mut stream) {
        let (state, bell) = shared;
        state.lock().expect("locked").requests.push(path.clone());
        bell.notify_all();
        if !wait_while_held(stream.get_mut(), &path, state) {
            return;
        }
        let (status, answer) = answer(&path, &body, address, &state.lock().expect("locked"));
        let text = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status} Done\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            text.len()
        );
        if stream.get_mut().write_all(format!("{head}{text}").as_bytes()).is_err() {
            return;
        }
    }
}

/// Waits until the path is held no longer; `false` where the client hung up before.
fn wait_while_held(stream: &mut TcpStream, path: &str, state: &Mutex<State>) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a patience");
    while state.lock().expect("locked").held == Some(path) {
        match stream.peek(&mut [0]) {
            Ok(1..) => break,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Ok(0) | Err(_) => {
                state.lock().expect("locked").given_up += 1;
                return false;
            }
        }
    }
    stream.set_read_timeout(None).expect("no hurry");
    true
}

fn answer(path: &str, body: &str, address: SocketAddr, state: &State) -> (u16, Value) {
    let base = format!("http://{address}");
    let code = body.split('&').find_map(|field| field.strip_prefix("code="));
    match path {
        _ if state.is_broken => (500, json!({})),
        DISCOVERY => (
            200,
            json!({
                "issuer": base,
                "authorization_endpoint": format!("{base}/authorize"),
                "token_endpoint": format!("{base}{TOKEN}"),
                "jwks_uri": format!("{base}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
            }),
        ),
        "/keys" => (200, json!({ "keys": [key(state.key).as_verification_key()] })),
        TOKEN => match code.and_then(|code| state.codes.get(code)) {
            Some(claims) => {
                let token = sign(state.key, claims);
                (200, json!({ "access_token": "access", "token_type": "Bearer", "id_token": token }))
            }
            None => (400, json!({ "error": "invalid_grant" })),
        },
        _ => (404, json!({})),
    }
}

fn key(number: u8) -> CoreEdDsaPrivateSigningKey {
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([number; 32]);
    let pem = format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", "PRIVATE KEY", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(format!("key{number}")))).expect("a key")
}

fn sign(number: u8, claims: &Value) -> String {
    let head = json!({ "alg": "EdDSA", "kid": format!("key{number}") });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(&head), encode(claims));
    let signature = key(number).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).expect("signed");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Path and body of a request.
fn read(stream: &mut BufReader<TcpStream>) -> Option<(String, String)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let path = first.split_whitespace().nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((path, String::from_utf8(body).ok()?))
}
