package weft.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import weft.edge.Edge;
import weft.edge.FleetStatus;

/** An edge that has been told to end gives its sessions away first. */
final class Departure {
    private static final long POLL_MILLIS = 100;

    private final Edge edge;
    private final Duration deadline;
    private final AtomicBoolean begun = new AtomicBoolean();

    Departure(Edge edge, Duration deadline) {
        this.edge = edge;
        this.deadline = deadline;
    }

    /** @param end called when it is drained; at once if it is alone, or has been told before */
    void signalled(Runnable end) {
        Optional<FleetStatus> status = edge.fleetStatus();
        if (status.isEmpty() || !hasHeirs(status.get()) || !begun.compareAndSet(false, true)) {
            end.run();
            return;
        }
        System.out.println("draining " + FleetText.drain(status.get().drain()) + ", within " + deadline.toSeconds()
                + " s; a second SIGTERM ends it at once");
        System.out.flush();
        edge.drain(deadline);
        Thread.ofVirtual().name("departure").start(() -> {
            if (awaitDrained()) {
                end.run();
            }
        });
    }

    private static boolean hasHeirs(FleetStatus status) {
        return status.edges().stream()
                .anyMatch(
                        other -> !other.name().equals(status.edge()) && other.state() == FleetStatus.MemberState.ALIVE);
    }

    /** False if the drain was taken back: the edge serves on. */
    private boolean awaitDrained() {
        while (true) {
            FleetStatus.DrainState state =
                    edge.fleetStatus().map(status -> status.drain().state()).orElse(FleetStatus.DrainState.DRAINED);
            if (state == FleetStatus.DrainState.DRAINED) {
                return true;
            }
            if (state == FleetStatus.DrainState.SERVING) {
                begun.set(false);
                return false;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
    }
}
