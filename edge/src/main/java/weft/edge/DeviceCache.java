package weft.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import weft.api.Device;
import weft.api.DeviceDirectory;
import weft.api.DeviceKey;

/**
 * What the registry said about keys. Everything is bounded: answers by number, refusals by time too, and of many that ask
 * for the same key at once one asks the registry.
 *
 * <p>An answer is good until the registry takes it back. While the registry is away, a device stays what it was when last
 * heard of, even if that has been taken back since: a fleet without a registry serves those it knows.
 */
final class DeviceCache {
    private static final long TAKEN_BACK = -1;

    /** @param askedAt nanoseconds */
    private record Answer(Optional<Device> device, long askedAt, long epoch) {}

    /** One question to the registry; {@code stale} when its answer was taken back before it came. */
    private static final class Flight {
        final CompletableFuture<Optional<Device>> answer = new CompletableFuture<>();
        volatile boolean stale;
    }

    private final DeviceDirectory directory;
    private final Duration refusalLife;
    private final LongSupplier nanos;
    private final Cache<DeviceKey, Answer> answers;
    private final Map<DeviceKey, Flight> flights = new ConcurrentHashMap<>();
    private final AtomicLong epoch = new AtomicLong();

    DeviceCache(DeviceDirectory directory, EdgeConfig.Bounds bounds) {
        this(directory, bounds, System::nanoTime);
    }

    DeviceCache(DeviceDirectory directory, EdgeConfig.Bounds bounds, LongSupplier nanos) {
        this.directory = directory;
        this.nanos = nanos;
        refusalLife = bounds.refusalLife();
        answers = Caffeine.newBuilder().maximumSize(bounds.cachedDevices()).build();
    }

    /** Blocks while it asks. @throws IOException if the registry is away and the key is unknown */
    Optional<Device> byKey(DeviceKey key) throws IOException {
        Answer known = answers.getIfPresent(key);
        if (known != null && isFresh(known)) {
            return known.device();
        }
        Flight mine = new Flight();
        Flight flight = flights.computeIfAbsent(key, absent -> mine);
        if (flight == mine) {
            ask(key, mine);
        }
        try {
            return flight.answer.join();
        } catch (CompletionException failed) {
            if (known != null && known.device().isPresent()) {
                return known.device();
            }
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed);
        }
    }

    private boolean isFresh(Answer answer) {
        return answer.epoch() == epoch.get()
                && (answer.device().isPresent() || nanos.getAsLong() - answer.askedAt() < refusalLife.toNanos());
    }

    private void ask(DeviceKey key, Flight flight) {
        try {
            Optional<Device> device;
            do {
                flight.stale = false;
                long at = epoch.get();
                device = directory.byKey(key);
                remember(key, flight, new Answer(device, nanos.getAsLong(), at));
            } while (flight.stale);
            flights.remove(key, flight);
            flight.answer.complete(device);
        } catch (IOException | RuntimeException failed) {
            flights.remove(key, flight);
            flight.answer.completeExceptionally(failed);
        }
    }

    /** Unless it was taken back on its way; what is taken back from now on is found among the answers. */
    private void remember(DeviceKey key, Flight flight, Answer answer) {
        synchronized (flight) {
            if (!flight.stale) {
                answers.put(key, answer);
            }
        }
    }

    /** What somebody else knew: it counts while the registry cannot be asked. */
    void learn(Device device) {
        answers.asMap().putIfAbsent(device.publicKey(), new Answer(Optional.of(device), nanos.getAsLong(), TAKEN_BACK));
    }

    /** The next question about this key goes to the registry, and so does one that is under way. */
    void takeBack(DeviceKey key) {
        takeBack(flights.get(key));
        answers.asMap()
                .computeIfPresent(key, (same, answer) -> new Answer(answer.device(), answer.askedAt(), TAKEN_BACK));
    }

    void takeBackAll() {
        epoch.incrementAndGet();
        flights.values().forEach(DeviceCache::takeBack);
    }

    /** The key belongs to nobody now, or to somebody new. */
    void forget(DeviceKey key) {
        takeBack(flights.get(key));
        answers.invalidate(key);
    }

    private static void takeBack(@Nullable Flight flight) {
        if (flight != null) {
            synchronized (flight) {
                flight.stale = true;
            }
        }
    }

    long size() {
        return answers.estimatedSize();
    }
}
