//! Without a mail server: nobody is told that an e-mail is on its way, and links can be passed on by hand.

use diesel::connection::SimpleConnection;
use keydesk::domain::outbox::MessageState;
use keydesk::storage::db::connection::Conn;
use keydesk::storage::db::migrations;
use keydesk::storage::outbox;

use crate::support::database::is_postgres;
use crate::support::given::PASSWORD;
use crate::support::{TestApp, spawn_app};

#[test]
fn an_e_mail_that_is_kept_is_called_so_and_everybody_is_told() {
    let app = TestApp::builder().keeping_mail().spawn();
    let (mut agent, mut viewer, mut admin) = (app.agent(), app.viewer(), app.admin());
    let id = app.given().pending_grant().make();
    let page = agent.post(&format!("/grants/{id}/fulfillment"), &[("key", "BPC26-7KQ4M-X2NWD")]);
    let page = agent.follow(page);
    assert!(page.body.contains("was not sent: no mail server is set up"), "{}", page.body);
    assert!(!page.body.contains("on its way"));
    app.run_outbox_until_empty();
    let page = agent.get(&format!("/grants/{id}"));
    assert_eq!(page.text_of("#mail-t + .state.c-warn"), "Kept, not sent");
    assert_eq!(agent.get(&format!("/audit?object={id}&action=message.kept")).rows().len(), 1);
    assert!(agent.get("/grants").row("ada@example.com").contains("Kept, not sent"));
    for person in [&mut agent, &mut viewer, &mut admin] {
        assert!(person.get("/grants").text_of(".note.warn").contains("E-mail is not being sent"));
    }
    let page = agent.post(&format!("/grants/{id}/emails"), &[("email", "")]);
    assert!(agent.follow(page).flash().contains("was not sent"));
    assert!(!spawn_app().viewer().get("/grants").has(".note.warn"), "there is a mail server");
}

#[test]
fn an_invitations_link_is_shown_once_and_works() {
    let app = TestApp::builder().keeping_mail().spawn();
    let mut admin = app.admin();
    let invitation = [("email", "grace@desk.example"), ("name", "Grace"), ("role", "agent")];
    let page = admin.post("/staff", &invitation);
    let page = admin.follow(page);
    assert!(page.flash().contains("was not sent"), "{}", page.flash());
    let link = page.text_of("[aria-labelledby=link-t] code");
    assert!(link.contains("/new-password?token="), "{link}");
    assert!(!admin.get("/staff").body.contains("token="), "only once");
    assert!(admin.get("/audit?action=staff.invite").rows().concat().contains("shown"), "the log says that it was");
    let path = link.split_once("/new-password").map(|(_, rest)| format!("/new-password{rest}")).expect("a path");
    let token = path.split_once("token=").expect("a token").1.to_owned();
    let mut grace = app.anonymous();
    assert_eq!(grace.get(&path).status, 200);
    assert_eq!(grace.post("/new-password", &[("token", &token), ("password", PASSWORD)]).status, 303);
    app.sign_in("grace@desk.example", PASSWORD);

    let people: Vec<String> =
        admin.get("/staff").links().into_iter().filter(|link| link.starts_with("/staff/stf_")).collect();
    let grace = people.iter().find(|person| admin.get(person).body.contains("grace@desk.example")).expect("a person");
    let page = admin.post(&format!("{grace}/link"), &[]);
    let page = admin.follow(page);
    assert!(page.text_of("[aria-labelledby=link-t] code").contains("token="), "{}", page.body);
}

#[test]
fn with_a_mail_server_no_link_is_shown() {
    let app = spawn_app();
    let mut admin = app.admin();
    let page = admin.post("/staff", &[("email", "grace@desk.example"), ("name", "Grace"), ("role", "agent")]);
    let page = admin.follow(page);
    assert!(page.flash().contains("on its way") && !page.body.contains("token="));
}

#[test]
fn what_an_older_version_called_sent_although_it_was_kept_is_called_kept() {
    const NAME: &str = "2026-11-29-000025_settle_unanswered_mail";
    let app = spawn_app();
    let kept = app.given().delivered_grant("BPC26-7KQ4M-X2NWD");
    app.run_outbox_until_empty();
    let sent = app.given().pending_grant().for_customer("b@example.com").make();
    app.given().fulfill(&sent, "ANOTHER-KEY-0123456789");
    app.run_outbox_until_empty();
    let database = if is_postgres() { "postgres" } else { "sqlite" };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database).join(NAME);
    let down = std::fs::read_to_string(folder.join("down.sql")).expect("a way back");
    let target = app.database.target();
    let mut conn = Conn::open(&target).expect("a connection");
    let script = format!(
        "{down} DELETE FROM __diesel_schema_migrations WHERE version = '20261129000025';
         UPDATE outbox_messages SET last_reply = 'kept as msg_x.eml' WHERE grant_id = '{kept}';
         UPDATE outbox_attempts SET reply = 'kept as msg_x.eml' WHERE message_id IN
             (SELECT id FROM outbox_messages WHERE grant_id = '{kept}');"
    );
    conn.batch_execute(&script).expect("the version before");
    assert_eq!(migrations::run(&target).expect("migrated").len(), 1);
    let state = |id| app.read(|conn| outbox::of_grant(conn, id)).expect("read")[0].state;
    assert_eq!((state(&kept), state(&sent)), (MessageState::Kept, MessageState::Sent));
    let mut agent = app.agent();
    assert_eq!(agent.get(&format!("/grants/{kept}")).text_of("#mail-t + .state"), "Kept, not sent");
    assert_eq!(agent.get(&format!("/grants/{sent}")).text_of("#mail-t + .state"), "Sent");
    assert!(agent.get("/grants").row("ada@example.com").contains("Kept, not sent"));
}
