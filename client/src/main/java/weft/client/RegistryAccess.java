package weft.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import weft.api.Invite;
import weft.api.RegistryClient;

/**
 * How to reach a registry, and what lets a new device in.
 *
 * @param invite token; without one the registry has to be open
 */
public record RegistryAccess(URI registry, Optional<String> pin, Optional<String> caFile, Optional<String> invite) {
    public static RegistryAccess of(Invite invite) {
        return new RegistryAccess(invite.registry(), invite.pin(), Optional.empty(), Optional.of(invite.token()));
    }

    /** A registry that takes new devices without an invite just now. */
    public static RegistryAccess open(URI registry) {
        return new RegistryAccess(registry, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** @param file PEM certificates */
    public RegistryAccess withCaFile(Path file) {
        return new RegistryAccess(
                registry, pin, Optional.of(file.toAbsolutePath().toString()), invite);
    }

    RegistryClient client() throws IOException {
        return client(registry, pin, caFile);
    }

    static RegistryClient client(URI registry, Optional<String> pin, Optional<String> caFile) throws IOException {
        RegistryClient.Builder builder = RegistryClient.builder(registry);
        pin.ifPresent(builder::pin);
        caFile.map(Path::of).ifPresent(builder::caFile);
        return builder.build();
    }

    /** Without the invite's token. */
    @Override
    public String toString() {
        return "RegistryAccess[" + registry + "]";
    }
}
