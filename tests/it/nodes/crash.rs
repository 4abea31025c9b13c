//! `kill -9` under load: nothing that was acknowledged is lost, and nothing is half done.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keydesk::config::Config;
use keydesk::domain::clock::Clock;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::ids::GrantId;
use keydesk::domain::outbox::MessageState;
use keydesk::domain::page::PageStart;
use keydesk::storage::grants::list::GrantFilter;
use keydesk::storage::{StorageError, grants};
use keydesk::usecases::Context;
use keydesk::usecases::audit_log::verify::verify_audit_log;

use crate::support::Visitor;
use crate::support::database::TestDatabase;
use crate::support::given::PASSWORD;
use crate::support::mail::Mail;
use crate::support::process::{Portal, keydesk};
use crate::support::smtp::SmtpServer;

const PEOPLE: usize = 3;
const GRANTS: usize = 60;

#[test]
fn after_kill_9_nothing_acknowledged_is_lost_with_the_mail_server_up() {
    crash(true);
}

#[test]
fn after_kill_9_nothing_acknowledged_is_lost_with_the_mail_server_down() {
    crash(false);
}

fn crash(is_mail_up: bool) {
    let dir = tempfile::tempdir().expect("a directory");
    let data_dir = dir.path().join("data");
    let database = TestDatabase::new(dir.path());
    let mailbox = SmtpServer::start();
    if !is_mail_up {
        mailbox.close();
    }
    let ctx = open(&data_dir, &database.url);
    let people = prepare(&ctx);
    let mut acknowledged: BTreeMap<GrantId, String> = BTreeMap::new();
    for round in 0..3 {
        let mut command = keydesk(&data_dir);
        command.arg("serve").env("DATABASE_URL", &database.url).env("KEYDESK_SMTP_URL", mailbox.url());
        let portal = Portal::start(command);
        let waiting = pending(&ctx);
        let is_over = Arc::new(AtomicBool::new(false));
        let threads: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(number, email)| {
                let mine: Vec<GrantId> = waiting.iter().skip(number).step_by(PEOPLE).cloned().collect();
                let (address, email, is_over) = (portal.address, email.clone(), Arc::clone(&is_over));
                std::thread::spawn(move || work(address, &email, &mine, round, &is_over))
            })
            .collect();
        // The plug is pulled once some are done, in the middle of the next ones.
        while delivered(&ctx) < acknowledged.len() + 8 {
            std::thread::yield_now();
        }
        portal.kill();
        is_over.store(true, Ordering::SeqCst);
        for thread in threads {
            acknowledged.extend(thread.join().expect("no panic"));
        }
        check(&ctx, &acknowledged);
    }
    verify_audit_log(&ctx).expect("the log is whole");
    // A last start sends what is still queued: every delivered grant's e-mail arrives.
    mailbox.open();
    let total = delivered(&ctx);
    let recipients = {
        let mut command = keydesk(&data_dir);
        command.arg("serve").env("DATABASE_URL", &database.url).env("KEYDESK_SMTP_URL", mailbox.url());
        let portal = Portal::start(command);
        let mails = wait_until_sent(&mailbox, total);
        assert_eq!(portal.terminate(), Some(0), "SIGTERM ends it cleanly");
        mails
    };
    assert_eq!(recipients, total);
}

/// Waits until as many different messages have come; repeats carry the same `Message-ID`.
fn wait_until_sent(mailbox: &SmtpServer, total: usize) -> usize {
    let mut seen = 0;
    loop {
        let mails = mailbox.mails();
        let ids: std::collections::BTreeSet<String> = mails.iter().map(Mail::message_id).collect();
        if ids.len() >= total {
            return ids.len();
        }
        seen = seen.max(mails.len()) + 1;
        mailbox.wait_for(seen);
    }
}

fn open(data_dir: &Path, database_url: &str) -> Context {
    let values = [("data_dir", data_dir.display().to_string()), ("database_url", database_url.to_owned())];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let config = Config::parse(&values).expect("a good configuration");
    keydesk::server::open(config, Clock::system(), Arc::new(|| {})).expect("it opens")
}

/// People who sign in, and grants that wait.
fn prepare(ctx: &Context) -> Vec<String> {
    use keydesk::domain::audit::AuditAction;
    use keydesk::domain::customer::EmailAddress;
    use keydesk::domain::sale::{Quantity, Sale};
    use keydesk::domain::staff::Role;
    use keydesk::usecases::sales::report::report_in;
    use keydesk::usecases::staff::add::{AddStaff, add_staff};
    let actor = crate::support::given::actor();
    let entitlement_id = crate::support::given::make_entitlement(ctx, "Tonwerk Mastering Suite 4");
    for number in 0..GRANTS {
        let sale = Sale {
            shop: keydesk::domain::sale::NO_SHOP.to_owned(),
            grant_id: None,
            entitlement_id: entitlement_id.clone(),
            customer_email: EmailAddress::parse(&format!("customer{number}@example.com")).expect("an address"),
            customer_name: Some(format!("Customer {number}")),
            customer_locale: None,
            payment_id: Some(format!("pay_{number}")),
            subscription_id: None,
            external_id: None,
            quantity: Quantity::Unsaid,
            metadata: "{}".to_owned(),
            created_at: None,
        };
        ctx.db.write(|tx| report_in(ctx, tx, &sale, AuditAction::GrantCreate, &actor)).expect("issued");
    }
    (0..PEOPLE)
        .map(|number| {
            let email = format!("staff{number}@desk.example");
            let command = AddStaff {
                email: EmailAddress::parse(&email).expect("an address"),
                name: format!("Person {number}"),
                role: Role::Agent,
                password: Some(PASSWORD.to_owned()),
                actor: actor.clone(),
            };
            add_staff(ctx, &command).expect("added");
            email
        })
        .collect()
}

fn pending(ctx: &Context) -> Vec<GrantId> {
    let filter = GrantFilter { status: Some(GrantStatus::Pending), ..GrantFilter::default() };
    let page = ctx.db.read(|conn| grants::list::list(conn, &filter, &PageStart::Start, GRANTS)).expect("read");
    page.rows.into_iter().map(|line| line.id).collect()
}

fn delivered(ctx: &Context) -> usize {
    let filter = GrantFilter { status: Some(GrantStatus::Delivered), ..GrantFilter::default() };
    let page = ctx.db.read(|conn| grants::list::list(conn, &filter, &PageStart::Start, GRANTS)).expect("read");
    page.rows.len()
}

/// Fulfills one after the other until the portal is gone; gives what it said yes to.
fn work(
    address: std::net::SocketAddr,
    email: &str,
    mine: &[GrantId],
    round: usize,
    is_over: &AtomicBool,
) -> Vec<(GrantId, String)> {
    let mut done = Vec::new();
    let mut visitor = Visitor::new(address);
    let signed_in = visitor.try_post("/login", &[("email", email), ("password", PASSWORD)]);
    if !signed_in.is_ok_and(|page| page.status == 303) {
        return done;
    }
    for id in mine {
        let key = format!("KEY-{round}-{id}");
        match visitor.try_post(&format!("/grants/{id}/fulfillment"), &[("key", &key)]) {
            Ok(page) if page.status == 303 => done.push((id.clone(), key)),
            Ok(page) => panic!("{}: {}", page.status, page.body),
            Err(_) if is_over.load(Ordering::SeqCst) => break,
            Err(_) => break,
        }
    }
    done
}

fn check(ctx: &Context, acknowledged: &BTreeMap<GrantId, String>) {
    for (id, key) in acknowledged {
        let detail = ctx.db.read(|conn| grants::detail::find(conn, id)).expect("there");
        assert_eq!(detail.grant.status, GrantStatus::Delivered, "{id}");
        let license_key = detail.license_key.expect("it has its key");
        let opened = ctx
            .db
            .read(|conn| {
                let sealed = keydesk::storage::license_keys::find_sealed(conn, &license_key.id)?;
                Ok::<_, StorageError>(sealed.open(&ctx.keyring)?.expect("the key opens"))
            })
            .expect("read");
        assert_eq!(opened.expose(), key);
        assert!(detail.timeline.iter().any(|entry| entry.action == "grant.fulfill"), "{id} is in the log");
        let (message, _) = detail.emails.first().expect("it has its e-mail");
        let is_alive = matches!(message.state, MessageState::Queued | MessageState::Sending | MessageState::Sent);
        assert!(is_alive, "{id}: {:?}", message.state);
    }
    for id in pending(ctx) {
        let detail = ctx.db.read(|conn| grants::detail::find(conn, &id)).expect("there");
        assert!(detail.license_key.is_none() && detail.emails.is_empty(), "{id} is half done");
    }
}
