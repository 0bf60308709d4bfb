package weft.cli;

import java.util.Optional;
import weft.api.DeviceKey;
import weft.edge.FileWatch;
import weft.registry.Registry;

/** Has a running registry tell devices the key that the key file names; where the configuration names it, it stays that. */
final class KeyForDevices implements AutoCloseable {
    private final Optional<FileWatch> watch;

    KeyForDevices(Configuration configuration, Registry registry) {
        watch = configuration.hasPublicKey()
                ? Optional.empty()
                : Optional.of(new FileWatch(
                        configuration.keyFile(),
                        () -> registry.fleetKey(
                                DeviceKey.of(configuration.publicKey().bytes()))));
    }

    @Override
    public void close() {
        watch.ifPresent(FileWatch::close);
    }
}
