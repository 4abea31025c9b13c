//! The limits: bare servers in processes of their own, with as many threads as the portal has.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::web::{Bytes, Data, block, get};
use actix_web::{App, HttpResponse, HttpServer};
use askama::Template;
use jiff::Timestamp;
use keydesk::config::DatabaseUrl;
use keydesk::domain::clock::Clock;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::page::PageStart;
use keydesk::storage::db::connection::Target;
use keydesk::storage::grants::list::{GrantFilter, GrantLine};
use keydesk::storage::{Db, StorageError, grants};

use super::driver::process::Portal;
use super::fixture::Fixture;

/// With this first argument the bench itself is such a server.
pub const ARGUMENT: &str = "--limit";

/// Lines of the portal's list.
const LINES: usize = 40;

/// The page's table as the portal writes it, with nothing around it and nothing looked up for it.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html><title>Queue</title><table class="data">
<caption class="sr">Pending grants, longest waiting first</caption>
<thead><tr><th scope="col">Waiting</th><th scope="col">Customer</th><th scope="col">Entitlement</th><th scope="col">Grant</th><th scope="col">Payment</th><th scope="col">Status</th><th scope="col">E-mail</th><th scope="col">Taken by</th><th scope="col" class="num"><span class="sr">Action</span></th></tr></thead>
<tbody>
{%- for line in lines %}{% let minutes = self.minutes(line) %}<tr>
<td data-label="Waiting"><span class="state c-bad"><svg class="i" aria-hidden="true"><use href="#i-failed"/></svg>{{ minutes / 1440 }} d {{ minutes / 60 % 24 }} h<span class="sr">, past target</span></span><svg class="bar c-bad" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="4"/></svg></td>
<th scope="row" class="full"><a class="go cut" href="/grants/{{ line.id }}" data-row>{{ line.customer_name }}</a><span class="sub cut">{{ line.customer_email }}</span></th>
<td data-label="Entitlement">{{ line.entitlement_name }}<span class="sub">{{ line.integration_type.as_str() }}</span></td>
<td data-label="Grant"><span class="id cut">{{ line.id }}</span></td>
<td data-label="Payment">
{%- if let Some(payment) = line.payment_id %}<span class="id cut">{{ payment }}</span>{% endif %}
{%- if let Some(subscription) = line.subscription_id %}<span class="id sub cut">{{ subscription }}</span>{% else %}<span class="sub">one-off</span>{% endif %}</td>
<td data-label="Status"><span class="chip {{ line.status.as_str() }}"><svg class="i" aria-hidden="true"><use href="#i-{{ line.status.as_str() }}"/></svg>{{ line.status.as_str() }}</span></td>
<td data-label="E-mail">{% if let Some(state) = line.email_state %}<span class="state">{{ state.as_str() }}</span>{% else %}<span class="muted">Not yet</span>{% endif %}</td>
<td data-label="Taken by">{% if let Some(name) = line.holder_name %}<span class="who"><span>{{ name }}</span></span>{% else %}<span class="muted">Nobody</span>{% endif %}</td>
<td class="act"><a class="btn small" href="/grants/{{ line.id }}/fulfillment/new" data-fulfill>Fulfill<span class="sr">: {{ line.customer_name }}</span></a></td>
</tr>
{%- endfor %}</tbody></table>"##
)]
struct Table {
    lines: Vec<GrantLine>,
    now: Timestamp,
}

impl Table {
    fn minutes(&self, line: &GrantLine) -> i64 {
        line.created_at.duration_until(self.now).as_mins()
    }
}

/// A server that answers everything with these bytes.
pub fn start_bytes(dir: &Path, bytes: &[u8]) -> Portal {
    let file = dir.join("page.html");
    std::fs::write(&file, bytes).unwrap();
    start(&["bytes", &file.display().to_string()])
}

/// A server that answers everything with the queue's table, read from the fixture's database.
pub fn start_query(fixture: &Fixture) -> Portal {
    let database = match &fixture.config.database_url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    start(&["query", &database])
}

fn start(arguments: &[&str]) -> Portal {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(ARGUMENT).args(arguments);
    Portal::run(command)
}

/// Is that server.
pub fn serve(arguments: &[String]) {
    let [kind, what] = arguments else { panic!("a kind of server and what it serves") };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    actix_web::rt::System::new().block_on(async {
        let server = if kind == "bytes" { bytes_server(what, listener) } else { query_server(what, listener) };
        server.await.unwrap();
    });
}

fn bytes_server(file: &str, listener: TcpListener) -> Server {
    let bytes = Bytes::from(std::fs::read(file).unwrap());
    let app = move || {
        let bytes = bytes.clone();
        let page = move || {
            let bytes = bytes.clone();
            async { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(bytes) }
        };
        App::new().route("/", get().to(page))
    };
    HttpServer::new(app).workers(2).listen(listener).unwrap().run()
}

fn query_server(database: &str, listener: TcpListener) -> Server {
    let target = if database.starts_with("postgres") {
        Target::Postgres(database.into())
    } else {
        Target::Sqlite(database.into())
    };
    let db = Data::new(Db::open(&target, Arc::new(|| ())).unwrap());
    let app = move || App::new().app_data(Data::clone(&db)).route("/", get().to(table));
    HttpServer::new(app).workers(2).listen(listener).unwrap().run()
}

async fn table(db: Data<Db>) -> HttpResponse {
    let filter = GrantFilter { status: Some(GrantStatus::Pending), ..GrantFilter::default() };
    let read = move || db.read(|conn| grants::list::list(conn, &filter, &PageStart::Start, LINES));
    let page: Result<_, StorageError> = block(read).await.unwrap();
    let table = Table { lines: page.unwrap().rows, now: Clock::system().now() };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(table.render().unwrap())
}
