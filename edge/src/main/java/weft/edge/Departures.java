package weft.edge;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import weft.wireguard.PublicKey;

/**
 * Tells of devices of ours whose genuine packets come by another city, once in a while rather than for each packet. Devices
 * that share a place here may wait for each other. The inbound agent's; allocates nothing.
 */
final class Departures {
    private static final long INTERVAL = 100_000_000L;
    private static final int SLOTS = 1 << 10;

    private final BiConsumer<PublicKey, Integer> told;
    private final @Nullable PublicKey[] devices = new PublicKey[SLOTS];
    private final long[] at = new long[SLOTS];

    Departures(BiConsumer<PublicKey, Integer> told) {
        this.told = told;
    }

    /** @param by the number of the edge that its packet came by */
    void seen(PublicKey device, int by) {
        int slot = device.hashCode() & (SLOTS - 1);
        long now = System.nanoTime();
        if (devices[slot] == null || now - at[slot] >= INTERVAL) {
            devices[slot] = device;
            at[slot] = now;
            told.accept(device, by);
        }
    }
}
