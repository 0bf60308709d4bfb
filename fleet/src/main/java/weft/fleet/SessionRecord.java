package weft.fleet;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What another edge needs to go on with a device's session by a handshake of its own, without asking the registry: who the
 * device is, where it is, and what it has seen of us. No key of a session is in it, for those do not leave an edge.
 *
 * @param identity the fleet's static public key that the device uses; empty if it has used none yet
 * @param reserved the 3 reserved bytes that its datagrams are stamped with, the first one highest
 * @param receiverIndices by which it may address us, at most {@value #MAX_INDICES}
 * @param sent the greatest stamp that an edge has sent to it
 * @param received the greatest stamp that has come from it
 * @param holder the number of the edge that has the session
 */
public record SessionRecord(
        Device device,
        Endpoint endpoint,
        Optional<StaticKey> identity,
        int reserved,
        List<Integer> receiverIndices,
        Stamp sent,
        Stamp received,
        int holder,
        Version version)
        implements AutoCloseable {

    public static final int MAX_INDICES = 24;

    public SessionRecord {
        receiverIndices = List.copyOf(receiverIndices);
        if (receiverIndices.size() > MAX_INDICES) {
            throw new IllegalArgumentException("a session has at most " + MAX_INDICES + " receiver indices");
        }
        if (reserved >>> 24 != 0) {
            throw new IllegalArgumentException("there are 3 reserved bytes");
        }
    }

    /**
     * A device as the registry knows it.
     *
     * @param clientId 24 bits, never 0
     * @param inner6High and {@code inner6Low}: its inner IPv6 address
     * @param id its name at the registry; this and the group: at most {@value #MAX_TEXT} bytes of UTF-8
     * @param plus whether it has an account for WARP+
     */
    public record Device(
            StaticKey key,
            Psk psk,
            int clientId,
            int inner4,
            long inner6High,
            long inner6Low,
            String id,
            Optional<String> group,
            boolean plus) {

        /** In bytes. */
        public static final int MAX_TEXT = 384;

        public Device {
            if (clientId == 0 || clientId >>> 24 != 0) {
                throw new IllegalArgumentException("a client id has 24 bits and is not 0");
            }
            if (size(id) > MAX_TEXT || size(group.orElse("")) > MAX_TEXT) {
                throw new IllegalArgumentException("a text has at most " + MAX_TEXT + " bytes");
            }
        }

        private static int size(String text) {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        /** Nothing of it. */
        @Override
        public String toString() {
            return "Device";
        }
    }

    /**
     * Where the device was last, and which address and port of the fleet it wrote to. Addresses as in {@link Forward}, both of
     * one family.
     */
    public record Endpoint(long high, long low, int port, long localHigh, long localLow, int localPort) {
        public Endpoint {
            if (!Forward.isPath(high, low, port, localHigh, localLow, localPort)) {
                throw new IllegalArgumentException("no path to a client");
            }
        }

        /** Nothing of it. */
        @Override
        public String toString() {
            return "Endpoint";
        }
    }

    /** Whether this one replaces the other. Of two edges that made equal versions, the one with the greater number wins. */
    public boolean isAfter(SessionRecord other) {
        int byVersion = version.compareTo(other.version);
        return byVersion != 0 ? byVersion > 0 : Integer.compareUnsigned(holder, other.holder) > 0;
    }

    /** Zeroes the preshared key. */
    @Override
    public void close() {
        device.psk().close();
    }

    /** Neither key, client id nor address: they must not get into logs. */
    @Override
    public String toString() {
        return "SessionRecord";
    }
}
