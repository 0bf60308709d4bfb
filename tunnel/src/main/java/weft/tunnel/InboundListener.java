package weft.tunnel;

import java.lang.foreign.MemorySegment;
import weft.wireguard.Opener;

/** What the inbound agent tells the control agent. */
interface InboundListener {
    /** A datagram that is not transport data. The segment is valid during the call only. */
    void handshake(MemorySegment datagram, Remote from, Ingress.Passage passage);

    /** The first genuine datagram of a session that we answered for. */
    void confirmed(Link link, Opener opener);

    /** A session is wanted. */
    void wanted(Link link);

    /** Genuine data came from a new place, which the link knows already. */
    void roamed(Link link);
}
