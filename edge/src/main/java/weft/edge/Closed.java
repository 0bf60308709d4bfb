package weft.edge;

import java.util.List;
import java.util.stream.Stream;
import weft.netio.Prefix;

/**
 * Destinations that no device reaches unless an {@link Opening} lets it: whatever is not the public Internet (the special
 * purpose registries of RFC 6890), and what reaches it in disguise. Addresses for documentation are not in the list: they
 * lead nowhere on the Internet, and laboratories use them as one.
 */
final class Closed {
    static final List<Prefix> IPV4 = prefixes(
            "0.0.0.0/8", // this network, and on Linux this host
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared with carriers, and our own devices
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // metadata of a cloud, at a public address
            "169.254.0.0/16", // link-local, and metadata of most clouds
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments, and metadata of a cloud
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks within a network
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, and broadcast

    static final List<Prefix> IPV6 = prefixes(
            "::/96", // unspecified, loopback, IPv4-compatible
            "::ffff:0:0/96", // IPv4-mapped
            "::ffff:0:0:0/96", // IPv4-translated (SIIT)
            "64:ff9b::/96", // NAT64
            "64:ff9b:1::/48", // NAT64 within a network
            "100::/64", // discard
            "2001::/32", // Teredo
            "2002::/16", // 6to4
            "fc00::/7", // unique local: private, metadata of clouds, our own devices
            "fe80::/10", // link-local
            "fec0::/10", // site-local, as private once
            "ff00::/8"); // multicast

    private Closed() {}

    private static List<Prefix> prefixes(String... texts) {
        return Stream.of(texts).map(Prefix::parse).toList();
    }
}
