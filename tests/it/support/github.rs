//! A stand-in of GitHub: a real HTTP server with the calls that Keydesk makes, and the faults that a test asks for. It
//! believes nothing of Keydesk and imports none of its rules.

use std::collections::VecDeque;
use std::io::BufReader;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::vendor::http::{Answer, Request, read, write};

pub const TOKEN: &str = "github_pat_11AAAA_standin_7Fq2x7Qd";

/// How a call goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Nothing is done, and this is answered.
    Says(u16),
    /// Nothing is done: no more calls for so many seconds.
    Limited(i64),
    /// The secondary limit, which is told by its words alone.
    Abused,
    /// It is done, and the line is cut.
    DoesAndHangsUp,
}

#[derive(Debug, Clone)]
struct Invitation {
    id: i64,
    username: String,
    permission: String,
    is_expired: bool,
}

struct Repository {
    name: String,
    may_invite: bool,
    collaborators: Vec<String>,
    invitations: Vec<Invitation>,
}

#[derive(Default)]
struct State {
    token: String,
    users: Vec<String>,
    repositories: Vec<Repository>,
    faults: VecDeque<(&'static str, Fault)>,
    calls: Vec<String>,
    last_id: i64,
}

#[derive(Clone)]
pub struct Github {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Github {
    /// With the repository `acme/tools`, to which the token may invite, and the user `ada-l`.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State { token: TOKEN.to_owned(), ..State::default() }));
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let served = Arc::clone(&served);
                std::thread::spawn(move || serve(stream, &served));
            }
        });
        let github = Self { address, state };
        github.repository("acme/tools", true);
        github.user("ada-l");
        github
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn user(&self, name: &str) {
        self.state().users.push(name.to_owned());
    }

    pub fn repository(&self, name: &str, may_invite: bool) {
        let (collaborators, invitations) = (Vec::new(), Vec::new());
        self.state().repositories.push(Repository { name: name.to_owned(), may_invite, collaborators, invitations });
    }

    /// The token is another one from here on.
    pub fn replace_token(&self, token: &str) {
        token.clone_into(&mut self.state().token);
    }

    /// The user accepts the invitation.
    pub fn accept(&self, name: &str, username: &str) {
        let mut state = self.state();
        let repository = find(&mut state, name).expect("a repository");
        let at = repository.invitations.iter().position(|open| open.username == username).expect("an invitation");
        repository.invitations.remove(at);
        repository.collaborators.push(username.to_owned());
    }

    /// Seven days have passed, or the user declines: the invitation is gone, or still listed as expired.
    pub fn expire(&self, name: &str, is_listed: bool) {
        let mut state = self.state();
        let repository = find(&mut state, name).expect("a repository");
        repository.invitations.iter_mut().for_each(|open| open.is_expired = true);
        repository.invitations.retain(|_| is_listed);
    }

    /// The next call whose method and path contain `what` goes wrong like this.
    pub fn fail_next(&self, what: &'static str, fault: Fault) {
        self.state().faults.push_back((what, fault));
    }

    /// Who has access.
    pub fn collaborators(&self, name: &str) -> Vec<String> {
        find(&mut self.state(), name).expect("a repository").collaborators.clone()
    }

    /// Who is invited, with the permission.
    pub fn invited(&self, name: &str) -> Vec<(String, String)> {
        let mut state = self.state();
        let open = &find(&mut state, name).expect("a repository").invitations;
        open.iter().map(|open| (open.username.clone(), open.permission.clone())).collect()
    }

    /// The calls whose method and path contain `what`.
    pub fn calls(&self, what: &str) -> usize {
        self.state().calls.iter().filter(|call| call.contains(what)).count()
    }
}

fn find<'a>(state: &'a mut State, name: &str) -> Option<&'a mut Repository> {
    state.repositories.iter_mut().find(|repository| repository.name.eq_ignore_ascii_case(name))
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream) {
        let answer = answered(&mut state.lock().unwrap_or_else(PoisonError::into_inner), &request);
        let Some(answer) = answer else { return };
        if write(stream.get_mut(), &answer).is_err() {
            return;
        }
    }
}

fn message(status: u16, text: &str) -> Answer {
    Answer::json(status, &json!({"message": text, "documentation_url": "https://docs.github.com/rest"}))
}

fn answered(state: &mut State, request: &Request) -> Option<Answer> {
    let call = format!("{} {}", request.method, request.path);
    state.calls.push(call.clone());
    let at = state.faults.iter().position(|(what, _)| call.contains(what));
    match at.and_then(|at| state.faults.remove(at)).map(|(_, fault)| fault) {
        None => Some(route(state, request)),
        Some(Fault::Says(status)) => Some(message(status, "Something went wrong")),
        Some(Fault::Limited(seconds)) => {
            let limited = message(403, "API rate limit exceeded").with("x-ratelimit-remaining", "0".to_owned());
            Some(limited.with("retry-after", seconds.to_string()))
        }
        Some(Fault::Abused) => Some(message(403, "You have exceeded a secondary rate limit")),
        Some(Fault::DoesAndHangsUp) => {
            route(state, request);
            None
        }
    }
}

fn route(state: &mut State, request: &Request) -> Answer {
    if request.header("authorization") != format!("Bearer {}", state.token) {
        return message(401, "Bad credentials");
    }
    let parts: Vec<&str> = request.path.split('/').skip(1).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["user"]) => Answer::json(200, &json!({"login": "acme", "id": 1})),
        (method, ["repos", owner, name, rest @ ..]) => {
            let name = format!("{owner}/{name}");
            let knows = |user: &str| state.users.iter().any(|known| known.eq_ignore_ascii_case(user));
            let is_known = rest.last().is_some_and(|user| knows(user));
            state.last_id += 1;
            let id = state.last_id;
            let Some(repository) = find(state, &name) else { return message(404, "Not Found") };
            let body = request.json();
            in_repository(repository, (method, rest), (id, is_known), body.as_ref())
        }
        _ => message(404, "Not Found"),
    }
}

fn in_repository(
    repository: &mut Repository,
    (method, rest): (&str, &[&str]),
    (id, is_known): (i64, bool),
    body: Option<&Value>,
) -> Answer {
    let nothing = || Answer { status: 204, headers: Vec::new(), body: String::new() };
    match (method, rest) {
        ("GET", []) => {
            let permissions = json!({"admin": repository.may_invite, "push": true, "pull": true});
            Answer::json(200, &json!({"full_name": repository.name, "permissions": permissions}))
        }
        (_, ["collaborators" | "invitations", ..]) if !repository.may_invite => {
            message(403, "Must have admin rights to Repository.")
        }
        ("GET", ["collaborators", user]) => {
            let has_access = repository.collaborators.iter().any(|known| known.eq_ignore_ascii_case(user));
            if has_access { nothing() } else { message(404, "Not Found") }
        }
        ("PUT", ["collaborators", user]) => {
            if !is_known {
                return message(404, "Not Found");
            }
            if repository.collaborators.iter().any(|known| known.eq_ignore_ascii_case(user)) {
                return nothing();
            }
            let permission = body.and_then(|body| body["permission"].as_str()).unwrap_or("push").to_owned();
            repository.invitations.retain(|open| !open.is_expired);
            if !repository.invitations.iter().any(|open| open.username == *user) {
                let username = (*user).to_owned();
                repository.invitations.push(Invitation { id, username, permission, is_expired: false });
            }
            let open = repository.invitations.iter().find(|open| open.username == *user).expect("it is there");
            Answer::json(201, &invitation(&repository.name, open))
        }
        ("DELETE", ["collaborators", user]) => {
            repository.collaborators.retain(|known| !known.eq_ignore_ascii_case(user));
            repository.invitations.retain(|open| !open.username.eq_ignore_ascii_case(user));
            nothing()
        }
        ("GET", ["invitations"]) => {
            let all: Vec<Value> =
                repository.invitations.iter().map(|open| invitation(&repository.name, open)).collect();
            Answer::json(200, &Value::Array(all))
        }
        ("DELETE", ["invitations", id]) => {
            let before = repository.invitations.len();
            repository.invitations.retain(|open| open.id.to_string() != *id);
            if repository.invitations.len() < before { nothing() } else { message(404, "Not Found") }
        }
        _ => message(404, "Not Found"),
    }
}

fn invitation(repository: &str, open: &Invitation) -> Value {
    json!({
        "id": open.id,
        "invitee": {"login": open.username},
        "permissions": open.permission,
        "expired": open.is_expired,
        "html_url": format!("https://github.com/{repository}/invitations"),
    })
}
