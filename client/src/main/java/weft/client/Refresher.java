package weft.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.RegistryClient;
import weft.api.TunnelConfig;

/**
 * Asks the registry what this device needs for its tunnel, again and again, and keeps what has changed: soon after it connects,
 * for it may have slept through a change of the fleet's key, and then in long intervals. While the registry does not answer it
 * asks sooner. Half of a wait is random, so that devices do not ask in step.
 *
 * <p>A thread of the platform's, since the network namespace is its maker's.
 */
final class Refresher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);

    /** Not in the way of connecting. */
    private static final Duration FIRST = Duration.ofSeconds(2);

    private final StateDirectory directory;
    private final Duration period;
    private final Consumer<Profile> told;
    private final Thread thread;

    /** @param told hears what the registry says, each time, after it has been saved */
    Refresher(StateDirectory directory, Duration period, Consumer<Profile> told) {
        this.directory = directory;
        this.period = period;
        this.told = told;
        thread = Thread.ofPlatform().name("refresher").daemon(true).start(this::run);
    }

    private void run() {
        try {
            Duration retry = FIRST;
            Thread.sleep(shorter(FIRST, period));
            while (true) {
                if (ask()) {
                    retry = FIRST;
                    sleep(period);
                } else {
                    sleep(shorter(retry, period));
                    retry = shorter(retry.multipliedBy(2), period);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("no more questions to the registry");
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void sleep(Duration length) throws InterruptedException {
        long millis = length.toMillis();
        Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }

    /** @return false if it is worth asking again soon */
    private boolean ask() {
        try {
            Optional<Profile> asking = directory.profile();
            if (asking.isEmpty()) {
                return true;
            }
            TunnelConfig config;
            try (RegistryClient registry = asking.get().registryClient()) {
                config = registry.get(asking.get().id(), asking.get().token()).config();
            }
            take(config);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.debug("the registry does not say what has changed: {}", e.getMessage());
            return false;
        }
    }

    /** Somebody may have changed the profile, or deleted it, while we asked. */
    private void take(TunnelConfig config) throws IOException {
        Optional<Profile> before = directory.profile();
        if (before.isPresent()) {
            Profile after = before.get().with(config);
            if (!after.equals(before.get())) {
                directory.save(after);
            }
            told.accept(after);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
