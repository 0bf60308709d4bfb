package weft.registry;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.ErrorReply;
import weft.api.Json;
import weft.api.Problem;

/** The listeners: all but the last serve devices and edges, the last one serves admins. */
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final String ADMIN = "admin";
    private static final int MAX_CONNECTIONS = 4096;
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** Held on to, since the JDK forgets a logger's level with the logger. Helidon says at INFO what we say ourselves. */
    private static final java.util.logging.Logger HELIDON = java.util.logging.Logger.getLogger("io.helidon");

    private final RegistryConfig config;
    private final WebServer web;

    Server(RegistryConfig config, HttpService devices, HttpService fleet, HttpService admin) throws IOException {
        HELIDON.setLevel(Level.WARNING);
        this.config = config;
        Optional<Tls> tls =
                config.tls().isPresent() ? Optional.of(tls(config.tls().get())) : Optional.empty();
        WebServerConfig.Builder builder = WebServer.builder().shutdownHook(false);
        listen(builder, config.listen().getFirst(), tls);
        builder.routing(routing(devices, fleet));
        for (int i = 1; i < config.listen().size(); i++) {
            ListenerConfig.Builder further = ListenerConfig.builder();
            listen(further, config.listen().get(i), tls);
            builder.putSocket(
                    "listen-" + i, further.routing(routing(devices, fleet)).build());
        }
        ListenerConfig.Builder restricted = ListenerConfig.builder();
        listen(restricted, config.adminListen(), tls);
        builder.putSocket(ADMIN, restricted.routing(routing(admin)).build());
        web = builder.build();
    }

    private static void listen(ListenerConfig.BuilderBase<?, ?> builder, InetSocketAddress address, Optional<Tls> tls) {
        builder.bindAddress(address)
                .maxPayloadSize(4L * Exchange.MAX_BODY)
                .maxTcpConnections(MAX_CONNECTIONS)
                .idleConnectionTimeout(IDLE)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .directHandlers(refusals());
        tls.ifPresent(builder::tls);
    }

    private static Tls tls(RegistryConfig.Tls files) throws IOException {
        TokenFile.requirePrivate(files.key());
        try {
            Keys keys = Keys.builder()
                    .pem(pem -> pem.key(Resource.create(files.key())).certChain(Resource.create(files.certificates())))
                    .build();
            return Tls.builder()
                    .privateKey(keys)
                    .privateKeyCertChain(keys)
                    .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (RuntimeException e) {
            throw new IOException(
                    "cannot use the certificate " + files.certificates() + " with the key " + files.key() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static HttpRouting.Builder routing(HttpService... services) {
        return HttpRouting.builder()
                .addFilter(Server::closeIfAsked)
                .register(services)
                .any((request, response) -> {
                    throw new Refusal(Problem.NOT_FOUND, "there is nothing at this path");
                })
                .error(Refusal.class, (request, response, e) -> Exchange.refuse(response, e.problem(), e.text()))
                .error(Exception.class, (request, response, e) -> {
                    LOG.error("a request failed: {}", request.prologue().method(), Redacted.of(e));
                    Exchange.refuse(response, Problem.INTERNAL, "the registry failed; its log says why");
                });
    }

    /**
     * A client that says {@code Connection: close} may read until the end (RFC 9112, section 9.6). Helidon 4.5 would
     * keep it waiting for the idle timeout, whatever the reply's header says; only this exception ends a connection.
     */
    private static void closeIfAsked(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        boolean asked = request.headers().contains(HeaderValues.CONNECTION_CLOSE);
        if (asked) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        chain.proceed();
        if (asked) {
            throw new CloseConnectionException("the client asked for it");
        }
    }

    /** Requests that never reach a route are refused in the same form. */
    private static DirectHandlers refusals() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> transport(status));
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse transport(Status status) {
        Problem problem = status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
                ? Problem.TOO_LARGE
                : status.code() >= 500 ? Problem.INTERNAL : Problem.MALFORMED;
        return DirectHandler.TransportResponse.builder()
                .status(status)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .entity(Json.write(ErrorReply.of(problem, "this is not a request that can be served")))
                .keepAlive(false)
                .build();
    }

    void start() throws IOException {
        try {
            web.start();
        } catch (RuntimeException e) {
            throw new IOException(
                    "cannot listen on " + config.listen() + " and " + config.adminListen() + ": " + e.getMessage()
                            + ". Next: see who else does (`ss -ltnp`), or configure other addresses",
                    e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(config.listen().getFirst().getAddress(), web.port());
    }

    InetSocketAddress adminAddress() {
        return new InetSocketAddress(config.adminListen().getAddress(), web.port(ADMIN));
    }

    @Override
    public void close() {
        web.stop();
    }
}
