package weft.api;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A device's view of the registry. Every call blocks, for ten seconds at most, and throws {@link RegistryException} if
 * the registry refuses.
 */
public final class RegistryClient implements AutoCloseable {
    private static final String VERSION = "/v0weft1";

    private final Http http;

    private RegistryClient(Http http) {
        this.http = http;
    }

    public static Builder builder(URI registry) {
        return new Builder(registry);
    }

    /** For the registry that an invite names. */
    public static RegistryClient of(Invite invite) throws IOException {
        Builder builder = builder(invite.registry());
        invite.pin().ifPresent(builder::pin);
        return builder.build();
    }

    /** The reply holds the device's token, which no later reply repeats. */
    public Registration register(RegistrationRequest request, Optional<String> invite) throws IOException {
        Http.Call call = http.call("POST", VERSION + "/reg").body(request);
        invite.ifPresent(call::bearer);
        return call.send(Registration.class);
    }

    public Registration get(String id, String token) throws IOException {
        return http.call("GET", device(id)).bearer(token).send(Registration.class);
    }

    public Registration update(String id, String token, DeviceUpdate update) throws IOException {
        return http.call("PATCH", device(id)).bearer(token).body(update).send(Registration.class);
    }

    public void delete(String id, String token) throws IOException {
        http.call("DELETE", device(id)).bearer(token).send();
    }

    public Account account(String id, String token) throws IOException {
        return http.call("GET", device(id) + "/account").bearer(token).send(Account.class);
    }

    /** Moves the device to the account of that license. */
    public Account setLicense(String id, String token, String license) throws IOException {
        return http.call("PUT", device(id) + "/account")
                .bearer(token)
                .body(new LicenseUpdate(license))
                .send(Account.class);
    }

    /** Moves the device back to an account of its own, a free one. */
    public Account dropLicense(String id, String token) throws IOException {
        return http.call("DELETE", device(id) + "/account").bearer(token).send(Account.class);
    }

    /** All devices of the account, this one among them. */
    public List<BoundDevice> devices(String id, String token) throws IOException {
        return List.of(
                http.call("GET", device(id) + "/account/devices").bearer(token).send(BoundDevice[].class));
    }

    public ClientConfig clientConfig() throws IOException {
        return http.call("GET", VERSION + "/client_config").send(ClientConfig.class);
    }

    @Override
    public void close() {
        http.close();
    }

    private static String device(String id) {
        return VERSION + "/reg/" + Paths.segment(id);
    }

    public static final class Builder {
        private final URI registry;
        private Optional<Path> caFile = Optional.empty();
        private Optional<String> pin = Optional.empty();

        private Builder(URI registry) {
            this.registry = registry;
        }

        /** PEM certificates of authorities to believe besides the JDK's. */
        public Builder caFile(Path file) {
            caFile = Optional.of(file);
            return this;
        }

        /** Believe only a server with that key: {@link Invite#pin}. */
        public Builder pin(String spkiSha256) {
            pin = Optional.of(spkiSha256);
            return this;
        }

        /** @throws IOException if the CA file cannot be read */
        public RegistryClient build() throws IOException {
            return new RegistryClient(new Http(registry, caFile, pin));
        }
    }
}
