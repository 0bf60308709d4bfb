package weft.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.tunnel.Tunnel;
import weft.wireguard.PublicKey;

/** Keeps a running edge's keys those of its file: {@link FleetKeys}. */
final class KeyFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFollower.class);

    private final Path file;
    private final Tunnel tunnel;
    private final KeyReports reports;
    private final FileWatch watch;

    /** @param keys those that the file held when the edge started */
    KeyFollower(Path file, FleetKeys keys, Tunnel tunnel, KeyReports reports) {
        this.file = file;
        this.tunnel = tunnel;
        this.reports = reports;
        keys.all().forEach(tunnel::addPrivateKey);
        reports.begin(tunnel);
        reports.want(keys.all().size() > 1);
        watch = new FileWatch(file, this::follow);
    }

    private void follow() throws IOException {
        try (FleetKeys now = FleetKey.read(file)) {
            List<PublicKey> before = tunnel.publicKeys();
            List<PublicKey> after = now.all().stream().map(FleetKey::publicKey).toList();
            if (after.stream().noneMatch(before::contains)) {
                throw new IOException(
                        "it holds none of the keys that this edge answers to, and all of its devices would be cut off; "
                                + "if that is meant, start the edge anew");
            }
            before.stream().filter(key -> !after.contains(key)).forEach(tunnel::retirePrivateKey);
            now.all().forEach(tunnel::addPrivateKey);
            reports.want(after.size() > 1);
            if (!Set.copyOf(before).equals(Set.copyOf(after))) {
                LOG.info("the edge answers to {} of the fleet's keys now", after.size());
            }
        }
    }

    @Override
    public void close() {
        watch.close();
        reports.close();
    }
}
