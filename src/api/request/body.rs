//! The JSON body of a call: a single object of limited size.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use crate::api::{ApiError, Fields};
use crate::domain::idempotency::MAX_KEY;
use crate::http::body::read_bytes;
use crate::usecases::Context;
use crate::usecases::idempotent::IdempotencyKey;
use crate::wire::{Json, JsonError, Members};

/// The body. It may contain keys, so it deliberately has no `Debug`.
pub struct JsonBody {
    object: Members,
    bytes: Bytes,
    /// Method and path; a repeated request must have the same ones.
    call: String,
    idempotency_key: Option<String>,
}

impl JsonBody {
    /// The fields, to be parsed one by one.
    pub fn fields(&self) -> Fields<'_> {
        Fields::new(&self.object)
    }

    /// The body as read by `read`, one of the readers that `body!` defines; fails with 422 and every
    /// invalid field.
    pub fn parse<T>(&self, read: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Result<T, ApiError> {
        let mut fields = self.fields();
        let body = read(&mut fields);
        fields.finish(body)
    }

    /// The `Idempotency-Key` header.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The `Idempotency-Key` with a fingerprint of the request. `scope` is the namespace of the key.
    pub fn once(&self, ctx: &Context, scope: &str) -> Option<IdempotencyKey> {
        let key = self.idempotency_key.clone()?;
        let fingerprint = ctx.keyring.fingerprint(&[b"api", self.call.as_bytes(), &self.bytes]);
        Some(IdempotencyKey { scope: scope.to_owned(), key, fingerprint })
    }
}

impl FromRequest for JsonBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let idempotency_key = idempotency_key(&request)?;
            let bytes = read_bytes(payload).await?;
            if bytes.is_empty() {
                // Calls whose fields are all optional may have no body.
                let call = format!("{} {}", request.method(), request.path());
                return Ok(Self { object: Members::default(), bytes, call, idempotency_key });
            }
            if !is_json(&request) {
                return Err(ApiError::invalid_request("The body must be JSON, with Content-Type: application/json."));
            }
            let object = parse(&bytes)?;
            let call = format!("{} {}", request.method(), request.path());
            Ok(Self { object, bytes, call, idempotency_key })
        })
    }
}

/// The object; a byte order mark before it is skipped.
fn parse(bytes: &[u8]) -> Result<Members, ApiError> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|error| {
        ApiError::invalid_request(format!(
            "The body is not valid JSON (not UTF-8 at byte {}).",
            error.valid_up_to() + 1
        ))
    })?;
    match Json::parse(text) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::invalid_request("The body must be a single JSON object.")),
        Err(JsonError::Syntax(error)) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Err(ApiError::invalid_request(format!("The body is not valid JSON ({place}).")))
        }
        Err(JsonError::Duplicate(path)) => Err(ApiError::field(&path, "occurs twice")),
        Err(JsonError::TooLarge(path)) => Err(ApiError::field(&path, "is too large a number")),
        Err(JsonError::TooDeep) => Err(ApiError::invalid_request("The body has too many objects within each other.")),
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// The `Idempotency-Key` of a request.
pub(crate) fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| (1..=MAX_KEY).contains(&text.len()));
    match text {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(ApiError::invalid_request("The Idempotency-Key must have 1 to 255 visible ASCII characters.")),
    }
}
