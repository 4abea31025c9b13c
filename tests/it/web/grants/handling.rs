//! Skipping, pausing and assigning.

use jiff::SignedDuration;
use keydesk::domain::ids::GrantId;
use keydesk::domain::staff::Role;
use keydesk::storage::grants;
use keydesk::storage::grants::detail::GrantDetail;

use crate::support::given::PASSWORD;
use crate::support::{TestApp, Visitor, spawn_app};

fn detail(app: &TestApp, id: &GrantId) -> GrantDetail {
    app.read(|conn| grants::detail::find(conn, id).expect("the grant"))
}

/// The latest entry about the grant: its action, and the changes as text.
fn latest(app: &TestApp, id: &GrantId) -> (String, String) {
    let entry = detail(app, id).timeline.remove(0);
    (entry.action, format!("{:?}", entry.changes))
}

/// Two grants; the first one waits longer.
fn two(app: &TestApp) -> (GrantId, GrantId) {
    let sold = |hours: i64, email: &str| {
        app.given().pending_grant().for_customer(email).sold_at(app.now() - SignedDuration::from_hours(hours)).make()
    };
    (sold(3, "first@example.com"), sold(1, "second@example.com"))
}

fn form_of(id: &GrantId) -> String {
    format!("/grants/{id}/fulfillment/new")
}

fn pause(agent: &mut Visitor, id: &GrantId, until: &str) {
    let fields = [("reason", "supplier"), ("until", until), ("note", "Ordered from Nordlicht")];
    assert_eq!(agent.post(&format!("/grants/{id}/pause"), &fields).status, 303);
}

#[test]
fn viewers_arrange_nothing() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut viewer = app.viewer();
    for act in ["skip", "pause", "resumption", "assignment"] {
        assert_eq!(viewer.post(&format!("/grants/{id}/{act}"), &[]).status, 403, "{act}");
    }
    let page = viewer.get(&format!("/grants/{id}"));
    assert!(!page.has("#handling") && !page.body.contains("/assignment"));
}

#[test]
fn a_skipped_grant_lets_the_next_one_come_and_comes_back_by_itself() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let mut agent = app.agent();
    let form = agent.post("/grants/take-next", &[]);
    let form = agent.follow(form);
    assert!(form.has(&format!("form[action='/grants/{first}/skip']")));
    let page = agent.post(&format!("/grants/{first}/skip"), &[]);
    assert_eq!(page.location(), form_of(&second));
    let page = agent.follow(page);
    assert!(page.flash().contains("Skipped until 10:30"), "{}", page.flash());
    assert!(page.has(&format!(".note[role=status] form[action='/grants/{first}/resumption']")));
    assert_eq!(latest(&app, &first).0, "grant.skipped");
    assert!(detail(&app, &first).grant.claim.is_none());
    assert!(agent.get("/grants?status=pending").row("first@example.com").contains("Skipped until 10:30"));
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), "/grants?status=pending");
    app.advance(SignedDuration::from_mins(30));
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), form_of(&first));
}

#[test]
fn undoing_a_skip_brings_the_grant_back_with_one_press() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let mut agent = app.agent();
    agent.post("/grants/take-next", &[]);
    agent.post(&format!("/grants/{first}/skip"), &[]);
    let page = agent.post(&format!("/grants/{first}/resumption"), &[("undo", "1")]);
    assert_eq!(page.location(), form_of(&first));
    assert!(agent.follow(page).has(&format!("form[action='/grants/{first}/release']")), "it is taken again");
    assert!(detail(&app, &second).grant.claim.is_none(), "the next one is let go of");
    // Somebody else has taken it: they keep it.
    agent.post(&format!("/grants/{first}/skip"), &[]);
    app.agent().post(&format!("/grants/{first}/claim"), &[]);
    let page = agent.post(&format!("/grants/{first}/resumption"), &[("undo", "1")]);
    assert!(agent.follow(page).body.contains("/claim"));
    let again = agent.post(&format!("/grants/{first}/resumption"), &[]);
    assert!(agent.follow(again).flash().contains("neither paused nor skipped"));
}

#[test]
fn what_a_colleague_holds_is_not_skipped_or_paused() {
    let app = spawn_app();
    let (first, _) = two(&app);
    app.agent().post("/grants/take-next", &[]);
    let mut agent = app.agent();
    let skipped = agent.post(&format!("/grants/{first}/skip"), &[]);
    let fields = [("reason", "customer"), ("until", "2026-12-31")];
    let paused = agent.post(&format!("/grants/{first}/pause"), &fields);
    for page in [skipped, paused] {
        assert_eq!(
            (page.status, page.text_of("[role=alert]").as_str()),
            (409, "A colleague is working on this grant. Nothing was changed.")
        );
    }
    assert!(detail(&app, &first).grant.claim_at(app.now()).is_some());
}

#[test]
fn a_paused_grant_says_so_and_is_left_out_until_it_comes_back() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let mut agent = app.agent();
    pause(&mut agent, &first, "2026-06-17");
    let (action, changes) = latest(&app, &first);
    assert_eq!(action, "grant.paused");
    assert!(changes.contains("supplier") && !changes.contains("Nordlicht"), "{changes}");
    let page = agent.get(&format!("/grants/{first}"));
    assert!(page.body.contains("Paused until 17 Jun: waiting for the supplier"));
    assert!(page.body.contains("Ordered from Nordlicht"));
    assert!(
        agent.get("/grants?status=pending").row("first@").contains("Paused until 17 Jun: waiting for the supplier")
    );
    let mut german = app.agent();
    german.post("/preferences", &[("language", "de")]);
    assert!(german.get(&format!("/grants/{first}")).body.contains("Pausiert bis 17.06.: wartet auf den Lieferanten"));
    assert_eq!(agent.post("/grants/take-next", &[]).location(), form_of(&second));
    app.advance(SignedDuration::from_hours(3 * 24));
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), form_of(&first));
}

#[test]
fn the_clock_of_a_paused_grant_stands_still() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let mut agent = app.agent();
    pause(&mut agent, &first, "2026-06-15");
    // Five hours later the second one has waited for six, the first one for the three hours before its pause.
    app.advance(SignedDuration::from_hours(5));
    // Oldest waiting, past target, median wait today.
    let strip = |path: &str| app.agent().get(path).texts_of(".strip b");
    for path in ["/grants?status=pending", "/"] {
        assert_eq!(strip(path)[..2], ["6 h", "1"], "{path}");
    }
    let mut agent = app.agent();
    agent.post(&format!("/grants/{first}/resumption"), &[]);
    assert_eq!(latest(&app, &first).0, "grant.resumed");
    app.advance(SignedDuration::from_mins(30));
    let page = agent.get(&format!("/grants/{first}"));
    assert!(page.body.contains("waiting 3 h 30 min"), "{}", page.text_of(".head"));
    assert!(!page.has(".head .c-bad"), "it is not late");
    // Nor does the pause count once the grant is delivered.
    app.given().fulfill(&first, "KEY-0123-4567-89AB");
    assert_eq!(strip("/grants?status=pending")[2], "3 h 30 min");
    assert_eq!(strip("/")[2], "3 h 30 min");
    app.given().fulfill(&second, "KEY-0123-4567-89AC");
    assert_eq!(app.count("grant_handling"), 1, "only of what was paused a row remains");
}

#[test]
fn fulfilling_or_revoking_ends_a_pause() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let mut admin = app.admin();
    for id in [&first, &second] {
        pause(&mut admin, id, "2027-06-15");
    }
    assert!(admin.get(&form_of(&first)).body.contains("Fulfilling the grant ends the pause."));
    app.advance(SignedDuration::from_hours(2));
    let mut admin = app.admin();
    let key = [("key", "KEY-0123-4567-89AB"), ("confirm", "1")];
    assert_eq!(admin.post(&format!("/grants/{first}/fulfillment"), &key).status, 303);
    assert!(latest(&app, &first).1.contains("paused_until"));
    assert!(!admin.get(&format!("/grants/{first}")).body.contains("Paused until"));
    admin.post(&format!("/grants/{second}/revocation"), &[("reason", "Returned")]);
    assert!(latest(&app, &second).1.contains("paused_until"));
    admin.post(&format!("/grants/{second}/restoration"), &[("reason", "After all")]);
    let page = admin.get(&format!("/grants/{second}"));
    assert!(page.body.contains("waiting 1 h<"), "{}", page.text_of(".head"));
    assert!(!page.body.contains("Paused until"));
}

#[test]
fn a_pause_with_wrong_fields_comes_back_as_it_was_typed() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    let path = format!("/grants/{id}/pause");
    let long = "x".repeat(501);
    for (reason, until, note, expected) in [
        ("", "2026-12-31", "", "Choose why the grant is paused."),
        ("supplier", "", "", "Enter a date such as 2026-12-31 or 31 Dec 2026."),
        ("supplier", "31.12.", "", "This is not a complete date. Enter one such as 2026-12-31 or 31 Dec 2026."),
        ("supplier", "2026-06-14", "", "This day is in the past. Enter a later date."),
        ("other", "2027-06-16", "", "Enter a date at most a year ahead."),
        ("other", "2027-06-15", long.as_str(), "The note is longer than 500 characters. Shorten it."),
    ] {
        let page = agent.post(&path, &[("reason", reason), ("until", until), ("note", note)]);
        assert_eq!((page.status, page.errors().len()), (422, 1), "{reason} {until}");
        assert!(page.errors()[0].ends_with(expected), "{:?}", page.errors());
        assert_eq!((page.field("until").value.as_str(), page.field("note").value.as_str()), (until, note));
        assert!(page.has("#pausing[open]"));
    }
    assert!(agent.get(&format!("/grants/{id}?act=pause")).has("#pausing[open]"));
    app.given().fulfill(&id, "KEY-0123-4567-89AB");
    assert_eq!(agent.post(&path, &[("reason", "supplier"), ("until", "2026-12-31")]).status, 409);
    assert_eq!(agent.post(&path, &[]).status, 409);
    assert_eq!(agent.post("/grants/entg_0000000000000000000000/pause", &[]).status, 404);
}

#[test]
fn the_end_of_a_pause_is_the_end_of_that_day_where_the_person_is() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let mut agent = app.agent();
    agent.post("/preferences", &[("time_zone", "America/New_York")]);
    pause(&mut agent, &id, "17 Jun 2026");
    let until = detail(&app, &id).grant.handling.back_at.expect("an end");
    assert_eq!(until.to_string(), "2026-06-18T03:59:59Z");
}

#[test]
fn the_next_one_is_first_what_is_assigned_to_oneself_and_never_what_is_somebody_elses() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    let mut jonas = app.agent();
    let page = jonas.post(&format!("/grants/{second}/assignment"), &[("staff_id", anna.id.as_str())]);
    assert!(jonas.follow(page).flash().contains("Assigned to Anna Bergmann"));
    assert_eq!(latest(&app, &second).0, "grant.assigned");
    let mut anna_in = app.sign_in(&anna.email, PASSWORD);
    assert_eq!(anna_in.post("/grants/take-next", &[]).location(), form_of(&second));
    assert_eq!(jonas.post("/grants/take-next", &[]).location(), form_of(&first));
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), "/grants?status=pending");
    // Anna lets go; it is still hers.
    anna_in.post(&format!("/grants/{second}/release"), &[]);
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), "/grants?status=pending");
    jonas.post(&format!("/grants/{second}/assignment"), &[("staff_id", "")]);
    assert_eq!(app.agent().post("/grants/take-next", &[]).location(), form_of(&second));
}

#[test]
fn the_list_can_be_of_what_is_assigned_to_somebody() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let anna = app.given().named_staff(Role::Agent, "Anna Bergmann", "anna@desk.example");
    app.agent().post(&format!("/grants/{first}/assignment"), &[("staff_id", anna.id.as_str())]);
    let mut anna_in = app.sign_in(&anna.email, PASSWORD);
    let page = anna_in.get("/grants?status=pending");
    assert_eq!(page.text_of(".tabs a[href$='assignee=me']"), "Mine 1");
    let mine = anna_in.get("/grants?status=pending&assignee=me");
    assert_eq!(mine.rows().len(), 1);
    assert!(mine.row("first@").contains("You"));
    assert_eq!(mine.text_of(".tabs [aria-current]"), "Mine 1");
    let mut jonas = app.agent();
    let hers = jonas.get(&format!("/grants?status=pending&assignee={}", anna.id));
    assert!(hers.rows().len() == 1 && hers.row("first@").contains("Anna Bergmann"));
    assert_eq!(hers.field("assignee").value, anna.id.as_str());
    let nobodys = jonas.get("/grants?status=pending&assignee=none");
    assert!(nobodys.rows().len() == 1 && nobodys.row("second@").contains("Nobody"));
    assert_eq!(jonas.get("/grants?assignee=none&q=example.com").rows().len(), 1);
    assert!(jonas.get("/grants?status=pending&assignee=me").body.contains("Nothing is assigned to you"));
    assert!(jonas.get("/grants?assignee=stf").body.contains("could not be read"));
    assert!(!app.viewer().get("/grants?status=pending").has(".tabs a[href$='assignee=me']"));
    let found = jonas.post("/search", &[("q", "example"), ("list", "grants"), ("assignee", "none")]);
    assert_eq!(found.location(), "/grants?q=example&assignee=none");
    let _ = second;
}

#[test]
fn a_grant_is_assigned_only_to_those_who_may_fulfill_it() {
    let app = spawn_app();
    let id = app.given().pending_grant().make();
    let (viewer, left) = (app.given().staff(Role::Viewer), app.given().staff(Role::Agent));
    let mut admin = app.admin();
    admin.post(&format!("/staff/{}/status", left.id), &[("status", "disabled"), ("reason", "Left")]);
    for nobody in [viewer.id.as_str(), left.id.as_str(), "stf_0000000000000000000000", "me"] {
        let page = admin.post(&format!("/grants/{id}/assignment"), &[("staff_id", nobody)]);
        assert_eq!(page.status, 422, "{nobody}");
        assert!(page.field("staff_id").error.is_some_and(|error| error.contains("Choose somebody from the list")));
    }
    app.given().fulfill(&id, "KEY-0123-4567-89AB");
    assert_eq!(admin.post(&format!("/grants/{id}/assignment"), &[("staff_id", "")]).status, 409);
}

#[test]
fn what_was_assigned_to_a_colleague_who_leaves_is_nobodys() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let (left, demoted) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let mut admin = app.admin();
    for (id, person) in [(&first, &left), (&second, &demoted)] {
        admin.post(&format!("/grants/{id}/assignment"), &[("staff_id", person.id.as_str())]);
        assert!(detail(&app, id).grant.handling.assigned_to.is_some());
    }
    admin.post(&format!("/staff/{}/status", left.id), &[("status", "disabled"), ("reason", "Left")]);
    admin.post(&format!("/staff/{}/role", demoted.id), &[("role", "viewer")]);
    for id in [&first, &second] {
        assert_eq!(detail(&app, id).grant.handling.assigned_to, None);
    }
    assert!(admin.get(&format!("/audit?object={}", left.id)).body.contains("grants_unassigned"));
}

#[test]
fn whoever_is_enabled_again_has_what_was_theirs_and_is_nobodys_since() {
    let app = spawn_app();
    let (first, second) = two(&app);
    let (person, other) = (app.given().staff(Role::Agent), app.given().staff(Role::Agent));
    let (mut admin, status) = (app.admin(), format!("/staff/{}/status", person.id));
    for id in [&first, &second] {
        admin.post(&format!("/grants/{id}/assignment"), &[("staff_id", person.id.as_str())]);
    }
    assert_eq!(admin.post(&status, &[("status", "disabled"), ("reason", "Left")]).status, 303);
    admin.post(&format!("/grants/{second}/assignment"), &[("staff_id", other.id.as_str())]);
    assert_eq!(admin.post(&status, &[("status", "active"), ("undo", "1")]).status, 303);
    let assignee = |id| detail(&app, id).grant.handling.assigned_to;
    assert_eq!((assignee(&first), assignee(&second)), (Some(person.id.clone()), Some(other.id.clone())));
    assert!(admin.get(&format!("/audit?object={}", person.id)).body.contains("grants_assigned"));
    // It is given back once.
    admin.post(&format!("/grants/{first}/assignment"), &[("staff_id", "")]);
    admin.post(&status, &[("status", "disabled"), ("reason", "Left")]);
    admin.post(&status, &[("status", "active")]);
    assert_eq!(assignee(&first), None);
}

#[test]
fn whoever_is_disabled_while_a_grant_is_assigned_to_them_has_none_in_the_end() {
    let app = spawn_app();
    for _ in 0..6 {
        let id = app.given().pending_grant().for_customer("race@example.com").make();
        let person = app.given().staff(Role::Agent);
        let (mut agent, mut admin) = (app.agent(), app.admin());
        let (assigned, disabled) = (format!("/grants/{id}/assignment"), format!("/staff/{}/status", person.id));
        agent.token();
        admin.token();
        let barrier = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                let status = agent.post(&assigned, &[("staff_id", person.id.as_str())]).status;
                assert!(matches!(status, 303 | 422), "{status}");
            });
            scope.spawn(|| {
                barrier.wait();
                assert_eq!(admin.post(&disabled, &[("status", "disabled"), ("reason", "Left")]).status, 303);
            });
        });
        assert_eq!(detail(&app, &id).grant.handling.assigned_to, None);
    }
}
