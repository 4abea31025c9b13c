//! What pages that stay open ask for by themselves: how many grants wait, whether there are new ones, whether the
//! person's hold on the open grant still stands, and how far its e-mail is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::grant::GrantStatus;
use crate::domain::ids::GrantId;
use crate::domain::page::Cursor;
use crate::http::read_shortly;
use crate::storage::grants::pulse::{self, GrantPulse};
use crate::storage::{Conn, StorageError};
use crate::usecases::Context;
use crate::web::{CheckedQuery, Nav, PageContext, PageError, SignedInStaff};

/// How long before its end a hold is announced to end.
const NOTICE: SignedDuration = SignedDuration::from_mins(2);

/// What the page knows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PulseQuery {
    /// The newest pending grant when the page was made, as a cursor.
    after: String,
    /// The open grant.
    grant: String,
}

/// The answer, with sentences in the person's language.
#[derive(Debug, Serialize)]
struct Pulse {
    pending: i64,
    /// The number as shown.
    count: String,
    /// The newest pending grant, as a cursor.
    newest: String,
    /// How many pending grants are newer than those the page knows.
    #[serde(rename = "new")]
    fresh: i64,
    /// `3 new grants`, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    news: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<Hold>,
    /// The state of the open grant's newest e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// Who holds the open grant.
#[derive(Debug, Serialize)]
struct Hold {
    /// Whether the grant still waits.
    is_pending: bool,
    is_mine: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// What somebody who holds it, or did a moment ago, should know.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
}

/// Answers an open page.
pub(crate) async fn show(
    staff: SignedInStaff,
    query: CheckedQuery<PulseQuery>,
    ctx: Data<Context>,
) -> Result<HttpResponse, PageError> {
    let page = staff.page_without_flash(Nav::Grants);
    let newest = page.newest_pending.clone();
    let known = Cursor::decode(&query.after);
    let grant_id = GrantId::parse(&query.grant).ok();
    let has_news = newest != known;
    let (fresh, grant) = if has_news || grant_id.is_some() {
        read_shortly(&ctx, move |_, conn| read(conn, known.as_ref().filter(|_| has_news), has_news, grant_id.as_ref()))
            .await??
    } else {
        (0, None)
    };
    let email = grant.as_ref().and_then(|grant| grant.email_state.clone());
    let pulse = Pulse {
        pending: page.pending,
        count: page.count(&page.pending),
        newest: newest.map(|cursor| cursor.encode()).unwrap_or_default(),
        fresh,
        news: (fresh > 0).then(|| page.t1("pulse-new", "count", fresh)),
        hold: grant.map(|grant| Hold::of(&page, &grant, ctx.clock.now())),
        email,
    };
    Ok(HttpResponse::Ok().json(pulse))
}

fn read(
    conn: &mut Conn,
    known: Option<&Cursor>,
    has_news: bool,
    grant_id: Option<&GrantId>,
) -> Result<(i64, Option<GrantPulse>), StorageError> {
    let fresh = if has_news { pulse::pending_after(conn, known)? } else { 0 };
    Ok((fresh, grant_id.map(|id| pulse::of_grant(conn, id)).transpose()?.flatten()))
}

impl Hold {
    fn of(page: &PageContext, grant: &GrantPulse, now: Timestamp) -> Self {
        let claim = grant.claim.as_ref().filter(|claim| claim.is_in_force(grant.status, now));
        let me = page.staff.as_ref().map(|me| &me.id);
        let is_pending = grant.status == GrantStatus::Pending;
        let Some(claim) = claim else {
            let says = page.localizer.t(if is_pending { "pulse-hold-over" } else { "pulse-not-pending" });
            return Self { is_pending, is_mine: false, until: None, says: Some(says) };
        };
        let until = Some(page.machine_time(claim.until));
        if me == Some(&claim.by) {
            let ends_soon = now.duration_until(claim.until) <= NOTICE;
            let says = ends_soon.then(|| page.t1("pulse-hold-ends", "time", page.time(claim.until)));
            return Self { is_pending, is_mine: true, until, says };
        }
        let name = grant.holder_name.as_deref().unwrap_or_default();
        Self {
            is_pending,
            is_mine: false,
            until,
            says: Some(page.t2("pulse-taken-over", "name", name, "time", page.time(claim.since))),
        }
    }
}
