package weft.cli;

import java.util.Locale;
import weft.client.Status;

/** A status for people. */
final class StatusText {
    private StatusText() {}

    /** One line with the figures of the connection. */
    static String connected(Status status) {
        StringBuilder text = new StringBuilder("Connected");
        status.connectedAfterMs().ifPresent(ms -> text.append(String.format(Locale.ROOT, " after %.1f ms", ms)));
        status.family().ifPresent(family -> text.append(", over ").append(familyName(family)));
        status.handshakeMs().ifPresent(ms -> text.append(String.format(Locale.ROOT, ", handshake %.1f ms", ms)));
        return text.append('.').toString();
    }

    static String full(Status status) {
        StringBuilder text = new StringBuilder(
                switch (status.state()) {
                    case CONNECTED -> connected(status);
                    case CONNECTING -> "Connecting.";
                    case DISCONNECTED -> "Disconnected.";
                });
        status.reason().ifPresent(reason -> line(text, "reason", reason));
        status.endpoint().ifPresent(endpoint -> line(text, "endpoint", endpoint));
        status.interfaceName()
                .ifPresent(name -> line(
                        text,
                        "interface",
                        name + status.mtu().map(mtu -> ", MTU " + mtu).orElse("")));
        if (!status.addresses().isEmpty()) {
            line(text, "addresses", String.join(", ", status.addresses()));
        }
        status.lastHandshake().ifPresent(at -> line(text, "handshake", at.toString()));
        status.engine().ifPresent(engine -> {
            line(text, "traffic", status.receivedBytes() + " B received, " + status.sentBytes() + " B sent");
            line(text, "engine", engine);
        });
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%n  %-10s %s", name, value));
    }

    private static String familyName(String family) {
        return family.equals("ipv4") ? "IPv4" : "IPv6";
    }
}
