package weft.edge;

import java.util.List;
import java.util.Locale;
import weft.netio.Prefix;

/**
 * A hole in the isolation: destinations that would be closed to devices, but are open to some.
 *
 * @param ports without any, every protocol and port is open
 */
public record Opening(Who who, Prefix to, List<Ports> ports) {
    public Opening {
        ports = List.copyOf(ports);
    }

    /** For whom it is. */
    public sealed interface Who {
        record Everyone() implements Who {}

        /** @param id as the registry names the device */
        record OneDevice(String id) implements Who {}

        record Group(String name) implements Who {}
    }

    public enum Protocol {
        TCP,
        UDP;

        /** As firewalls write it. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The ports from {@code first} to {@code last}, both included. */
    public record Ports(Protocol protocol, int first, int last) {
        private static final int MAX_PORT = 65_535;

        public Ports {
            if (first < 1 || last > MAX_PORT || first > last) {
                throw new IllegalArgumentException("ports lie from 1 to " + MAX_PORT + ", not " + first + "-" + last);
            }
        }

        /**
         * Reads {@code tcp/22} or {@code udp/5000-5100}.
         *
         * @throws IllegalArgumentException saying what is wrong
         */
        public static Ports parse(String text) {
            if (!text.matches("(tcp|udp)/\\d{1,5}(-\\d{1,5})?")) {
                throw new IllegalArgumentException("ports look like tcp/22 or udp/5000-5100, not " + text);
            }
            Protocol protocol = text.startsWith("tcp") ? Protocol.TCP : Protocol.UDP;
            String range = text.substring(text.indexOf('/') + 1);
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            return new Ports(protocol, first, dash < 0 ? first : Integer.parseInt(range.substring(dash + 1)));
        }
    }
}
