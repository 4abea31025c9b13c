//! TLS to the mail server: certificates are verified against the public roots and those in `KEYDESK_SMTP_CA`. A server
//! may also present one of the certificates in that file itself, as servers with a self-signed certificate do. That
//! very certificate is trusted whatever it says, because the file names it.

use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};

use super::smtp_failure::{Failure, Origin, Stage};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

pub(super) struct Tls {
    verified: TlsParameters,
    pinned: Option<Pinned>,
}

/// The way to a server that presents a certificate of the file itself.
struct Pinned {
    /// These verify only that the server has the certificate's key. The certificate is compared before anything else
    /// is said.
    parameters: TlsParameters,
    certificates: Vec<Vec<u8>>,
    /// Whether the server did so the last time.
    is_usual: AtomicBool,
}

impl Tls {
    /// For a server of this name. Fails with a message if the file with further certificates has none, or one that
    /// cannot be read.
    pub(crate) fn new(host: &str, further_pem: Option<&[u8]>) -> Result<Self, String> {
        let builder = TlsParameters::builder(host.to_owned());
        let failed = |error: lettre::transport::smtp::Error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            format!("a certificate of the file cannot be used: {cause}")
        };
        let Some(pem) = further_pem else {
            return Ok(Self { verified: builder.build().map_err(failed)?, pinned: None });
        };
        let certificates = certificates(&String::from_utf8_lossy(pem))?;
        let verified = certificates.iter().try_fold(builder.clone(), |builder, der| {
            Ok::<_, String>(builder.add_root_certificate(Certificate::from_der(der.clone()).map_err(failed)?))
        })?;
        let parameters = builder.dangerous_accept_invalid_certs(true).dangerous_accept_invalid_hostnames(true);
        Ok(Self {
            verified: verified.build().map_err(failed)?,
            pinned: Some(Pinned {
                parameters: parameters.build().map_err(failed)?,
                certificates,
                is_usual: AtomicBool::new(false),
            }),
        })
    }

    /// Connects by `open`: a second time where the certificate did not verify and may be one of the file.
    pub(crate) fn connect<T>(
        &self,
        open: impl Fn(&TlsParameters) -> Result<(SmtpConnection, T), Failure>,
    ) -> Result<(SmtpConnection, T), Failure> {
        let Some(pinned) = &self.pinned else { return open(&self.verified) };
        if pinned.is_usual.load(Ordering::Relaxed)
            && let Some(connected) = pinned.connect(&open)?
        {
            return Ok(connected);
        }
        match open(&self.verified) {
            Err(failure) if failure.origin == Origin::Certificate => match pinned.connect(&open)? {
                Some(connected) => {
                    pinned.is_usual.store(true, Ordering::Relaxed);
                    Ok(connected)
                }
                None => Err(failure),
            },
            connected => {
                pinned.is_usual.store(false, Ordering::Relaxed);
                connected
            }
        }
    }
}

impl Pinned {
    /// `None` if the server presents another certificate.
    fn connect<T>(
        &self,
        open: impl Fn(&TlsParameters) -> Result<(SmtpConnection, T), Failure>,
    ) -> Result<Option<(SmtpConnection, T)>, Failure> {
        let (connection, more) = open(&self.parameters)?;
        if !connection.is_encrypted() {
            return Ok(Some((connection, more)));
        }
        let presented = connection.peer_certificate().map_err(|error| Failure::of(Stage::Tls, &error))?;
        Ok(self.certificates.contains(&presented).then_some((connection, more)))
    }
}

/// The certificates of a PEM file.
fn certificates(pem: &str) -> Result<Vec<Vec<u8>>, String> {
    let blocks = pem.split(BEGIN).skip(1).map(|rest| {
        let (block, _) = rest.split_once(END).ok_or("a certificate of the file has no end")?;
        let packed: String = block.split_whitespace().collect();
        STANDARD.decode(packed).map_err(|_| "a certificate of the file is not PEM".to_owned())
    });
    let certificates = blocks.collect::<Result<Vec<_>, String>>()?;
    if certificates.is_empty() { Err("the file holds no certificate".to_owned()) } else { Ok(certificates) }
}
