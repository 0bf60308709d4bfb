package weft.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON gateway of etcd (its documentation's "gRPC gateway", {@code /v3}). Of several endpoints the first one that answers
 * is used, and stays in use until it does not.
 */
final class EtcdGateway implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** In bytes; of a watch, all that it ever says. */
    private static final long MAX_REPLY = 32 << 20;
    /** The gateway calls etcd with etcd's own certificate. */
    private static final String NOT_ITSELF = " (if etcdctl is answered, etcd's certificate is good for servers alone:"
            + " its gateway needs one for serverAuth and clientAuth)";

    /** An answer that another endpoint would give too. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private final EtcdConfig config;
    private final Runnable left;
    private final List<URI> endpoints;
    private final AtomicInteger current = new AtomicInteger();
    private volatile HttpClient client;
    private volatile List<FileTime> filesOf;

    /**
     * @param left is told when an endpoint is left for the next one
     * @throws IOException if a file of its TLS is wrong
     */
    EtcdGateway(EtcdConfig config, Runnable left) throws IOException {
        this.config = config;
        this.left = left;
        endpoints = config.endpoints();
        filesOf = files();
        client = client();
    }

    private List<FileTime> files() throws IOException {
        return config.tls().isPresent() ? ClientTls.lastChanges(config.tls().get()) : List.of();
    }

    private HttpClient client() throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .connectTimeout(CONNECT_TIMEOUT);
        if (config.tls().isPresent()) {
            builder.sslContext(ClientTls.context(config.tls().get()));
        }
        return builder.build();
    }

    /**
     * Takes up a certificate that was replaced since.
     *
     * @throws IOException if it cannot be used, once for each time that a file changes; what there was stays in use
     */
    void renewFiles() throws IOException {
        List<FileTime> now = files();
        if (!now.equals(filesOf)) {
            filesOf = now;
            HttpClient old = client;
            client = client();
            old.shutdownNow();
        }
    }

    /** Another method of the gateway, below {@code /v3/}. */
    JsonNode post(String method, Map<String, ?> body) throws IOException {
        IOException failed = new IOException("etcd has no endpoint");
        for (int tries = 0; tries < Math.max(2, endpoints.size()); tries++) {
            int endpoint = current.get();
            try {
                HttpResponse<String> response =
                        send(endpoint, method, body, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_REPLY));
                demandOk(response.statusCode(), response.body());
                return JSON.readTree(response.body());
            } catch (RefusedException | InterruptedIOException e) {
                throw e;
            } catch (IOException | JacksonException e) {
                failed = new IOException("etcd at " + endpoints.get(endpoint) + ": " + why(e), e);
                if (current.compareAndSet(endpoint, (endpoint + 1) % endpoints.size())) {
                    left.run();
                }
            }
        }
        throw failed;
    }

    /** A failure to connect comes without words of its own. */
    private static String why(Exception failure) {
        if (failure.getCause() instanceof UnresolvedAddressException) {
            return "no address is known of that name";
        }
        return failure.getMessage() != null ? failure.getMessage() : "no connection";
    }

    /** An answer that goes on; the caller closes it. */
    InputStream stream(String method, Map<String, ?> body) throws IOException {
        HttpResponse<InputStream> response =
                send(current.get(), method, body, BodyHandlers.limiting(BodyHandlers.ofInputStream(), MAX_REPLY));
        if (response.statusCode() != 200) {
            response.body().close();
        }
        demandOk(response.statusCode(), "");
        return response.body();
    }

    private static void demandOk(int status, String body) throws IOException {
        if (status == 200) {
            return;
        }
        String said = "status " + status + " " + Logged.text(body) + (status == 503 ? NOT_ITSELF : "");
        throw status / 100 == 4 ? new RefusedException("etcd refuses: " + said) : new IOException(said);
    }

    private <T> HttpResponse<T> send(int endpoint, String method, Map<String, ?> body, BodyHandler<T> handler)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(endpoints.get(endpoint).resolve("/v3/" + method))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request, handler);
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(cause);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
