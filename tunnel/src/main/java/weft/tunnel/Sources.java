package weft.tunnel;

import java.io.IOException;
import weft.netio.Errno;
import weft.netio.ErrnoException;
import weft.netio.UdpPath;
import weft.wireguard.Handshakes;

/**
 * Our own addresses, by which the peers know us. When one goes, as on a change of networks, the kernel picks another for
 * each peer that knew it; unless we keep to ours whatever happens, as an edge must.
 */
final class Sources {
    private final Peers peers;
    private final Handshakes handshakes;
    private final boolean fixed;

    Sources(Peers peers, Handshakes handshakes, boolean fixed) {
        this.peers = peers;
        this.handshakes = handshakes;
        this.fixed = fixed;
    }

    /** Whether the kernel refused the path for its local address, and that may be left. From any thread. */
    boolean isGone(UdpPath path, IOException why) {
        return !fixed
                && path.local().isPresent()
                && why instanceof ErrnoException known
                && (known.errno() == Errno.EINVAL
                        || known.errno() == Errno.EADDRNOTAVAIL
                        || known.errno() == Errno.ENETUNREACH);
    }

    /** No peer's datagrams leave from the path's local address any more. The control agent's thread only. */
    void leave(UdpPath refused) {
        for (Link link : peers.links()) {
            Remote remote = link.remote();
            if (remote != null && remote.path().local().equals(refused.local())) {
                Remote free = new Remote(remote.path().anySource());
                link.remote(free);
                handshakes.roamed(link.peer(), free);
            }
        }
    }
}
