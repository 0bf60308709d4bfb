package weft.client;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;
import weft.netio.Route;

/** By which interface, next hop and source address this machine reaches an endpoint just now. */
record Way(OptionalInt link, Optional<InetAddress> via, Optional<InetAddress> source) {
    static Way of(Route route) {
        return new Way(route.link(), route.via(), route.source());
    }
}
