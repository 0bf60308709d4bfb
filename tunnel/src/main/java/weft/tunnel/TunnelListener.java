package weft.tunnel;

import weft.wireguard.PublicKey;

/**
 * Hears of what changes, on the control agent's thread: it must not wait there. What it throws is logged and changes nothing.
 */
public interface TunnelListener {
    /** Hears of nothing. */
    TunnelListener NONE = new TunnelListener() {};

    /** A session is in use, the first or a successor. */
    default void established(PublicKey peer) {}

    /** The peer is somewhere else now, by genuine data or a response of its. */
    default void moved(PublicKey peer) {}

    /** The peer has not answered for 90 s. */
    default void unreachable(PublicKey peer) {}

    /**
     * The tunnel has ended by itself: its TUN is gone, or something failed. Told once, on the thread of the agent that
     * failed. It holds its TUN and sockets until it is closed.
     */
    default void failed(Throwable cause) {}
}
