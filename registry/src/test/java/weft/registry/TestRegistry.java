package weft.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import weft.api.AdminClient;
import weft.api.DeviceKey;
import weft.api.HttpDirectory;
import weft.api.Invite;
import weft.api.InviteRequest;
import weft.api.RegistrationRequest;
import weft.api.RegistryClient;

/** A registry on free loopback ports, and its clients. */
final class TestRegistry implements AutoCloseable {
    static final RegistryConfig.Limits GENEROUS = new RegistryConfig.Limits(1_000_000, Duration.ofMillis(1), 1000, 100);
    static final String V4 = "192.0.2.1";
    static final String V6 = "2001:db8:0:0:0:0:0:1";

    private static final SecureRandom RANDOM = new SecureRandom();

    final Path directory;
    final Registry registry;
    final AdminClient admin;
    final RegistryClient client;
    private final HttpClient http = HttpClient.newHttpClient();

    TestRegistry(Path directory) throws IOException {
        this(directory, UnaryOperator.identity());
    }

    TestRegistry(Path directory, UnaryOperator<RegistryConfig.Builder> settings) throws IOException {
        this.directory = directory;
        registry = new Registry(settings.apply(config(directory)).build()).start();
        admin = new AdminClient(url(registry.adminAddress()), token("admin.token"), Optional.empty());
        client = RegistryClient.builder(url()).build();
    }

    /** Free ports, no limit that a test would meet by accident. */
    static RegistryConfig.Builder config(Path directory) {
        RegistryConfig.Endpoint endpoint = new RegistryConfig.Endpoint(
                Optional.of((java.net.Inet4Address) InetAddress.ofLiteral(V4)),
                Optional.of((java.net.Inet6Address) InetAddress.ofLiteral(V6)),
                Optional.empty(),
                List.of(2408, 500));
        InetSocketAddress free = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        return RegistryConfig.builder(directory, newKey(), endpoint)
                .listen(List.of(free))
                .adminListen(free)
                .limits(GENEROUS);
    }

    static DeviceKey newKey() {
        byte[] bytes = new byte[DeviceKey.SIZE];
        RANDOM.nextBytes(bytes);
        bytes[31] &= 0x7f;
        return DeviceKey.of(bytes);
    }

    static RegistrationRequest request(DeviceKey key) {
        return RegistrationRequest.of(key, "phone", "PC", "Linux");
    }

    URI url() {
        return url(registry.boundAddress());
    }

    static URI url(InetSocketAddress address) {
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    String token(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    HttpDirectory directory() throws IOException {
        return new HttpDirectory(url(), token("edge.token"), Optional.empty());
    }

    /** A fresh invite's token. */
    Optional<String> invite() throws IOException {
        return invite(InviteRequest.simple());
    }

    Optional<String> invite(InviteRequest request) throws IOException {
        return Optional.of(
                Invite.parse(admin.invite(request).invite().orElseThrow()).token());
    }

    /** A request as any program might send it. */
    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + path)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
        client.close();
        admin.close();
        registry.close();
    }
}
