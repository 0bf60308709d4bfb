package weft.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.Device;
import weft.api.DeviceChange;
import weft.api.DeviceKey;
import weft.netio.Prefix;
import weft.tunnel.HandshakeMessage;
import weft.tunnel.PeerSetup;
import weft.tunnel.PeerState;
import weft.tunnel.Strangers;
import weft.tunnel.Tunnel;
import weft.wireguard.AllowedIp;
import weft.wireguard.PresharedKey;
import weft.wireguard.PublicKey;

/**
 * Which devices are peers of the tunnel. One becomes a peer when it first asks for a session and the registry knows it; it
 * ceases to be one when the registry says so, or after a time without a session.
 *
 * <p>The tunnel takes a device in after {@link #lookUp} has answered, so a change that comes in between would be lost. Hence
 * a count of changes: an answer is given only while none has come since the question, under the lock that changes count
 * under; what changes later finds the peer there.
 */
final class Devices implements Strangers {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final int QUESTIONS_AT_ONCE = 64;

    /** With longer and longer pauses, some 5 s in all; a registry that is away for longer tells of everything again. */
    private static final int SETTLE_TRIES = 6;

    private static final Duration SETTLE_PAUSE = Duration.ofMillis(250);
    private static final long COMPLAINT_INTERVAL = TimeUnit.MINUTES.toNanos(1);

    /** @param since it came, or was last seen with a session, in nanoseconds */
    private record Present(Device device, boolean inFirewall, long since) {
        Present seen(long now) {
            return new Present(device, inFirewall, now);
        }
    }

    private final EdgeConfig config;
    private final Prefix inner6;
    private final DeviceCache cache;
    private final Admission host;
    private final LongSupplier nanos;
    private final Map<PublicKey, Present> present = new ConcurrentHashMap<>();
    private final Semaphore questions = new Semaphore(QUESTIONS_AT_ONCE);
    private final AtomicLong complained = new AtomicLong(System.nanoTime() - COMPLAINT_INTERVAL);
    private long changes;
    private int entering;
    private volatile @Nullable Tunnel tunnel;
    private volatile @Nullable City city;

    Devices(EdgeConfig config, Prefix inner6, DeviceCache cache, Admission host, LongSupplier nanos) {
        this.nanos = nanos;
        this.config = config;
        this.inner6 = inner6;
        this.cache = cache;
        this.host = host;
    }

    /** Before the tunnel: of an edge that is one of several. */
    void city(City others) {
        city = others;
    }

    /** Before the watch begins. */
    void tunnel(Tunnel started) {
        tunnel = started;
    }

    @Override
    public CompletableFuture<Optional<PeerSetup>> lookUp(PublicKey key, HandshakeMessage initiation) {
        CompletableFuture<Optional<PeerSetup>> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("look-up").start(() -> {
            try {
                answer(key, initiation, answer);
            } catch (IOException | RuntimeException e) {
                complain(e);
                answer.complete(Optional.empty());
            }
        });
        return answer;
    }

    private void answer(PublicKey key, HandshakeMessage initiation, CompletableFuture<Optional<PeerSetup>> answer)
            throws IOException {
        while (!answer.isDone()) {
            long seen;
            synchronized (this) {
                seen = changes;
            }
            Optional<Device> device = cache.byKey(deviceKey(key)).filter(this::isWelcome);
            if (device.isPresent() && !isOurs(device.get(), initiation)) {
                answer.complete(Optional.empty());
                return;
            }
            if (device.isPresent()) {
                admit(key, device.get());
            }
            synchronized (this) {
                if (changes == seen) {
                    answer.complete(device.map(Devices::setup));
                }
            }
        }
    }

    private boolean isOurs(Device device, HandshakeMessage initiation) {
        City others = city;
        return others == null || others.isOurs(device.clientId(), initiation).join();
    }

    /** A device that is present: the client id that its receiver indices carry; 0 if it is not. */
    int clientId(PublicKey key) {
        Present here = present.get(key);
        return here == null ? 0 : here.device().clientId();
    }

    /** A device that another edge has served, as that edge knew it; the registry may be away. */
    void adopt(Device device) throws IOException {
        if (!isWelcome(device)) {
            throw new IOException("a device of another edge has an inner address outside ours");
        }
        cache.learn(device);
        admit(publicKey(device.publicKey()), device);
    }

    /** Another edge has had the device's session for a while. The next sweep after {@code idle} forgets the device. */
    void letGo(PublicKey key) {
        tunnel().ifPresent(running -> running.release(key));
    }

    /** A device that is present. */
    Optional<Device> device(PublicKey key) {
        return Optional.ofNullable(present.get(key)).map(Present::device);
    }

    /** An address outside the inner prefixes would be a mistake of the registry's, and a hole in the isolation. */
    private boolean isWelcome(Device device) {
        if (!device.enabled()) {
            return false;
        }
        boolean inside = config.inner4().contains(device.inner4()) && inner6.contains(device.inner6());
        if (!inside) {
            LOG.warn(
                    "{} has an inner address outside {} and {}: give registry and edge the same prefixes",
                    device,
                    config.inner4(),
                    inner6);
        }
        return inside;
    }

    private void admit(PublicKey key, Device device) throws IOException {
        takePlace(key);
        try {
            Present before = present.get(key);
            boolean inFirewall = host.concerns(device);
            if (inFirewall || (before != null && before.inFirewall())) {
                host.admit(device);
            }
            present.put(key, new Present(device, inFirewall, nanos.getAsLong()));
        } finally {
            synchronized (this) {
                entering--;
            }
        }
    }

    /** Held until the device is present: of those who come at once to the last place, one gets it. */
    private synchronized void takePlace(PublicKey key) throws IOException {
        if (!present.containsKey(key)
                && present.size() + entering >= config.bounds().peers()) {
            throw new IOException(
                    "there is no room for more than " + config.bounds().peers() + " devices");
        }
        entering++;
    }

    private void dismiss(PublicKey key) {
        Present before = present.remove(key);
        City others = city;
        if (before != null && others != null) {
            others.sessions().ended(key);
        }
        tunnel().ifPresent(running -> running.remove(key));
        if (before != null && before.inFirewall()) {
            try {
                host.dismiss(deviceKey(key));
            } catch (IOException e) {
                LOG.warn("{} keeps its openings until the edge starts anew: {}", before.device(), e.getMessage());
            }
        }
    }

    /** Hears of the registry's changes, on the watch's thread. */
    void changed(DeviceChange change) {
        switch (change) {
            case DeviceChange.Registered(DeviceKey key, int clientId) -> forget(key);
            case DeviceChange.Changed(DeviceKey key, int clientId) -> takeBack(key);
            case DeviceChange.Deleted(DeviceKey key, int clientId) -> {
                forget(key);
                dismiss(publicKey(key));
            }
            case DeviceChange.Everything everything -> {
                synchronized (this) {
                    changes++;
                    cache.takeBackAll();
                }
                present.keySet().forEach(this::settleLater);
            }
        }
    }

    private void forget(DeviceKey key) {
        synchronized (this) {
            changes++;
            cache.forget(key);
        }
    }

    private void takeBack(DeviceKey key) {
        synchronized (this) {
            changes++;
            cache.takeBack(key);
        }
        settleLater(publicKey(key));
    }

    private void settleLater(PublicKey key) {
        if (present.containsKey(key)) {
            Thread.ofVirtual().name("settle").start(() -> {
                try {
                    for (int i = 1; i <= SETTLE_TRIES && !settles(key); i++) {
                        Thread.sleep(SETTLE_PAUSE.multipliedBy(i));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** A registry that has just come back may break the connection that the question goes by, and nobody would ask again. */
    private boolean settles(PublicKey key) {
        questions.acquireUninterruptibly();
        try {
            settle(key);
            return true;
        } catch (IOException | RuntimeException e) {
            complain(e);
            return false;
        } finally {
            questions.release();
        }
    }

    /** Asks anew about a device that is a peer, and lets the tunnel follow. */
    private void settle(PublicKey key) throws IOException {
        Optional<Device> device = cache.byKey(deviceKey(key)).filter(this::isWelcome);
        Present before = present.get(key);
        if (device.isEmpty()) {
            dismiss(key);
        } else if (before != null && !before.device().equals(device.get())) {
            admit(key, device.get());
            tunnel().ifPresent(running -> running.put(setup(device.get())));
        }
    }

    /** Lets go of devices that have had no session for a while. */
    void sweep(List<PeerState> peers) {
        long now = nanos.getAsLong();
        for (PeerState peer : peers) {
            if (peer.established()) {
                present.computeIfPresent(peer.publicKey(), (key, here) -> here.seen(now));
            } else if (!present.containsKey(peer.publicKey())) {
                dismiss(peer.publicKey());
            }
        }
        // among them those that were deleted while they were admitted: the tunnel never heard of them
        long idle = config.bounds().idle().toNanos();
        present.forEach((key, here) -> {
            if (now - here.since() > idle) {
                dismiss(key);
            }
        });
    }

    private void complain(Exception e) {
        long last = complained.get();
        long now = System.nanoTime();
        if (now - last >= COMPLAINT_INTERVAL && complained.compareAndSet(last, now)) {
            LOG.warn("a device could not be looked up (said once a minute): {}", e.getMessage());
        }
    }

    int present() {
        return present.size();
    }

    private Optional<Tunnel> tunnel() {
        return Optional.ofNullable(tunnel);
    }

    /** Exactly the device's own addresses, whatever it claims. */
    static PeerSetup setup(Device device) {
        List<AllowedIp> own = List.of(new AllowedIp(device.inner4(), 32), new AllowedIp(device.inner6(), 128));
        PeerSetup setup = PeerSetup.of(publicKey(device.publicKey()), own);
        return device.presharedKey()
                .map(key -> setup.withPresharedKey(new PresharedKey(key.bytes())))
                .orElse(setup);
    }

    private static DeviceKey deviceKey(PublicKey key) {
        return DeviceKey.of(key.bytes());
    }

    private static PublicKey publicKey(DeviceKey key) {
        return new PublicKey(key.bytes());
    }
}
