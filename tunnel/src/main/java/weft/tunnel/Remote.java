package weft.tunnel;

import weft.netio.UdpPath;
import weft.wireguard.Endpoint;

/** A peer's place on the network, as the protocol and the sockets see it. */
record Remote(UdpPath path, byte[] bytes) implements Endpoint {
    Remote(UdpPath path) {
        this(path, path.remoteBytes());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Remote that && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** Not the address: endpoints must not get into logs. */
    @Override
    public String toString() {
        return "Remote";
    }
}
