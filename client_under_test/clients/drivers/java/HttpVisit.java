// java.net.http with SPKI pins. The trust manager around PKIX's own is what pins; it is asked with the engine, so the name of
// the host has been checked before (endpoint identification). The visit as a whole has a deadline: HttpRequest's own ends
// with the head of the answer. Arguments: URL ADDRESS STORE CANARY TIMEOUT_MS PROXY_PORT(or 0) [PINS].
import java.io.FileInputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilder;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

public final class HttpVisit {
    public static void main(String[] arguments) throws Exception {
        try {
            HttpResponse<String> answer = visit(arguments);
            say("accept", null, "", String.valueOf(answer.statusCode()), answer.body());
        } catch (IllegalArgumentException error) {
            say("reject", "config_invalid", error.toString(), "null", "");
        } catch (Throwable error) {
            StringBuilder words = new StringBuilder();
            for (Throwable cause = error; cause != null && words.length() < 400; cause = cause.getCause()) words.append(cause).append(" <- ");
            say("reject", null, words.toString(), "null", "");
        }
        System.out.flush();
        Runtime.getRuntime().halt(0); // not exit: the client's own threads may be in the midst of a read
    }

    private static HttpResponse<String> visit(String[] arguments) throws Exception {
        URI url = URI.create(arguments[0]);
        Set<String> pins = arguments.length > 6 ? readPins(arguments[6]) : null;
        int proxy = Integer.parseInt(arguments[5]);
        if (proxy != 0) return fetch(arguments, url, pins, ProxySelector.of(new InetSocketAddress("127.0.0.1", proxy)));
        Path hosts = Files.createTempFile(Path.of(arguments[2]).toAbsolutePath().getParent(), "hosts", null);
        try {
            Files.writeString(hosts, arguments[1] + " " + url.getHost() + "\n");
            System.setProperty("jdk.net.hosts.file", hosts.toString()); // before the first look-up, when the JDK reads the name
            return fetch(arguments, url, pins, HttpClient.Builder.NO_PROXY);
        } finally {
            Files.delete(hosts);
        }
    }

    private static HttpResponse<String> fetch(String[] arguments, URI url, Set<String> pins, ProxySelector proxies) throws Exception {
        Duration limit = Duration.ofMillis(Long.parseLong(arguments[4]));
        HttpClient client = HttpClient.newBuilder().sslContext(trust(arguments[2], pins)).proxy(proxies).build();
        HttpRequest request = HttpRequest.newBuilder(url).version(HttpClient.Version.HTTP_1_1)
            .header("X-Pinlab-Canary", arguments[3]).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).get(left(limit), TimeUnit.MILLISECONDS);
    }

    // The visit's time runs from the start of Java, which may be slow; but three seconds are left in any case.
    private static long left(Duration limit) {
        Instant began = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Math.max(3000, limit.minus(Duration.between(began, Instant.now())).toMillis());
    }

    private static Set<String> readPins(String texts) {
        Set<String> found = new HashSet<>();
        for (String pin : texts.split(",", -1)) {
            byte[] raw = Base64.getDecoder().decode(pin.startsWith("sha256/") ? pin.substring(7) : pin);
            if (raw.length != 32) throw new IllegalArgumentException("a pin has 32 bytes");
            found.add(Base64.getEncoder().encodeToString(raw));
        }
        return found;
    }

    private static SSLContext trust(String file, Set<String> pins) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (FileInputStream pem = new FileInputStream(file)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("anchor" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        X509ExtendedTrustManager inner = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {pins == null ? inner : new Pinned(inner, store, pins)}, null);
        return context;
    }

    private static void say(String claim, String reason, String detail, String status, String body) {
        System.out.println("{\"claim\":\"" + claim + "\",\"reason\":" + (reason == null ? "null" : "\"" + reason + "\"")
            + ",\"status\":" + status + ",\"detail\":\"" + plain(detail) + "\",\"body\":\"" + plain(body) + "\"}");
    }

    private static String plain(String text) {
        String clean = text.replaceAll("[^ -~]", " ").replace('\\', '/').replace('"', '\'');
        return clean.substring(0, Math.min(clean.length(), 440));
    }
}

/** Asks PKIX first, then for a pinned key in a path built to an anchor: what it is handed is only what was presented. */
final class Pinned extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager inner;
    private final KeyStore anchors;
    private final Set<String> pins;

    Pinned(X509ExtendedTrustManager inner, KeyStore anchors, Set<String> pins) {
        this.inner = inner;
        this.anchors = anchors;
        this.pins = pins;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String kind, SSLEngine engine) throws CertificateException {
        inner.checkServerTrusted(presented, kind, engine);
        try {
            PKIXCertPathBuilderResult built = path(presented);
            for (Certificate certificate : built.getCertPath().getCertificates()) if (pinned(certificate)) return;
            if (pinned(built.getTrustAnchor().getTrustedCert())) return;
        } catch (java.security.GeneralSecurityException fault) {
            throw new CertificateException(fault);
        }
        throw new CertificateException("pinlab: no pinned key");
    }

    private PKIXCertPathBuilderResult path(X509Certificate[] presented) throws java.security.GeneralSecurityException {
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(presented[0]);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, leaf);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(Arrays.asList(presented))));
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(-1); // the trust manager has judged it; five would be the limit here
        return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
    }

    private boolean pinned(Certificate certificate) throws java.security.GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
        return pins.contains(Base64.getEncoder().encodeToString(hash));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String kind, Socket socket) throws CertificateException {
        throw new CertificateException("pinlab: not asked by an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] presented, String kind) throws CertificateException {
        throw new CertificateException("pinlab: not asked by an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] presented, String kind, SSLEngine engine) throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] presented, String kind, Socket socket) throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] presented, String kind) throws CertificateException {
        throw new CertificateException("no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return inner.getAcceptedIssuers();
    }
}
