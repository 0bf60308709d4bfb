package weft.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;
import weft.api.KeyUses;
import weft.tunnel.PeerState;
import weft.tunnel.Tunnel;
import weft.wireguard.PublicKey;

/**
 * Tells the registry which of the fleet's keys each device uses, while there are two: of a device's first session, of one by
 * another key than the last, and at most once in {@link #AGAIN} of one by the same. What could not be told, because the registry
 * is away, is told later.
 */
final class KeyReports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyReports.class);
    private static final Duration AGAIN = Duration.ofHours(1);
    private static final long PERIOD_MILLIS = 500;

    private final DeviceDirectory registry;
    private final Cache<PublicKey, PublicKey> told;
    /** Peers of the tunnel, which are bounded; those that are none any more go with the next look. */
    private final Set<PublicKey> fresh = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("key-reports").factory());
    private volatile @Nullable Tunnel tunnel;
    private volatile boolean wanted;
    private boolean away;

    /** @param peers of the tunnel, at most */
    KeyReports(DeviceDirectory registry, int peers) {
        this.registry = registry;
        told = Caffeine.newBuilder().maximumSize(peers).expireAfterWrite(AGAIN).build();
    }

    /** Once there is a tunnel. */
    void begin(Tunnel started) {
        tunnel = started;
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on, or not any more. */
    void want(boolean two) {
        wanted = two;
        Tunnel running = tunnel;
        if (two && running != null) {
            running.peers().stream().filter(PeerState::established).forEach(peer -> fresh.add(peer.publicKey()));
        } else {
            fresh.clear();
            told.invalidateAll();
        }
    }

    /** A session is in use; any thread, and it does not wait. */
    void established(PublicKey device) {
        if (wanted) {
            fresh.add(device);
        }
    }

    private void look() {
        try {
            Tunnel running = tunnel;
            if (!fresh.isEmpty() && running != null) {
                tell(running);
                away = false;
            }
        } catch (IOException | RuntimeException failed) {
            if (!away) {
                away = true;
                LOG.warn("the registry is not told which keys devices use until it answers: {}", failed.getMessage());
            }
        }
    }

    private void tell(Tunnel running) throws IOException {
        Map<PublicKey, List<PublicKey>> byKey = new HashMap<>();
        for (PublicKey device : List.copyOf(fresh)) {
            Optional<PublicKey> used = running.peer(device).flatMap(PeerState::identity);
            if (used.isEmpty() || used.equals(Optional.ofNullable(told.getIfPresent(device)))) {
                fresh.remove(device);
            } else {
                byKey.computeIfAbsent(used.get(), first -> new ArrayList<>()).add(device);
            }
        }
        for (Map.Entry<PublicKey, List<PublicKey>> uses : byKey.entrySet()) {
            List<PublicKey> devices = uses.getValue();
            for (int from = 0; from < devices.size(); from += KeyUses.MOST) {
                tell(uses.getKey(), devices.subList(from, Math.min(devices.size(), from + KeyUses.MOST)));
            }
        }
    }

    private void tell(PublicKey fleetKey, List<PublicKey> devices) throws IOException {
        // Before: a handshake that comes meanwhile is one more to tell of.
        devices.forEach(fresh::remove);
        try {
            registry.keyUses(new KeyUses(
                    deviceKey(fleetKey),
                    devices.stream().map(KeyReports::deviceKey).toList()));
            devices.forEach(device -> told.put(device, fleetKey));
        } catch (IOException | RuntimeException failed) {
            fresh.addAll(devices);
            throw failed;
        }
    }

    private static DeviceKey deviceKey(PublicKey key) {
        return DeviceKey.of(key.bytes());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
