package weft.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a device needs for its tunnel.
 *
 * @param clientId base64 of the three reserved bytes
 */
public record TunnelConfig(
        String clientId,
        @JsonProperty("interface") Interface inner,
        List<Peer> peers,
        Services services,
        Metrics metrics) {
    public TunnelConfig {
        peers = List.copyOf(peers);
    }

    /**
     * The three reserved bytes, as they stand in the header of every packet.
     *
     * @throws IllegalArgumentException if the registry sent anything but three bytes
     */
    public byte[] reserved() {
        byte[] bytes = Base64.getDecoder().decode(clientId);
        if (bytes.length != 3) {
            throw new IllegalArgumentException("a client id has 3 bytes, not " + bytes.length);
        }
        return bytes;
    }

    /** Neither client id nor addresses. */
    @Override
    public String toString() {
        return "TunnelConfig[…]";
    }

    public record Interface(Addresses addresses) {}

    /** Inner addresses, without a prefix length. */
    public record Addresses(String v4, String v6) {}

    public record Peer(String publicKey, Endpoint endpoint) {}

    /** Address of an HTTP proxy in the tunnel; always empty. */
    public record Services(String httpProxy) {}

    public record Metrics(int ping, int report) {}

    /**
     * Where the fleet listens. Only {@code host} and {@code ports} carry the port: {@code v4} and {@code v6} end in
     * {@code :0}, which is the form that existing clients take apart (usque and warp-plus cut off exactly those two
     * characters, and crash if they are not there). So a family that the fleet does not have is the unspecified address.
     *
     * @param v4 such as {@code 192.0.2.1:0}, or {@code 0.0.0.0:0}
     * @param v6 such as {@code [2001:db8::1]:0}, or {@code [::]:0}
     * @param host such as {@code weft.example.org:2408}
     */
    public record Endpoint(String v4, String v6, String host, List<Integer> ports) {
        public Endpoint {
            ports = List.copyOf(ports);
        }

        /** The addresses of {@code v4} and {@code v6} with the first port, IPv4 first. Never resolves a name. */
        public List<InetSocketAddress> addresses() {
            int port = ports.isEmpty() ? Integer.parseInt(host.substring(host.lastIndexOf(':') + 1)) : ports.getFirst();
            return Stream.of(v4, v6)
                    .filter(address -> !address.isEmpty())
                    .map(address -> address.substring(0, address.lastIndexOf(':')))
                    .map(address -> address.startsWith("[") ? address.substring(1, address.length() - 1) : address)
                    .map(InetAddress::ofLiteral)
                    .filter(address -> !address.isAnyLocalAddress())
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
        }
    }
}
