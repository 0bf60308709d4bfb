package weft.client;

import java.net.InetSocketAddress;
import java.util.Optional;

/** What the supervisor tells everybody else. */
record Stage(
        Status.State state,
        Optional<String> reason,
        Optional<InetSocketAddress> endpoint,
        Optional<Double> connectedAfterMs,
        Optional<Double> handshakeMs,
        long handshakes) {
    static final Stage START = new Stage(
            Status.State.CONNECTING, Optional.of("starting"), Optional.empty(), Optional.empty(), Optional.empty(), 0);
}
