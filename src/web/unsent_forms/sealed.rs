//! An unsent form as a text that only this installation can read: on the sign-in page, and in the session until it is
//! shown again.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::crypto::AssociatedData;
use crate::domain::clock::is_within;
use crate::domain::ids::StaffId;
use crate::http::body::{Fields, MAX_FORM_BYTES};
use crate::usecases::Context;

/// How long an unsent form can be shown again.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(15);
/// What the sign-in form needs besides the sealed text.
const OTHER_FIELDS: usize = 8 * 1024;
const DATA: AssociatedData<'static> = AssociatedData { table: "unsent_forms", column: "form", row: "" };

/// A form that was not sent because its session had ended. Deliberately without `Debug`: it may contain a key.
#[derive(Clone, Serialize, Deserialize)]
pub struct UnsentForm {
    /// Where it is sent to, and the pattern of that path in the table of pages.
    pub path: String,
    pub pattern: String,
    /// What was typed, without passwords and codes.
    pub fields: Vec<(String, String)>,
    /// The person whose session had ended; `None` if the session no longer says.
    staff_id: Option<String>,
    /// Seconds since 1970.
    until: i64,
}

/// What the sign-in page carries.
pub enum Carried {
    Nothing,
    /// The sealed form.
    Form(String),
    /// A form was sent that is too long to be a part of another.
    TooLong,
}

impl UnsentForm {
    pub fn new(ctx: &Context, pattern: &str, path: &str, fields: Fields, staff_id: Option<&StaffId>) -> Self {
        let until = ctx.clock.now().as_second().saturating_add(VALID_FOR.as_secs());
        let fields = fields.into_pairs().filter(|(name, _)| !is_left_out(name)).collect();
        let staff_id = staff_id.map(ToString::to_string);
        Self { path: path.to_owned(), pattern: pattern.to_owned(), fields, staff_id, until }
    }

    pub fn seal(&self, ctx: &Context) -> Carried {
        let Ok(text) = serde_json::to_vec(self) else { return Carried::TooLong };
        let sealed = URL_SAFE_NO_PAD.encode(ctx.keyring.seal(&DATA, &text));
        if sealed.len() <= MAX_FORM_BYTES - OTHER_FIELDS { Carried::Form(sealed) } else { Carried::TooLong }
    }

    /// Opens a sealed form; `None` if it is too old or was not sealed here.
    pub fn open(ctx: &Context, sealed: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let form: Self = serde_json::from_slice(&ctx.keyring.open(&DATA, &bytes).ok()?).ok()?;
        let since = form.until.saturating_sub(VALID_FOR.as_secs());
        is_within(since, VALID_FOR, ctx.clock.now()).then_some(form)
    }

    /// Whether somebody else typed it.
    pub fn is_of_another(&self, staff_id: &StaffId) -> bool {
        self.staff_id.as_ref().is_some_and(|typed_by| typed_by != staff_id.as_str())
    }

    /// The fields as they were sent.
    pub fn into_fields(self) -> Fields {
        Fields::from_pairs(self.fields)
    }
}

/// Whether a field is not kept: secrets, the token of the ended session, and which button was pressed.
fn is_left_out(name: &str) -> bool {
    name.contains("password") || matches!(name, "csrf_token" | "code" | "credential" | "then" | "unsent_form")
}
