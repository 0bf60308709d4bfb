package weft.wireguard;

import java.util.Arrays;

/** What a finished handshake leaves: a key for each direction and the peer's index. Zeroed by {@link #close}. */
record TransportKeys(byte[] send, byte[] receive, int remoteIndex) implements AutoCloseable {
    @Override
    public void close() {
        Arrays.fill(send, (byte) 0);
        Arrays.fill(receive, (byte) 0);
    }
}
