package weft.client;

import java.util.Queue;
import weft.tunnel.TunnelListener;
import weft.wireguard.PublicKey;

/** What a {@link Connection}'s supervisor is told by others. */
sealed interface Signal {
    /** @param by which key of the fleet's; {@code at}: in nanoseconds */
    record Established(PublicKey by, long at) implements Signal {}

    record Unreachable(PublicKey by) implements Signal {}

    /** The fleet's key, as the registry tells it. */
    record Key(PublicKey told) implements Signal {}

    record Changed(DeviceSettings settings) implements Signal {}

    record Failed(Throwable cause) implements Signal {}

    record Close() implements Signal {}

    /** Puts what the tunnel says into the supervisor's queue. */
    record Listener(Queue<Signal> signals) implements TunnelListener {
        @Override
        public void established(PublicKey peer) {
            signals.add(new Established(peer, System.nanoTime()));
        }

        @Override
        public void unreachable(PublicKey peer) {
            signals.add(new Unreachable(peer));
        }

        @Override
        public void failed(Throwable cause) {
            signals.add(new Failed(cause));
        }
    }
}
