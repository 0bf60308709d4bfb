package weft.api;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;

/** JSON over HTTP/1.1 to one registry, blocking. */
final class Http implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long MAX_REPLY = 16 << 20;

    private final String base;
    private final HttpClient client;

    Http(URI registry, Optional<Path> caFile, Optional<String> pin) throws IOException {
        String scheme = String.valueOf(registry.getScheme());
        if (!(scheme.equals("http") || scheme.equals("https")) || registry.getHost() == null) {
            throw new IllegalArgumentException("a registry's address looks like https://HOST:PORT, not " + registry);
        }
        this.base = registry.toString().replaceAll("/+$", "");
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .sslContext(Trust.context(caFile, pin))
                .build();
    }

    Call call(String method, String path) {
        return new Call(method, path);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    final class Call {
        private final String method;
        private final HttpRequest.Builder request;
        private HttpRequest.BodyPublisher body = BodyPublishers.noBody();

        private Call(String method, String path) {
            this.method = method;
            this.request = HttpRequest.newBuilder(URI.create(base + path))
                    .timeout(TIMEOUT)
                    .header("Accept", "application/json");
        }

        Call bearer(String token) {
            request.header("Authorization", "Bearer " + token);
            return this;
        }

        Call timeout(Duration timeout) {
            request.timeout(timeout);
            return this;
        }

        Call body(Object value) {
            request.header("Content-Type", "application/json");
            body = BodyPublishers.ofByteArray(Json.write(value));
            return this;
        }

        void send() throws IOException {
            exchange();
        }

        /** @throws RegistryException if the registry refuses */
        <T> T send(Class<T> type) throws IOException {
            byte[] reply = exchange();
            try {
                return Json.read(reply, type);
            } catch (IllegalArgumentException e) {
                throw new IOException(base + " does not answer like a registry (" + e.getMessage() + ")", e);
            }
        }

        private byte[] exchange() throws IOException {
            HttpResponse<byte[]> response;
            try {
                response = client.send(
                        request.method(method, body).build(),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_REPLY));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted").initCause(e);
            } catch (HttpTimeoutException e) {
                throw new IOException(base + " does not answer; is the registry up and reachable?", e);
            } catch (ConnectException e) {
                throw new IOException("cannot connect to " + base + "; is the registry up, and the address right?", e);
            } catch (SSLException e) {
                throw new IOException(
                        "no TLS with " + base + ": " + e.getMessage()
                                + ". Next: name its certificate as the CA file, or use a fresh invite",
                        e);
            }
            if (response.statusCode() / 100 != 2) {
                throw refusal(response);
            }
            return response.body();
        }
    }

    private static RegistryException refusal(HttpResponse<byte[]> response) {
        try {
            ErrorReply.Entry first =
                    Json.read(response.body(), ErrorReply.class).errors().getFirst();
            return new RegistryException(response.statusCode(), first.code(), first.message());
        } catch (RuntimeException e) {
            return new RegistryException(response.statusCode(), 0, "not in a registry's words");
        }
    }
}
