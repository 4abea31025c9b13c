//! A running portal: the real server on port 0, its own database, its own mail server, a clock that
//! stands still until it is moved.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::{SignedDuration, Timestamp};
use keydesk::config::Config;
use keydesk::domain::clock::Clock;
use keydesk::domain::staff::Role;
use keydesk::mail::SmtpLimits;
use keydesk::server::{Server, StartOptions};
use keydesk::storage::Conn;
use keydesk::usecases::Context;
use keydesk::usecases::jobs::run_jobs;
use keydesk::webhooks::WebhookLimits;
use tempfile::TempDir;

use super::client::Visitor;
use super::database::TestDatabase;
use super::given::Given;
use super::proxy::Proxy;
use super::smtp::SmtpServer;

pub struct TestApp {
    pub address: SocketAddr,
    pub clock: Clock,
    pub mailbox: SmtpServer,
    /// Stands in front of the database where [`Builder::spawn_through_proxy`] put it.
    pub proxy: Option<Proxy>,
    server: Option<Server>,
    options: Builder,
    pub(super) people: Mutex<usize>,
    // Dropped last, and the database before its directory.
    pub database: TestDatabase,
    dir: TempDir,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How a portal is started.
#[expect(clippy::struct_excessive_bools, reason = "each is one option of a test")]
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Vec<(String, String)>,
    keeps_mail: bool,
    runs_workers: bool,
    has_system_clock: bool,
    version: Option<String>,
    has_test_clock: bool,
    smtp_limits: SmtpLimits,
    webhook_limits: Option<WebhookLimits>,
    lease_renewal: Option<Duration>,
}

/// A portal as most tests want it: mail goes to `mailbox` when the test says so.
pub fn spawn_app() -> TestApp {
    Builder::default().spawn()
}

impl TestApp {
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub fn context(&self) -> &Context {
        self.server.as_ref().expect("it runs").context()
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Visitor {
        Visitor::new(self.address)
    }

    /// Somebody who is not signed in, at that address, where `trusted_proxies` names this machine.
    pub fn anonymous_at(&self, address: &str) -> Visitor {
        let mut visitor = self.anonymous();
        visitor.comes_from = Some(address.to_owned());
        visitor
    }

    /// A new person of that role, signed in.
    pub fn staff(&self, role: Role) -> Visitor {
        let person = self.given().staff(role);
        self.sign_in(&person.email, super::given::PASSWORD)
    }

    pub fn viewer(&self) -> Visitor {
        self.staff(Role::Viewer)
    }

    pub fn agent(&self) -> Visitor {
        self.staff(Role::Agent)
    }

    pub fn admin(&self) -> Visitor {
        self.staff(Role::Admin)
    }

    /// Signs in through the form.
    pub fn sign_in(&self, email: &str, password: &str) -> Visitor {
        let mut visitor = self.anonymous();
        let page = visitor.post("/login", &[("email", email), ("password", password)]);
        assert_eq!(page.status, 303, "signing in failed: {}", page.body);
        visitor
    }

    pub fn given(&self) -> Given<'_> {
        Given::new(self)
    }

    /// Sends everything that is due, instead of waiting for the workers.
    pub fn run_outbox_until_empty(&self) -> usize {
        self.server().run_outbox_until_empty().expect("the outbox runs")
    }

    /// Does all jobs that no other node holds.
    pub fn run_jobs(&self) {
        run_jobs(self.context(), "test", std::time::Duration::from_secs(60)).expect("the jobs run");
    }

    /// Lets another node take up jobs at once: the lease of one that is gone lasts for 30 seconds.
    pub fn free_leases(&self) {
        let mut conn = Conn::open(&self.database.target()).expect("a connection");
        crate::storage::migrations::execute(&mut conn, "UPDATE jobs SET lease_until = 0");
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Looks into the database, for what nobody can see from outside.
    pub fn read<T>(&self, mut read: impl FnMut(&mut Conn) -> T) -> T {
        self.context()
            .db
            .read(|conn| Ok::<T, keydesk::storage::StorageError>(read(conn)))
            .expect("the database is read")
    }

    /// How many rows there are; `from` follows FROM.
    pub fn count(&self, from: &str) -> i64 {
        let query = format!("SELECT count(*) AS count FROM {from}");
        self.read(|conn| diesel::sql_query(&query).get_result::<Counted>(conn).expect("a number").count)
    }

    /// The same with another setting.
    pub fn restart_with(&mut self, name: &str, value: &str) {
        self.options = self.options.clone().with(name, value);
        self.restart();
    }

    /// Stops the portal and starts it again on the same data, on a new port.
    pub fn restart(&mut self) {
        self.server.take().expect("it runs").stop();
        let server = self.options.start(self.dir.path(), &self.database, &self.mailbox, &self.clock);
        self.address = server.address();
        self.server = Some(server);
    }
}

impl Builder {
    /// A setting by its name in `keydesk.toml`.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// How long the mail server is waited for.
    pub fn with_smtp_limit(mut self, limit: Duration) -> Self {
        self.smtp_limits = SmtpLimits { command: limit, answer: limit };
        self
    }

    /// How many webhooks are sent at the same time, and for how long.
    pub fn with_webhook_limits(mut self, workers: usize, attempt: Duration) -> Self {
        self.webhook_limits = Some(WebhookLimits { workers, attempt });
        self
    }

    /// How often leases are renewed, by the machine's clock.
    pub fn with_lease_renewal(mut self, renewal: Duration) -> Self {
        self.lease_renewal = Some(renewal);
        self
    }

    /// The clock of the test, in a portal with workers too.
    pub fn with_test_clock(mut self) -> Self {
        self.has_test_clock = true;
        self
    }

    /// Mail is kept in files; there is no mail server.
    pub fn keeping_mail(mut self) -> Self {
        self.keeps_mail = true;
        self
    }

    /// Mail is sent and the log sealed in the background, by the machine's clock.
    pub fn with_workers(mut self) -> Self {
        self.runs_workers = true;
        self.has_system_clock = true;
        self
    }

    pub fn with_system_clock(mut self) -> Self {
        self.has_system_clock = true;
        self
    }

    /// The portal is started on a database that another version left behind: the folder of that name in
    /// `tests/it/fixtures`. It is noon of the day on which the database was made.
    pub fn with_data_of(mut self, version: &str) -> Self {
        self.version = Some(version.to_owned());
        self
    }

    pub fn spawn(self) -> TestApp {
        self.spawn_behind(|_| None)
    }

    /// The portal reaches PostgreSQL through a line that the test can cut; the test itself does not.
    pub fn spawn_through_proxy(self) -> TestApp {
        self.spawn_behind(|database| Some(Proxy::to(&database.url)))
    }

    fn spawn_behind(mut self, proxy: impl FnOnce(&TestDatabase) -> Option<Proxy>) -> TestApp {
        let dir = tempfile::tempdir().expect("a directory");
        let database = match self.version.clone() {
            Some(version) => {
                let fixture = fixture(&version);
                let secret = std::fs::read_to_string(fixture.join("secret.key")).expect("its secret");
                self = self.with("secret", secret.trim());
                TestDatabase::from_fixture(dir.path(), &fixture)
            }
            None => TestDatabase::new(dir.path()),
        };
        let proxy = proxy(&database);
        if let Some(proxy) = &proxy {
            self = self.with("database_url", &proxy.url(&database.url));
        }
        let mailbox = SmtpServer::start();
        let start = if self.version.is_some() { "2026-11-29T12:00:00Z" } else { "2026-06-15T10:00:00Z" };
        let start: Timestamp = start.parse().expect("a moment");
        let clock = if self.has_system_clock && !self.has_test_clock { Clock::system() } else { Clock::fixed(start) };
        let server = self.start(dir.path(), &database, &mailbox, &clock);
        TestApp {
            address: server.address(),
            clock,
            mailbox,
            proxy,
            server: Some(server),
            options: self,
            people: Mutex::new(0),
            database,
            dir,
        }
    }

    fn start(&self, dir: &Path, database: &TestDatabase, mailbox: &SmtpServer, clock: &Clock) -> Server {
        let config = self.config(dir, &database.url, &mailbox.url());
        let defaults = StartOptions::default();
        let options = StartOptions {
            run_workers: self.runs_workers,
            smtp_limits: self.smtp_limits,
            webhook_limits: self.webhook_limits.unwrap_or(defaults.webhook_limits),
            lease_renewal: self.lease_renewal.unwrap_or(defaults.lease_renewal),
        };
        Server::start_with(config, clock.clone(), options).expect("it starts")
    }

    fn config(&self, dir: &Path, database_url: &str, smtp_url: &str) -> Config {
        let data_dir = dir.join("data").display().to_string();
        let mut values = vec![("listen", "127.0.0.1:0"), ("data_dir", &data_dir), ("database_url", database_url)];
        // Most tests look at what is sent; those of undoing set a window.
        values.push(("undo", "0s"));
        if !self.keeps_mail {
            values.push(("smtp_url", smtp_url));
        }
        let own = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let values = values.into_iter().chain(own).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Config::parse(&values).expect("a good configuration")
    }
}

/// What a version left behind, with a note of how it was made.
pub fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(version)
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.take());
    }
}
