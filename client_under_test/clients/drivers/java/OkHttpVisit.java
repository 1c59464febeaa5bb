// OkHttp with its CertificatePinner; one source for releases from 3.1 to 4.x. The brief is read without a JSON library:
// every value that matters comes as an argument: URL ADDRESS STORE CANARY TIMEOUT_MS PROXY_PORT(or 0) [PINS].
import java.io.FileInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.CertificatePinner;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

public final class OkHttpVisit {
    public static void main(String[] arguments) throws Exception {
        try {
            Response answer = visit(arguments);
            say("accept", null, String.valueOf(answer.code()), answer.body().string());
        } catch (Throwable error) {
            StringBuilder words = new StringBuilder();
            for (Throwable cause = error; cause != null && words.length() < 400; cause = cause.getCause()) words.append(cause).append(" <- ");
            say("reject", words.toString(), "null", "");
        }
        System.exit(0);
    }

    private static Response visit(String[] arguments) throws Exception {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().retryOnConnectionFailure(false);
        long limit = Long.parseLong(arguments[4]);
        builder.connectTimeout(limit, TimeUnit.MILLISECONDS).readTimeout(limit, TimeUnit.MILLISECONDS);
        InetAddress lab = InetAddress.getByName(arguments[1]);
        builder.dns(name -> Collections.singletonList(lab));
        int proxy = Integer.parseInt(arguments[5]);
        if (proxy != 0) builder.proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", proxy)));
        else builder.proxy(Proxy.NO_PROXY);
        trust(builder, arguments[2]);
        Request request = new Request.Builder().url(arguments[0]).header("X-Pinlab-Canary", arguments[3]).build();
        if (arguments.length > 6) {
            CertificatePinner.Builder pins = new CertificatePinner.Builder();
            // `url` and its host are methods of Kotlin properties or of Java by the release; the URL of the JDK is neither.
            String host = new java.net.URL(arguments[0]).getHost();
            for (String pin : arguments[6].split(",", -1)) pins.add(host.toLowerCase(java.util.Locale.ROOT), pin);
            builder.certificatePinner(pins.build());
        }
        return builder.build().newCall(request).execute();
    }

    private static void trust(OkHttpClient.Builder builder, String file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (FileInputStream pem = new FileInputStream(file)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("anchor" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        TrustManager[] managers = factory.getTrustManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        SSLSocketFactory sockets = context.getSocketFactory();
        try {
            OkHttpClient.Builder.class
                .getMethod("sslSocketFactory", SSLSocketFactory.class, X509TrustManager.class)
                .invoke(builder, sockets, managers[0]);
        } catch (NoSuchMethodException before) {
            OkHttpClient.Builder.class.getMethod("sslSocketFactory", SSLSocketFactory.class).invoke(builder, sockets);
        }
    }

    private static void say(String claim, String detail, String status, String body) {
        System.out.println("{\"claim\":\"" + claim + "\",\"reason\":null,\"status\":" + status + ",\"detail\":\""
            + plain(detail) + "\",\"body\":\"" + plain(body) + "\"}");
    }

    private static String plain(String text) {
        String clean = text == null ? "" : text.replaceAll("[^ -~]", " ").replace('\\', '/').replace('"', '\'');
        return clean.substring(0, Math.min(clean.length(), 440));
    }
}
