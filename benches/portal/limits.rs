//! The limits: bare servers in processes of their own, with as many threads as the portal has.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::web::{Bytes, Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use keydesk::config::DatabaseUrl;
use keydesk::storage::Db;
use keydesk::storage::db::connection::Target;

use super::bare_pages;
use super::driver::load::{Figures, Request, repeat};
use super::driver::process::Portal;
use super::fixture::Fixture;
use super::{CLIENTS, TURN};

/// With this first argument the bench itself is such a server.
pub const ARGUMENT: &str = "--limit";

/// A server that answers everything with these bytes.
pub fn start_bytes(dir: &Path, bytes: &[u8]) -> Portal {
    let file = dir.join("page.html");
    std::fs::write(&file, bytes).unwrap();
    start(&["bytes", &file.display().to_string()])
}

/// A server with the pages of [`bare_pages`], read from the fixture's database.
pub fn start_query(fixture: &Fixture) -> Portal {
    let database = match &fixture.config.database_url {
        DatabaseUrl::Sqlite(path) => path.display().to_string(),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    start(&["query", &database])
}

/// Asks such a server for these paths in turn.
pub fn ask(server: &Portal, paths: &[String]) -> Figures {
    let bytes = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: bare\r\n\r\n").into_bytes();
    repeat(server.address, CLIENTS, TURN, paths, &|path| Request { bytes: bytes(path), status: 200 })
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
        App::new().default_service(get().to(page))
    };
    HttpServer::new(app).workers(2).listen(listener).unwrap().run()
}

fn query_server(database: &str, listener: TcpListener) -> Server {
    let target = if database.starts_with("postgres") {
        Target::Postgres(database.into())
    } else {
        Target::Sqlite(database.into())
    };
    let source = Data::new(bare_pages::Source::new(Db::open(&target, Arc::new(|| ())).unwrap()));
    let app = move || App::new().app_data(Data::clone(&source)).configure(bare_pages::configure);
    HttpServer::new(app).workers(2).listen(listener).unwrap().run()
}
