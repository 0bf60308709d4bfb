package weft.tunnel;

import java.io.IOException;
import java.util.List;
import weft.netio.UdpSocket;
import weft.wireguard.PublicKey;

/**
 * What an edge of a fleet puts in front of its tunnel: finds the owner of what is not ours before anything is decrypted,
 * and takes in what other edges pass on. Each inbound agent has one of its own, on whose thread all of it runs.
 */
public interface Ingress {
    /** One machine on its own. */
    Ingress NONE = new Ingress() {};

    /** What handshake messages and the look-ups that they cause carry along, so that they can be passed on later. */
    interface Passage {
        /** It came from the client itself. */
        Passage DIRECT = new Passage() {};
    }

    /** Sockets that the inbound agent shall read as well. They stay the ingress's to close, after the tunnel. */
    default List<UdpSocket> sockets() {
        return List.of();
    }

    /**
     * Whether a datagram on one of {@link #sockets} is from another edge, by its source. Asked before it is passed on to another
     * shard; {@link #unwrap} refuses it otherwise.
     */
    default boolean isFromAnEdge(Arrival arrival) {
        return false;
    }

    /**
     * The receiver index of the transport data in a datagram on one of {@link #sockets}, for a hint where the datagram belongs:
     * nothing of it is verified. Asked where there are several shards.
     *
     * @return negative if there is none
     */
    default long receiver(Arrival arrival) {
        return -1;
    }

    /**
     * A datagram on one of {@link #sockets}. If a client's datagram is in it, calls {@link Arrival#unwrapped} and sets its
     * path.
     *
     * @return false if it is no client's, and has been dealt with
     */
    default boolean unwrap(Arrival arrival) {
        return false;
    }

    /**
     * Transport data of a session that this tunnel does not have.
     *
     * @return whether it was passed on, or dropped and counted
     */
    default boolean transport(Arrival arrival) throws IOException {
        return false;
    }

    /**
     * A datagram has been opened: it is genuine and no replay, and the peer is where it came from.
     *
     * @param peer whose it is
     */
    default void opened(Arrival arrival, PublicKey peer) {}

    /**
     * A message of any other type.
     *
     * @return whether it was passed on, or dropped and counted; otherwise the control agent gets it
     */
    default boolean handshake(Arrival arrival) throws IOException {
        return false;
    }

    /** How the message that {@link #handshake} has just left to the control agent came here. */
    default Passage passage(Arrival arrival) {
        return Passage.DIRECT;
    }

    /** That many datagrams have come from clients themselves. */
    default void arrived(int datagrams) {}

    /** No datagram waits any more, or a batch is full: what was passed on has to leave now. */
    default void flush() throws IOException {}
}
