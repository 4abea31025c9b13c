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
use keydesk::config::DatabaseUrl;
use keydesk::domain::grant::GrantStatus;
use keydesk::domain::page::From;
use keydesk::storage::connection::Target;
use keydesk::storage::grant_list::{self, GrantFilter, GrantLine};
use keydesk::storage::{Db, StorageError};

use super::driver::process::Portal;
use super::fixture::Fixture;

/// With this first argument the bench itself is such a server.
pub const ARGUMENT: &str = "--limit";

/// Lines of the portal's list.
const LINES: usize = 40;

/// The table with nothing around it.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><title>Queue</title><table>
{%- for line in lines %}<tr><td>{{ line.created_at }}</td><th><a href="/grants/{{ line.id }}">{{ line.customer_name }}</a> {{ line.customer_email }}</th><td>{{ line.entitlement_name }} {{ line.integration_type.as_str() }}</td><td>{{ line.id }}</td><td>{% if let Some(id) = line.payment_id %}{{ id }}{% endif %} {% if let Some(id) = line.subscription_id %}{{ id }}{% endif %}</td><td>{{ line.status.as_str() }}</td><td>{% if let Some(state) = line.email_state %}{{ state.as_str() }}{% endif %}</td><td>{% if let Some(name) = line.holder_name %}{{ name }}{% endif %}</td><td><a href="/grants/{{ line.id }}/fulfillment/new">Fulfill</a></td></tr>
{%- endfor %}</table>"#
)]
struct Table {
    lines: Vec<GrantLine>,
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
    let read = move || db.read(|conn| grant_list::list(conn, &filter, &From::Start, LINES));
    let page: Result<_, StorageError> = block(read).await.unwrap();
    let table = Table { lines: page.unwrap().rows };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(table.render().unwrap())
}
