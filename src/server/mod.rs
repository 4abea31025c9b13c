//! The running portal: opens everything in order, then serves until it is stopped.

mod open;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::guard::fn_guard;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpServer};
use anyhow::{Context as _, anyhow};

use self::open::{check_left_log, note_start};
pub use self::open::{migrate, open, target};
use crate::api;
use crate::config::{BaseUrl, Config, base_url_problem};
use crate::domain::clock::Clock;
use crate::housekeeping;
use crate::http::api_document::ApiDocument;
use crate::http::compress::compress_pages;
use crate::http::metrics::Metrics;
use crate::http::observe::observe;
use crate::http::proxies::Proxies;
use crate::http::rate_limit::RateLimits;
use crate::http::{Site, assets, session_store};
use crate::mail::{Mailer, SmtpLimits};
use crate::open_files;
use crate::outbound::AddressGuard;
use crate::outbox::leases::{Leases, RENEWAL};
use crate::outbox::{self, Transports};
use crate::poller;
use crate::storage::StorageError;
use crate::usecases::Context;
use crate::web::auth::sign_in_steps::carry_known_browser;
use crate::web::layout::error_pages::{error_pages, refuse_foreign};
use crate::web::layout::flash_cookie::carry_flash;
use crate::web::{customer_files, health, hooks, routes, urls};
use crate::webhooks::{Poster, WebhookLimits};

/// Requests that are still open after this time are aborted.
const SHUTDOWN_SECONDS: u64 = 6;
const WORKERS: usize = 2;
/// Blocking threads per worker; the database's pool is smaller.
const BLOCKING_THREADS: usize = 8;

/// Options of a start, for tests and the demo.
#[derive(Debug, Clone, Copy)]
pub struct StartOptions {
    /// Whether the outbox workers and housekeeping run in the background.
    pub run_workers: bool,
    /// How long to wait for the mail server.
    pub smtp_limits: SmtpLimits,
    pub webhook_limits: WebhookLimits,
    /// How often the lease of a message is renewed while it is being sent.
    pub lease_renewal: Duration,
}

impl Default for StartOptions {
    fn default() -> Self {
        Self {
            run_workers: true,
            smtp_limits: SmtpLimits::default(),
            webhook_limits: WebhookLimits::default(),
            lease_renewal: RENEWAL,
        }
    }
}

/// A running portal.
pub struct Server {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    ctx: Context,
    transports: Transports,
    handles: Vec<ServerHandle>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
    outbox: Option<outbox::Workers>,
    housekeeping: Option<housekeeping::Handle>,
    poller: Option<poller::Handle>,
}

impl Server {
    /// Starts the portal with its background threads.
    pub fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Self::start_with(config, clock, StartOptions::default())
    }

    /// Starts the portal; fails with one line if something it needs is missing.
    pub fn start_with(mut config: Config, clock: Clock, options: StartOptions) -> anyhow::Result<Self> {
        let listener = listen("KEYDESK_LISTEN", config.listen)?;
        let address = listener.local_addr()?;
        let metrics_listener = config.metrics_listen.map(|at| listen("KEYDESK_METRICS_LISTEN", at)).transpose()?;
        let metrics_address = metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let problem = base_url_problem(config.base_url.as_ref(), address);
        let site = Site::new(config.base_url.get_or_insert_with(|| BaseUrl::of_listener(address)));

        check_left_log(&config)?;
        let notifier = outbox::Notifier::default();
        let on_outbox = notifier.clone();
        let ctx = open(config, clock, Arc::new(move || on_outbox.notify()))?;
        if let Err(error) = note_start(&ctx) {
            tracing::warn!(%error, "the start could not be noted; after a crash the whole file will be checked");
        }
        if let Err(error) = housekeeping::clip_moments(&ctx) {
            tracing::warn!(%error, "moments too far ahead could not be clipped; it will be tried again");
        }
        ctx.files.prepare().map_err(|error| {
            let directory = ctx.config.files_dir();
            match ctx.config.files_store {
                Some(_) => anyhow!("KEYDESK_FILES_STORE: files cannot be stored there: {error}"),
                None => anyhow!("KEYDESK_DATA_DIR: files cannot be stored in {}: {error}", directory.display()),
            }
        })?;
        let transports = Transports {
            mailer: Arc::new(Mailer::from_config(&ctx.config, options.smtp_limits)?),
            poster: Poster::new(AddressGuard::new(ctx.config.webhook_allow.clone()), options.webhook_limits),
            leases: Leases::renewed_every(options.lease_renewal),
        };
        let (handles, thread) = serve(&ctx, site, listener, metrics_listener)?;
        let outbox = options.run_workers.then(|| outbox::start(&ctx, &transports, &notifier));
        let housekeeping = options.run_workers.then(|| housekeeping::start(&ctx));
        let poller = options.run_workers.then(|| poller::start(&ctx));
        open_files::warn(&ctx.config);
        if let Some(problem) = problem {
            tracing::warn!("{problem}");
        }
        let thread = Some(thread);
        Ok(Self { address, metrics_address, ctx, transports, handles, thread, outbox, housekeeping, poller })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the metrics, if they are served.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    pub fn context(&self) -> &Context {
        &self.ctx
    }

    /// Sends what is due, until nothing is; for tests, instead of waiting.
    pub fn run_outbox_until_empty(&self) -> Result<usize, StorageError> {
        let mut sent = 0;
        // A refused e-mail leaves webhooks.
        loop {
            let round = outbox::run_until_empty(&self.ctx, &self.transports)?;
            if round == 0 {
                return Ok(sent);
            }
            sent += round;
        }
    }

    /// Finishes open requests and the current messages, then ends.
    pub fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        for handle in self.handles.drain(..) {
            // The order is given by the call; the thread's end tells that it was followed.
            drop(handle.stop(true));
        }
        if let Some(poller) = self.poller.take() {
            poller.stop();
        }
        if let Some(outbox) = self.outbox.take() {
            outbox.stop(Duration::from_secs(SHUTDOWN_SECONDS));
        }
        if let Some(thread) = self.thread.take() {
            match thread.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the server ended with an error"),
                Err(_) => tracing::error!("the server's thread panicked"),
            }
        }
        if let Some(housekeeping) = self.housekeeping.take() {
            housekeeping.stop(Duration::from_secs(2));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shut_down();
    }
}

fn listen(setting: &str, address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| anyhow!("{setting}: cannot listen on {address}: {error}"))
}

type Running = (Vec<ServerHandle>, JoinHandle<std::io::Result<()>>);

/// Serves on its own thread.
fn serve(
    ctx: &Context,
    site: Site,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
) -> anyhow::Result<Running> {
    let (ctx, metrics) = (ctx.clone(), Metrics::default());
    let (started, wait) = mpsc::channel();
    let thread = std::thread::Builder::new().name("http".into()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let portal = portal(&ctx, &site, &metrics, listener)?;
            let figures = metrics_listener.map(|listener| figures(&ctx, &metrics, listener)).transpose()?;
            let handles = std::iter::once(portal.handle()).chain(figures.as_ref().map(actix_web::dev::Server::handle));
            let _ = started.send(handles.collect::<Vec<_>>());
            let figures = figures.map(actix_web::rt::spawn);
            portal.await?;
            match figures {
                Some(figures) => figures.await.map_err(std::io::Error::other)?,
                None => Ok(()),
            }
        })
    })?;
    match wait.recv() {
        Ok(handles) => Ok((handles, thread)),
        Err(_) => match thread.join() {
            Ok(Err(error)) => Err(error).context("the server did not start"),
            _ => Err(anyhow!("the server did not start")),
        },
    }
}

fn portal(
    ctx: &Context,
    site: &Site,
    metrics: &Metrics,
    listener: TcpListener,
) -> std::io::Result<actix_web::dev::Server> {
    let document = Data::new(api_document());
    let limits = Data::new(RateLimits::new(&ctx.config, &ctx.clock));
    let (ctx, site, metrics) = (Data::new(ctx.clone()), Data::new(site.clone()), Data::new(metrics.clone()));
    let proxies = Data::new(Proxies::default());
    let server = HttpServer::new(move || {
        let pages = web::scope("")
            .configure(routes::pages)
            .wrap(from_fn(refuse_foreign))
            .wrap(from_fn(error_pages))
            .wrap(from_fn(carry_flash))
            .wrap(session_store::middleware(&ctx, &site))
            .wrap(from_fn(carry_known_browser))
            .wrap(from_fn(compress_pages));
        // `/api/docs` is a page for people, in the portal's look.
        let calls = web::scope(api::access::PREFIX)
            .guard(fn_guard(|request| request.head().uri.path() != urls::API_DOCS))
            .configure(api::routes::calls);
        App::new()
            .app_data(Data::clone(&ctx))
            .app_data(Data::clone(&site))
            .app_data(Data::clone(&metrics))
            .app_data(Data::clone(&limits))
            .app_data(Data::clone(&proxies))
            .app_data(Data::clone(&document))
            .wrap(Compress::default())
            .wrap(from_fn(observe))
            .route("/healthz", web::get().to(|| async { health::alive() }))
            .route("/readyz", web::get().to(health::ready))
            .route("/favicon.ico", web::get().to(|| async { assets::icon() }))
            .route("/assets/{name}", web::get().to(|request: HttpRequest| async move { assets::show(&request) }))
            .route(hooks::PATH, web::post().to(hooks::create))
            .service(calls)
            .service(web::scope(customer_files::SCOPE).configure(customer_files::routes))
            .service(pages)
    });
    Ok(server
        .workers(WORKERS)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?
        .run())
}

/// The description of the API, for the page that shows it.
fn api_document() -> ApiDocument {
    let document = serde_json::to_value(api::openapi::document()).unwrap_or_default();
    let calls = api::access::CALLS.iter().map(|(method, path, access)| {
        let role = match access {
            api::access::Access::Open => None,
            api::access::Access::Role(role) => Some(*role),
        };
        (method.to_string(), (*path).to_owned(), role)
    });
    ApiDocument { document, calls: calls.collect() }
}

/// The metrics have their own address, so that a proxy in front of the portal never shows them.
fn figures(ctx: &Context, metrics: &Metrics, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let (ctx, metrics) = (Data::new(ctx.clone()), Data::new(metrics.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::clone(&ctx))
            .app_data(Data::clone(&metrics))
            .route("/metrics", web::get().to(health::metrics))
    });
    Ok(server.workers(1).shutdown_timeout(1).disable_signals().listen(listener)?.run())
}
