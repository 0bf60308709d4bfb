package weft.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import weft.tunnel.Drop;

/**
 * How it stands with the connection; its JSON form is the schema of {@code weft status --json}.
 *
 * @param version of the schema: raised when a field changes its meaning or goes, not when one is added
 * @param reason why it is not connected, or what is amiss
 * @param endpoint of the fleet, in use or on trial
 * @param family of that endpoint: {@code ipv4} or {@code ipv6}
 * @param connectedAfterMs from the start to the first session with its routes in place
 * @param handshakeMs round-trip time of the last handshake whose answer came at the first try
 * @param handshakes sessions so far
 * @param receivedBytes transport data in whole datagrams, as {@code sentBytes}
 * @param engine crypto and kernel features in use
 * @param dropped packets and datagrams that went nowhere, by reason
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Status(
        int version,
        State state,
        Optional<String> reason,
        Optional<String> device,
        Optional<String> interfaceName,
        List<String> addresses,
        Optional<Integer> mtu,
        Optional<String> endpoint,
        Optional<String> family,
        Optional<Double> connectedAfterMs,
        Optional<Double> handshakeMs,
        Optional<Instant> lastHandshake,
        long handshakes,
        long receivedBytes,
        long sentBytes,
        Optional<String> engine,
        Map<String, Long> dropped) {
    static final int VERSION = 1;

    /** In lower case on the wire. */
    public enum State {
        DISCONNECTED,
        CONNECTING,
        CONNECTED;

        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Map<String, Long> dropped(Map<Drop, Long> drops) {
        Map<String, Long> named = new LinkedHashMap<>();
        drops.forEach((reason, packets) -> named.put(reason.name().toLowerCase(Locale.ROOT), packets));
        return named;
    }

    public static Status disconnected(Optional<String> reason) {
        return new Status(
                VERSION,
                State.DISCONNECTED,
                reason,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                Optional.empty(),
                Map.of());
    }
}
