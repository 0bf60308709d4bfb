package weft.edge;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.api.Device;
import weft.fleet.SessionRecord;
import weft.fleet.StaticKey;
import weft.tunnel.Handover;
import weft.tunnel.Tunnel;
import weft.wireguard.PublicKey;

/**
 * Sessions as they go from edge to edge: looks them up in our tunnel for their records, begins those that a dead edge had, lets
 * go of those that another has. What waits for the tunnel's agents or the firewall waits on a thread of its own here, so that
 * it keeps no heartbeat waiting.
 */
final class Succession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    /** A device of ours, and how it stands with its session. */
    record Ours(Device device, Handover session) {}

    private final Tunnel tunnel;
    private final Devices devices;
    private final ExecutorService errands = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("succession").factory());

    Succession(Tunnel tunnel, Devices devices) {
        this.tunnel = tunnel;
        this.devices = devices;
    }

    /** @param found not told of a device that is not present, or that nobody knows the place of */
    void lookUp(PublicKey key, Consumer<Ours> found) {
        errand(() -> {
            Optional<Device> device = devices.device(key);
            Optional<Handover> session = tunnel.export(key);
            if (device.isPresent() && session.isPresent()) {
                found.accept(new Ours(device.get(), session.get()));
            }
        });
    }

    void takeOver(SessionRecord record) {
        errand(() -> {
            try {
                Device device = Records.device(record);
                devices.adopt(device);
                tunnel.takeOver(Devices.setup(device), Records.session(record))
                        .ifPresent(refusal -> LOG.warn("a session could not be taken over: {}", refusal));
            } catch (IOException e) {
                LOG.warn("a session could not be taken over: {}", e.getMessage());
            }
        });
    }

    void letGo(StaticKey device) {
        errand(() -> devices.letGo(new PublicKey(device.bytes())));
    }

    private void errand(Runnable task) {
        try {
            errands.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn("a session could not be looked after: {}", e.toString());
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("too late for an errand");
        }
    }

    @Override
    public void close() {
        errands.shutdownNow();
    }
}
