package weft.tunnel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import weft.wireguard.PublicKey;

/** Keeps a listener's mistakes from ending the agent that tells it. */
record GuardedListener(TunnelListener listener) implements TunnelListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    @Override
    public void established(PublicKey peer) {
        guard(() -> listener.established(peer));
    }

    @Override
    public void moved(PublicKey peer) {
        guard(() -> listener.moved(peer));
    }

    @Override
    public void unreachable(PublicKey peer) {
        guard(() -> listener.unreachable(peer));
    }

    @Override
    public void failed(Throwable cause) {
        guard(() -> listener.failed(cause));
    }

    private static void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException mistake) {
            LOG.warn("a listener threw what it should have handled; the tunnel goes on", mistake);
        }
    }
}
