//! Contents in S3-compatible storage, under `9f/9f2c…`. What is being received is a file on this machine until it is whole.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::runtime::Runtime;

use super::chunks::{Chunks, Streamed};
use crate::config::BucketSettings;
use crate::domain::file::ContentHash;
use crate::outbound::AddressGuard;

/// How much is sent as one part; a file may have 10,000 parts.
const PART: usize = 16 * 1024 * 1024;

/// How many parts are on their way at once.
const PARTS_AT_ONCE: usize = 1;

/// The time limit of a request, apart from reading a body.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A bucket; cheap to clone.
#[derive(Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Path,
    /// Requests run here, so that threads that are not the web server's can make them too.
    runtime: Arc<Runtime>,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Bucket {
    /// Fails if no requests can be made to it at all; it is not asked yet.
    pub(super) fn new(settings: &BucketSettings, guard: &AddressGuard) -> io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().thread_name("bucket").build()?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.access_key)
            .with_secret_access_key(settings.secret_key.expose())
            .with_client_options(
                ClientOptions::new().with_connect_timeout(Duration::from_secs(5)).with_timeout_disabled(),
            )
            .with_http_connector(Guarded(guard.clone()));
        if let Some(endpoint) = &settings.endpoint {
            guard.check(endpoint).map_err(|error| io::Error::other(format!("the endpoint {}", error.explain())))?;
            // Only those that the guard lets through without TLS are on networks that the configuration allows.
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http:"))
                .with_virtual_hosted_style_request(false);
        }
        let store = builder.build().map_err(io::Error::other)?;
        let prefix = Path::parse(&settings.prefix).map_err(io::Error::other)?;
        Ok(Self { store: Arc::new(store), prefix, runtime: Arc::new(runtime) })
    }

    /// Whether the bucket answers and may be listed.
    pub(super) fn check(&self) -> io::Result<()> {
        self.wait(async |store| store.list_with_delimiter(Some(&self.prefix)).await.map(drop))
    }

    /// Sends a content that was received. One that is there already is replaced by the same.
    pub(super) fn store(&self, hash: &ContentHash, file: &mut File) -> io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        let path = self.path(hash);
        let mut upload =
            self.wait(async |store| Ok(WriteMultipart::new_with_chunk_size(store.put_multipart(&path).await?, PART)))?;
        let mut block = vec![0; PART];
        loop {
            let length = read_full(file, &mut block)?;
            if length == 0 {
                break;
            }
            let part = block.get(..length).unwrap_or_default().to_vec();
            self.runtime
                .block_on(async {
                    upload.wait_for_capacity(PARTS_AT_ONCE).await?;
                    upload.put(part.into());
                    Ok::<_, Error>(())
                })
                .map_err(explained)?;
        }
        self.runtime.block_on(upload.finish()).map(drop).map_err(explained)
    }

    /// The bytes of a range.
    pub(super) fn open(&self, hash: &ContentHash, range: Range<u64>) -> io::Result<Chunks> {
        let length = range.end.saturating_sub(range.start);
        let (path, options) =
            (self.path(hash), GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() });
        if length == 0 {
            let found = self.wait(async |store| store.head(&path).await)?;
            return if found.size == range.end {
                Ok(Chunks::empty())
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            };
        }
        let found = self.wait(async |store| store.get_opts(&path, options).await)?;
        if found.range != range {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Chunks::streamed(Streamed(Box::pin(found.into_stream().map_err(explained))), length))
    }

    pub(super) fn remove(&self, hash: &ContentHash) -> io::Result<()> {
        self.wait(async |store| store.delete(&self.path(hash)).await)
    }

    /// When the content was stored last; `None` if there is none.
    pub(super) fn stored_at(&self, hash: &ContentHash) -> io::Result<Option<Timestamp>> {
        match self.wait(async |store| store.head(&self.path(hash)).await) {
            Ok(found) => Ok(Timestamp::from_millisecond(found.last_modified.timestamp_millis()).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn stored_before(&self, before: Timestamp) -> io::Result<Vec<ContentHash>> {
        let found: Vec<_> = self.wait(async |store| store.list(Some(&self.prefix)).try_collect().await)?;
        let is_old = |at: i64| at < before.as_millisecond();
        let old =
            found.iter().filter(|object: &&object_store::ObjectMeta| is_old(object.last_modified.timestamp_millis()));
        Ok(old.filter_map(|object| ContentHash::parse(object.location.filename()?)).collect())
    }

    fn path(&self, hash: &ContentHash) -> Path {
        let folder = hash.as_str().get(..2).unwrap_or_default();
        self.prefix.clone().join(folder).join(hash.as_str())
    }

    fn wait<T>(&self, work: impl AsyncFnOnce(&AmazonS3) -> Result<T, Error>) -> io::Result<T> {
        self.runtime.block_on(work(&self.store)).map_err(explained)
    }
}

/// Fills the block, or reads what is left.
fn read_full(file: &mut File, block: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = block.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

fn explained(error: Error) -> io::Error {
    match error {
        Error::NotFound { .. } => io::ErrorKind::NotFound.into(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            io::Error::new(io::ErrorKind::PermissionDenied, "the storage refuses the access key")
        }
        other => io::Error::other(other),
    }
}

/// Makes clients that connect to permitted addresses only.
#[derive(Debug)]
struct Guarded(AddressGuard);

impl HttpConnector for Guarded {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(GuardedNames(self.0.clone())))
            .build();
        client.map(HttpClient::new).map_err(|error| Error::Generic { store: "S3", source: Box::new(error) })
    }
}

#[derive(Debug)]
struct GuardedNames(AddressGuard);

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().all(|at| guard.permits(at.ip() as IpAddr)) {
                Ok(Box::new(found.into_iter()) as Addrs)
            } else {
                Err(io::Error::new(io::ErrorKind::PermissionDenied, crate::outbound::agent::REFUSED).into())
            }
        })
    }
}
