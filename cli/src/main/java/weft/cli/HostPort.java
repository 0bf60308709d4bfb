package weft.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** {@code 203.0.113.1:2408}, {@code [2001:db8::1]:2408} or {@code edge.example.net:2408}. */
record HostPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException saying what is wrong */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon <= 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw new IllegalArgumentException("ADDRESS:PORT is expected");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address stands in brackets before its port");
        }
        return new HostPort(host, Integer.parseInt(port));
    }

    /** @throws IllegalArgumentException for a name: where to listen is said by address */
    static InetSocketAddress parseAddress(String text) {
        HostPort parsed = parse(text);
        return new InetSocketAddress(
                parsed.address()
                        .orElseThrow(() -> new IllegalArgumentException("an IP address is expected, not a name")),
                parsed.port());
    }

    /** Empty if the host is a name, which is not looked up. */
    Optional<InetAddress> address() {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
