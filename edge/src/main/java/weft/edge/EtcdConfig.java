package weft.edge;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the fleet's etcd is, and by what an edge is let in.
 *
 * @param endpoints 1 to {@value #MAX_ENDPOINTS} of {@link #endpoint}, any of which will do
 * @param prefix of all of the fleet's keys: starts and ends with a slash
 * @param tls absent only if all endpoints are on this machine
 */
public record EtcdConfig(List<URI> endpoints, String prefix, Optional<Tls> tls) {
    public static final String DEFAULT_PREFIX = "/weft/";

    private static final int MAX_ENDPOINTS = 16;
    private static final int MAX_PREFIX = 128;

    /**
     * Mutual TLS, all of it in PEM.
     *
     * @param caFile the authorities that etcd's certificate may come from; no others are believed
     * @param certificate ours, and what is between it and its authority
     * @param key ours, in PKCS#8 (RFC 5958), RSA or EC; a file of mode 0600
     */
    public record Tls(Path caFile, Path certificate, Path key) {}

    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException("etcd has 1 to " + MAX_ENDPOINTS + " endpoints");
        }
        boolean secure = endpoints.stream().anyMatch(EtcdConfig::isHttps);
        if (secure && tls.isEmpty()) {
            throw new IllegalArgumentException("an https endpoint of etcd needs a CA file, a certificate and a key");
        }
        if (!secure && tls.isPresent()) {
            throw new IllegalArgumentException("a certificate is for https endpoints of etcd, and there is none");
        }
        prefix(prefix);
    }

    private static boolean isHttps(URI endpoint) {
        return "https".equals(endpoint.getScheme());
    }

    /** @throws IllegalArgumentException saying what is wrong, without the text */
    public static URI endpoint(String text) {
        URI uri = uri(text);
        boolean bare = uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getRawPath() == null || uri.getRawPath().matches("/?"));
        if (uri.getHost() == null || uri.getPort() < 1 || !bare) {
            throw noEndpoint();
        }
        if (!isHttps(uri) && !("http".equals(uri.getScheme()) && isLoopback(uri.getHost()))) {
            throw new IllegalArgumentException(
                    "etcd is reached by https; http is for an address of this machine's loopback alone");
        }
        return uri;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw noEndpoint();
        }
    }

    private static IllegalArgumentException noEndpoint() {
        return new IllegalArgumentException("an endpoint of etcd looks like https://HOST:2379");
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** @throws IllegalArgumentException saying what is wrong, without the text */
    public static String prefix(String text) {
        if (text.length() > MAX_PREFIX || !text.matches("/([A-Za-z0-9._-]+/)+")) {
            throw new IllegalArgumentException("a prefix of keys looks like " + DEFAULT_PREFIX
                    + ", with letters, digits, dots, _ and - between slashes, and has at most " + MAX_PREFIX
                    + " of them");
        }
        return text;
    }

    String members() {
        return prefix + "members/";
    }

    String alive() {
        return prefix + "alive/";
    }
}
