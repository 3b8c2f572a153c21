//! Trusted certificate authorities: the public ones, or those of a file or a variable.

use std::path::Path;
use std::sync::Arc;

use hallpass_core::config::DatabaseConfig;
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::site::client::authorities;

/// Mozilla's root certificates, which the functions use, too.
pub(super) fn public() -> Arc<RootCertStore> {
    Arc::new(RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    })
}

pub(super) fn of_file(path: &Path) -> Result<Arc<RootCertStore>, Failure> {
    Ok(store(authorities(path)?))
}

/// `DATABASE_CA_CERT`, or else `sslrootcert` of the URL, or else the public root certificates.
pub(super) fn of_database(
    environment: &Environment,
    database: &DatabaseConfig,
) -> Result<Arc<RootCertStore>, Failure> {
    if let Some(pem) = environment.get("DATABASE_CA_CERT") {
        let pem = pem.replace("\\n", "\n");
        // The configuration has already refused text that is not a certificate.
        let list = CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok);
        return Ok(store(list.collect()));
    }
    let url = environment.get(database.variable).unwrap_or_default();
    let (_, query) = url.split_once('?').unwrap_or_default();
    let file = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("sslrootcert="));
    match file {
        Some(path) => of_file(Path::new(path)),
        None => Ok(public()),
    }
}

fn store(list: Vec<CertificateDer<'static>>) -> Arc<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(list);
    Arc::new(store)
}
