//! ureq on rustls, pinned by a ServerCertVerifier around rustls' own. One agent lives for the whole process.
use base64::prelude::{Engine, BASE64_STANDARD};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::{pem::PemObject, CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use serde_json::{json, Value};
use std::collections::HashSet;
use std::io::{self, BufRead};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Fault = Box<dyn std::error::Error>;
type Pins = Option<HashSet<Vec<u8>>>;

/// Asks rustls' verifier first; then the leaf, whose key the handshake proves, must have a pinned key. Which path was
/// verified is not told, so no more is asked of the other certificates: they are only presented.
#[derive(Debug)]
struct Pinned {
    inner: Arc<WebPkiServerVerifier>,
    pins: Pins,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(leaf, rest, name, ocsp, now)?;
        let Some(pins) = &self.pins else { return Ok(verified) };
        let parsed = webpki::EndEntityCert::try_from(leaf).map_err(|e| Error::General(e.to_string()))?;
        let hash = ring::digest::digest(&ring::digest::SHA256, &parsed.subject_public_key_info());
        match pins.contains(hash.as_ref()) {
            true => Ok(verified),
            false => Err(Error::General("pinlab: no pinned key".into())),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// The pins as hashes, None for no pinning; an empty set, or what is no SHA-256, is no pin set.
fn read_pins(brief: &Value) -> Result<Pins, String> {
    let Some(texts) = brief["pins"].as_array() else { return Ok(None) };
    let mut found = HashSet::new();
    for text in texts.iter().filter_map(Value::as_str) {
        let raw = BASE64_STANDARD.decode(text.strip_prefix("sha256/").unwrap_or(text)).map_err(|e| e.to_string())?;
        if raw.len() != 32 {
            return Err("a pin has 32 bytes".into());
        }
        found.insert(raw);
    }
    match found.is_empty() {
        true => Err("a pin set needs pins".into()),
        false => Ok(Some(found)),
    }
}

fn text<'a>(brief: &'a Value, name: &str) -> &'a str {
    brief[name].as_str().unwrap_or("")
}

/// rustls keeps sessions by name in the configuration, so another trust or other pins bring an empty store.
fn agent(brief: &Value, pins: Pins) -> Result<ureq::Agent, Fault> {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(text(brief, "ca_file"))? {
        roots.add(one?)?;
    }
    let inner = WebPkiServerVerifier::builder(Arc::new(roots)).build()?;
    let verifier = Arc::new(Pinned { inner, pins });
    let tls = ClientConfig::builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    let limit = Duration::from_millis(brief["timeout_ms"].as_u64().unwrap_or(8000));
    let made = ureq::AgentBuilder::new().tls_config(Arc::new(tls)).redirects(0).timeout(limit).max_idle_connections(0);
    if let Some(proxy) = brief["proxy"].as_str() {
        return Ok(made.proxy(ureq::Proxy::new(proxy)?).build());
    }
    let address = text(brief, "address").to_string();
    let lookup = move |asked: &str| -> io::Result<Vec<SocketAddr>> {
        let port = asked.rsplit(':').next().unwrap_or("443");
        Ok(format!("{address}:{port}").to_socket_addrs()?.collect())
    };
    Ok(made.resolver(lookup).build())
}

type Kept = Mutex<Option<(String, ureq::Agent)>>;

fn visit(brief: &Value, pins: Pins, kept: &Kept) -> Result<Value, Fault> {
    let key = format!("{} {}", brief["pins"], brief["ca_file"]);
    let mut slot = kept.lock().unwrap();
    if slot.as_ref().map_or(true, |(made_for, _)| *made_for != key) {
        *slot = Some((key, agent(brief, pins)?));
    }
    let url = format!("https://{}:{}{}", text(brief, "host"), brief["port"], text(brief, "path"));
    let request = slot.as_ref().unwrap().1.get(&url).set("X-Pinlab-Canary", text(brief, "canary"));
    let answer = match request.call() {
        Ok(answer) | Err(ureq::Error::Status(_, answer)) => answer,
        Err(error) => return Err(error.into()),
    };
    Ok(json!({"claim": "accept", "status": answer.status(), "body": answer.into_string()?}))
}

fn words(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        said += &format!(" <- {one}");
        cause = one.source();
    }
    said.chars().take(480).collect()
}

fn outcome(brief: &Value, kept: &Kept) -> Value {
    if brief["clock_s"].as_i64().unwrap_or(0) != 0 {
        return json!({"claim": "unsupported", "detail": "its clock cannot be set"});
    }
    match read_pins(brief) {
        Err(fault) => json!({"claim": "reject", "reason": "config_invalid", "detail": fault}),
        Ok(pins) => visit(brief, pins, kept)
            .unwrap_or_else(|error| json!({"claim": "reject", "reason": null, "detail": words(error.as_ref())})),
    }
}

fn main() {
    rustls::crypto::ring::default_provider().install_default().expect("the first provider");
    let (mut brief, kept) = (json!({}), Kept::default());
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let told: Value = serde_json::from_str(&line).expect("a line of JSON");
        for (name, value) in told.as_object().expect("an object") {
            brief[name] = value.clone();
        }
        if brief["path"].is_null() {
            let url = text(&brief, "url").to_string();
            brief["path"] = json!(url.splitn(4, '/').nth(3).map_or("/".into(), |rest| format!("/{rest}")));
        }
        println!("{}", outcome(&brief, &kept));
        if brief["session"].as_bool() != Some(true) {
            break;
        }
    }
}
