package weft.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import weft.fleet.FleetSecret;

/** Keeps a running edge's secrets those of its file. */
final class SecretFollower implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final Path file;
    private final CityAgent agent;
    private final Consumer<FleetSecret> renew;
    private final FileWatch watch;

    /** @param renew called on the agent's thread, and owns what it is given; throws IllegalArgumentException to refuse it */
    SecretFollower(Path file, CityAgent agent, Consumer<FleetSecret> renew) {
        this.file = file;
        this.agent = agent;
        this.renew = renew;
        watch = new FileWatch(file, this::follow);
    }

    private void follow() throws IOException {
        FleetSecret now = SecretFiles.fleetSecret(file);
        CompletableFuture<Optional<String>> refusal = new CompletableFuture<>();
        agent.put(() -> {
            try {
                renew.accept(now);
                refusal.complete(Optional.empty());
            } catch (IllegalArgumentException refused) {
                now.close();
                refusal.complete(Optional.ofNullable(refused.getMessage()));
            }
        });
        Optional<String> why =
                refusal.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        if (why.isPresent()) {
            throw new IOException(why.get());
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
