package weft.wireguard;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides when handshakes are so many that senders must prove their addresses, and then limits each source (whitepaper,
 * 5.3). A handshake costs three X25519, so a machine that answered them all could be kept from its real work.
 */
final class LoadGuard {
    private final int threshold;
    private final Map<Source, Budget> sources = new LinkedHashMap<>(16, 0.75f, true);
    private long windowStart = Traffic.NEVER;
    private int inWindow;
    private boolean loaded;

    LoadGuard(int threshold) {
        this.threshold = threshold;
    }

    /** Counts one handshake message with a valid mac1 and says whether we are under load. */
    boolean isUnderLoad(long now) {
        if (now - windowStart >= Tuning.LOAD_WINDOW) {
            loaded = inWindow > threshold && now - windowStart < 2 * Tuning.LOAD_WINDOW;
            windowStart = now;
            inWindow = 0;
        }
        inWindow++;
        return loaded || inWindow > threshold;
    }

    /** Whether this source, which has proven its address, may have one more. */
    boolean allows(Endpoint from, long now) {
        Source source = new Source(network(from.bytes()));
        Budget allowance =
                sources.computeIfAbsent(source, s -> new Budget(Tuning.SOURCE_BURST, Tuning.SOURCE_INTERVAL));
        if (sources.size() > Tuning.LIMITED_SOURCES) {
            sources.remove(sources.keySet().iterator().next());
        }
        return allowance.take(now);
    }

    /** An IPv4 address, or the /64 of an IPv6 address. */
    private static byte[] network(byte[] endpoint) {
        return Arrays.copyOf(endpoint, endpoint.length == 6 ? 4 : 8);
    }

    private record Source(byte[] network) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Source that && Arrays.equals(network, that.network);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(network);
        }
    }
}
