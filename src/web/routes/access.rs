//! Who may use a page: each resource carries what the table of pages says of it, and one place looks it up before any
//! handler runs.

use actix_web::HttpRequest;
use actix_web::http::Method;

use crate::domain::staff::Role;
use crate::web::PageError;

/// Who may open a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Open,
    /// Anyone signed in, even without the second factor that the installation requires.
    Enrolling,
    /// Staff with this role or a higher one.
    Role(Role),
    /// Staff with the role set in `KEYDESK_REVEAL` or a higher one.
    Reveal,
}

impl Access {
    /// The lowest role; `reveal` is the one that may see keys in plaintext.
    pub fn role(self, reveal: Role) -> Role {
        match self {
            Self::Open | Self::Enrolling => Role::Viewer,
            Self::Role(role) => role,
            Self::Reveal => reveal,
        }
    }
}

pub const OPEN: Access = Access::Open;
pub const ENROLLING: Access = Access::Enrolling;
pub const REVEAL: Access = Access::Reveal;
pub const VIEWER: Access = Access::Role(Role::Viewer);
pub const AGENT: Access = Access::Role(Role::Agent);
pub const ADMIN: Access = Access::Role(Role::Admin);

/// What the table says about a path.
#[derive(Debug, Clone)]
pub struct PageAccess {
    /// Who may use each method.
    methods: Vec<(Method, Access)>,
    pattern: &'static str,
    /// The pattern of the page of the object that a form acts on, see [`Self::object_url`].
    object: Option<&'static str>,
}

impl PageAccess {
    pub fn new(methods: Vec<(Method, Access)>, pattern: &'static str, object: Option<&'static str>) -> Self {
        Self { methods, pattern, object }
    }

    /// The pattern of the path.
    pub fn pattern(&self) -> &'static str {
        self.pattern
    }

    /// The page of the object that a form with this path acts on: of `/grants/{id}/revocation`, that of the grant.
    /// `None` if it acts on no object.
    pub fn object_url(&self, path: &str) -> Option<String> {
        let object = self.object?;
        let given = path.split('/').map(Some).chain(std::iter::repeat(None));
        let parts = object.split('/').zip(given);
        let filled: Vec<&str> =
            parts.map(|(part, given)| if part.starts_with('{') { given.unwrap_or(part) } else { part }).collect();
        Some(filled.join("/"))
    }
}

/// Who may use the page that a request asks for; HEAD is GET. Fails for what is no page of the table.
pub fn access(request: &HttpRequest) -> Result<Access, PageError> {
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let page = request.app_data::<PageAccess>();
    page.and_then(|page| page.methods.iter().find(|(known, _)| known == method).map(|(_, access)| *access))
        .ok_or(PageError::NotFound)
}
