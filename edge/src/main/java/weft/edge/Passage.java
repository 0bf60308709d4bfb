package weft.edge;

import java.util.List;

/** Packets that other firewalls must let pass if devices are to be served. */
public sealed interface Passage {
    /** What devices send on, as it comes out of the tunnel. */
    record From(String tunnel) implements Passage {}

    /** The replies to it, on their way into the tunnel: nobody else begins a flow to a device. */
    record To(String tunnel) implements Passage {}

    /** What comes to a port of this machine. */
    record Port(Opening.Protocol protocol, int number) implements Passage {}

    /** Where nftables judges them: {@code forward} or {@code input}. */
    default String hook() {
        return this instanceof Port ? "input" : "forward";
    }

    /** For people. */
    default String text() {
        return switch (this) {
            case From(String tunnel) -> "what " + tunnel + " sends on";
            case To(String tunnel) -> "replies to " + tunnel;
            case Port(Opening.Protocol protocol, int number) -> protocol.text() + " " + number;
        };
    }

    /** As the condition of a rule of nftables. */
    default String nft() {
        return switch (this) {
            case From(String tunnel) -> "iifname \"" + tunnel + "\"";
            case To(String tunnel) -> "oifname \"" + tunnel + "\"";
            case Port(Opening.Protocol protocol, int number) -> protocol.text() + " dport " + number;
        };
    }

    /** As the condition of a rule of iptables. */
    default List<String> iptables() {
        return switch (this) {
            case From(String tunnel) -> List.of("-i", tunnel);
            case To(String tunnel) -> List.of("-o", tunnel);
            case Port(Opening.Protocol protocol, int number) ->
                List.of("-p", protocol.text(), "--dport", Integer.toString(number));
        };
    }
}
